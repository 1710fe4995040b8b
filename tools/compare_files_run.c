/* Comparing the tensors of two files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "compare_run.h"
#include "message.h"
#include "progress.h"
#include "sowcl/model.h"

/* Of each file at a time; a multiple of every element's size. */
enum { PIECE_BYTES = 4 << 20 };

typedef struct two_files {
    sow_tensor_file *files[2];
    unsigned char *pieces[2];
    sow_tolerance tolerance;
    progress line;
    uint64_t done_bytes, total_bytes; /* of A */
} two_files;

static int failure(sow_status status, const sow_error *error)
{
    return engine_failure(&(engine){.context = NULL}, status, error);
}

static bool same_shape(const sow_file_tensor *a, const sow_file_tensor *b)
{
    return a->rank == b->rank &&
           (a->rank == 0 || memcmp(a->shape, b->shape, a->rank * sizeof *a->shape) == 0);
}

static bool is_unsigned(const sow_file_tensor *tensor)
{
    static const char *const names[] = {"U8", "U16", "U32", "U64"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(tensor->dtype_name, names[i]) == 0)
            return true;
    return false;
}

/* Whether its elements are numbers that sowcl can tell, so that other dtypes' can be held against them. */
static bool has_values(const sow_file_tensor *tensor)
{
    return tensor->known || is_unsigned(tensor);
}

/* The dtype by which elements are compared: one of sowcl's, or for those it has not an integer of their size. False: there is
 * none. */
static bool dtype_of(const sow_file_tensor *tensor, sow_dtype *dtype)
{
    static const sow_dtype by_bytes[] = {[1] = SOW_U8, [2] = SOW_I16, [4] = SOW_I32, [8] = SOW_I64};
    *dtype = tensor->dtype;
    if (tensor->known)
        return true;
    const uint64_t size = tensor->elements > 0 ? tensor->size_bytes / tensor->elements : 1;
    if (size != 1 && size != 2 && size != 4 && size != 8)
        return false;
    *dtype = by_bytes[size];
    return tensor->elements == 0 || tensor->size_bytes == size * tensor->elements;
}

static const char *name_of_dtype(const sow_file_tensor *tensor)
{
    return tensor->known ? sow_dtype_name(tensor->dtype) : tensor->dtype_name;
}

static void describe_dtypes(comparison_case *told, const sow_file_tensor *a,
                            const sow_file_tensor *b)
{
    const bool same = strcmp(a->dtype_name, b->dtype_name) == 0;
    const bool known = dtype_of(a, &told->dtype) && dtype_of(b, &told->dtype_b);
    told->is_unsigned = is_unsigned(a);
    told->is_unsigned_b = is_unsigned(b);
    told->by_bytes = !known && same && a->size_bytes == b->size_bytes && same_shape(a, b);
    told->other_dtype = !told->by_bytes && (!known || (!same && !(has_values(a) && has_values(b))));
    if (told->by_bytes)
        told->dtype = told->dtype_b = SOW_U8;
    snprintf(told->dtype_name, sizeof told->dtype_name,
             told->by_bytes ? "%.15s (bytes)"
             : same         ? "%.15s"
                            : "%.15s/%.15s",
             name_of_dtype(a), name_of_dtype(b));
}

static uint64_t *copy_of_shape(const sow_file_tensor *of)
{
    uint64_t *const made = need_memory(calloc(of->rank + 1, sizeof *made));
    if (of->rank > 0)
        memcpy(made, of->shape, of->rank * sizeof *made);
    return made;
}

static void describe_shapes(comparison_case *told, const sow_file_tensor *a,
                            const sow_file_tensor *b)
{
    told->rank = a->rank;
    told->dimensions = copy_of_shape(a);
    comparison_format_shape(told->shape, sizeof told->shape, a->rank, a->shape);
    told->other_shape = !same_shape(a, b);
    if (!told->other_shape)
        return;
    told->rank_b = b->rank;
    told->dimensions_b = copy_of_shape(b);
    const size_t length = strlen(told->shape);
    if (length + 1 < sizeof told->shape) {
        told->shape[length] = '/';
        comparison_format_shape(told->shape + length + 1, sizeof told->shape - length - 1, b->rank,
                                b->shape);
    }
}

/* a or b is NULL where a file lacks the tensor. */
static void describe(comparison_case *told, const sow_file_tensor *a, const sow_file_tensor *b)
{
    const sow_file_tensor *const one = a != NULL ? a : b;
    told->label = need_memory(strdup(one->name));
    told->expression = need_memory(strdup(""));
    told->missing_a = a == NULL;
    told->missing_b = b == NULL;
    describe_dtypes(told, one, b != NULL ? b : one);
    describe_shapes(told, one, b != NULL ? b : one);
}

static int read_piece(const two_files *on, size_t side, size_t tensor, uint64_t offset_bytes,
                      size_t size_bytes)
{
    sow_error error = {0};
    const sow_status status = sow_tensor_file_read(on->files[side], tensor, offset_bytes,
                                                   size_bytes, on->pieces[side], &error);
    return status == SOW_OK ? PROCEED : failure(status, &error);
}

/* A tensor of both files, of one shape. */
static int compare_tensor(two_files *on, size_t a, size_t b, comparison_case *told)
{
    const sow_file_tensor *const of_a = sow_tensor_file_at(on->files[0], a);
    const uint64_t elements = told->by_bytes ? of_a->size_bytes : of_a->elements;
    const size_t size_a = sow_dtype_size(told->dtype), size_b = sow_dtype_size(told->dtype_b);
    const uint64_t piece = PIECE_BYTES / (size_a > size_b ? size_a : size_b);
    sow_difference_sum sum;
    const sow_status status = sow_difference_begin_mixed(
        &sum, told->dtype, told->dtype_b, told->is_unsigned, told->is_unsigned_b, &on->tolerance);
    if (status != SOW_OK)
        return failure(status, NULL);
    for (uint64_t begin = 0; begin < elements; begin += piece) {
        const uint64_t count = elements - begin < piece ? elements - begin : piece;
        int code = read_piece(on, 0, a, begin * size_a, (size_t)count * size_a);
        if (code == PROCEED)
            code = read_piece(on, 1, b, begin * size_b, (size_t)count * size_b);
        if (code != PROCEED)
            return code;
        sow_difference_add(&sum, on->pieces[0], on->pieces[1], count);
        on->done_bytes += count * size_a;
        progress_update(&on->line, on->done_bytes, on->total_bytes);
    }
    sow_difference_end(&sum, &told->difference);
    return PROCEED;
}

/* Both lists are in order of their names: the lesser one's next comes next. */
static int compare_tensors(two_files *on, comparison_pair *pair)
{
    const size_t counts[2] = {sow_tensor_file_count(on->files[0]),
                              sow_tensor_file_count(on->files[1])};
    pair->cases = need_memory(calloc(counts[0] + counts[1] + 1, sizeof *pair->cases));
    for (size_t a = 0, b = 0; a < counts[0] || b < counts[1];) {
        const sow_file_tensor *const of_a =
            a < counts[0] ? sow_tensor_file_at(on->files[0], a) : NULL;
        const sow_file_tensor *const of_b =
            b < counts[1] ? sow_tensor_file_at(on->files[1], b) : NULL;
        const int order = of_a == NULL ? 1 : of_b == NULL ? -1 : strcmp(of_a->name, of_b->name);
        comparison_case *const told = &pair->cases[pair->count++];
        describe(told, order <= 0 ? of_a : NULL, order >= 0 ? of_b : NULL);
        const int code =
            comparison_case_is_compared(told) ? compare_tensor(on, a, b, told) : PROCEED;
        if (code != PROCEED)
            return code;
        a += order <= 0;
        b += order >= 0;
    }
    return PROCEED;
}

static uint64_t bytes_of(const sow_tensor_file *file)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < sow_tensor_file_count(file); i++)
        bytes += sow_tensor_file_at(file, i)->size_bytes;
    return bytes;
}

static int open_files(two_files *on, const compare_options *chosen)
{
    for (size_t i = 0; i < 2; i++) {
        sow_error error = {0};
        const sow_status status = sow_tensor_file_open(&on->files[i], chosen->files[i], &error);
        if (status != SOW_OK)
            return failure(status, &error);
        on->pieces[i] = need_memory(malloc(PIECE_BYTES));
    }
    return PROCEED;
}

static void name_sides(comparison *found, const compare_options *chosen)
{
    found->side_count = 2;
    found->sides = need_memory(calloc(2, sizeof *found->sides));
    const bool same = strcmp(chosen->files[0], chosen->files[1]) == 0;
    for (size_t i = 0; i < 2; i++)
        snprintf(found->sides[i].name, sizeof found->sides[i].name, "%.180s%s", chosen->files[i],
                 i == 1 && same ? " (again)" : "");
    found->what = "two files";
}

int compare_run_files(comparison *found, const compare_options *chosen)
{
    two_files on = {.tolerance = chosen->tolerance};
    name_sides(found, chosen);
    found->pairs = need_memory(calloc(1, sizeof *found->pairs));
    int code = open_files(&on, chosen);
    if (code == PROCEED) {
        found->pair_count = 1;
        found->pairs[0].b = 1;
        on.total_bytes = bytes_of(on.files[0]);
        progress_start(&on.line, chosen->quiet || chosen->json);
        code = compare_tensors(&on, &found->pairs[0]);
        progress_end(&on.line);
        found->pairs[0].seconds = progress_now() - on.line.started;
        comparison_pair_sum(&found->pairs[0]);
    }
    for (size_t i = 0; i < 2; i++) {
        free(on.pieces[i]);
        sow_tensor_file_release(on.files[i]);
    }
    return code;
}
