#include "options.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "nearest.h"
#include "output.h"

enum { OPTIONS_MAX = 24 };

/* Options that mean the same in every command that has them. */
static const option_row shared_rows[] = {
    {'s', "seed", "N", "seed, decimal or 0x; default 0"},
    {'d', "device", "SEL",
     "host, cpu, gpu, P:D as 'sowcl devices' prints it, or\n"
     "a part of a device's or platform's name"},
    {'j', "threads", "N", "threads on the host; default: all processors"},
    {'J', "json", NULL, "print one JSON object"},
    {'h', "help", NULL, "print this help"},
};

/* All options of a command, ended by a NULL name. */
static void gather(const command *self, option_row rows[OPTIONS_MAX + 1])
{
    size_t count = 0;
    for (const option_row *row = self->options; row != NULL && row->name != NULL; row++)
        rows[count++] = *row;
    for (size_t i = 0; i < sizeof shared_rows / sizeof *shared_rows; i++)
        if (shared_rows[i].letter == 'h' || strchr(self->shared, shared_rows[i].letter) != NULL)
            rows[count++] = shared_rows[i];
    rows[count].name = NULL;
}

static bool has_short(const option_row *row)
{
    return row->letter < 128;
}

/* getopt's two descriptions of the rows. The leading ':' has a missing value told apart. */
static void describe(const option_row *rows, char *letters, struct option *longs)
{
    *letters++ = ':';
    for (; rows->name != NULL; rows++, longs++) {
        longs->name = rows->name;
        longs->has_arg = rows->value != NULL ? required_argument : no_argument;
        longs->flag = NULL;
        longs->val = rows->letter;
        if (!has_short(rows))
            continue;
        *letters++ = (char)rows->letter;
        if (rows->value != NULL)
            *letters++ = ':';
    }
    *letters = '\0';
    memset(longs, 0, sizeof *longs);
}

static const option_row *row_of(const option_row *rows, int letter)
{
    for (const option_row *row = rows; row->name != NULL; row++)
        if (row->letter == letter)
            return row;
    return NULL;
}

/* text: the argument as it was typed, with its dashes. */
static int unknown_option(const char *command_name, const option_row *rows, const char *text)
{
    char word[64];
    const char *const name = text + strspn(text, "-");
    const size_t length = strcspn(name, "=");
    nearest search = {.word = word};
    word[0] = '\0';
    if (length < sizeof word) {
        memcpy(word, name, length);
        word[length] = '\0';
    }
    bool prefix = false;
    for (const option_row *row = rows; row->name != NULL; row++) {
        nearest_offer(&search, row->name);
        prefix = prefix || (length > 0 && strncmp(row->name, name, length) == 0);
    }
    if (prefix)
        return misuse("more than one option begins like this (%s): see 'sowcl %s --help'", text,
                      command_name);
    if (search.best != NULL)
        return misuse("unknown option of %s (%s): did you mean --%s?", command_name, text,
                      search.best);
    return misuse("unknown option of %s (%s): see 'sowcl %s --help'", command_name, text,
                  command_name);
}

/* getopt said ':' or '?'. */
static int refuse(const char *command_name, const option_row *rows, int answer, char **argv)
{
    const option_row *const row = row_of(rows, optopt);
    if (answer == ':' && row != NULL)
        return misuse("--%s has no value: --%s %s", row->name, row->name, row->value);
    if (row != NULL)
        return misuse("--%s takes no value (%s)", row->name, argv[optind - 1]);
    if (optopt != 0) {
        const char text[] = {'-', (char)optopt, '\0'};
        return unknown_option(command_name, rows, text);
    }
    return unknown_option(command_name, rows, argv[optind - 1]);
}

int options_read(const command *self, int argc, char **argv, option_taker *take, void *user,
                 int *operand)
{
    char letters[2 * OPTIONS_MAX + 2];
    struct option longs[OPTIONS_MAX + 1];
    option_row rows[OPTIONS_MAX + 1];
    gather(self, rows);
    describe(rows, letters, longs);
    opterr = 0;
    for (;;) {
        const int letter = getopt_long(argc, argv, letters, longs, NULL);
        if (letter == -1)
            break;
        if (letter == ':' || letter == '?')
            return refuse(self->name, rows, letter, argv);
        if (letter == 'h') {
            options_print_help(self);
            return EXIT_DONE;
        }
        const int code = take(user, letter, optarg);
        if (code != PROCEED)
            return code;
    }
    *operand = optind;
    return PROCEED;
}

int options_take_json(void *user, int letter, const char *value)
{
    (void)letter;
    (void)value;
    *(bool *)user = true;
    return PROCEED;
}

/* Column where the explanations begin. */
enum { HELP_COLUMN = 24 };

static void print_option(const option_row *row)
{
    char left[64];
    int width = has_short(row) ? snprintf(left, sizeof left, "  -%c, --%s", row->letter, row->name)
                               : snprintf(left, sizeof left, "      --%s", row->name);
    if (row->value != NULL)
        width += snprintf(left + width, sizeof left - (size_t)width, " %s", row->value);
    output_text(stdout, left);
    for (const char *line = row->help; line != NULL;) {
        const char *const end = strchr(line, '\n');
        const int length = (int)(end != NULL ? (size_t)(end - line) : strlen(line));
        if (width > HELP_COLUMN - 2) {
            output_text(stdout, "\n");
            width = 0;
        }
        output_printf(stdout, "%*s%.*s\n", HELP_COLUMN - width, "", length, line);
        width = 0;
        line = end != NULL ? end + 1 : NULL;
    }
}

void options_print_help(const command *self)
{
    output_printf(stdout, "Usage: sowcl %s %s\n\n%s\n\nOptions:\n", self->name, self->synopsis,
                  self->about);
    option_row rows[OPTIONS_MAX + 1];
    gather(self, rows);
    for (const option_row *row = rows; row->name != NULL; row++)
        print_option(row);
    if (self->details != NULL)
        output_printf(stdout, "\n%s\n", self->details);
}
