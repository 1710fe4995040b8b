/* Runs in blocks of many sizes: whatever the size, the results are those of one block; and what a run costs in
 * blocks. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "checkpoint_of.h"
#include "model/run.h"
#include "refusal.h"
#include "run_tests.h"
#include "scratch.h"
#include "sowcl/model.h"

/* In the order of the file, by dtype and name: f64, f32 (with tensors without elements first, in the middle
 * and last), i32, f16, u8. 48 + 4 * (7 * 41 + 5 * 3 + 1000 + 1) + 40 + 2 * (77 + 3 * 40) + 131 bytes. */
static const char model_text[] =
    "{\"format\": \"sowcl-model/1\", \"name\": \"m\", \"tensors\": ["
    "{\"name\": \"d\", \"shape\": [6], \"dtype\": \"f64\"},"
    "{\"name\": \"a\", \"shape\": [0, 3]}, {\"name\": \"b\", \"shape\": [7, 41], \"padding_idx\": "
    "3},"
    "{\"name\": \"c\", \"shape\": [5, 3], \"padding_idx\": 0}, {\"name\": \"e\", \"shape\": [0]},"
    "{\"name\": \"f\", \"shape\": [1000]}, {\"name\": \"g\", \"shape\": []},"
    "{\"name\": \"h\", \"shape\": [2, 0]}, {\"name\": \"i\", \"shape\": [10], \"dtype\": \"i32\"},"
    "{\"name\": \"j\", \"shape\": [77], \"dtype\": \"f16\"},"
    "{\"name\": \"k\", \"shape\": [3, 40], \"dtype\": \"bf16\", \"padding_idx\": 2},"
    "{\"name\": \"l\", \"shape\": [131], \"dtype\": \"u8\"}]}";
static const char recipe_text[] =
    "{\"format\": \"sowcl-recipe/1\", \"name\": \"r\", \"rules\": [{\"match\": \"[il]\", \"init\":"
    " \"ones\"}, {\"init\": \"normal(mean=3, std=0.5)\"}]}";
enum { DATA_BYTES = 48 + 4 * (7 * 41 + 5 * 3 + 1000 + 1) + 40 + 2 * (77 + 3 * 40) + 131 };

static sow_checkpoint *create(const char *text)
{
    return sowt_checkpoint_of(text, recipe_text);
}

typedef struct watch {
    uint64_t calls, done;
} watch;

static int look(void *user, uint64_t done, uint64_t total)
{
    watch *seen = user;
    assert_true(done >= seen->done && done <= total);
    seen->calls++;
    seen->done = done;
    return 0;
}

/* The results of a run: its file and what it notes of each tensor. */
typedef struct results {
    size_t size;
    char *file;
    sow_checkpoint_tensor tensors[12];
    uint8_t total[16];
} results;

static results take_results(const sow_checkpoint *checkpoint, const char *path)
{
    results taken;
    taken.file = sowt_scratch_read(path, &taken.size);
    for (size_t i = 0; i < 12; i++)
        taken.tensors[i] = *sow_checkpoint_tensor_at(checkpoint, i);
    sow_checkpoint_digest(checkpoint, taken.total);
    return taken;
}

static void assert_same(const results *expected, const results *actual)
{
    assert_int_equal(expected->size, actual->size);
    assert_memory_equal(expected->file, actual->file, expected->size);
    assert_memory_equal(expected->total, actual->total, 16);
    for (size_t i = 0; i < 12; i++) {
        const sow_checkpoint_tensor *a = &expected->tensors[i], *b = &actual->tensors[i];
        assert_memory_equal(a->digest, b->digest, 16);
        assert_true(a->measured_mean == b->measured_mean);
        assert_true(a->measured_std == b->measured_std);
    }
}

static void check_sizes(sow_checkpoint *checkpoint, const results *expected, sowi_run_sizes sizes,
                        uint32_t threads)
{
    watch seen = {0};
    sow_error error;
    const sow_run_options options = {
        .path = sowt_scratch_path("out"), .threads = threads, .progress = look, .user = &seen};
    assert_done(sowi_checkpoint_run_in_blocks(checkpoint, NULL, &options, sizes, &error), &error);
    results actual = take_results(checkpoint, options.path);
    assert_same(expected, &actual);
    free(actual.file);
    assert_int_equal(DATA_BYTES, seen.done);
    assert_true(seen.calls > DATA_BYTES / sizes.block.bytes);
}

static void test_blocks_of_any_size_give_the_same(void **state)
{
    (void)state;
    static const size_t bytes[] = {8, 16, 24, 104, 512, 4096, 1 << 20}, parts[] = {1, 2, 100};
    sow_checkpoint *checkpoint = create(model_text);
    sow_error error;
    assert_int_equal(DATA_BYTES, sow_checkpoint_bytes(checkpoint));
    const sow_run_options options = {.path = sowt_scratch_path("one")};
    assert_done(sow_checkpoint_run(checkpoint, NULL, &options, &error), &error);
    results expected = take_results(checkpoint, options.path);
    for (size_t i = 0; i < sizeof bytes / sizeof bytes[0]; i++)
        for (size_t j = 0; j < sizeof parts / sizeof parts[0]; j++) {
            const sowi_run_sizes few = {.block = {bytes[i], parts[j]}, .slots = 1};
            const sowi_run_sizes many = {.block = {bytes[i], parts[j]}, .slots = 5};
            check_sizes(checkpoint, &expected, few, 1);
            check_sizes(checkpoint, &expected, many, 1);
            check_sizes(checkpoint, &expected, many, 3);
        }
    free(expected.file);
    sow_checkpoint_release(checkpoint);
    sowt_scratch_clear();
}

/* Standard output is written straight to, so that the limit of a file's size is met at a write. */
static void test_writes_fail_at_every_block(void **state)
{
    (void)state;
    sow_checkpoint *checkpoint = create(model_text);
    const sowi_run_sizes small = {.block = {.bytes = 512}};
    const char *path = sowt_scratch_path("out");
    size_t size = 0;
    sow_error error;
    const sow_run_options whole = {.path = path}, standard = {.path = "-"};
    assert_done(sow_checkpoint_run(checkpoint, NULL, &whole, &error), &error);
    free(sowt_scratch_read(path, &size));
    const size_t header = size - DATA_BYTES;
    struct rlimit limit;
    assert_int_equal(0, getrlimit(RLIMIT_FSIZE, &limit));
    void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
    const int output = dup(STDOUT_FILENO);
    for (size_t room = 0; room < DATA_BYTES; room += 512) {
        watch seen = {0};
        sow_run_options options = standard;
        options.progress = look;
        options.user = &seen;
        const int file = open(path, O_WRONLY | O_TRUNC);
        assert_true(file >= 0 && dup2(file, STDOUT_FILENO) >= 0);
        const struct rlimit small_limit = {.rlim_cur = header + room + 1,
                                           .rlim_max = limit.rlim_max};
        assert_int_equal(0, setrlimit(RLIMIT_FSIZE, &small_limit));
        const sow_status status =
            sowi_checkpoint_run_in_blocks(checkpoint, NULL, &options, small, &error);
        assert_int_equal(0, setrlimit(RLIMIT_FSIZE, &limit));
        assert_true(dup2(output, STDOUT_FILENO) >= 0);
        assert_int_equal(0, close(file));
        assert_refused(SOW_ERR_FILE, status, &error, "File too large");
        assert_int_equal(room, seen.done);
    }
    assert_int_equal(0, close(output));
    signal(SIGXFSZ, before);
    sow_checkpoint_release(checkpoint);
    sowt_scratch_clear();
}

/* As many tensors of two elements. */
static sow_checkpoint *create_tiny(size_t count)
{
    static const char head[] = "{\"format\": \"sowcl-model/1\", \"name\": \"m\", \"tensors\": [",
                      tail[] = "{\"name\": \"z\", \"shape\": [2]}]}";
    enum { ENTRY_BYTES = 48 };
    char *text = malloc(sizeof head + sizeof tail + count * ENTRY_BYTES);
    assert_non_null(text);
    size_t used = (size_t)sprintf(text, "%s", head);
    for (size_t i = 0; i + 1 < count; i++)
        used += (size_t)sprintf(text + used, "{\"name\": \"t%zu\", \"shape\": [2]},", i);
    strcpy(text + used, tail);
    sow_checkpoint *checkpoint = create(text);
    free(text);
    return checkpoint;
}

/* A block holds some 4096 tensors, so ten times the tensors are ten times the blocks. */
static void test_tiny_tensors_share_blocks(void **state)
{
    (void)state;
    for (size_t count = 10000; count <= 100000; count *= 10) {
        sow_checkpoint *checkpoint = create_tiny(count);
        watch seen = {0};
        sow_error error;
        const sow_run_options options = {
            .path = sowt_scratch_path("out"), .progress = look, .user = &seen};
        assert_done(sow_checkpoint_run(checkpoint, NULL, &options, &error), &error);
        assert_int_equal(8 * count, seen.done);
        assert_in_range(seen.calls, 2, count / 4096 + 2);
        sow_checkpoint_release(checkpoint);
        sowt_scratch_clear();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks_of_any_size_give_the_same),
        cmocka_unit_test(test_writes_fail_at_every_block),
        cmocka_unit_test(test_tiny_tensors_share_blocks),
    };
    return SOWT_RUN(tests, sowt_scratch_remove);
}
