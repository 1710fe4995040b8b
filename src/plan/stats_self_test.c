#include "stats_self_test.h"

#include <string.h>

#include "hash.h"

/* Of a dtype: the bits that elements of like size have in common, and those that they do not; and the first half of the parts'
 * XXH3-128, as tests/unit/test_stats.c finds it on the host. */
typedef struct expected {
    sow_dtype dtype;
    uint64_t common, free;
    uint64_t digest;
} expected;

static const expected tests[] = {
    {SOW_F32, 0x3c000000, 0x81ffffff, 0x15668a02c4fe61c3},
    {SOW_F16, 0x3000, 0x8fff, 0x561d762829f04d18},
    {SOW_BF16, 0x3c00, 0x81ff, 0x27092a11eccb3133},
    {SOW_F64, 0x3fc0000000000000, 0x803fffffffffffff, 0x4502d41c7c07b4d2},
    {SOW_I64, 0, UINT64_MAX, 0xec51f548d6965110},
    {SOW_I32, 0, UINT64_MAX, 0xb52358b1850b906d},
    {SOW_I16, 0, UINT64_MAX, 0x37d678d633e36377},
    {SOW_I8, 0, UINT64_MAX, 0x5c8607c509d8f710},
    {SOW_U8, 0, UINT64_MAX, 0xed17d379d2862afe},
    {SOW_F8_E4M3, 0x20, 0x9f, 0xf38496d4fd79ee81},
    {SOW_F8_E5M2, 0x30, 0x8f, 0x020d8b3af44ff2ad},
};

static const expected *test_of(sow_dtype dtype)
{
    size_t i = 0;
    while (tests[i].dtype != dtype)
        i++;
    return &tests[i];
}

/* SplitMix64 of Steele, Lea and Flood 2014. */
static uint64_t next(uint64_t *state)
{
    *state += 0x9e3779b97f4a7c15;
    uint64_t z = *state;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

void sowi_stats_self_test_make(sow_dtype dtype, void *data)
{
    const expected *of = test_of(dtype);
    const size_t size = sow_dtype_size(dtype);
    const uint64_t exponent_top = (uint64_t)1 << (8 * size - 2);
    uint64_t state = 1;
    for (size_t i = 0; i < SOWI_STATS_TEST_COUNT; i++) {
        uint64_t bits = next(&state);
        if (i < SOWK_STATS_CHUNK)
            bits = (bits & of->free) | of->common;
        else if (i < 2 * SOWK_STATS_CHUNK)
            bits &= ~exponent_top;
        memcpy((unsigned char *)data + i * size, &bits, size);
    }
}

sowi_stats_digests sowi_stats_self_test_digests(sow_dtype dtype, const sowk_stats_part *parts)
{
    uint8_t bytes[16];
    sowi_stats_digests digests = {.expected = test_of(dtype)->digest};
    sowi_hash_xxh3_128(parts, SOWI_STATS_TEST_PARTS * sizeof *parts, bytes);
    for (int i = 0; i < 8; i++)
        digests.found = digests.found << 8 | bytes[i];
    return digests;
}

bool sowi_stats_self_test_holds(sow_dtype dtype, const sowk_stats_part *parts)
{
    const sowi_stats_digests digests = sowi_stats_self_test_digests(dtype, parts);
    return digests.found == digests.expected;
}
