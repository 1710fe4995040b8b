#include "run_check.h"

/* A range of a tensor's elements. */
typedef struct range {
    uint64_t begin, end;
} range;

static uint64_t clamp(uint64_t value, uint64_t low, uint64_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* The elements of the row of zeros; empty if there is none. */
static range padding_of(const sow_checkpoint_tensor *tensor)
{
    if (tensor->padding_idx < 0)
        return (range){0, 0};
    const uint64_t row = tensor->plan.count / tensor->tensor.shape[0];
    const uint64_t begin = row * (uint64_t)tensor->padding_idx;
    return (range){begin, begin + row};
}

/* Measures what the part has beside the padding row. */
static void measure(sowi_run_check *check, const sowi_block_part *part, const unsigned char *bytes)
{
    const size_t size = sow_dtype_size(part->tensor->tensor.dtype);
    const range padding = padding_of(part->tensor);
    const uint64_t begin = clamp(padding.begin, part->begin, part->end);
    const uint64_t end = clamp(padding.end, begin, part->end);
    const size_t before = (size_t)(begin - part->begin);
    const size_t zeros = (size_t)(end - begin), after = (size_t)(part->end - end);
    const unsigned char *row = bytes + before * size;
    sowi_measure_add(&check->measure, bytes, before);
    if (zeros != 0)
        sowi_measure_break(&check->measure);
    sowi_measure_add(&check->measure, row + zeros * size, after);
}

static void check_part(sowi_run_check *check, const sowi_block_part *part,
                       const unsigned char *bytes)
{
    sow_checkpoint_tensor *tensor = part->tensor;
    const size_t size = (size_t)(part->end - part->begin) * sow_dtype_size(tensor->tensor.dtype);
    const bool begins = part->begin == 0, ends = part->end == tensor->plan.count;
    if (begins)
        check->measure = (sowi_measure){.dtype = tensor->tensor.dtype, .shift = tensor->mean};
    if (size != 0 && check->measures)
        measure(check, part, bytes);
    if (begins && ends) {
        sowi_hash_xxh3_128(bytes, size, tensor->digest);
    } else {
        if (begins)
            sowi_hash_reset(check->hash);
        sowi_hash_update(check->hash, bytes, size);
        if (ends)
            sowi_hash_digest(check->hash, tensor->digest);
    }
    if (ends && check->measures)
        sowi_measure_moments(&check->measure, &tensor->measured_mean, &tensor->measured_std);
}

void sowi_run_check_block(sowi_run_check *check, const sowi_block *block,
                          const unsigned char *bytes)
{
    for (size_t i = 0; i < block->part_count; i++) {
        const sowi_block_part *part = &block->parts[i];
        check_part(check, part, bytes);
        if (part->end != part->begin)
            bytes += (size_t)(part->end - part->begin) * sow_dtype_size(part->tensor->tensor.dtype);
    }
}
