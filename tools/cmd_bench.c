/* sowcl bench */
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#include "bench_report.h"
#include "command.h"
#include "engine.h"
#include "message.h"
#include "options.h"
#include "progress.h"
#include "sowcl/bench.h"
#include "start_time.h"

/* Starts are slow, so there are few. */
enum { COLD_RUNS = 3, WARM_RUNS = 9 };

typedef struct bench_options {
    const char *device;
    sow_bench_options measured;
    bool latency, stats, json;
    const char *dtypes;     /* as given; NULL: all */
    const char *not_latent; /* an option that --latency does not go with; NULL: none */
} bench_options;

enum { OPTION_WHAT = 256, OPTION_DTYPE, OPTION_ROUNDS, OPTION_LATENCY, OPTION_STATS };

static int take_what(const char *value, bench_options *chosen)
{
    const char *names[SOW_BENCH_CONSTANT + 2] = {NULL};
    for (size_t i = 0; i <= SOW_BENCH_CONSTANT; i++)
        names[i] = sow_bench_what_name((sow_bench_what)i);
    chosen->not_latent = "--what";
    return parse_list("--what", value, names, &chosen->measured.whats);
}

/* Fills are of the first FILLED of them, figures of all. */
static int read_dtypes(bench_options *chosen)
{
    static const sow_dtype dtypes[] = {SOW_F32,     SOW_F16,     SOW_BF16, SOW_F64,
                                       SOW_F8_E4M3, SOW_F8_E5M2, SOW_I64,  SOW_I32,
                                       SOW_I16,     SOW_I8,      SOW_U8,   SOW_BOOL};
    enum { COUNT = sizeof dtypes / sizeof *dtypes, FILLED = 6 };
    const size_t count = chosen->stats ? COUNT : FILLED;
    const char *names[COUNT + 1] = {NULL};
    uint32_t bits = 0;
    if (chosen->dtypes == NULL)
        return PROCEED;
    for (size_t i = 0; i < count; i++)
        names[i] = sow_dtype_name(dtypes[i]);
    const int code = parse_list("--dtype", chosen->dtypes, names, &bits);
    chosen->measured.dtypes = 0;
    for (size_t i = 0; i < count; i++)
        if ((bits >> i & 1u) != 0)
            chosen->measured.dtypes |= UINT32_C(1) << dtypes[i];
    return code;
}

static int take_count(const char *value, bench_options *chosen)
{
    const int code = parse_u64("--count", value, &chosen->measured.count);
    chosen->not_latent = "--count";
    if (code == PROCEED && chosen->measured.count == 0)
        return misuse("--count (%s): at least 1 element", value);
    return code;
}

static int take_rounds(const char *value, bench_options *chosen)
{
    const int code = parse_u32("--rounds", value, &chosen->measured.rounds);
    if (code == PROCEED && chosen->measured.rounds == 0)
        return misuse("--rounds (%s): at least 1", value);
    return code;
}

static int take(void *user, int letter, const char *value)
{
    bench_options *const chosen = user;
    switch (letter) {
    case OPTION_WHAT:
        return take_what(value, chosen);
    case OPTION_DTYPE:
        chosen->dtypes = value;
        chosen->not_latent = "--dtype";
        return PROCEED;
    case 'n':
        return take_count(value, chosen);
    case OPTION_ROUNDS:
        return take_rounds(value, chosen);
    case OPTION_LATENCY:
        chosen->latency = true;
        return PROCEED;
    case OPTION_STATS:
        chosen->stats = true;
        chosen->not_latent = "--stats";
        return PROCEED;
    case 'd':
        chosen->device = value;
        return PROCEED;
    case 'j':
        chosen->not_latent = "--threads";
        return parse_u32("--threads", value, &chosen->measured.threads);
    default:
        chosen->json = true;
        return PROCEED;
    }
}

static int on_progress(void *user, uint64_t done, uint64_t total)
{
    progress_count(user, done, total, "runs");
    return 0;
}

/* What the library refuses is an option's value, and its text begins with the name. */
static int failure(const engine *used, sow_status status, const sow_error *error)
{
    return status == SOW_ERR_ARGUMENT ? misuse("--%s", error->text)
                                      : engine_failure(used, status, error);
}

static void tell_limits(const sow_bench_setting *setting, const bench_options *chosen)
{
    const uint64_t usual = UINT64_C(1) << 26;
    if (setting->without_f64)
        message("the device has no double precision: f64 is left out");
    if (chosen->measured.count == 0 && setting->count < usual)
        message("no memory for %" PRIu64 " elements: %" PRIu64, usual, setting->count);
}

static int measure_throughput(const engine *used, bench_options *chosen)
{
    progress line;
    sow_bench *bench = NULL;
    sow_error error = {0};
    chosen->measured.progress = on_progress;
    chosen->measured.user = &line;
    progress_start(&line, chosen->json);
    const sow_status status = sow_bench_run(&bench, used->context, &chosen->measured, &error);
    progress_end(&line);
    if (status != SOW_OK)
        return failure(used, status, &error);
    tell_limits(sow_bench_setting_of(bench), chosen);
    if (chosen->json)
        bench_report_json(bench);
    else
        bench_report_table(bench);
    sow_bench_release(bench);
    return EXIT_DONE;
}

static int measure_stats(const engine *used, bench_options *chosen)
{
    progress line;
    sow_stats_bench *bench = NULL;
    sow_error error = {0};
    chosen->measured.progress = on_progress;
    chosen->measured.user = &line;
    progress_start(&line, chosen->json);
    const sow_status status = sow_stats_bench_run(&bench, used->context, &chosen->measured, &error);
    progress_end(&line);
    if (status != SOW_OK)
        return failure(used, status, &error);
    tell_limits(sow_stats_bench_setting_of(bench), chosen);
    if (chosen->json)
        bench_stats_json(bench);
    else
        bench_stats_table(bench);
    sow_stats_bench_release(bench);
    return EXIT_DONE;
}

static uint32_t at_most(uint32_t rounds, uint32_t runs)
{
    return rounds != 0 && rounds < runs ? rounds : runs;
}

static int measure_latency(const engine *used, const bench_options *chosen)
{
    progress line;
    sow_latency *latency = NULL;
    sow_error error = {0};
    start_times cold, warm;
    const sow_latency_options options = {
        .rounds = chosen->measured.rounds,
        .progress = on_progress,
        .user = &line,
    };
    const char *const device = used->context == NULL ? "host" : engine_selector(chosen->device);
    progress_start(&line, chosen->json);
    const sow_status status = sow_latency_run(&latency, used->context, &options, &error);
    progress_end(&line);
    if (status != SOW_OK)
        return failure(used, status, &error);
    progress_start(&line, chosen->json);
    const int code = start_time_measure(device, at_most(options.rounds, COLD_RUNS),
                                        at_most(options.rounds, WARM_RUNS), &line, &cold, &warm);
    progress_end(&line);
    if (code == PROCEED && chosen->json)
        bench_latency_json(latency, used->name, &cold, &warm);
    else if (code == PROCEED)
        bench_latency_table(latency, used->name, &cold, &warm);
    sow_latency_release(latency);
    return code == PROCEED ? EXIT_DONE : code;
}

/* Whether the options go together. */
static int check(bench_options *chosen)
{
    if (chosen->latency && chosen->not_latent != NULL)
        return misuse("--latency and %s: latency has its own fills, on one thread, and of these "
                      "takes --rounds only",
                      chosen->not_latent);
    if (chosen->stats && chosen->measured.whats != 0)
        return misuse("--stats and --what: figures are of one kind of elements of each dtype");
    return read_dtypes(chosen);
}

static int measure(const engine *used, bench_options *chosen)
{
    if (chosen->latency)
        return measure_latency(used, chosen);
    return chosen->stats ? measure_stats(used, chosen) : measure_throughput(used, chosen);
}

static int run(const command *self, int argc, char **argv)
{
    bench_options chosen = {.device = NULL};
    int operand = 0;
    int code = options_read(self, argc, argv, take, &chosen, &operand);
    if (code != PROCEED)
        return code;
    if (operand < argc)
        return misuse("bench takes no argument (%s)", argv[operand]);
    code = check(&chosen);
    if (code != PROCEED)
        return code;
    engine used;
    code = engine_open(&used, chosen.device, false);
    if (code == PROCEED)
        code = measure(&used, &chosen);
    engine_close(&used);
    return code;
}

static const option_row options[] = {
    {OPTION_WHAT, "what", "LIST",
     "fills to time, with commas between: bits, uniform,\n"
     "normal, trunc_normal (from -2 to 2), trunc_wide (-4\n"
     "to 8), trunc_edge (from 6 on), constant; default: all"},
    {OPTION_DTYPE, "dtype", "LIST",
     "of f32, f16, bf16, f64, f8_e4m3, f8_e5m2; default: all\n"
     "(bits are i32 always); --stats: of i64, i32, i16, i8,\n"
     "u8, bool, too"},
    {'n', "count", "N",
     "elements of a fill, or of figures; default 67108864\n"
     "(2^26), less if memory is short"},
    {OPTION_ROUNDS, "rounds", "N", "how often each runs; default 9"},
    {OPTION_STATS, "stats", NULL,
     "time the figures of a buffer (mean, std, min, max, ...)\n"
     "instead, beside a read of the same bytes"},
    {OPTION_LATENCY, "latency", NULL,
     "time small fills, 10^5 tiny tensors and the program's\n"
     "start instead; --rounds: blocks of 250 calls, default 40"},
    {.name = NULL},
};

const command command_bench = {
    .name = "bench",
    .synopsis = "[--what LIST] [--dtype LIST] [options]",
    .about = "Time fills beside Philox alone, a store kernel, clEnqueueFillBuffer and memset.",
    .details =
        "Everything runs once, on a poisoned buffer, and each element is compared with the "
        "host's;\n"
        "then all of it runs once a round, in turns. Printed are medians over the rounds:\n"
        "  GB/s      bytes stored in a second of wall time\n"
        "  ns        per element: CPU time of the process (on a GPU: between the event's start "
        "and\n"
        "            end), and wall time from the call to the finished queue\n"
        "  /philox   time per element through time per 32-bit word of Philox alone; f64 takes two "
        "words\n"
        "  /store    time per byte through that of a kernel that stores vectors of four floats\n"
        "  /fill     time per byte through that of clEnqueueFillBuffer\n"
        "  /memset   on the host: time per byte through that of memset, as many threads each\n"
        "Ratios are of CPU time, which other programs disturb little; on a GPU of the event's "
        "time.\n"
        "A ratio of 1 is as fast as the baseline. --json has quartiles, ranges and digests, too.\n"
        "--stats: of each dtype elements of N(0, 1), of integers and bools bits, and their "
        "figures\n"
        "in turns with a kernel (on the host: a loop) that loads the same bytes once; both are\n"
        "checked each time. GB/s are then bytes read, and /read is by CPU time, on a GPU wall "
        "time.\n"
        "--latency: a fill and its finish; fills in blocks of 250 and launches of equal geometry "
        "that\n"
        "do nothing, in turns; a new process until its first byte, with empty and with full "
        "caches.",
    .options = options,
    .shared = "djJ",
    .run = run,
};
