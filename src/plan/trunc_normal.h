/* Normals cut to an interval. */
#ifndef SOWI_TRUNC_NORMAL_H
#define SOWI_TRUNC_NORMAL_H

#include "dtype.h"

/* Completes a plan of draws from N(mean, std^2) cut to [a, b], a < b, std > 0: distribution, parameters,
 * moments. All numbers are finite, but a and b may be infinite. SOW_ERR_PARAMETER, SOW_ERR_RANGE. */
sow_status sowi_plan_trunc_normal(sow_plan *plan, const sowi_dtype_row *dtype, double mean,
                                  double std, double a, double b, sow_error *error);

#endif
