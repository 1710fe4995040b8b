/* The pictures of a comparison's page. */
#ifndef COMPARE_CHARTS_H
#define COMPARE_CHARTS_H

#include <stdio.h>

#include "sowcl/compare.h"

/* Draws from one law; b: NULL if they are a's, bit for bit. */
typedef struct chart_samples {
    sow_sample *a, *b;
} chart_samples;

/* How many elements lie how many representable values apart. */
void chart_ulps(FILE *to, const char *id, const sow_difference *difference);
/* "2-3", as a range of distances; the last bin is of NaNs. */
void chart_ulp_name(char name[80], size_t bin);
/* The last bin that the chart shows, of those with distances. */
size_t chart_ulp_last(const sow_difference *difference);

/* The law's density and the samples'; below it, how many standard errors each bar is off. */
void chart_density(FILE *to, const char *id, const chart_samples *of);
/* The samples' quantiles over the law's, out to the outermost draws. */
void chart_quantiles(FILE *to, const char *id, const chart_samples *of);

#endif
