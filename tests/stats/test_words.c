/* The generator's words within one stream and between neighbouring seeds and streams, with fixed seeds. */
#include <math.h>
#include <stdio.h>

#include "run_tests.h"
#include "sample.h"
#include "statistics.h"

enum { COUNT = 1 << 22 };

static uint32_t words[COUNT], other_words[COUNT];
static float draws[COUNT], other_draws[COUNT];

static void fill(void *dst, sow_dtype dtype, sow_initializer initializer, sow_key key)
{
    const sow_tensor tensor = {.dtype = dtype, .rank = 1, .shape = {COUNT}};
    assert_int_equal(SOW_OK, sow_fill_host(dst, &tensor, &initializer, key));
}

static double report(const char *what, double statistic, double p)
{
    printf("    %-28s %12.5g  p %.3g\n", what, statistic, p);
    return p;
}

static unsigned bits_set(uint32_t word)
{
    unsigned count = 0;
    for (; word != 0; word &= word - 1)
        count++;
    return count;
}

/* Bits that differ between paired words: half of all 32 count. */
static double differing_bits_p(const char *what, const uint32_t *a, const uint32_t *b, size_t count)
{
    uint64_t differing = 0;
    for (size_t i = 0; i < count; i++)
        differing += bits_set(a[i] ^ b[i]);
    const double n = 32.0 * (double)count;
    const double z = ((double)differing - n / 2) / sqrt(n / 4);
    return report(what, z, sowt_normal_p(z));
}

static void test_words_have_every_bit_half_of_the_time(void **state)
{
    (void)state;
    fill(words, SOW_I32, sow_bits(), (sow_key){1, 2});
    for (unsigned bit = 0; bit < 32; bit++) {
        uint64_t ones = 0;
        for (size_t i = 0; i < COUNT; i++)
            ones += words[i] >> bit & 1;
        const double z = ((double)ones - COUNT / 2.0) / sqrt(COUNT / 4.0);
        char what[16];
        snprintf(what, sizeof what, "bit %u", bit);
        assert_true(report(what, z, sowt_normal_p(z)) > SOWT_FALSE_ALARM);
    }
}

/* Chi-square of the 16 bits from `shift` on. */
static double half_word_p(unsigned shift)
{
    static uint32_t seen[0x10000];
    for (size_t i = 0; i < 0x10000; i++)
        seen[i] = 0;
    for (size_t i = 0; i < COUNT; i++)
        seen[words[i] >> shift & 0xffff]++;
    const double expected = COUNT / 65536.0;
    double chi_square = 0;
    for (size_t i = 0; i < 0x10000; i++)
        chi_square += (seen[i] - expected) * (seen[i] - expected) / expected;
    char what[24];
    snprintf(what, sizeof what, "chi2 of bits %u to %u", shift, shift + 15);
    return report(what, chi_square, sowt_chi_square_p(chi_square, 65535));
}

static void test_words_have_every_half_word_as_often(void **state)
{
    (void)state;
    fill(words, SOW_I32, sow_bits(), (sow_key){1, 2});
    for (unsigned shift = 0; shift <= 16; shift += 8)
        assert_true(half_word_p(shift) > SOWT_FALSE_ALARM);
    for (size_t i = 0; i < COUNT; i += 64)
        words[i] &= ~UINT32_C(0xf); /* the control: four bits cleared in a 64th of the words */
    assert_true(half_word_p(0) < SOWT_FALSE_ALARM);
}

static void test_words_do_not_resemble_their_neighbours(void **state)
{
    (void)state;
    fill(words, SOW_I32, sow_bits(), (sow_key){1, 2});
    const size_t lags[] = {1, 2, 3, 4, 8, 32, 1 << 10};
    for (size_t l = 0; l < sizeof lags / sizeof lags[0]; l++) {
        char what[24];
        snprintf(what, sizeof what, "lag %zu", lags[l]);
        const double p = differing_bits_p(what, words, words + lags[l], COUNT - lags[l]);
        assert_true(p > SOWT_FALSE_ALARM);
    }
}

/* Correlation of two streams of normal draws. */
static double correlation_p(const char *what)
{
    double sum = 0;
    for (size_t i = 0; i < COUNT; i++)
        sum += (double)draws[i] * (double)other_draws[i];
    const double z = sum / sqrt(COUNT);
    return report(what, z, sowt_normal_p(z));
}

static void test_words_of_neighbouring_streams_are_unrelated(void **state)
{
    (void)state;
    const uint64_t high = UINT64_C(1) << 32;
    const sow_key keys[][2] = {
        {{0, 0}, {1, 0}},          {{0, 0}, {0, 1}},  {{1, 0}, {0, 1}},
        {{7, 9}, {8, 9}},          {{7, 9}, {7, 10}}, {{7, 9}, {7 + high, 9}},
        {{7, 9}, {7, 9 + high}},   {{7, 9}, {9, 7}},  {{UINT64_MAX, 0}, {0, 0}},
        {{0, UINT64_MAX}, {0, 0}},
    };
    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
        fill(words, SOW_I32, sow_bits(), keys[k][0]);
        fill(other_words, SOW_I32, sow_bits(), keys[k][1]);
        fill(draws, SOW_F32, sow_normal(0, 1), keys[k][0]);
        fill(other_draws, SOW_F32, sow_normal(0, 1), keys[k][1]);
        assert_true(differing_bits_p("bits", words, other_words, COUNT) > SOWT_FALSE_ALARM);
        assert_true(correlation_p("correlation") > SOWT_FALSE_ALARM);
    }
}

/* The control: two streams that share a hundredth of their draws. */
static void test_control_related_streams_fail(void **state)
{
    (void)state;
    fill(words, SOW_I32, sow_bits(), (sow_key){7, 9});
    fill(other_words, SOW_I32, sow_bits(), (sow_key){7, 10});
    fill(draws, SOW_F32, sow_normal(0, 1), (sow_key){7, 9});
    fill(other_draws, SOW_F32, sow_normal(0, 1), (sow_key){7, 10});
    for (size_t i = 0; i < COUNT; i += 100) {
        other_words[i] = words[i];
        other_draws[i] = draws[i];
    }
    assert_true(differing_bits_p("bits", words, other_words, COUNT) < SOWT_FALSE_ALARM);
    assert_true(correlation_p("correlation") < SOWT_FALSE_ALARM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_have_every_bit_half_of_the_time),
        cmocka_unit_test(test_words_have_every_half_word_as_often),
        cmocka_unit_test(test_words_do_not_resemble_their_neighbours),
        cmocka_unit_test(test_words_of_neighbouring_streams_are_unrelated),
        cmocka_unit_test(test_control_related_streams_fail),
    };
    return SOWT_RUN(tests, NULL);
}
