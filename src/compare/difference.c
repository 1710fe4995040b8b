#include "difference.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "dtype.h"

/* Elements that are compared at once, before any is looked at. */
#define BLOCK_ELEMS 1024

#define NAN_BIN (SOW_ULP_BINS - 1)

/* Bits of sow_difference_sum's is_unsigned. */
enum { UNSIGNED_A = 1, UNSIGNED_B = 2 };

/* A stored element. An integer's value may be rounded: its bits are exact. */
typedef struct element {
    uint64_t bits;
    double value;
    bool is_nan;
} element;

/* The unsigned integers that sow_dtype has no names for go by the signed ones' of their size. */
static const sowi_dtype_row unsigned_rows[] = {
    {SOW_U8, "u8", 1, SOWI_CLASS_UNSIGNED, false, 0, 0, 0},
    {SOW_I16, "u16", 2, SOWI_CLASS_UNSIGNED, false, 0, 0, 0},
    {SOW_I32, "u32", 4, SOWI_CLASS_UNSIGNED, false, 0, 0, 0},
    {SOW_I64, "u64", 8, SOWI_CLASS_UNSIGNED, false, 0, 0, 0},
};

static const sowi_dtype_row *unsigned_row_of(size_t size)
{
    for (size_t i = 0; i < sizeof unsigned_rows / sizeof *unsigned_rows; i++)
        if (unsigned_rows[i].size == size)
            return &unsigned_rows[i];
    return NULL;
}

static const sowi_dtype_row *row_of(sow_dtype dtype, bool is_unsigned)
{
    return is_unsigned ? unsigned_row_of(sow_dtype_size(dtype)) : sowi_dtype_row_of(dtype);
}

/* Of the two sides of a sum. */
static const sowi_dtype_row *row_of_a(const sow_difference_sum *sum)
{
    return row_of(sum->dtype_a, (sum->is_unsigned & UNSIGNED_A) != 0);
}

static const sowi_dtype_row *row_of_b(const sow_difference_sum *sum)
{
    return row_of(sum->dtype_b, (sum->is_unsigned & UNSIGNED_B) != 0);
}

static uint64_t load_bits(const unsigned char *at, size_t size)
{
    uint64_t wide;
    uint32_t word;
    uint16_t half;
    switch (size) {
    case 8:
        memcpy(&wide, at, sizeof wide);
        return wide;
    case 4:
        memcpy(&word, at, sizeof word);
        return word;
    case 2:
        memcpy(&half, at, sizeof half);
        return half;
    default:
        return *at;
    }
}

/* An integer with the sign of its dtype. */
static int64_t extend(uint64_t bits, size_t size)
{
    const uint64_t sign = UINT64_C(1) << (8 * size - 1);
    return (int64_t)((bits ^ sign) - sign);
}

static element load(const sowi_dtype_row *row, const unsigned char *at)
{
    element loaded = {.bits = load_bits(at, row->size)};
    if (row->class == SOWI_CLASS_FLOAT)
        loaded.value = sow_dtype_value(row->dtype, at);
    else if (row->class == SOWI_CLASS_SIGNED)
        loaded.value = (double)extend(loaded.bits, row->size);
    else
        loaded.value = (double)loaded.bits;
    loaded.is_nan = isnan(loaded.value);
    return loaded;
}

static uint64_t difference_of(uint64_t a, uint64_t b)
{
    return a > b ? a - b : b - a;
}

/* How many steps lie between two elements of a dtype. Floating bits without their sign are in order. */
static uint64_t distance_in(const sowi_dtype_row *row, uint64_t a, uint64_t b)
{
    const uint64_t sign = UINT64_C(1) << (8 * row->size - 1);
    if (row->class == SOWI_CLASS_FLOAT && ((a ^ b) & sign) != 0)
        return (a & ~sign) + (b & ~sign);
    /* The order of signed integers is that of their bits with the sign the other way round. */
    return row->class == SOWI_CLASS_SIGNED ? difference_of(a ^ sign, b ^ sign)
                                           : difference_of(a, b);
}

/* A whole number: an integer, or what an equal double is. */
typedef struct whole {
    bool negative;
    bool is_2_64; /* a magnitude of 2^64, which is then 0 */
    uint64_t magnitude;
} whole;

/* value: whole and at most 2^64 if the dtype is floating. */
static whole whole_of(const sowi_dtype_row *row, const element *of)
{
    const int64_t number = row->class == SOWI_CLASS_SIGNED ? extend(of->bits, row->size) : 0;
    if (row->class == SOWI_CLASS_FLOAT && fabs(of->value) == 0x1p64)
        return (whole){of->value < 0, true, 0};
    if (row->class == SOWI_CLASS_FLOAT)
        return (whole){of->value < 0, false, (uint64_t)fabs(of->value)};
    return number < 0 ? (whole){true, false, UINT64_C(0) - (uint64_t)number}
                      : (whole){false, false,
                                row->class == SOWI_CLASS_SIGNED ? (uint64_t)number : of->bits};
}

/* |a - b|, at most 2^64 - 1. */
static uint64_t gap_between(whole a, whole b)
{
    if (a.negative == b.negative) /* of 2^64, modulo 2^64: an integer is less */
        return a.is_2_64   ? UINT64_C(0) - b.magnitude
               : b.is_2_64 ? UINT64_C(0) - a.magnitude
                           : difference_of(a.magnitude, b.magnitude);
    return a.is_2_64 || b.is_2_64 || a.magnitude > UINT64_MAX - b.magnitude
               ? UINT64_MAX
               : a.magnitude + b.magnitude;
}

static bool is_beyond_53_bits(double value)
{
    return fabs(value) >= 0x1p53 && fabs(value) <= 0x1p64;
}

/* Whether doubles may not tell the difference of two elements, of which one is an integer that they round; both are whole. */
static bool is_rounded(const sowi_dtype_row *row_a, const sowi_dtype_row *row_b, const element *a,
                       const element *b)
{
    return (row_a->class != SOWI_CLASS_FLOAT || row_b->class != SOWI_CLASS_FLOAT) &&
           is_beyond_53_bits(a->value) && is_beyond_53_bits(b->value);
}

static uint64_t whole_gap(const sowi_dtype_row *row_a, const sowi_dtype_row *row_b,
                          const element *a, const element *b)
{
    return gap_between(whole_of(row_a, a), whole_of(row_b, b));
}

static double spacing_of(const sowi_dtype_row *row, double value)
{
    return row->class == SOWI_CLASS_FLOAT ? sowi_dtype_spacing(row, value) : 1;
}

/* In the spacing of the coarser of two dtypes, rounded up, so that what is not equal has a distance. */
static uint64_t distance_between(const sowi_dtype_row *row_a, const sowi_dtype_row *row_b, double a,
                                 double b)
{
    if (a == b)
        return 0;
    if (!isfinite(a) || !isfinite(b))
        return UINT64_MAX;
    const double larger = fmax(fabs(a), fabs(b));
    const double steps =
        ceil(fabs(a - b) / fmax(spacing_of(row_a, larger), spacing_of(row_b, larger)));
    return steps < 0x1p64 ? (uint64_t)steps : UINT64_MAX;
}

/* The bin of a distance: the number of its bits. */
static unsigned bin_of(uint64_t distance)
{
    unsigned bin = 0;
    for (; distance != 0; distance >>= 1)
        bin++;
    return bin;
}

/* A pair that differs. */
typedef struct pair {
    element a, b;
    uint64_t distance;         /* without meaning if one is NaN */
    double absolute, relative; /* of finite ones */
    bool is_finite;
} pair;

static void measure(pair *of, bool by_integers)
{
    const double larger = fmax(fabs(of->a.value), fabs(of->b.value));
    of->is_finite = isfinite(of->a.value) && isfinite(of->b.value);
    if (!of->is_finite)
        return;
    of->absolute = by_integers ? (double)of->distance : fabs(of->a.value - of->b.value);
    /* The difference of two doubles may be too large for one. */
    of->relative = isinf(of->absolute) ? fabs(of->a.value / larger - of->b.value / larger)
                   : larger > 0        ? of->absolute / larger
                                       : 0;
}

static bool passes(const sow_tolerance *allowed, const pair *of)
{
    if (allowed->ulp == 0 && allowed->atol == 0 && allowed->rtol == 0)
        return false;
    if (of->a.is_nan || of->b.is_nan)
        return of->a.is_nan && of->b.is_nan;
    return of->distance <= allowed->ulp ||
           (of->is_finite && of->absolute <= allowed->atol + allowed->rtol * fabs(of->b.value));
}

static void note_first(sow_difference *found, const pair *of, uint64_t index)
{
    found->first_index = index;
    found->first_a_bits = of->a.bits;
    found->first_b_bits = of->b.bits;
    found->first_a = of->a.value;
    found->first_b = of->b.value;
}

static void count_distance(sow_difference *found, const pair *of, uint64_t index)
{
    if (of->a.is_nan || of->b.is_nan) {
        found->nan_pairs += of->a.is_nan && of->b.is_nan;
        found->nan_alone += of->a.is_nan != of->b.is_nan;
        found->ulps[NAN_BIN]++;
        return;
    }
    found->zero_signs += of->distance == 0;
    found->ulps[bin_of(of->distance)]++;
    if (of->distance > found->max_ulp) {
        found->max_ulp = of->distance;
        found->max_ulp_index = index;
    }
}

static void count_pair(sow_difference_sum *sum, const pair *of, uint64_t index)
{
    sow_difference *found = &sum->found;
    const bool beyond = !passes(&sum->tolerance, of);
    if (beyond ? found->beyond == 0 : found->differing == 0)
        note_first(found, of, index);
    found->differing++;
    found->beyond += beyond;
    count_distance(found, of, index);
    if (!of->is_finite)
        return;
    found->measured++;
    found->max_absolute = fmax(found->max_absolute, of->absolute);
    found->max_relative = fmax(found->max_relative, of->relative);
    sum->absolute += of->absolute;
    sum->relative += of->relative;
}

static void add_equal(sow_difference *found, uint64_t count)
{
    found->ulps[0] += count;
    found->measured += count;
}

/* Of arrays of one dtype, which are not equal. */
static void add_bits(sow_difference_sum *sum, const unsigned char *a, const unsigned char *b,
                     size_t count)
{
    const sowi_dtype_row *row = row_of_a(sum);
    for (size_t i = 0; i < count; i++, a += row->size, b += row->size) {
        if (load_bits(a, row->size) == load_bits(b, row->size)) {
            add_equal(&sum->found, 1);
            continue;
        }
        pair of = {.a = load(row, a), .b = load(row, b)};
        of.distance = distance_in(row, of.a.bits, of.b.bits);
        measure(&of, row->class != SOWI_CLASS_FLOAT);
        count_pair(sum, &of, sum->found.elements + i);
    }
}

/* Whether two values are the same number; zeros of both signs are not. */
static bool is_same(const sowi_dtype_row *row_a, const sowi_dtype_row *row_b, const element *a,
                    const element *b)
{
    return (a->is_nan && b->is_nan) ||
           (a->value == b->value && (signbit(a->value) != 0) == (signbit(b->value) != 0) &&
            (!is_rounded(row_a, row_b, a, b) || whole_gap(row_a, row_b, a, b) == 0));
}

/* In the same spacing, which is a whole number there. */
static uint64_t steps_of(const sowi_dtype_row *row_a, const sowi_dtype_row *row_b, const pair *of,
                         uint64_t gap)
{
    const double larger = fmax(fabs(of->a.value), fabs(of->b.value));
    const uint64_t step = (uint64_t)fmax(spacing_of(row_a, larger), spacing_of(row_b, larger));
    return gap / step + (gap % step != 0);
}

/* Of integers exact; else by doubles, but where they round. */
static void measure_values(const sowi_dtype_row *row_a, const sowi_dtype_row *row_b, pair *of)
{
    const bool integers = row_a->class != SOWI_CLASS_FLOAT && row_b->class != SOWI_CLASS_FLOAT;
    const bool rounded = !integers && is_rounded(row_a, row_b, &of->a, &of->b);
    const uint64_t gap = integers || rounded ? whole_gap(row_a, row_b, &of->a, &of->b) : 0;
    of->distance = integers  ? gap
                   : rounded ? steps_of(row_a, row_b, of, gap)
                             : distance_between(row_a, row_b, of->a.value, of->b.value);
    measure(of, integers);
    if (rounded) {
        of->absolute = (double)gap;
        of->relative = of->absolute / fmax(fabs(of->a.value), fabs(of->b.value));
    }
}

/* Of arrays of two dtypes. */
static void add_values(sow_difference_sum *sum, const unsigned char *a, const unsigned char *b,
                       size_t count)
{
    const sowi_dtype_row *row_a = row_of_a(sum);
    const sowi_dtype_row *row_b = row_of_b(sum);
    for (size_t i = 0; i < count; i++, a += row_a->size, b += row_b->size) {
        pair of = {.a = load(row_a, a), .b = load(row_b, b)};
        if (is_same(row_a, row_b, &of.a, &of.b)) {
            add_equal(&sum->found, 1);
            continue;
        }
        measure_values(row_a, row_b, &of);
        count_pair(sum, &of, sum->found.elements + i);
    }
}

/* Two of one size may be a signed and an unsigned integer. */
static bool is_one_dtype(const sow_difference_sum *sum)
{
    return sum->dtype_a == sum->dtype_b && row_of_a(sum)->class == row_of_b(sum)->class;
}

static void add_block(sow_difference_sum *sum, const unsigned char *a, const unsigned char *b,
                      size_t count)
{
    if (!is_one_dtype(sum))
        add_values(sum, a, b, count);
    else if (memcmp(a, b, count * sow_dtype_size(sum->dtype_a)) == 0)
        add_equal(&sum->found, count);
    else
        add_bits(sum, a, b, count);
    sum->found.elements += count;
}

sow_status sow_difference_begin(sow_difference_sum *sum, sow_dtype dtype_a, sow_dtype dtype_b,
                                const sow_tolerance *tolerance)
{
    const sow_tolerance none = {.ulp = 0};
    const sow_tolerance *allowed = tolerance != NULL ? tolerance : &none;
    if (sum == NULL)
        return SOW_ERR_ARGUMENT;
    if (sow_dtype_size(dtype_a) == 0 || sow_dtype_size(dtype_b) == 0)
        return SOW_ERR_DTYPE;
    if (!(allowed->atol >= 0) || !(allowed->rtol >= 0))
        return SOW_ERR_ARGUMENT;
    *sum = (sow_difference_sum){.dtype_a = dtype_a, .dtype_b = dtype_b, .tolerance = *allowed};
    return SOW_OK;
}

sow_status sow_difference_begin_mixed(sow_difference_sum *sum, sow_dtype dtype_a, sow_dtype dtype_b,
                                      int unsigned_a, int unsigned_b,
                                      const sow_tolerance *tolerance)
{
    const sow_status status = sow_difference_begin(sum, dtype_a, dtype_b, tolerance);
    if (status == SOW_OK)
        sum->is_unsigned = (unsigned_a ? UNSIGNED_A : 0) | (unsigned_b ? UNSIGNED_B : 0);
    return status;
}

sow_status sow_difference_begin_unsigned(sow_difference_sum *sum, size_t size_a, size_t size_b,
                                         const sow_tolerance *tolerance)
{
    const sowi_dtype_row *row_a = unsigned_row_of(size_a), *row_b = unsigned_row_of(size_b);
    if (sum == NULL)
        return SOW_ERR_ARGUMENT;
    if (row_a == NULL || row_b == NULL)
        return SOW_ERR_DTYPE;
    return sow_difference_begin_mixed(sum, row_a->dtype, row_b->dtype, 1, 1, tolerance);
}

void sow_difference_add(sow_difference_sum *sum, const void *a, const void *b, uint64_t count)
{
    const size_t size_a = sow_dtype_size(sum->dtype_a), size_b = sow_dtype_size(sum->dtype_b);
    const unsigned char *at_a = a, *at_b = b;
    while (count != 0) {
        const size_t block = count < BLOCK_ELEMS ? (size_t)count : BLOCK_ELEMS;
        add_block(sum, at_a, at_b, block);
        at_a += block * size_a;
        at_b += block * size_b;
        count -= block;
    }
}

void sow_difference_end(const sow_difference_sum *sum, sow_difference *out)
{
    *out = sum->found;
    if (out->measured == 0)
        return;
    out->mean_absolute = sum->absolute / (double)out->measured;
    out->mean_relative = sum->relative / (double)out->measured;
}

sow_status sow_compare_arrays(const void *a, const void *b, sow_dtype dtype, uint64_t count,
                              const sow_tolerance *tolerance, sow_difference *out)
{
    sow_difference_sum sum;
    const sow_status status = sow_difference_begin(&sum, dtype, dtype, tolerance);
    if (status != SOW_OK)
        return status;
    if (out == NULL || (count != 0 && (a == NULL || b == NULL)))
        return SOW_ERR_ARGUMENT;
    sow_difference_add(&sum, a, b, count);
    sow_difference_end(&sum, out);
    return SOW_OK;
}

void sowi_difference_visit_sum(void *user, const void *a, const void *b, uint64_t count)
{
    sow_difference_sum *sum = user;
    if (a != NULL) {
        sow_difference_add(sum, a, b, count);
        return;
    }
    add_equal(&sum->found, count);
    sum->found.elements += count;
}
