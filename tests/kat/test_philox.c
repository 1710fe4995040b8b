/* The generator against Random123's known answers, and against a plain Philox4x32-10 everywhere. */
#include <stdio.h>
#include <string.h>

#include "bits.h"
#include "job.h"
#include "random_numbers.h"
#include "reference_philox.h"
#include "run_tests.h"

#include "philox.clh"

enum { ANSWERS_MAX = 16 };

typedef struct answer {
    uint32_t counter[4], key[2], words[4];
} answer;

static answer answers[ANSWERS_MAX];
static size_t answer_count;

static void read_answers(void)
{
    FILE *file = fopen(SOWT_KAT_FILE, "r");
    assert_non_null(file);
    char line[256];
    answer_count = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        if (line[0] == '#')
            continue;
        assert_true(answer_count < ANSWERS_MAX);
        answer *a = &answers[answer_count++];
        assert_int_equal(10, sscanf(line, "%8x %8x %8x %8x %8x %8x %8x %8x %8x %8x", &a->counter[0],
                                    &a->counter[1], &a->counter[2], &a->counter[3], &a->key[0],
                                    &a->key[1], &a->words[0], &a->words[1], &a->words[2],
                                    &a->words[3]));
    }
    fclose(file);
    assert_int_equal(3, answer_count);
}

static sow_key key_of(const answer *a)
{
    return (sow_key){.seed = (uint64_t)a->key[1] << 32 | a->key[0],
                     .stream = (uint64_t)a->counter[3] << 32 | a->counter[2]};
}

/* A block's words by the kernels' own function: the only way to counters beyond a tensor's. */
static void kernel_words(sow_key key, uint64_t block, uint32_t words[4])
{
    const sow_plan plan = {.distribution = SOW_DIST_BITS, .key = key, .count = 1, .run = 1};
    sowk_job job;
    sowi_job_make(&job, &plan, SOWK_LANES, 0);
    sowk_philox(&job.keys, sowk_philox_upper(&job.keys, (uint32_t)(block >> 32)), (uint32_t)block,
                32, words);
}

/* Elements [start, start + count) of the largest tensor there is. */
static void fill_words(uint32_t *words, sow_key key, uint64_t start, uint64_t count, sow_simd simd)
{
    const sow_tensor tensor = {
        .dtype = SOW_I32, .rank = 1, .shape = {INT64_MAX}, .start = {start}, .extent = {count}};
    const sow_initializer bits = sow_bits();
    sow_plan plan;
    assert_int_equal(SOW_OK, sow_plan_make(&plan, &tensor, &bits, key, NULL));
    const sow_host_options options = {.threads = 1, .simd = simd};
    assert_int_equal(SOW_OK, sow_fill_host_plan(words, &plan, &options));
}

static void assert_words(sow_key key, uint64_t start, uint64_t count)
{
    uint32_t expected[128], actual[128];
    assert_true(count <= 128);
    for (uint64_t i = 0; i < count; i++)
        expected[i] = sowt_philox_word(key, start + i);
    char what[160];
    snprintf(what, sizeof what, "seed 0x%llx stream 0x%llx from element %llu",
             (unsigned long long)key.seed, (unsigned long long)key.stream,
             (unsigned long long)start);
    const sow_simd sets[] = {SOW_SIMD_PLAIN, SOW_SIMD_BEST};
    for (int s = 0; s < 2; s++) {
        memset(actual, 0, sizeof actual);
        fill_words(actual, key, start, count, sets[s]);
        assert_bits_equal(expected, actual, count * 4, 4, what);
    }
}

static void test_philox_reference_gives_known_answers(void **state)
{
    (void)state;
    read_answers();
    for (size_t i = 0; i < answer_count; i++) {
        uint32_t words[4];
        sowt_philox4x32(10, answers[i].counter, answers[i].key, words);
        assert_bits_equal(answers[i].words, words, sizeof words, 4, "reference");
    }
}

static void test_philox_kernel_gives_known_answers(void **state)
{
    (void)state;
    read_answers();
    for (size_t i = 0; i < answer_count; i++) {
        uint32_t words[4];
        const uint64_t block = (uint64_t)answers[i].counter[1] << 32 | answers[i].counter[0];
        kernel_words(key_of(&answers[i]), block, words);
        assert_bits_equal(answers[i].words, words, sizeof words, 4, "kernel");
    }
}

static void test_fill_host_gives_known_answers(void **state)
{
    (void)state;
    read_answers();
    size_t reached = 0;
    for (size_t i = 0; i < answer_count; i++) {
        const uint64_t block = (uint64_t)answers[i].counter[1] << 32 | answers[i].counter[0];
        if (block >= UINT64_C(1) << 61) /* elements end at 2^63 */
            continue;
        uint32_t words[4];
        fill_words(words, key_of(&answers[i]), block * 4, 4, SOW_SIMD_BEST);
        assert_bits_equal(answers[i].words, words, sizeof words, 4, "sow_fill_host_plan");
        reached++;
    }
    assert_int_equal(1, reached);
}

static void test_philox_kernel_equals_reference_at_random(void **state)
{
    (void)state;
    uint64_t random = 1;
    for (int i = 0; i < 20000; i++) {
        const sow_key key = {sowt_random(&random), sowt_random(&random)};
        const uint64_t block = sowt_random(&random) >> sowt_random_below(&random, 64);
        const uint32_t counter[4] = {(uint32_t)block, (uint32_t)(block >> 32), (uint32_t)key.stream,
                                     (uint32_t)(key.stream >> 32)};
        const uint32_t words_key[2] = {(uint32_t)key.seed, (uint32_t)(key.seed >> 32)};
        uint32_t expected[4], actual[4];
        sowt_philox4x32(10, counter, words_key, expected);
        kernel_words(key, block, actual);
        assert_bits_equal(expected, actual, sizeof expected, 4, "a random block");
    }
}

static void test_fill_host_equals_reference_at_random(void **state)
{
    (void)state;
    uint64_t random = 2;
    for (int i = 0; i < 5000; i++) {
        const sow_key key = {sowt_random(&random), sowt_random(&random)};
        const uint64_t count = 1 + sowt_random_below(&random, 128);
        const uint64_t start =
            sowt_random_below(&random, (INT64_MAX - count) >> sowt_random_below(&random, 55));
        assert_words(key, start, count);
    }
}

/* Keys of which only one half, or none, is set: what the schedule folds must not depend on luck. */
static void test_fill_host_equals_reference_at_simple_keys(void **state)
{
    (void)state;
    const uint64_t halves[] = {0, 1, UINT32_MAX, UINT64_C(1) << 32, UINT64_MAX};
    for (size_t s = 0; s < 5; s++)
        for (size_t t = 0; t < 5; t++)
            assert_words((sow_key){halves[s], halves[t]}, 5, 40);
}

/* From block 2^32 - 1 to 2^32 the counter's low word carries; the last elements are at 2^63 - 2. */
static void test_fill_host_carries_and_reaches_the_last_element(void **state)
{
    (void)state;
    const sow_key key = {0x0123456789abcdefu, 0xfedcba9876543210u};
    const uint64_t carry = UINT64_C(1) << 34;
    for (uint64_t before = 0; before < 40; before++) {
        assert_words(key, carry - before, 64);
        assert_words(key, INT64_MAX - 1 - before, before + 1);
        assert_words(key, INT64_MAX - 64 - before, 64);
    }
}

/* The control: what is compared would tell fewer rounds apart. */
static void test_philox_of_seven_rounds_differs(void **state)
{
    (void)state;
    read_answers();
    for (size_t i = 0; i < answer_count; i++) {
        uint32_t seven[4], nine[4];
        sowt_philox4x32(7, answers[i].counter, answers[i].key, seven);
        sowt_philox4x32(9, answers[i].counter, answers[i].key, nine);
        for (int w = 0; w < 4; w++) {
            assert_int_not_equal(answers[i].words[w], seven[w]);
            assert_int_not_equal(answers[i].words[w], nine[w]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_philox_reference_gives_known_answers),
        cmocka_unit_test(test_philox_kernel_gives_known_answers),
        cmocka_unit_test(test_fill_host_gives_known_answers),
        cmocka_unit_test(test_philox_kernel_equals_reference_at_random),
        cmocka_unit_test(test_fill_host_equals_reference_at_random),
        cmocka_unit_test(test_fill_host_equals_reference_at_simple_keys),
        cmocka_unit_test(test_fill_host_carries_and_reaches_the_last_element),
        cmocka_unit_test(test_philox_of_seven_rounds_differs),
    };
    return SOWT_RUN(tests, NULL);
}
