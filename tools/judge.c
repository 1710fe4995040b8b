#include "judge.h"

#include <math.h>

/* Standard errors that a figure may be off: of a normal deviate one in 1.7 million is. */
#define ERRORS_ALLOWED 5
/* What the law of a stored value is known to, relatively. */
#define LAW_ERROR 1e-6

const char *const flag_names[] = {"nan",   "inf",     "zero",  "constant", "std", "mean",
                                  "shape", "unknown", "extra", "bool",     NULL};

/* The fourth moment about the mean by the square of the second: 3 of a normal, less of what is bounded, and much more of what
 * is mostly zeros. */
static double kurtosis_of(const sow_checkpoint_tensor *tensor)
{
    const double sparsity =
        tensor->initializer.kind == SOW_SPARSE ? tensor->initializer.param[0] : 0;
    return sparsity < 1 ? 3 / (1 - sparsity) : 3;
}

expectation expectation_of(const sow_checkpoint_tensor *tensor)
{
    if (tensor == NULL)
        return (expectation){.known = false};
    double mean = tensor->mean, std = tensor->std;
    const double count = (double)tensor->plan.count;
    if (tensor->padding_idx >= 0 && tensor->tensor.rank > 0 && tensor->tensor.shape[0] > 0) {
        /* the padding row's zeros are elements, too */
        const double drawn = 1 - 1 / (double)tensor->tensor.shape[0];
        const double squares = drawn * (std * std + mean * mean);
        mean *= drawn;
        std = sqrt(squares - mean * mean);
    }
    const double spread = count > 0 ? std / sqrt(count) : 0;
    return (expectation){
        .known = true,
        .mean = mean,
        .std = std,
        .mean_error = spread,
        .std_error = spread * sqrt((kurtosis_of(tensor) - 1) / 4),
    };
}

static bool is_off(double measured, double expected, double error, double size)
{
    return fabs(measured - expected) > ERRORS_ALLOWED * error + LAW_ERROR * size;
}

static unsigned judge_by_law(const sow_stats *stats, const expectation *expected)
{
    const double size = fabs(expected->mean) + expected->std;
    unsigned flags = 0;
    if (expected->std > 0 && stats->count > 1 && stats->std == 0)
        flags |= stats->max == 0 && stats->min == 0 ? FLAG_ZERO : FLAG_CONSTANT;
    if (is_off(stats->std, expected->std, expected->std_error, size))
        flags |= FLAG_STD;
    if (is_off(stats->mean, expected->mean, expected->mean_error, size))
        flags |= FLAG_MEAN;
    return flags;
}

/* Without a law: biases and norms are constant, matrices are not. */
static unsigned judge_by_rank(const sow_file_tensor *of, const sow_stats *stats)
{
    if (of->rank < 2 || !sow_dtype_is_float(of->dtype) || stats->count < 2 || stats->std > 0)
        return 0;
    return stats->max == 0 && stats->min == 0 ? FLAG_ZERO : FLAG_CONSTANT;
}

unsigned judge(const sow_file_tensor *of, const sow_stats *stats, const expectation *expected)
{
    unsigned flags = (stats->nans != 0 ? FLAG_NAN : 0) | (stats->infs != 0 ? FLAG_INF : 0);
    if (stats->count == stats->nans + stats->infs)
        return flags;
    if (of->dtype == SOW_BOOL && stats->max > 1)
        flags |= FLAG_BOOL;
    return flags | (expected->known ? judge_by_law(stats, expected) : judge_by_rank(of, stats));
}
