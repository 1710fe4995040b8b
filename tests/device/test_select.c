/* Listing and selecting devices. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "run_tests.h"
#include "sowcl/sowcl.h"

enum { DEVICES_MAX = 16 };

static sow_device_info devices[DEVICES_MAX];
static size_t device_count;

static void list_or_skip(size_t needed)
{
    assert_int_equal(SOW_OK, sow_device_list(devices, DEVICES_MAX, &device_count));
    assert_true(device_count <= DEVICES_MAX);
    if (device_count < needed)
        sowt_skip("%zu OpenCL devices, %zu needed", device_count, needed);
}

static void test_device_list_counts(void **state)
{
    (void)state;
    list_or_skip(1);
    size_t count = 0;
    assert_int_equal(SOW_OK, sow_device_list(NULL, 0, &count));
    assert_int_equal(device_count, count);
    sow_device_info some[2];
    memset(some, 0x5a, sizeof some);
    assert_int_equal(SOW_OK, sow_device_list(some, 1, &count));
    assert_int_equal(device_count, count);
    assert_ptr_equal(devices[0].device, some[0].device);
    assert_int_equal(0x5a, *(const unsigned char *)&some[1]); /* beyond the capacity */
    assert_int_equal(SOW_ERR_ARGUMENT, sow_device_list(NULL, 1, &count));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_device_list(some, 1, NULL));
}

static void test_device_list_describes(void **state)
{
    (void)state;
    list_or_skip(1);
    for (size_t i = 0; i < device_count; i++) {
        const sow_device_info *info = &devices[i];
        assert_non_null(info->device);
        assert_non_null(info->platform);
        assert_true(strlen(info->name) > 0);
        assert_true(strlen(info->platform_name) > 0);
        assert_true(strlen(info->driver_version) > 0);
        assert_true(info->compute_units > 0);
        assert_true(info->max_alloc_bytes > 0 && info->max_alloc_bytes <= info->global_bytes);
        assert_true(info->rank >= SOW_RANK_GPU && info->rank <= SOW_RANK_SIMULATOR);
        if (i > 0) /* in platform order */
            assert_true(info->platform_index >= info[-1].platform_index);
    }
}

static void test_device_select_by_indices(void **state)
{
    (void)state;
    list_or_skip(1);
    for (size_t i = 0; i < device_count; i++) {
        char selector[32];
        snprintf(selector, sizeof selector, "%u:%u", (unsigned)devices[i].platform_index,
                 (unsigned)devices[i].device_index);
        sow_device_info info;
        assert_int_equal(SOW_OK, sow_device_select(selector, &info, NULL));
        assert_ptr_equal(devices[i].device, info.device);
    }
}

/* The best rank of a type; -1 when there is no such device. */
static int best_rank(cl_device_type type)
{
    int best = -1;
    for (size_t i = 0; i < device_count; i++)
        if ((devices[i].type & type) != 0 && (best < 0 || (int)devices[i].rank < best))
            best = (int)devices[i].rank;
    return best;
}

static void check_best(const char *selector, cl_device_type type)
{
    sow_device_info info;
    sow_error error = {SOW_OK, ""};
    const int best = best_rank(type);
    const sow_status status = sow_device_select(selector, &info, &error);
    if (best < 0) {
        assert_int_equal(SOW_ERR_NO_DEVICE, status);
        assert_non_null(strstr(error.text, selector));
        return;
    }
    assert_int_equal(SOW_OK, status);
    assert_int_equal(best, info.rank);
    assert_true((info.type & type) != 0);
}

static void test_device_select_the_best(void **state)
{
    (void)state;
    list_or_skip(1);
    check_best(NULL, CL_DEVICE_TYPE_ALL);
    check_best("", CL_DEVICE_TYPE_ALL);
    check_best("cpu", CL_DEVICE_TYPE_CPU);
    check_best("CPU", CL_DEVICE_TYPE_CPU);
    check_best("gpu", CL_DEVICE_TYPE_GPU);
    check_best("Gpu", CL_DEVICE_TYPE_GPU);
}

static bool has_word(const sow_device_info *info, const char *word)
{
    return strstr(info->name, word) != NULL || strstr(info->platform_name, word) != NULL ||
           strstr(info->platform_vendor, word) != NULL ||
           strstr(info->platform_version, word) != NULL;
}

/* The word in three cases; words that fit several devices are ambiguous. */
static void check_word(const char *word)
{
    char text[2][128];
    size_t fitting = 0;
    const sow_device_info *wanted = NULL;
    for (size_t i = 0; i < device_count; i++) {
        if (has_word(&devices[i], word)) {
            fitting++;
            wanted = &devices[i];
        }
    }
    for (size_t i = 0; i <= strlen(word); i++) {
        text[0][i] = (char)tolower((unsigned char)word[i]);
        text[1][i] = (char)toupper((unsigned char)word[i]);
    }
    const char *const cases[] = {word, text[0], text[1]};
    for (size_t i = 0; i < 3; i++) {
        sow_device_info info;
        const sow_status status = sow_device_select(cases[i], &info, NULL);
        if (fitting == 1 && status != SOW_ERR_AMBIGUOUS) { /* in another case it may fit more */
            assert_int_equal(SOW_OK, status);
            assert_ptr_equal(wanted->device, info.device);
        } else {
            assert_int_equal(SOW_ERR_AMBIGUOUS, status);
        }
    }
}

static void test_device_select_by_a_part_of_a_name(void **state)
{
    (void)state;
    list_or_skip(1);
    for (size_t i = 0; i < device_count; i++) {
        check_word(devices[i].name);
        check_word(devices[i].name + strlen(devices[i].name) / 2);
        check_word(devices[i].platform_name);
        check_word(devices[i].platform_version);
    }
}

static void test_device_select_lists_what_is_ambiguous(void **state)
{
    (void)state;
    list_or_skip(2);
    sow_device_info info;
    sow_error error = {SOW_OK, ""};
    /* every platform's version begins with it */
    assert_int_equal(SOW_ERR_AMBIGUOUS, sow_device_select("opencl", &info, &error));
    assert_int_equal(SOW_ERR_AMBIGUOUS, error.status);
    for (size_t i = 0; i < device_count && i < 3; i++) {
        char indices[32];
        snprintf(indices, sizeof indices, "%u:%u ", (unsigned)devices[i].platform_index,
                 (unsigned)devices[i].device_index);
        assert_non_null(strstr(error.text, indices));
        assert_non_null(strstr(error.text, devices[i].name));
    }
}

static void test_device_select_refuses(void **state)
{
    (void)state;
    char endless[2000];
    memset(endless, 'x', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    const char *const selectors[] = {
        "99:0",  "0:99",  "no such device",        "0:", ":0", ":", "0:0:0", "-1:0",
        "0x0:0", endless, "18446744073709551616:0"};
    for (size_t i = 0; i < sizeof selectors / sizeof selectors[0]; i++) {
        sow_device_info info;
        memset(&info, 0x5a, sizeof info);
        sow_error error = {SOW_OK, ""};
        assert_int_equal(SOW_ERR_NO_DEVICE, sow_device_select(selectors[i], &info, &error));
        assert_int_equal(SOW_ERR_NO_DEVICE, error.status);
        char named[64];
        snprintf(named, sizeof named, "%.40s", selectors[i]);
        assert_non_null(strstr(error.text, named));
        assert_int_equal(0x5a, *(const unsigned char *)&info);
    }
    sow_error error = {SOW_OK, ""};
    assert_int_equal(SOW_ERR_ARGUMENT, sow_device_select(NULL, NULL, &error));
    assert_int_equal(SOW_ERR_ARGUMENT, error.status);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_device_list_counts),
        cmocka_unit_test(test_device_list_describes),
        cmocka_unit_test(test_device_select_by_indices),
        cmocka_unit_test(test_device_select_the_best),
        cmocka_unit_test(test_device_select_by_a_part_of_a_name),
        cmocka_unit_test(test_device_select_lists_what_is_ambiguous),
        cmocka_unit_test(test_device_select_refuses),
    };
    return SOWT_RUN(tests, NULL);
}
