#include "draws.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "goodness.h"
#include "reference_dtype.h"
#include "run_tests.h"
#include "statistics.h"

enum { CHUNK = 1 << 13 };

static const double thresholds[4] = {3, 4, 5, 5.5};

/* ---- Sums ---- */

/* Four sums of each power side by side, for the processor's sake. */
static void sum_powers(sowt_draws *draws, const double x[CHUNK], double mean, double per_std)
{
    double power[7][4] = {{0}};
    for (size_t i = 0; i < CHUNK; i += 4) {
        for (size_t j = 0; j < 4; j++) {
            const double z = (x[i + j] - mean) * per_std, z2 = z * z, z3 = z2 * z;
            power[1][j] += z;
            power[2][j] += z2;
            power[3][j] += z3;
            power[4][j] += z2 * z2;
            power[5][j] += z2 * z3;
            power[6][j] += z3 * z3;
        }
    }
    for (int k = 1; k < 7; k++)
        draws->power[k] += power[k][0] + power[k][1] + power[k][2] + power[k][3];
}

static void sum_beyond(sowt_draws *draws, const double x[CHUNK], double location, double scale)
{
    for (size_t i = 0; i < CHUNK; i++) {
        const double distance = fabs(x[i] - location);
        if (distance > thresholds[0] * scale)
            for (int t = 0; t < 4; t++)
                draws->beyond[t] += distance > thresholds[t] * scale;
    }
}

static void sum_cells(sowt_draws *draws, const double x[CHUNK], const sowt_cells *cells)
{
    double least = draws->least, greatest = draws->greatest;
    for (size_t i = 0; i < CHUNK; i++) {
        least = x[i] < least ? x[i] : least;
        greatest = x[i] > greatest ? x[i] : greatest;
        draws->outside += !(x[i] >= cells->low && x[i] <= cells->high);
        draws->cells[sowt_cell_of(cells, x[i])]++;
    }
    draws->least = least;
    draws->greatest = greatest;
}

static void load_wide(double x[CHUNK], sow_dtype dtype, const void *chunk)
{
    if (dtype == SOW_F64) {
        memcpy(x, chunk, CHUNK * sizeof *x);
        return;
    }
    for (size_t i = 0; i < CHUNK; i++) {
        float value;
        memcpy(&value, (const char *)chunk + i * sizeof value, sizeof value);
        x[i] = (double)value;
    }
}

static void count_bits(uint64_t *times, sow_dtype dtype, const unsigned char *chunk)
{
    if (sow_dtype_size(dtype) == 1) {
        for (size_t i = 0; i < CHUNK; i++)
            times[chunk[i]]++;
        return;
    }
    for (size_t i = 0; i < CHUNK; i++) {
        uint16_t bits;
        memcpy(&bits, chunk + i * sizeof bits, sizeof bits);
        times[bits]++;
    }
}

static void clear(sowt_draws *draws)
{
    memset(draws, 0, sizeof *draws);
    draws->least = (double)INFINITY;
    draws->greatest = -(double)INFINITY;
}

void sowt_draws_count(sowt_draws *draws, const uint64_t *times, const sowt_cells *cells,
                      const sowt_exact_law *law)
{
    clear(draws);
    for (uint32_t bits = 0; bits < SOWT_CELLS_MOST; bits++) {
        draws->count += times[bits];
        if (cells->cell_of_bits[bits] < 0)
            draws->outside += times[bits];
        else
            draws->cells[cells->cell_of_bits[bits]] += times[bits];
    }
    for (uint32_t c = 0; c < cells->count; c++) {
        const double seen = (double)draws->cells[c];
        const double z = (cells->value[c] - cells->mean) / cells->std;
        double power = z;
        if (draws->cells[c] == 0)
            continue;
        for (int k = 1; k < 7 && cells->std > 0; k++, power *= z)
            draws->power[k] += seen * power;
        draws->least = fmin(draws->least, cells->value[c]);
        draws->greatest = fmax(draws->greatest, cells->value[c]);
        const double distance = fabs(cells->value[c] - (double)law->location);
        for (int t = 0; t < 4; t++)
            if (distance > thresholds[t] * (double)law->scale)
                draws->beyond[t] += draws->cells[c];
    }
}

void sowt_draws_take(sowt_draws *draws, const sow_plan *plan, const sowt_cells *cells,
                     const sowt_exact_law *law)
{
    static unsigned char chunk[CHUNK * sizeof(double)];
    static double x[CHUNK];
    static uint64_t times[SOWT_CELLS_MOST];
    clear(draws);
    memset(times, 0, sizeof times);
    draws->count = plan->count;
    assert_int_equal(0, plan->count % CHUNK);
    const sow_host_options one_thread = {.threads = 1};
    for (uint64_t first = 0; first < plan->count; first += CHUNK) {
        sow_plan slice = *plan;
        assert_int_equal(SOW_OK, sow_plan_slice(&slice, first, CHUNK));
        assert_int_equal(SOW_OK, sow_fill_host_plan(chunk, &slice, &one_thread));
        if (sowt_is_narrow(plan->dtype)) {
            count_bits(times, plan->dtype, chunk);
            continue;
        }
        load_wide(x, plan->dtype, chunk);
        sum_powers(draws, x, cells->mean, 1 / cells->std);
        sum_beyond(draws, x, (double)law->location, (double)law->scale);
        sum_cells(draws, x, cells);
    }
    if (sowt_is_narrow(plan->dtype))
        sowt_draws_count(draws, times, cells, law);
}

/* ---- Checks ---- */

static unsigned checks_made;

static double note(const char *what, double p)
{
    checks_made++;
    printf(" %s %.2g", what, p);
    return p >= 0 ? p : 0; /* not a number: something is wrong */
}

void sowt_checks_print(void)
{
    printf("%u checks, each with a false alarm rate of %g: together %.2g at most\n", checks_made,
           SOWT_CHECK_FAILS, checks_made * SOWT_CHECK_FAILS);
}

static double check_moments(const sowt_draws *draws, const sowt_cells *cells, unsigned moments)
{
    const double n = (double)draws->count, *m = cells->moment;
    double p = 1;
    for (unsigned k = 1; k <= moments; k++) {
        char what[8];
        snprintf(what, sizeof what, "m%u", k);
        const double error = sqrt((m[2 * k] - m[k] * m[k]) / n);
        p = fmin(p, note(what, sowt_normal_p((draws->power[k] / n - m[k]) / error)));
    }
    return p;
}

/* P(|stored - location| > threshold * scale). */
static double probability_beyond(const sowt_cells *cells, const sowt_exact_law *law,
                                 double threshold)
{
    if (!sowt_is_narrow(cells->dtype))
        return (double)(sowt_exact_mass(law, -(long double)INFINITY,
                                        law->location - threshold * law->scale) +
                        sowt_exact_mass(law, law->location + threshold * law->scale,
                                        (long double)INFINITY));
    double p = 0;
    for (uint32_t c = 0; c < cells->count; c++)
        if (fabs(cells->value[c] - (double)law->location) > threshold * (double)law->scale)
            p += cells->probability[c];
    return p;
}

/* The least of n draws has nothing below it; so much of the law is there with a chance of e^(-n P). */
static double check_ends(const sowt_draws *draws, const sowt_cells *cells,
                         const sowt_exact_law *law)
{
    const double n = (double)draws->count;
    const double p = note("least", exp(-n * sowt_probability_below(cells, law, draws->least)));
    return fmin(p, note("greatest", exp(-n * sowt_probability_above(cells, law, draws->greatest))));
}

static double check_tails(const sowt_draws *draws, const sowt_cells *cells,
                          const sowt_exact_law *law)
{
    double p = 1;
    for (int t = 0; t < 4; t++) {
        const double expected =
            (double)draws->count * probability_beyond(cells, law, thresholds[t]);
        char what[48];
        snprintf(what, sizeof what, ">%g:%llu/%.1f", thresholds[t],
                 (unsigned long long)draws->beyond[t], expected);
        p = fmin(p, note(what, sowt_poisson_p(draws->beyond[t], expected)));
    }
    return p;
}

double sowt_draws_check(const sowt_draws *draws, const sowt_cells *cells, const sowt_exact_law *law,
                        const sowt_checks *which)
{
    printf("  %-34s %-7s", which->name, sow_dtype_name(cells->dtype));
    double p = 1;
    if (cells->std > 0) {
        p = fmin(p, check_moments(draws, cells, which->moments));
        const sowt_histogram histogram = {cells->count, (double)draws->count, draws->cells,
                                          cells->probability};
        /* f32 and f64 share the cells, but f32 has fewer steps */
        const double least = sowt_is_narrow(cells->dtype) ? 0x1p-16 : 0x1p-10;
        p = fmin(p, note("ks", sowt_histogram_ks_p(&histogram)));
        p = fmin(p, note("ad", sowt_histogram_ad_p(&histogram)));
        p = fmin(p, note("chi2", sowt_histogram_chi_square_p(&histogram, least)));
        p = fmin(p, check_ends(draws, cells, law));
        if (which->tails)
            p = fmin(p, check_tails(draws, cells, law));
    }
    if (draws->outside > 0)
        printf(" outside %llu", (unsigned long long)draws->outside);
    printf("\n");
    return draws->outside > 0 ? 0 : p;
}
