#include "stats_device.h"

#include <stdio.h>
#include <stdlib.h>

#include "chain.h"
#include "fail.h"
#include "fill.h"
#include "stats_maker.h"
#include "stats_self_test.h"

/* Elements of a row, kernels/stats_bins.clh. */
#define BIN_BLOCK UINT64_C(262144)

typedef struct finding {
    sowi_stats_maker *maker;
    const sowi_stats_kernels *kernels;
    const sowi_stats_place *place;
    sow_dtype dtype;
    cl_uint num_wait; /* of each launch: the events stay complete */
    const cl_event *wait;
} finding;

/* The arguments that both kernels have first. */
static cl_int set_common(cl_kernel kernel, const finding *with, uint64_t first)
{
    cl_int code;
    SOWI_TRY(code, clSetKernelArg(kernel, 0, sizeof(cl_mem), &with->place->buffer));
    SOWI_TRY(code, clSetKernelArg(kernel, 1, sizeof(cl_ulong), &with->place->offset_elems));
    SOWI_TRY(code, clSetKernelArg(kernel, 2, sizeof(cl_ulong), &with->place->count));
    SOWI_TRY(code, clSetKernelArg(kernel, 3, sizeof(cl_ulong), &first));
done:
    return code;
}

/* Launches the kernel for `items` chunks or rows, and copies what it finds. shared: a work-group does one. */
static cl_int find(const finding *with, cl_kernel kernel, uint64_t items, bool shared, size_t bytes)
{
    /* CPUs divide work by groups, and a chunk is work enough for one */
    const size_t local = shared ? SOWK_STATS_LANES : 1, global = (size_t)items * local;
    cl_command_queue queue = with->place->queue;
    sowi_chain chain;
    cl_event event;
    cl_int code;
    SOWI_TRY(code, sowi_chain_begin(&chain, queue, with->num_wait, with->wait));
    SOWI_TRY(code, clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &global, &local,
                                          sowi_chain_num_wait(&chain), sowi_chain_wait(&chain),
                                          sowi_chain_event(&chain, &event, false)));
    sowi_chain_follow(&chain, event);
    SOWI_TRY(code,
             clEnqueueReadBuffer(queue, with->maker->memory, CL_TRUE, 0, bytes, with->maker->copy,
                                 sowi_chain_num_wait(&chain), sowi_chain_wait(&chain), NULL));
done:
    sowi_chain_end(&chain);
    return code;
}

static cl_int find_stats(const finding *with, sowi_stats_sums *sums)
{
    const uint64_t most = SOWI_STATS_MEMORY / sizeof(sowk_stats_part);
    const uint64_t chunks = (with->place->count + SOWK_STATS_CHUNK - 1) / SOWK_STATS_CHUNK;
    const bool shared = with->maker->context->lanes == 1 && sow_dtype_is_float(with->dtype);
    cl_int code = CL_SUCCESS;
    for (uint64_t first = 0; first < chunks && code == CL_SUCCESS; first += most) {
        const uint64_t items = chunks - first < most ? chunks - first : most;
        const uint64_t left = with->place->count - first * SOWK_STATS_CHUNK;
        cl_kernel kernel = with->kernels->stats;
        SOWI_TRY(code, set_common(kernel, with, first));
        SOWI_TRY(code, clSetKernelArg(kernel, 4, sizeof(cl_mem), &with->maker->memory));
        SOWI_TRY(code, find(with, kernel, items, shared, (size_t)items * sizeof(sowk_stats_part)));
        sowi_stats_add(sums, with->maker->copy,
                       items == most && left > most * SOWK_STATS_CHUNK ? most * SOWK_STATS_CHUNK
                                                                       : left);
    }
done:
    return code;
}

static cl_int set_bins(cl_kernel kernel, sow_dtype dtype, const sowi_bins_place *bins)
{
    const float scale = (float)bins->scale, offset = (float)bins->offset;
    cl_int code;
    if (dtype == SOW_F64) {
        SOWI_TRY(code, clSetKernelArg(kernel, 4, sizeof bins->scale, &bins->scale));
        SOWI_TRY(code, clSetKernelArg(kernel, 5, sizeof bins->offset, &bins->offset));
    } else {
        SOWI_TRY(code, clSetKernelArg(kernel, 4, sizeof scale, &scale));
        SOWI_TRY(code, clSetKernelArg(kernel, 5, sizeof offset, &offset));
    }
done:
    return code;
}

static cl_int find_bins(const finding *with, const sowi_bins_place *bins, uint64_t *row)
{
    const uint64_t row_bytes = SOWI_BINS_ROW * sizeof(cl_uint);
    const uint64_t most = SOWI_STATS_MEMORY / row_bytes;
    const uint64_t blocks = (with->place->count + BIN_BLOCK - 1) / BIN_BLOCK;
    const bool shared = with->maker->context->lanes == 1;
    cl_kernel kernel = with->kernels->bins;
    cl_int code = CL_SUCCESS;
    for (uint64_t first = 0; first < blocks && code == CL_SUCCESS; first += most) {
        const uint64_t items = blocks - first < most ? blocks - first : most;
        const cl_uint *counts = with->maker->copy;
        SOWI_TRY(code, set_common(kernel, with, first));
        SOWI_TRY(code, set_bins(kernel, with->dtype, bins));
        SOWI_TRY(code, clSetKernelArg(kernel, 6, sizeof(cl_mem), &with->maker->memory));
        SOWI_TRY(code, find(with, kernel, items, shared, (size_t)(items * row_bytes)));
        for (uint64_t i = 0; i < items * SOWI_BINS_ROW; i++)
            row[i % SOWI_BINS_ROW] += counts[i];
    }
done:
    return code;
}

static cl_int check_parts(const finding *with)
{
    const sowi_stats_digests digests = sowi_stats_self_test_digests(with->dtype, with->maker->copy);
    if (digests.found == digests.expected)
        return SOW_OK;
    char what[32];
    snprintf(what, sizeof what, "statistics of %s", sow_dtype_name(with->dtype));
    sowi_context_log_self_test(with->maker->context, what, digests.found, digests.expected);
    return SOW_ERR_DEVICE;
}

/* Has the kernel find what is known, on a queue of its own. */
static sow_status run_self_test(const finding *with, const void *data)
{
    const sow_context *context = with->maker->context;
    const size_t size = SOWI_STATS_TEST_COUNT * sow_dtype_size(with->dtype);
    finding known = *with;
    sowi_stats_place place = {.count = SOWI_STATS_TEST_COUNT};
    cl_int code;
    known.place = &place;
    known.num_wait = 0;
    known.wait = NULL;
    place.queue = clCreateCommandQueue(context->context, context->device, 0, &code);
    if (place.queue == NULL)
        return code;
    place.buffer = clCreateBuffer(context->context, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR, size,
                                  (void *)(uintptr_t)data, &code);
    if (place.buffer != NULL) {
        sowi_stats_sums sums;
        sowi_stats_begin(&sums, with->dtype);
        code = find_stats(&known, &sums);
        if (code == CL_SUCCESS)
            code = check_parts(with);
        (void)clReleaseMemObject(place.buffer);
    }
    (void)clReleaseCommandQueue(place.queue);
    return code;
}

static sow_status test_kernels(const finding *with, sowi_stats_kernels *kernels)
{
    if (kernels->tested || !with->maker->context->self_test)
        return SOW_OK;
    void *data = malloc(SOWI_STATS_TEST_COUNT * sow_dtype_size(with->dtype));
    if (data == NULL)
        return SOW_ERR_NO_MEMORY;
    sowi_stats_self_test_make(with->dtype, data);
    const sow_status status = run_self_test(with, data);
    kernels->tested = status == SOW_OK;
    free(data);
    return status;
}

static sow_status find_all(sow_context *context, finding *with, sowi_stats_sums *sums,
                           const sowi_bins_place *bins, uint64_t *row)
{
    sowi_stats_kernels *kernels = NULL;
    sow_status status;
    SOWI_TRY(status, sowi_stats_maker_take(context, &with->maker));
    status = sowi_stats_kernels_make(with->maker, with->dtype, &kernels);
    with->kernels = kernels;
    if (status == SOW_OK)
        status = test_kernels(with, kernels);
    if (status == SOW_OK)
        status = find_stats(with, sums);
    if (status == SOW_OK && row != NULL)
        status = find_bins(with, bins, row);
    sowi_stats_maker_return(context);
done:
    return status;
}

sow_status sowi_stats_add_device(sow_context *context, const sowi_stats_place *place,
                                 cl_uint num_wait, const cl_event *wait, sowi_stats_sums *sums,
                                 const sowi_bins_place *bins, uint64_t *row)
{
    finding with = {
        .place = place, .dtype = sowi_stats_dtype(sums->dtype), .num_wait = num_wait, .wait = wait};
    return place->count == 0 ? SOW_OK : find_all(context, &with, sums, bins, row);
}

static sow_status check(const sow_context *context, cl_command_queue queue, cl_mem buffer,
                        uint64_t offset_elems, sow_dtype dtype, uint64_t count)
{
    uint64_t size_bytes = 0;
    sow_status status;
    SOWI_TRY(status, sowi_check_queue(context, queue));
    SOWI_TRY(status, sowi_check_buffer(context, buffer, &size_bytes));
    const uint64_t elements = size_bytes / sow_dtype_size(dtype);
    if (offset_elems > elements || count > elements - offset_elems)
        status = SOW_ERR_BUFFER;
done:
    return status;
}

sow_status sow_stats_buffer(sow_context *context, cl_command_queue queue, cl_mem buffer,
                            uint64_t offset_elems, sow_dtype dtype, uint64_t count,
                            const sow_stats_options *options, cl_uint num_wait,
                            const cl_event *wait, sow_stats *out)
{
    if (context == NULL || queue == NULL || buffer == NULL || (num_wait == 0) != (wait == NULL) ||
        out == NULL)
        return SOW_ERR_ARGUMENT;
    if (sow_dtype_size(dtype) == 0)
        return SOW_ERR_DTYPE;
    sow_histogram *histogram = options != NULL ? options->histogram : NULL;
    const sowi_stats_place place = {queue, buffer, offset_elems, count};
    uint64_t row[SOWI_BINS_ROW] = {0};
    sowi_bins_place bins;
    sowi_stats_sums sums;
    sow_status status;
    SOWI_TRY(status, check(context, queue, buffer, offset_elems, dtype, count));
    if (histogram != NULL)
        SOWI_TRY(status, sowi_bins_begin(histogram, &bins));
    sowi_stats_begin(&sums, dtype);
    SOWI_TRY(status, sowi_stats_add_device(context, &place, num_wait, wait, &sums, &bins,
                                           histogram != NULL ? row : NULL));
    if (histogram != NULL)
        sowi_bins_end(histogram, row);
    sowi_stats_end(&sums, out);
done:
    return status;
}
