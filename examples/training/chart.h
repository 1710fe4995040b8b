/* Line charts of a few series, drawn on the terminal, as SVG, and as a table of numbers. */
#ifndef CHART_H
#define CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { CHART_SERIES_MAX = 8, FIGURE_CHARTS_MAX = 4, CHART_STYLES = 5 };

typedef struct chart_series {
    const char *name;
    char mark;
    int style;           /* 0 .. CHART_STYLES - 1 */
    const float *values; /* y at x = 1, 2, ... count; what is not finite is not drawn */
    size_t count;
} chart_series;

typedef struct chart {
    const char *title;
    const char *x_label;
    bool logarithmic; /* y in powers of ten; zero lies below every axis */
    double low, high; /* y at the lower and upper edge */
    double step;      /* between labels; if logarithmic, in decades */
    size_t last_x;    /* x runs from 1 to it */
    chart_series series[CHART_SERIES_MAX];
    size_t series_count;
} chart;

/* Two charts a row, which share their kinds of series. */
typedef struct figure {
    const char *title;
    const char *subtitle;
    chart charts[FIGURE_CHARTS_MAX];
    size_t count;
} figure;

/* The place of a value on the y axis, from 0, the lower edge, to 1; outside of that beyond them. */
double chart_height(const chart *of, double value);
/* Writes the axis's label at `value`, such as "1e-3", into text of `size` bytes. */
void chart_label(const chart *of, double value, char *text, size_t size);
/* The i-th labelled value from below; false beyond the upper edge. */
bool chart_tick(const chart *of, size_t i, double *value);

/* In 80 columns. utf8: frames of lines; colours: ANSI escapes. */
void chart_print(FILE *to, const figure *what, bool utf8, bool colours);
/* A whole SVG document, readable on light and dark. */
void chart_write_svg(FILE *to, const figure *what);
/* Lines `chart,series,x,y` below a heading. */
void chart_write_csv(FILE *to, const figure *what);

#endif
