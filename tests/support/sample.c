#include "sample.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference_dtype.h"
#include "run_tests.h"
#include "statistics.h"

enum {
    CHUNK = 1 << 16,
    WIDE_CELLS = 8192, /* of equal width, of f32 and f64 */
};
/* Of the wide cells of a normal, in standard deviations; the outer ones hold the rest. */
#define REACH 6.0

/* f32 and f64 are taken as exact: their own values are too many to be cells. */
static bool is_wide(sow_dtype dtype)
{
    return dtype == SOW_F32 || dtype == SOW_F64;
}

static const double thresholds[4] = {3, 4, 5, 5.5};

/* ---- Claims ---- */

/* Of the wide cells, in units of z. */
static double cells_reach(const sowt_claim *claim)
{
    return claim->law.distribution == SOW_DIST_NORMAL ? REACH : sqrt(3.0);
}

static void claim_wide(sowt_claim *claim)
{
    const bool normal = claim->law.distribution == SOW_DIST_NORMAL;
    claim->moment[0] = 1;
    for (int k = 2; k <= 12; k += 2)
        claim->moment[k] =
            normal ? claim->moment[k - 2] * (k - 1) : pow(3, k / 2.0) / (k + 1); /* (k-1)!! */
    const double reach = cells_reach(claim);
    double before = 0;
    claim->cell_count = WIDE_CELLS;
    for (uint32_t c = 0; c < WIDE_CELLS; c++) {
        const double z = reach * (2.0 * (c + 1) / WIDE_CELLS - 1);
        const double after =
            c == WIDE_CELLS - 1 ? 1 : sowt_law_cdf(&claim->law, claim->mean + z * claim->std);
        claim->cells[c] = after - before;
        before = after;
    }
}

/* The cell of a narrow dtype's bits: its place among the values, -0 as 0. */
static uint32_t narrow_cell(sow_dtype dtype, uint32_t bits)
{
    const uint32_t largest = sowt_dtype_largest_bits(dtype), sign = sowt_dtype_sign_bit(dtype);
    return bits < sign ? largest + bits : largest + sign - bits;
}

static void claim_narrow(sowt_claim *claim)
{
    double *probability = malloc(SOWT_CELLS * sizeof *probability);
    assert_non_null(probability);
    sowt_law_cells(&claim->law, claim->dtype, probability);
    const uint32_t largest = sowt_dtype_largest_bits(claim->dtype);
    const uint32_t sign = sowt_dtype_sign_bit(claim->dtype);
    claim->cell_count = 2 * largest + 1;
    for (uint32_t bits = 0; bits < 2 * sign; bits++) {
        if ((bits & (sign - 1)) > largest)
            continue;
        const double z = (sowt_dtype_value(claim->dtype, bits) - claim->mean) / claim->std;
        claim->cells[narrow_cell(claim->dtype, bits)] += probability[bits];
        if (probability[bits] > 0)
            for (int k = 0; k <= 12; k++)
                claim->moment[k] += probability[bits] * pow(z, k);
    }
    free(probability);
}

void sowt_claim_make(sowt_claim *claim, const sow_plan *plan)
{
    *claim = (sowt_claim){.dtype = plan->dtype,
                          .law = {.distribution = plan->distribution,
                                  .mean = plan->mean,
                                  .std = plan->std,
                                  .low = plan->low,
                                  .high = plan->high}};
    assert_int_equal(SOW_OK, sow_plan_moments(plan, &claim->mean, &claim->std));
    if (is_wide(plan->dtype))
        claim_wide(claim);
    else
        claim_narrow(claim);
}

/* ---- Sums ---- */

static void sum_powers(sowt_sample *sample, const double z[CHUNK])
{
    double power[7] = {0};
    for (size_t i = 0; i < CHUNK; i++) {
        const double z2 = z[i] * z[i], z3 = z2 * z[i];
        power[1] += z[i];
        power[2] += z2;
        power[3] += z3;
        power[4] += z2 * z2;
        power[5] += z2 * z3;
        power[6] += z3 * z3;
        if (z2 > 9)
            for (int t = 0; t < 4; t++)
                sample->beyond[t] += fabs(z[i]) > thresholds[t];
    }
    for (int k = 1; k < 7; k++)
        sample->power[k] += power[k];
}

static void sum_products(sowt_sample *sample, const double z[CHUNK])
{
    double pair = 0, square_pair = 0, lag4 = 0;
    for (size_t i = 0; i < CHUNK; i += 2) {
        pair += z[i] * z[i + 1];
        square_pair += (z[i] * z[i] - 1) * (z[i + 1] * z[i + 1] - 1);
    }
    for (size_t i = 4; i < CHUNK; i++)
        lag4 += z[i - 4] * z[i];
    sample->pair += pair;
    sample->square_pair += square_pair;
    sample->lag4 += lag4;
}

static void sum_cells(sowt_sample *sample, const sowt_claim *claim, const void *chunk,
                      const double z[CHUNK])
{
    if (!is_wide(claim->dtype)) {
        for (size_t i = 0; i < CHUNK; i++)
            sample->cells[narrow_cell(claim->dtype, sowt_dtype_load(claim->dtype, chunk, i))]++;
        return;
    }
    const double reach = cells_reach(claim), scale = WIDE_CELLS / (2 * reach);
    for (size_t i = 0; i < CHUNK; i++) {
        const int cell = (int)floor((z[i] + reach) * scale);
        sample->cells[cell < 0 ? 0 : cell >= WIDE_CELLS ? WIDE_CELLS - 1 : cell]++;
    }
}

static double wide_value(sow_dtype dtype, const unsigned char *chunk, size_t i)
{
    double value;
    if (dtype == SOW_F32)
        return sowt_dtype_value(SOW_F32, sowt_dtype_load(SOW_F32, chunk, i));
    memcpy(&value, chunk + 8 * i, sizeof value);
    return value;
}

void sowt_sample_draw(sowt_sample *sample, const sow_plan *plan, const sowt_claim *claim)
{
    static double z[CHUNK], narrow_z[SOWT_CELLS];
    static unsigned char chunk[CHUNK * 8];
    *sample = (sowt_sample){.count = plan->count};
    assert_int_equal(0, plan->count % CHUNK);
    if (!is_wide(plan->dtype))
        for (uint32_t bits = 0; bits < 2 * sowt_dtype_sign_bit(plan->dtype); bits++)
            narrow_z[bits] = (sowt_dtype_value(plan->dtype, bits) - claim->mean) / claim->std;
    const sow_host_options one_thread = {.threads = 1};
    for (uint64_t first = 0; first < plan->count; first += CHUNK) {
        sow_plan slice = *plan;
        assert_int_equal(SOW_OK, sow_plan_slice(&slice, first, CHUNK));
        assert_int_equal(SOW_OK, sow_fill_host_plan(chunk, &slice, &one_thread));
        for (size_t i = 0; i < CHUNK; i++)
            z[i] = is_wide(plan->dtype)
                       ? (wide_value(plan->dtype, chunk, i) - claim->mean) / claim->std
                       : narrow_z[sowt_dtype_load(plan->dtype, chunk, i)];
        sum_powers(sample, z);
        sum_products(sample, z);
        sum_cells(sample, claim, chunk, z);
    }
}

/* ---- Checks ---- */

static double report(const char *what, double statistic, double p)
{
    printf("    %-12s %12.5g  p %.3g\n", what, statistic, p);
    return p;
}

/* A value that should be 0, in units of its standard error. */
static double check_error(const char *what, double value, double error)
{
    return report(what, value / error, sowt_normal_p(value / error));
}

double sowt_check_moments(const sowt_sample *sample, const sowt_claim *claim)
{
    const double n = (double)sample->count, *m = claim->moment;
    double p = 1, seen[7];
    for (int k = 1; k < 7; k++) {
        char what[16];
        snprintf(what, sizeof what, "moment %d", k);
        seen[k] = sample->power[k] / n;
        p = fmin(p, check_error(what, seen[k] - m[k], sqrt((m[2 * k] - m[k] * m[k]) / n)));
    }
    /* Central moments; the standard errors are those of a symmetric law with a variance of 1. */
    const double mean = seen[1], variance = seen[2] - mean * mean;
    const double third = seen[3] - 3 * mean * seen[2] + 2 * pow(mean, 3);
    const double fourth =
        seen[4] - 4 * mean * seen[3] + 6 * mean * mean * seen[2] - 3 * pow(mean, 4);
    p = fmin(p, check_error("std", sqrt(variance) - 1, sqrt((m[4] - 1) / (4 * n))));
    p = fmin(p, check_error("skewness", third / pow(variance, 1.5) - m[3],
                            sqrt((m[6] - 6 * m[4] + 9) / n)));
    p = fmin(p, check_error("kurtosis", fourth / (variance * variance) - m[4],
                            sqrt((m[8] - 4 * m[4] * m[6] + 4 * pow(m[4], 3) - m[4] * m[4]) / n)));
    return p;
}

double sowt_check_shape(const sowt_sample *sample, const sowt_claim *claim)
{
    const double n = (double)sample->count, enough = 64; /* elements expected in a cell */
    double distance = 0, cumulated = 0, chi_square = 0, degrees = -1;
    double expected = 0, seen = 0, expected_left = n;
    for (uint32_t c = 0; c < claim->cell_count; c++) {
        const double seen_here = (double)sample->cells[c];
        cumulated += seen_here / n - claim->cells[c];
        distance = fmax(distance, fabs(cumulated));
        expected += n * claim->cells[c];
        seen += seen_here;
        expected_left -= n * claim->cells[c];
        const bool last = c == claim->cell_count - 1;
        if (last ? expected > 0 : expected >= enough && expected_left >= enough) {
            chi_square += (seen - expected) * (seen - expected) / expected;
            degrees++;
            expected = seen = 0;
        }
    }
    double p = report("ks", distance, sowt_ks_p(distance, n));
    char what[24];
    snprintf(what, sizeof what, "chi2/%.0f", degrees);
    if (degrees >= 30)
        p = fmin(p, report(what, chi_square, sowt_chi_square_p(chi_square, degrees)));
    return p;
}

/* P(|z| > threshold) of what is stored. */
static double tail_probability(const sowt_claim *claim, double threshold)
{
    if (is_wide(claim->dtype))
        return sowt_normal_p(threshold);
    double p = 0;
    const uint32_t largest = sowt_dtype_largest_bits(claim->dtype);
    const uint32_t sign = sowt_dtype_sign_bit(claim->dtype);
    for (uint32_t c = 0; c < claim->cell_count; c++) {
        const uint32_t bits = c < largest ? sign | (largest - c) : c - largest;
        const double z = (sowt_dtype_value(claim->dtype, bits) - claim->mean) / claim->std;
        if (fabs(z) > threshold)
            p += claim->cells[c];
    }
    return p;
}

double sowt_check_tails(const sowt_sample *sample, const sowt_claim *claim)
{
    double p = 1;
    for (int t = 0; t < 4; t++) {
        const double expected = (double)sample->count * tail_probability(claim, thresholds[t]);
        char what[40];
        snprintf(what, sizeof what, "|z|>%g/%.1f", thresholds[t], expected);
        p = fmin(p, report(what, (double)sample->beyond[t],
                           sowt_poisson_p(sample->beyond[t], expected)));
    }
    return p;
}

double sowt_check_neighbours(const sowt_sample *sample, const sowt_claim *claim)
{
    const double n = (double)sample->count, pairs = n / 2;
    const double lags = n * (CHUNK - 4) / CHUNK;
    double p = check_error("pair", sample->pair / pairs, 1 / sqrt(pairs));
    p = fmin(p, check_error("pair squares", sample->square_pair / pairs,
                            (claim->moment[4] - 1) / sqrt(pairs)));
    return fmin(p, check_error("lag 4", sample->lag4 / lags, 1 / sqrt(lags)));
}
