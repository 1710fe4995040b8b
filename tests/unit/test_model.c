#include <stdlib.h>

#include "model/model_parts.h"
#include "refusal.h"
#include "run_tests.h"
#include "scratch.h"

#define MODEL(rest)   "{\"format\": \"sowcl-model/1\", \"name\": \"m\", " rest "}"
#define TENSORS(rest) MODEL("\"tensors\": [" rest "]")
#define W             "{\"name\": \"w\", \"shape\": [2, 3]}"

static sow_status load(const char *text, sow_model **model, sow_error *error)
{
    return sow_model_load(model, sowt_scratch_text("m.json", text), error);
}

static void test_load_reads_a_description(void **state)
{
    (void)state;
    sow_model *model = NULL;
    sow_error error;
    assert_done(
        load("\n\t {\"format\": \"sowcl-model/1\", \"name\": \"tiny\", \"recipe\": \"gpt2\","
             "\"parameters\": {\"n_layer\": 12, \"_scale2\": 0.5},"
             "\"tensors\": ["
             "{\"name\": \"h.weight\", \"shape\": [2, 3], \"dtype\": \"bf16\", \"layout\": \"io\","
             " \"kind\": \"Conv1D.weight\", \"within\": \"Transformer\"},"
             "{\"name\": \"e.weight\", \"shape\": [5, 2], \"padding_idx\": 4},"
             "{\"name\": \"count\", \"shape\": [], \"dtype\": \"i64\", \"padding_idx\": null}],"
             "\"aliases\": {\"head.weight\": \"e.weight\"}}",
             &model, &error),
        &error);
    assert_string_equal("tiny", sow_model_name(model));
    assert_string_equal("gpt2", sow_model_recipe(model));
    assert_int_equal(3, sow_model_tensor_count(model));
    assert_int_equal(2, model->parameter_count);
    assert_string_equal("n_layer", model->parameters[0].name);
    assert_true(model->parameters[0].value == 12 && model->parameters[1].value == 0.5);

    const sowi_model_tensor *h = sowi_model_find(model, "h.weight");
    assert_non_null(h);
    assert_int_equal(SOW_BF16, h->tensor.dtype);
    assert_int_equal(SOW_LAYOUT_IO, h->tensor.layout);
    assert_int_equal(2, h->tensor.rank);
    assert_true(h->tensor.shape[0] == 2 && h->tensor.shape[1] == 3);
    assert_string_equal("Conv1D.weight", h->kind);
    assert_string_equal("Transformer", h->within);
    assert_int_equal(-1, h->padding_idx);

    const sowi_model_tensor *e = sowi_model_find(model, "e.weight");
    assert_int_equal(SOW_F32, e->tensor.dtype);
    assert_int_equal(SOW_LAYOUT_OI, e->tensor.layout);
    assert_string_equal("", e->kind);
    assert_null(e->within);
    assert_int_equal(4, e->padding_idx);
    assert_int_equal(0, sowi_model_find(model, "count")->tensor.rank);
    assert_null(sowi_model_find(model, "h"));

    assert_int_equal(1, model->alias_count);
    assert_string_equal("head.weight", model->aliases[0].name);
    assert_ptr_equal(e, model->aliases[0].target);
    sow_model_release(model);
    sow_model_release(NULL);
    sowt_scratch_clear();
}

static void test_load_takes_the_least(void **state)
{
    (void)state;
    sow_model *model = NULL;
    sow_error error;
    assert_done(load(TENSORS(""), &model, &error), &error);
    assert_null(sow_model_recipe(model));
    assert_int_equal(0, sow_model_tensor_count(model));
    assert_null(sowi_model_find(model, "w"));
    sow_model_release(model);
    sowt_scratch_clear();
}

static void test_load_refuses(void **state)
{
    (void)state;
    static const struct {
        const char *text, *part, *more;
    } rows[] = {
        {"", "not valid JSON", "line 1"},
        {"[]", "not an object (a list)", "the model"},
        {"\"text\"", "not valid JSON", "'['"},
        {"{\"name\": \"m\", \"tensors\": []}", "(format)", "missing"},
        {"{\"format\": \"sowcl-model/2\", \"name\": \"m\", \"tensors\": []}", "(sowcl-model/2)",
         "sowcl-model/1"},
        {"{\"format\": 1, \"name\": \"m\", \"tensors\": []}", "format (1)", "text"},
        {"{\"format\": \"sowcl-model/1\", \"tensors\": []}", "(name)", "missing"},
        {MODEL("\"recipe\": \"x\""), "(tensors)", "missing"},
        {MODEL("\"tensors\": {}"), "tensors (an object)", "a list"},
        {MODEL("\"tensors\": [], \"tensor\": []"), "(tensor)", "tensors"},
        {MODEL("\"tensors\": [], \"recipe\": 1"), "recipe (1)", "text"},
        {MODEL("\"name\": \"n\", \"tensors\": []"), "duplicate", "name"},
        {TENSORS("1"), "not an object (1)", "tensors[0]"},
        {TENSORS("{\"shape\": []}"), "(name)", "tensors[0]"},
        {TENSORS("{\"name\": 3, \"shape\": []}"), "name (3)", "tensors[0]"},
        {TENSORS("{\"name\": \"w\"}"), "(shape)", "'w'"},
        {TENSORS("{\"name\": \"\", \"shape\": []}"), "''", "name"},
        {TENSORS("{\"name\": \"__metadata__\", \"shape\": []}"), "'__metadata__'", "name"},
        {TENSORS("{\"name\": \"w\", \"shape\": [], \"shap\": 1}"), "(shap)", "shape"},
        {TENSORS("{\"name\": \"w\", \"shape\": 3}"), "shape (3)", "'w'"},
        {TENSORS("{\"name\": \"w\", \"shape\": [2, -1]}"), "(-1)", "'w'"},
        {TENSORS("{\"name\": \"w\", \"shape\": [2.5]}"), "(2.5)", "integer"},
        {TENSORS("{\"name\": \"w\", \"shape\": [\"2\"]}"), "(2)", "integer"},
        {TENSORS("{\"name\": \"w\", \"shape\": [1,1,1,1,1,1,1,1,1]}"), "(9)", "8 at most"},
        {TENSORS("{\"name\": \"w\", \"shape\": [4294967296, 4294967296]}"), "'w'", "too large"},
        {TENSORS("{\"name\": \"w\", \"shape\": [4611686018427387904]}"), "'w'", "too large"},
        {TENSORS("{\"name\": \"w\", \"shape\": [9223372036854775808]}"), "not valid JSON", "big"},
        {TENSORS("{\"name\": \"w\", \"shape\": [2], \"dtype\": \"F32\"}"), "(F32)", "f32"},
        {TENSORS("{\"name\": \"w\", \"shape\": [2], \"layout\": \"hwio\"}"), "(hwio)", "oi or io"},
        {TENSORS("{\"name\": \"w\", \"shape\": [2], \"kind\": null}"), "kind (null)", "text"},
        {TENSORS("{\"name\": \"w\", \"shape\": [2], \"within\": 1}"), "within (1)", "text"},
        {TENSORS("{\"name\": \"w\", \"shape\": [2], \"padding_idx\": 2}"), "(2)", "padding_idx"},
        {TENSORS("{\"name\": \"w\", \"shape\": [2], \"padding_idx\": -1}"), "(-1)", "padding_idx"},
        {TENSORS("{\"name\": \"w\", \"shape\": [], \"padding_idx\": 0}"), "(0)", "padding_idx"},
        {TENSORS("{\"name\": \"w\", \"shape\": [2], \"padding_idx\": \"0\"}"), "(0)", "integer"},
        {TENSORS(W ", " W), "(w)", "one name"},
        {TENSORS("{\"name\": \"\\u001b]0;\\u009b\\u007f\", \"shape\": -1}"), "'\\x1b]0;\\x9b\\x7f'",
         "shape (-1)"},
        {MODEL("\"tensors\": [], \"parameters\": []"), "parameters (a list)", "object"},
        {MODEL("\"tensors\": [], \"parameters\": {\"n\": \"1\"}"), "parameter n (1)", "number"},
        {MODEL("\"tensors\": [], \"parameters\": {\"n\": 1e999}"), "not valid JSON", "overflow"},
        {MODEL("\"tensors\": [], \"parameters\": {\"n-l\": 1}"), "(n-l)", "letters"},
        {MODEL("\"tensors\": [], \"parameters\": {\"2n\": 1}"), "(2n)", "letters"},
        {MODEL("\"tensors\": [], \"parameters\": {\"\": 1}"), "()", "letters"},
        {MODEL("\"tensors\": [], \"parameters\": {\"sqrt\": 1}"), "(sqrt)", "reserved"},
        {MODEL("\"tensors\": [], \"parameters\": {\"inf\": 1}"), "(inf)", "reserved"},
        {MODEL("\"tensors\": [], \"parameters\": {\"fan_in\": 1}"), "(fan_in)", "reserved"},
        {MODEL("\"tensors\": [], \"parameters\": {\"dim7\": 1}"), "(dim7)", "reserved"},
        {MODEL("\"tensors\": [], \"parameters\": {\"size\": 1}"), "(size)", "reserved"},
        {MODEL("\"tensors\": [" W "], \"aliases\": []"), "aliases (a list)", "object"},
        {MODEL("\"tensors\": [" W "], \"aliases\": {\"a\": 1}"), "'a' (1)", "tensor's name"},
        {MODEL("\"tensors\": [" W "], \"aliases\": {\"a\": \"ww\"}"), "(ww)", "nearest is w"},
        {MODEL("\"tensors\": [], \"aliases\": {\"a\": \"w\"}"), "(w)", "nearest is none"},
        {MODEL("\"tensors\": [" W "], \"aliases\": {\"w\": \"w\"}"), "(w)", "names differ"},
        {MODEL("\"tensors\": [" W "], \"aliases\": {\"format\": \"w\"}"), "(format)", "reserved"},
        {MODEL("\"tensors\": [" W "], \"aliases\": {\"sowcl.seed\": \"w\"}"), "(sowcl.seed)",
         "reserved"},
        {MODEL("\"tensors\": [" W "], \"aliases\": {\"a\": \"w\", \"a\": \"w\"}"), "duplicate",
         "a"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        sow_model *model = NULL;
        sow_error error = {0};
        const sow_status status = load(rows[i].text, &model, &error);
        assert_refused(SOW_ERR_MODEL, status, &error, rows[i].part);
        assert_refused(SOW_ERR_MODEL, status, &error, rows[i].more);
        assert_refused(SOW_ERR_MODEL, status, &error, "/m.json: ");
        assert_null(model);
    }
    sow_model *model = NULL;
    sow_error error;
    assert_refused(SOW_ERR_FILE, sow_model_load(&model, "/no/such.json", &error), &error,
                   "(/no/such.json): No such file");
    assert_refused(SOW_ERR_FILE, sow_model_load(&model, "/tmp", &error), &error, "(/tmp)");
    assert_refused(SOW_ERR_ARGUMENT, sow_model_load(NULL, "m", &error), &error, "NULL");
    assert_refused(SOW_ERR_ARGUMENT, sow_model_load(&model, NULL, &error), &error, "NULL");
    sowt_scratch_clear();
}

/* A header behind its length, and data. */
static const char *write_safetensors(const char *name, const char *header, size_t size)
{
    char bytes[512] = {0};
    const size_t length = strlen(header);
    bytes[0] = (char)length;
    memcpy(bytes + 8, header, length);
    return sowt_scratch_write(name, bytes, 8 + length + size);
}

static void test_load_reads_safetensors_by_content(void **state)
{
    (void)state;
    sow_model *model = NULL;
    sow_error error;
    assert_done(
        sow_model_load(
            &model,
            write_safetensors("tiny.safetensors",
                              "{\"w\":{\"dtype\":\"BF16\",\"shape\":[2,1],\"data_offsets\":[0,4]},"
                              "\"n\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[4,12]}}",
                              12),
            &error),
        &error);
    assert_string_equal("tiny", sow_model_name(model));
    assert_null(sow_model_recipe(model));
    assert_int_equal(2, sow_model_tensor_count(model));
    const sowi_model_tensor *w = sowi_model_find(model, "w");
    assert_int_equal(SOW_BF16, w->tensor.dtype);
    assert_int_equal(SOW_LAYOUT_OI, w->tensor.layout);
    assert_true(w->tensor.rank == 2 && w->tensor.shape[0] == 2 && w->tensor.shape[1] == 1);
    assert_string_equal("", w->kind);
    assert_int_equal(SOW_I64, sowi_model_find(model, "n")->tensor.dtype);
    sow_model_release(model);

    /* a length of 123 is the byte '{' */
    char header[124];
    memset(header, ' ', sizeof header);
    header[0] = '{', header[1] = '}', header[123] = '\0';
    assert_done(sow_model_load(&model, write_safetensors("b.json", header, 0), &error), &error);
    assert_string_equal("b.json", sow_model_name(model));
    sow_model_release(model);
    sowt_scratch_clear();
}

static void test_load_refuses_safetensors(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        size_t size;
        sow_status status;
        const char *part;
    } rows[] = {
        {"{\"w\":{\"dtype\":\"U16\",\"shape\":[1],\"data_offsets\":[0,2]}}", 2, SOW_ERR_MODEL,
         "(U16)"},
        {"{\"w\":{\"dtype\":\"U8\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,1]}}", 1,
         SOW_ERR_MODEL, "(9): 8 at most"},
        {"{\"\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}", 1, SOW_ERR_MODEL, "''"},
        {"{\"w\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}", 2, SOW_ERR_FORMAT,
         "(2 bytes of data)"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        sow_model *model = NULL;
        sow_error error = {0};
        const char *path = write_safetensors("m", rows[i].header, rows[i].size);
        const sow_status status = sow_model_load(&model, path, &error);
        assert_refused(rows[i].status, status, &error, rows[i].part);
        assert_refused(rows[i].status, status, &error, path);
        assert_null(model);
    }
    sowt_scratch_clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_load_reads_a_description),
        cmocka_unit_test(test_load_takes_the_least),
        cmocka_unit_test(test_load_refuses),
        cmocka_unit_test(test_load_reads_safetensors_by_content),
        cmocka_unit_test(test_load_refuses_safetensors),
    };
    return SOWT_RUN(tests, sowt_scratch_remove);
}
