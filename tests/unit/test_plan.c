/* What named initializers come to: against torch.nn.init, bit for bit, and by their formulas. */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "run_tests.h"
#include "sowcl/base.h"

#define SQRT5 0x1.1e3779b97f4a8p+1 /* math.sqrt(5) */

typedef struct shape {
    uint32_t rank;
    uint64_t size[5];
} shape;

/* The b of uniform_(-b, b) or the std of normal_(0, std) that PyTorch 1.13.1 called for a tensor of this
 * shape, out of float.hex(). */
static const struct {
    shape shape;
    sow_kind kind;
    double param; /* gain, or a */
    sow_mode mode;
    sow_nonlinearity nonlinearity;
    double expected;
} torch_rows[] = {
    {{2, {3, 4}}, SOW_XAVIER_UNIFORM, 1, 0, 0, 0x1.da05179501504p-1},
    {{2, {3, 4}}, SOW_XAVIER_UNIFORM, 5.0 / 3, 0, 0, 0x1.8b043e5181184p+0},
    {{2, {3, 4}}, SOW_XAVIER_NORMAL, 1, 0, 0, 0x1.11acee560242ap-1},
    {{2, {3, 4}}, SOW_XAVIER_NORMAL, 1.5, 0, 0, 0x1.9a8365810363fp-1},
    {{2, {3, 4}}, SOW_KAIMING_UNIFORM, 0, SOW_FAN_IN, SOW_LEAKY_RELU, 0x1.3988e1409212fp+0},
    {{2, {3, 4}}, SOW_KAIMING_UNIFORM, SQRT5, SOW_FAN_IN, SOW_LEAKY_RELU, 0x1.fffffffffffffp-2},
    {{2, {3, 4}}, SOW_KAIMING_UNIFORM, 0, SOW_FAN_OUT, SOW_RELU, 0x1.6a09e667f3bcdp+0},
    {{2, {3, 4}}, SOW_KAIMING_UNIFORM, 0.2, SOW_FAN_OUT, SOW_LEAKY_RELU, 0x1.63021484ae2bbp+0},
    {{2, {3, 4}}, SOW_KAIMING_UNIFORM, 0, SOW_FAN_IN, SOW_TANH, 0x1.7181116f43fe3p+0},
    {{2, {3, 4}}, SOW_KAIMING_UNIFORM, 0, SOW_FAN_IN, SOW_SELU, 0x1.4c8dc2e42398p-1},
    {{2, {3, 4}}, SOW_KAIMING_UNIFORM, 0, SOW_FAN_OUT, SOW_LINEAR, 1},
    {{2, {3, 4}}, SOW_KAIMING_NORMAL, 0, SOW_FAN_IN, SOW_LEAKY_RELU, 0x1.6a09e667f3bcdp-1},
    {{2, {3, 4}}, SOW_KAIMING_NORMAL, SQRT5, SOW_FAN_IN, SOW_LEAKY_RELU, 0x1.279a74590331cp-2},
    {{2, {3, 4}}, SOW_KAIMING_NORMAL, 0, SOW_FAN_OUT, SOW_RELU, 0x1.a20bd700c2c3fp-1},
    {{2, {3, 4}}, SOW_KAIMING_NORMAL, 0.2, SOW_FAN_OUT, SOW_LEAKY_RELU, 0x1.99ed963d9df87p-1},
    {{2, {3, 4}}, SOW_KAIMING_NORMAL, 0, SOW_FAN_IN, SOW_TANH, 0x1.aaaaaaaaaaaabp-1},
    {{2, {3, 4}}, SOW_KAIMING_NORMAL, 0, SOW_FAN_IN, SOW_SELU, 0x1.8p-2},
    {{2, {3, 4}}, SOW_KAIMING_NORMAL, 0, SOW_FAN_OUT, SOW_LINEAR, 0x1.279a74590331dp-1},
    {{2, {768, 3072}}, SOW_XAVIER_UNIFORM, 1, 0, 0, 0x1.43d136248490ep-5},
    {{2, {768, 3072}}, SOW_XAVIER_UNIFORM, 5.0 / 3, 0, 0, 0x1.0dd90273c3ce2p-4},
    {{2, {768, 3072}}, SOW_XAVIER_NORMAL, 1, 0, 0, 0x1.75e9746a0b098p-6},
    {{2, {768, 3072}}, SOW_XAVIER_NORMAL, 1.5, 0, 0, 0x1.186f174f88472p-5},
    {{2, {768, 3072}}, SOW_KAIMING_UNIFORM, 0, SOW_FAN_IN, SOW_LEAKY_RELU, 0x1.6a09e667f3bcdp-5},
    {{2, {768, 3072}},
     SOW_KAIMING_UNIFORM,
     SQRT5,
     SOW_FAN_IN,
     SOW_LEAKY_RELU,
     0x1.279a74590331cp-6},
    {{2, {768, 3072}}, SOW_KAIMING_UNIFORM, 0, SOW_FAN_OUT, SOW_RELU, 0x1.6a09e667f3bcdp-4},
    {{2, {768, 3072}}, SOW_KAIMING_UNIFORM, 0.2, SOW_FAN_OUT, SOW_LEAKY_RELU, 0x1.63021484ae2bbp-4},
    {{2, {768, 3072}}, SOW_KAIMING_UNIFORM, 0, SOW_FAN_IN, SOW_TANH, 0x1.aaaaaaaaaaaabp-5},
    {{2, {768, 3072}}, SOW_KAIMING_UNIFORM, 0, SOW_FAN_IN, SOW_SELU, 0x1.8p-6},
    {{2, {768, 3072}}, SOW_KAIMING_UNIFORM, 0, SOW_FAN_OUT, SOW_LINEAR, 0x1p-4},
    {{2, {768, 3072}}, SOW_KAIMING_NORMAL, 0, SOW_FAN_IN, SOW_LEAKY_RELU, 0x1.a20bd700c2c3fp-6},
    {{2, {768, 3072}}, SOW_KAIMING_NORMAL, SQRT5, SOW_FAN_IN, SOW_LEAKY_RELU, 0x1.5555555555555p-7},
    {{2, {768, 3072}}, SOW_KAIMING_NORMAL, 0, SOW_FAN_OUT, SOW_RELU, 0x1.a20bd700c2c3fp-5},
    {{2, {768, 3072}}, SOW_KAIMING_NORMAL, 0.2, SOW_FAN_OUT, SOW_LEAKY_RELU, 0x1.99ed963d9df87p-5},
    {{2, {768, 3072}}, SOW_KAIMING_NORMAL, 0, SOW_FAN_IN, SOW_TANH, 0x1.ecac173f0553p-6},
    {{2, {768, 3072}}, SOW_KAIMING_NORMAL, 0, SOW_FAN_IN, SOW_SELU, 0x1.bb67ae8584cabp-7},
    {{2, {768, 3072}}, SOW_KAIMING_NORMAL, 0, SOW_FAN_OUT, SOW_LINEAR, 0x1.279a74590331dp-5},
    {{4, {64, 3, 7, 7}}, SOW_XAVIER_UNIFORM, 1, 0, 0, 0x1.5e36164cd9c64p-5},
    {{4, {64, 3, 7, 7}}, SOW_XAVIER_UNIFORM, 5.0 / 3, 0, 0, 0x1.23d7bd400acfep-4},
    {{4, {64, 3, 7, 7}}, SOW_XAVIER_NORMAL, 1, 0, 0, 0x1.94639f664075cp-6},
    {{4, {64, 3, 7, 7}}, SOW_XAVIER_NORMAL, 1.5, 0, 0, 0x1.2f4ab78cb0585p-5},
    {{4, {64, 3, 7, 7}}, SOW_KAIMING_UNIFORM, 0, SOW_FAN_IN, SOW_LEAKY_RELU, 0x1.9dc22be484458p-3},
    {{4, {64, 3, 7, 7}},
     SOW_KAIMING_UNIFORM,
     SQRT5,
     SOW_FAN_IN,
     SOW_LEAKY_RELU,
     0x1.51d517412838dp-4},
    {{4, {64, 3, 7, 7}}, SOW_KAIMING_UNIFORM, 0, SOW_FAN_OUT, SOW_RELU, 0x1.66534a92f015ap-5},
    {{4, {64, 3, 7, 7}},
     SOW_KAIMING_UNIFORM,
     0.2,
     SOW_FAN_OUT,
     SOW_LEAKY_RELU,
     0x1.5f5dee7df51e1p-5},
    {{4, {64, 3, 7, 7}}, SOW_KAIMING_UNIFORM, 0, SOW_FAN_IN, SOW_TANH, 0x1.e79e79e79e79fp-3},
    {{4, {64, 3, 7, 7}}, SOW_KAIMING_UNIFORM, 0, SOW_FAN_IN, SOW_SELU, 0x1.b6db6db6db6dbp-4},
    {{4, {64, 3, 7, 7}}, SOW_KAIMING_UNIFORM, 0, SOW_FAN_OUT, SOW_LINEAR, 0x1.fabfa2e1bc554p-6},
    {{4, {64, 3, 7, 7}}, SOW_KAIMING_NORMAL, 0, SOW_FAN_IN, SOW_LEAKY_RELU, 0x1.ddc4636e95723p-4},
    {{4, {64, 3, 7, 7}},
     SOW_KAIMING_NORMAL,
     SQRT5,
     SOW_FAN_IN,
     SOW_LEAKY_RELU,
     0x1.8618618618618p-5},
    {{4, {64, 3, 7, 7}}, SOW_KAIMING_NORMAL, 0, SOW_FAN_OUT, SOW_RELU, 0x1.9dc22be484458p-6},
    {{4, {64, 3, 7, 7}},
     SOW_KAIMING_NORMAL,
     0.2,
     SOW_FAN_OUT,
     SOW_LEAKY_RELU,
     0x1.95b93c0559568p-6},
    {{4, {64, 3, 7, 7}}, SOW_KAIMING_NORMAL, 0, SOW_FAN_IN, SOW_TANH, 0x1.1986e8b64c2f7p-3},
    {{4, {64, 3, 7, 7}}, SOW_KAIMING_NORMAL, 0, SOW_FAN_IN, SOW_SELU, 0x1.fabfa2e1bc555p-5},
    {{4, {64, 3, 7, 7}}, SOW_KAIMING_NORMAL, 0, SOW_FAN_OUT, SOW_LINEAR, 0x1.2492492492492p-6},
    {{5, {2, 3, 2, 3, 4}}, SOW_XAVIER_UNIFORM, 1, 0, 0, 0x1.c9f25c5bfedd8p-3},
    {{5, {2, 3, 2, 3, 4}}, SOW_XAVIER_UNIFORM, 5.0 / 3, 0, 0, 0x1.7d9f4cf754634p-2},
    {{5, {2, 3, 2, 3, 4}}, SOW_XAVIER_NORMAL, 1, 0, 0, 0x1.08654a2d4f6dap-3},
    {{5, {2, 3, 2, 3, 4}}, SOW_XAVIER_NORMAL, 1.5, 0, 0, 0x1.8c97ef43f7247p-3},
    {{5, {2, 3, 2, 3, 4}},
     SOW_KAIMING_UNIFORM,
     0,
     SOW_FAN_IN,
     SOW_LEAKY_RELU,
     0x1.279a74590331dp-2},
    {{5, {2, 3, 2, 3, 4}},
     SOW_KAIMING_UNIFORM,
     SQRT5,
     SOW_FAN_IN,
     SOW_LEAKY_RELU,
     0x1.e2b7dddfefa66p-4},
    {{5, {2, 3, 2, 3, 4}}, SOW_KAIMING_UNIFORM, 0, SOW_FAN_OUT, SOW_RELU, 0x1.6a09e667f3bcdp-2},
    {{5, {2, 3, 2, 3, 4}},
     SOW_KAIMING_UNIFORM,
     0.2,
     SOW_FAN_OUT,
     SOW_LEAKY_RELU,
     0x1.63021484ae2bbp-2},
    {{5, {2, 3, 2, 3, 4}}, SOW_KAIMING_UNIFORM, 0, SOW_FAN_IN, SOW_TANH, 0x1.5c5f332b4cf8ap-2},
    {{5, {2, 3, 2, 3, 4}}, SOW_KAIMING_UNIFORM, 0, SOW_FAN_IN, SOW_SELU, 0x1.3988e1409212fp-3},
    {{5, {2, 3, 2, 3, 4}}, SOW_KAIMING_UNIFORM, 0, SOW_FAN_OUT, SOW_LINEAR, 0x1p-2},
    {{5, {2, 3, 2, 3, 4}}, SOW_KAIMING_NORMAL, 0, SOW_FAN_IN, SOW_LEAKY_RELU, 0x1.5555555555556p-3},
    {{5, {2, 3, 2, 3, 4}},
     SOW_KAIMING_NORMAL,
     SQRT5,
     SOW_FAN_IN,
     SOW_LEAKY_RELU,
     0x1.16b28f55d72d4p-4},
    {{5, {2, 3, 2, 3, 4}}, SOW_KAIMING_NORMAL, 0, SOW_FAN_OUT, SOW_RELU, 0x1.a20bd700c2c3fp-3},
    {{5, {2, 3, 2, 3, 4}},
     SOW_KAIMING_NORMAL,
     0.2,
     SOW_FAN_OUT,
     SOW_LEAKY_RELU,
     0x1.99ed963d9df87p-3},
    {{5, {2, 3, 2, 3, 4}}, SOW_KAIMING_NORMAL, 0, SOW_FAN_IN, SOW_TANH, 0x1.9243e38ff2601p-3},
    {{5, {2, 3, 2, 3, 4}}, SOW_KAIMING_NORMAL, 0, SOW_FAN_IN, SOW_SELU, 0x1.6a09e667f3bcdp-4},
    {{5, {2, 3, 2, 3, 4}}, SOW_KAIMING_NORMAL, 0, SOW_FAN_OUT, SOW_LINEAR, 0x1.279a74590331dp-3},
};
enum { TORCH_ROW_COUNT = sizeof torch_rows / sizeof torch_rows[0] };

static sow_plan plan_of(const sow_tensor *tensor, sow_initializer initializer)
{
    sow_plan plan;
    sow_error error = {.text = ""};
    if (sow_plan_make(&plan, tensor, &initializer, (sow_key){1, 2}, &error) != SOW_OK)
        fail_msg("refused: %s", error.text);
    return plan;
}

/* PyTorch's shape (out, in, spatial...) in the layout: io puts the first two last. */
static sow_tensor tensor_of(const shape *s, sow_layout layout, sow_dtype dtype)
{
    sow_tensor tensor = {.dtype = dtype, .layout = layout, .rank = s->rank};
    memcpy(tensor.shape, s->size, sizeof s->size);
    if (layout == SOW_LAYOUT_IO) {
        for (uint32_t d = 2; d < s->rank; d++)
            tensor.shape[d - 2] = s->size[d];
        tensor.shape[s->rank - 2] = s->size[1];
        tensor.shape[s->rank - 1] = s->size[0];
    }
    return tensor;
}

/* A kernel's parameter, f32 bits. */
static float parameter(const sow_plan *plan, size_t index)
{
    const uint32_t bits = (uint32_t)plan->param[index];
    assert_true(bits == plan->param[index]);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void assert_equals_torch(size_t row, const sow_plan *plan)
{
    const double expected = torch_rows[row].expected;
    const bool uniform =
        torch_rows[row].kind == SOW_XAVIER_UNIFORM || torch_rows[row].kind == SOW_KAIMING_UNIFORM;
    if (uniform) {
        assert_int_equal(SOW_DIST_UNIFORM, plan->distribution);
        if (plan->low != -expected || plan->high != expected)
            fail_msg("row %zu: bound %a, expected %a", row, plan->high, expected);
        assert_true(plan->mean == 0);
        assert_true(fabs(plan->std * sqrt(3.0) / expected - 1) < 1e-15);
        assert_true(parameter(plan, 0) == (float)(2 * expected * 0x1p-24));
        assert_true(parameter(plan, 1) == (float)-expected);
    } else {
        assert_int_equal(SOW_DIST_NORMAL, plan->distribution);
        if (plan->std != expected)
            fail_msg("row %zu: std %a, expected %a", row, plan->std, expected);
        assert_true(plan->mean == 0);
        assert_true(plan->low == -(double)INFINITY && plan->high == (double)INFINITY);
        assert_true(parameter(plan, 0) == (float)expected);
        assert_true(plan->param[1] == 0); /* the bits: no -0 */
    }
}

static void test_plan_make_equals_pytorch(void **state)
{
    (void)state;
    const sow_layout layouts[] = {SOW_LAYOUT_OI, SOW_LAYOUT_IO};
    const sow_dtype dtypes[] = {SOW_F32, SOW_F16, SOW_BF16};
    for (size_t row = 0; row < TORCH_ROW_COUNT; row++) {
        const sow_initializer initializer = {.kind = torch_rows[row].kind,
                                             .mode = torch_rows[row].mode,
                                             .nonlinearity = torch_rows[row].nonlinearity,
                                             .param = {torch_rows[row].param}};
        for (size_t l = 0; l < 2; l++) {
            for (size_t d = 0; d < 3; d++) {
                const sow_tensor tensor = tensor_of(&torch_rows[row].shape, layouts[l], dtypes[d]);
                const sow_plan plan = plan_of(&tensor, initializer);
                assert_equals_torch(row, &plan);
            }
        }
    }
}

static const sow_tensor linear = {.rank = 2, .shape = {3, 4}};

/* PyTorch's Linear(4, 3): evaluated in another order the bound would be 0.5. */
static void test_plan_make_keeps_pytorchs_order_of_evaluation(void **state)
{
    (void)state;
    const sow_plan plan =
        plan_of(&linear, sow_kaiming_uniform(sqrt(5.0), SOW_FAN_IN, SOW_LEAKY_RELU));
    assert_true(plan.high == 0.49999999999999994);
    assert_true(plan.low == -0.49999999999999994);
}

static void test_plan_make_names_tensor_and_key(void **state)
{
    (void)state;
    const sow_tensor tensor = {.dtype = SOW_BF16,
                               .rank = 4,
                               .shape = {64, 3, 7, 7},
                               .start = {1, 0, 0, 0},
                               .extent = {2, 3, 7, 7}};
    const sow_plan plan = plan_of(&tensor, sow_kaiming_normal(0, SOW_FAN_OUT, SOW_RELU));
    assert_int_equal(SOW_BF16, plan.dtype);
    assert_int_equal(147, plan.fan_in);
    assert_int_equal(3136, plan.fan_out);
    assert_int_equal(1, plan.key.seed);
    assert_int_equal(2, plan.key.stream);
    assert_int_equal(0, plan.begin);
    assert_int_equal(294, plan.count);
    assert_int_equal(147, plan.first);
}

static void test_plan_make_of_one_dimension_has_no_fans(void **state)
{
    (void)state;
    const sow_tensor bias = {.rank = 1, .shape = {5}};
    const sow_plan plan = plan_of(&bias, sow_normal(1, 2));
    assert_int_equal(0, plan.fan_in);
    assert_int_equal(0, plan.fan_out);
}

static void test_plan_make_uniform(void **state)
{
    (void)state;
    const sow_plan plan = plan_of(&linear, sow_uniform(-1, 3));
    assert_int_equal(SOW_DIST_UNIFORM, plan.distribution);
    assert_true(plan.low == -1 && plan.high == 3);
    assert_true(plan.mean == 1);
    assert_true(fabs(plan.std - 4 / sqrt(12.0)) < 1e-15);
    assert_true(parameter(&plan, 0) == 0x1p-22f);
    assert_true(parameter(&plan, 1) == -1);
    assert_true(parameter(&plan, 2) == -1);
    assert_true(parameter(&plan, 3) == 0x1.7ffffep+1f); /* the f32 below 3 */
}

/* What is held is the smallest stored value at or above low and the largest below high, against the
 * unrounded bounds. */
static void test_plan_make_uniform_holds_stored_bounds(void **state)
{
    (void)state;
    const struct {
        sow_dtype dtype;
        double low, high, lowest, highest;
    } table[] = {
        {SOW_BF16, 0, 1, 0, 1 - 0x1p-8},
        {SOW_F16, 0, 1, 0, 1 - 0x1p-11},
        {SOW_F32, 0, 1, 0, 1 - 0x1p-24},
        {SOW_BF16, -1, 0, -1, -0x1p-133},
        {SOW_F16, -1, 0, -1, -0x1p-24},
        {SOW_BF16, -1, 1, -1, 1 - 0x1p-8},
        {SOW_BF16, 1 + 0x1p-30, 2, 1 + 0x1p-7, 2 - 0x1p-7},
        {SOW_BF16, 1, 1.5 + 0x1p-30, 1, 1.5},
        {SOW_F32, 0.1, 0.2, 0x1.99999ap-4, 0x1.999998p-3}, /* float(0.1) is above 0.1 */
        {SOW_F32, 0.3, 0.7, 0x1.333334p-2, 0x1.666666p-1},
        {SOW_F16, -100000, 100000, -65504, 65504},
        {SOW_F16, -65504, 65504, -65504, 65472},
        {SOW_F16, -65505, 65505, -65504, 65504},
        {SOW_F16, 0, 0x1p-24, 0, 0},
        {SOW_F16, -0x1p-24, 0x1p-24, -0x1p-24, 0},
        {SOW_F16, -0x1p-30, 0x1p-30, 0, 0},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const sow_tensor tensor = {.dtype = table[i].dtype, .rank = 1, .shape = {5}};
        const sow_plan plan = plan_of(&tensor, sow_uniform(table[i].low, table[i].high));
        if (plan.stored_low != table[i].lowest || plan.stored_high != table[i].highest)
            fail_msg("row %zu: [%a, %a], expected [%a, %a]", i, plan.stored_low, plan.stored_high,
                     table[i].lowest, table[i].highest);
        assert_true((double)parameter(&plan, 2) == table[i].lowest);
        assert_true((double)parameter(&plan, 3) == table[i].highest);
        assert_true(plan.param[2] != 0x80000000 && plan.param[3] != 0x80000000); /* no -0 */
    }
}

static void test_plan_make_normal(void **state)
{
    (void)state;
    const sow_plan plan = plan_of(&linear, sow_normal(-0.1, 0.02));
    assert_int_equal(SOW_DIST_NORMAL, plan.distribution);
    assert_true(plan.mean == -0.1 && plan.std == 0.02);
    assert_true(parameter(&plan, 0) == 0.02f && parameter(&plan, 1) == -0.1f);
}

static void test_plan_make_normal_without_std_is_its_mean(void **state)
{
    (void)state;
    const struct {
        sow_dtype dtype;
        double mean;
        uint64_t pattern;
    } table[] = {
        {SOW_F32, 0.1, 0x3dcccccd},
        {SOW_F32, 0, 0},
        {SOW_F16, 0.1, 0x2e66},
        {SOW_BF16, 0.1, 0x3dcd},
        {SOW_F16, 1e6, 0x7bff},
        {SOW_F16, -1e6, 0xfbff},
        {SOW_F32, -0x1p120, 0xfb800000},
        {SOW_F16, 65519, 0x7bff},
        {SOW_F16, 1 + 0x1p-11 + 0x1p-30, 0x3c00}, /* by way of f32, as draws */

    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const sow_tensor tensor = {.dtype = table[i].dtype, .rank = 1, .shape = {5}};
        const sow_plan plan = plan_of(&tensor, sow_normal(table[i].mean, 0));
        assert_int_equal(SOW_DIST_CONSTANT, plan.distribution);
        assert_int_equal(table[i].pattern, plan.pattern);
        assert_true(plan.std == 0);
    }
}

static void test_plan_make_without_gain_is_zero(void **state)
{
    (void)state;
    const sow_initializer none[] = {sow_xavier_uniform(0), sow_xavier_normal(0)};
    for (size_t i = 0; i < 2; i++) {
        const sow_plan plan = plan_of(&linear, none[i]);
        assert_int_equal(SOW_DIST_CONSTANT, plan.distribution);
        assert_int_equal(0, plan.pattern);
    }
}

/* The limits themselves are allowed. */
static void test_plan_make_takes_scales_to_the_limits(void **state)
{
    (void)state;
    (void)plan_of(&linear, sow_normal(0x1p-78, 0x1p-78));
    (void)plan_of(&linear, sow_normal(-0x1p120, 0x1p120));
    (void)plan_of(&linear, sow_uniform(0, 0x1p-78));
    (void)plan_of(&linear, sow_uniform(-0x1p-78, 0));
    (void)plan_of(&linear, sow_uniform(-0x1p119, 0x1p119));
    (void)plan_of(&linear, sow_uniform(0, 0x1p120));
    (void)plan_of(&linear, sow_constant(0x1p-149));
    (void)plan_of(&linear, sow_constant(0x1.fffffep127));
}

/* A tensor without elements is a no-op, as in PyTorch, whatever its fans; parameters are still checked. */
static void test_plan_make_without_elements(void **state)
{
    (void)state;
    const sow_tensor tensors[] = {
        {.rank = 2, .shape = {0, 0}},
        {.rank = 2, .shape = {0, 3}},
        {.rank = 2, .shape = {3, 0}},
        {.rank = 4, .shape = {3, 3, 0, 2}},
    };
    const sow_initializer all[] = {
        sow_zeros(),
        sow_uniform(0, 1),
        sow_normal(0, 1),
        sow_xavier_uniform(1),
        sow_xavier_normal(1),
        sow_kaiming_uniform(0, SOW_FAN_IN, SOW_RELU),
        sow_kaiming_normal(0, SOW_FAN_OUT, SOW_RELU),
    };
    for (size_t t = 0; t < 4; t++)
        for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
            assert_int_equal(0, plan_of(&tensors[t], all[i]).count);
    const sow_initializer bad = sow_kaiming_normal((double)NAN, SOW_FAN_IN, SOW_RELU);
    sow_plan plan;
    assert_int_equal(SOW_ERR_PARAMETER,
                     sow_plan_make(&plan, &tensors[0], &bad, (sow_key){0, 0}, NULL));
}

static void test_kind_names_are_pytorchs(void **state)
{
    (void)state;
    const char *const names[] = {
        "zeros",          "ones",           "constant",      "uniform",
        "normal",         "xavier_uniform", "xavier_normal", "kaiming_uniform",
        "kaiming_normal", "bits",           "trunc_normal",  "variance_scaling",
        "lecun_uniform",  "lecun_normal"};
    for (int kind = 0; kind < 14; kind++)
        assert_string_equal(names[kind], sow_kind_name((sow_kind)kind));
    assert_string_equal("stft", sow_kind_name(SOW_STFT));
    assert_null(sow_kind_name((sow_kind)-1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plan_make_equals_pytorch),
        cmocka_unit_test(test_plan_make_keeps_pytorchs_order_of_evaluation),
        cmocka_unit_test(test_plan_make_names_tensor_and_key),
        cmocka_unit_test(test_plan_make_of_one_dimension_has_no_fans),
        cmocka_unit_test(test_plan_make_uniform),
        cmocka_unit_test(test_plan_make_uniform_holds_stored_bounds),
        cmocka_unit_test(test_plan_make_normal),
        cmocka_unit_test(test_plan_make_normal_without_std_is_its_mean),
        cmocka_unit_test(test_plan_make_without_gain_is_zero),
        cmocka_unit_test(test_plan_make_takes_scales_to_the_limits),
        cmocka_unit_test(test_plan_make_without_elements),
        cmocka_unit_test(test_kind_names_are_pytorchs),
    };
    return SOWT_RUN(tests, NULL);
}
