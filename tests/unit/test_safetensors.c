#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "model/safetensors.h"
#include "refusal.h"
#include "run_tests.h"
#include "scratch.h"
#include "sowcl/model.h"

/* A file of a header and size bytes of data (zeros); its path. */
static const char *write_file(const char *header, size_t size)
{
    const uint64_t length = strlen(header);
    char *bytes = calloc(1, 8 + length + size + 1);
    assert_non_null(bytes);
    for (int i = 0; i < 8; i++)
        bytes[i] = (char)(length >> (8 * i) & 0xff);
    memcpy(bytes + 8, header, length);
    const char *path = sowt_scratch_write("file.safetensors", bytes, 8 + length + size);
    free(bytes);
    return path;
}

static sow_status read_header(const char *path, sowi_safetensors *header, sow_error *error)
{
    sowi_input input;
    sow_status status = sowi_input_open(&input, path, error);
    if (status == SOW_OK)
        status = sowi_safetensors_read(header, &input, error);
    sowi_input_close(&input);
    return status;
}

static void test_read_takes_what_the_reference_takes(void **state)
{
    (void)state;
    static const struct {
        size_t count, bytes;
        const char *header;
    } rows[] = {
        {0, 0, "{}"},
        {0, 0, "{}      "},
        {0, 0, "{\"__metadata__\":{\"format\":\"pt\"}}"},
        {1, 4, "{\"scalar\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}"},
        {1, 0, "{\"none\":{\"dtype\":\"F32\",\"shape\":[3,0],\"data_offsets\":[0,0]}}"},
        {2, 6,
         "{\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[2,6]}, "
         "\"a\":{\"shape\":[1],\"data_offsets\":[0,2],\"dtype\":\"F16\"}}"},
        {3, 4,
         "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
         "\"e\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[4,4]},"
         "\"d\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}"},
        {2, 4,
         "{\"four\":{\"dtype\":\"F4\",\"shape\":[2],\"data_offsets\":[0,1]},"
         "\"six\":{\"dtype\":\"F6_E2M3\",\"shape\":[4],\"data_offsets\":[1,4]}}"},
        {1, 1,
         "{\"deep\":{\"dtype\":\"BOOL\",\"shape\":[1,1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,1]}}"},
        {1, 1, "{\"\":{\"dtype\":\"F8_E4M3\",\"shape\":[1],\"data_offsets\":[0,1]}}"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        sowi_safetensors header;
        sow_error error;
        const char *path = write_file(rows[i].header, rows[i].bytes);
        assert_done(read_header(path, &header, &error), &error);
        assert_int_equal(rows[i].count, header.count);
        assert_int_equal(rows[i].bytes, header.data_bytes);
        for (size_t j = 1; j < header.count; j++)
            assert_int_equal(header.tensors[j - 1].end, header.tensors[j].begin);
        sowi_safetensors_clear(&header);
        sow_file_digest *file = NULL;
        assert_done(sow_file_digest_read(&file, path, &error), &error);
        assert_int_equal(rows[i].count, sow_file_digest_count(file));
        sow_file_digest_release(file);
    }
    sowt_scratch_clear();
}

#define ENTRY(name, dtype, shape, offsets) \
    "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":[" shape "],\"data_offsets\":[" offsets "]}"

static void test_read_refuses_bad_headers(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        size_t bytes;
        const char *part;
    } rows[] = {
        {" {}", 0, "byte 0x20"},
        {"[]", 0, "byte 0x5b"},
        {"{} x", 0, "not valid JSON"},
        {"{\"a\":1", 0, "not valid JSON"},
        {"{\"\xff\":{}}", 0, "not valid JSON"},
        {"{\"a\\u0000\":{}}", 0, "not valid JSON"},
        {"{\"a\":1}", 0, "not an object (1)"},
        {"{\"__metadata__\":1}", 0, "not an object (1)"},
        {"{\"__metadata__\":{\"a\":1}}", 0, "(1 under a)"},
        {"{\"__metadata__\":{},\"__metadata__\":{}}", 0, "duplicate"},
        {"{" ENTRY("a", "F32", "1", "0,4") "," ENTRY("a", "F32", "1", "4,8") "}", 8, "duplicate"},
        {"{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4,
         "duplicate"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}}", 4, "(x)"},
        {"{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "(dtype)"},
        {"{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "(shape)"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "(data_offsets)"},
        {"{\"a\":{\"dtype\":1,\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "dtype (1)"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":4,\"data_offsets\":[0,4]}}", 4, "shape (4)"},
        {"{" ENTRY("a", "F33", "1", "0,4") "}", 4, "(F33)"},
        {"{" ENTRY("a", "f32", "1", "0,4") "}", 4, "(f32)"},
        {"{" ENTRY("a", "F32", "-1", "0,4") "}", 4, "(-1)"},
        {"{" ENTRY("a", "F32", "1.0", "0,4") "}", 4, "(1)"},
        {"{" ENTRY("a", "F32", "\\\"1\\\"", "0,4") "}", 4, "not valid JSON"},
        {"{" ENTRY("a", "F32", "[1]", "0,4") "}", 4, "(a list)"},
        {"{" ENTRY("a", "F32", "99999999999999999999", "0,4") "}", 4, "not valid JSON"},
        {"{" ENTRY("a", "F32", "4611686018427387904,4611686018427387904", "0,4") "}", 4, "2^61"},
        {"{" ENTRY("a", "F32", "2,9223372036854775807", "0,4") "}", 4, "2^61"},
        {"{" ENTRY("a", "F4", "3", "0,2") "}", 2, "whole bytes"},
        {"{" ENTRY("a", "F32", "1", "0,8") "}", 8, "(0, 8): shape and dtype take 4"},
        {"{" ENTRY("a", "F32", "2", "0,4") "}", 4, "(0, 4): shape and dtype take 8"},
        {"{" ENTRY("a", "F32", "1", "4,0") "}", 4, "(4, 0)"},
        {"{" ENTRY("a", "F32", "1", "0") "}", 4, "(1 numbers)"},
        {"{" ENTRY("a", "F32", "1", "0,4,8") "}", 4, "(3 numbers)"},
        {"{" ENTRY("a", "F32", "1", "0,-4") "}", 4, "(-4)"},
        {"{" ENTRY("a", "F32", "1", "4,8") "}", 8, "a gap before its data (4): 0"},
        {"{" ENTRY("a", "F32", "1", "0,4") "," ENTRY("b", "F32", "1", "8,12") "}", 12,
         "'b': a gap before its data (8): 4"},
        {"{" ENTRY("a", "F32", "2", "0,8") "," ENTRY("b", "F32", "1", "4,8") "}", 8,
         "'b': an overlap before its data (4): 8"},
        {"{" ENTRY("a", "F32", "1", "0,4") "," ENTRY("b", "F32", "1", "0,4") "}", 4, "an overlap"},
        {"{" ENTRY("a", "F32", "1", "0,4") "}", 5, "(5 bytes of data)"},
        {"{" ENTRY("a", "F32", "1", "0,4") "}", 3, "(3 bytes of data)"},
        {"{}", 1, "(1 bytes of data)"},
        {"{" ENTRY("\\u001b[31m", "F33", "1", "0,4") "}", 4, "'\\x1b[31m'"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        sowi_safetensors header;
        sow_error error = {0};
        const char *path = write_file(rows[i].header, rows[i].bytes);
        const sow_status status = read_header(path, &header, &error);
        assert_refused(SOW_ERR_FORMAT, status, &error, rows[i].part);
        assert_refused(SOW_ERR_FORMAT, status, &error, path);
        assert_true(header.tensors == NULL && header.arena.blocks == NULL && header.count == 0);
    }
    sowt_scratch_clear();
}

static void test_read_refuses_bad_lengths(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        const char *part;
    } rows[] = {
        {"", 0, "(0 bytes)"},
        {"1234567", 7, "(7 bytes)"},
        {"\0\0\0\0\0\0\0\0{}", 10, "(0)"},
        {"\x03\0\0\0\0\0\0\0{}", 10, "(3): the file has 10"},
        {"\xff\xff\xff\xff\xff\xff\xff\x7f{}", 10, "(9223372036854775807)"},
        {"\xff\xff\xff\xff\xff\xff\xff\xff{}", 10, "(18446744073709551615)"},
        {"\x01\xe1\xf5\x05\0\0\0\0{}", 10, "(100000001)"},
        {"\x00\xe1\xf5\x05\0\0\0\0{}", 10, "(100000000): the file has 10"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        sowi_safetensors header;
        sow_error error = {0};
        const char *path = sowt_scratch_write("file", rows[i].bytes, rows[i].size);
        assert_refused(SOW_ERR_FORMAT, read_header(path, &header, &error), &error, rows[i].part);
    }
    sowt_scratch_clear();
}

static void test_read_bounds_nesting(void **state)
{
    (void)state;
    enum { DEEP = 1000000 };
    char *header = malloc(DEEP + 16);
    assert_non_null(header);
    const int head = sprintf(header, "{\"a\":");
    memset(header + head, '[', DEEP);
    header[head + DEEP] = '\0';
    sowi_safetensors parsed;
    sow_error error;
    assert_refused(SOW_ERR_FORMAT, read_header(write_file(header, 0), &parsed, &error), &error,
                   "depth");
    free(header);
    sowt_scratch_clear();
}

static void test_header_is_the_references(void **state)
{
    (void)state;
    const uint64_t shape[] = {2, 3};
    const sowi_safetensors_tensor tensors[] = {
        {"w\"\\/\n\x01\x7f\xc3\xa9", sowi_safetensors_dtype_named("F32"), 2, shape, 0, 24},
        {"s", sowi_safetensors_dtype_named("U8"), 0, NULL, 24, 25},
    };
    sowi_metadata metadata[] = {{"sowcl.seed", "1"}, {"format", "pt"}};
    char *bytes = NULL;
    size_t size = 0;
    sow_error error;
    assert_done(sowi_safetensors_header(&bytes, &size, metadata, 2, tensors, 2, &error), &error);
    const char expected[] =
        "{\"__metadata__\":{\"format\":\"pt\",\"sowcl.seed\":\"1\"},"
        "\"w\\\"\\\\/\\n\\u0001\x7f\xc3\xa9\":{\"dtype\":\"F32\",\"shape\":[2,3],"
        "\"data_offsets\":[0,24]},\"s\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[24,25]}}";
    assert_int_equal(0, size % 8);
    assert_in_range(size - 8 - strlen(expected), 0, 7);
    assert_int_equal(size - 8, (unsigned char)bytes[0] + 256 * (unsigned char)bytes[1]);
    assert_memory_equal(expected, bytes + 8, strlen(expected));
    for (size_t i = 8 + strlen(expected); i < size; i++)
        assert_int_equal(' ', bytes[i]);
    free(bytes);

    assert_done(sowi_safetensors_header(&bytes, &size, NULL, 0, NULL, 0, &error), &error);
    assert_int_equal(16, size);
    assert_memory_equal("\x08\0\0\0\0\0\0\0{}      ", bytes, size);
    free(bytes);
}

static void test_header_refuses_names(void **state)
{
    (void)state;
    char *bytes = NULL;
    size_t size = 0;
    sow_error error;
    sowi_safetensors_tensor tensor = {"\xff", sowi_safetensors_dtype_named("U8"), 0, NULL, 0, 1};
    sowi_metadata metadata[] = {{"recipe", "\xc3("}};
    assert_refused(SOW_ERR_ARGUMENT,
                   sowi_safetensors_header(&bytes, &size, NULL, 0, &tensor, 1, &error), &error,
                   "UTF-8");
    tensor.name = "__metadata__";
    assert_refused(SOW_ERR_ARGUMENT,
                   sowi_safetensors_header(&bytes, &size, NULL, 0, &tensor, 1, &error), &error,
                   "(__metadata__)");
    assert_refused(SOW_ERR_ARGUMENT,
                   sowi_safetensors_header(&bytes, &size, metadata, 1, NULL, 0, &error), &error,
                   "UTF-8");
    assert_null(bytes);
}

static uint64_t random_state;

/* splitmix64 */
static uint64_t next_random(uint64_t bound)
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % bound;
}

enum { RANDOM_TENSORS = 8, RANDOM_RANK = 5, RANDOM_NAME = 24 };

typedef struct random_file {
    sowi_safetensors_tensor tensors[RANDOM_TENSORS];
    uint64_t shapes[RANDOM_TENSORS][RANDOM_RANK];
    char names[RANDOM_TENSORS][RANDOM_NAME];
    size_t count;
    uint64_t bytes;
} random_file;

static void make_random(random_file *file)
{
    static const char *const dtypes[] = {"BOOL", "U8",  "I8",  "F8_E5M2", "I16", "U16", "F16",
                                         "BF16", "I32", "U32", "F32",     "C64", "F64", "U64"};
    static const char *const pieces[] = {"a", ".", "\"", "\\", "\n", "\x01", "\xc3\xa9", "{", "/"};
    file->count = next_random(RANDOM_TENSORS + 1);
    file->bytes = 0;
    for (size_t i = 0; i < file->count; i++) {
        sowi_safetensors_tensor *tensor = &file->tensors[i];
        int used = sprintf(file->names[i], "%zu", i);
        for (uint64_t n = next_random(8); n != 0; n--)
            used += sprintf(file->names[i] + used, "%s", pieces[next_random(9)]);
        *tensor = (sowi_safetensors_tensor){
            .name = file->names[i],
            .dtype = sowi_safetensors_dtype_named(dtypes[next_random(14)]),
            .rank = next_random(RANDOM_RANK + 1),
            .shape = file->shapes[i]};
        uint64_t size = tensor->dtype->bits / 8;
        for (size_t j = 0; j < tensor->rank; j++)
            size *= file->shapes[i][j] = next_random(5);
        tensor->begin = file->bytes;
        tensor->end = file->bytes += size;
    }
}

/* An independent look: jansson alone. */
static void assert_described(const random_file *file, const char *text, size_t size)
{
    json_t *root = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    assert_int_equal(file->count, json_object_size(root));
    for (size_t i = 0; i < file->count; i++) {
        const sowi_safetensors_tensor *tensor = &file->tensors[i];
        json_t *entry = json_object_get(root, tensor->name);
        json_int_t begin = 0, end = 0;
        assert_int_equal(
            0, json_unpack(json_object_get(entry, "data_offsets"), "[I,I!]", &begin, &end));
        assert_int_equal(tensor->begin, begin);
        assert_int_equal(tensor->end, end);
        assert_int_equal(tensor->rank, json_array_size(json_object_get(entry, "shape")));
        assert_string_equal(tensor->dtype->name,
                            json_string_value(json_object_get(entry, "dtype")));
    }
    json_decref(root);
}

static void assert_same(const random_file *file, const sowi_safetensors *read)
{
    assert_int_equal(file->count, read->count);
    assert_int_equal(file->bytes, read->data_bytes);
    for (size_t i = 0; i < file->count; i++) {
        /* tensors without elements may change places with others that begin there */
        size_t j = 0;
        while (j < read->count && strcmp(file->tensors[i].name, read->tensors[j].name) != 0)
            j++;
        assert_true(j < read->count);
        const sowi_safetensors_tensor *a = &file->tensors[i], *b = &read->tensors[j];
        assert_ptr_equal(a->dtype, b->dtype);
        assert_int_equal(a->begin, b->begin);
        assert_int_equal(a->end, b->end);
        assert_int_equal(a->rank, b->rank);
        assert_memory_equal(a->shape, b->shape, a->rank * sizeof *a->shape);
    }
}

static void test_random_headers_survive(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 2000; seed++) {
        random_state = seed;
        random_file file;
        make_random(&file);
        char *header = NULL;
        size_t size = 0;
        sow_error error;
        assert_done(
            sowi_safetensors_header(&header, &size, NULL, 0, file.tensors, file.count, &error),
            &error);
        assert_described(&file, header + 8, size - 8);
        char *whole = calloc(1, size + file.bytes);
        assert_non_null(whole);
        memcpy(whole, header, size);
        const char *path = sowt_scratch_write("random", whole, size + file.bytes);
        free(whole);
        free(header);
        sowi_safetensors read;
        assert_done(read_header(path, &read, &error), &error);
        assert_same(&file, &read);
        sowi_safetensors_clear(&read);
    }
    sowt_scratch_clear();
}

static void test_every_cut_and_flip_is_survived(void **state)
{
    (void)state;
    const char header[] = "{\"__metadata__\":{\"format\":\"pt\"}," ENTRY(
        "a", "F32", "2,1", "0,8") "," ENTRY("b", "U8", "3", "8,11") "}";
    size_t size = 0;
    char *good = sowt_scratch_read(write_file(header, 11), &size);
    for (size_t length = 0; length < size; length++) {
        sow_file_digest *file = NULL;
        sow_error error;
        const char *path = sowt_scratch_write("cut", good, length);
        assert_refused(SOW_ERR_FORMAT, sow_file_digest_read(&file, path, &error), &error, path);
        assert_null(file);
    }
    for (size_t bit = 0; bit < 8 * (size - 11); bit++) {
        sow_file_digest *file = NULL;
        good[bit / 8] = (char)(good[bit / 8] ^ 1 << bit % 8);
        const char *path = sowt_scratch_write("flipped", good, size);
        const sow_status status = sow_file_digest_read(&file, path, NULL);
        assert_true(status == SOW_OK || status == SOW_ERR_FORMAT);
        sow_file_digest_release(file);
        good[bit / 8] = (char)(good[bit / 8] ^ 1 << bit % 8);
    }
    free(good);
    sowt_scratch_clear();
}

static void test_dtype_order_is_the_references(void **state)
{
    (void)state;
    static const char *const widest_first[] = {"U64",  "I64", "F64", "C64", "F32", "U32", "I32",
                                               "BF16", "F16", "U16", "I16", "I8",  "U8",  "BOOL"};
    for (size_t i = 1; i < sizeof widest_first / sizeof widest_first[0]; i++)
        assert_true(sowi_safetensors_dtype_order(sowi_safetensors_dtype_named(widest_first[i - 1]),
                                                 sowi_safetensors_dtype_named(widest_first[i])) <
                    0);
    for (int dtype = SOW_F32; dtype <= SOW_BOOL; dtype++) {
        sow_dtype back = SOW_BOOL;
        const sowi_safetensors_dtype *row = sowi_safetensors_dtype_of((sow_dtype)dtype);
        assert_int_equal(8 * sow_dtype_size((sow_dtype)dtype), row->bits);
        assert_int_equal(SOW_OK, sowi_safetensors_dtype_to_sow(row, &back));
        assert_int_equal(dtype, back);
    }
    assert_null(sowi_safetensors_dtype_of((sow_dtype)99));
}

static void test_digest_of_known_bytes(void **state)
{
    (void)state;
    uint8_t digest[16];
    char text[33];
    /* XXH3-128 of nothing, seed 0: xxHash's own sanity value */
    sow_digest_bytes("", 0, digest);
    sow_digest_print(digest, text);
    assert_string_equal("99aa06d3014798d86001c324468d497f", text);
}

static void test_digest_refuses_missing_files(void **state)
{
    (void)state;
    sow_file_digest *file = NULL;
    sow_error error;
    assert_refused(SOW_ERR_FILE, sow_file_digest_read(&file, "/no/such/file", &error), &error,
                   "(/no/such/file): No such file");
    assert_refused(SOW_ERR_FILE, sow_file_digest_read(&file, "/tmp", &error), &error, "(/tmp)");
    assert_refused(SOW_ERR_ARGUMENT, sow_file_digest_read(&file, NULL, &error), &error, "NULL");
    assert_null(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_takes_what_the_reference_takes),
        cmocka_unit_test(test_read_refuses_bad_headers),
        cmocka_unit_test(test_read_refuses_bad_lengths),
        cmocka_unit_test(test_read_bounds_nesting),
        cmocka_unit_test(test_header_is_the_references),
        cmocka_unit_test(test_header_refuses_names),
        cmocka_unit_test(test_random_headers_survive),
        cmocka_unit_test(test_every_cut_and_flip_is_survived),
        cmocka_unit_test(test_dtype_order_is_the_references),
        cmocka_unit_test(test_digest_of_known_bytes),
        cmocka_unit_test(test_digest_refuses_missing_files),
    };
    return SOWT_RUN(tests, sowt_scratch_remove);
}
