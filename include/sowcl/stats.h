/* sowcl/stats.h: figures of tensors: mean, deviation, extremes, what is not a number. Needs no OpenCL headers; figures of a
 * device's buffer are in sowcl/sowcl.h.
 *
 * The figures are the same, bit for bit, on every device and on the host. docs/stats.md tells how. */
#ifndef SOWCL_STATS_H
#define SOWCL_STATS_H

#include "sowcl/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sow_context sow_context;
typedef struct sow_tensor_file sow_tensor_file;

/* Of count elements. Those from mean on are of the finite ones, count - nans - infs; all 0 if there is none. */
typedef struct sow_stats {
    uint64_t count;
    uint64_t zeros, nans, infs; /* zeros of either sign */
    double mean;
    double std; /* of the population: the root of the mean square distance from the mean */
    double min, max;
    double nrm2; /* the root of the sum of squares */
    int64_t integer_min,
        integer_max; /* of integers and bool, exactly, which min and max may not be; 0 of other dtypes */
} sow_stats;

#define SOW_HISTOGRAM_BINS 256

/* How elements are spread over SOW_HISTOGRAM_BINS bins of equal width, which go from center - 8 std to center + 8 std. The
 * place of an element is computed in f32 (f64 of f64), so that one at the edge of two bins may be in either, on every device
 * in the same. NaNs are left out. */
typedef struct sow_histogram {
    double center, std; /* given: std in [2^-90, 2^100], |center| <= 2^20 std */
    uint64_t bins[SOW_HISTOGRAM_BINS];
    uint64_t below, above;
} sow_histogram;

/* Zero means default. */
typedef struct sow_stats_options {
    sow_histogram *histogram; /* filled, too; NULL: none */
    sow_host_options host;    /* of what the host computes */
} sow_stats_options;

/* The figures of count elements in host memory, aligned as their dtype. options: NULL is all defaults. Thread-safe.
 * SOW_ERR_ARGUMENT, SOW_ERR_DTYPE, SOW_ERR_PARAMETER (a histogram's), SOW_ERR_NO_MEMORY. */
SOW_API sow_status sow_stats_host(const void *data, sow_dtype dtype, uint64_t count,
                                  const sow_stats_options *options, sow_stats *out);

/* The figures of a file's tensor (sowcl/model.h), found on the context's device (NULL: on the host), which needs a queue of its
 * own. Of any size a few MiB are held. SOW_ERR_ARGUMENT, SOW_ERR_DTYPE (one that sowcl does not have), SOW_ERR_PARAMETER (a
 * histogram's), statuses of sow_tensor_file_read and sow_stats_buffer; error names the tensor. */
SOW_API sow_status sow_tensor_file_stats(const sow_tensor_file *file, size_t index,
                                         sow_context *context, const sow_stats_options *options,
                                         sow_stats *out, sow_error *error);

#ifdef __cplusplus
}
#endif
#endif
