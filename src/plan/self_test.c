#include "self_test.h"

#include <math.h>
#include <stddef.h>

typedef struct self_test_row {
    sow_distribution distribution;
    sow_dtype dtype; /* of constants: any dtype of the same size */
    uint64_t digest;
} self_test_row;

static const self_test_row rows[] = {
    {SOW_DIST_CONSTANT, SOW_I8, 0xb7886b5fd99dda4eu},
    {SOW_DIST_CONSTANT, SOW_I16, 0xa397367ffe134ab6u},
    {SOW_DIST_CONSTANT, SOW_I32, 0xc2a122cd6dcc40f4u},
    {SOW_DIST_CONSTANT, SOW_I64, 0x5e33634e23a9d1ceu},
    {SOW_DIST_BITS, SOW_I32, 0x8e9d859b16b12b04u},
    {SOW_DIST_UNIFORM, SOW_F32, 0x173f5213961fa998u},
    {SOW_DIST_UNIFORM, SOW_F16, 0x603e13215772870au},
    {SOW_DIST_UNIFORM, SOW_BF16, 0x670fc1afc57a1eaau},
    {SOW_DIST_NORMAL, SOW_F32, 0xa3f2e31706999b5du},
    {SOW_DIST_NORMAL, SOW_F16, 0xfb74dba2a8350747u},
    {SOW_DIST_NORMAL, SOW_BF16, 0x508feb0145f9cd7au},
    {SOW_DIST_TRUNC_CENTRAL, SOW_F32, 0xb04a41e0f690fe45u},
    {SOW_DIST_TRUNC_CENTRAL, SOW_F16, 0xc5543c5373d1de09u},
    {SOW_DIST_TRUNC_CENTRAL, SOW_BF16, 0xb95d4615142fca91u},
    {SOW_DIST_TRUNC_WIDE, SOW_F32, 0x010200378eafbbacu},
    {SOW_DIST_TRUNC_WIDE, SOW_F16, 0x5743a1802ecc63b1u},
    {SOW_DIST_TRUNC_WIDE, SOW_BF16, 0xc235a8851d4631abu},
    {SOW_DIST_TRUNC_EDGE, SOW_F32, 0xeac63f8d8bacc4e7u},
    {SOW_DIST_TRUNC_EDGE, SOW_F16, 0x74230ee0e86a26fcu},
    {SOW_DIST_TRUNC_EDGE, SOW_BF16, 0x6bf041871ef272f1u},
    {SOW_DIST_UNIFORM, SOW_F8_E4M3, 0x3c8ef246ff11d9c0u},
    {SOW_DIST_UNIFORM, SOW_F8_E5M2, 0x8159cf8c2d061842u},
    {SOW_DIST_NORMAL, SOW_F8_E4M3, 0x4c2bd4b16960af18u},
    {SOW_DIST_NORMAL, SOW_F8_E5M2, 0x6424a21a30238811u},
    {SOW_DIST_TRUNC_CENTRAL, SOW_F8_E4M3, 0xde3358157c19c3a8u},
    {SOW_DIST_TRUNC_CENTRAL, SOW_F8_E5M2, 0x3a145b5d65264cbdu},
    {SOW_DIST_TRUNC_WIDE, SOW_F8_E4M3, 0x3f2b031a3f6f2f67u},
    {SOW_DIST_TRUNC_WIDE, SOW_F8_E5M2, 0x52b22ae5ed721b2fu},
    {SOW_DIST_TRUNC_EDGE, SOW_F8_E4M3, 0x818e8b872f5109f1u},
    {SOW_DIST_TRUNC_EDGE, SOW_F8_E5M2, 0x371d796d64ea05bcu},
    {SOW_DIST_UNIFORM, SOW_F64, 0x8d4f64072c6d9a94u},
    {SOW_DIST_NORMAL, SOW_F64, 0x8cae055121f97587u},
    {SOW_DIST_TRUNC_CENTRAL, SOW_F64, 0xbcd754636c51408bu},
    {SOW_DIST_TRUNC_WIDE, SOW_F64, 0x98f52315cdcde2f0u},
    {SOW_DIST_TRUNC_EDGE, SOW_F64, 0x18d9ca898d93d273u},
    {SOW_DIST_ORTHOGONAL, SOW_F32, 0xc55971899ae1f2f7u},
    {SOW_DIST_ORTHOGONAL, SOW_F16, 0xa7eda9552e0e8d30u},
    {SOW_DIST_ORTHOGONAL, SOW_BF16, 0x4b2b6b830c44e3afu},
    {SOW_DIST_ORTHOGONAL, SOW_F64, 0x4d2e206c1083f0e7u},
    {SOW_DIST_ORTHOGONAL, SOW_F8_E4M3, 0xa01d44ca4d8de055u},
    {SOW_DIST_ORTHOGONAL, SOW_F8_E5M2, 0x443a0b00d494b22eu},
    {SOW_DIST_STFT, SOW_F32, 0x8055c3a119e976afu},
    {SOW_DIST_STFT, SOW_F16, 0x39497e669673cb96u},
    {SOW_DIST_STFT, SOW_BF16, 0x78e45766c65071f6u},
    {SOW_DIST_STFT, SOW_F8_E4M3, 0x2e39552294e9db84u},
    {SOW_DIST_STFT, SOW_F8_E5M2, 0xeba62de4bc220097u},
    {SOW_DIST_STFT, SOW_F64, 0x66e004188ef22988u},
};

static const sow_status failures[] = {
    [SOW_DIST_CONSTANT] = SOW_ERR_TEST_CONSTANT,
    [SOW_DIST_BITS] = SOW_ERR_TEST_BITS,
    [SOW_DIST_UNIFORM] = SOW_ERR_TEST_UNIFORM,
    [SOW_DIST_NORMAL] = SOW_ERR_TEST_NORMAL,
    [SOW_DIST_TRUNC_CENTRAL] = SOW_ERR_TEST_TRUNC_NORMAL,
    [SOW_DIST_TRUNC_WIDE] = SOW_ERR_TEST_TRUNC_NORMAL,
    [SOW_DIST_TRUNC_EDGE] = SOW_ERR_TEST_TRUNC_NORMAL,
    [SOW_DIST_ORTHOGONAL] = SOW_ERR_TEST_ORTHOGONAL,
    [SOW_DIST_STFT] = SOW_ERR_TEST_STFT,
};

static sow_initializer initializer_of(sow_distribution distribution)
{
    switch (distribution) {
    case SOW_DIST_BITS:
        return sow_bits();
    case SOW_DIST_UNIFORM:
        return sow_uniform(-1.5, 2.5);
    case SOW_DIST_NORMAL:
        return sow_normal(0.25, 1.5);
    case SOW_DIST_TRUNC_CENTRAL:
        return sow_trunc_normal(0.25, 1.5, -2, 3);
    case SOW_DIST_TRUNC_WIDE:
        return sow_trunc_normal(0.25, 1.5, -4, 8);
    case SOW_DIST_TRUNC_EDGE:
        return sow_trunc_normal(-1, 0.5, 2, (double)INFINITY);
    case SOW_DIST_STFT:
        return sow_stft(SOW_STFT_IMAG, SOW_STFT_BLACKMAN, SOW_STFT_UNSCALED, 1);
    case SOW_DIST_ORTHOGONAL:
        return sow_orthogonal(1.25, 0);
    case SOW_DIST_CONSTANT:
        break;
    }
    return sow_ones();
}

static const self_test_row *find(sow_distribution distribution, sow_dtype dtype)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const bool same = distribution == SOW_DIST_CONSTANT
                              ? sow_dtype_size(rows[i].dtype) == sow_dtype_size(dtype)
                              : rows[i].dtype == dtype;
        if (rows[i].distribution == distribution && same)
            return &rows[i];
    }
    return NULL;
}

/* More than 2^34 elements; of the kernel of an STFT, frame 48 ends 9 elements before that. Of matrices, one that is
 * wider than tall, and some panels. */
static sow_tensor tensor_of(sow_distribution distribution, sow_dtype dtype)
{
    if (distribution == SOW_DIST_ORTHOGONAL)
        return (sow_tensor){.dtype = dtype, .rank = 2, .shape = {32, SOWI_SELF_TEST_COUNT / 32}};
    if (distribution == SOW_DIST_STFT)
        return (sow_tensor){.dtype = dtype, .rank = 3, .shape = {61, 6615275, 53}};
    return (sow_tensor){.dtype = dtype, .rank = 1, .shape = {(uint64_t)1 << 35}};
}

bool sowi_self_test_make(sowi_self_test *test, sow_distribution distribution, sow_dtype dtype)
{
    const self_test_row *row = find(distribution, dtype);
    if (row == NULL)
        return false;
    /* Elements with odd edges that cross from block 2^32 - 1 to 2^32, where the counter carries; of matrices all. */
    const uint64_t crossing = ((uint64_t)1 << 34) - SOWI_SELF_TEST_COUNT / 2 + 1;
    const uint64_t begin = distribution == SOW_DIST_ORTHOGONAL ? 0 : crossing;
    const sow_tensor tensor = tensor_of(distribution, row->dtype);
    const sow_key key = {0x0123456789abcdefu, 0xfedcba9876543210u};
    const sow_initializer initializer = initializer_of(distribution);
    if (sow_plan_make(&test->plan, &tensor, &initializer, key, NULL) != SOW_OK ||
        sow_plan_slice(&test->plan, begin, SOWI_SELF_TEST_COUNT) != SOW_OK)
        return false;
    if (distribution == SOW_DIST_CONSTANT)
        test->plan.pattern = 0x0ff0a53c9669c35au;
    test->digest = row->digest;
    test->failure = failures[distribution];
    return true;
}

static const struct {
    sow_dtype dtype; /* any of its size */
    uint64_t placed, sparse;
} structure_rows[] = {
    {SOW_I8, 0x3aa264cd15dd98efu, 0x1badab54b5a7a970u},
    {SOW_I16, 0x5f0abeaab101b1f0u, 0xb977bedd33b48133u},
    {SOW_I32, 0xa4988ee5051140d5u, 0x2971f976ed260412u},
    {SOW_I64, 0xa9e1f28646db44dau, 0x3bba1e240c01678du},
};

bool sowi_self_test_make_structure(sowi_self_test *test, bool placed, sow_dtype dtype)
{
    const sow_key key = {0x0123456789abcdefu, 0xfedcba9876543210u};
    const sow_initializer initializer = placed ? sow_dirac(2) : sow_sparse(0.3, 1);
    sow_tensor tensor = {.dtype = SOW_F32, .rank = 2, .shape = {64, SOWI_SELF_TEST_COUNT / 64}};
    if (placed)
        tensor = (sow_tensor){.dtype = SOW_F32, .rank = 3, .shape = {32, 16, 8}};
    for (size_t i = 0; i < sizeof structure_rows / sizeof structure_rows[0]; i++) {
        if (sow_dtype_size(structure_rows[i].dtype) != sow_dtype_size(dtype))
            continue;
        if (sow_plan_make(&test->plan, &tensor, &initializer, key, NULL) != SOW_OK)
            return false;
        test->plan.distribution = SOW_DIST_CONSTANT;
        test->plan.dtype = structure_rows[i].dtype;
        test->plan.pattern = UINT64_MAX;
        test->plan.placed.pattern = 0x0ff0a53c9669c35au;
        test->digest = placed ? structure_rows[i].placed : structure_rows[i].sparse;
        test->failure = SOW_ERR_TEST_STRUCTURE;
        return true;
    }
    return false;
}
