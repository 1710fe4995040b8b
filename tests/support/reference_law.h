/* The distribution of what a narrow dtype stores, summed over each of its values: the draw rounded to the
 * nearest, then held inside the interval. */
#ifndef SOWT_REFERENCE_LAW_H
#define SOWT_REFERENCE_LAW_H

#include "sowcl/base.h"

/* A distribution before it is rounded. */
typedef struct sowt_law {
    sow_distribution distribution; /* uniform or normal */
    double mean, std;              /* normal */
    double low, high;              /* uniform */
} sowt_law;

/* P(X <= x). */
double sowt_law_cdf(const sowt_law *law, double x);

enum { SOWT_CELLS = 0x10000 };

/* probability[bits] of every value of a dtype of one or two bytes. */
void sowt_law_cells(const sowt_law *law, sow_dtype dtype, double probability[SOWT_CELLS]);

#endif
