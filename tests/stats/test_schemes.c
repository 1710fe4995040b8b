/* The std of every named scheme on real layers, both layouts, all dtypes, against its formula in the paper
 * written out from the layer's fans. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "reference_dtype.h"
#include "run_tests.h"
#include "sample.h"
#include "statistics.h"

typedef struct layer {
    const char *name;
    uint32_t rank;
    uint64_t shape[4];
    sow_layout layout;
    double fan_in, fan_out;
} layer;

static const layer layers[] = {
    {"Linear", 2, {3072, 768}, SOW_LAYOUT_OI, 768, 3072},
    {"Dense", 2, {768, 3072}, SOW_LAYOUT_IO, 768, 3072},
    {"Conv2d", 4, {512, 256, 3, 3}, SOW_LAYOUT_OI, 2304, 4608},
    {"Conv2d HWIO", 4, {3, 3, 256, 512}, SOW_LAYOUT_IO, 2304, 4608},
};

static double xavier(const layer *l)
{
    return sqrt(2 / (l->fan_in + l->fan_out)); /* Glorot and Bengio 2010, eq. 12 */
}

static double kaiming_fan_in_relu(const layer *l)
{
    return sqrt(2 / l->fan_in); /* He et al. 2015, eq. 10 */
}

static double kaiming_fan_out_relu(const layer *l)
{
    return sqrt(2 / l->fan_out); /* eq. 14 */
}

static double kaiming_fan_in_tanh(const layer *l)
{
    return 5.0 / 3 / sqrt(l->fan_in);
}

static double torch_linear(const layer *l)
{
    return sqrt(1 / (3 * l->fan_in)); /* uniform within +-1 / sqrt(fan_in) */
}

static double xavier_of_gain_2(const layer *l)
{
    return 2 * xavier(l);
}

static double lecun(const layer *l)
{
    return sqrt(1 / l->fan_in); /* LeCun et al. 1998, eq. 16 */
}

static double scaled_by_fan_in(const layer *l)
{
    return sqrt(1.5 / l->fan_in);
}

static double scaled_by_fan_out(const layer *l)
{
    return sqrt(1.5 / l->fan_out);
}

static double scaled_by_mean_fan(const layer *l)
{
    return sqrt(1.5 / ((l->fan_in + l->fan_out) / 2));
}

static double scaled_by_geometric_mean_fan(const layer *l)
{
    return sqrt(1.5 / sqrt(l->fan_in * l->fan_out));
}

static struct {
    const char *name;
    sow_initializer initializer;
    double (*std)(const layer *);
} schemes[23];
enum { SCHEME_COUNT = sizeof schemes / sizeof schemes[0] };

static int make_schemes(void **state)
{
    (void)state;
    size_t i = 0;
#define SCHEME(call, formula)            \
    schemes[i].name = #call;             \
    schemes[i].initializer = sow_##call; \
    schemes[i++].std = formula
    SCHEME(xavier_normal(1), xavier);
    SCHEME(xavier_uniform(1), xavier);
    SCHEME(xavier_normal(2), xavier_of_gain_2);
    SCHEME(kaiming_normal(0, SOW_FAN_IN, SOW_RELU), kaiming_fan_in_relu);
    SCHEME(kaiming_uniform(0, SOW_FAN_IN, SOW_LEAKY_RELU), kaiming_fan_in_relu);
    SCHEME(kaiming_normal(0, SOW_FAN_OUT, SOW_RELU), kaiming_fan_out_relu);
    SCHEME(kaiming_uniform(0, SOW_FAN_OUT, SOW_RELU), kaiming_fan_out_relu);
    SCHEME(kaiming_normal(0, SOW_FAN_IN, SOW_TANH), kaiming_fan_in_tanh);
    SCHEME(kaiming_uniform(2.23606797749979, SOW_FAN_IN, SOW_LEAKY_RELU), torch_linear);
    SCHEME(lecun_normal(), lecun);
    SCHEME(lecun_uniform(), lecun);
#define SCALING(distribution)                                                     \
    SCHEME(variance_scaling(1.5, SOW_FAN_IN, distribution), scaled_by_fan_in);    \
    SCHEME(variance_scaling(1.5, SOW_FAN_OUT, distribution), scaled_by_fan_out);  \
    SCHEME(variance_scaling(1.5, SOW_FAN_AVG, distribution), scaled_by_mean_fan); \
    SCHEME(variance_scaling(1.5, SOW_FAN_GEO_AVG, distribution), scaled_by_geometric_mean_fan)
    SCALING(SOW_SCALING_TRUNCATED_NORMAL);
    SCALING(SOW_SCALING_NORMAL);
    SCALING(SOW_SCALING_UNIFORM);
#undef SCALING
#undef SCHEME
    assert_int_equal(SCHEME_COUNT, i);
    return 0;
}

/* The sample's std over the expected one. bf16 rounds a std up by some 1e-6 of itself: nothing here. */
static double std_ratio(const layer *l, sow_dtype dtype, const sow_initializer *initializer,
                        double expected, double *count)
{
    sow_tensor tensor = {.dtype = dtype, .layout = l->layout, .rank = l->rank};
    size_t elements = 1;
    for (uint32_t d = 0; d < l->rank; d++) {
        tensor.shape[d] = l->shape[d];
        elements *= (size_t)l->shape[d];
    }
    void *weights = malloc(elements * sow_dtype_size(dtype));
    assert_non_null(weights);
    assert_int_equal(SOW_OK, sow_fill_host(weights, &tensor, initializer, (sow_key){5, 6}));
    double sum = 0, squares = 0;
    for (size_t i = 0; i < elements; i++) {
        const double value = sowt_dtype_value(dtype, sowt_dtype_load(dtype, weights, i));
        sum += value;
        squares += value * value;
    }
    free(weights);
    *count = (double)elements;
    const double mean = sum / *count;
    return sqrt(squares / *count - mean * mean) / expected;
}

/* Of a normal cut at two standard deviations: E z^2 = 0.773741, E z^4 = 1.416189. */
#define KURTOSIS_TRUNCATED 2.36554

static double kurtosis(const sow_initializer *initializer)
{
    const sow_scaling distribution = initializer->distribution;
    switch ((int)initializer->kind) {
    case SOW_XAVIER_UNIFORM:
    case SOW_KAIMING_UNIFORM:
    case SOW_LECUN_UNIFORM:
        return 1.8;
    case SOW_LECUN_NORMAL:
        return KURTOSIS_TRUNCATED;
    case SOW_VARIANCE_SCALING:
        return distribution == SOW_SCALING_UNIFORM  ? 1.8
               : distribution == SOW_SCALING_NORMAL ? 3
                                                    : KURTOSIS_TRUNCATED;
    default:
        return 3;
    }
}

/* A relative error of the std, as a probability. */
static double std_p(double ratio, const sow_initializer *initializer, double count)
{
    const double error = sqrt((kurtosis(initializer) - 1) / (4 * count));
    return sowt_normal_p((ratio - 1) / error);
}

static void test_schemes_have_the_std_of_their_formula(void **state)
{
    (void)state;
    const sow_dtype dtypes[] = {SOW_F32, SOW_F16, SOW_BF16};
    for (size_t l = 0; l < sizeof layers / sizeof layers[0]; l++) {
        for (size_t s = 0; s < SCHEME_COUNT; s++) {
            for (size_t d = 0; d < 3; d++) {
                double count;
                const double ratio = std_ratio(&layers[l], dtypes[d], &schemes[s].initializer,
                                               schemes[s].std(&layers[l]), &count);
                const double p = std_p(ratio, &schemes[s].initializer, count);
                printf("  %-12s %-72s %-4s std ratio %.6f  p %.3g\n", layers[l].name,
                       schemes[s].name, sow_dtype_name(dtypes[d]), ratio, p);
                assert_true(p > SOWT_FALSE_ALARM);
            }
        }
    }
}

/* The control: half a percent, and each layout read as the other. */
static void test_control_another_std_fails(void **state)
{
    (void)state;
    for (size_t s = 0; s < SCHEME_COUNT; s++) {
        double count;
        const sow_initializer *initializer = &schemes[s].initializer;
        const double expected = schemes[s].std(&layers[0]);
        const double high = std_ratio(&layers[0], SOW_F32, initializer, expected * 1.005, &count);
        assert_true(std_p(high, initializer, count) < SOWT_FALSE_ALARM);
        const double low = std_ratio(&layers[0], SOW_F32, initializer, expected / 1.005, &count);
        assert_true(std_p(low, initializer, count) < SOWT_FALSE_ALARM);
        if (schemes[s].std == xavier || schemes[s].std == xavier_of_gain_2 ||
            schemes[s].std == scaled_by_mean_fan || schemes[s].std == scaled_by_geometric_mean_fan)
            continue; /* symmetric in the fans */
        layer swapped = layers[0];
        swapped.layout = SOW_LAYOUT_IO;
        const double other = std_ratio(&swapped, SOW_F32, initializer, expected, &count);
        assert_true(std_p(other, initializer, count) < SOWT_FALSE_ALARM);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_schemes_have_the_std_of_their_formula, make_schemes),
        cmocka_unit_test_setup(test_control_another_std_fails, make_schemes),
    };
    return SOWT_RUN(tests, NULL);
}
