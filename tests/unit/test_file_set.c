#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/file_set.h"
#include "refusal.h"
#include "run_tests.h"
#include "scratch.h"

static void assert_content(const char *expected, const char *name)
{
    size_t size = 0;
    char *actual = sowt_scratch_read(sowt_scratch_path(name), &size);
    assert_string_equal(expected, actual);
    free(actual);
}

static bool exists(const char *name)
{
    return access(sowt_scratch_path(name), F_OK) == 0;
}

/* A set of two parts, "a" and "b", and the index "i"; all are complete. */
static sowi_file_set *make_set(const char *content)
{
    static const char *const names[] = {"a", "b", "i"};
    sow_error error;
    sowi_file_set *set = NULL;
    assert_done(sowi_file_set_create(&set, sowt_scratch_path("set"), &error), &error);
    for (size_t i = 0; i < 3; i++) {
        sowi_atomic_file *file = NULL;
        assert_done(sowi_file_set_add(set, sowt_scratch_path(names[i]), 3, &file, &error), &error);
        assert_done(sowi_atomic_file_write(file, content, 3, &error), &error);
        assert_done(sowi_atomic_file_finish(file, &error), &error);
    }
    return set;
}

static void write_old(void)
{
    sowt_scratch_text("a", "old");
    sowt_scratch_text("b", "old");
    sowt_scratch_text("i", "old");
}

static void test_commit_puts_all_in_place(void **state)
{
    (void)state;
    sow_error error;
    sowt_scratch_text("a", "old");
    sowt_scratch_text("i", "old");
    sowi_file_set *set = make_set("new");
    assert_content("old", "a");
    assert_false(exists("b"));
    assert_content("old", "i");
    assert_int_equal(5, sowt_scratch_count());
    assert_done(sowi_file_set_commit(set, &error), &error);
    sowi_file_set_release(set);
    assert_content("new", "a");
    assert_content("new", "b");
    assert_content("new", "i");
    assert_int_equal(3, sowt_scratch_count());
    sowt_scratch_clear();
}

static void test_release_leaves_the_old_files(void **state)
{
    (void)state;
    write_old();
    sowi_file_set_release(make_set("new"));
    assert_content("old", "a");
    assert_content("old", "b");
    assert_content("old", "i");
    assert_int_equal(3, sowt_scratch_count());
    sowi_file_set_release(NULL);
    sowt_scratch_clear();
}

/* What stands in the way after the set was made has the n-th step of the commit fail. */
static void test_a_commit_that_fails_leaves_no_index(void **state)
{
    (void)state;
    static const char *const in_the_way[] = {"a", "b", "i"};
    for (size_t i = 0; i < 3; i++) {
        sow_error error;
        write_old();
        sowi_file_set *set = make_set("new");
        const char *path = sowt_scratch_path(in_the_way[i]);
        assert_int_equal(0, unlink(path));
        assert_int_equal(0, mkdir(path, 0700));
        assert_refused(SOW_ERR_FILE, sowi_file_set_commit(set, &error), &error, path);
        sowi_file_set_release(set);
        assert_int_equal(0, rmdir(path));
        /* the index is looked at first, and all is left as it is */
        assert_int_equal(i == 2, exists("a"));
        assert_int_equal(i != 1, exists("b"));
        assert_false(exists("i"));
        sowt_scratch_clear();
    }
}

static void test_add_refuses_what_is_no_regular_file(void **state)
{
    (void)state;
    sow_error error;
    sowi_file_set *set = NULL;
    sowi_atomic_file *file = NULL;
    assert_done(sowi_file_set_create(&set, sowt_scratch_path("set"), &error), &error);
    assert_refused(SOW_ERR_FILE, sowi_file_set_add(set, "/dev/null", 3, &file, &error), &error,
                   "(/dev/null): it is no regular file");
    assert_refused(SOW_ERR_FILE, sowi_file_set_add(set, "/", 3, &file, &error), &error, "(/)");
    assert_refused(SOW_ERR_FILE,
                   sowi_file_set_add(set, sowt_scratch_path("w"), UINT64_MAX, &file, &error),
                   &error, "w");
    assert_null(file);
    sowi_file_set_release(set);
    assert_int_equal(0, sowt_scratch_count());
}

static void test_create_sweeps_sets_of_any_size(void **state)
{
    (void)state;
    /* no process has the largest number */
    sowt_scratch_text(".set.2147483647-0.sowcl", "");
    sowt_scratch_text(".set.2147483647-99.sowcl", "");
    sowt_scratch_text(".set2.2147483647-0.sowcl", "");
    sowi_file_set_release(make_set("new"));
    assert_true(exists(".set2.2147483647-0.sowcl"));
    assert_int_equal(1, sowt_scratch_count());
    sowt_scratch_clear();
}

static void test_remove_file(void **state)
{
    (void)state;
    sow_error error;
    const char *path = sowt_scratch_text("a", "old");
    assert_done(sowi_remove_file(path, &error), &error);
    assert_int_equal(0, sowt_scratch_count());
    assert_done(sowi_remove_file(path, &error), &error);
    assert_refused(SOW_ERR_FILE, sowi_remove_file("/", &error), &error, "cannot remove (/)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commit_puts_all_in_place),
        cmocka_unit_test(test_release_leaves_the_old_files),
        cmocka_unit_test(test_a_commit_that_fails_leaves_no_index),
        cmocka_unit_test(test_add_refuses_what_is_no_regular_file),
        cmocka_unit_test(test_create_sweeps_sets_of_any_size),
        cmocka_unit_test(test_remove_file),
    };
    return SOWT_RUN(tests, sowt_scratch_remove);
}
