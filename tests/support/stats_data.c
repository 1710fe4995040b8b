#include "stats_data.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "random_numbers.h"
#include "run_tests.h"

static void draw(void *data, sow_dtype dtype, uint64_t count, double mean, double std)
{
    const sow_tensor tensor = {.dtype = dtype, .rank = 1, .shape = {count}};
    const sow_initializer normal = {.kind = SOW_NORMAL, .param = {mean, std}};
    assert_int_equal(SOW_OK, sow_fill_host(data, &tensor, &normal, (sow_key){1, dtype}));
}

/* Random bits, of each element those of the mask. */
static void scatter(unsigned char *data, size_t size, uint64_t count, uint64_t mask)
{
    uint64_t random = 5;
    for (uint64_t i = 0; i < count; i++) {
        const uint64_t bits = sowt_random(&random) & mask;
        memcpy(data + i * size, &bits, size);
    }
}

void *sowt_stats_data_make(sow_dtype dtype, sowt_stats_data kind, uint64_t count)
{
    const size_t size = sow_dtype_size(dtype);
    unsigned char *data = calloc((size_t)count + 1, size);
    assert_non_null(data);
    const bool floating = sow_dtype_is_float(dtype) != 0;
    if (kind == SOWT_DATA_BITS || kind == SOWT_DATA_TINY) {
        const unsigned dropped = dtype == SOW_F64                           ? 10
                                 : dtype == SOW_F16 || dtype == SOW_F8_E5M2 ? 4
                                                                            : 7;
        const uint64_t ones = UINT64_MAX >> (64 - 8 * size), sign = (ones >> 1) + 1;
        const uint64_t tiny = size == 1 ? 0x83 : sign | ones >> dropped;
        scatter(data, size, count,
                kind == SOWT_DATA_BITS && dtype != SOW_BOOL ? ones : tiny & ones);
    } else if (kind == SOWT_DATA_CONSTANT) {
        memset(data, dtype == SOW_BOOL ? 1 : 0x3a, (size_t)count * size);
    } else if (floating) {
        draw(data, dtype, count, kind == SOWT_DATA_SHIFTED ? 1 : 0.01, 0.02);
    } else {
        scatter(data, size, count, dtype == SOW_BOOL ? 1 : 7);
    }
    for (uint64_t i = 0; kind == SOWT_DATA_ZEROS && i < count; i += 3)
        memset(data + i * size, 0, size);
    return data;
}
