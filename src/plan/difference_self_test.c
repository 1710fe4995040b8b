#include "difference_self_test.h"

#include <string.h>

/* A pair that differs, by an element's bytes. Of NaNs those of the floating dtypes of that size. */
typedef struct bits_pair {
    uint64_t a[4], b[4]; /* of 1, 2, 4 and 8 bytes */
} bits_pair;

static const bits_pair pairs[SOWI_DIFFERENCE_TEST_PAIRS] = {
    /* zeros of both signs */
    {{0, 0, 0, 0}, {0x80, 0x8000, 0x80000000, 0x8000000000000000}},
    /* NaNs of other payload */
    {{0x7d, 0x7e00, 0x7fc00000, 0x7ff8000000000000},
     {0x7e, 0x7e01, 0x7fc00001, 0x7ff8000000000001}},
    /* zero and the least subnormal */
    {{0, 0, 0, 0}, {1, 1, 1, 1}},
    /* a bit in the middle */
    {{0x55, 0x5555, 0x55555555, 0x5555555555555555},
     {0x5d, 0x55d5, 0x5555d555, 0x5555555455555555}},
    /* all bits */
    {{0xff, 0xffff, 0xffffffff, 0xffffffffffffffff}, {0, 0, 0, 0}},
};

/* From a pair's place on. Few, as each costs a launch. */
static const struct {
    size_t pair;
    int64_t begin;
    uint64_t count;
} windows[] = {
    {0, 0, 1},                                                 /* alone */
    {1, 0, 100},                                               /* first */
    {2, -99, 100},                                             /* last */
    {3, -50, 133},                                             /* in the middle */
    {4, -127, 128},                                            /* last */
    {0, -100, 100},                                            /* just after the end */
    {1, 1, 67},                                                /* just before the beginning */
    {0, 1 - SOWK_DIFFERENCE_BLOCK, SOWK_DIFFERENCE_BLOCK},     /* a block's last */
    {0, 1 - SOWK_DIFFERENCE_BLOCK, SOWK_DIFFERENCE_BLOCK + 7}, /* the same, and a few more */
    {0, -SOWK_DIFFERENCE_BLOCK, SOWK_DIFFERENCE_BLOCK + 1},    /* the next block's only one */
    {0, -SOWK_DIFFERENCE_BLOCK, SOWK_DIFFERENCE_BLOCK},        /* just after a block */
};
enum { WINDOWS = sizeof windows / sizeof windows[0] };

static uint64_t place_of(size_t pair)
{
    return SOWI_DIFFERENCE_TEST_FIRST + (uint64_t)pair * SOWI_DIFFERENCE_TEST_SPACE;
}

static size_t column_of(size_t element_bytes)
{
    return element_bytes == 8 ? 3 : element_bytes == 4 ? 2 : element_bytes - 1;
}

/* What both have: any bits, some zeros and NaNs among them. */
static uint64_t common_bits(size_t i, size_t column)
{
    const uint64_t any =
        (uint64_t)i * UINT64_C(0x9e3779b97f4a7c15); /* 2^64 over the golden ratio */
    return i % 7 == 0 ? 0 : i % 11 == 0 ? pairs[1].a[column] : any ^ any >> 32;
}

void sowi_difference_self_test_make(size_t element_bytes, void *a, void *b)
{
    const size_t column = column_of(element_bytes);
    unsigned char *const to_a = a, *const to_b = b;
    for (size_t i = 0; i < SOWI_DIFFERENCE_TEST_COUNT; i++) {
        const uint64_t bits = common_bits(i, column);
        memcpy(to_a + i * element_bytes, &bits, element_bytes); /* little-endian: the low bytes */
        memcpy(to_b + i * element_bytes, &bits, element_bytes);
    }
    for (size_t i = 0; i < SOWI_DIFFERENCE_TEST_PAIRS; i++) {
        memcpy(to_a + place_of(i) * element_bytes, &pairs[i].a[column], element_bytes);
        memcpy(to_b + place_of(i) * element_bytes, &pairs[i].b[column], element_bytes);
    }
}

bool sowi_difference_self_test_window(size_t n, sowi_difference_window *window)
{
    if (n >= WINDOWS)
        return false;
    const int64_t from = windows[n].begin;
    window->count = windows[n].count;
    window->begin = place_of(windows[n].pair) + (uint64_t)from;
    window->differing =
        from <= 0 && (uint64_t)-from < window->count ? (uint64_t)-from : window->count;
    return true;
}

size_t sowi_difference_self_test_check(const sowi_difference_window *window, size_t items,
                                       const unsigned char *notes)
{
    const size_t blocks =
        (size_t)((window->count + SOWK_DIFFERENCE_BLOCK - 1) / SOWK_DIFFERENCE_BLOCK);
    const uint64_t at = window->differing;
    /* an item has every items-th element of its block */
    const size_t noting = at == window->count ? blocks * items
                                              : (size_t)(at / SOWK_DIFFERENCE_BLOCK) * items +
                                                    (size_t)(at % SOWK_DIFFERENCE_BLOCK % items);
    size_t i = 0;
    while (i < blocks * items && (notes[i] != 0) == (i == noting))
        i++;
    return i;
}
