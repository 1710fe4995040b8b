#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "output.h"

enum { BAR_WIDTH = 24 };

static const double redraw_seconds = 0.1;

double progress_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void progress_start(progress *line, bool quiet)
{
    line->shown = !quiet && isatty(STDERR_FILENO) == 1;
    line->started = line->drawn = progress_now();
    line->width = 0;
}

/* Whether it is time to draw again. */
static bool is_due(const progress *line, double now)
{
    return line->shown && now - line->drawn >= redraw_seconds;
}

static void draw(progress *line, double fraction, double now, const char *text)
{
    const int filled = (int)(fraction * BAR_WIDTH);
    char bar[BAR_WIDTH + 1];
    for (int i = 0; i < BAR_WIDTH; i++)
        bar[i] = i < filled ? '#' : '.';
    bar[BAR_WIDTH] = '\0';
    const int width = fprintf(stderr, "\r[%s] %3.0f %%  %s", bar, 100.0 * fraction, text);
    if (width < line->width)
        fprintf(stderr, "%*s", line->width - width, "");
    line->width = width;
    line->drawn = now;
    fflush(stderr);
}

void progress_update(progress *line, uint64_t done_bytes, uint64_t total_bytes)
{
    const double now = progress_now();
    if (total_bytes == 0 || !is_due(line, now))
        return;
    const double gbps = 1e-9 * (double)done_bytes / (now - line->started);
    char text[96];
    snprintf(text, sizeof text, "%s of %s, %.2f GB/s", output_format_bytes(done_bytes).text,
             output_format_bytes(total_bytes).text, gbps);
    draw(line, (double)done_bytes / (double)total_bytes, now, text);
}

void progress_count(progress *line, uint64_t done, uint64_t total, const char *what)
{
    const double now = progress_now();
    if (total == 0 || !is_due(line, now))
        return;
    char text[96];
    snprintf(text, sizeof text, "%" PRIu64 " of %" PRIu64 " %s", done, total, what);
    draw(line, (double)done / (double)total, now, text);
}

void progress_end(progress *line)
{
    if (line->width > 0)
        fprintf(stderr, "\r%*s\r", line->width, "");
    line->width = 0;
}
