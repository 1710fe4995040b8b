/* What a sample says: moments, cells, distances. */
#include <math.h>

#include "law.h"
#include "sample_parts.h"
#include "special.h"

/* ---- Edges ---- */

/* The smallest value of cell k, 1 or above. The arithmetic that finds cells may be a step off from that of the edge; where
 * steps are so small that it is off by several, they are too small to matter. */
static double first_value(const sow_sample *sample, size_t k)
{
    const double ideal = sample->origin + (double)(k - 1) / sample->per_unit;
    const double value = sowi_dtype_at_or_above(sample->dtype, ideal);
    if (isinf(value))
        return value;
    const double before = sowi_dtype_below(sample->dtype, value);
    if (!isinf(before) && sowi_sample_place(sample, before) >= (double)k)
        return before;
    if (sowi_sample_place(sample, value) >= (double)k)
        return value;
    return value < sample->dtype->largest ? sowi_dtype_next_up(sample->dtype, value)
                                          : (double)INFINITY;
}

/* Halfway to the value below. Draws beyond the ends of an interval, or of the dtype, are held at them. */
static void make_edge(const sow_sample *sample, double value, double *bound, double *share)
{
    const sow_plan *plan = &sample->plan;
    const bool held = plan->stored_low < plan->stored_high;
    const double low = held ? plan->stored_low : -sample->dtype->largest;
    const double high = held ? plan->stored_high : sample->dtype->largest;
    const double before =
        isinf(value) ? sample->dtype->largest : sowi_dtype_below(sample->dtype, value);
    *bound = isinf(value) ? value : before + (value - before) / 2;
    *share = value <= low ? 0 : value > high ? 1 : sowi_law_mass(plan, -(double)INFINITY, *bound);
}

void sowi_sample_edges_make(sowi_sample_edges *edges, const sow_sample *sample)
{
    edges->bound[0] = -(double)INFINITY;
    edges->share[0] = 0;
    double last = edges->bound[0];
    for (size_t k = 1; k < SOWI_SAMPLE_INNER + 2; k++) {
        const double value = first_value(sample, k);
        edges->bound[k] = edges->bound[k - 1];
        edges->share[k] = edges->share[k - 1];
        if (value > last)
            make_edge(sample, value, &edges->bound[k], &edges->share[k]);
        last = value;
    }
}

size_t sow_sample_cells(sow_sample *sample, sow_sample_cell *cells)
{
    sowi_sample_edges edges;
    size_t count = 0;
    sowi_sample_flush(sample);
    sowi_sample_edges_make(&edges, sample);
    for (size_t k = 0; k < SOWI_SAMPLE_INNER + 2; k++) {
        const bool last = k == SOWI_SAMPLE_INNER + 1;
        const double high = last ? (double)INFINITY : edges.bound[k + 1];
        const double share = last ? 1 : edges.share[k + 1];
        if (edges.bound[k] < high || sample->cells[k] != 0)
            cells[count++] =
                (sow_sample_cell){edges.bound[k], high, sample->cells[k], share - edges.share[k]};
    }
    return count;
}

/* ---- Moments ---- */

static double sum_of(const double lanes[SOWI_SAMPLE_LANES])
{
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) +
           ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

static void fill_moments(const sow_sample *sample, sow_sample_summary *summary)
{
    const double n = (double)sample->count, unit = sample->plan.std;
    const double m1 = sum_of(sample->sums[0]) / n, m2 = sum_of(sample->sums[1]) / n;
    const double m3 = sum_of(sample->sums[2]) / n, m4 = sum_of(sample->sums[3]) / n;
    const bool one_value =
        sample->smallest[0] == sample->largest[0]; /* else an error's root remains */
    const double variance = one_value ? 0 : fmax(0, m2 - m1 * m1);
    summary->mean = sample->plan.mean + m1 * unit;
    summary->std = sqrt(variance) * unit;
    summary->min = sample->smallest[0];
    summary->max = sample->largest[0];
    if (variance > 0) {
        const double third = m3 - 3 * m1 * m2 + 2 * m1 * m1 * m1;
        const double fourth = m4 - 4 * m1 * m3 + 6 * m1 * m1 * m2 - 3 * m1 * m1 * m1 * m1;
        summary->skewness = third / (variance * sqrt(variance));
        summary->excess_kurtosis = fourth / (variance * variance) - 3;
    }
}

/* ---- Kolmogorov and Smirnov ---- */

/* P of a distance so large or larger of `n` draws: Kolmogorov 1933, with Stephens' correction of 1970. The two series are
 * one function; each converges fast where it is used. */
static double ks_probability(double distance, double n)
{
    const double root = sqrt(n), x = (root + 0.12 + 0.11 / root) * distance;
    double sum = 0;
    if (x < 1) {
        for (int j = 1; j < 8 && x > 0; j += 2)
            sum += sowi_exp(-j * j * 0x1.3bd3cc9be45dep+0 / (x * x));   /* pi^2 / 8 */
        return x > 0 ? fmax(0, 1 - 0x1.40d931ff62706p+1 / x * sum) : 1; /* sqrt(2 pi) */
    }
    for (int j = 1; j < 6; j++)
        sum += (j % 2 != 0 ? 2 : -2) * sowi_exp(-2.0 * j * j * x * x);
    return fmin(1, fmax(0, sum));
}

static double ks_distance(const sow_sample *sample)
{
    sowi_sample_edges edges;
    double distance = 0;
    uint64_t below = 0;
    sowi_sample_edges_make(&edges, sample);
    for (size_t k = 1; k < SOWI_SAMPLE_INNER + 2; k++) {
        below += sample->cells[k - 1];
        const double seen = (double)below / (double)sample->count;
        distance = fmax(distance, fabs(seen - edges.share[k]));
    }
    return distance;
}

void sow_sample_summarize(sow_sample *sample, sow_sample_summary *summary)
{
    sowi_sample_flush(sample);
    *summary = (sow_sample_summary){
        .count = sample->count, .nans = sample->nans, .infinities = sample->infinities, .ks_p = 1};
    (void)sow_plan_moments(&sample->plan, &summary->expected_mean,
                           &summary->expected_std); /* the plan is there */
    if (sample->count == 0)
        return;
    fill_moments(sample, summary);
    summary->ks = ks_distance(sample);
    summary->ks_p = ks_probability(summary->ks, (double)sample->count);
}

/* ---- Two samples ---- */

static bool same_law(const sow_plan *a, const sow_plan *b)
{
    return a->dtype == b->dtype && a->distribution == b->distribution && a->mean == b->mean &&
           a->std == b->std && a->low == b->low && a->high == b->high;
}

/* Of a deviation, squared. */
static double std_variance(const sow_sample_summary *of)
{
    return of->std * of->std * (of->excess_kurtosis + 2) / (4 * (double)of->count);
}

static double in_errors(double difference, double variance)
{
    return variance > 0 ? difference / sqrt(variance) : 0;
}

static double ks_distance_of_two(const sow_sample *a, const sow_sample *b)
{
    double distance = 0;
    uint64_t below_a = 0, below_b = 0;
    for (size_t k = 0; k < SOWI_SAMPLE_INNER + 1; k++) {
        below_a += a->cells[k];
        below_b += b->cells[k];
        distance = fmax(distance, fabs((double)below_a / (double)a->count -
                                       (double)below_b / (double)b->count));
    }
    return distance;
}

sow_status sow_sample_compare(sow_sample *a, sow_sample *b, sow_sample_difference *difference)
{
    if (a == NULL || b == NULL || difference == NULL || !same_law(&a->plan, &b->plan))
        return SOW_ERR_ARGUMENT;
    sow_sample_summary of_a = {0}, of_b = {0};
    sowi_sample_flush(a);
    sowi_sample_flush(b);
    *difference = (sow_sample_difference){.ks_p = 1};
    of_a.count = a->count;
    of_b.count = b->count;
    if (a->count == 0 || b->count == 0)
        return SOW_OK;
    fill_moments(a, &of_a);
    fill_moments(b, &of_b);
    const double n_a = (double)a->count, n_b = (double)b->count;
    difference->mean =
        in_errors(of_a.mean - of_b.mean, of_a.std * of_a.std / n_a + of_b.std * of_b.std / n_b);
    difference->std = in_errors(of_a.std - of_b.std, std_variance(&of_a) + std_variance(&of_b));
    difference->ks = ks_distance_of_two(a, b);
    difference->ks_p = ks_probability(difference->ks, n_a * n_b / (n_a + n_b));
    return SOW_OK;
}
