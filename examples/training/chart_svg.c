/* Charts as an SVG document. Its colours follow the reader's preference for light or dark. */
#include <math.h>

#include "chart.h"

enum {
    WIDTH = 880,
    HEAD = 104, /* title, subtitle and legend */
    LEFT = 58,  /* labels of the y axis */
    PLOT_WIDTH = 352,
    PLOT_HEIGHT = 230,
    PANEL_WIDTH = 440,
    PANEL_HEIGHT = 306,
    TITLE = 26 /* of a panel */
};

static const char style_sheet[] =
    "<style>\n"
    "svg{background:#fff;font:13px system-ui,'Segoe UI',Helvetica,Arial,sans-serif}\n"
    "text{fill:#1f2328}.minor{fill:#59636e;font-size:12px}.head{font-size:17px;font-weight:600}\n"
    ".panel{font-weight:600}.grid{stroke:#d8dee4}.axis{stroke:#59636e;fill:none}\n"
    ".s{fill:none;stroke-width:2.2;stroke-linejoin:round;stroke-linecap:round}\n"
    ".s0{stroke:#c4570b;stroke-dasharray:7 5}.s1{stroke:#a8205f;stroke-dasharray:1 5}\n"
    ".s2{stroke:#0a66b0}.s3{stroke:#0b7d4f}.s4{stroke:#7a4bc4;stroke-dasharray:10 7}\n"
    "@media(prefers-color-scheme:dark){svg{background:#0d1117}text{fill:#e6edf3}\n"
    ".minor{fill:#9198a1}.grid{stroke:#2a313a}.axis{stroke:#9198a1}\n"
    ".s0{stroke:#ff9d4d}.s1{stroke:#ff7eb6}.s2{stroke:#66b3ff}.s3{stroke:#4bd69a}.s4{stroke:#"
    "b99aff}}\n"
    "</style>\n";

/* What XML would take for markup. */
static void write_text(FILE *to, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '<')
            fputs("&lt;", to);
        else if (*text == '&')
            fputs("&amp;", to);
        else
            fputc(*text, to);
    }
}

static void write_label(FILE *to, int x, int y, const char *attributes, const char *text)
{
    fprintf(to, "<text x=\"%d\" y=\"%d\" %s>", x, y, attributes);
    write_text(to, text);
    fputs("</text>\n", to);
}

static double x_of(const chart *of, size_t i)
{
    const double steps = of->last_x > 1 ? (double)(of->last_x - 1) : 1;
    return LEFT + PLOT_WIDTH * (double)i / steps;
}

/* The place of a point, held near the plot so that coordinates stay small. */
static double near_height(const chart *of, const chart_series *series, size_t i)
{
    const double beyond = 0.5; /* of the plot's height */
    return fmin(fmax(chart_height(of, (double)series->values[i]), -beyond), 1 + beyond);
}

static bool is_inside(const chart *of, const chart_series *series, size_t i)
{
    const double height = chart_height(of, (double)series->values[i]);
    return height >= 0 && height <= 1;
}

/* Lines between neighbours of which at least one is inside the plot; the clip cuts them at its edge. */
static void write_series(FILE *to, const chart *of, const chart_series *series)
{
    bool drawing = false;
    fprintf(to, "<path class=\"s s%d\" d=\"", series->style);
    for (size_t i = 1; i < series->count; i++) {
        const bool unknown = isnan(series->values[i - 1]) || isnan(series->values[i]);
        if (unknown || (!is_inside(of, series, i - 1) && !is_inside(of, series, i))) {
            drawing = false;
            continue;
        }
        if (!drawing)
            fprintf(to, "M%.1f,%.1f", x_of(of, i - 1),
                    TITLE + PLOT_HEIGHT * (1 - near_height(of, series, i - 1)));
        fprintf(to, "L%.1f,%.1f", x_of(of, i),
                TITLE + PLOT_HEIGHT * (1 - near_height(of, series, i)));
        drawing = true;
    }
    fputs("\"/>\n", to);
}

static void write_axes(FILE *to, const chart *of)
{
    double value;
    char text[32];
    for (size_t i = 0; chart_tick(of, i, &value); i++) {
        const int y = (int)lround(TITLE + PLOT_HEIGHT * (1 - chart_height(of, value)));
        fprintf(to, "<path class=\"grid\" d=\"M%d %dh%d\"/>\n", LEFT, y, PLOT_WIDTH);
        chart_label(of, value, text, sizeof text);
        write_label(to, LEFT - 8, y + 4, "class=\"minor\" text-anchor=\"end\"", text);
    }
    const size_t step = of->last_x >= 10 ? of->last_x / 5 : 1;
    for (size_t x = 1; x <= of->last_x; x = x == 1 && step > 1 ? step : x + step) {
        snprintf(text, sizeof text, "%zu", x);
        write_label(to, (int)lround(x_of(of, x - 1)), TITLE + PLOT_HEIGHT + 18,
                    "class=\"minor\" text-anchor=\"middle\"", text);
    }
    fprintf(to, "<path class=\"axis\" d=\"M%d %dv%dh%d\"/>\n", LEFT, TITLE, PLOT_HEIGHT,
            PLOT_WIDTH);
    write_label(to, LEFT + PLOT_WIDTH / 2, TITLE + PLOT_HEIGHT + 36,
                "class=\"minor\" text-anchor=\"middle\"", of->x_label);
}

static void write_panel(FILE *to, const chart *of, size_t index)
{
    const int x = (int)(index % 2) * PANEL_WIDTH, y = HEAD + (int)(index / 2) * PANEL_HEIGHT;
    fprintf(to, "<g transform=\"translate(%d %d)\">\n", x, y);
    write_label(to, LEFT, TITLE - 12, "class=\"panel\"", of->title);
    write_axes(to, of);
    fputs("<g clip-path=\"url(#plot)\">\n", to);
    for (size_t s = 0; s < of->series_count; s++)
        write_series(to, of, &of->series[s]);
    fputs("</g>\n</g>\n", to);
}

static void write_legend(FILE *to, const chart *of)
{
    const int width = (WIDTH - LEFT) / (int)of->series_count;
    for (size_t s = 0; s < of->series_count; s++) {
        const int x = LEFT + (int)s * width;
        fprintf(to, "<path class=\"s s%d\" d=\"M%d 82h30\"/>\n", of->series[s].style, x);
        write_label(to, x + 40, 86, "", of->series[s].name);
    }
}

void chart_write_svg(FILE *to, const figure *what)
{
    const int rows = (int)((what->count + 1) / 2);
    fprintf(to, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">\n",
            WIDTH, HEAD + rows * PANEL_HEIGHT);
    fputs("<title>", to);
    write_text(to, what->title);
    fputs("</title>\n", to);
    fputs(style_sheet, to);
    fprintf(to, "<clipPath id=\"plot\"><path d=\"M%d %dh%dv%dh-%dz\"/></clipPath>\n", LEFT,
            TITLE - 2, PLOT_WIDTH + 2, PLOT_HEIGHT + 3, PLOT_WIDTH + 2);
    write_label(to, LEFT, 32, "class=\"head\"", what->title);
    write_label(to, LEFT, 54, "class=\"minor\"", what->subtitle);
    write_legend(to, &what->charts[0]);
    for (size_t c = 0; c < what->count; c++)
        write_panel(to, &what->charts[c], c);
    fputs("</svg>\n", to);
}
