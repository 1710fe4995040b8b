/* Plots as inline SVG: a frame, ticks, and where a value lies. Styles are the page's. */
#ifndef SVG_PLOT_H
#define SVG_PLOT_H

#include <stdbool.h>
#include <stdio.h>

typedef struct svg_axis {
    double low, high; /* values at its ends */
    double from, to;  /* where these lie in the picture */
    bool log;
} svg_axis;

typedef struct svg_plot {
    FILE *to;
    svg_axis x, y; /* y.from is the lower edge */
} svg_plot;

/* A figure of a size in units of the picture, with what a reader of the screen is told. id: of this page's figures. */
void svg_begin(FILE *to, const char *id, int width, int height, const char *title,
               const char *description);
void svg_end(FILE *to);

/* The place of a value, held a little beyond the ends. */
double svg_place(const svg_axis *axis, double value);

/* Grid lines with their labels, and the frame. most: of ticks on each axis. */
void svg_frame(const svg_plot *plot, int most_x, int most_y);
void svg_label_x(const svg_plot *plot, const char *text);
void svg_label_y(const svg_plot *plot, const char *text);

/* "M" or "L", and the point. */
void svg_point(const svg_plot *plot, bool first, double x, double y);

/* A dot, or a hollow diamond. */
void svg_mark(FILE *to, const char *style, double x, double y, bool hollow);

#endif
