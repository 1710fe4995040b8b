#include "compare_report.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "command.h"
#include "html.h"
#include "message.h"
#include "page.h"
#include "sowcl/model.h"
#include "target.h"

static void write_head(FILE *to, const comparison *told)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n<title>sowcl compare: ",
          to);
    html_text(to, told->what);
    fputs("</title>\n<style>\n", to);
    page_write_style(to);
    fputs("</style>\n</head>\n<body>\n<main>\n", to);
}

static void write_made(FILE *to, const comparison *told)
{
    fputs("<section>\n<h2>How this page was made</h2>\n<dl class=\"facts\">\n", to);
    if (told->command != NULL) {
        fputs("<dt>Command</dt><dd><code>", to);
        html_text(to, told->command);
        fputs("</code></dd>\n", to);
    }
    fputs("<dt>Compared</dt><dd>", to);
    html_text(to, told->what);
    fprintf(
        to,
        "</dd>\n<dt>Program</dt><dd>sowcl %d.%d.%d, stream version %d</dd>\n</dl>\n</section>\n",
        SOW_VERSION_MAJOR, SOW_VERSION_MINOR, SOW_VERSION_PATCH, SOW_STREAM_VERSION);
}

static void write_page(FILE *to, const comparison *told)
{
    write_head(to, told);
    page_write_verdict(to, told);
    page_write_sides(to, told);
    page_write_pairs(to, told);
    page_write_samples(to, told);
    page_write_rules(to, told);
    write_made(to, told);
    fputs("</main>\n</body>\n</html>\n", to);
}

int compare_report_check(const char *path)
{
    struct stat info;
    const char *const slash = strrchr(path, '/');
    const size_t length = slash == NULL ? 1 : slash == path ? 1 : (size_t)(slash - path);
    char *const folder = need_memory(calloc(length + 1, 1));
    memcpy(folder, slash == NULL ? "." : path, length);
    int code = PROCEED;
    if (path[0] == '\0')
        code = misuse("--report (): the page's file, like page.html");
    else if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        code = misuse("--report (%s): a file, and this is a folder", path);
    else if (!target_is_stdout(path) && (stat(folder, &info) != 0 || !S_ISDIR(info.st_mode)))
        code = misuse("--report (%s): a file in a folder that is there", path);
    free(folder);
    return code;
}

int compare_report_write(const comparison *told, const char *path)
{
    char *text = NULL;
    size_t size = 0;
    sow_error error;
    FILE *const to = need_memory(open_memstream(&text, &size));
    write_page(to, told);
    if (ferror(to) != 0 || fclose(to) != 0) /* of memory */
        text = need_memory(NULL);
    const sow_status status = sow_save_bytes(path, text, size, &error);
    free(text);
    if (status == SOW_OK)
        return PROCEED;
    if (status == SOW_ERR_PIPE)
        return EXIT_DONE;
    message("%s", error.text);
    return EXIT_FAILED;
}
