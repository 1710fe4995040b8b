/* The points of a Q-Q plot. */
#include <math.h>

#include "law.h"
#include "sample_parts.h"

#define STEP 32 /* cells between two points: an eighth of a standard deviation, of a normal */

/* The share that the i-th smallest of n cuts off, 99 times of 100 within `deviations` of its usual one: a gamma variate as
 * Wilson and Hilferty 1931 take it, narrowed in the middle as a beta's. */
static double share_at(double i, double n, double deviations)
{
    const double root = 1 - 1 / (9 * i) + deviations * sqrt(1 - i / n) / (3 * sqrt(i));
    const double share = root > 0 ? i * root * root * root / n : 0;
    return fmin(fmax(share, 1e-3 / n), 1 - 1e-3 / n);
}

/* i: of the value from the nearer end of the sample, from the upper one if `above`. */
static void add_point(const sow_sample *sample, sow_sample_quantile *point, double i, bool above,
                      double probability, double observed)
{
    const double n = (double)sample->count, deviations = 2.5758;
    const double less = share_at(i, n, -deviations), more = share_at(i, n, deviations);
    *point = (sow_sample_quantile){
        .probability = probability,
        .expected = sowi_law_quantile(&sample->plan, probability),
        .observed = observed,
        .low = sowi_law_quantile(&sample->plan, above ? 1 - more : less),
        .high = sowi_law_quantile(&sample->plan, above ? 1 - less : more),
    };
}

/* What a draw is stored as: rounded to the dtype, and held in the interval. */
static double stored(const sow_sample *sample, double value)
{
    const sow_plan *plan = &sample->plan;
    const bool held = plan->stored_low < plan->stored_high;
    const double rounded = sowi_dtype_round(sample->dtype, value);
    return fmin(fmax(rounded, held ? plan->stored_low : -sample->dtype->largest),
                held ? plan->stored_high : sample->dtype->largest);
}

/* An outermost value is held against what is stored, lest a narrow dtype's steps show. */
static void add_extreme(const sow_sample *sample, sow_sample_quantile *point, size_t i, bool above)
{
    const double share = ((double)i + 0.5) / (double)sample->count;
    add_point(sample, point, (double)i + 1, above, above ? 1 - share : share,
              above ? sample->largest[i] : sample->smallest[i]);
    point->expected = stored(sample, point->expected);
    point->low = stored(sample, point->low);
    point->high = stored(sample, point->high);
}

static size_t add_edges(const sow_sample *sample, sow_sample_quantile *points, uint64_t apart)
{
    sowi_sample_edges edges;
    size_t count = 0;
    uint64_t below = 0;
    sowi_sample_edges_make(&edges, sample);
    for (size_t k = 1; k < SOWI_SAMPLE_INNER + 2; k++) {
        below += sample->cells[k - 1];
        const uint64_t above = sample->count - below;
        if (k % STEP != 1 || below <= apart || above <= apart)
            continue;
        add_point(sample, &points[count++], (double)(below < above ? below : above), above < below,
                  (double)below / (double)sample->count, edges.bound[k]);
    }
    return count;
}

size_t sow_sample_quantiles(sow_sample *sample, sow_sample_quantile *points)
{
    sowi_sample_flush(sample);
    const uint64_t half = sample->count / 2;
    const size_t apart = sample->kept < half ? sample->kept : (size_t)half;
    size_t count = 0;
    for (size_t i = 0; i < apart; i++)
        add_extreme(sample, &points[count++], i, false);
    count += add_edges(sample, points + count, apart);
    for (size_t i = apart; i-- > 0;)
        add_extreme(sample, &points[count++], i, true);
    return count;
}
