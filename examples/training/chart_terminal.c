/* Charts of characters: a letter a series, two charts side by side. */
#include <math.h>
#include <string.h>

#include "chart.h"

enum { LABEL = 6, COLUMNS = 30, ROWS = 15, GAP = 3, TERMINAL = 80 };

typedef struct canvas {
    unsigned char series[ROWS][COLUMNS]; /* a bit for each that is there */
    char label[ROWS][LABEL + 1];
} canvas;

/* yellow, red, blue, green, magenta: bright, since they are to be seen on black and on white */
static const char *const colour[CHART_STYLES] = {"\033[33m", "\033[91m", "\033[94m", "\033[32m",
                                                 "\033[95m"};

/* The row of a height, the upper one first; -1: outside. Row 0 is the upper edge, the last the lower. */
static int row_of(double height)
{
    if (!(height > -0.5 / (ROWS - 1) && height < 1 + 0.5 / (ROWS - 1)))
        return -1;
    return (int)lround((1 - height) * (ROWS - 1));
}

/* The height of a series over a column, on the line between its neighbours; what is not finite gives none. */
static double height_over(const chart *of, const chart_series *series, int column)
{
    const double x = (double)(of->last_x - 1) * column / (COLUMNS - 1);
    const size_t left = (size_t)x, right = left + 1 < series->count ? left + 1 : left;
    const double from = chart_height(of, (double)series->values[left]);
    const double to = chart_height(of, (double)series->values[right]);
    return x > (double)left ? from + (x - (double)left) * (to - from) : from;
}

static void draw_series(canvas *on, const chart *of, size_t index)
{
    for (int column = 0; column < COLUMNS; column++) {
        const int row = row_of(height_over(of, &of->series[index], column));
        if (row >= 0)
            on->series[row][column] |= (unsigned char)(1U << index);
    }
}

static void draw(canvas *on, const chart *what)
{
    double value;
    memset(on, 0, sizeof *on);
    for (size_t i = 0; chart_tick(what, i, &value); i++)
        chart_label(what, value, on->label[row_of(chart_height(what, value))], LABEL + 1);
    for (size_t s = 0; s < what->series_count; s++)
        draw_series(on, what, s);
}

/* The series that a column shows of those in a cell, which take turns; NULL: none. */
static const chart_series *shown(const chart *of, unsigned char there, int column)
{
    size_t found[CHART_SERIES_MAX], count = 0;
    for (size_t s = 0; s < of->series_count; s++)
        if (there >> s & 1U)
            found[count++] = s;
    return count == 0 ? NULL : &of->series[found[(size_t)column % count]];
}

static void print_row(FILE *to, const chart *of, const canvas *from, int row, bool utf8,
                      bool colours)
{
    const bool tick = from->label[row][0] != '\0';
    fprintf(to, "%*s %s", LABEL, from->label[row],
            utf8 ? (tick ? "\u2524" : "\u2502") : (tick ? "+" : "|"));
    for (int column = 0; column < COLUMNS; column++) {
        const chart_series *const series = shown(of, from->series[row][column], column);
        if (colours && series != NULL)
            fprintf(to, "%s%c\033[0m", colour[series->style], series->mark);
        else
            fputc(series == NULL ? ' ' : series->mark, to);
    }
}

static void print_axis(FILE *to, bool utf8)
{
    fprintf(to, "%*s %s", LABEL, "", utf8 ? "\u2514" : "+");
    for (int column = 0; column < COLUMNS; column++)
        fputs(utf8 ? "\u2500" : "-", to);
}

/* The x axis's text: 1 at the left, what it counts, the last at the right. */
static void print_x(FILE *to, const chart *what)
{
    char text[COLUMNS + 1];
    char last[24];
    memset(text, ' ', COLUMNS);
    text[COLUMNS] = '\0';
    snprintf(last, sizeof last, "%zu", what->last_x);
    const size_t label = strlen(what->x_label) < COLUMNS ? strlen(what->x_label) : COLUMNS;
    memcpy(text + (COLUMNS - label) / 2, what->x_label, label);
    text[0] = '1';
    memcpy(text + COLUMNS - strlen(last), last, strlen(last));
    fprintf(to, "%*s  %s", LABEL, "", text);
}

static void print_pair(FILE *to, const chart *charts, size_t count, bool utf8, bool colours)
{
    canvas canvases[2];
    for (size_t c = 0; c < count; c++) {
        draw(&canvases[c], &charts[c]);
        fprintf(to, "%*s%*s  %-*s", c == 0 ? 0 : GAP, "", LABEL, "", c + 1 < count ? COLUMNS : 0,
                charts[c].title);
    }
    fputc('\n', to);
    for (int row = 0; row < ROWS; row++)
        for (size_t c = 0; c < count; c++) {
            fprintf(to, "%*s", c == 0 ? 0 : GAP, "");
            print_row(to, &charts[c], &canvases[c], row, utf8, colours);
            if (c + 1 == count)
                fputc('\n', to);
        }
    for (size_t c = 0; c < count; c++) {
        fprintf(to, "%*s", c == 0 ? 0 : GAP, "");
        print_axis(to, utf8);
    }
    fputc('\n', to);
    for (size_t c = 0; c < count; c++) {
        fprintf(to, "%*s", c == 0 ? 0 : GAP, "");
        print_x(to, &charts[c]);
    }
    fputs("\n\n", to);
}

static void print_legend(FILE *to, const chart *of, bool colours)
{
    size_t used = 0;
    for (size_t s = 0; s < of->series_count; s++) {
        const chart_series *const series = &of->series[s];
        const size_t length = strlen("  x ") + strlen(series->name);
        if (used + length > TERMINAL) {
            fputc('\n', to);
            used = 0;
        }
        used += length;
        fprintf(to, "  %s%c%s %s", colours ? colour[series->style] : "", series->mark,
                colours ? "\033[0m" : "", series->name);
    }
    fputs("\n\n", to);
}

void chart_print(FILE *to, const figure *what, bool utf8, bool colours)
{
    fprintf(to, "%s\n%s\n\n", what->title, what->subtitle);
    print_legend(to, &what->charts[0], colours);
    for (size_t c = 0; c < what->count; c += 2)
        print_pair(to, &what->charts[c], what->count - c < 2 ? 1 : 2, utf8, colours);
}
