/* A subcommand of the program: what main needs to know of it. */
#ifndef COMMAND_H
#define COMMAND_H

/* Exit codes. A reader that closes the pipe is EXIT_DONE; signals end in 128 + their number. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_MISUSE = 2 };

/* Of commands that compare, as in diff: same is EXIT_DONE, and every failure EXIT_MISUSE. */
enum { EXIT_DIFFERENT = 1, EXIT_NOTHING = 77 };

/* What functions return that may end the program: an exit code, or this to go on. */
enum { PROCEED = -1 };

typedef struct option_row {
    int letter;        /* below 128 also the short option; unique in the command */
    const char *name;  /* the long option, without dashes; NULL ends the list */
    const char *value; /* what its value is called; NULL: takes none */
    const char *help;  /* one or more lines */
} option_row;

typedef struct command {
    const char *name;
    const char *synopsis;      /* what follows the name in a usage line */
    const char *about;         /* one line */
    const char *details;       /* lines after the options; NULL: none */
    const option_row *options; /* its own */
    const char *shared;        /* letters of those it has from options.c, besides --help */
    int (*run)(const struct command *self, int argc, char **argv);
} command;

extern const command command_devices, command_init, command_fill, command_digest, command_stream,
    command_recipes, command_bench, command_compare, command_probe, command_stats, command_verify;

#endif
