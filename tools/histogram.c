#include "histogram.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "output.h"
#include "terminal.h"

/* Bins within 4 std, and what they are drawn in. */
enum {
    FIRST = SOW_HISTOGRAM_BINS / 4,
    SHOWN = SOW_HISTOGRAM_BINS / 2,
    COLUMNS_MAX = 64,
    LINES = 7
};

typedef struct column {
    double counted, expected; /* elements; expected below 0: no law */
} column;

static double normal_below(double x)
{
    return erfc(-x / sqrt(2)) / 2;
}

/* The law's share below x; below 0 if it is none that is drawn. */
static double share_below(const sow_plan *plan, double x)
{
    const double at = x <= plan->low ? plan->low : x >= plan->high ? plan->high : x;
    switch (plan->distribution) {
    case SOW_DIST_UNIFORM:
        return (at - plan->low) / (plan->high - plan->low);
    case SOW_DIST_NORMAL:
        return normal_below((x - plan->mean) / plan->std);
    case SOW_DIST_TRUNC_CENTRAL:
    case SOW_DIST_TRUNC_WIDE:
    case SOW_DIST_TRUNC_EDGE: {
        const double low = normal_below((plan->low - plan->location) / plan->scale);
        const double high = normal_below((plan->high - plan->location) / plan->scale);
        return high > low ? (normal_below((at - plan->location) / plan->scale) - low) / (high - low)
                          : -1;
    }
    default:
        return -1;
    }
}

static bool has_law(const sow_checkpoint_tensor *tensor)
{
    return tensor != NULL && tensor->plan.structure == SOW_STRUCTURE_NONE && tensor->std > 0 &&
           share_below(&tensor->plan, tensor->mean) >= 0;
}

static void gather(const sow_histogram *histogram, uint64_t elements,
                   const sow_checkpoint_tensor *tensor, column *columns, int count)
{
    const int width = SHOWN / count;
    const double bin = histogram->std / (SOW_HISTOGRAM_BINS / 16);
    const bool law = has_law(tensor);
    for (int i = 0; i < count; i++) {
        const int first = FIRST + i * width;
        const double from = histogram->center + (first - SOW_HISTOGRAM_BINS / 2) * bin;
        columns[i] = (column){.expected = -1};
        for (int j = 0; j < width; j++)
            columns[i].counted += (double)histogram->bins[first + j];
        if (law)
            columns[i].expected =
                (double)elements *
                (share_below(&tensor->plan, from + width * bin) - share_below(&tensor->plan, from));
    }
}

/* One cell: how much of it the bar fills, or the law where there is no bar. */
static void print_cell(double height, double law, int line, bool utf8)
{
    static const char *const blocks[] = {" ",      "\u2581", "\u2582", "\u2583", "\u2584",
                                         "\u2585", "\u2586", "\u2587", "\u2588"};
    const double filled = height - line;
    const bool is_law = law > line && law <= line + 1;
    const int eighths = filled >= 1 ? 8 : filled <= 0 ? 0 : (int)(filled * 8 + 0.5);
    if (eighths == 0)
        output_text(stdout, is_law ? (utf8 ? "\u00b7" : ".") : " ");
    else if (utf8)
        output_text(stdout, blocks[eighths]);
    else
        output_text(stdout, eighths >= 4 ? "#" : is_law ? "." : " ");
}

static int column_count(void)
{
    const int width = terminal_width(), room = width == 0 ? COLUMNS_MAX : width - 4;
    int count = COLUMNS_MAX;
    while (count > 8 && count > room)
        count /= 2;
    return count;
}

void histogram_print(const sow_histogram *histogram, uint64_t elements,
                     const sow_checkpoint_tensor *tensor)
{
    column columns[COLUMNS_MAX];
    const int count = column_count();
    const bool utf8 = terminal_has_utf8();
    double most = 1;
    uint64_t beyond = histogram->below + histogram->above;
    gather(histogram, elements, tensor, columns, count);
    for (int i = 0; i < count; i++)
        most = fmax(most, fmax(columns[i].counted, columns[i].expected));
    for (int i = 0; i < SOW_HISTOGRAM_BINS; i++)
        beyond += i < FIRST || i >= FIRST + SHOWN ? histogram->bins[i] : 0;
    for (int line = LINES - 1; line >= 0; line--) {
        output_text(stdout, "  ");
        for (int i = 0; i < count; i++)
            print_cell(columns[i].counted / most * LINES, columns[i].expected / most * LINES, line,
                       utf8);
        output_text(stdout, "\n");
    }
    output_printf(stdout, "  %.4g to %.4g; %" PRIu64 " beyond%s\n\n",
                  histogram->center - 4 * histogram->std, histogram->center + 4 * histogram->std,
                  beyond,
                  has_law(tensor) ? (utf8 ? "; \u00b7 is expected" : "; . is expected") : "");
}
