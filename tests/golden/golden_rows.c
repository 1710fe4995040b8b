#include "golden_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run_tests.h"
#include "sowcl/model.h"

/* Joined by commas: dimensions, or start:stop of each; "-" is none. Returns how many. */
static uint32_t read_numbers(const char *text, uint64_t first[SOW_MAX_RANK],
                             uint64_t second[SOW_MAX_RANK])
{
    uint32_t count = 0;
    if (strcmp(text, "-") == 0)
        return 0;
    for (const char *at = text; count < SOW_MAX_RANK; at++) {
        char *end;
        first[count] = strtoull(at, &end, 10);
        if (second != NULL && *end == ':')
            second[count] = strtoull(end + 1, &end, 10);
        count++;
        if (*end != ',')
            return *end == '\0' ? count : SOW_MAX_RANK + 1;
        at = end;
    }
    return SOW_MAX_RANK + 1;
}

static void read_tensor(sow_tensor *tensor, const char *dtype, const char *layout,
                        const char *shape, const char *slice)
{
    *tensor = (sow_tensor){0};
    assert_int_equal(SOW_OK, sow_dtype_from_name(dtype, &tensor->dtype));
    assert_true(strcmp(layout, "oi") == 0 || strcmp(layout, "io") == 0);
    tensor->layout = layout[0] == 'i' ? SOW_LAYOUT_IO : SOW_LAYOUT_OI;
    tensor->rank = read_numbers(shape, tensor->shape, NULL);
    assert_true(tensor->rank <= SOW_MAX_RANK);
    uint64_t stop[SOW_MAX_RANK] = {0};
    const uint32_t sliced = read_numbers(slice, tensor->start, stop);
    assert_true(sliced == 0 || sliced == tensor->rank);
    for (uint32_t d = 0; d < sliced; d++)
        tensor->extent[d] = stop[d] - tensor->start[d];
}

static void read_row(sowt_golden_row *row, const char *line)
{
    char expression[96], dtype[16], layout[4], shape[96], slice[192];
    const int fields =
        sscanf(line, "%95s %15s %3s %95s %191s 0x%" SCNx64 " 0x%" SCNx64 " %32s", expression, dtype,
               layout, shape, slice, &row->key.seed, &row->key.stream, row->digest);
    sow_error error = {SOW_OK, ""};
    if (fields != 8 ||
        sow_initializer_parse(&row->initializer, expression, NULL, 0, &error) != SOW_OK)
        fail_msg("fills.txt: not a row: %s%s", line, error.text);
    read_tensor(&row->tensor, dtype, layout, shape, slice);
    snprintf(row->text, sizeof row->text, "%.*s", (int)(strrchr(line, ' ') - line), line);
}

sowt_golden_row *sowt_golden_rows_read(size_t *count)
{
    FILE *file = fopen(SOWT_GOLDEN_DIR "/fills.txt", "r");
    assert_non_null(file);
    size_t capacity = 64;
    sowt_golden_row *rows = malloc(capacity * sizeof *rows);
    char line[512];
    *count = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        if (line[0] == '#' || line[0] == '\n')
            continue;
        if (*count == capacity) {
            capacity *= 2;
            rows = realloc(rows, capacity * sizeof *rows);
        }
        assert_non_null(rows);
        read_row(&rows[(*count)++], line);
    }
    fclose(file);
    return rows;
}

sow_plan sowt_golden_plan(const sowt_golden_row *row)
{
    sow_plan plan;
    sow_error error;
    if (sow_plan_make(&plan, &row->tensor, &row->initializer, row->key, &error) != SOW_OK)
        fail_msg("%s: %s", row->text, error.text);
    return plan;
}

void sowt_golden_digest(const sow_plan *plan, const void *elements, char digest[33])
{
    uint8_t bytes[16];
    sow_digest_bytes(elements, (size_t)plan->count * sow_dtype_size(plan->dtype), bytes);
    sow_digest_print(bytes, digest);
}
