#include "comparison.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* A side cannot draw it, and that is no difference. */
static bool is_left_aside(const comparison_case *of)
{
    return of->without_f64 || of->without_control;
}

bool comparison_case_is_compared(const comparison_case *of)
{
    return !of->missing_a && !of->missing_b && !of->other_shape && !of->other_dtype &&
           !of->failed && !is_left_aside(of);
}

bool comparison_case_agrees(const comparison_case *of)
{
    return comparison_case_is_compared(of) && of->difference.beyond == 0;
}

bool comparison_case_is_by_value(const comparison_case *of)
{
    return comparison_case_is_compared(of) &&
           (of->dtype != of->dtype_b || of->is_unsigned != of->is_unsigned_b);
}

bool comparison_case_is_sampled(const comparison_case *of)
{
    return comparison_case_is_compared(of) && of->difference.elements != 0 &&
           of->sample_a != NULL && (of->sample_b != NULL || of->difference.differing == 0);
}

static double mean_of_both(double mean_a, uint64_t count_a, double mean_b, uint64_t count_b)
{
    const double count = (double)count_a + (double)count_b;
    return count > 0 ? (mean_a * (double)count_a + mean_b * (double)count_b) / count : 0;
}

/* The first difference is that of the first case with one beyond the tolerance, or else with any. */
static bool has_first(const sow_difference *total, const sow_difference *part)
{
    return part->beyond != 0 ? total->beyond == 0 : part->differing != 0 && total->differing == 0;
}

static void note_first(sow_difference *total, const sow_difference *part)
{
    total->first_index = part->first_index;
    total->first_a_bits = part->first_a_bits;
    total->first_b_bits = part->first_b_bits;
    total->first_a = part->first_a;
    total->first_b = part->first_b;
}

static void add(sow_difference *total, const sow_difference *part)
{
    if (part->max_ulp > total->max_ulp) {
        total->max_ulp = part->max_ulp;
        total->max_ulp_index = part->max_ulp_index;
    }
    for (size_t i = 0; i < SOW_ULP_BINS; i++)
        total->ulps[i] += part->ulps[i];
    total->mean_absolute =
        mean_of_both(total->mean_absolute, total->measured, part->mean_absolute, part->measured);
    total->mean_relative =
        mean_of_both(total->mean_relative, total->measured, part->mean_relative, part->measured);
    total->max_absolute = fmax(total->max_absolute, part->max_absolute);
    total->max_relative = fmax(total->max_relative, part->max_relative);
    total->elements += part->elements;
    total->differing += part->differing;
    total->beyond += part->beyond;
    total->nan_pairs += part->nan_pairs;
    total->nan_alone += part->nan_alone;
    total->zero_signs += part->zero_signs;
    total->measured += part->measured;
}

void comparison_pair_sum(comparison_pair *pair)
{
    pair->total = (sow_difference){.elements = 0};
    pair->total_first = 0;
    for (size_t i = 0; i < pair->count; i++) {
        const comparison_case *const of = &pair->cases[i];
        if (!comparison_case_is_compared(of))
            continue;
        if (has_first(&pair->total, &of->difference)) {
            note_first(&pair->total, &of->difference);
            pair->total_first = i;
        }
        add(&pair->total, &of->difference);
    }
}

bool comparison_pair_agrees(const comparison_pair *pair)
{
    for (size_t i = 0; i < pair->count; i++)
        if (!is_left_aside(&pair->cases[i]) && !comparison_case_agrees(&pair->cases[i]))
            return false;
    return true;
}

bool comparison_pair_is_control(const comparison *of, const comparison_pair *pair)
{
    return of->sides[pair->a].math != SOW_MATH_OURS || of->sides[pair->b].math != SOW_MATH_OURS;
}

bool comparison_agrees(const comparison *of)
{
    for (size_t i = 0; i < of->pair_count; i++)
        if (!comparison_pair_is_control(of, &of->pairs[i]) &&
            !comparison_pair_agrees(&of->pairs[i]))
            return false;
    return true;
}

bool comparison_has_compared(const comparison *of)
{
    for (size_t i = 0; i < of->pair_count; i++)
        for (size_t j = 0; j < of->pairs[i].count; j++)
            if (!comparison_pair_is_control(of, &of->pairs[i]) &&
                !is_left_aside(&of->pairs[i].cases[j]))
                return true;
    return false;
}

void comparison_release(comparison *of)
{
    for (size_t i = 0; i < of->pair_count; i++) {
        for (size_t j = 0; j < of->pairs[i].count; j++) {
            free(of->pairs[i].cases[j].label);
            free(of->pairs[i].cases[j].expression);
            free(of->pairs[i].cases[j].dimensions);
            free(of->pairs[i].cases[j].dimensions_b);
            sow_sample_release(of->pairs[i].cases[j].sample_a);
            sow_sample_release(of->pairs[i].cases[j].sample_b);
        }
        free(of->pairs[i].cases);
    }
    free(of->pairs);
    free(of->sides);
    *of = (comparison){.sides = NULL};
}

void comparison_format_shape(char *text, size_t size, uint32_t rank, const uint64_t *dimensions)
{
    size_t length = (size_t)snprintf(text, size, "%s", rank == 0 ? "scalar" : "");
    for (uint32_t i = 0; i < rank && length < size; i++)
        length += (size_t)snprintf(text + length, size - length, "%s%" PRIu64, i == 0 ? "" : "x",
                                   dimensions[i]);
}

comparison_number comparison_value(sow_dtype dtype, bool is_unsigned, uint64_t bits, double value)
{
    comparison_number made;
    const uint64_t sign = UINT64_C(1) << (8 * sow_dtype_size(dtype) - 1);
    if (sow_dtype_is_float(dtype))
        snprintf(made.text, sizeof made.text, "%.*g", dtype == SOW_F64 ? 17 : 9, value);
    else if (is_unsigned || dtype == SOW_U8 || dtype == SOW_BOOL)
        snprintf(made.text, sizeof made.text, "%" PRIu64, bits);
    else
        snprintf(made.text, sizeof made.text, "%" PRId64, (int64_t)((bits ^ sign) - sign));
    return made;
}

uint32_t comparison_coordinates(const comparison_case *of, uint64_t index, uint64_t *coordinates)
{
    if (of->by_bytes) { /* places are those of bytes */
        coordinates[0] = index;
        return 1;
    }
    for (uint32_t i = of->rank; i-- > 0;) {
        coordinates[i] = index % of->dimensions[i];
        index /= of->dimensions[i];
    }
    return of->rank;
}
