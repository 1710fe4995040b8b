/* A kernel that shows one operation, to be pasted into a bug report. */
#include <stdio.h>
#include <string.h>

#include "probe_run.h"

/* Text of which no more is kept than there is room for. */
typedef struct writer {
    char *text;
    size_t size, length;
} writer;

static void put(writer *to, const char *text)
{
    const size_t length = strlen(text);
    if (to->size > to->length) {
        const size_t room = to->size - to->length - 1, kept = length < room ? length : room;
        memcpy(to->text + to->length, text, kept);
        to->text[to->length + kept] = '\0';
    }
    to->length += length;
}

/* The expression with the vectors' width. */
static void put_expression(writer *to, const char *expression, const char *width)
{
    for (; *expression != '\0'; expression++) {
        const char letter[] = {*expression, '\0'};
        put(to, *expression == '@' ? width : letter);
    }
}

static void put_type(writer *to, const char *type, const char *width)
{
    put(to, type);
    put(to, width);
}

static const char *const operand_names[SOWI_PROBE_OPERANDS] = {"a", "b", "c"};

static void put_parameters(writer *to, const sowi_probe_entry *entry, const char *width)
{
    for (unsigned i = 0; i < entry->operands; i++) {
        put(to, "__global const ");
        put_type(to, entry->from, width);
        put(to, " *operand_");
        put(to, operand_names[i]);
        put(to, ", ");
    }
    put(to, "__global ");
    put_type(to, entry->to, width);
    put(to, " *results)\n");
}

static void put_body(writer *to, const sowi_probe_entry *entry, const char *width)
{
    put(to, "{\n    const size_t i = get_global_id(0);\n");
    for (unsigned i = 0; i < entry->operands; i++) {
        put(to, "    const ");
        put_type(to, entry->from, width);
        put(to, " ");
        put(to, operand_names[i]);
        put(to, " = operand_");
        put(to, operand_names[i]);
        put(to, "[i];\n");
    }
    put(to, entry->is_statement ? "    " : "    results[i] = ");
    put_expression(to, width[0] != '\0' && entry->wide != NULL ? entry->wide : entry->expression,
                   width);
    put(to, ";\n}\n");
}

size_t sow_probe_kernel(const sow_probe *probe, size_t index, char *text, size_t size)
{
    writer to = {text, size, 0};
    char width[12] = "";
    if (text != NULL && size > 0)
        text[0] = '\0';
    if (probe == NULL || index >= probe->count || probe->on_host)
        return 0;
    const sowi_probe_entry *const entry = probe->entries[index];
    const uint32_t elements = probe->rows[index].first_width;
    if (elements > 1)
        snprintf(width, sizeof width, "%u", (unsigned)elements);
    if (strstr(entry->expression, "sowk_") != NULL)
        put(&to, "/* sowk_ functions: kernels/store.clh and kernels/uniform_f64.clh of sowcl */\n");
    put(&to, "#pragma OPENCL FP_CONTRACT OFF\n");
    if (strcmp(entry->from, "double") == 0 || strcmp(entry->to, "double") == 0)
        put(&to, "#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n");
    put(&to, "__kernel void probe(");
    put_parameters(&to, entry, width);
    put_body(&to, entry, width);
    return to.length;
}
