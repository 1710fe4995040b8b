#include "structure.h"

#include <inttypes.h>
#include <math.h>

#include "fail.h"
#include "job.h"
#include "structure_job.clh"
#include "tensor.h"

/* Rows of sparse columns are permuted in 32 bits. */
#define SPARSE_ROWS_MOST (((uint64_t)1 << 31) - 1)

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static sow_status check_matrix(const sow_tensor *tensor, sow_error *error)
{
    if (tensor->rank != 2)
        return sowi_fail(error, SOW_ERR_SHAPE, "dimensions (%" PRIu32 "): 2, (rows, columns)",
                         tensor->rank);
    return SOW_OK;
}

sow_status sowi_place_diagonal(sow_placed *placed, const sow_tensor *tensor, sow_error *error)
{
    const sow_status status = check_matrix(tensor, error);
    if (status != SOW_OK)
        return status;
    const uint64_t count = least(tensor->shape[0], tensor->shape[1]);
    placed->count = count;
    placed->inner = count;
    placed->inner_stride = tensor->shape[1] + 1;
    return SOW_OK;
}

/* The middle of the spatial dimensions, as torch.nn.init.dirac_ has it, and how many elements they
 * have. */
static uint64_t middle_of(const sow_tensor *tensor, uint32_t first, uint64_t *spatial)
{
    uint64_t middle = 0;
    *spatial = 1;
    for (uint32_t d = first; d < first + tensor->rank - 2; d++) {
        middle = middle * tensor->shape[d] + tensor->shape[d] / 2;
        *spatial *= tensor->shape[d];
    }
    return middle;
}

sow_status sowi_place_dirac(sow_placed *placed, const sow_tensor *tensor, double groups,
                            sow_error *error)
{
    const uint32_t rank = tensor->rank;
    if (rank < 3 || rank > 5)
        return sowi_fail(error, SOW_ERR_SHAPE, "dimensions (%" PRIu32 "): 3 to 5", rank);
    const bool oi = tensor->layout == SOW_LAYOUT_OI;
    const uint64_t out = tensor->shape[oi ? 0 : rank - 1], in = tensor->shape[oi ? 1 : rank - 2];
    if (!(groups >= 1 && groups <= 0x1p53) || groups != floor(groups) ||
        out % (uint64_t)groups != 0)
        return sowi_fail(error, SOW_ERR_PARAMETER,
                         "groups (%g): a whole number that divides out (%" PRIu64 ")", groups, out);
    const uint64_t group = out / (uint64_t)groups, taken = least(group, in);
    uint64_t spatial;
    const uint64_t middle = middle_of(tensor, oi ? 2 : 0, &spatial);
    placed->count = (uint64_t)groups * taken;
    if (oi) { /* group by group */
        placed->origin = middle;
        placed->inner = taken;
        placed->inner_stride = (in + 1) * spatial;
        placed->outer_stride = group * in * spatial;
    } else { /* input by input */
        placed->origin = middle * in * out;
        placed->inner = (uint64_t)groups;
        placed->inner_stride = group;
        placed->outer_stride = out + 1;
    }
    return SOW_OK;
}

sow_status sowi_place_zeros(sow_placed *placed, const sow_tensor *tensor, double sparsity,
                            sow_error *error)
{
    const sow_status status = check_matrix(tensor, error);
    if (status != SOW_OK)
        return status;
    placed->rows = tensor->shape[0];
    placed->columns = tensor->shape[1];
    if (placed->rows > SPARSE_ROWS_MOST)
        return sowi_fail(error, SOW_ERR_SHAPE, "rows (%" PRIu64 "): fewer than 2^31", placed->rows);
    placed->zeros = (uint64_t)ceil(sparsity * (double)placed->rows);
    return SOW_OK;
}

void sowi_rows_in_region(const sow_tensor *tensor, uint64_t begin, uint64_t end,
                         uint64_t *begin_elems, uint64_t *end_elems)
{
    const bool whole = sowi_tensor_is_whole(tensor);
    const uint64_t *extent = whole ? tensor->shape : tensor->extent;
    const uint64_t first = whole ? 0 : tensor->start[0], last = first + extent[0];
    uint64_t row = 1;
    for (uint32_t d = 1; d < tensor->rank; d++)
        row *= extent[d];
    const uint64_t low = begin < first ? first : least(begin, last);
    const uint64_t high = end < low ? low : least(end, last);
    *begin_elems = (low - first) * row;
    *end_elems = (high - first) * row;
}

sow_status sowi_block_rows(const sow_tensor *tensor, double block, double blocks, uint64_t *begin,
                           uint64_t *end, sow_error *error)
{
    if (tensor->rank == 0)
        return sowi_fail(error, SOW_ERR_SHAPE, "dimensions (0): 1 or more");
    const uint64_t rows = tensor->shape[0];
    if (!(blocks >= 1 && blocks <= 0x1p53) || blocks != floor(blocks) ||
        rows % (uint64_t)blocks != 0)
        return sowi_fail(error, SOW_ERR_PARAMETER,
                         "blocks (%g): a whole number that divides the first dimension (%" PRIu64
                         ")",
                         blocks, rows);
    if (!(block >= 0 && block < blocks) || block != floor(block))
        return sowi_fail(error, SOW_ERR_PARAMETER, "block (%g): a whole number from 0 to %g", block,
                         blocks - 1);
    const uint64_t size = rows / (uint64_t)blocks;
    *begin = (uint64_t)block * size;
    *end = *begin + size;
    return SOW_OK;
}

bool sowi_plan_overlay(const sow_plan *plan, sow_plan *overlay)
{
    const uint64_t end = plan->begin + plan->count;
    const uint64_t low = plan->overlay_begin > plan->begin ? plan->overlay_begin : plan->begin;
    const uint64_t high = least(plan->overlay_end, end);
    if (low >= high)
        return false;
    *overlay = *plan;
    overlay->distribution = SOW_DIST_CONSTANT;
    overlay->pattern = plan->overlay_pattern;
    overlay->structure = SOW_STRUCTURE_NONE;
    overlay->overlay_begin = overlay->overlay_end = 0;
    overlay->begin = low;
    overlay->count = high - low;
    return true;
}

bool sowi_plan_is_written_over(const sow_plan *plan)
{
    sow_plan overlay;
    return plan->structure != SOW_STRUCTURE_NONE || sowi_plan_overlay(plan, &overlay);
}

void sowi_plan_reach(const sow_plan *plan, uint64_t *low, uint64_t *high)
{
    *low = plan->first;
    *high = plan->first + plan->run - 1;
    if (plan->outer_rank == 0) {
        *low += plan->begin;
        *high = *low + plan->count - 1;
    }
    for (uint32_t d = 0; d < plan->outer_rank; d++)
        *high += (plan->outer_extent[d] - 1) * plan->outer_stride[d];
}

/* The placed elements that can lie in the plan: whole runs of `inner`, since they increase. */
static void find_placed(sowk_job *job, const sow_plan *plan)
{
    const sow_placed *placed = &plan->placed;
    const uint64_t step = placed->outer_stride, runs = placed->count / placed->inner;
    uint64_t low, high, first = 0, end = runs;
    sowi_plan_reach(plan, &low, &high);
    if (step != 0 && low > placed->origin)
        first = (low - placed->origin) / step;
    /* a run may reach into the next one's steps, so the one before may have elements, too */
    first = first > 0 ? first - 1 : 0;
    if (high < placed->origin)
        end = 0;
    else if (step != 0)
        end = least(runs, (high - placed->origin) / step + 1);
    uint64_t from = first * placed->inner, to = end * placed->inner;
    if (runs == 1 && end == 1) {
        const uint64_t stride = placed->inner_stride;
        from = low > placed->origin ? (low - placed->origin) / stride : 0;
        to = least(to, (high - placed->origin) / stride + 1);
    }
    job->param[SOWK_PLACED_FIRST] = from;
    job->items = to > from ? to - from : 0;
    job->param[SOWK_PLACED_PATTERN] = placed->pattern;
    job->param[SOWK_PLACED_ORIGIN] = placed->origin;
    job->param[SOWK_PLACED_INNER] = placed->inner;
    job->param[SOWK_PLACED_INNER_STRIDE] = placed->inner_stride;
    job->param[SOWK_PLACED_OUTER_STRIDE] = placed->outer_stride;
}

/* Four rounds of a network over pairs of some sqrt(rows) numbers each bring the chances of a row some rows^2
 * nearer to each other's: enough of them for 2^-24. By the number of rows only, since it decides the bits. */
static uint64_t turns_of(uint64_t rows)
{
    return rows < 16 ? 12 : rows < 256 ? 6 : 3;
}

/* The rows of the region that the plan's elements lie in, each so many elements wide; of a whole tensor, or
 * whole rows, those of the tensor. run: rows of an item. */
static void find_columns(sowk_job *job, const sow_plan *plan, uint64_t run)
{
    const sow_placed *placed = &plan->placed;
    const uint64_t width = job->outer_rank != 0 ? job->run : placed->columns;
    const uint64_t rows = (job->end - 1) / width - job->begin / width + 1;
    const uint64_t a = (uint64_t)ceil(sqrt((double)placed->rows));
    job->items = (rows + run - 1) / run * width;
    job->param[SOWK_SPARSE_ROWS] = placed->rows;
    job->param[SOWK_SPARSE_COLUMNS] = placed->columns;
    job->param[SOWK_SPARSE_ZEROS] = placed->zeros;
    job->param[SOWK_SPARSE_WIDTH] = width;
    job->param[SOWK_SPARSE_A] = a;
    job->param[SOWK_SPARSE_B] = (placed->rows + a - 1) / a;
    job->param[SOWK_SPARSE_TURNS] = turns_of(placed->rows);
}

void sowi_structure_job_make(sowk_job *job, const sow_plan *plan, uint32_t lanes, uint64_t dst)
{
    sowi_job_make(job, plan, 1, dst);
    if (plan->structure == SOW_STRUCTURE_PLACED)
        find_placed(job, plan);
    else
        find_columns(job, plan, SOWK_SPARSE_RUN_OF(lanes));
}
