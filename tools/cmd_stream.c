/* sowcl stream */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "engine.h"
#include "message.h"
#include "options.h"
#include "output.h"

enum { PIECE_BYTES = 4 << 20 };

/* The longest tensor there is. */
static const uint64_t elements_max = ((uint64_t)1 << 63) - 1;

typedef struct stream_options {
    const char *dist, *device;
    sow_dtype dtype;
    bool has_dtype, has_stream, has_count, force;
    sow_key key;
    uint64_t count, first;
    uint32_t threads;
} stream_options;

enum { OPTION_DIST = 256, OPTION_DTYPE, OPTION_STREAM, OPTION_NAME, OPTION_FIRST };

static int take(void *user, int letter, const char *value)
{
    stream_options *const chosen = user;
    switch (letter) {
    case OPTION_DIST:
        chosen->dist = value;
        return PROCEED;
    case OPTION_DTYPE:
        chosen->has_dtype = true;
        return parse_dtype("--dtype", value, &chosen->dtype);
    case OPTION_STREAM:
        chosen->has_stream = true;
        return parse_u64("--stream", value, &chosen->key.stream);
    case OPTION_NAME:
        if (!chosen->has_stream)
            chosen->key.stream = sow_stream_from_name(value);
        return PROCEED;
    case OPTION_FIRST:
        return parse_u64("--first", value, &chosen->first);
    case 'n':
        chosen->has_count = true;
        return parse_u64("--count", value, &chosen->count);
    case 's':
        return parse_u64("--seed", value, &chosen->key.seed);
    case 'j':
        return parse_u32("--threads", value, &chosen->threads);
    case 'd':
        chosen->device = value;
        return PROCEED;
    default:
        chosen->force = true;
        return PROCEED;
    }
}

/* The plan of the elements asked for. PROCEED or an exit code. */
static int make_plan(const stream_options *chosen, sow_plan *plan)
{
    const bool bits = strcmp(chosen->dist, "bits") == 0;
    sow_initializer initializer = sow_bits();
    sow_error error = {0};
    sow_tensor tensor = {.rank = 1, .shape = {elements_max}};
    if (!bits && sow_initializer_parse(&initializer, chosen->dist, NULL, 0, &error) != SOW_OK)
        return misuse("--dist: %s", error.text);
    tensor.dtype = chosen->has_dtype ? chosen->dtype : bits ? SOW_I32 : SOW_F32;
    if (sow_plan_make(plan, &tensor, &initializer, chosen->key, &error) != SOW_OK)
        return misuse("%s", error.text);
    if (chosen->first > elements_max)
        return misuse("--first (%llu): an element index below 2^63 - 1",
                      (unsigned long long)chosen->first);
    const uint64_t left = elements_max - chosen->first;
    if (chosen->has_count && chosen->count > left)
        return misuse("--count (%llu): at most %llu elements follow --first",
                      (unsigned long long)chosen->count, (unsigned long long)left);
    if (sow_plan_slice(plan, chosen->first, chosen->has_count ? chosen->count : left) != SOW_OK)
        return misuse("--first and --count leave the stream");
    return PROCEED;
}

/* PROCEED when all is written, or an exit code. */
static int write_elements(const engine *used, const sow_plan *plan, uint32_t threads)
{
    const size_t size = sow_dtype_size(plan->dtype);
    const uint64_t piece_elems = PIECE_BYTES / size;
    void *const piece = need_memory(malloc(PIECE_BYTES));
    int code = PROCEED;
    for (uint64_t done = 0; done < plan->count && code == PROCEED;) {
        sow_plan part = *plan;
        const uint64_t left = plan->count - done;
        const uint64_t count = left < piece_elems ? left : piece_elems;
        sow_status status = sow_plan_slice(&part, done, count);
        if (status == SOW_OK)
            status = sow_draw(used->context, piece, &part, threads);
        if (status != SOW_OK)
            code = engine_failure(used, status, NULL);
        else
            code = output_bytes(piece, (size_t)count * size);
        done += count;
    }
    free(piece);
    return code;
}

static int run(const command *self, int argc, char **argv)
{
    stream_options chosen = {.dist = NULL};
    int operand = 0;
    int code = options_read(self, argc, argv, take, &chosen, &operand);
    if (code != PROCEED)
        return code;
    if (operand < argc)
        return misuse("stream takes no argument (%s)", argv[operand]);
    if (chosen.dist == NULL)
        return misuse("stream has no --dist: bits, uniform, normal or an initializer expression");
    sow_plan plan;
    code = make_plan(&chosen, &plan);
    if (code != PROCEED)
        return code;
    if (!chosen.force && isatty(STDOUT_FILENO) == 1)
        return misuse("standard output is a terminal: --force writes raw bytes to it");
    engine used;
    code = engine_open(&used, chosen.device, false);
    if (code == PROCEED)
        code = write_elements(&used, &plan, chosen.threads);
    engine_close(&used);
    return code == PROCEED ? EXIT_DONE : code;
}

static const option_row options[] = {
    {OPTION_DIST, "dist", "NAME", "bits, uniform, normal or an initializer expression"},
    {OPTION_DTYPE, "dtype", "D", "dtype; default f32 (i32 for bits, which has no other)"},
    {OPTION_STREAM, "stream", "N", "stream, decimal or 0x; default 0"},
    {OPTION_NAME, "name", "S", "the stream of the tensor S; --stream goes before it"},
    {'n', "count", "N", "elements to write; default: without end"},
    {OPTION_FIRST, "first", "N", "index of the first element; default 0"},
    {'f', "force", NULL, "write to a terminal, too"},
    {.name = NULL},
};

const command command_stream = {
    .name = "stream",
    .synopsis = "--dist NAME [options]",
    .about = "Write the elements of an endless tensor to standard output, as little-endian bytes.",
    .details = "Example: sowcl stream --dist bits --seed 1 | RNG_test stdin32",
    .options = options,
    .shared = "sdj",
    .run = run,
};
