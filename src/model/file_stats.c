/* The figures of a file's tensor, read piece by piece, on a device or on the host. */
#include <stdbool.h>
#include <stdlib.h>

#include "fail.h"
#include "host/stats_host.h"
#include "sowcl/model.h"
#include "stats_sums.h"
#include "system_error.h"
#include "words.h"

#ifdef SOWI_OPENCL
#include "device/stats_feed.h"
#endif

/* Whole chunks of any dtype. */
enum { PIECE_BYTES = 4 << 20 };

typedef struct gathering {
    sow_context *context;
    const sow_host_options *host;
    sowi_stats_sums sums;
    sowi_bins_place place;
    uint64_t row[SOWI_BINS_ROW];
    bool has_bins;
} gathering;

static sow_status add(gathering *with, const void *piece, uint64_t count)
{
#ifdef SOWI_OPENCL
    if (with->context != NULL)
        return sowi_stats_feed(with->context, piece, count, &with->sums, &with->place,
                               with->has_bins ? with->row : NULL);
#endif
    const sow_status status = sowi_stats_add_host(&with->sums, piece, count, with->host);
    if (status == SOW_OK && with->has_bins)
        sowi_bins_add_host(with->sums.dtype, piece, count, with->place, with->row);
    return status;
}

static sow_status add_all(gathering *with, const sow_tensor_file *file, size_t index,
                          sow_error *error)
{
    const sow_file_tensor *tensor = sow_tensor_file_at(file, index);
    const uint64_t bytes = tensor->size_bytes;
    sow_status status = SOW_OK;
    unsigned char *piece = malloc(bytes < PIECE_BYTES ? (size_t)bytes + 1 : PIECE_BYTES);
    if (piece == NULL)
        return sowi_fail_memory(error);
    for (uint64_t at = 0; at < bytes; at += PIECE_BYTES) {
        const size_t size = bytes - at < PIECE_BYTES ? (size_t)(bytes - at) : PIECE_BYTES;
        SOWI_TRY(status, sow_tensor_file_read(file, index, at, size, piece, error));
        status = add(with, piece, size / sow_dtype_size(tensor->dtype));
        if (status != SOW_OK)
            SOWI_TRY(status, sowi_fail(error, status, "tensor '%s': %s",
                                       sowi_show(tensor->name).text, sow_status_text(status)));
    }
done:
    free(piece);
    return status;
}

sow_status sow_tensor_file_stats(const sow_tensor_file *file, size_t index, sow_context *context,
                                 const sow_stats_options *options, sow_stats *out, sow_error *error)
{
    static const sow_stats_options standard = {0};
    if (file == NULL || out == NULL || index >= sow_tensor_file_count(file))
        return sowi_fail(error, SOW_ERR_ARGUMENT, "an argument is NULL, or no such tensor");
    const sow_file_tensor *tensor = sow_tensor_file_at(file, index);
    if (!tensor->known)
        return sowi_fail(error, SOW_ERR_DTYPE, "tensor '%s': no figures of that dtype (%s)",
                         sowi_show(tensor->name).text, tensor->dtype_name);
    if (options == NULL)
        options = &standard;
    gathering with = {.context = context, .host = &options->host};
    sow_histogram *histogram = options->histogram;
    with.has_bins = histogram != NULL;
    if (with.has_bins && sowi_bins_begin(histogram, &with.place) != SOW_OK)
        return sowi_fail(error, SOW_ERR_PARAMETER, "no such histogram (center %g, std %g)",
                         histogram->center, histogram->std);
    sowi_stats_begin(&with.sums, tensor->dtype);
    const sow_status status = add_all(&with, file, index, error);
    if (status != SOW_OK)
        return status;
    sowi_stats_end(&with.sums, out);
    if (with.has_bins)
        sowi_bins_end(histogram, with.row);
    return SOW_OK;
}
