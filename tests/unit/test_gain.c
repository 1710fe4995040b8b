/* sow_calculate_gain against torch.nn.init.calculate_gain, bit for bit. */
#include <math.h>
#include <stddef.h>

#include "run_tests.h"
#include "sowcl/base.h"

/* As PyTorch 1.13.1 printed them with float.hex(). */
static const struct {
    sow_nonlinearity nonlinearity;
    const char *name;
    double gain; /* without a parameter */
} table[] = {
    {SOW_LEAKY_RELU, "leaky_relu", 0x1.6a05442aad7e4p+0},
    {SOW_LINEAR, "linear", 1},
    {SOW_CONV1D, "conv1d", 1},
    {SOW_CONV2D, "conv2d", 1},
    {SOW_CONV3D, "conv3d", 1},
    {SOW_CONV_TRANSPOSE1D, "conv_transpose1d", 1},
    {SOW_CONV_TRANSPOSE2D, "conv_transpose2d", 1},
    {SOW_CONV_TRANSPOSE3D, "conv_transpose3d", 1},
    {SOW_SIGMOID, "sigmoid", 1},
    {SOW_TANH, "tanh", 0x1.aaaaaaaaaaaabp+0},
    {SOW_RELU, "relu", 0x1.6a09e667f3bcdp+0},
    {SOW_SELU, "selu", 0.75},
};
enum { NONLINEARITY_COUNT = sizeof table / sizeof table[0] };

static const struct {
    double slope, gain;
} leaky[] = {
    {0, 0x1.6a09e667f3bcdp+0},
    {0x1.47ae147ae147bp-7, 0x1.6a05442aad7e4p+0}, /* 0.01 */
    {0x1.999999999999ap-3, 0x1.63021484ae2bbp+0}, /* 0.2 */
    {1, 1},
    {-0.5, 0x1.43d136248490fp+0},
    {0x1.1e3779b97f4a8p+1, 0x1.279a74590331cp-1}, /* sqrt(5) */
    {3, 0x1.c9f25c5bfedd9p-2},
    {0x1.0624dd2f1a9fcp-10, 0x1.6a09da8af4315p+0}, /* 0.001 */
    {1e10, 0x1.36fd255a2213bp-33},
};

static void test_calculate_gain_equals_pytorch(void **state)
{
    (void)state;
    const double ignored = 7;
    for (size_t i = 0; i < NONLINEARITY_COUNT; i++) {
        double gain = 0;
        assert_int_equal(SOW_OK, sow_calculate_gain(table[i].nonlinearity, NULL, &gain));
        assert_true(gain == table[i].gain);
        if (table[i].nonlinearity == SOW_LEAKY_RELU)
            continue;
        assert_int_equal(SOW_OK, sow_calculate_gain(table[i].nonlinearity, &ignored, &gain));
        assert_true(gain == table[i].gain);
    }
}

static void test_calculate_gain_of_leaky_relu_equals_pytorch(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof leaky / sizeof leaky[0]; i++) {
        double gain = 0;
        assert_int_equal(SOW_OK, sow_calculate_gain(SOW_LEAKY_RELU, &leaky[i].slope, &gain));
        assert_true(gain == leaky[i].gain);
    }
}

static void test_calculate_gain_refuses(void **state)
{
    (void)state;
    const double bad[] = {(double)NAN, (double)INFINITY, -(double)INFINITY, 1e200};
    double gain = 42;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(SOW_ERR_PARAMETER, sow_calculate_gain(SOW_LEAKY_RELU, &bad[i], &gain));
    const sow_nonlinearity after = (sow_nonlinearity)NONLINEARITY_COUNT;
    assert_int_equal(SOW_ERR_ARGUMENT, sow_calculate_gain(after, NULL, &gain));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_calculate_gain((sow_nonlinearity)-1, NULL, &gain));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_calculate_gain(SOW_RELU, NULL, NULL));
    assert_true(gain == 42);
}

static void test_nonlinearity_names_are_pytorchs(void **state)
{
    (void)state;
    for (size_t i = 0; i < NONLINEARITY_COUNT; i++)
        assert_string_equal(table[i].name, sow_nonlinearity_name(table[i].nonlinearity));
    assert_null(sow_nonlinearity_name((sow_nonlinearity)NONLINEARITY_COUNT));
    assert_null(sow_nonlinearity_name((sow_nonlinearity)-1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calculate_gain_equals_pytorch),
        cmocka_unit_test(test_calculate_gain_of_leaky_relu_equals_pytorch),
        cmocka_unit_test(test_calculate_gain_refuses),
        cmocka_unit_test(test_nonlinearity_names_are_pytorchs),
    };
    return SOWT_RUN(tests, NULL);
}
