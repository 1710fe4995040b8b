/* A file's tensor held against its initial values, which are drawn again piece by piece and not kept. */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "double_pair.h"
#include "fail.h"
#include "sowcl/model.h"
#include "system_error.h"
#include "words.h"

enum { PIECE_BYTES = 4 << 20, STRETCH = 1024 };

typedef struct verifying {
    const sow_tensor_file *file;
    size_t index;
    const sow_checkpoint_tensor *tensor;
    sow_context *context;
    const sow_verify_options *options;
    size_t size;                            /* of an element */
    unsigned char *piece;                   /* of the file */
    unsigned char *expected;                /* of what is drawn: a piece, or all of a matrix */
    bool whole;                             /* all of it */
    sowi_pair moved, initial, now, product; /* sums of squares, and of w * w0 */
    sow_verification *out;
} verifying;

static uint64_t bits_of(const unsigned char *element, size_t size)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < size; i++)
        bits |= (uint64_t)element[i] << (8 * i);
    return bits;
}

static void note(verifying *with, uint64_t index, const unsigned char *found,
                 const unsigned char *expected)
{
    sow_verification *out = with->out;
    if (out->differing++ != 0)
        return;
    out->first_index = index;
    out->first_bits = bits_of(found, with->size);
    out->first_expected_bits = bits_of(expected, with->size);
}

static void compare(verifying *with, uint64_t first, const unsigned char *expected, size_t count)
{
    const size_t size = with->size;
    if (memcmp(with->piece, expected, count * size) == 0)
        return;
    for (size_t i = 0; i < count; i++)
        if (memcmp(with->piece + i * size, expected + i * size, size) != 0)
            note(with, first + i, with->piece + i * size, expected + i * size);
}

static double integer_value(sow_dtype dtype, const unsigned char *element, size_t size)
{
    const uint64_t bits = bits_of(element, size);
    const uint64_t sign = (uint64_t)1 << (8 * size - 1);
    const bool negative = dtype != SOW_U8 && dtype != SOW_BOOL && (bits & sign) != 0;
    return negative ? -(double)(sign - (bits & (sign - 1))) : (double)bits;
}

static void decode(double *values, sow_dtype dtype, const unsigned char *data, size_t count)
{
    const size_t size = sow_dtype_size(dtype);
    const bool floating = sow_dtype_is_float(dtype) != 0;
    for (size_t i = 0; i < count; i++) {
        float narrow;
        if (dtype == SOW_F32) {
            memcpy(&narrow, data + i * size, sizeof narrow);
            values[i] = (double)narrow;
        } else {
            values[i] = floating ? sow_dtype_value(dtype, data + i * size)
                                 : integer_value(dtype, data + i * size, size);
        }
    }
}

static void add(sowi_pair *sum, double more)
{
    const double plain = sum->high + more;
    /* of an infinity the pair's lower part would be NaN, and soon its upper one */
    *sum = isfinite(plain) ? sowi_pair_add(*sum, (sowi_pair){more, 0}) : (sowi_pair){plain, 0};
}

/* Unlike fmax's, NaN if one is. */
static double larger(double a, double b)
{
    return isnan(b) || b > a ? b : a;
}

/* At most STRETCH elements. */
static void measure_stretch(verifying *with, const unsigned char *found,
                            const unsigned char *expected, size_t count)
{
    double w[STRETCH], w0[STRETCH], moved = 0, initial = 0, now = 0, product = 0, most = 0;
    decode(w, with->tensor->plan.dtype, found, count);
    decode(w0, with->tensor->plan.dtype, expected, count);
    for (size_t i = 0; i < count; i++) {
        const double step = w[i] - w0[i];
        most = larger(most, fabs(step));
        moved += step * step;
        initial += w0[i] * w0[i];
        now += w[i] * w[i];
        product += w[i] * w0[i];
    }
    add(&with->moved, moved);
    add(&with->initial, initial);
    add(&with->now, now);
    add(&with->product, product);
    with->out->max_moved = larger(with->out->max_moved, most);
}

static void measure(verifying *with, const unsigned char *expected, size_t count)
{
    for (size_t i = 0; i < count; i += STRETCH)
        measure_stretch(with, with->piece + i * with->size, expected + i * with->size,
                        count - i < STRETCH ? count - i : STRETCH);
}

/* Draws elements [first, first + count), unless all are drawn. */
static sow_status draw(verifying *with, uint64_t first, size_t count,
                       const unsigned char **expected)
{
    sow_plan slice = with->tensor->plan;
    *expected = with->whole ? with->expected + first * with->size : with->expected;
    if (with->whole)
        return SOW_OK;
    const sow_status status = sow_plan_slice(&slice, first, count);
    return status == SOW_OK
               ? sow_draw(with->context, with->expected, &slice, with->options->threads)
               : status;
}

static sow_status refuse(const verifying *with, sow_status status, sow_error *error)
{
    return sowi_fail(error, status, "tensor '%s' could not be drawn: %s",
                     sowi_show(with->tensor->name).text, sow_status_text(status));
}

static sow_status verify_pieces(verifying *with, sow_error *error)
{
    const uint64_t count = with->tensor->plan.count, most = PIECE_BYTES / with->size;
    for (uint64_t first = 0; first < count; first += most) {
        const size_t part = (size_t)(count - first < most ? count - first : most);
        const unsigned char *expected = NULL;
        sow_status status = sow_tensor_file_read(with->file, with->index, first * with->size,
                                                 part * with->size, with->piece, error);
        if (status != SOW_OK)
            return status;
        status = draw(with, first, part, &expected);
        if (status != SOW_OK)
            return refuse(with, status, error);
        compare(with, first, expected, part);
        if (with->options->distance)
            measure(with, expected, part);
    }
    return SOW_OK;
}

/* Matrices that are drawn as a whole are drawn once. */
static sow_status prepare(verifying *with, sow_error *error)
{
    const sow_plan *plan = &with->tensor->plan;
    const uint64_t bytes = plan->count * with->size;
    const size_t piece = bytes < PIECE_BYTES ? (size_t)bytes + 1 : PIECE_BYTES;
    with->whole = plan->distribution == SOW_DIST_ORTHOGONAL && plan->count != 0;
    if (bytes > SIZE_MAX)
        return sowi_fail_memory(error);
    with->piece = malloc(piece);
    with->expected = malloc(with->whole ? (size_t)bytes : piece);
    if (with->piece == NULL || with->expected == NULL)
        return sowi_fail_memory(error);
    if (!with->whole)
        return SOW_OK;
    const sow_status status = sow_draw(with->context, with->expected, plan, with->options->threads);
    return status == SOW_OK ? SOW_OK : refuse(with, status, error);
}

static double root(sowi_pair squares)
{
    return squares.high > 0 ? sqrt(squares.high + squares.low) : squares.high;
}

static void put_distance(const verifying *with)
{
    sow_verification *out = with->out;
    out->moved = root(with->moved);
    out->initial_nrm2 = root(with->initial);
    out->nrm2 = root(with->now);
    out->product = with->product.high + with->product.low;
}

static bool same_shape(const sow_file_tensor *of, const sow_checkpoint_tensor *tensor)
{
    return of->known && of->dtype == tensor->plan.dtype && of->rank == tensor->tensor.rank &&
           memcmp(of->shape, tensor->tensor.shape, of->rank * sizeof *of->shape) == 0;
}

sow_status sow_tensor_file_verify(const sow_tensor_file *file, size_t index,
                                  const sow_checkpoint_tensor *tensor, sow_context *context,
                                  const sow_verify_options *options, sow_verification *out,
                                  sow_error *error)
{
    static const sow_verify_options standard = {0};
    if (file == NULL || tensor == NULL || out == NULL || index >= sow_tensor_file_count(file))
        return sowi_fail(error, SOW_ERR_ARGUMENT, "an argument is NULL, or no such tensor");
    if (!same_shape(sow_tensor_file_at(file, index), tensor))
        return sowi_fail(error, SOW_ERR_SHAPE, "tensor '%s' has another shape or dtype in the file",
                         sowi_show(tensor->name).text);
    *out = (sow_verification){.elements = tensor->plan.count};
    verifying with = {.file = file,
                      .index = index,
                      .tensor = tensor,
                      .context = context,
                      .options = options == NULL ? &standard : options,
                      .size = sow_dtype_size(tensor->plan.dtype),
                      .out = out};
    sow_status status = prepare(&with, error);
    if (status == SOW_OK)
        status = verify_pieces(&with, error);
    if (status == SOW_OK && with.options->distance)
        put_distance(&with);
    free(with.expected);
    free(with.piece);
    return status;
}
