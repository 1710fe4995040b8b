#include "report.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "output.h"
#include "table.h"
#include "target.h"

/* Sums of first and second moments over elements. */
typedef struct moments {
    double sum, sum_of_squares;
} moments;

/* The tensors of one initializer, as if they were one sample. */
typedef struct group {
    char expression[REPORT_EXPRESSION_SIZE];
    size_t tensors;
    uint64_t parameters;
    double weight; /* elements that the moments speak of */
    moments expected, measured;
} group;

static void moments_add(moments *sums, double weight, double mean, double std)
{
    sums->sum += weight * mean;
    sums->sum_of_squares += weight * (std * std + mean * mean);
}

static double moments_mean(const moments *sums, double weight)
{
    return weight > 0 ? sums->sum / weight : 0;
}

static double moments_std(const moments *sums, double weight)
{
    const double mean = moments_mean(sums, weight);
    const double variance = weight > 0 ? sums->sum_of_squares / weight - mean * mean : 0;
    return variance > 0 ? sqrt(variance) : 0;
}

/* Elements without the padding row. */
static double drawn_elements(const sow_checkpoint_tensor *tensor)
{
    const uint64_t rows = tensor->tensor.rank > 0 ? tensor->tensor.shape[0] : 1;
    const double count = (double)tensor->plan.count;
    return tensor->padding_idx < 0 || rows == 0 ? count : count - count / (double)rows;
}

static group *find_group(group *groups, size_t *count, const char *expression)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp(groups[i].expression, expression) == 0)
            return &groups[i];
    group *const added = &groups[(*count)++];
    memcpy(added->expression, expression, sizeof added->expression);
    return added;
}

/* In the order of first appearance; to be freed. */
static group *make_groups(const sow_checkpoint *checkpoint, size_t *count)
{
    const size_t tensors = sow_checkpoint_count(checkpoint);
    group *const groups = need_memory(calloc(tensors + 1, sizeof *groups));
    *count = 0;
    for (size_t i = 0; i < tensors; i++) {
        const sow_checkpoint_tensor *const tensor = sow_checkpoint_tensor_at(checkpoint, i);
        char expression[REPORT_EXPRESSION_SIZE] = "";
        sow_initializer_print(&tensor->initializer, expression, sizeof expression);
        group *const of = find_group(groups, count, expression);
        const double weight = drawn_elements(tensor);
        of->tensors++;
        of->parameters += tensor->plan.count;
        of->weight += weight;
        moments_add(&of->expected, weight, tensor->mean, tensor->std);
        moments_add(&of->measured, weight, tensor->measured_mean, tensor->measured_std);
    }
    return groups;
}

static void print_groups(const report *told, FILE *to)
{
    static const char *const heads[] = {"initializer", "tensors",       "parameters",  "mean",
                                        "std",         "measured mean", "measured std"};
    const size_t columns = told->has_moments ? 7 : 5;
    size_t count = 0;
    group *const groups = make_groups(told->checkpoint, &count);
    table *const rows = table_create(told->has_moments ? "lrrrrrr" : "lrrrr");
    for (size_t i = 0; i < columns; i++)
        table_cell(rows, "%s", heads[i]);
    for (size_t i = 0; i < count; i++) {
        const group *const of = &groups[i];
        table_cell(rows, "%s", of->expression);
        table_cell(rows, "%zu", of->tensors);
        table_cell(rows, "%" PRIu64, of->parameters);
        table_cell(rows, "%.5g", moments_mean(&of->expected, of->weight));
        table_cell(rows, "%.5g", moments_std(&of->expected, of->weight));
        if (told->has_moments) {
            table_cell(rows, "%.5g", moments_mean(&of->measured, of->weight));
            table_cell(rows, "%.5g", moments_std(&of->measured, of->weight));
        }
    }
    table_print(rows, to);
    table_release(rows);
    free(groups);
}

size_t report_file_count(const report *told)
{
    const bool none = told->file == NULL || target_is_stdout(told->file);
    return none ? 0 : sow_checkpoint_file_count(told->checkpoint);
}

void report_print_table(const report *told, FILE *to)
{
    const uint64_t bytes = sow_checkpoint_bytes(told->checkpoint);
    table *const rows = table_create("ll");
    table_cell(rows, "model");
    table_cell(rows, "%s, %zu tensors, recipe %s, seed %" PRIu64, told->model,
               sow_checkpoint_count(told->checkpoint), told->recipe, told->seed);
    table_cell(rows, "parameters");
    table_cell(rows, "%" PRIu64, sow_checkpoint_parameters(told->checkpoint));
    table_cell(rows, "bytes");
    table_cell(rows, "%" PRIu64 " (%s)", bytes, output_format_bytes(bytes).text);
    table_cell(rows, "device");
    table_cell(rows, "%s", told->device);
    table_cell(rows, "time");
    table_cell(rows, "%.3f s, %.2f GB/s", told->seconds,
               told->seconds > 0 ? 1e-9 * (double)bytes / told->seconds : 0);
    table_print(rows, to);
    table_release(rows);
    output_text(to, "\n");
    print_groups(told, to);
    output_text(to, "\n");
    for (size_t i = 0; i < report_file_count(told); i++) {
        output_text(to, "wrote ");
        output_escaped(to, sow_checkpoint_file_at(told->checkpoint, i));
        output_text(to, "\n");
    }
    report_print_digest(told, to);
}

void report_print_digest(const report *told, FILE *to)
{
    uint8_t digest[16];
    char text[33];
    sow_checkpoint_digest(told->checkpoint, digest);
    sow_digest_print(digest, text);
    output_printf(to, "%s  total\n", text);
}
