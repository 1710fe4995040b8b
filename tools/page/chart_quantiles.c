#include <math.h>

#include "compare_charts.h"
#include "svg_plot.h"

enum { WIDTH = 420, HEIGHT = 380 };

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

/* What is drawn at the height of a value: it, or how far it is from the expected one. */
static double height_of(const quantiles *of, size_t i, double value, bool apart)
{
    return apart ? (value - of->list[i].expected) / of->std : scaled(of, value);
}

static void write_band(const svg_plot *plot, const quantiles *of, bool apart)
{
    fputs("<path class=\"band\" d=\"", plot->to);
    for (size_t i = 0; i < of->count; i++)
        svg_point(plot, i == 0, scaled(of, of->list[i].expected),
                  height_of(of, i, of->list[i].low, apart));
    for (size_t i = of->count; i-- > 0;)
        svg_point(plot, false, scaled(of, of->list[i].expected),
                  height_of(of, i, of->list[i].high, apart));
    fputs("z\"/>\n", plot->to);
}

static void write_marks(const svg_plot *plot, const quantiles *of, const char *style, bool hollow,
                        bool apart)
{
    for (size_t i = 0; i < of->count; i++) {
        const double x = svg_place(&plot->x, scaled(of, of->list[i].expected));
        const double y = svg_place(&plot->y, height_of(of, i, of->list[i].observed, apart));
        svg_mark(plot->to, style, x, y, hollow);
    }
}

/* The farthest from the diagonal: a mark, or the band at the second outermost ones. */
static double farthest(const quantiles *of, double least)
{
    double most = least;
    for (size_t i = 0; i < of->count; i++)
        most = fmax(most, fabs(height_of(of, i, of->list[i].observed, true)));
    for (size_t i = 1; i + 1 < of->count; i++) {
        most = fmax(most, fabs(height_of(of, i, of->list[i].low, true)));
        most = fmax(most, fabs(height_of(of, i, of->list[i].high, true)));
    }
    return most;
}

static void write_panel(const svg_plot *plot, const quantiles *a, const quantiles *b, bool apart)
{
    write_band(plot, a, apart);
    svg_frame(plot, 7, apart ? 4 : 6);
    fputs("<path class=\"diagonal\" d=\"", plot->to);
    svg_point(plot, true, plot->x.low, apart ? 0 : plot->x.low);
    svg_point(plot, false, plot->x.high, apart ? 0 : plot->x.high);
    fputs("\"/>\n", plot->to);
    write_marks(plot, b, "mark b", true, apart);
    write_marks(plot, a, "mark a", false, apart);
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
    const double margin = 0.05 * (high - low), most = 1.1 * farthest(&b, farthest(&a, 1e-6));
    const svg_axis x = {low - margin, high + margin, 46, WIDTH - 8, false};
    const svg_plot whole = {to, x, {x.low, x.high, 222, 20, false}};
    const svg_plot apart = {to, x, {-most, most, HEIGHT - 44, 262, false}};
    svg_begin(
        to, id, WIDTH, HEIGHT, "Quantiles",
        "The quantiles of the draws over the exact ones, and below how far they are off. Draws of "
        "the law follow the "
        "diagonal and stay in the band 99 times of 100. The outermost draws are single points.");
    write_panel(&whole, &a, &b, false);
    svg_label_y(&whole, "drawn quantile");
    write_panel(&apart, &a, &b, true);
    svg_label_x(&apart, "exact quantile, in standard deviations from the mean");
    svg_label_y(&apart, "drawn &#8722; exact");
    svg_end(to);
}
