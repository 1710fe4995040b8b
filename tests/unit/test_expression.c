#include <locale.h>
#include <math.h>
#include <stdlib.h>

#include "refusal.h"
#include "run_tests.h"
#include "sowcl/model.h"

static const sow_parameter parameters[] = {{"n_layer", 12}, {"width", 768}, {"zero", 0}};
enum { PARAMETERS = sizeof parameters / sizeof parameters[0] };

static sow_initializer parse(const char *text)
{
    sow_initializer initializer;
    sow_error error;
    assert_done(sow_initializer_parse(&initializer, text, parameters, PARAMETERS, &error), &error);
    return initializer;
}

static void assert_initializer(sow_initializer expected, const char *text)
{
    const sow_initializer actual = parse(text);
    if (expected.kind != actual.kind || expected.mode != actual.mode ||
        expected.nonlinearity != actual.nonlinearity || expected.padding != actual.padding ||
        memcmp(expected.param, actual.param, sizeof expected.param) != 0)
        fail_msg("%s: kind %d mode %d nonlinearity %d param %g %g", text, (int)actual.kind,
                 (int)actual.mode, (int)actual.nonlinearity, actual.param[0], actual.param[1]);
}

static void test_parse_reads_every_initializer(void **state)
{
    (void)state;
    assert_initializer(sow_zeros(), "zeros");
    assert_initializer(sow_ones(), "ones()");
    assert_initializer(sow_constant(0.25), "constant(value=0.25)");
    assert_initializer(sow_uniform(0, 1), "uniform");
    assert_initializer(sow_uniform(-0.5, 1), "uniform(low=-0.5)");
    assert_initializer(sow_normal(0, 1), "normal");
    assert_initializer(sow_normal(1e-3, 0.02), "normal(std=0.02,mean=1e-3)");
    assert_initializer(sow_xavier_uniform(1), "xavier_uniform");
    assert_initializer(sow_xavier_normal(2), "xavier_normal(gain=2)");
    assert_initializer(sow_kaiming_uniform(0, SOW_FAN_IN, SOW_LEAKY_RELU), "kaiming_uniform");
    assert_initializer(sow_kaiming_normal(0.2, SOW_FAN_OUT, SOW_RELU),
                       "kaiming_normal(a=0.2, mode=fan_out, nonlinearity=relu)");
}

static void test_parse_reads_structures(void **state)
{
    (void)state;
    double gain = 0;
    assert_int_equal(SOW_OK, sow_calculate_gain(SOW_RELU, NULL, &gain));
    assert_initializer(sow_eye(), "eye");
    assert_initializer(sow_identity(1), "identity");
    assert_initializer(sow_identity(-2.5), "identity(gain=-2.5)");
    assert_initializer(sow_identity(gain), "identity(gain=relu)");
    assert_initializer(sow_dirac(1), "dirac");
    assert_initializer(sow_dirac(12), "dirac(groups=n_layer)");
    assert_initializer(sow_sparse(0.25, 0.01), "sparse(sparsity=1/4)");
    assert_initializer(sow_sparse(0, 3), "sparse(std=3, sparsity=0)");
    assert_initializer(sow_constant_block(1, 1, 4, 0),
                       "constant_block(value=1, block=1, blocks=4)");
    assert_initializer(sow_constant_block(0, 2, 3, -1),
                       "constant_block(outside=-1, blocks=3, block=2, value=0)");
    assert_initializer(sow_with_padding_idx(sow_eye(), 0), "eye(padding_idx=0)");
    assert_initializer(sow_with_padding_idx(sow_zeros(), 7), "zeros(padding_idx=7)");
    assert_initializer(sow_with_padding_idx(sow_normal(0, 0.02), 768),
                       "normal(padding_idx=width, std=0.02)");
}

static void test_parse_ignores_spaces(void **state)
{
    (void)state;
    assert_initializer(sow_normal(0, 0.5), " \tnormal ( std = 1 / 2 ) \n");
    assert_initializer(sow_zeros(), "zeros ( )");
}

static void test_parse_reads_gains_by_name(void **state)
{
    (void)state;
    double gain = 0;
    const double slope = 0.2;
    assert_int_equal(SOW_OK, sow_calculate_gain(SOW_TANH, NULL, &gain));
    assert_initializer(sow_xavier_normal(gain), "xavier_normal(gain=tanh)");
    assert_int_equal(SOW_OK, sow_calculate_gain(SOW_LEAKY_RELU, &slope, &gain));
    assert_initializer(sow_xavier_normal(gain), "xavier_normal(gain=leaky_relu(0.2))");
    assert_initializer(sow_xavier_normal(gain), "xavier_normal(gain = leaky_relu ( 1 / 5 ) )");
    assert_int_equal(SOW_OK, sow_calculate_gain(SOW_LEAKY_RELU, NULL, &gain));
    assert_initializer(sow_xavier_normal(gain), "xavier_normal(gain=leaky_relu)");
    assert_initializer(sow_xavier_normal(sqrt(2)), "xavier_normal(gain=sqrt(2))");
}

static double value_of(const char *arithmetic)
{
    char text[256];
    snprintf(text, sizeof text, "constant(value=%s)", arithmetic);
    return parse(text).param[0];
}

static void assert_value(double expected, const char *arithmetic)
{
    const double actual = value_of(arithmetic);
    if (memcmp(&expected, &actual, sizeof expected) != 0)
        fail_msg("%s: expected %a, got %a", arithmetic, expected, actual);
}

static void test_parse_computes(void **state)
{
    (void)state;
    assert_value(0.02 / sqrt(2.0 * 12.0), "0.02/sqrt(2*n_layer)");
    assert_value(7, "1+2*3");
    assert_value(9, "(1+2)*3");
    assert_value(-4, "1-2-3");
    assert_value(2, "12/3/2");
    assert_value(-1, "-1");
    assert_value(1, "--1");
    assert_value(-0.0, "-0");
    assert_value(-3, "2*-1.5");
    assert_value(0.5, ".5");
    assert_value(5, "5.");
    assert_value(1500, "1.5e3");
    assert_value(0.0015, "1.5E-3");
    assert_value(2, "min(3, 2)");
    assert_value(768, "max(1, width, 3)");
    assert_value(INFINITY, "inf");
    assert_value(-INFINITY, "-inf");
    assert_value(0, "1/inf");
    assert_value(5e-324, "5e-324");
}

static void test_parse_depends_on_no_locale(void **state)
{
    (void)state;
    const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "nl_NL.UTF-8"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (setlocale(LC_ALL, names[i]) != NULL)
            break;
    const int is_comma = localeconv()->decimal_point[0] == ',';
    const double value = value_of("0.25");
    char text[64];
    const sow_initializer quarter = sow_constant(0.25);
    (void)sow_initializer_print(&quarter, text, sizeof text);
    setlocale(LC_ALL, "C");
    assert_true(value == 0.25);
    assert_string_equal("constant(value=0.25)", text);
    if (!is_comma)
        sowt_skip("no locale with a decimal comma is installed");
}

static void test_parse_refuses(void **state)
{
    (void)state;
    static const struct {
        const char *text, *value, *allowed;
    } rows[] = {
        {"", "ends too early", "name"},
        {"kaimin_normal", "(kaimin_normal)", "kaiming_normal"},
        {"normall", "(normall)", "normal"},
        {"Normal", "(Normal)", "normal"},
        {"normal(", "ends too early", "key=value"},
        {"normal(std=1", "ends too early", "')'"},
        {"normal(std=1))", "())", "end here"},
        {"normal std", "(std)", "end here"},
        {"normal(0.02)", "(0.02))", "key=value"},
        {"normal(st=1)", "(st)", "std"},
        {"normal(std=1,std=2)", "(std)", "once"},
        {"normal(std 1)", "(1))", "'='"},
        {"normal(std=)", "())", "number"},
        {"normal(std=1,)", "())", "key=value"},
        {"normal(std=0,02)", "(02))", "key=value"},
        {"zeros(value=1)", "(value)", "none"},
        {"constant", "(value)", "needs it"},
        {"constant()", "(value)", "needs it"},
        {"constant(value=n_layr)", "(n_layr)", "n_layer"},
        {"constant(value=sqr(2))", "(sqr)", "sqrt"},
        {"constant(value=nan)", "(nan)", "the nearest"},
        {"constant(value=1/zero)", "(1 / 0)", "division by zero"},
        {"constant(value=1/0)", "(1 / 0)", "division by zero"},
        {"constant(value=inf-inf)", "(inf - inf)", "not a number"},
        {"constant(value=0*inf)", "(0 * inf)", "not a number"},
        {"constant(value=1e300*1e300)", "(1e+300 * 1e+300)", "too large"},
        {"constant(value=1e999)", "(1e999)", "too large"},
        {"constant(value=sqrt(0-2))", "(-2)", "negative"},
        {"constant(value=sqrt 2)", "(2))", "'('"},
        {"constant(value=min(1))", "())", "two values"},
        {"constant(value=0x10)", "(x10))", "')'"},
        {"constant(value=1 2)", "(2))", "')'"},
        {"constant(value=+1)", "(+1))", "number"},
        {"kaiming_normal(mode=fan)", "(fan)", "the nearest is fan_in"},
        {"ortho", "(ortho)", "the nearest is orthogonal"},
        {"trunc", "(trunc)", "the nearest is trunc_normal"},
        {"kaiming_normal(mode=1)", "(1))", "such as fan_in"},
        {"stft(side=left)", "unknown side (left)", "the nearest is"},
        {"stft(window=haming)", "(haming)", "the nearest is hamming"},
        {"stft(scaling=2)", "(2))", "such as density"},
        {"stft(periodic=real)", "(real)", "the nearest"},
        {"kaiming_normal(nonlinearity=rellu)", "(rellu)", "relu"},
        {"xavier_normal(gain=tanh(2))", "((2)))", "')'"},
        {"xavier_normal(gain=tan)", "(tan)", "the nearest"},
        {"identty", "(identty)", "identity"},
        {"eye(gain=2)", "(gain)", "eye takes none but padding_idx"},
        {"dirac(group=2)", "(group)", "groups"},
        {"sparse", "(sparsity)", "needs it"},
        {"sparse(std=1)", "(sparsity)", "needs it"},
        {"constant_block(value=1, block=0)", "(blocks)", "needs it"},
        {"constant_block(value=1, blocks=2)", "(block)", "needs it"},
        {"constant_block(block=0, blocks=2)", "(value)", "needs it"},
        {"normal(padding_id=1)", "(padding_id)", "the nearest is padding_idx"},
        {"normal(padding_idx=-1)", "(-1)", "a whole number, 0 or more"},
        {"normal(padding_idx=0.5)", "(0.5)", "a whole number, 0 or more"},
        {"normal(padding_idx=inf)", "(inf)", "a whole number, 0 or more"},
        {"normal(padding_idx=1, padding_idx=2)", "(padding_idx)", "once"},
        {"normal(padding_idx=0, padding_idx=0)", "(padding_idx)", "once"},
        {"normal(padding_idx 1)", "(1))", "'='"},
        {"normal\x1b[31m", "\\x1b[31m", "end here"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        sow_initializer untouched = sow_constant(42);
        sow_error error = {0};
        const sow_status status =
            sow_initializer_parse(&untouched, rows[i].text, parameters, PARAMETERS, &error);
        assert_refused(SOW_ERR_SYNTAX, status, &error, rows[i].value);
        assert_refused(SOW_ERR_SYNTAX, status, &error, rows[i].allowed);
        assert_true(untouched.kind == SOW_CONSTANT && untouched.param[0] == 42);
    }
}

static void test_parse_bounds_its_depth(void **state)
{
    (void)state;
    enum { DEEP = 100000 };
    char *text = malloc(DEEP + 64);
    assert_non_null(text);
    const int head = sprintf(text, "constant(value=");
    memset(text + head, '(', DEEP);
    text[head + DEEP] = '\0';
    sow_initializer initializer;
    sow_error error;
    assert_refused(SOW_ERR_SYNTAX, sow_initializer_parse(&initializer, text, NULL, 0, &error),
                   &error, "64 at most");
    memset(text + head, '-', DEEP);
    strcpy(text + head + DEEP, "1)");
    assert_int_equal(SOW_OK, sow_initializer_parse(&initializer, text, NULL, 0, &error));
    free(text);
}

static void test_parse_refuses_null(void **state)
{
    (void)state;
    sow_initializer initializer;
    sow_error error;
    assert_refused(SOW_ERR_ARGUMENT, sow_initializer_parse(NULL, "ones", NULL, 0, &error), &error,
                   "NULL");
    assert_refused(SOW_ERR_ARGUMENT, sow_initializer_parse(&initializer, NULL, NULL, 0, &error),
                   &error, "NULL");
    assert_refused(SOW_ERR_ARGUMENT, sow_initializer_parse(&initializer, "ones", NULL, 1, &error),
                   &error, "NULL");
    assert_int_equal(SOW_ERR_SYNTAX, sow_initializer_parse(&initializer, "one", NULL, 0, NULL));
}

static void test_print_reads_back(void **state)
{
    (void)state;
    static const struct {
        const char *expected, *text;
    } rows[] = {
        {"zeros", "zeros()"},
        {"normal", "normal(mean=0,std=1)"},
        {"normal(std=0.02)", "normal(std=0.02)"},
        {"normal(mean=-0)", "normal(mean=-0)"},
        {"constant(value=0.1)", "constant(value=0.1)"},
        {"uniform(low=-inf, high=0.333333333333333315)", "uniform(low=-inf,high=1/3)"},
        {"kaiming_normal(mode=fan_out, nonlinearity=relu)",
         "kaiming_normal(nonlinearity=relu,mode=fan_out)"},
        {"stft", "stft(side=real, window=hann, scaling=density, periodic=0)"},
        {"stft(side=imag, window=none, scaling=none, periodic=1)",
         "stft(scaling=none, periodic=1, window=none, side=imag)"},
        {"eye", "eye()"},
        {"identity(gain=-3)", "identity(gain=-3)"},
        {"dirac", "dirac(groups=1)"},
        {"dirac(groups=4)", "dirac(groups=4)"},
        {"sparse(sparsity=0.1)", "sparse(std=0.01,sparsity=0.1)"},
        {"constant_block(value=1, block=1, blocks=4)",
         "constant_block(value=1,block=1,blocks=4,outside=0)"},
        {"constant_block(value=0, block=0, blocks=2, outside=5)",
         "constant_block(value=0,block=0,blocks=2,outside=5)"},
        {"eye(padding_idx=0)", "eye(padding_idx=0)"},
        {"normal(std=0.02, padding_idx=50256)", "normal(padding_idx=50256,std=0.02)"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const sow_initializer initializer = parse(rows[i].text);
        char text[128], cut[8];
        const size_t length = sow_initializer_print(&initializer, text, sizeof text);
        assert_int_equal(strlen(text), length);
        if (strstr(rows[i].expected, "0.333") == NULL)
            assert_string_equal(rows[i].expected, text);
        assert_initializer(initializer, text);
        assert_int_equal(length, sow_initializer_print(&initializer, cut, sizeof cut));
        assert_memory_equal(text, cut, length < 7 ? length : 7);
        assert_int_equal(length < 7 ? length : 7, strlen(cut));
        assert_int_equal(length, sow_initializer_print(&initializer, NULL, 0));
    }
    const sow_initializer unknown = {.kind = (sow_kind)12345};
    char text[8] = "old";
    assert_int_equal(0, sow_initializer_print(&unknown, text, sizeof text));
    assert_string_equal("", text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse_reads_every_initializer),
        cmocka_unit_test(test_parse_reads_structures),
        cmocka_unit_test(test_parse_ignores_spaces),
        cmocka_unit_test(test_parse_reads_gains_by_name),
        cmocka_unit_test(test_parse_computes),
        cmocka_unit_test(test_parse_depends_on_no_locale),
        cmocka_unit_test(test_parse_refuses),
        cmocka_unit_test(test_parse_bounds_its_depth),
        cmocka_unit_test(test_parse_refuses_null),
        cmocka_unit_test(test_print_reads_back),
    };
    return SOWT_RUN(tests, NULL);
}
