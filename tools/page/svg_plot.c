#include "svg_plot.h"

#include <math.h>

#include "html.h"

void svg_begin(FILE *to, const char *id, int width, int height, const char *title,
               const char *description)
{
    fprintf(to,
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"%s-t %s-d\">\n"
            "<title id=\"%s-t\">",
            width, height, id, id, id);
    html_text(to, title);
    fprintf(to, "</title><desc id=\"%s-d\">", id);
    html_text(to, description);
    fputs("</desc>\n", to);
}

void svg_end(FILE *to)
{
    fputs("</svg>\n", to);
}

static double share(const svg_axis *axis, double value)
{
    if (axis->log)
        return value > 0 ? log10(value / axis->low) / log10(axis->high / axis->low) : -1;
    return (value - axis->low) / (axis->high - axis->low);
}

double svg_place(const svg_axis *axis, double value)
{
    const double beyond = 0.02;
    const double at = fmin(fmax(share(axis, value), -beyond), 1 + beyond);
    return axis->from + at * (axis->to - axis->from);
}

/* 1, 2 or 5 times a power of ten. */
static double step_of(const svg_axis *axis, int most)
{
    const double least = (axis->high - axis->low) / most;
    const double power = pow(10, floor(log10(least)));
    return least <= power       ? power
           : least <= 2 * power ? 2 * power
           : least <= 5 * power ? 5 * power
                                : 10 * power;
}

static void write_tick(const svg_plot *plot, bool is_x, double value, const char *label)
{
    const double at = svg_place(is_x ? &plot->x : &plot->y, value);
    if (is_x)
        fprintf(plot->to,
                "<path class=\"grid\" d=\"M%.1f %.1fV%.1f\"/>"
                "<text class=\"tick mid\" x=\"%.1f\" y=\"%.1f\">%s</text>\n",
                at, plot->y.from, plot->y.to, at, plot->y.from + 15, label);
    else
        fprintf(plot->to,
                "<path class=\"grid\" d=\"M%.1f %.1fH%.1f\"/>"
                "<text class=\"tick end\" x=\"%.1f\" y=\"%.1f\">%s</text>\n",
                plot->x.from, at, plot->x.to, plot->x.from - 5, at + 4, label);
}

static void write_linear_ticks(const svg_plot *plot, bool is_x, int most)
{
    const svg_axis *axis = is_x ? &plot->x : &plot->y;
    const double step = step_of(axis, most);
    for (double i = ceil(axis->low / step - 1e-9); i * step <= axis->high + 1e-9 * step; i++) {
        char label[32];
        snprintf(label, sizeof label, "%.4g", i * step + 0.0);
        write_tick(plot, is_x, i * step, label);
    }
}

/* Powers of ten; no more than `most`, from the first one on. */
static void write_log_ticks(const svg_plot *plot, bool is_x, int most)
{
    const svg_axis *axis = is_x ? &plot->x : &plot->y;
    const int first = (int)ceil(log10(axis->low) - 1e-9);
    const int last = (int)floor(log10(axis->high) + 1e-9);
    const int step = (last - first) / most + 1;
    for (int power = first; power <= last; power += step) {
        char label[64];
        if (power < 4)
            snprintf(label, sizeof label, "%.0f", pow(10, power));
        else
            snprintf(label, sizeof label, "10<tspan class=\"up\" dy=\"-4\">%d</tspan>", power);
        write_tick(plot, is_x, pow(10, power), label);
    }
}

static void write_ticks(const svg_plot *plot, bool is_x, int most)
{
    if (most <= 0)
        return;
    if ((is_x ? &plot->x : &plot->y)->log)
        write_log_ticks(plot, is_x, most);
    else
        write_linear_ticks(plot, is_x, most);
}

void svg_frame(const svg_plot *plot, int most_x, int most_y)
{
    write_ticks(plot, true, most_x);
    write_ticks(plot, false, most_y);
    fprintf(plot->to, "<path class=\"axis\" d=\"M%.1f %.1fV%.1fH%.1f\"/>\n", plot->x.from,
            plot->y.to, plot->y.from, plot->x.to);
}

void svg_label_x(const svg_plot *plot, const char *text)
{
    fprintf(plot->to, "<text class=\"label mid\" x=\"%.1f\" y=\"%.1f\">%s</text>\n",
            (plot->x.from + plot->x.to) / 2, plot->y.from + 32, text);
}

void svg_label_y(const svg_plot *plot, const char *text)
{
    const double above = plot->y.log ? 13 : 8; /* of a tick with an exponent at the top */
    fprintf(plot->to, "<text class=\"label\" x=\"%.1f\" y=\"%.1f\">%s</text>\n", plot->x.from - 34,
            plot->y.to - above, text);
}

void svg_point(const svg_plot *plot, bool first, double x, double y)
{
    fprintf(plot->to, "%s%.1f %.1f", first ? "M" : "L", svg_place(&plot->x, x),
            svg_place(&plot->y, y));
}

void svg_mark(FILE *to, const char *style, double x, double y, bool hollow)
{
    if (hollow)
        fprintf(to, "<path class=\"%s\" d=\"M%.1f %.1fl3.2 3.2l-3.2 3.2l-3.2 -3.2z\"/>\n", style, x,
                y - 3.2);
    else
        fprintf(to, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"1.9\"/>\n", style, x, y);
}
