/* Initializers as text: what sow_initializer_parse reads back to the same value. */
#include <stdio.h>
#include <string.h>

#include "decimal.h"
#include "initializers.h"
#include "sowcl/model.h"

/* Where text is written; what does not fit is counted only. */
typedef struct writer {
    char *text;
    size_t size, length;
} writer;

static void write_text(writer *out, const char *text)
{
    if (text == NULL) /* the name of an unknown mode or nonlinearity */
        text = "unknown";
    const size_t length = strlen(text);
    if (out->size > out->length) {
        const size_t room = out->size - out->length - 1;
        const size_t written = length < room ? length : room;
        memcpy(out->text + out->length, text, written);
        out->text[out->length + written] = '\0';
    }
    out->length += length;
}

static double value_of(const sow_initializer *initializer, const sowi_parameter *parameter)
{
    if (parameter->type == SOWI_PARAMETER_MODE)
        return (double)initializer->mode;
    if (parameter->type == SOWI_PARAMETER_NONLINEARITY)
        return (double)initializer->nonlinearity;
    if (parameter->type == SOWI_PARAMETER_DISTRIBUTION)
        return (double)initializer->distribution;
    return initializer->param[parameter->slot];
}

/* NULL for a number that is none of the enumeration's values. */
static const char *word_of(const sowi_parameter *parameter, double number)
{
    for (int value = 0; parameter->word(value) != NULL; value++)
        if (number == value)
            return parameter->word(value);
    return NULL;
}

static void write_value(writer *out, const sow_initializer *initializer,
                        const sowi_parameter *parameter)
{
    if (parameter->type == SOWI_PARAMETER_MODE)
        write_text(out, sowi_mode_name(initializer->mode));
    else if (parameter->type == SOWI_PARAMETER_NONLINEARITY)
        write_text(out, sow_nonlinearity_name(initializer->nonlinearity));
    else if (parameter->type == SOWI_PARAMETER_DISTRIBUTION)
        write_text(out, sowi_scaling_name(initializer->distribution));
    else if (parameter->type == SOWI_PARAMETER_WORD)
        write_text(out, word_of(parameter, initializer->param[parameter->slot]));
    else
        write_text(out, sowi_decimal_print(initializer->param[parameter->slot]).text);
}

/* Defaults are left out; -0 and 0 differ. */
static bool is_standard(const sow_initializer *initializer, const sowi_parameter *parameter)
{
    const double value = value_of(initializer, parameter);
    return !parameter->required && memcmp(&value, &parameter->standard, sizeof value) == 0;
}

size_t sow_initializer_print(const sow_initializer *initializer, char *text, size_t size)
{
    writer out = {.text = text, .size = size};
    write_text(&out, "");
    if (initializer == NULL)
        return 0;
    const sowi_initializer_row *row = sowi_initializer_row_of(initializer->kind);
    if (row == NULL)
        return 0;
    write_text(&out, row->name);
    const char *before = "(";
    for (size_t i = 0; i < SOWI_PARAMETERS_MAX && row->parameters[i].name != NULL; i++) {
        const sowi_parameter *parameter = &row->parameters[i];
        if (is_standard(initializer, parameter))
            continue;
        write_text(&out, before);
        write_text(&out, parameter->name);
        write_text(&out, "=");
        write_value(&out, initializer, parameter);
        before = ", ";
    }
    if (initializer->padding != 0) {
        write_text(&out, before);
        write_text(&out, "padding_idx=");
        write_text(&out, sowi_decimal_print((double)(initializer->padding - 1)).text);
        before = ", ";
    }
    if (before[0] == ',')
        write_text(&out, ")");
    return out.length;
}
