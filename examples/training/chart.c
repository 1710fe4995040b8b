#include "chart.h"

#include <math.h>

double chart_height(const chart *of, double value)
{
    if (!of->logarithmic)
        return (value - of->low) / (of->high - of->low);
    if (value <= 0)
        return -INFINITY;
    return log10(value / of->low) / log10(of->high / of->low);
}

void chart_label(const chart *of, double value, char *text, size_t size)
{
    if (of->logarithmic)
        snprintf(text, size, "1e%.0f", log10(value));
    else
        snprintf(text, size, "%.1f", value);
}

bool chart_tick(const chart *of, size_t i, double *value)
{
    const double steps = (double)i * of->step;
    *value = of->logarithmic ? of->low * pow(10, steps) : of->low + steps;
    return chart_height(of, *value) < 1 + 1e-9;
}

void chart_write_csv(FILE *to, const figure *what)
{
    fputs("chart,series,x,y\n", to);
    for (size_t c = 0; c < what->count; c++)
        for (size_t s = 0; s < what->charts[c].series_count; s++) {
            const chart_series *const series = &what->charts[c].series[s];
            for (size_t i = 0; i < series->count; i++)
                fprintf(to, "\"%s\",\"%s\",%zu,%.6g\n", what->charts[c].title, series->name, i + 1,
                        (double)series->values[i]);
        }
}
