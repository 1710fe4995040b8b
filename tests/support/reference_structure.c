#include "reference_structure.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "reference_philox.h"

/* ---- Sparse columns ---- */

uint32_t sowt_sparse_turns(uint32_t rows)
{
    return rows < 16 ? 12 : rows < 256 ? 6 : 3;
}

static void column_words(sow_key key, uint64_t column, uint32_t word[4])
{
    const uint64_t block = (UINT64_C(1) << 63) + column;
    const uint32_t counter[4] = {(uint32_t)block, (uint32_t)(block >> 32), (uint32_t)key.stream,
                                 (uint32_t)(key.stream >> 32)};
    const uint32_t seed[2] = {(uint32_t)key.seed, (uint32_t)(key.seed >> 32)};
    sowt_philox4x32(10, counter, seed, word);
}

static uint32_t scatter(uint32_t x, uint32_t end)
{
    x = (x ^ x >> 16) * 0x85ebca6bu;
    x = (x ^ x >> 13) * 0xc2b2ae35u;
    x ^= x >> 16;
    return (uint32_t)((uint64_t)x * end / (UINT64_C(1) << 32));
}

uint32_t sowt_sparse_place(sow_key key, uint64_t column, uint32_t rows, uint32_t turns,
                           uint32_t row)
{
    uint32_t word[4], a = 1;
    column_words(key, column, word);
    while ((uint64_t)a * a < rows)
        a++;
    const uint32_t b = (rows + a - 1) / a;
    do {
        uint32_t half[2] = {row / b, row % b};
        const uint32_t size[2] = {a, b};
        for (uint32_t round = 0; round < 4 * turns; round++) {
            const uint32_t changed = round % 2, other = half[1 - changed];
            const uint32_t turn_key = word[round % 4] + round / 4 * 0x9e3779b9u;
            half[changed] =
                (half[changed] + scatter(other + turn_key, size[changed])) % size[changed];
        }
        row = half[0] * b + half[1];
    } while (row >= rows);
    return row;
}

/* ---- Where a value goes ---- */

static bool is_on_dirac(const sow_tensor *tensor, uint64_t groups, const uint64_t *at)
{
    const uint32_t rank = tensor->rank;
    const bool oi = tensor->layout == SOW_LAYOUT_OI;
    const uint32_t out = oi ? 0 : rank - 1, in = oi ? 1 : rank - 2, spatial = oi ? 2 : 0;
    for (uint32_t d = spatial; d < spatial + rank - 2; d++)
        if (at[d] != tensor->shape[d] / 2)
            return false;
    return at[out] % (tensor->shape[out] / groups) == at[in];
}

static bool is_written(const sow_tensor *tensor, const sow_initializer *initializer, sow_key key,
                       const uint64_t *at)
{
    const double *param = initializer->param;
    const uint64_t rows = tensor->shape[0];
    switch (initializer->kind) {
    case SOW_EYE:
    case SOW_IDENTITY:
        return at[0] == at[1];
    case SOW_DIRAC:
        return is_on_dirac(tensor, (uint64_t)param[0], at);
    case SOW_CONSTANT_BLOCK:
        return at[0] / (rows / (uint64_t)param[2]) == (uint64_t)param[1];
    default: /* sparse */
        return sowt_sparse_place(key, at[1], (uint32_t)rows, sowt_sparse_turns((uint32_t)rows),
                                 (uint32_t)at[0]) < ceil(param[0] * (double)rows);
    }
}

/* ---- What is below, and what is written ---- */

static sow_initializer below(const sow_initializer *initializer)
{
    switch (initializer->kind) {
    case SOW_SPARSE:
        return sow_normal(0, initializer->param[1]);
    case SOW_CONSTANT_BLOCK:
        return sow_constant(initializer->param[3]);
    case SOW_EYE:
    case SOW_IDENTITY:
    case SOW_DIRAC:
        return sow_zeros();
    default: /* with padding_idx alone */
        return (sow_initializer){.kind = initializer->kind,
                                 .mode = initializer->mode,
                                 .nonlinearity = initializer->nonlinearity,
                                 .distribution = initializer->distribution,
                                 .param = {initializer->param[0], initializer->param[1],
                                           initializer->param[2], initializer->param[3]}};
    }
}

static double written_value(const sow_initializer *initializer)
{
    const bool is_one = initializer->kind == SOW_EYE || initializer->kind == SOW_DIRAC;
    return is_one ? 1 : initializer->kind == SOW_SPARSE ? 0 : initializer->param[0];
}

static bool has_structure(sow_kind kind)
{
    return kind >= SOW_EYE && kind <= SOW_CONSTANT_BLOCK;
}

void *sowt_structure_whole(const sow_tensor *tensor, const sow_initializer *initializer,
                           sow_key key)
{
    const size_t size = sow_dtype_size(tensor->dtype);
    sow_tensor whole = *tensor;
    uint64_t count = 1, at[SOW_MAX_RANK] = {0};
    for (uint32_t d = 0; d < tensor->rank; d++) {
        whole.start[d] = whole.extent[d] = 0;
        count *= tensor->shape[d];
    }
    unsigned char value[8] = {0}, *bytes = calloc((size_t)count + 1, size);
    const sow_initializer under = below(initializer),
                          written = sow_constant(written_value(initializer));
    const sow_tensor scalar = {.dtype = tensor->dtype};
    if (bytes == NULL || sow_fill_host(bytes, &whole, &under, key) != SOW_OK ||
        (has_structure(initializer->kind) &&
         sow_fill_host(value, &scalar, &written, key) != SOW_OK)) {
        free(bytes);
        return NULL;
    }
    for (uint64_t i = 0; i < count; i++) {
        uint64_t rest = i;
        for (uint32_t d = tensor->rank; d-- > 0; rest /= tensor->shape[d])
            at[d] = rest % tensor->shape[d];
        if (has_structure(initializer->kind) && is_written(tensor, initializer, key, at))
            memcpy(bytes + i * size, value, size);
        if (initializer->padding != 0 && at[0] == initializer->padding - 1)
            memset(bytes + i * size, 0, size);
    }
    return bytes;
}
