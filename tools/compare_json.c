#include <inttypes.h>
#include <stdlib.h>

#include "by_value.h"
#include "compare_samples.h"
#include "compare_tell.h"
#include "json_output.h"
#include "message.h"
#include "value.h"

static json_t *json_from_bits(sow_dtype dtype, uint64_t bits)
{
    return json_sprintf("0x%0*" PRIx64, (int)(2 * sow_dtype_size(dtype)), bits);
}

static json_t *json_from_element(sow_dtype dtype, bool is_unsigned, uint64_t bits, double value)
{
    if (is_unsigned)
        return sow_dtype_size(dtype) == 8 ? json_from_u64(bits) : json_integer((json_int_t)bits);
    return sow_dtype_is_float(dtype) ? json_from_number(value) : value_to_json(dtype, &bits);
}

/* Of a case that differs. */
static json_t *first_to_json(const comparison_case *of)
{
    const sow_difference *const found = &of->difference;
    json_t *const object = need_memory(json_object());
    json_t *const places = need_memory(json_array());
    uint64_t *const coordinates = need_memory(calloc(of->rank + 1, sizeof *coordinates));
    const uint32_t count = comparison_coordinates(of, found->first_index, coordinates);
    for (uint32_t i = 0; i < count; i++)
        json_append(places, json_from_u64(coordinates[i]));
    free(coordinates);
    json_put(object, "tensor", json_from_text(of->label));
    json_put(object, "index", json_from_u64(found->first_index));
    json_put(object, "coordinates", places);
    json_put(object, "a_bits", json_from_bits(of->dtype, found->first_a_bits));
    json_put(object, "b_bits", json_from_bits(of->dtype_b, found->first_b_bits));
    json_put(object, "a",
             json_from_element(of->dtype, of->is_unsigned, found->first_a_bits, found->first_a));
    json_put(
        object, "b",
        json_from_element(of->dtype_b, of->is_unsigned_b, found->first_b_bits, found->first_b));
    return object;
}

static void put_figures(json_t *object, const sow_difference *of)
{
    json_t *const ulps = need_memory(json_array());
    for (size_t i = 0; i < SOW_ULP_BINS; i++)
        json_append(ulps, json_from_u64(of->ulps[i]));
    json_put(object, "elements", json_from_u64(of->elements));
    json_put(object, "differing", json_from_u64(of->differing));
    json_put(object, "beyond", json_from_u64(of->beyond));
    json_put(object, "max_ulp", json_from_u64(of->max_ulp));
    json_put(object, "measured", json_from_u64(of->measured));
    json_put(object, "max_absolute", json_from_number(of->max_absolute));
    json_put(object, "mean_absolute", json_from_number(of->mean_absolute));
    json_put(object, "max_relative", json_from_number(of->max_relative));
    json_put(object, "mean_relative", json_from_number(of->mean_relative));
    json_put(object, "nan_pairs", json_from_u64(of->nan_pairs));
    json_put(object, "nan_alone", json_from_u64(of->nan_alone));
    json_put(object, "zero_signs", json_from_u64(of->zero_signs));
    json_put(object, "ulps", ulps);
}

/* Why nothing was compared; NULL: it was. */
static const char *reason_of(const comparison_case *of)
{
    return of->missing_a         ? "only in B"
           : of->missing_b       ? "only in A"
           : of->other_shape     ? "other shape"
           : of->other_dtype     ? "other dtype"
           : of->without_f64     ? "no double precision"
           : of->without_control ? "no control"
           : of->failed          ? "failed"
                                 : NULL;
}

static json_t *case_to_json(const comparison_case *of)
{
    json_t *const object = need_memory(json_object());
    json_put(object, "tensor", json_from_text(of->label));
    json_put(object, "initializer",
             json_from_text(of->expression[0] != '\0' ? of->expression : NULL));
    json_put(object, "dtype", json_from_text(of->dtype_name));
    json_put(object, "shape", json_from_shape(of->rank, of->dimensions));
    if (of->other_shape)
        json_put(object, "shape_b", json_from_shape(of->rank_b, of->dimensions_b));
    json_put(object, "left_out", json_from_text(reason_of(of)));
    if (!comparison_case_is_compared(of))
        return object;
    json_put(object, "equal", json_boolean(comparison_case_agrees(of)));
    json_put(object, "by_value", json_boolean(comparison_case_is_by_value(of)));
    put_figures(object, &of->difference);
    json_put(object, "first", of->difference.differing != 0 ? first_to_json(of) : json_null());
    json_put(object, "distribution", compare_samples_to_json(of));
    return object;
}

static json_t *first_of_pair(const comparison_pair *pair)
{
    return pair->total.differing != 0 ? first_to_json(&pair->cases[pair->total_first])
                                      : json_null();
}

static json_t *pair_to_json(const comparison *found, const comparison_pair *pair)
{
    json_t *const object = need_memory(json_object());
    json_t *const tensors = need_memory(json_array());
    for (size_t i = 0; i < pair->count; i++)
        json_append(tensors, case_to_json(&pair->cases[i]));
    json_put(object, "a", json_from_text(found->sides[pair->a].name));
    json_put(object, "b", json_from_text(found->sides[pair->b].name));
    json_put(object, "control", json_boolean(comparison_pair_is_control(found, pair)));
    json_put(object, "equal", json_boolean(comparison_pair_agrees(pair)));
    json_put(object, "by_value", json_integer((json_int_t)by_value_of_pair(pair).count));
    json_put(object, "seconds", json_from_number(pair->seconds));
    put_figures(object, &pair->total);
    json_put(object, "first", first_of_pair(pair));
    json_put(object, "tensors", tensors);
    return object;
}

static json_t *tolerance_to_json(const sow_tolerance *allowed)
{
    json_t *const object = need_memory(json_object());
    json_put(object, "ulp", json_from_u64(allowed->ulp));
    json_put(object, "atol", json_from_number(allowed->atol));
    json_put(object, "rtol", json_from_number(allowed->rtol));
    return object;
}

/* Over all pairs but controls. */
static void put_totals(json_t *object, const comparison *found)
{
    uint64_t elements = 0, differing = 0, max_ulp = 0;
    const comparison_pair *first = NULL;
    for (size_t i = 0; i < found->pair_count; i++) {
        const comparison_pair *const pair = &found->pairs[i];
        if (comparison_pair_is_control(found, pair))
            continue;
        elements += pair->total.elements;
        differing += pair->total.differing;
        max_ulp = pair->total.max_ulp > max_ulp ? pair->total.max_ulp : max_ulp;
        if (first == NULL && pair->total.differing != 0)
            first = pair;
    }
    json_put(object, "elements", json_from_u64(elements));
    json_put(object, "differing", json_from_u64(differing));
    json_put(object, "first", first != NULL ? first_of_pair(first) : json_null());
    json_put(object, "max_ulp", json_from_u64(max_ulp));
}

/* Null where none was measured. */
static json_t *json_from_time(double ns)
{
    return ns > 0 ? json_from_number(ns) : json_null();
}

void compare_print_json(const comparison *found)
{
    json_t *const object = need_memory(json_object());
    json_t *const devices = need_memory(json_array());
    json_t *const details = need_memory(json_array());
    json_t *const ns_cpu = need_memory(json_array()), *const ns_wall = need_memory(json_array());
    json_t *const pairs = need_memory(json_array());
    for (size_t i = 0; i < found->side_count; i++) {
        json_append(devices, json_from_text(found->sides[i].name));
        json_append(details, json_from_text(found->sides[i].details));
        json_append(ns_cpu, json_from_time(found->sides[i].cpu_ns));
        json_append(ns_wall, json_from_time(found->sides[i].wall_ns));
    }
    for (size_t i = 0; i < found->pair_count; i++)
        json_append(pairs, pair_to_json(found, &found->pairs[i]));
    json_put(object, "equal",
             comparison_has_compared(found) ? json_boolean(comparison_agrees(found)) : json_null());
    json_put(object, "by_value", json_integer((json_int_t)by_value_of(found).count));
    put_totals(object, found);
    json_put(object, "what", json_from_text(found->what));
    json_put(object, "tolerance", tolerance_to_json(&found->tolerance));
    json_put(object, "devices", devices);
    json_put(object, "details", details);
    json_put(object, "ns_cpu", ns_cpu);
    json_put(object, "ns_wall", ns_wall);
    json_put(object, "pairs", pairs);
    json_finish(object);
}
