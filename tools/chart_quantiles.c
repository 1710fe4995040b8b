#include <math.h>

#include "compare_charts.h"
#include "svg_plot.h"

enum { WIDTH = 420, HEIGHT = 330 };

typedef struct quantiles {
    sow_sample_quantile list[SOW_SAMPLE_QUANTILES];
    size_t count;
    double mean, std; /* the law's: the axes' unit */
} quantiles;

static void take(quantiles *made, sow_sample *sample)
{
    sow_sample_summary summary;
    sow_sample_summarize(sample, &summary);
    made->count = sow_sample_quantiles(sample, made->list);
    made->mean = summary.expected_mean;
    made->std = summary.expected_std > 0 ? summary.expected_std : 1;
}

static double scaled(const quantiles *of, double value)
{
    return (value - of->mean) / of->std;
}

static void widen(const quantiles *of, double *low, double *high)
{
    for (size_t i = 0; i < of->count; i++) {
        const sow_sample_quantile *point = &of->list[i];
        *low = fmin(*low, scaled(of, fmin(point->expected, point->observed)));
        *high = fmax(*high, scaled(of, fmax(point->expected, point->observed)));
    }
}

static void write_band(const svg_plot *plot, const quantiles *of)
{
    fputs("<path class=\"band\" d=\"", plot->to);
    for (size_t i = 0; i < of->count; i++)
        svg_point(plot, i == 0, scaled(of, of->list[i].expected), scaled(of, of->list[i].low));
    for (size_t i = of->count; i > 0; i--)
        svg_point(plot, false, scaled(of, of->list[i - 1].expected),
                  scaled(of, of->list[i - 1].high));
    fputs("z\"/>\n", plot->to);
}

static void write_marks(const svg_plot *plot, const quantiles *of, const char *style, bool hollow)
{
    for (size_t i = 0; i < of->count; i++) {
        const double x = svg_place(&plot->x, scaled(of, of->list[i].expected));
        const double y = svg_place(&plot->y, scaled(of, of->list[i].observed));
        if (hollow)
            fprintf(plot->to, "<path class=\"%s\" d=\"M%.1f %.1fl3.6 3.6l-3.6 3.6l-3.6 -3.6z\"/>\n",
                    style, x, y - 3.6);
        else
            fprintf(plot->to, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"1.9\"/>\n", style,
                    x, y);
    }
}

void chart_quantiles(FILE *to, const char *id, const chart_samples *of)
{
    quantiles a, b = {.count = 0};
    double low = -1, high = 1;
    take(&a, of->a);
    if (of->b != NULL)
        take(&b, of->b);
    widen(&a, &low, &high);
    widen(&b, &low, &high);
    const double margin = 0.05 * (high - low);
    const svg_axis x = {low - margin, high + margin, 46, WIDTH - 8, false};
    const svg_plot plot = {to, x, {low - margin, high + margin, HEIGHT - 44, 20, false}};
    svg_begin(to, id, WIDTH, HEIGHT, "Quantiles",
              "The quantiles of the draws over the exact ones. Draws of the law follow the "
              "diagonal and stay in "
              "the band 99 times of 100. The outermost draws are single points.");
    write_band(&plot, &a);
    svg_frame(&plot, 7, 7);
    fputs("<path class=\"diagonal\" d=\"", to);
    svg_point(&plot, true, x.low, x.low);
    svg_point(&plot, false, x.high, x.high);
    fputs("\"/>\n", to);
    write_marks(&plot, &b, "mark b", true);
    write_marks(&plot, &a, "mark a", false);
    svg_label_x(&plot, "exact quantile, in standard deviations from the mean");
    svg_label_y(&plot, "drawn");
    svg_end(to);
}
