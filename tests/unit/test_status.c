/* Names and texts of single statuses; tests/header/test_status_map.c looks at the list as a whole. */
#include <string.h>

#include "run_tests.h"
#include "sowcl/base.h"

static void test_status_name_is_the_constant(void **state)
{
    (void)state;
    assert_string_equal("SOW_OK", sow_status_name(SOW_OK));
    assert_string_equal("SOW_ERR_ARGUMENT", sow_status_name(SOW_ERR_ARGUMENT));
    assert_string_equal("SOW_ERR_CANCELLED", sow_status_name(SOW_ERR_CANCELLED));
}

/* The numbers are part of the interface: none may ever change. */
static void test_status_values_stay(void **state)
{
    (void)state;
    assert_int_equal(0, SOW_OK);
    assert_int_equal(-20001, SOW_ERR_ARGUMENT);
    assert_int_equal(-20005, SOW_ERR_SHAPE);
    assert_int_equal(-20010, SOW_ERR_RANGE);
    assert_int_equal(-20021, SOW_ERR_TEST_NORMAL);
    assert_int_equal(-20030, SOW_ERR_CANCELLED);
}

static void test_status_name_knows_opencl(void **state)
{
    (void)state;
    assert_string_equal("CL_DEVICE_NOT_FOUND", sow_status_name(-1));
    assert_string_equal("CL_OUT_OF_RESOURCES", sow_status_name(-5));
    assert_string_equal("CL_INVALID_VALUE", sow_status_name(-30));
    assert_string_equal("CL_INVALID_KERNEL_ARGS", sow_status_name(-52));
    assert_string_equal("CL_MAX_SIZE_RESTRICTION_EXCEEDED", sow_status_name(-72));
    assert_string_equal("CL_PLATFORM_NOT_FOUND_KHR", sow_status_name(-1001));
}

static void test_status_text_says_what_is_wrong(void **state)
{
    (void)state;
    assert_string_equal("success", sow_status_text(SOW_OK));
    assert_string_equal("out of host memory", sow_status_text(SOW_ERR_NO_MEMORY));
    assert_string_equal("OpenCL: invalid value", sow_status_text(-30));
}

static void test_status_text_of_what_no_list_holds(void **state)
{
    (void)state;
    assert_string_equal("unknown status", sow_status_name(-9999));
    assert_non_null(strstr(sow_status_text(-9999), "driver"));
    assert_string_equal("unknown status", sow_status_text(1));
    assert_string_equal("unknown status", sow_status_text(-20000));
    assert_string_equal("unknown status", sow_status_text(INT32_MIN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status_name_is_the_constant),
        cmocka_unit_test(test_status_values_stay),
        cmocka_unit_test(test_status_name_knows_opencl),
        cmocka_unit_test(test_status_text_says_what_is_wrong),
        cmocka_unit_test(test_status_text_of_what_no_list_holds),
    };
    return SOWT_RUN(tests, NULL);
}
