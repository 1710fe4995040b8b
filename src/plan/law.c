#include "law.h"

#include <math.h>

#include "special.h"

bool sowi_law_is_known(const sow_plan *plan)
{
    const bool drawn =
        plan->distribution == SOW_DIST_UNIFORM || plan->distribution == SOW_DIST_NORMAL ||
        plan->distribution == SOW_DIST_TRUNC_CENTRAL || plan->distribution == SOW_DIST_TRUNC_WIDE ||
        plan->distribution == SOW_DIST_TRUNC_EDGE;
    return drawn && plan->structure == SOW_STRUCTURE_NONE &&
           plan->overlay_begin == plan->overlay_end;
}

bool sowi_plan_has_control(const sow_plan *plan)
{
    return plan->distribution == SOW_DIST_NORMAL && plan->dtype != SOW_F64 &&
           sowi_law_is_known(plan);
}

/* Levels of Laplace's fraction, for z >= 1: its error falls as e^(-2 z sqrt(2 levels)). */
static double mills_ratio(double z)
{
    return sowi_mills_fraction(z, 6 + (int)(300 / (z * z)));
}

/* P(Z > z) of N(0, 1). */
static double tail(double z)
{
    if (z < 1)
        return 0.5 - sowi_normal_centre(z);
    return z > 39 ? 0 : mills_ratio(z) * sowi_normal_density(z);
}

/* P(Z > z) / P(Z > low), for 1 <= low <= z. */
static double tail_share(double low, double z)
{
    const double y = z - low;
    return isinf(z) ? 0 : sowi_exp(-y * (low + y / 2)) * mills_ratio(z) / mills_ratio(low);
}

/* P(from < Z < to): of the two tails' differences the one of the smaller numbers. */
static double between(double from, double to)
{
    return from > 0 ? tail(from) - tail(to) : tail(-to) - tail(-from);
}

static double cut_mass(const sow_plan *plan, double lower, double upper)
{
    double low = (plan->low - plan->location) / plan->scale;
    double high = (plan->high - plan->location) / plan->scale;
    double from = (fmax(lower, plan->low) - plan->location) / plan->scale;
    double to = (fmin(upper, plan->high) - plan->location) / plan->scale;
    if (low + high < 0) {
        const double mirrored_low = -high, mirrored_from = -to;
        high = -low;
        to = -from;
        low = mirrored_low;
        from = mirrored_from;
    }
    if (!(from < to))
        return 0;
    if (low < 1)
        return between(from, to) / between(low, high);
    return (tail_share(low, from) - tail_share(low, to)) / (1 - tail_share(low, high));
}

double sowi_law_mass(const sow_plan *plan, double lower, double upper)
{
    if (!(lower < upper))
        return 0;
    if (plan->distribution == SOW_DIST_UNIFORM) {
        const double low = fmax(lower, plan->low), high = fmin(upper, plan->high);
        return high > low ? (high - low) / (plan->high - plan->low) : 0;
    }
    if (plan->scale != 0)
        return cut_mass(plan, lower, upper);
    return between((lower - plan->mean) / plan->std, (upper - plan->mean) / plan->std);
}

double sowi_law_quantile(const sow_plan *plan, double p)
{
    const double infinity = (double)INFINITY, reach = 40 * plan->std;
    double below = fmax(plan->low, plan->mean - reach),
           above = fmin(plan->high, plan->mean + reach);
    for (int i = 0; i < 46; i++) { /* 80 spreads / 2^46 */
        const double middle = below + (above - below) / 2;
        const bool is_below = p < 0.5 ? sowi_law_mass(plan, -infinity, middle) < p
                                      : sowi_law_mass(plan, middle, infinity) > 1 - p;
        if (is_below)
            below = middle;
        else
            above = middle;
    }
    return below + (above - below) / 2;
}
