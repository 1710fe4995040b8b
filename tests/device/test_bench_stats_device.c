/* A bench of the device's figures: its rows, the kernel that reads, and what it notices. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench_stats.h"
#include "bench/fold.h"
#include "refusal.h"
#include "run_tests.h"
#include "test_device.h"

static bool is_slow(void)
{
    return strcmp(sowt_implementation(), "rusticl") == 0 ||
           strcmp(sowt_implementation(), "oclgrind") == 0;
}

static void assert_positive(sow_bench_spread spread)
{
    assert_true(spread.least > 0 && spread.least <= spread.lower && spread.lower <= spread.median &&
                spread.median <= spread.upper && spread.upper <= spread.most);
}

/* All dtypes that the device can have; where each program takes seconds, two. */
static void test_stats_bench_measures_every_dtype(void **state)
{
    (void)state;
    const uint64_t counts[] = {1, 4099, 100001};
    for (size_t i = 0; i < (is_slow() ? 2 : 3); i++) {
        const sow_bench_options options = {
            .dtypes = is_slow() ? 1u << SOW_BF16 | 1u << SOW_U8 : 0,
            .count = counts[i],
            .rounds = 2,
        };
        sow_error error = {0};
        sow_stats_bench *bench = NULL;
        assert_done(sow_stats_bench_run(&bench, sowt_context(), &options, &error), &error);
        const sow_bench_setting *const setting = sow_stats_bench_setting_of(bench);
        assert_string_equal(sowt_device_name(), setting->device);
        assert_int_equal(is_slow() ? 2 : 12 - setting->without_f64,
                         sow_stats_bench_row_count(bench));
        for (size_t j = 0; j < sow_stats_bench_row_count(bench); j++) {
            const sow_stats_bench_row *const row = sow_stats_bench_row_at(bench, j);
            assert_int_equal(counts[i], row->count);
            assert_int_equal(0, row->threads);
            assert_positive(row->ns_wall);
            assert_positive(row->read_ns_wall);
            assert_positive(row->ratio_read);
        }
        sow_stats_bench_release(bench);
    }
}

/* ---- The kernel that reads ---- */

/* A run of a CPU's work-item, and more than a GPU's of one vector for each. */
enum { BYTES_MOST = 3 * 65536 + 77 };

static void open_place(sowi_place *place, unsigned char *data)
{
    assert_int_equal(SOW_OK, sowi_place_open(place, sowt_context()));
    assert_int_equal(SOW_OK, place->ops->allocate(place, BYTES_MOST, 0));
    for (size_t i = 0; i < BYTES_MOST; i++)
        data[i] = (unsigned char)(i * 2654435761u >> 13);
    assert_int_equal(SOW_OK, place->ops->write(place, 0, BYTES_MOST, data));
}

static void check_read(sowi_place *place, const unsigned char *data, size_t size)
{
    uint32_t folded;
    assert_int_equal(SOW_OK, place->ops->fold(place, size, 0, &folded));
    if (folded != sowi_fold(data, size))
        fail_msg("%zu bytes on %s: expected %08x, got %08x", size, sowt_device_name(),
                 (unsigned)sowi_fold(data, size), (unsigned)folded);
}

/* To the last byte, and none beyond it. */
static void test_read_ends_where_it_should(void **state)
{
    (void)state;
    const size_t sizes[] = {1023, 1024, 1025, 65535, 65536, 65537, 65536 + 31, 131072, BYTES_MOST};
    static unsigned char data[BYTES_MOST];
    sowi_place place;
    open_place(&place, data);
    for (size_t size = 1; size <= 70; size++)
        check_read(&place, data, size);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        check_read(&place, data, sizes[i]);
    place.ops->release(&place);
}

/* One bit that differs, at the places of a vector, of a work-item and of the end. */
static void test_read_takes_every_byte(void **state)
{
    (void)state;
    static unsigned char data[BYTES_MOST];
    sowi_place place;
    open_place(&place, data);
    for (size_t i = 0; i < BYTES_MOST; i += is_slow() ? 40009 : 97) {
        data[i] ^= 0x20;
        assert_int_equal(SOW_OK, place.ops->write(&place, 0, BYTES_MOST, data));
        check_read(&place, data, BYTES_MOST);
    }
    place.ops->release(&place);
}

/* ---- What is noticed ---- */

static sowi_place_ops good;
static bool other_figures;

static sow_status stats_badly(sowi_place *place, sow_dtype dtype, uint64_t count, uint32_t threads,
                              sow_stats *out)
{
    return good.stats(place, dtype, other_figures ? count - 1 : count, threads, out);
}

/* The kernel leaves the last word out. */
static sow_status fold_badly(sowi_place *place, uint64_t size_bytes, uint32_t threads,
                             uint32_t *folded)
{
    return good.fold(place, other_figures ? size_bytes : size_bytes - 4, threads, folded);
}

static void test_wrong_kernels_are_noticed(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        const sow_bench_options options = {.dtypes = 1u << SOW_BF16, .count = 5000, .rounds = 1};
        sow_error error = {0};
        sow_stats_bench bench = {.count = 0};
        other_figures = i == 0;
        assert_int_equal(SOW_OK, sowi_place_open(&bench.place, sowt_context()));
        sowi_place_ops bad = good = *bench.place.ops;
        bad.stats = stats_badly;
        bad.fold = fold_badly;
        bench.place.ops = &bad;
        assert_refused(SOW_ERR_DEVICE, sowi_stats_bench_measure(&bench, &options, &error), &error,
                       other_figures ? "figures of bf16" : "the read of bf16");
        free(bench.rows);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stats_bench_measures_every_dtype),
        cmocka_unit_test(test_read_ends_where_it_should),
        cmocka_unit_test(test_read_takes_every_byte),
        cmocka_unit_test(test_wrong_kernels_are_noticed),
    };
    return SOWT_RUN(tests, sowt_context_teardown);
}
