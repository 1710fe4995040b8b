/* sowcl fill */
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "engine.h"
#include "json_output.h"
#include "message.h"
#include "options.h"
#include "output.h"
#include "progress.h"
#include "signals.h"
#include "sowcl/model.h"
#include "target.h"
#include "value.h"

typedef struct fill_options {
    const char *expression, *shape, *slice, *name, *output, *device;
    sow_tensor tensor;
    sow_key key;
    bool has_stream, json, by_clblast;
    uint32_t threads;
} fill_options;

/* A tensor's region, drawn. */
typedef struct filled {
    sow_initializer initializer;
    sow_plan plan;
    sow_tensor drawn; /* with the region, which may be empty */
    uint64_t size_bytes;
    unsigned char *data;
    double seconds;
    uint8_t digest[16];
} filled;

enum {
    OPTION_SHAPE = 256,
    OPTION_DTYPE,
    OPTION_LAYOUT,
    OPTION_SLICE,
    OPTION_STREAM,
    OPTION_NAME,
    OPTION_ENGINE
};

static int take(void *user, int letter, const char *value)
{
    fill_options *const chosen = user;
    switch (letter) {
    case 'i':
        chosen->expression = value;
        return PROCEED;
    case OPTION_SHAPE:
        chosen->shape = value;
        return parse_shape("--shape", value, &chosen->tensor);
    case OPTION_DTYPE:
        return parse_dtype("--dtype", value, &chosen->tensor.dtype);
    case OPTION_LAYOUT:
        return parse_layout("--layout", value, &chosen->tensor.layout);
    case OPTION_SLICE:
        chosen->slice = value;
        return PROCEED;
    case 's':
        return parse_u64("--seed", value, &chosen->key.seed);
    case OPTION_STREAM:
        chosen->has_stream = true;
        return parse_u64("--stream", value, &chosen->key.stream);
    case OPTION_ENGINE:
        return engine_parse_products("--engine", value, &chosen->by_clblast);
    case OPTION_NAME:
        chosen->name = value;
        return PROCEED;
    case 'o':
        chosen->output = value;
        return PROCEED;
    case 'd':
        chosen->device = value;
        return PROCEED;
    case 'j':
        return parse_u32("--threads", value, &chosen->threads);
    default:
        chosen->json = true;
        return PROCEED;
    }
}

/* What the options must agree on, before anything is drawn. */
static int check_output(const fill_options *chosen)
{
    const char *const path = chosen->output;
    if (path == NULL)
        return PROCEED;
    if (target_is_stdout(path))
        return chosen->json ? misuse("--json and -o - both want standard output: choose one")
                            : PROCEED;
    const bool npy = target_has_ending(path, ".npy");
    const sow_dtype dtype = chosen->tensor.dtype;
    if (npy && (dtype == SOW_BF16 || dtype == SOW_F8_E4M3 || dtype == SOW_F8_E5M2))
        return misuse("-o (%s): .npy files have no %s; .safetensors files do", path,
                      sow_dtype_name(dtype));
    if (!npy && !target_has_ending(path, ".safetensors"))
        return misuse("-o (%s): FILE.safetensors, FILE.npy or -", path);
    return PROCEED;
}

static int read_operands(fill_options *chosen, int count, char **operands)
{
    if (count > 0 && chosen->expression == NULL) {
        chosen->expression = operands[0];
        operands++;
        count--;
    }
    if (count > 0)
        return misuse("an argument too many (%s): fill takes one initializer, as an argument or by "
                      "--init, and options",
                      operands[0]);
    if (chosen->expression == NULL)
        return misuse("fill has no --init: an expression like kaiming_normal(nonlinearity=relu)");
    if (chosen->shape == NULL)
        return misuse("fill has no --shape: whole numbers with commas between, like 5,10");
    if (chosen->name == NULL)
        chosen->name = "tensor";
    else if (!chosen->has_stream)
        chosen->key.stream = sow_stream_from_name(chosen->name);
    return PROCEED;
}

static bool has_elements(uint32_t rank, const uint64_t *extent)
{
    for (uint32_t i = 0; i < rank; i++)
        if (extent[i] == 0)
            return false;
    return true;
}

/* The plan of the region, whose extent may be empty, which sow_tensor cannot always say. */
static int make_plan(const fill_options *chosen, filled *result)
{
    sow_error error = {0};
    sow_tensor tensor = chosen->tensor;
    const char *const slice = chosen->slice != NULL ? chosen->slice : "";
    const int code = parse_slice("--slice", slice, &tensor);
    if (code != PROCEED)
        return code;
    result->drawn = tensor;
    const bool empty = !has_elements(tensor.rank, tensor.extent);
    if (empty) {
        memset(tensor.start, 0, sizeof tensor.start);
        memset(tensor.extent, 0, sizeof tensor.extent);
    }
    if (sow_initializer_parse(&result->initializer, chosen->expression, NULL, 0, &error) ||
        sow_plan_make(&result->plan, &tensor, &result->initializer, chosen->key, &error) ||
        (empty && sow_plan_slice(&result->plan, 0, 0)))
        return misuse("%s", error.text);
    return PROCEED;
}

static int draw(const engine *used, const fill_options *chosen, filled *result)
{
    const size_t size = sow_dtype_size(result->plan.dtype);
    if (result->plan.count > SIZE_MAX / size - 1)
        return engine_failure(used, SOW_ERR_NO_MEMORY, NULL);
    result->size_bytes = result->plan.count * size;
    result->data = malloc((size_t)result->size_bytes + 1); /* one more: never NULL when empty */
    if (result->data == NULL)
        return engine_failure(used, SOW_ERR_NO_MEMORY, NULL);
    const double started = progress_now();
    const sow_status status = sow_draw(used->context, result->data, &result->plan, chosen->threads);
    result->seconds = progress_now() - started;
    if (status != SOW_OK)
        return engine_failure(used, status, NULL);
    sow_digest_bytes(result->data, (size_t)result->size_bytes, result->digest);
    return PROCEED;
}

static int save(const engine *used, const fill_options *chosen, const filled *result)
{
    sow_error error = {0};
    sow_saved_tensor saved = {
        .name = chosen->name,
        .dtype = result->plan.dtype,
        .rank = chosen->tensor.rank,
        .data = result->data,
        .seed = chosen->key.seed,
        .recipe = chosen->expression,
        .drawn = &result->drawn,
        .stream = result->plan.key.stream,
    };
    memcpy(saved.shape, result->drawn.extent, sizeof saved.shape);
    const bool holds = !target_is_stdout(chosen->output);
    if (holds)
        signals_hold();
    const sow_status status = sow_save(chosen->output, &saved, &error);
    if (holds)
        signals_resume();
    if (signals_exit_code() != 0)
        return signals_exit_code();
    if (status == SOW_ERR_PIPE)
        return EXIT_DONE;
    return status == SOW_OK ? PROCEED : engine_failure(used, status, &error);
}

/* A line per row of the innermost dimension. */
static void print_values(const fill_options *chosen, const filled *result)
{
    const uint32_t rank = chosen->tensor.rank;
    const uint64_t row = rank > 0 ? result->drawn.extent[rank - 1] : 1;
    const size_t size = sow_dtype_size(result->plan.dtype);
    for (uint64_t i = 0; i < result->plan.count && !output_has_failed(); i++) {
        value_print(stdout, result->plan.dtype, result->data + (size_t)i * size);
        output_text(stdout, (i + 1) % row == 0 ? "\n" : " ");
    }
}

static void print_digest(const fill_options *chosen, const filled *result)
{
    char text[33];
    sow_digest_print(result->digest, text);
    output_printf(stdout, "%s  ", text);
    output_escaped(stdout, chosen->name);
    output_text(stdout, "\n");
}

static void print_json(const engine *used, const fill_options *chosen, const filled *result)
{
    char expression[256];
    const sow_plan *const plan = &result->plan;
    json_t *const object = need_memory(json_object());
    sow_initializer_print(&result->initializer, expression, sizeof expression);
    json_put(object, "digest", json_from_digest(result->digest));
    json_put(object, "device", json_from_text(used->name));
    json_put(object, "parameters", json_from_u64(plan->count));
    json_put(object, "bytes", json_from_u64(result->size_bytes));
    json_put(object, "seconds", json_from_number(result->seconds));
    json_put(object, "name", json_from_text(chosen->name));
    json_put(object, "shape", json_from_shape(chosen->tensor.rank, result->drawn.extent));
    json_put(object, "dtype", json_from_text(sow_dtype_name(plan->dtype)));
    json_put(object, "initializer", json_from_text(expression));
    json_put(object, "seed", json_from_u64(plan->key.seed));
    json_put(object, "stream", json_from_u64(plan->key.stream));
    json_put(object, "fan_in", json_from_u64(plan->fan_in));
    json_put(object, "fan_out", json_from_u64(plan->fan_out));
    json_put(object, "mean", json_from_number(plan->mean));
    json_put(object, "std", json_from_number(plan->std));
    json_put(object, "low", json_from_number(plan->low));
    json_put(object, "high", json_from_number(plan->high));
    if (chosen->output == NULL) {
        json_t *const values = need_memory(json_array());
        const size_t size = sow_dtype_size(plan->dtype);
        for (uint64_t i = 0; i < plan->count; i++)
            json_append(values, value_to_json(plan->dtype, result->data + (size_t)i * size));
        json_put(object, "values", values);
    }
    json_finish(object);
}

static int fill(const engine *used, const fill_options *chosen, filled *result)
{
    int code = draw(used, chosen, result);
    if (code == PROCEED && chosen->output != NULL)
        code = save(used, chosen, result);
    if (code != PROCEED)
        return code;
    if (chosen->json)
        print_json(used, chosen, result);
    else {
        if (chosen->output == NULL)
            print_values(chosen, result);
        if (chosen->output == NULL || !target_is_stdout(chosen->output))
            print_digest(chosen, result);
    }
    return EXIT_DONE;
}

static int run(const command *self, int argc, char **argv)
{
    fill_options chosen = {.shape = NULL};
    filled result = {.data = NULL};
    int operand = 0;
    int code = options_read(self, argc, argv, take, &chosen, &operand);
    if (code == PROCEED)
        code = read_operands(&chosen, argc - operand, argv + operand);
    if (code == PROCEED)
        code = check_output(&chosen);
    if (code == PROCEED)
        code = make_plan(&chosen, &result);
    if (code != PROCEED)
        return code;
    engine used;
    code = engine_open(&used, chosen.device, chosen.by_clblast);
    if (code == PROCEED)
        code = fill(&used, &chosen, &result);
    engine_close(&used);
    free(result.data);
    return code;
}

static const option_row options[] = {
    {'i', "init", "EXPR", "the initializer, like normal(std=0.02) or xavier_uniform"},
    {OPTION_SHAPE, "shape", "N,N,...", "dimensions, like 5,10; '' is a scalar"},
    {OPTION_DTYPE, "dtype", "D",
     "f32 (default), f16, bf16, f64, f8_e4m3, f8_e5m2; zeros, ones\n"
     "and constant also i64, i32, i16, i8, u8, bool"},
    {OPTION_LAYOUT, "layout", "L", "oi: (out, in, spatial...), default; io: (spatial..., in, out)"},
    {OPTION_SLICE, "slice", "A:B,...", "only this part, like 0:5,2:4"},
    {OPTION_NAME, "name", "S", "the tensor's name, which sets its stream"},
    {OPTION_STREAM, "stream", "N", "the stream itself, decimal or 0x; default 0"},
    {'o', "output", "FILE",
     "write FILE.safetensors or FILE.npy; - is raw bytes\n"
     "to standard output"},
    {OPTION_ENGINE, "engine", "E", "orthogonal matrices on a device by exact (default) or clblast"},
    {.name = NULL},
};

const command command_fill = {
    .name = "fill",
    .synopsis = "--init EXPR --shape N,N,... [options]",
    .about = "Draw one tensor, or a slice of it; print it or write it to a file.",
    .details = "Without -o the values are printed, a line per row of the last dimension, and the\n"
               "digest. A slice holds exactly the whole tensor's values.",
    .options = options,
    .shared = "sdjJ",
    .run = run,
};
