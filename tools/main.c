/* The sowcl program. */
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "message.h"
#include "nearest.h"
#include "options.h"
#include "output.h"
#include "signals.h"
#include "sowcl/base.h"

static const command *const commands[] = {&command_devices, &command_init,    &command_fill,
                                          &command_digest,  &command_stream,  &command_recipes,
                                          &command_bench,   &command_compare, &command_probe,
                                          &command_stats,   &command_verify};

enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static void print_usage(FILE *to)
{
    output_text(to, "Usage: sowcl COMMAND [options]\n\n"
                    "Initial weights of neural networks: the same bits on every OpenCL device and "
                    "on the host.\n\nCommands:\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        output_printf(to, "  %-9s %s\n", commands[i]->name, commands[i]->about);
    output_text(to, "\n'sowcl COMMAND --help' says more. 'sowcl --version' prints the version.\n"
                    "SOWCL_DEVICE in the environment is the default of --device.\n");
}

static int print_version(void)
{
    output_printf(stdout, "sowcl %d.%d.%d (stream version %d)\n", SOW_VERSION_MAJOR,
                  SOW_VERSION_MINOR, SOW_VERSION_PATCH, SOW_STREAM_VERSION);
    return EXIT_DONE;
}

/* NULL after a message. */
static const command *find_command(const char *name)
{
    nearest search = {.word = name};
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
        nearest_offer(&search, commands[i]->name);
    }
    nearest_offer(&search, "--help");
    nearest_offer(&search, "--version");
    const char *const kind = name[0] == '-' ? "option" : "command";
    if (search.best != NULL)
        message("unknown %s (%s): did you mean %s?", kind, name, search.best);
    else
        message("unknown %s (%s): see 'sowcl --help'", kind, name);
    return NULL;
}

static int help(int argc, char **argv)
{
    if (argc == 0) {
        print_usage(stdout);
        return EXIT_DONE;
    }
    const command *const found = find_command(argv[0]);
    if (found == NULL)
        return EXIT_MISUSE;
    options_print_help(found);
    return EXIT_DONE;
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        print_usage(stderr);
        return EXIT_MISUSE;
    }
    const char *const word = argv[1];
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0)
        return print_version();
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0)
        return help(argc - 2, argv + 2);
    const command *const found = find_command(word);
    return found != NULL ? found->run(found, argc - 1, argv + 1) : EXIT_MISUSE;
}

/* A standard stream that came closed must not become the number of a file that we write. */
static bool fill_standard_streams(void)
{
    for (int number = STDIN_FILENO; number <= STDERR_FILENO; number++) {
        /* Opened the other way round, so that its use still fails. */
        const int flags = number == STDIN_FILENO ? O_WRONLY : O_RDONLY;
        if (fcntl(number, F_GETFD) == -1 && open("/dev/null", flags) != number)
            return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    if (!fill_standard_streams())
        return EXIT_FAILED;
    signals_install();
    return output_finish(dispatch(argc, argv));
}
