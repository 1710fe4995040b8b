/* sowcl's example: why initial weights matter. See README.md. */
#include <errno.h>
#include <getopt.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "learning.h"
#include "propagation.h"
#include "text_file.h"

enum { EXIT_MISUSE = 2, EXIT_NO_DEVICE = 77 };

typedef struct settings {
    const char *output;   /* a folder, or NULL */
    const char *selector; /* or NULL */
    const char *files;    /* the folder of layers.cl and the digits */
    uint64_t seed;
    bool signal, digits; /* what to do */
    bool done;           /* --help has been answered */
} settings;

static const char usage[] =
    "Usage: training [option]...\n"
    "\n"
    "Shows why the initial weights of a network matter: what becomes of a signal in 50 layers,\n"
    "and who learns handwritten digits, under naive initialisation and under sowcl's.\n"
    "\n"
    "  -o, --output DIR     writes the figures as SVG and their numbers as CSV: signal.svg,\n"
    "                       signal.csv, digits.svg, digits.csv\n"
    "  -d, --device SEL     cpu, gpu, P:D or a part of a name, as `sowcl devices` lists them;\n"
    "                       else the best one\n"
    "  -s, --seed N         of all random numbers, decimal or 0x; default 0\n"
    "      --only PART      signal or digits\n"
    "      --files DIR      where layers.cl and digits/digits.txt are\n"
    "  -h, --help           print this help\n"
    "\n"
    "Exit code: 0 done; 2 wrong options; 77 no such OpenCL device; 1 anything else.\n";

static int complain(int code, const char *what, const char *value, const char *allowed)
{
    fprintf(stderr, "training: %s (%s): %s\n", what, value, allowed);
    return code;
}

static int read_seed(settings *to, const char *text)
{
    char *end;
    errno = 0;
    to->seed = strtoull(text, &end, 0);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0)
        return complain(EXIT_MISUSE, "this is no seed", text, "0 to 2^64 - 1, decimal or 0x");
    return 0;
}

static int read_part(settings *to, const char *text)
{
    to->signal = strcmp(text, "signal") == 0;
    to->digits = strcmp(text, "digits") == 0;
    if (!to->signal && !to->digits)
        return complain(EXIT_MISUSE, "there is no such part", text, "signal or digits");
    return 0;
}

enum { ONLY = 256, FILES };

static int take_option(settings *to, int option, const char *value)
{
    switch (option) {
    case 'o':
        to->output = value;
        return 0;
    case 'd':
        to->selector = value;
        return 0;
    case 's':
        return read_seed(to, value);
    case ONLY:
        return read_part(to, value);
    case FILES:
        to->files = value;
        return 0;
    default:
        to->done = fputs(usage, stdout) >= 0;
        return 0;
    }
}

/* getopt_long said '?' or ':' of what was given. */
static int refuse(int answer, const char *given)
{
    const char letter[] = {'-', (char)optopt, '\0'};
    const bool is_short = optopt > 0 && optopt < ONLY && strncmp(given, "--", 2) != 0;
    const char *const what = answer == ':'              ? "an option without its value"
                             : optopt != 0 && !is_short ? "an option that takes no value"
                                                        : "unknown option";
    return complain(EXIT_MISUSE, what, is_short ? letter : given, "see --help");
}

/* 0 or an exit code. */
static int read_options(settings *to, int argc, char **argv)
{
    static const struct option options[] = {{"output", required_argument, NULL, 'o'},
                                            {"device", required_argument, NULL, 'd'},
                                            {"seed", required_argument, NULL, 's'},
                                            {"only", required_argument, NULL, ONLY},
                                            {"files", required_argument, NULL, FILES},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    int code = 0, option;
    opterr = 0;
    while (code == 0 && !to->done &&
           (option = getopt_long(argc, argv, ":o:d:s:h", options, NULL)) != -1)
        code = option == '?' || option == ':' ? refuse(option, argv[optind - 1])
                                              : take_option(to, option, optarg);
    if (to->done)
        return code;
    if (code == 0 && optind < argc)
        code =
            complain(EXIT_MISUSE, "an argument too many", argv[optind], "options only, see --help");
    return code;
}

/* Whatever can be known to be wrong before the work of a minute. */
static int check_output(const char *folder)
{
    if (folder != NULL && access(folder, W_OK | X_OK) != 0)
        return complain(EXIT_FAILURE, strerror(errno), folder, "a folder to write to");
    return 0;
}

static bool has_utf8(void)
{
    return setlocale(LC_CTYPE, "") != NULL && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static double seconds(void)
{
    struct timespec now;
    timespec_get(&now, TIME_UTC);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Draws a figure, and writes it as NAME.svg and NAME.csv if a folder was given. */
static int show(const settings *with, const figure *what, const char *name)
{
    static const struct {
        const char *ending;
        void (*write)(FILE *, const figure *);
    } kinds[] = {{"svg", chart_write_svg}, {"csv", chart_write_csv}};
    chart_print(stdout, what, has_utf8(), isatty(STDOUT_FILENO) == 1);
    for (size_t i = 0; with->output != NULL && i < sizeof kinds / sizeof *kinds; i++) {
        char file[64];
        snprintf(file, sizeof file, "%s.%s", name, kinds[i].ending);
        const int error = text_file_write(with->output, file, kinds[i].write, what);
        if (error != 0)
            return complain(EXIT_FAILURE, strerror(error), file, "a folder to write to");
    }
    return 0;
}

static int tell(const char *part, int status)
{
    fprintf(stderr, "training: %s: %s (%s, %d)\n", part, sow_status_text(status),
            sow_status_name(status), status);
    return EXIT_FAILURE;
}

static int show_signal(const settings *with, const compute *on)
{
    static propagation result;
    figure drawing;
    const int status = propagation_run(&result, on, with->seed);
    if (status != SOW_OK)
        return tell("the signal's part failed", status);
    propagation_figure(&result, &drawing);
    const int code = show(with, &drawing, "signal");
    propagation_print(stdout, &result);
    return code;
}

static int show_digits(const settings *with, const compute *on)
{
    static digits data;
    static learning result;
    figure drawing;
    char *const text = text_file_read(with->files, "digits/digits.txt");
    if (text == NULL)
        return complain(EXIT_FAILURE, strerror(errno), "digits/digits.txt", "see --files");
    const size_t wrong = digits_read(&data, text);
    free(text);
    if (wrong != 0) {
        fprintf(stderr, "training: digits/digits.txt: line %zu is no digit\n", wrong);
        return EXIT_FAILURE;
    }
    printf("Training on %zu digits, testing on %zu others.\n", data.train_count, data.test_count);
    const int status = learning_run(&result, on, &data, with->seed, stdout);
    if (status != SOW_OK)
        return tell("the digits' part failed", status);
    fputc('\n', stdout);
    learning_figure(&result, &drawing);
    return show(with, &drawing, "digits");
}

/* Opens the device; 0 or an exit code. compute_close is due in any case. */
static int open_device(const settings *with, compute *on)
{
    sow_error error = {0};
    memset(on, 0, sizeof *on);
    char *const source = text_file_read(with->files, "layers.cl");
    if (source == NULL)
        return complain(EXIT_FAILURE, strerror(errno), "layers.cl", "see --files");
    const int status = compute_open(on, with->selector, source, &error);
    free(source);
    if (status != SOW_OK) {
        fprintf(stderr, "training: %s\n", error.text);
        return status == SOW_ERR_NO_DEVICE ? EXIT_NO_DEVICE : EXIT_FAILURE;
    }
    printf("On %s.\n", on->info.name);
    puts("Where the driver does not know CLBlast's kernels yet, building them comes first.\n");
    fflush(stdout); /* whether it works is asked at the end */
    return 0;
}

static int run(const settings *with)
{
    compute on;
    const double begin = seconds();
    int code = open_device(with, &on);
    if (code == 0 && with->signal)
        code = show_signal(with, &on);
    if (code == 0 && with->digits)
        code = show_digits(with, &on);
    compute_close(&on);
    if (code == 0)
        printf("%.1f seconds\n", seconds() - begin);
    if ((fflush(stdout) != 0 || ferror(stdout)) && code == 0)
        code = complain(EXIT_FAILURE, strerror(errno), "standard output", "it must be writable");
    return code;
}

int main(int argc, char **argv)
{
    settings with = {.files = TRAINING_FILES, .signal = true, .digits = true};
    int code = read_options(&with, argc, argv);
    if (code != 0 || with.done)
        return code;
    code = check_output(with.output);
    return code != 0 ? code : run(&with);
}
