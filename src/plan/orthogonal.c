#include "orthogonal.h"

#include <inttypes.h>
#include <math.h>

#include "fail.h"
#include "parameter_bits.h"
#include "structure.h"
#include "tensor.h"

_Static_assert(sizeof(sowk_orthogonal_job) == 15 * 8 + 6 * 4,
               "host and device must lay the struct out alike, without padding");

/* Rows and columns are counted in 32 bits, with room for rounding up. */
#define SIDE_MOST (((uint64_t)1 << 31) - 1)

/* Matrices at once are counted in 32 bits, too. */
#define MATRICES_MOST ((uint64_t)1 << 20)

/* What the arithmetic takes without an overflow or a subnormal: products of a gain, a normal and a sum of them. */
static sow_status check_gain(double gain, sow_error *error)
{
    const double magnitude = fabs(gain);
    if (magnitude != 0 && !(magnitude >= 0x1p-60 && magnitude <= 0x1p60))
        return sowi_fail(error, SOW_ERR_PARAMETER,
                         "gain (%g): 0, or from 2^-60 to 2^60 in magnitude", gain);
    return SOW_OK;
}

static uint64_t product(const uint64_t *sizes, uint32_t begin, uint32_t end)
{
    uint64_t result = 1;
    for (uint32_t d = begin; d < end; d++)
        result *= sizes[d];
    return result;
}

/* A matrix of out x in, row-major, as a tall one. */
static void orient(sow_matrices *matrices, uint64_t out, uint64_t in)
{
    matrices->transposed = out < in;
    matrices->rows = out < in ? in : out;
    matrices->columns = out < in ? out : in;
}

static sow_status find_matrices(sow_matrices *matrices, const sow_tensor *tensor,
                                double wanted_dims, sow_error *error)
{
    const uint32_t rank = tensor->rank;
    if (!(wanted_dims >= 0 && wanted_dims <= SOW_MAX_RANK) || wanted_dims != floor(wanted_dims))
        return sowi_fail(error, SOW_ERR_PARAMETER, "batch_dims (%g): a whole number from 0 to %d",
                         wanted_dims, SOW_MAX_RANK - 2);
    const uint32_t batch_dims = (uint32_t)wanted_dims;
    if (rank < batch_dims + 2)
        return sowi_fail(error, SOW_ERR_SHAPE,
                         "dimensions (%" PRIu32 "): 2 or more, beside batch_dims (%" PRIu32 ")",
                         rank, batch_dims);
    const uint32_t cut = tensor->layout == SOW_LAYOUT_OI ? batch_dims + 1 : rank - 1;
    matrices->count = product(tensor->shape, 0, batch_dims);
    orient(matrices, product(tensor->shape, batch_dims, cut), product(tensor->shape, cut, rank));
    matrices->spread = 1;
    return SOW_OK;
}

/* Xiao et al. 2018, as JAX does it. */
static sow_status find_delta(sow_matrices *matrices, const sow_tensor *tensor, sow_error *error)
{
    const uint32_t rank = tensor->rank;
    if (rank < 3 || rank > 5)
        return sowi_fail(error, SOW_ERR_SHAPE, "dimensions (%" PRIu32 "): 3 to 5", rank);
    const bool oi = tensor->layout == SOW_LAYOUT_OI;
    const uint32_t first = oi ? 2 : 0; /* of the spatial dimensions, of which there are rank - 2 */
    const uint64_t out = tensor->shape[oi ? 0 : rank - 1], in = tensor->shape[oi ? 1 : rank - 2];
    if (out < in)
        return sowi_fail(error, SOW_ERR_SHAPE,
                         "out and in (%" PRIu64 ", %" PRIu64 "): no more in than out", out, in);
    uint64_t middle = 0;
    for (uint32_t d = first; d < first + rank - 2; d++)
        middle = middle * tensor->shape[d] + (tensor->shape[d] - 1) / 2;
    const uint64_t spatial = product(tensor->shape, first, first + rank - 2);
    orient(matrices, oi ? out : in, oi ? in : out);
    matrices->count = 1;
    matrices->origin = oi ? middle : middle * in * out;
    matrices->spread = oi ? spatial : 1;
    return SOW_OK;
}

/* Of the whole tensor: each matrix has `columns` unit vectors. */
static void set_moments(sow_plan *plan, const sow_tensor *tensor, double gain)
{
    const double elements = (double)product(tensor->shape, 0, tensor->rank);
    plan->mean = 0;
    plan->std =
        fabs(gain) * sqrt((double)plan->matrices.count * (double)plan->matrices.columns / elements);
    plan->low = -fabs(gain);
    plan->high = fabs(gain);
}

sow_status sowi_plan_orthogonal(sow_plan *plan, const sow_tensor *tensor,
                                const sowi_resolved *resolved, sow_error *error)
{
    sow_status status;
    sow_matrices *matrices = &plan->matrices;
    SOWI_TRY(status, check_gain(resolved->value, error));
    if (resolved->delta)
        SOWI_TRY(status, find_delta(matrices, tensor, error));
    else
        SOWI_TRY(status, find_matrices(matrices, tensor, resolved->count, error));
    if (resolved->value == 0 || sowi_tensor_is_empty(tensor))
        return SOW_OK; /* zeros, as the plan is by now */
    if (matrices->rows > SIDE_MOST)
        return sowi_fail(error, SOW_ERR_SHAPE,
                         "longer side of the matrix (%" PRIu64 "): fewer than 2^31",
                         matrices->rows);
    plan->distribution = SOW_DIST_ORTHOGONAL;
    plan->param[0] = sowi_parameter_bits(tensor->dtype, resolved->value);
    set_moments(plan, tensor, resolved->value);
done:
    return status;
}

sow_dtype sowi_orthogonal_real(const sow_plan *plan)
{
    return plan->dtype == SOW_F64 ? SOW_F64 : SOW_F32;
}

static uint64_t elements_of_one(const sow_plan *plan)
{
    return plan->matrices.rows * plan->matrices.columns;
}

bool sowi_orthogonal_is_whole(const sow_plan *plan)
{
    return plan->dtype == sowi_orthogonal_real(plan) && plan->matrices.spread == 1 &&
           plan->outer_rank == 0 && plan->begin == 0 && plan->first == plan->matrices.origin &&
           plan->count == plan->matrices.count * elements_of_one(plan);
}

void sowi_orthogonal_touched(const sow_plan *plan, uint64_t *first, uint64_t *count)
{
    const uint64_t one = elements_of_one(plan), all = plan->matrices.count;
    uint64_t low, high; /* tensor indices */
    sowi_plan_reach(plan, &low, &high);
    const uint64_t origin = plan->matrices.origin, spread = plan->matrices.spread;
    *first = *count = 0;
    if (high < origin || low > origin + (all * one - 1) * spread)
        return;
    const uint64_t last = (high - origin) / spread / one;
    *first = low < origin ? 0 : (low - origin) / spread / one;
    *count = (last < all ? last : all - 1) - *first + 1;
}

sow_plan sowi_orthogonal_normals(const sow_plan *plan, uint64_t first, uint64_t count)
{
    const uint64_t one = elements_of_one(plan);
    sow_plan made = {.distribution = SOW_DIST_NORMAL,
                     .dtype = sowi_orthogonal_real(plan),
                     .key = plan->key,
                     .std = 1,
                     .count = count * one,
                     .first = first * one,
                     .run = count * one};
    made.param[0] = sowi_parameter_bits(made.dtype, 1);
    return made;
}

/* Columns of a panel. Wide ones make products of more of the work, narrow ones cost fewer operations. By the number of
 * columns only, since it decides the bits; measured on a processor. */
static uint32_t block_of(uint32_t columns)
{
    const uint32_t block = columns <= 64 ? 16 : columns <= 256 ? 32 : columns <= 1024 ? 96 : 192;
    return columns < block ? columns : block;
}

static uint64_t take(uint64_t *end, uint64_t elements)
{
    const uint64_t begin = *end;
    *end += elements;
    return begin;
}

void sowi_orthogonal_job_make(sowk_orthogonal_job *job, const sow_plan *plan, bool chunked)
{
    const sow_matrices *of = &plan->matrices;
    const uint32_t rows = (uint32_t)of->rows, columns = (uint32_t)of->columns;
    const uint32_t block = block_of(columns), panels = sowk_ceil(columns, block);
    const uint64_t squares = (uint64_t)panels * block * block;
    const uint64_t chunks = chunked ? sowk_ceil(rows, SOWK_SUM_CHUNK) : 0;
    *job = (sowk_orthogonal_job){
        .matrix_stride = of->rows * of->columns,
        .row_stride = of->transposed ? 1 : columns,
        .column_stride = of->transposed ? rows : 1,
        .gain = plan->param[0],
        .matrices = (uint32_t)(of->count < MATRICES_MOST ? of->count : MATRICES_MOST),
        .rows = rows,
        .columns = columns,
        .block = block,
        .panels = panels,
        .transposed = of->transposed != 0,
    };
    uint64_t end = 0;
    job->diagonal = take(&end, columns);
    job->norms = take(&end, (uint64_t)sowk_ceil(rows, SOWK_NORM_ROWS) * columns);
    job->gram = take(&end, squares);
    job->inverse = take(&end, squares);
    job->v = take(&end, (uint64_t)rows * block);
    job->w = take(&end, (uint64_t)block * columns);
    job->solved = take(&end, (uint64_t)block * columns);
    job->partial = take(&end, chunks > 1 ? chunks * squares : 0);
    job->work_stride = end;
}
