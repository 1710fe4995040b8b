#include "terminal.h"

#include <langinfo.h>
#include <locale.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { USUAL_WIDTH = 80 };

int terminal_width(void)
{
    struct winsize size;
    if (isatty(STDOUT_FILENO) != 1)
        return 0;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return USUAL_WIDTH;
    return size.ws_col;
}

bool terminal_has_utf8(void)
{
    const locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    if (locale == (locale_t)0)
        return false;
    const bool utf8 = strcasecmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
    freelocale(locale);
    return utf8;
}

bar_text terminal_bar(double fraction, int cells, bool utf8)
{
    /* U+258F, an eighth of a cell, down to U+2588, a whole one */
    static const char blocks[8][4] = {"\u258f", "\u258e", "\u258d", "\u258c",
                                      "\u258b", "\u258a", "\u2589", "\u2588"};
    const int parts = utf8 ? 8 : 1;
    bar_text bar = {""};
    if (!(fraction > 0))
        return bar; /* nothing is there, or a clock that stood still gave 0 / 0 */
    cells = cells < BAR_CELLS_MAX ? cells : BAR_CELLS_MAX;
    int left = (int)(fraction * cells * parts + 0.5);
    if (left == 0)
        left = 1;
    char *to = bar.text;
    while (left > 0) {
        const int part = left < parts ? left : parts;
        const char *const cell = utf8 ? blocks[part - 1] : "#";
        memcpy(to, cell, strlen(cell));
        to += strlen(cell);
        left -= part;
    }
    *to = '\0';
    return bar;
}
