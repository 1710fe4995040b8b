#include <inttypes.h>
#include <math.h>

#include "compare_charts.h"
#include "html.h"
#include "svg_plot.h"

enum { WIDTH = 420, HEIGHT = 252 };

void chart_ulp_name(char name[80], size_t bin)
{
    const uint64_t low = bin == 0 || bin > 64 ? 0 : UINT64_C(1) << (bin - 1);
    if (bin == SOW_ULP_BINS - 1)
        snprintf(name, 80, "NaN");
    else if (bin < 2)
        snprintf(name, 80, "%" PRIu64, low);
    else
        snprintf(name, 80, "%s\u2013%s", html_count(low).text, html_count(low + (low - 1)).text);
}

size_t chart_ulp_last(const sow_difference *difference)
{
    size_t last = SOW_ULP_BINS - 2;
    while (last > 1 && difference->ulps[last] == 0)
        last--;
    return last;
}

/* "64" and "2^13": short enough for an axis. */
static void write_name(const svg_plot *plot, double middle, size_t bin)
{
    char name[80];
    chart_ulp_name(name, bin);
    fprintf(plot->to, "<text class=\"tick mid\" x=\"%.1f\" y=\"%.1f\">", middle, plot->y.from + 15);
    if (bin <= 7 || bin == SOW_ULP_BINS - 1)
        html_text(plot->to, name);
    else
        fprintf(plot->to, "2<tspan class=\"up\" dy=\"-4\">%zu</tspan>", bin - 1);
    fputs("</text>\n", plot->to);
}

static void write_bar(const svg_plot *plot, double left, double width, size_t bin, uint64_t count)
{
    char name[80];
    chart_ulp_name(name, bin);
    const char *kind = bin == 0 ? "same" : "diff";
    if (count == 0)
        return;
    const double top = svg_place(&plot->y, (double)count);
    fprintf(plot->to,
            "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>", kind,
            left, top, width, plot->y.from - top);
    html_text(plot->to, name);
    fprintf(plot->to, " ulp: %s</title></rect>\n", html_count(count).text);
}

void chart_ulps(FILE *to, const char *id, const sow_difference *difference)
{
    const size_t last = chart_ulp_last(difference);
    const bool has_nans = difference->ulps[SOW_ULP_BINS - 1] != 0;
    const size_t bars = last + 1 + has_nans;
    const double most = fmax(10, (double)difference->elements);
    const svg_plot plot = {to,
                           {0, (double)bars, 46, WIDTH - 8, false},
                           {0.5, pow(10, ceil(log10(most))), HEIGHT - 44, 34, true}};
    svg_begin(to, id, WIDTH, HEIGHT, "Distances in units of the last place",
              "Bars, on a logarithmic scale, of how many elements lie how many representable "
              "values apart. "
              "The table below has the counts.");
    svg_frame(&plot, 0, 5);
    const double step = (plot.x.to - plot.x.from) / (double)bars, width = fmin(step * 0.72, 56);
    const size_t apart = bars / 9 + 1; /* of names */
    for (size_t i = 0; i < bars; i++) {
        const size_t bin = i <= last ? i : SOW_ULP_BINS - 1;
        const double middle = plot.x.from + step * ((double)i + 0.5);
        write_bar(&plot, middle - width / 2, width, bin, difference->ulps[bin]);
        const bool beside_nan = has_nans && i + apart >= bars; /* whose name takes the room */
        if ((i % apart == 0 && !beside_nan) || bin == SOW_ULP_BINS - 1)
            write_name(&plot, middle, bin);
    }
    svg_label_x(&plot, "distance in representable values (ulp)");
    svg_label_y(&plot, "elements");
    svg_end(to);
}
