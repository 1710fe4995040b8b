/* The list of statuses in sowcl/base.h. */
#include "run_tests.h"
#include "sowcl/base.h"

static const sow_status statuses[] = {
#define STATUS_VALUE(name, value, text) value,
    SOW_STATUS_MAP(STATUS_VALUE)
#undef STATUS_VALUE
};
enum { STATUS_COUNT = sizeof statuses / sizeof statuses[0] };

static void test_status_map_values_are_unique(void **state)
{
    (void)state;
    for (size_t i = 0; i < STATUS_COUNT; i++) {
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(statuses[i], statuses[j]);
    }
}

/* OpenCL has the range above. */
static void test_status_map_values_are_ours(void **state)
{
    (void)state;
    for (size_t i = 0; i < STATUS_COUNT; i++)
        assert_true(statuses[i] <= -20000);
}

static void test_status_name_tells_all_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < STATUS_COUNT; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(sow_status_name(statuses[i]), sow_status_name(statuses[j]));
            assert_string_not_equal(sow_status_text(statuses[i]), sow_status_text(statuses[j]));
        }
    }
}

static void test_status_name_of_any_number(void **state)
{
    (void)state;
    const sow_status odd[] = {SOW_OK, 1, -1, -9999, -19999, -29999, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        assert_non_null(sow_status_name(odd[i]));
        assert_non_null(sow_status_text(odd[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status_map_values_are_unique),
        cmocka_unit_test(test_status_map_values_are_ours),
        cmocka_unit_test(test_status_name_tells_all_apart),
        cmocka_unit_test(test_status_name_of_any_number),
    };
    return SOWT_RUN(tests, NULL);
}
