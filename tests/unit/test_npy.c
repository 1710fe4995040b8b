#include <stdlib.h>
#include <unistd.h>

#include "model/npy.h"
#include "refusal.h"
#include "run_tests.h"
#include "scratch.h"
#include "sowcl/model.h"

static const float values[6] = {0, 1, 2, 3, 4, 5};

static sow_saved_tensor sample(void)
{
    return (sow_saved_tensor){
        .dtype = SOW_F32, .rank = 2, .shape = {2, 3}, .data = values, .seed = 7};
}

static void test_save_writes_numpys_bytes(void **state)
{
    (void)state;
    const sow_saved_tensor tensor = sample();
    sow_error error;
    const char *path = sowt_scratch_path("t.npy");
    assert_done(sow_save(path, &tensor, &error), &error);
    size_t size = 0;
    char *bytes = sowt_scratch_read(path, &size);
    char expected[128];
    memset(expected, ' ', sizeof expected);
    memcpy(expected, "\x93NUMPY\x01\x00\x76\x00", 10);
    const char text[] = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
    memcpy(expected + 10, text, strlen(text));
    expected[127] = '\n';
    assert_int_equal(128 + sizeof values, size);
    assert_memory_equal(expected, bytes, 128);
    assert_memory_equal(values, bytes + 128, sizeof values);
    free(bytes);
    sowt_scratch_clear();
}

static void test_save_bytes(void **state)
{
    (void)state;
    sow_error error;
    const char *path = sowt_scratch_path("page.html"),
               *nowhere = sowt_scratch_path("none/page.html");
    size_t size = 0;
    assert_done(sow_save_bytes(path, "an older page", 13, &error), &error);
    assert_done(sow_save_bytes(path, "a\0page", 6, &error), &error);
    char *bytes = sowt_scratch_read(path, &size);
    assert_int_equal(6, size);
    assert_memory_equal("a\0page", bytes, 6);
    free(bytes);
    assert_refused(SOW_ERR_FILE, sow_save_bytes(nowhere, "a", 1, &error), &error, "none");
    assert_refused(SOW_ERR_FILE, sow_save_bytes("/dev/full", "a", 1, &error), &error, "/dev/full");
    assert_refused(SOW_ERR_ARGUMENT, sow_save_bytes(NULL, "a", 1, &error), &error, "NULL");
    assert_refused(SOW_ERR_ARGUMENT, sow_save_bytes(path, NULL, 1, &error), &error, "NULL");
    assert_int_equal(1, sowt_scratch_count());
    assert_done(sow_save_bytes(path, NULL, 0, &error), &error);
    free(sowt_scratch_read(path, &size));
    assert_int_equal(0, size);
    sowt_scratch_clear();
}

static void total_of(const char *path, uint8_t total[16])
{
    sow_file_digest *file = NULL;
    sow_error error;
    assert_done(sow_file_digest_read(&file, path, &error), &error);
    assert_int_equal(1, sow_file_digest_count(file));
    assert_string_equal("tensor", sow_file_digest_name(file, 0));
    uint8_t expected[16], actual[16];
    sow_digest_bytes(values, sizeof values, expected);
    sow_file_digest_at(file, 0, actual);
    assert_memory_equal(expected, actual, 16);
    sow_file_digest_total(file, total);
    sow_file_digest_release(file);
}

static void test_both_formats_have_one_digest(void **state)
{
    (void)state;
    const sow_saved_tensor tensor = sample();
    uint8_t npy[16], safetensors[16];
    sow_error error;
    assert_done(sow_save(sowt_scratch_path("t.npy"), &tensor, &error), &error);
    assert_done(sow_save(sowt_scratch_path("t.safetensors"), &tensor, &error), &error);
    total_of(sowt_scratch_path("t.npy"), npy);
    total_of(sowt_scratch_path("t.safetensors"), safetensors);
    assert_memory_equal(npy, safetensors, 16);
    sowt_scratch_clear();
}

static void test_save_every_dtype_and_rank(void **state)
{
    (void)state;
    static const uint64_t zeros[4];
    for (int dtype = SOW_F32; dtype <= SOW_BOOL; dtype++)
        for (uint32_t rank = 0; rank <= SOW_MAX_RANK; rank++) {
            const sow_saved_tensor tensor = {.dtype = (sow_dtype)dtype,
                                             .rank = rank,
                                             .shape = {1, 1, 1, 1, 1, 1, 1, 1},
                                             .data = zeros};
            const char *path = sowt_scratch_path("t.npy");
            sow_error error;
            if (dtype == SOW_BF16) {
                assert_refused(SOW_ERR_DTYPE, sow_save(path, &tensor, &error), &error, "(BF16)");
                continue;
            }
            assert_done(sow_save(path, &tensor, &error), &error);
            sowi_input input;
            sowi_npy header;
            assert_done(sowi_input_open(&input, path, &error), &error);
            assert_done(sowi_npy_read(&header, &input, &error), &error);
            sowi_input_close(&input);
            assert_ptr_equal(sowi_safetensors_dtype_of((sow_dtype)dtype), header.dtype);
            assert_int_equal(rank, header.rank);
            assert_int_equal(sow_dtype_size((sow_dtype)dtype), header.data_bytes);
        }
    sowt_scratch_clear();
}

static void test_save_refuses(void **state)
{
    (void)state;
    sow_saved_tensor tensor = sample();
    sow_error error;
    assert_refused(SOW_ERR_ARGUMENT, sow_save(sowt_scratch_path("t.txt"), &tensor, &error), &error,
                   "t.txt): .safetensors, .npy or -");
    assert_refused(SOW_ERR_ARGUMENT, sow_save(NULL, &tensor, &error), &error, "NULL");
    assert_refused(SOW_ERR_ARGUMENT, sow_save("t.npy", NULL, &error), &error, "NULL");
    assert_refused(SOW_ERR_FILE, sow_save("/no/such/t.npy", &tensor, &error), &error,
                   "(/no/such/t.npy)");
    tensor.data = NULL;
    assert_refused(SOW_ERR_ARGUMENT, sow_save(sowt_scratch_path("t.npy"), &tensor, &error), &error,
                   "not in memory");
    tensor = sample();
    tensor.name = "\xff";
    assert_refused(SOW_ERR_ARGUMENT, sow_save(sowt_scratch_path("t.safetensors"), &tensor, &error),
                   &error, "UTF-8");
    tensor = sample();
    tensor.rank = SOW_MAX_RANK + 1;
    assert_refused(SOW_ERR_SHAPE, sow_save(sowt_scratch_path("t.npy"), &tensor, &error), &error,
                   "cannot be saved");
    assert_int_equal(0, sowt_scratch_count());
}

/* Writes a .npy file of one byte of data with the given dictionary. */
static const char *write_npy(int version, const char *dictionary)
{
    char bytes[512] = "\x93NUMPY";
    const size_t length = strlen(dictionary), prefix = version == 1 ? 10 : 12;
    bytes[6] = (char)version;
    bytes[8] = (char)(length & 0xff);
    bytes[9] = (char)(length >> 8);
    memcpy(bytes + prefix, dictionary, length);
    return sowt_scratch_write("t.npy", bytes, prefix + length + 1);
}

static void test_read_takes_all_versions_and_orders(void **state)
{
    (void)state;
    static const char *const good[] = {
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }\n",
        "{\"shape\":(1,),\"descr\":\"|u1\",\"fortran_order\":False}",
        "{'descr': '|b1', 'fortran_order': False, 'shape': ()}   \n",
        "{'descr': '<i1', 'fortran_order': False, 'shape': (1, 1)}",
    };
    for (int version = 1; version <= 3; version++)
        for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
            sow_file_digest *file = NULL;
            sow_error error;
            assert_done(sow_file_digest_read(&file, write_npy(version, good[i]), &error), &error);
            sow_file_digest_release(file);
        }
    sowt_scratch_clear();
}

#define HEADER(descr, order, shape) \
    "{'descr': " descr ", 'fortran_order': " order ", 'shape': " shape ", }"

static void test_read_refuses(void **state)
{
    (void)state;
    static const struct {
        const char *dictionary, *part;
    } rows[] = {
        {HEADER("'>u2'", "False", "(1,)"), "(>u2): little-endian"},
        {HEADER("'|O'", "False", "(1,)"), "('|O'"},
        {HEADER("'|f4'", "False", "(1,)"), "(|f4)"},
        {HEADER("[('a', '<f4')]", "False", "(1,)"), "([('a'"},
        {HEADER("'|u1'", "True", "(1,)"), "(True"},
        {HEADER("'|u1'", "False", "(-1,)"), "((-1,)"},
        {HEADER("'|u1'", "False", "1"), "(1, }"},
        {HEADER("'|u1'", "False", "(99999999999999999999,)"), "((99999999999999999999"},
        {HEADER("'|u1'", "False", "(4294967296, 4294967296)"), "too large"},
        {HEADER("'|u1'", "False", "(2,)"), "(1 bytes of data): the header tells of 2"},
        {HEADER("'|u1'", "False", "(0,)"), "(1 bytes of data): the header tells of 0"},
        {"{'descr': '|u1', 'shape': (1,), }", "descr, fortran_order and shape"},
        {"{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (1,), }",
         "descr, fortran_order and shape"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (1,), 'x': 1}",
         "descr, fortran_order and shape"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (1,), } x",
         "descr, fortran_order and shape"},
        {"", "descr, fortran_order and shape"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        sow_file_digest *file = NULL;
        sow_error error;
        const char *path = write_npy(1, rows[i].dictionary);
        const sow_status status = sow_file_digest_read(&file, path, &error);
        assert_refused(SOW_ERR_FORMAT, status, &error, rows[i].part);
        assert_refused(SOW_ERR_FORMAT, status, &error, path);
        assert_null(file);
    }
    sow_file_digest *file = NULL;
    sow_error error;
    assert_refused(SOW_ERR_FORMAT, sow_file_digest_read(&file, write_npy(4, "{}"), &error), &error,
                   "version (4)");
    assert_refused(
        SOW_ERR_FORMAT,
        sow_file_digest_read(
            &file, sowt_scratch_write("huge.npy", "\x93NUMPY\x02\0\xff\xff\xff\xff", 12), &error),
        &error, "(4294967295)");
    sowt_scratch_clear();
}

static void test_every_cut_is_refused(void **state)
{
    (void)state;
    const sow_saved_tensor tensor = sample();
    sow_error error;
    const char *path = sowt_scratch_path("t.npy");
    assert_done(sow_save(path, &tensor, &error), &error);
    size_t size = 0;
    char *bytes = sowt_scratch_read(path, &size);
    for (size_t length = 0; length < size; length++) {
        sow_file_digest *file = NULL;
        path = sowt_scratch_write("cut.npy", bytes, length);
        assert_refused(SOW_ERR_FORMAT, sow_file_digest_read(&file, path, &error), &error, path);
    }
    free(bytes);
    sowt_scratch_clear();
}

/* As above, but nothing is known of the size. */
static void test_pipes_are_checked_to_their_end(void **state)
{
    (void)state;
    const sow_saved_tensor tensor = sample();
    sow_error error;
    const char *path = sowt_scratch_path("t.safetensors");
    assert_done(sow_save(path, &tensor, &error), &error);
    size_t size = 0;
    char *bytes = sowt_scratch_read(path, &size);
    const int saved = dup(STDIN_FILENO);
    for (int change = -1; change <= 1; change++) {
        int ends[2];
        assert_int_equal(0, pipe(ends));
        const size_t length = change < 0 ? size - 1 : size + (size_t)change;
        assert_int_equal(length, write(ends[1], bytes, length)); /* a NUL follows the bytes */
        close(ends[1]);
        assert_int_equal(STDIN_FILENO, dup2(ends[0], STDIN_FILENO));
        close(ends[0]);
        sow_file_digest *file = NULL;
        const sow_status status = sow_file_digest_read(&file, "-", &error);
        if (change == 0)
            assert_done(status, &error);
        else
            assert_refused(SOW_ERR_FORMAT, status, &error,
                           change < 0 ? "ends in tensor 'tensor'" : "after the last tensor");
        sow_file_digest_release(file);
    }
    assert_int_equal(STDIN_FILENO, dup2(saved, STDIN_FILENO));
    close(saved);
    free(bytes);
    sowt_scratch_clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_save_writes_numpys_bytes),
        cmocka_unit_test(test_save_bytes),
        cmocka_unit_test(test_both_formats_have_one_digest),
        cmocka_unit_test(test_save_every_dtype_and_rank),
        cmocka_unit_test(test_save_refuses),
        cmocka_unit_test(test_read_takes_all_versions_and_orders),
        cmocka_unit_test(test_read_refuses),
        cmocka_unit_test(test_every_cut_is_refused),
        cmocka_unit_test(test_pipes_are_checked_to_their_end),
    };
    return SOWT_RUN(tests, sowt_scratch_remove);
}
