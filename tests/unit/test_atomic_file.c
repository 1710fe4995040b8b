#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model/atomic_file.h"
#include "refusal.h"
#include "run_tests.h"
#include "scratch.h"

static void assert_content(const char *expected, const char *path)
{
    size_t size = 0;
    char *actual = sowt_scratch_read(path, &size);
    assert_string_equal(expected, actual);
    assert_int_equal(strlen(expected), size);
    free(actual);
}

static sow_status write_whole(const char *path, const char *text, sow_error *error)
{
    sowi_atomic_file *file = NULL;
    sow_status status = sowi_atomic_file_create(&file, path, strlen(text), error);
    if (status == SOW_OK)
        status = sowi_atomic_file_write(file, text, strlen(text), error);
    if (status == SOW_OK)
        status = sowi_atomic_file_commit(file, error);
    sowi_atomic_file_release(file);
    return status;
}

static void test_commit_creates_and_replaces(void **state)
{
    (void)state;
    sow_error error;
    const char *path = sowt_scratch_path("new");
    const mode_t mask = umask(027);
    assert_done(write_whole(path, "first", &error), &error);
    umask(mask);
    assert_content("first", path);
    struct stat info;
    assert_int_equal(0, stat(path, &info));
    assert_int_equal(0640, info.st_mode & 0777);
    assert_done(write_whole(path, "second, longer", &error), &error);
    assert_content("second, longer", path);
    assert_done(write_whole(path, "", &error), &error);
    assert_content("", path);
    assert_int_equal(1, sowt_scratch_count());
    sowt_scratch_clear();
}

static void test_release_leaves_the_old_file(void **state)
{
    (void)state;
    sow_error error;
    const char *path = sowt_scratch_text("old", "old");
    sowi_atomic_file *file = NULL;
    assert_done(sowi_atomic_file_create(&file, path, 3, &error), &error);
    assert_int_equal(2, sowt_scratch_count());
    assert_content("old", path);
    assert_done(sowi_atomic_file_write(file, "new", 3, &error), &error);
    sowi_atomic_file_release(file);
    assert_content("old", path);
    assert_int_equal(1, sowt_scratch_count());
    sowi_atomic_file_release(NULL);
    sowt_scratch_clear();
}

static void test_create_names_the_path_that_fails(void **state)
{
    (void)state;
    sow_error error;
    sowi_atomic_file *file = NULL;
    const char *path = sowt_scratch_path("missing/file");
    assert_refused(SOW_ERR_FILE, sowi_atomic_file_create(&file, path, 3, &error), &error, path);
    assert_non_null(strstr(error.text, "No such file"));
    assert_null(file);
    assert_refused(SOW_ERR_FILE, sowi_atomic_file_create(&file, "/", 3, &error), &error,
                   "Is a directory");
}

static void test_a_link_is_replaced_and_its_target_untouched(void **state)
{
    (void)state;
    sow_error error;
    char target[600];
    strcpy(target, sowt_scratch_text("target", "precious"));
    const char *link = sowt_scratch_path("link");
    assert_int_equal(0, symlink(target, link));
    assert_done(write_whole(link, "new", &error), &error);
    assert_content("precious", target);
    assert_content("new", link);
    struct stat info;
    assert_int_equal(0, lstat(link, &info));
    assert_true(S_ISREG(info.st_mode));
    sowt_scratch_clear();
}

static void test_no_room_is_known_before_any_write(void **state)
{
    (void)state;
    sow_error error;
    const char *path = sowt_scratch_text("old", "old");
    struct rlimit limit;
    assert_int_equal(0, getrlimit(RLIMIT_FSIZE, &limit));
    const struct rlimit small = {.rlim_cur = 4096, .rlim_max = limit.rlim_max};
    assert_int_equal(0, setrlimit(RLIMIT_FSIZE, &small));
    void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
    sowi_atomic_file *file = NULL;
    const sow_status status = sowi_atomic_file_create(&file, path, 1 << 20, &error);
    assert_int_equal(0, setrlimit(RLIMIT_FSIZE, &limit));
    signal(SIGXFSZ, before);
    assert_refused(SOW_ERR_FILE, status, &error, path);
    assert_refused(SOW_ERR_FILE, status, &error, "1048576 bytes");
    assert_null(file);
    assert_content("old", path);
    assert_int_equal(1, sowt_scratch_count());
    assert_refused(SOW_ERR_FILE, sowi_atomic_file_create(&file, path, UINT64_MAX, &error), &error,
                   path);
    assert_int_equal(1, sowt_scratch_count());
    sowt_scratch_clear();
}

static void test_devices_are_written_straight(void **state)
{
    (void)state;
    sow_error error;
    assert_done(write_whole("/dev/null", "gone", &error), &error);
    if (access("/dev/full", W_OK) != 0)
        sowt_skip("there is no /dev/full");
    assert_refused(SOW_ERR_FILE, write_whole("/dev/full", "gone", &error), &error,
                   "No space left on device");
    struct stat info;
    assert_int_equal(0, stat("/dev/full", &info));
    assert_true(S_ISCHR(info.st_mode));
}

static void test_pipes_are_written_straight(void **state)
{
    (void)state;
    sow_error error;
    const char *path = sowt_scratch_path("pipe");
    assert_int_equal(0, mkfifo(path, 0600));
    const int reader = open(path, O_RDONLY | O_NONBLOCK);
    assert_true(reader >= 0);
    assert_done(write_whole(path, "through", &error), &error);
    char text[16] = "";
    assert_int_equal(7, read(reader, text, sizeof text));
    assert_string_equal("through", text);

    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    sowi_atomic_file *file = NULL;
    assert_done(sowi_atomic_file_create(&file, path, 3, &error), &error);
    close(reader);
    assert_refused(SOW_ERR_PIPE, sowi_atomic_file_write(file, "new", 3, &error), &error, path);
    sowi_atomic_file_release(file);
    signal(SIGPIPE, before);
    struct stat info;
    assert_int_equal(0, stat(path, &info));
    assert_true(S_ISFIFO(info.st_mode));
    sowt_scratch_clear();
}

static void test_standard_output(void **state)
{
    (void)state;
    sow_error error;
    const char *path = sowt_scratch_path("out");
    fflush(stdout);
    const int saved = dup(STDOUT_FILENO);
    const int file = open(path, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(STDOUT_FILENO, dup2(file, STDOUT_FILENO));
    close(file);
    const sow_status dash = write_whole("-", "one", &error);
    const sow_status device = write_whole("/dev/stdout", "two", &error);
    close(STDOUT_FILENO);
    const sow_status closed = write_whole("-", "three", &error);
    assert_int_equal(STDOUT_FILENO, dup2(saved, STDOUT_FILENO));
    close(saved);
    assert_int_equal(SOW_OK, dash);
    assert_int_equal(SOW_OK, device);
    assert_refused(SOW_ERR_FILE, closed, &error, "standard output");
    assert_content("onetwo", path);
    sowt_scratch_clear();
}

/* The process id of a child that has ended. */
static long dead_process(void)
{
    const pid_t child = fork();
    if (child == 0)
        _exit(0);
    assert_int_equal(child, waitpid(child, NULL, 0));
    return (long)child;
}

static void test_create_sweeps_what_dead_processes_left(void **state)
{
    (void)state;
    sow_error error;
    char dead[64], alive[64], other[64];
    const long process = dead_process();
    snprintf(dead, sizeof dead, ".file.%ld-0.sowcl", process);
    snprintf(alive, sizeof alive, ".file.%ld-0.sowcl", (long)getppid());
    snprintf(other, sizeof other, ".file2.%ld-0.sowcl", process);
    sowt_scratch_text(dead, "");
    sowt_scratch_text(alive, "");
    sowt_scratch_text(other, "");
    sowt_scratch_text(".file.notes.sowcl", "");
    assert_done(write_whole(sowt_scratch_path("file"), "new", &error), &error);
    assert_int_equal(-1, access(sowt_scratch_path(dead), F_OK));
    assert_int_equal(0, access(sowt_scratch_path(alive), F_OK));
    assert_int_equal(0, access(sowt_scratch_path(other), F_OK));
    assert_int_equal(4, sowt_scratch_count());
    sowt_scratch_clear();
}

static void test_a_killed_writer_leaves_the_old_file(void **state)
{
    (void)state;
    sow_error error;
    const char *path = sowt_scratch_text("kept", "old");
    const pid_t child = fork();
    if (child == 0) {
        sowi_atomic_file *file = NULL;
        if (sowi_atomic_file_create(&file, path, 8, NULL) == SOW_OK &&
            sowi_atomic_file_write(file, "half", 4, NULL) == SOW_OK)
            raise(SIGKILL);
        _exit(1);
    }
    int status = 0;
    assert_int_equal(child, waitpid(child, &status, 0));
    assert_true(WIFSIGNALED(status));
    assert_content("old", path);
    assert_int_equal(2, sowt_scratch_count());
    assert_done(write_whole(path, "new", &error), &error);
    assert_content("new", path);
    assert_int_equal(1, sowt_scratch_count());
    sowt_scratch_clear();
}

static void test_two_writers_of_one_target(void **state)
{
    (void)state;
    sow_error error;
    const char *path = sowt_scratch_path("both");
    sowi_atomic_file *first = NULL, *second = NULL;
    assert_done(sowi_atomic_file_create(&first, path, 1, &error), &error);
    assert_done(sowi_atomic_file_create(&second, path, 1, &error), &error);
    assert_done(sowi_atomic_file_write(first, "1", 1, &error), &error);
    assert_done(sowi_atomic_file_write(second, "2", 1, &error), &error);
    assert_done(sowi_atomic_file_commit(second, &error), &error);
    assert_content("2", path);
    assert_done(sowi_atomic_file_commit(first, &error), &error);
    assert_content("1", path);
    sowi_atomic_file_release(first);
    sowi_atomic_file_release(second);
    assert_int_equal(1, sowt_scratch_count());
    sowt_scratch_clear();
}

static void test_long_names(void **state)
{
    (void)state;
    sow_error error;
    char name[251];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    const char *path = sowt_scratch_path(name);
    assert_done(write_whole(path, "long", &error), &error);
    assert_content("long", path);
    sowt_scratch_clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commit_creates_and_replaces),
        cmocka_unit_test(test_release_leaves_the_old_file),
        cmocka_unit_test(test_create_names_the_path_that_fails),
        cmocka_unit_test(test_a_link_is_replaced_and_its_target_untouched),
        cmocka_unit_test(test_no_room_is_known_before_any_write),
        cmocka_unit_test(test_devices_are_written_straight),
        cmocka_unit_test(test_pipes_are_written_straight),
        cmocka_unit_test(test_standard_output),
        cmocka_unit_test(test_create_sweeps_what_dead_processes_left),
        cmocka_unit_test(test_a_killed_writer_leaves_the_old_file),
        cmocka_unit_test(test_two_writers_of_one_target),
        cmocka_unit_test(test_long_names),
    };
    return SOWT_RUN(tests, sowt_scratch_remove);
}
