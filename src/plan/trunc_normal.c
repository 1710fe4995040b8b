/* Normals cut to an interval: which of the kernels draws them, with which parameters.
 *
 * In units of std, the interval is [low, high]. The cases, tried in this order:
 *   - both cut-offs beyond what a plain normal reaches, also when rounded: a plain normal;
 *   - the interval is narrow, or far from the mean: kernels/trunc_edge.clh, with a polynomial fitted here;
 *   - it lies within 2.5 of the mean: kernels/trunc_central.clh;
 *   - else kernels/trunc_wide.clh.
 * Where one side suits better, the interval is mirrored. */
#include "trunc_normal.h"

#include <math.h>
#include <stdbool.h>

#include "fail.h"
#include "fit.h"
#include "parameter_bits.h"
#include "special.h"

#define NORMAL_REACH     6.67 /* kernels/normal.clh draws no more than this */
#define NORMAL_REACH_F64 8.6
#define CENTRAL_REACH    2.5
#define TAIL_START       4.2 /* from here on W of trunc_edge.clh fits any far end */
#define NARROW           0.5
#define NARROW_NODES     20
#define MOMENT_NODES     640

typedef struct interval {
    double low, high; /* in units of std from the mean; may be infinite */
} interval;

/* ---- Quadrature ---- */

typedef struct node {
    double y, weight;
} node;

/* Node i of Gauss-Legendre with 5 points on each of count / 5 equal panels of [0, width]. */
static node gauss_node(unsigned i, unsigned count, double width)
{
    static const double points[5] = {-0x1.cff6ce0533a69p-1, -0x1.13b23fd99b705p-1, 0,
                                     0x1.13b23fd99b705p-1, 0x1.cff6ce0533a69p-1};
    static const double weights[5] = {0x1.e539ec36e038cp-3, 0x1.ea1da25ae415bp-2,
                                      0x1.23456789abcdfp-1, 0x1.ea1da25ae415bp-2,
                                      0x1.e539ec36e038cp-3};
    const double panel = width / (count / 5);
    return (node){panel * (i / 5 + (1 + points[i % 5]) / 2), weights[i % 5] * panel / 2};
}

/* ---- trunc_edge ---- */

/* The interval seen from its edge nearest to the mean: z = edge + y, 0 <= y <= width, in units of std and
 * away from the mean or across it. */
typedef struct edge {
    double start; /* distance of the edge from the mean; negative: the mean lies inside */
    double width;
    double mass; /* of a narrow one: see narrow_mass */
} edge;

/* The integral of exp(-start * s - s^2 / 2) from 0 to y: the mass up to y, in units of the density at the
 * edge. For narrow intervals 4 panels leave an error below 2^-53. */
static double narrow_mass(double start, double y)
{
    double sum = 0;
    for (unsigned i = 0; i < NARROW_NODES; i++) {
        const node at = gauss_node(i, NARROW_NODES, y);
        sum += at.weight * sowi_exp(-at.y * (start + at.y / 2));
    }
    return sum;
}

/* y / u of a narrow interval, where u is the share of the mass up to y: Newton from the linear start. */
static double narrow_ratio(double u, const void *with)
{
    const edge *of = with;
    double y = u * of->width;
    for (int i = 0; i < 12; i++)
        y -= (narrow_mass(of->start, y) - u * of->mass) * sowi_exp(y * (of->start + y / 2));
    return y / u;
}

/* -ln of the share of the tail beyond the edge that lies beyond y. */
static double tail_log(double start, double y)
{
    return y * (start + y / 2) - sowi_log(sowi_mills_ratio(start + y) / sowi_mills_ratio(start));
}

/* y / g of a far one, g = 2 * tail_log: Newton; the tail's own curve is convex, so it converges from the
 * start that ignores Mills' ratio. */
static double tail_ratio(double g, const void *with)
{
    const edge *of = with;
    double y = g / (of->start + sqrt(of->start * of->start + g));
    for (int i = 0; i < 12; i++)
        y -= (tail_log(of->start, y) - g / 2) * sowi_mills_ratio(of->start + y);
    return y / g;
}

/* A plan's numbers in the making: the interval in units of std, the case's sign for a mirrored one. */
typedef struct cut {
    double mean, std, a, b;
    interval at;
    double sign; /* -1: z stands for -z */
} cut;

/* In which arithmetic the plan's draws are made. */
typedef struct precision {
    unsigned edge_degree;
    double tail_start; /* from here on W of trunc_edge fits any far end */
    int word_bits;     /* of the words of trunc_edge and trunc_central */
    int wide_bits;     /* of the words of trunc_wide */
    double
        least; /* the smallest spread, and the smallest coefficient: no product may be subnormal */
    double least_coefficient;
} precision;

static const precision in_f32 = {12, 4.2, 32, 31, 0x1p-78, 0x1p-110};
static const precision in_f64 = {28, 5.5, 53, 53, 0x1p-900, 0x1p-960};

static const precision *precision_of(const sow_plan *plan)
{
    return plan->dtype == SOW_F64 ? &in_f64 : &in_f32;
}

static void set_parameter(sow_plan *plan, unsigned index, double value)
{
    plan->param[index] = sowi_parameter_bits(plan->dtype, value);
}

/* The far or narrow case; at.low is the edge, and the distances grow upwards in z. */
static sow_status plan_edge(sow_plan *plan, const cut *of, bool narrow, sow_error *error)
{
    const precision *in = precision_of(plan);
    edge at = {.start = of->at.low, .width = of->at.high - of->at.low};
    double range, share = 1; /* of the tail's mass that lies in the interval: m */
    if (narrow) {
        at.mass = narrow_mass(at.start, at.width);
        range = 1;
    } else {
        const double rest = isinf(at.width) ? 0 : sowi_exp(-tail_log(at.start, at.width));
        share = 1 - rest;
        /* the last word is half a step from 1 */
        range = -2 * sowi_log(rest + share * ldexp(0.5, -in->word_bits));
        set_parameter(plan, 2, rest);
    }
    double w[SOWI_FIT_DEGREE_MAX + 1];
    sowi_fit(w, in->edge_degree, range, narrow ? narrow_ratio : tail_ratio, &at);
    const double position = of->sign > 0 ? of->a : of->b;
    const bool vanishes = fabs(w[0] * of->std) < in->least;
    if (vanishes && position == 0)
        return sowi_fail(error, SOW_ERR_PARAMETER,
                         "std (%g): draws that differ by 2^-78 at least, so far from the mean",
                         of->std);
    plan->distribution = SOW_DIST_TRUNC_EDGE;
    plan->param[0] = narrow ? UINT64_MAX : 0;
    set_parameter(plan, 1, share);
    set_parameter(plan, 3, 2 / range);
    set_parameter(plan, 4, position);
    set_parameter(plan, 5, plan->stored_low);
    set_parameter(plan, 6, plan->stored_high);
    for (unsigned i = 0; i <= in->edge_degree; i++) {
        const double scaled = of->sign * of->std * w[i];
        set_parameter(plan, 7 + i, vanishes || fabs(scaled) < in->least_coefficient ? 0 : scaled);
    }
    return SOW_OK;
}

/* ---- trunc_central and trunc_wide ---- */

static sow_status plan_central(sow_plan *plan, const cut *of)
{
    const double low = 2 * sowi_normal_centre(of->at.low),
                 high = 2 * sowi_normal_centre(of->at.high);
    const double step = ldexp(high - low, -precision_of(plan)->word_bits);
    plan->distribution = SOW_DIST_TRUNC_CENTRAL;
    set_parameter(plan, 0, step);
    set_parameter(plan, 1, (low + high) / 2 + step / 2);
    set_parameter(plan, 2, of->sign * of->std);
    set_parameter(plan, 3, of->mean);
    set_parameter(plan, 4, plan->stored_low);
    set_parameter(plan, 5, plan->stored_high);
    return SOW_OK;
}

/* P(low < Z < high) for low + high >= 0, without cancellation in the tail. */
static double mass_between(double low, double high)
{
    if (low > 1)
        return sowi_normal_tail(low) - sowi_normal_tail(high);
    return sowi_normal_centre(high) - sowi_normal_centre(low);
}

static sow_status plan_wide(sow_plan *plan, const cut *of)
{
    const double low = of->at.low, high = of->at.high;
    const double step = ldexp(mass_between(low, high), -precision_of(plan)->wide_bits);
    const double below =
        low < 0 ? -sowi_normal_centre(low) / step : 0; /* words whose z is negative */
    plan->distribution = SOW_DIST_TRUNC_WIDE;
    set_parameter(plan, 0, step);
    set_parameter(plan, 1, sowi_normal_tail(-of->at.low) + step / 2);
    set_parameter(plan, 2, sowi_normal_tail(of->at.high) + step / 2);
    plan->param[3] = (uint64_t)below;
    set_parameter(plan, 4, of->sign * of->std);
    set_parameter(plan, 5, of->mean);
    set_parameter(plan, 6, plan->stored_low);
    set_parameter(plan, 7, plan->stored_high);
    return SOW_OK;
}

/* ---- The choice ---- */

static cut mirror(cut of)
{
    const interval at = {-of.at.high, -of.at.low};
    of.at = at;
    of.sign = -of.sign;
    return of;
}

/* Mean and standard deviation by quadrature over the distance from the lower edge. */
static void set_moments(sow_plan *plan, const cut *of)
{
    const double start = of->at.low > -9 ? of->at.low : -9;
    const double reach = start > 0 ? 90 / (start + sqrt(start * start + 90)) : 9.5 - start;
    const double width = of->at.high - start < reach ? of->at.high - start : reach;
    double mass = 0, first = 0, second = 0;
    for (unsigned i = 0; i < MOMENT_NODES; i++) {
        const node at = gauss_node(i, MOMENT_NODES, width);
        const double p = at.weight * sowi_exp(-at.y * (start + at.y / 2));
        mass += p;
        first += p * at.y;
        second += p * at.y * at.y;
    }
    const double distance = first / mass;
    plan->mean = of->at.low == -of->at.high /* which a sum gets only nearly */
                     ? of->mean
                     : of->mean + of->sign * of->std * (start + distance);
    plan->std = of->std * sqrt(second / mass - distance * distance);
}

static sow_status plan_cut(sow_plan *plan, cut of, sow_error *error)
{
    if (of.at.low + of.at.high <
        0) /* the edge nearest to the mean is the upper one, or the mean is inside */
        of = mirror(of);
    set_moments(plan, &of);
    const double distance = fabs(of.at.low);
    const bool narrow = (of.at.high - of.at.low) * (distance > 1 ? distance : 1) < NARROW;
    if (narrow || of.at.low >= precision_of(plan)->tail_start)
        return plan_edge(plan, &of, narrow, error);
    if (of.at.low >= -CENTRAL_REACH && of.at.high <= CENTRAL_REACH)
        return plan_central(plan, &of);
    return plan_wide(plan, &of);
}

/* Whether no draw of the plain normal is cut, nor rounded to beyond a cut-off. */
static bool is_out_of_reach(const sow_plan *plan, const sowi_dtype_row *dtype, const cut *of)
{
    const double reach = dtype->dtype == SOW_F64 ? NORMAL_REACH_F64 : NORMAL_REACH;
    return of->at.low < -reach && of->at.high > reach &&
           sowi_dtype_round(dtype, of->mean - reach * of->std) >= plan->stored_low &&
           sowi_dtype_round(dtype, of->mean + reach * of->std) <= plan->stored_high;
}

sow_status sowi_plan_trunc_normal(sow_plan *plan, const sowi_dtype_row *dtype, double mean,
                                  double std, double a, double b, sow_error *error)
{
    const cut of = {mean, std, a, b, {(a - mean) / std, (b - mean) / std}, 1};
    plan->low = a;
    plan->high = b;
    plan->location = mean;
    plan->scale = std;
    plan->stored_low = sowi_dtype_at_or_above(dtype, a);
    plan->stored_high = sowi_dtype_at_or_below(dtype, b);
    if (!(plan->stored_low <= plan->stored_high))
        return sowi_fail(error, SOW_ERR_RANGE,
                         "[%.17g, %.17g]: an interval that holds a value of %s", a, b, dtype->name);
    if (is_out_of_reach(plan, dtype, &of)) {
        plan->distribution = SOW_DIST_NORMAL;
        set_parameter(plan, 0, std);
        set_parameter(plan, 1, mean);
        set_moments(plan, &of);
        return SOW_OK;
    }
    return plan_cut(plan, of, error);
}
