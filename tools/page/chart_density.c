#include <math.h>
#include <stdlib.h>

#include "compare_charts.h"
#include "message.h"
#include "svg_plot.h"

enum { WIDTH = 420, HEIGHT = 380, BARS = 84 };
#define SPREADS 4.2 /* shown on either side of the mean */
#define LEAST   12  /* draws that a bar is expected to hold */

typedef struct bar {
    double low, high, density, exact;
    double errors; /* that the count is off */
} bar;

typedef struct bars {
    bar list[BARS + 2];
    size_t count;
    double draws;
    double low, high; /* what is shown */
} bars;

static void add_bar(bars *made, double low, double high, double count, double probability)
{
    const double n = made->draws, expected = n * probability;
    const double variance = expected * (1 - probability);
    made->list[made->count++] = (bar){
        .low = low,
        .high = high,
        .density = count / n / (high - low),
        .exact = probability / (high - low),
        .errors = variance > 0 ? (count - expected) / sqrt(variance) : 0,
    };
}

/* Cells in groups that are wide enough to see and hold enough to be judged. */
static void gather(bars *made, const sow_sample_cell *cells, size_t cell_count)
{
    double low = 0, count = 0, probability = 0;
    bool open = false;
    for (size_t i = 1; i + 1 < cell_count && made->count < BARS; i++) {
        if (cells[i].low < made->low || cells[i].high > made->high)
            continue;
        low = open ? low : cells[i].low;
        open = true;
        count += (double)cells[i].count;
        probability += cells[i].probability;
        if (cells[i].high - low >= (made->high - made->low) / BARS &&
            probability * made->draws >= LEAST) {
            add_bar(made, low, cells[i].high, count, probability);
            count = probability = 0;
            open = false;
        }
    }
}

static void make_bars(bars *made, sow_sample *sample)
{
    sow_sample_cell *const cells = need_memory(malloc(SOW_SAMPLE_CELLS * sizeof *cells));
    const size_t count = sow_sample_cells(sample, cells);
    sow_sample_summary summary;
    sow_sample_summarize(sample, &summary);
    const double reach = SPREADS * summary.expected_std;
    *made = (bars){.draws = (double)summary.count};
    if (count > 2 && summary.count > 0) {
        made->low = fmax(cells[1].low, summary.expected_mean - reach);
        made->high = fmin(cells[count - 2].high, summary.expected_mean + reach);
        gather(made, cells, count);
    }
    free(cells);
}

/* ---- Drawing ---- */

static double height_of(const bar *of, bool exact)
{
    return exact ? of->exact : of->density;
}

/* A line along the tops. */
static void write_steps(const svg_plot *plot, const bars *of, bool exact, const char *style)
{
    if (of->count == 0)
        return;
    fprintf(plot->to, "<path class=\"%s\" d=\"", style);
    if (exact)
        svg_point(plot, true, of->list[0].low, 0);
    for (size_t i = 0; i < of->count; i++) {
        svg_point(plot, i == 0 && !exact, of->list[i].low, height_of(&of->list[i], exact));
        svg_point(plot, false, of->list[i].high, height_of(&of->list[i], exact));
    }
    if (exact)
        svg_point(plot, false, of->list[of->count - 1].high, 0);
    fputs("\"/>\n", plot->to);
}

static void write_errors(const svg_plot *plot, const bars *of, const char *style, bool hollow)
{
    for (size_t i = 0; i < of->count; i++) {
        const double x = svg_place(&plot->x, (of->list[i].low + of->list[i].high) / 2);
        const double y = svg_place(&plot->y, of->list[i].errors);
        svg_mark(plot->to, style, x, y, hollow);
    }
}

static double highest(const bars *of)
{
    double most = 0;
    for (size_t i = 0; i < of->count; i++)
        most = fmax(most, fmax(of->list[i].density, of->list[i].exact));
    return most;
}

static double farthest(const bars *of)
{
    double most = 4;
    for (size_t i = 0; i < of->count; i++)
        most = fmax(most, fabs(of->list[i].errors));
    return most;
}

static void write_error_panel(FILE *to, svg_axis x, const bars *a, const bars *b)
{
    const double most = 1.1 * fmax(farthest(a), farthest(b));
    const svg_plot plot = {to, x, {-most, most, HEIGHT - 44, 262, false}};
    fprintf(to, "<rect class=\"band\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n",
            x.from, svg_place(&plot.y, 3), x.to - x.from,
            svg_place(&plot.y, -3) - svg_place(&plot.y, 3));
    svg_frame(&plot, 6, 4);
    write_errors(&plot, b, "mark b", true);
    write_errors(&plot, a, "mark a", false);
    svg_label_x(&plot, "value");
    svg_label_y(&plot, "standard errors off (band: 3)");
}

void chart_density(FILE *to, const char *id, const chart_samples *of)
{
    bars *const made = need_memory(calloc(2, sizeof *made));
    make_bars(&made[0], of->a);
    if (of->b != NULL)
        make_bars(&made[1], of->b);
    const svg_axis x = {made[0].low, made[0].high, 46, WIDTH - 8, false};
    const double top = 1.08 * fmax(highest(&made[0]), highest(&made[1]));
    const svg_plot plot = {to, x, {0, top, 222, 20, false}};
    svg_begin(to, id, WIDTH, HEIGHT, "Density",
              "The density of the draws over the exact one, and below it how many standard errors "
              "each bar is "
              "off. The table has the distances.");
    if (made[0].count > 0) {
        write_steps(&plot, &made[0], true, "exact");
        svg_frame(&plot, 0, 4);
        write_steps(&plot, &made[0], false, "line a");
        write_steps(&plot, &made[1], false, "line b");
        svg_label_y(&plot, "density");
        write_error_panel(to, x, &made[0], &made[1]);
    }
    svg_end(to);
    free(made);
}
