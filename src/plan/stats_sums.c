#include "stats_sums.h"

#include <stdbool.h>
#include <string.h>

#include "dtype.h"
#include "number_bits.h"

sow_dtype sowi_stats_dtype(sow_dtype dtype)
{
    return dtype == SOW_BOOL ? SOW_U8 : dtype;
}

void sowi_stats_begin(sowi_stats_sums *sums, sow_dtype dtype)
{
    *sums = (sowi_stats_sums){.dtype = dtype};
}

/* The value of a word: an element at the upper end. */
static double value_of_word(sow_dtype dtype, uint64_t word)
{
    const unsigned word_bits = dtype == SOW_F64 ? 64 : 32;
    const unsigned bits = (unsigned)sow_dtype_size(dtype) * 8;
    const uint64_t element = word >> (word_bits - bits);
    unsigned char bytes[8];
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(element >> (8 * i));
    return sow_dtype_value(dtype, bytes);
}

static sowi_pair pair_of_unsigned(uint64_t value)
{
    return sowi_pair_sum((double)(value >> 32) * 0x1p32, (double)(value & 0xffffffff));
}

static sowi_pair pair_of_signed(int64_t value)
{
    const sowi_pair size = pair_of_unsigned(value < 0 ? -(uint64_t)value : (uint64_t)value);
    return value < 0 ? sowi_pair_negate(size) : size;
}

/* What the sums of a chunk are, as numbers: of d = element * 2^-frame - pivot. */
typedef struct moments {
    sowi_pair sum, squares, pivot;
} moments;

static moments moments_of_integers(const sowk_stats_part *part)
{
    const int shift = part->exponent;
    const sowi_pair high = sowi_pair_scale(pair_of_unsigned(part->sums[1]), 52);
    const sowi_pair middle = sowi_pair_scale(pair_of_unsigned(part->sums[2]), 27);
    const sowi_pair low = pair_of_unsigned(part->sums[3]);
    return (moments){
        .sum = sowi_pair_scale(pair_of_unsigned(part->sums[0]), shift),
        .squares = sowi_pair_scale(sowi_pair_add(high, sowi_pair_add(middle, low)), 2 * shift),
        .pivot = pair_of_signed((int64_t)part->pivot),
    };
}

static moments moments_of_floats(const sowk_stats_part *part, sow_dtype dtype, int frame)
{
    double sums[4];
    for (int i = 0; i < 4; i++)
        sums[i] = dtype == SOW_F64 ? sowi_double_of_bits(part->sums[i])
                                   : (double)sowi_float_of_bits((uint32_t)part->sums[i]);
    const int exponent = -part->exponent - frame;
    return (moments){
        .sum = sowi_pair_scale(sowi_pair_sum(sums[0], sums[1]), exponent),
        .squares = sowi_pair_scale(sowi_pair_sum(sums[2], sums[3]), 2 * exponent),
        .pivot = {ldexp(value_of_word(dtype, part->pivot), -frame), 0},
    };
}

/* Doubles hold the squares of all other dtypes. Of f64 the sums are kept near 1. */
static void enlarge_frame(sowi_stats_sums *sums, double min, double max)
{
    int exponent = 0;
    const double largest = fabs(min) > fabs(max) ? fabs(min) : fabs(max);
    if (sums->dtype != SOW_F64 || largest == 0)
        return;
    (void)frexp(largest, &exponent);
    const bool first = sums->stats.count == sums->stats.nans + sums->stats.infs;
    if (!first && exponent <= sums->frame)
        return;
    const int by = first ? 0 : sums->frame - exponent;
    sums->frame = exponent;
    sums->origin = sowi_pair_scale(sums->origin, by);
    sums->sum = sowi_pair_scale(sums->sum, by);
    sums->squares = sowi_pair_scale(sums->squares, 2 * by);
}

static void add_extremes(sow_stats *stats, double min, double max, bool first)
{
    /* of zeros no sign is told */
    stats->min = first || min < stats->min ? min + 0.0 : stats->min;
    stats->max = first || max > stats->max ? max + 0.0 : stats->max;
}

static void add_integer_extremes(sow_stats *stats, int64_t min, int64_t max, bool first)
{
    stats->integer_min = first || min < stats->integer_min ? min : stats->integer_min;
    stats->integer_max = first || max > stats->integer_max ? max : stats->integer_max;
}

/* With the distance D of the chunk's pivot from the origin: sums of d + D. */
static void add_moments(sowi_stats_sums *sums, const moments *of, double count)
{
    const sowi_pair distance = sowi_pair_add(of->pivot, sowi_pair_negate(sums->origin));
    const sowi_pair shift = sowi_pair_multiply(distance, (sowi_pair){count, 0});
    sums->sum = sowi_pair_add(sums->sum, sowi_pair_add(of->sum, shift));
    const sowi_pair twice = sowi_pair_add(sowi_pair_scale(of->sum, 1), shift);
    sums->squares = sowi_pair_add(sums->squares,
                                  sowi_pair_add(of->squares, sowi_pair_multiply(distance, twice)));
}

static void add_part(sowi_stats_sums *sums, const sowk_stats_part *part, uint64_t elements)
{
    sow_stats *stats = &sums->stats;
    const bool first = stats->count == stats->nans + stats->infs;
    const uint64_t finite = elements - part->nans - part->infs;
    if (finite != 0) {
        const bool floating = sow_dtype_is_float(sums->dtype) != 0;
        const double min =
            floating ? value_of_word(sums->dtype, part->min) : (double)(int64_t)part->min;
        const double max =
            floating ? value_of_word(sums->dtype, part->max) : (double)(int64_t)part->max;
        enlarge_frame(sums, min, max);
        const moments of = floating ? moments_of_floats(part, sums->dtype, sums->frame)
                                    : moments_of_integers(part);
        if (first)
            sums->origin = of.pivot;
        add_moments(sums, &of, (double)finite);
        add_extremes(stats, min, max, first);
        if (!floating)
            add_integer_extremes(stats, (int64_t)part->min, (int64_t)part->max, first);
    }
    stats->count += elements;
    stats->zeros += part->zeros;
    stats->nans += part->nans;
    stats->infs += part->infs;
}

void sowi_stats_add(sowi_stats_sums *sums, const sowk_stats_part *parts, uint64_t elements)
{
    for (uint64_t begin = 0; begin < elements; begin += SOWK_STATS_CHUNK) {
        const uint64_t left = elements - begin;
        add_part(sums, parts++, left < SOWK_STATS_CHUNK ? left : SOWK_STATS_CHUNK);
    }
}

/* The root of a sum of squares times 4^exponent; a rounding error may have made it negative. */
static double root(sowi_pair squares, int exponent)
{
    return squares.high > 0 ? ldexp(sqrt(squares.high + squares.low), exponent) : 0;
}

void sowi_stats_end(const sowi_stats_sums *sums, sow_stats *out)
{
    *out = sums->stats;
    const uint64_t finite = out->count - out->nans - out->infs;
    if (finite == 0)
        return;
    const double count = (double)finite;
    const sowi_pair mean = sowi_pair_divide(sums->sum, count); /* from the origin */
    const sowi_pair spread =
        sowi_pair_add(sums->squares, sowi_pair_negate(sowi_pair_multiply(mean, sums->sum)));
    const sowi_pair whole = sowi_pair_add(sums->origin, mean);
    const sowi_pair squares =
        sowi_pair_multiply(sowi_pair_multiply(whole, whole), (sowi_pair){count, 0});
    out->mean = ldexp(whole.high, sums->frame) + 0.0;
    out->std = root(sowi_pair_divide(spread, count), sums->frame);
    out->nrm2 = root(sowi_pair_add(spread, squares), sums->frame);
}

sow_status sowi_bins_begin(sow_histogram *histogram, sowi_bins_place *place)
{
    const double std = histogram->std;
    if (!(std >= 0x1p-90 && std <= 0x1p100 && fabs(histogram->center) <= 0x1p20 * std))
        return SOW_ERR_PARAMETER;
    /* 16 std are all bins */
    const double scale = SOW_HISTOGRAM_BINS / 16 / std;
    *place = (sowi_bins_place){scale, SOW_HISTOGRAM_BINS / 2 - histogram->center * scale};
    memset(histogram->bins, 0, sizeof histogram->bins);
    histogram->below = histogram->above = 0;
    return SOW_OK;
}

void sowi_bins_end(sow_histogram *histogram, const uint64_t *row)
{
    histogram->below = row[0];
    memcpy(histogram->bins, row + 1, sizeof histogram->bins);
    histogram->above = row[SOW_HISTOGRAM_BINS + 1];
}
