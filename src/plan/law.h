/* The law that a plan's draws follow before they are rounded. For statistics: no bit of a draw depends on it; in
 * arithmetic of special.h all the same, so that what is told of a sample is told alike everywhere. */
#ifndef SOWI_LAW_H
#define SOWI_LAW_H

#include <stdbool.h>

#include "sowcl/base.h"

/* Whether all elements are independent draws from one law: uniform, normal or cut normal, with nothing written over. */
bool sowi_law_is_known(const sow_plan *plan);
/* Whether kernels/library_normal.clh can draw it: plain normals, not in f64. */
bool sowi_plan_has_control(const sow_plan *plan);

/* P(lower <= X < upper), of a law that is known; either may be infinite. Of a cut normal it is a share of the tail beyond
 * the cut-off that is nearer to the location, so that far tails keep their digits. */
double sowi_law_mass(const sow_plan *plan, double lower, double upper);

/* The x of P(X < x) = p, 0 < p < 1, to 2^-40 of the spread. */
double sowi_law_quantile(const sow_plan *plan, double p);

#endif
