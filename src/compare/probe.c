#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "host/threads.h"
#include "probe_place.h"
#include "probe_run.h"

/* Cases at a time: a multiple of the 1024 that devices take, and some 2 MB in all. */
#define CHUNK    (UINT64_C(1) << 16)
#define MULTIPLE UINT64_C(1024)

/* A run under way. The arrays have room for CHUNK elements of 8 bytes. */
typedef struct running {
    sow_probe *made;
    sow_probe_options options;
    sowi_probe_place place;
    void *operands[SOWI_PROBE_OPERANDS], *results;
    uint64_t *expected;
    uint64_t done, total; /* cases */
} running;

/* ---- Rows ---- */

static uint32_t type_bytes(const char *type)
{
    if (strcmp(type, "ushort") == 0)
        return 2;
    return strcmp(type, "ulong") == 0 || strcmp(type, "double") == 0 ? 8 : 4;
}

static void add_row(running *run, const sowi_probe_entry *entry)
{
    sow_probe *const made = run->made;
    sow_probe_row *const row = &made->rows[made->count];
    *row = (sow_probe_row){
        .name = entry->name,
        .type = entry->type,
        .expression = entry->expression,
        .in_contract = entry->in_contract,
        .operands = entry->operands,
        .operand_bytes = type_bytes(entry->from),
        .result_bytes = type_bytes(entry->to),
        .operands_are_float = entry->format != NULL,
        .result_is_float = strcmp(entry->to, "float") == 0 || strcmp(entry->to, "double") == 0,
        .cases = made->setting.cases,
    };
    made->entries[made->count++] = entry;
}

/* The entries that the place has at all: those of plans are the host's, vendors' functions a device's. */
static void add_rows(running *run, uint32_t families)
{
    sow_probe_setting *const setting = &run->made->setting;
    setting->cases = (setting->cases + MULTIPLE - 1) / MULTIPLE * MULTIPLE;
    for (size_t i = 0; i < sowi_probe_entry_count; i++) {
        const unsigned family = sowi_probe_entries[i].family;
        if (run->place.ops->width(&run->place, family, 0) > 0 &&
            (families == 0 || (families >> family & 1) != 0))
            add_row(run, &sowi_probe_entries[i]);
    }
    run->total = run->made->count * setting->cases;
}

/* ---- Judging ---- */

static uint64_t element(const void *elements, size_t bytes, size_t index)
{
    return bytes == 8 ? ((const uint64_t *)elements)[index] : ((const uint32_t *)elements)[index];
}

/* A result that is not the exact one. */
static void fail_case(const running *run, const sowi_probe_entry *entry, sow_probe_row *row,
                      size_t index, uint64_t actual)
{
    const size_t bytes = sowi_probe_element_bytes(entry->family);
    const uint64_t expected = run->expected[index] & entry->mask;
    if (row->failures++ == 0) {
        row->first_case = index;
        for (size_t i = 0; i < SOWI_PROBE_OPERANDS; i++)
            row->first[i] = element(run->operands[i], bytes, index);
        row->first_expected = expected;
        row->first_actual = actual;
    }
    if (entry->result == NULL)
        return;
    const uint64_t distance = sowi_format_distance(entry->result, expected, actual);
    if (distance == UINT64_MAX)
        row->nans++;
    else if (distance > row->max_ulp)
        row->max_ulp = distance;
    if (sowi_format_is_zero(entry->result, actual) && !sowi_format_is_zero(entry->result, expected))
        row->zeros++;
}

static void judge(const running *run, const sowi_probe_entry *entry, sow_probe_row *row,
                  uint32_t width, uint64_t begin, size_t count)
{
    const size_t bytes = sowi_probe_element_bytes(entry->family);
    const uint64_t before = row->failures;
    for (size_t i = 0; i < count; i++) {
        const uint64_t actual = element(run->results, bytes, i) & entry->mask;
        if (actual != (run->expected[i] & entry->mask))
            fail_case(run, entry, row, i, actual);
    }
    if (before == 0 && row->failures > 0) {
        row->first_width = width;
        row->first_case += begin;
    }
}

/* ---- Trying ---- */

/* Cases of an entry that are to be made: those from begin on. */
typedef struct making {
    const running *run;
    const sowi_probe_entry *entry;
    uint64_t seed, begin;
} making;

/* Each case has a source of its own, so that it is the same whoever makes it and however many there are. */
static void make_part(void *work, uint64_t first, uint64_t end)
{
    const making *const made = work;
    const sowi_probe_entry *const entry = made->entry;
    const bool is_wide = sowi_probe_element_bytes(entry->family) == 8;
    for (uint64_t i = first; i < end; i++) {
        uint64_t x[SOWI_PROBE_OPERANDS];
        sowi_probe_draw draw = {.format = entry->format, .index = made->begin + i};
        draw.state = made->seed + draw.index * 0xd1342543de82ef95;
        entry->cases(&draw, x);
        made->run->expected[i] = entry->exact(entry->format, x);
        for (size_t j = 0; j < SOWI_PROBE_OPERANDS; j++) {
            if (is_wide)
                ((uint64_t *)made->run->operands[j])[i] = x[j];
            else
                ((uint32_t *)made->run->operands[j])[i] = (uint32_t)x[j];
        }
    }
}

/* The first failure of a form's program is told with the log of its build, if it is the build that failed. */
static void note_failure(const running *run, sow_probe_row *row, sow_status status)
{
    row->outcome = SOW_PROBE_UNBUILT;
    if (row->log != NULL)
        return;
    const char *const text = sow_status_text(status);
    const size_t length = status == SOW_ERR_BUILD ? run->place.ops->log(&run->place, NULL, 0) : 0;
    const size_t size = strlen(text) + length + 3;
    char *const log = malloc(size);
    if (log == NULL)
        return;
    strcpy(log, text);
    if (length > 0) {
        strcat(log, "\n");
        (void)run->place.ops->log(&run->place, log + strlen(log), length + 1);
    }
    row->log = log;
}

/* Whether a form's program is there; otherwise the row says why. */
static bool prepare(running *run, const sowi_probe_entry *entry, sow_probe_row *row, unsigned form)
{
    sowi_probe_place *const place = &run->place;
    const uint32_t width = place->ops->width(place, entry->family, form);
    if (width == 0)
        return false;
    const sow_status status = place->ops->build(place, entry->family, form);
    if (status != SOW_OK) {
        note_failure(run, row, status);
        return false;
    }
    row->widths[row->forms++] = width;
    return true;
}

static sow_status report(running *run, uint64_t cases)
{
    run->done += cases;
    if (run->options.progress != NULL &&
        run->options.progress(run->options.user, run->done, run->total) != 0)
        return SOW_ERR_CANCELLED;
    return SOW_OK;
}

/* Runs the operation on the cases at hand in each form that is ready, and judges the results. */
static sow_status try_forms(running *run, const sowi_probe_entry *entry, sow_probe_row *row,
                            bool ready[SOW_PROBE_FORMS], uint64_t begin, size_t count)
{
    sowi_probe_place *const place = &run->place;
    const size_t bytes = sowi_probe_element_bytes(entry->family);
    const void *const operands[3] = {run->operands[0], run->operands[1], run->operands[2]};
    sow_status status = place->ops->load(place, operands, count * bytes);
    for (unsigned form = 0; form < SOW_PROBE_FORMS && status == SOW_OK; form++) {
        if (!ready[form])
            continue;
        const sow_status ran =
            place->ops->run(place, entry->family, form, entry->op, count, bytes, run->results);
        if (ran == SOW_OK) {
            judge(run, entry, row, place->ops->width(place, entry->family, form), begin, count);
        } else {
            note_failure(run, row, ran);
            ready[form] = false;
        }
    }
    return status;
}

static sow_status probe_row(running *run, size_t index)
{
    const sowi_probe_entry *const entry = run->made->entries[index];
    sow_probe_row *const row = &run->made->rows[index];
    bool ready[SOW_PROBE_FORMS];
    making made = {run, entry, .seed = run->options.seed + (index << 32), .begin = 0};
    if (sowi_probe_element_bytes(entry->family) == 8 && entry->result == &sowi_format_f64 &&
        !run->made->setting.has_f64) {
        row->outcome = SOW_PROBE_UNTESTED;
        return report(run, row->cases);
    }
    for (unsigned form = 0; form < SOW_PROBE_FORMS; form++)
        ready[form] = prepare(run, entry, row, form);
    for (uint64_t begin = 0; begin < row->cases;) {
        const uint64_t left = row->cases - begin, count = left < CHUNK ? left : CHUNK;
        made.begin = begin;
        sowi_threads_run(make_part, &made, count, sowi_threads_online());
        sow_status status = try_forms(run, entry, row, ready, begin, (size_t)count);
        if (status == SOW_OK)
            status = report(run, count);
        if (status != SOW_OK)
            return status;
        begin += count;
    }
    if (row->outcome == SOW_PROBE_EXACT && row->failures > 0)
        row->outcome = SOW_PROBE_DIFFERS;
    return SOW_OK;
}

/* ---- Begin and end ---- */

static sow_status allocate(running *run)
{
    const size_t bytes = CHUNK * sizeof(uint64_t);
    bool all = true;
    for (size_t i = 0; i < SOWI_PROBE_OPERANDS; i++)
        all = (run->operands[i] = malloc(bytes)) != NULL && all;
    run->results = malloc(bytes);
    run->expected = malloc(bytes);
    run->made = calloc(1, sizeof *run->made);
    if (run->made == NULL)
        return SOW_ERR_NO_MEMORY;
    run->made->rows = calloc(sowi_probe_entry_count, sizeof *run->made->rows);
    run->made->entries = calloc(sowi_probe_entry_count, sizeof *run->made->entries);
    all = all && run->results != NULL && run->expected != NULL && run->made->rows != NULL &&
          run->made->entries != NULL;
    return all ? SOW_OK : SOW_ERR_NO_MEMORY;
}

static sow_status open_place(running *run, sow_context *context, const sowi_probe_plant *plant)
{
    sow_probe_setting *const setting = &run->made->setting;
    setting->cases = run->options.cases;
    setting->seed = run->options.seed;
    run->made->on_host = context == NULL;
#if defined(SOWI_OPENCL)
    if (context != NULL)
        return sowi_probe_place_device(&run->place, setting, context, CHUNK * sizeof(uint64_t),
                                       plant);
#endif
    (void)plant;
    if (context != NULL)
        return SOW_ERR_NO_OPENCL;
    sowi_probe_place_host(&run->place, setting);
    return SOW_OK;
}

static void end(running *run)
{
    if (run->place.ops != NULL)
        run->place.ops->release(&run->place);
    for (size_t i = 0; i < SOWI_PROBE_OPERANDS; i++)
        free(run->operands[i]);
    free(run->results);
    free(run->expected);
    sow_probe_release(run->made);
}

sow_status sowi_probe_run_planted(sow_probe **out, sow_context *context,
                                  const sow_probe_options *options, const sowi_probe_plant *plant,
                                  sow_error *error)
{
    if (out == NULL)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "out (NULL): where to write the probe");
    *out = NULL;
    running run = {.options = options != NULL ? *options : (sow_probe_options){0}};
    if (run.options.cases > SOW_PROBE_MOST_CASES)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "cases (%" PRIu64 "): at most %" PRIu64,
                         run.options.cases, SOW_PROBE_MOST_CASES);
    sow_status status;
    SOWI_TRY(status, allocate(&run));
    SOWI_TRY(status, open_place(&run, context, plant));
    add_rows(&run, plant != NULL ? plant->families : 0);
    for (size_t i = 0; i < run.made->count; i++)
        SOWI_TRY(status, probe_row(&run, i));
    *out = run.made;
    run.made = NULL;
done:
    end(&run);
    return status == SOW_OK ? status : sowi_fail(error, status, "%s", sow_status_text(status));
}

sow_status sow_probe_run(sow_probe **out, sow_context *context, const sow_probe_options *options,
                         sow_error *error)
{
    return sowi_probe_run_planted(out, context, options, NULL, error);
}

void sow_probe_release(sow_probe *probe)
{
    if (probe == NULL)
        return;
    for (size_t i = 0; i < probe->count; i++)
        free((void *)probe->rows[i].log);
    free(probe->rows);
    free(probe->entries);
    free(probe);
}

int sow_probe_holds(const sow_probe *probe)
{
    if (probe == NULL)
        return 0;
    for (size_t i = 0; i < probe->count; i++) {
        const sow_probe_row *const row = &probe->rows[i];
        if (row->in_contract &&
            (row->outcome == SOW_PROBE_DIFFERS || row->outcome == SOW_PROBE_UNBUILT))
            return 0;
    }
    return 1;
}

size_t sow_probe_row_count(const sow_probe *probe)
{
    return probe != NULL ? probe->count : 0;
}

const sow_probe_row *sow_probe_row_at(const sow_probe *probe, size_t index)
{
    return probe != NULL && index < probe->count ? &probe->rows[index] : NULL;
}

const sow_probe_setting *sow_probe_setting_of(const sow_probe *probe)
{
    return probe != NULL ? &probe->setting : NULL;
}
