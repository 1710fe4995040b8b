/* eye, identity, dirac, sparse, constant_block and padding_idx on a device: the host's bits, whole, in regions and in
 * pieces, and commands like any other fill's. */
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "device_fill.h"
#include "guest.h"
#include "random_numbers.h"
#include "run_tests.h"
#include "test_device.h"

static const sow_key key = {UINT64_C(0xa4093822299f31d0), UINT64_C(0x082efa98ec4e6c89)};

/* f64 draws need a device with doubles; the rest is by size. */
static const struct {
    sow_tensor tensor;
    sow_initializer initializer;
} fills[] = {
    {{.dtype = SOW_F32, .rank = 2, .shape = {37, 53}}, {.kind = SOW_EYE}},
    {{.dtype = SOW_U8, .rank = 2, .shape = {65, 40}}, {.kind = SOW_EYE, .padding = 4}},
    {{.dtype = SOW_I64, .rank = 2, .shape = {9, 9}}, {.kind = SOW_IDENTITY, .param = {-5}}},
    {{.dtype = SOW_BF16, .rank = 2, .shape = {1, 1}}, {.kind = SOW_IDENTITY, .param = {0.3}}},
    {{.dtype = SOW_F64, .rank = 3, .shape = {12, 5, 4}}, {.kind = SOW_DIRAC, .param = {3}}},
    {{.dtype = SOW_F16, .layout = SOW_LAYOUT_IO, .rank = 4, .shape = {3, 2, 6, 12}},
     {.kind = SOW_DIRAC, .param = {4}}},
    {{.dtype = SOW_F8_E4M3, .rank = 5, .shape = {4, 6, 3, 2, 3}},
     {.kind = SOW_DIRAC, .param = {2}, .padding = 1}},
    {{.dtype = SOW_F32, .rank = 2, .shape = {33, 29}}, {.kind = SOW_SPARSE, .param = {0.3, 1}}},
    {{.dtype = SOW_F32, .rank = 2, .shape = {5, 70}},
     {.kind = SOW_SPARSE, .param = {0.5, 0.01}, .padding = 2}},
    {{.dtype = SOW_F32, .rank = 1, .shape = {64}},
     {.kind = SOW_CONSTANT_BLOCK, .param = {1, 1, 4, 0}}},
    {{.dtype = SOW_I16, .rank = 2, .shape = {21, 3}},
     {.kind = SOW_CONSTANT_BLOCK, .param = {-3, 2, 3, 7}}},
    {{.dtype = SOW_F32, .rank = 2, .shape = {31, 11}},
     {.kind = SOW_NORMAL, .param = {0, 1}, .padding = 31}},
    /* the programs that follow are the dtypes' own */
    {{.dtype = SOW_BF16, .rank = 2, .shape = {300, 7}}, {.kind = SOW_SPARSE, .param = {0.1, 1}}},
    {{.dtype = SOW_F8_E5M2, .rank = 2, .shape = {17, 17}},
     {.kind = SOW_SPARSE, .param = {0.9, 1}, .padding = 17}},
    {{.dtype = SOW_F64, .rank = 2, .shape = {40, 9}}, {.kind = SOW_SPARSE, .param = {0.5, 1}}},
};
enum { FILL_COUNT = sizeof fills / sizeof fills[0], FILLS_OF_FEW_PROGRAMS = 12 };

static size_t fill_count(void)
{
    return sowt_is_simulated() ? FILLS_OF_FEW_PROGRAMS : FILL_COUNT;
}

/* Skips what a device without doubles refuses. */
static bool is_possible(const sow_context *context, size_t i)
{
    cl_device_fp_config config = 0;
    if (fills[i].tensor.dtype != SOW_F64 || fills[i].initializer.kind != SOW_SPARSE)
        return true;
    return clGetDeviceInfo(sow_context_cl_device(context), CL_DEVICE_DOUBLE_FP_CONFIG,
                           sizeof config, &config, NULL) == CL_SUCCESS &&
           config != 0;
}

static void test_structures_equal_the_host(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    for (size_t i = 0; i < fill_count(); i++)
        for (uint64_t offset = 0; offset < 20 && is_possible(context, i); offset += 3 + 16 * i % 7)
            sowt_check_fill(context, &fills[i].tensor, &fills[i].initializer, key, offset);
}

static sow_tensor random_part(uint64_t *random, const sow_tensor *tensor)
{
    sow_tensor part = *tensor;
    for (uint32_t d = 0; d < part.rank; d++) {
        const uint64_t size = part.shape[d];
        part.extent[d] = size;
        if (sowt_random_below(random, 3) == 0)
            continue;
        part.start[d] = sowt_random_below(random, size);
        part.extent[d] = 1 + sowt_random_below(random, size - part.start[d]);
    }
    return part;
}

static void test_structures_of_random_regions(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    const int repeats = sowt_is_simulated() ? 2 : 12;
    uint64_t random = 1;
    for (size_t i = 0; i < fill_count(); i++)
        for (int repeat = 0; repeat < repeats && is_possible(context, i); repeat++) {
            const sow_tensor part = random_part(&random, &fills[i].tensor);
            sowt_check_fill(context, &part, &fills[i].initializer, key,
                            sowt_random_below(&random, 20));
        }
}

/* Larger, and far from the tensor's beginning. */
static void test_large_structures(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    const uint64_t side = UINT64_C(3037000499), middle = UINT64_C(1) << 31;
    const struct {
        sow_tensor tensor;
        sow_initializer initializer;
    } table[] = {
        {{.dtype = SOW_I8,
          .rank = 2,
          .shape = {side, side},
          .start = {middle - 20, middle - 17},
          .extent = {41, 45}},
         sow_eye()},
        {{.dtype = SOW_F32,
          .rank = 2,
          .shape = {middle - 1, UINT64_C(1) << 31},
          .start = {middle - 41, (UINT64_C(1) << 31) - 19},
          .extent = {40, 19}},
         sow_sparse(0.4, 1)},
        {{.dtype = SOW_F32, .rank = 2, .shape = {1003, 301}}, sow_sparse(0.25, 1)},
        {{.dtype = SOW_F32, .rank = 4, .shape = {96, 64, 5, 7}}, sow_dirac(6)},
        {{.dtype = SOW_F32, .rank = 2, .shape = {501, 777}},
         sow_with_padding_idx(sow_normal(0, 1), 500)},
    };
    for (size_t i = 0; i < (sowt_is_simulated() ? 2 : sizeof table / sizeof table[0]); i++)
        sowt_check_fill(context, &table[i].tensor, &table[i].initializer, key, i);
}

static sow_plan plan_of(size_t i)
{
    sow_plan plan;
    assert_int_equal(SOW_OK,
                     sow_plan_make(&plan, &fills[i].tensor, &fills[i].initializer, key, NULL));
    return plan;
}

static unsigned char *expected_of(const sow_plan *plan, size_t *size_bytes)
{
    *size_bytes = (size_t)plan->count * sow_dtype_size(plan->dtype);
    unsigned char *expected = malloc(*size_bytes + 1);
    assert_non_null(expected);
    assert_int_equal(SOW_OK, sow_fill_host_plan(expected, plan, NULL));
    return expected;
}

/* One for all tests: building its programs takes long. */
static sowt_guest shared;

static const sowt_guest *the_guest(void)
{
    if (shared.sow == NULL)
        shared = sowt_guest_create();
    return &shared;
}

/* One behind the other on the queue, as a run with small blocks asks for them. */
static void test_structures_in_pieces(void **state)
{
    (void)state;
    const sowt_guest *guest = the_guest();
    uint64_t random = 2;
    for (size_t i = 0; i < FILLS_OF_FEW_PROGRAMS; i++) {
        const sow_plan plan = plan_of(i);
        size_t size;
        unsigned char *expected = expected_of(&plan, &size);
        cl_mem buffer = sowt_guest_buffer(guest, size);
        for (uint64_t done = 0; done < plan.count;) {
            uint64_t count = 1 + sowt_random_below(&random, plan.count / 5 + 2);
            count = count < plan.count - done ? count : plan.count - done;
            sow_plan piece = plan;
            assert_int_equal(SOW_OK, sow_plan_slice(&piece, done, count));
            assert_int_equal(SOW_OK, sow_fill_plan(guest->sow, guest->queue, buffer, done, &piece,
                                                   0, NULL, NULL));
            done += count;
        }
        sowt_check_buffer(guest->queue, buffer, expected, size, sow_dtype_size(plan.dtype));
        assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
        free(expected);
    }
}

/* ---- Commands ---- */

/* Waits for its list, and its event comes after all that it writes. */
static void check_queue(cl_command_queue_properties properties)
{
    const sowt_guest *guest = the_guest();
    cl_command_queue queue = sowt_guest_queue(guest, properties);
    for (size_t i = 0; i < FILLS_OF_FEW_PROGRAMS; i++) {
        const sow_plan plan = plan_of(i);
        size_t size;
        unsigned char *expected = expected_of(&plan, &size);
        cl_mem buffer = sowt_guest_buffer(guest, size);
        cl_event gate = sowt_guest_gate(guest), event = NULL;
        assert_int_equal(SOW_OK,
                         sow_fill_plan(guest->sow, queue, buffer, 0, &plan, 1, &gate, &event));
        assert_non_null(event);
        sowt_check_gated(queue, gate, event);
        sowt_check_buffer(guest->queue, buffer, expected, size, sow_dtype_size(plan.dtype));
        assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
        free(expected);
    }
    assert_int_equal(CL_SUCCESS, clReleaseCommandQueue(queue));
}

static void test_structures_wait_in_order(void **state)
{
    (void)state;
    check_queue(0);
}

static void test_structures_wait_out_of_order(void **state)
{
    (void)state;
    check_queue(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
}

/* No element of the structure, or of the overlay, lies in the slice: the event comes all the same. */
static void check_beside(cl_command_queue_properties properties)
{
    const sowt_guest *guest = the_guest();
    cl_command_queue queue = sowt_guest_queue(guest, properties);
    const struct {
        sow_tensor tensor;
        sow_initializer initializer;
    } table[] = {
        /* above the diagonal; between two groups' taken inputs; rows before the block and the padding row */
        {{.rank = 2, .shape = {9, 9}, .start = {0, 5}, .extent = {3, 4}}, sow_eye()},
        {{.rank = 2, .shape = {9, 9}, .start = {8, 0}, .extent = {1, 3}}, sow_eye()},
        {{.rank = 3, .shape = {8, 2, 3}, .start = {2, 0, 0}, .extent = {2, 2, 3}}, sow_dirac(2)},
        {{.rank = 3, .shape = {4, 4, 3}, .start = {0, 0, 2}, .extent = {4, 4, 1}}, sow_dirac(1)},
        {{.rank = 2, .shape = {8, 3}, .extent = {4, 3}}, sow_constant_block(1, 1, 2, 3)},
        {{.rank = 2, .shape = {8, 3}, .extent = {4, 3}}, sow_with_padding_idx(sow_normal(0, 1), 6)},
        {{.rank = 2, .shape = {8, 8}, .start = {0, 6}, .extent = {3, 2}},
         sow_with_padding_idx(sow_eye(), 6)},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        sow_plan plan;
        assert_int_equal(SOW_OK,
                         sow_plan_make(&plan, &table[i].tensor, &table[i].initializer, key, NULL));
        size_t size;
        unsigned char *expected = expected_of(&plan, &size);
        cl_mem buffer = sowt_guest_buffer(guest, size);
        cl_event gate = sowt_guest_gate(guest), event = NULL;
        assert_int_equal(SOW_OK,
                         sow_fill_plan(guest->sow, queue, buffer, 0, &plan, 1, &gate, &event));
        assert_non_null(event);
        sowt_check_gated(queue, gate, event);
        sowt_check_buffer(guest->queue, buffer, expected, size, 4);
        assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
        free(expected);
    }
    assert_int_equal(CL_SUCCESS, clReleaseCommandQueue(queue));
}

static void test_structures_beside_the_slice(void **state)
{
    (void)state;
    check_beside(0);
    check_beside(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
}

/* Among many small tensors that share launches. */
static void check_batch(cl_command_queue_properties properties)
{
    enum { PLAIN = 40, ITEMS = PLAIN + FILLS_OF_FEW_PROGRAMS };
    const sowt_guest *guest = the_guest();
    cl_command_queue queue = sowt_guest_queue(guest, properties);
    const sow_tensor vector = sowt_vector(SOW_F32, 13);
    const sow_initializer uniform = sow_uniform(0, 1);
    static sow_plan plans[ITEMS];
    sow_batch_item items[ITEMS];
    size_t used = 0;
    for (size_t i = 0; i < ITEMS; i++) {
        if (i % 4 == 3 && i / 4 < FILLS_OF_FEW_PROGRAMS)
            plans[i] = plan_of(i / 4);
        else
            assert_int_equal(
                SOW_OK, sow_plan_make(&plans[i], &vector, &uniform, (sow_key){key.seed, i}, NULL));
        items[i] = (sow_batch_item){&plans[i], used};
        used += ((size_t)plans[i].count * sow_dtype_size(plans[i].dtype) + 15) / 8 * 8;
    }
    unsigned char *expected = malloc(used);
    assert_non_null(expected);
    memset(expected, SOWT_GUARD, used);
    for (size_t i = 0; i < ITEMS; i++)
        assert_int_equal(SOW_OK,
                         sow_fill_host_plan(expected + items[i].offset_bytes, &plans[i], NULL));
    cl_mem buffer = sowt_guest_buffer(guest, used);
    cl_event gate = sowt_guest_gate(guest), event = NULL;
    assert_int_equal(SOW_OK,
                     sow_fill_batch(guest->sow, queue, buffer, items, ITEMS, 1, &gate, &event));
    sowt_check_gated(queue, gate, event);
    sowt_check_buffer(guest->queue, buffer, expected, used, 1);
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    assert_int_equal(CL_SUCCESS, clReleaseCommandQueue(queue));
    free(expected);
}

static void test_structures_in_batches(void **state)
{
    (void)state;
    check_batch(0);
    check_batch(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
}

static void test_prepare_plan(void **state)
{
    (void)state;
    sow_context *context = sowt_context();
    sow_plan plan = plan_of(0);
    assert_int_equal(SOW_ERR_ARGUMENT, sow_context_prepare_plan(NULL, &plan));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_context_prepare_plan(context, NULL));
    assert_int_equal(SOW_OK, sow_context_prepare_plan(context, &plan));
    plan.dtype = (sow_dtype)99;
    assert_int_equal(SOW_ERR_ARGUMENT, sow_context_prepare_plan(context, &plan));
    plan = plan_of(0);
    plan.distribution = (sow_distribution)99;
    assert_int_equal(SOW_ERR_ARGUMENT, sow_context_prepare_plan(context, &plan));
    plan.count = 0;
    assert_int_equal(SOW_OK, sow_context_prepare_plan(context, &plan));
}

static int release_contexts(void **state)
{
    if (shared.sow != NULL)
        sowt_guest_release(&shared);
    return sowt_lanes_teardown(state) + sowt_context_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SOWT_ON_LANES(test_structures_equal_the_host),
        SOWT_ON_LANES(test_structures_of_random_regions),
        SOWT_ON_LANES(test_large_structures),
        cmocka_unit_test(test_structures_in_pieces),
        cmocka_unit_test(test_structures_wait_in_order),
        cmocka_unit_test(test_structures_wait_out_of_order),
        cmocka_unit_test(test_structures_beside_the_slice),
        cmocka_unit_test(test_structures_in_batches),
        cmocka_unit_test(test_prepare_plan),
    };
    return SOWT_RUN(tests, release_contexts);
}
