/* The stored digests on a device, in several launch geometries. */
#include "golden_rows.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "device_fill.h"
#include "run_tests.h"
#include "test_device.h"

/* Fills in pieces of at most `most` elements. */
static void check_row(sow_context *context, const sowt_golden_row *row, uint64_t most)
{
    const sow_plan plan = sowt_golden_plan(row);
    const uint64_t size = plan.count * sow_dtype_size(plan.dtype);
    cl_mem buffer = sowt_buffer_create(context, size);
    for (uint64_t done = 0; done < plan.count; done += most) {
        const uint64_t left = plan.count - done;
        sow_plan piece = plan;
        assert_int_equal(SOW_OK, sow_plan_slice(&piece, done, left < most ? left : most));
        const sow_status status = sow_fill_plan(context, sow_context_cl_queue(context), buffer,
                                                done, &piece, 0, NULL, NULL);
        if (status != SOW_OK)
            fail_msg("%s: %s: %s", sowt_device_name(), row->text, sow_status_name(status));
    }
    void *elements = malloc((size_t)size);
    assert_non_null(elements);
    assert_int_equal(SOW_OK, sow_buffer_read(context, buffer, 0, size, elements));
    char digest[33];
    sowt_golden_digest(&plan, elements, digest);
    if (strcmp(row->digest, digest) != 0)
        fail_msg("%s: %s: expected %s, actual %s", sowt_device_name(), row->text, row->digest,
                 digest);
    free(elements);
    sow_buffer_release(buffer);
}

/* The ways to launch: lanes, and in one launch or in pieces. */
enum { GEOMETRIES = 4 };

/* A simulator checks each row in one geometry only, llvmpipe in two. */
static bool has_turn(size_t row, void **state, bool in_pieces)
{
    const bool wide = *(const uint32_t *)*state == 8;
    const size_t geometry = (wide ? 2u : 0u) + (in_pieces ? 1u : 0u);
    if (sowt_is_simulated())
        return row % GEOMETRIES == geometry;
    return strcmp(sowt_implementation(), "rusticl") != 0 || row % 2 == geometry % 2;
}

/* All of a matrix is made for any part of it: large ones take a simulator hours, and llvmpipe a minute. Large
 * sparse tensors, which walk a permutation for each element, a simulator draws in f32 only. */
static bool takes_long(const sow_plan *plan)
{
    const uint64_t elements = plan->matrices.rows * plan->matrices.columns;
    if (!sowt_is_simulated())
        return strcmp(sowt_implementation(), "rusticl") == 0 && elements > 1 << 15;
    const bool sparse = plan->structure == SOW_STRUCTURE_SPARSE;
    return elements > 1 << 12 || (sparse && plan->count > 1 << 13 && plan->dtype != SOW_F32);
}

/* Checks the rows that draw f64, or the others: not every device has it. */
static void check_rows(void **state, bool f64, bool in_pieces)
{
    sow_context *context = sowt_context_of_lanes(state);
    size_t count;
    sowt_golden_row *rows = sowt_golden_rows_read(&count);
    for (size_t i = 0; i < count; i++) {
        const sow_plan plan = sowt_golden_plan(&rows[i]);
        if ((plan.dtype == SOW_F64 && plan.distribution != SOW_DIST_CONSTANT) == f64 &&
            has_turn(i, state, in_pieces) && !takes_long(&plan))
            check_row(context, &rows[i], in_pieces ? 251 : UINT64_MAX);
    }
    free(rows);
}

static void test_golden_in_one_launch(void **state)
{
    check_rows(state, false, false);
}

static void test_golden_in_pieces(void **state)
{
    check_rows(state, false, true);
}

static void test_golden_of_f64(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    if (sow_context_prepare(context, SOW_DIST_UNIFORM, SOW_F64) == SOW_ERR_NO_F64)
        sowt_skip("f64 on %s: no double precision", sowt_device_name());
    check_rows(state, true, false);
    check_rows(state, true, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SOWT_ON_LANES(test_golden_in_one_launch),
        SOWT_ON_LANES(test_golden_in_pieces),
        SOWT_ON_LANES(test_golden_of_f64),
    };
    return SOWT_RUN(tests, sowt_lanes_teardown);
}
