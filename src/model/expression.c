/* Initializer expressions: "name" or "name(key=value, ...)", by the table of initializers. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "arithmetic.h"
#include "decimal.h"
#include "fail.h"
#include "initializers.h"
#include "words.h"

static const sowi_initializer_row *find_row(const char *word, size_t length)
{
    for (size_t i = 0; i < sowi_initializer_row_count; i++)
        if (sowi_word_equal(word, length, sowi_initializer_rows[i].name))
            return &sowi_initializer_rows[i];
    return NULL;
}

static size_t parameter_count(const sowi_initializer_row *row)
{
    size_t count = 0;
    while (count < SOWI_PARAMETERS_MAX && row->parameters[count].name != NULL)
        count++;
    return count;
}

/* The names of an enumeration's values, from 0 on. */
typedef const char *name_of(int value);

static const char *nonlinearity_name(int value)
{
    return sow_nonlinearity_name((sow_nonlinearity)value);
}

static const char *mode_name(int value)
{
    return sowi_mode_name((sow_mode)value);
}

static const char *scaling_name(int value)
{
    return sowi_scaling_name((sow_scaling)value);
}

/* The value of that name, or -1. */
static int find_name(const char *word, size_t length, name_of *name)
{
    for (int i = 0; name(i) != NULL; i++)
        if (sowi_word_equal(word, length, name(i)))
            return i;
    return -1;
}

/* A bare word of an enumeration; what: how to call it in a message. */
static sow_status read_name(sowi_cursor *cursor, const char *what, name_of *name, int *value)
{
    const size_t length = sowi_cursor_word(cursor);
    sowi_nearest nearest = {.word = cursor->at, .length = length};
    for (int i = 0; name(i) != NULL; i++)
        sowi_nearest_offer(&nearest, name(i));
    if (length == 0)
        return sowi_fail(cursor->error, SOW_ERR_SYNTAX,
                         "the name of a %s is expected (%.32s): such as %s", what, cursor->at,
                         name(0));
    *value = find_name(cursor->at, length, name);
    if (*value < 0)
        return sowi_fail(cursor->error, SOW_ERR_SYNTAX, "unknown %s (%s): the nearest is %s", what,
                         sowi_show_part(cursor->at, length).text, nearest.best);
    cursor->at += length;
    return SOW_OK;
}

/* A number, or a nonlinearity whose gain is meant: tanh, leaky_relu, leaky_relu(0.2). */
static sow_status read_gain(sowi_cursor *cursor, double *gain)
{
    const size_t length = sowi_cursor_word(cursor);
    const int found = length == 0 ? -1 : find_name(cursor->at, length, nonlinearity_name);
    if (found < 0)
        return sowi_arithmetic_read(cursor, gain);
    const sow_nonlinearity nonlinearity = (sow_nonlinearity)found;
    cursor->at += length;

    double slope = 0;
    const bool has_slope = nonlinearity == SOW_LEAKY_RELU && sowi_cursor_take(cursor, '(');
    if (has_slope) {
        const sow_status status = sowi_arithmetic_read(cursor, &slope);
        if (status != SOW_OK)
            return status;
        if (!sowi_cursor_take(cursor, ')'))
            return sowi_cursor_refuse(cursor, "an operator or ')' is expected");
    }
    const sow_status status = sow_calculate_gain(nonlinearity, has_slope ? &slope : NULL, gain);
    if (status != SOW_OK)
        return sowi_fail(cursor->error, status,
                         "no gain for the negative slope (%s): a finite number",
                         sowi_decimal_print(slope).text);
    return SOW_OK;
}

static sow_status read_value(sowi_cursor *cursor, const sowi_parameter *parameter,
                             sow_initializer *initializer)
{
    int value = 0;
    sow_status status = SOW_OK;
    switch (parameter->type) {
    case SOWI_PARAMETER_NUMBER:
        return sowi_arithmetic_read(cursor, &initializer->param[parameter->slot]);
    case SOWI_PARAMETER_GAIN:
        return read_gain(cursor, &initializer->param[parameter->slot]);
    case SOWI_PARAMETER_MODE:
        status = read_name(cursor, "mode", mode_name, &value);
        initializer->mode = (sow_mode)value;
        break;
    case SOWI_PARAMETER_NONLINEARITY:
        status = read_name(cursor, "nonlinearity", nonlinearity_name, &value);
        initializer->nonlinearity = (sow_nonlinearity)value;
        break;
    case SOWI_PARAMETER_DISTRIBUTION:
        status = read_name(cursor, "distribution", scaling_name, &value);
        initializer->distribution = (sow_scaling)value;
        break;
    case SOWI_PARAMETER_WORD:
        status = read_name(cursor, parameter->name, parameter->word, &value);
        initializer->param[parameter->slot] = value;
        break;
    }
    return status;
}

static sow_status refuse_key(const sowi_cursor *cursor, const sowi_initializer_row *row,
                             size_t length)
{
    const sowi_shown key = sowi_show_part(cursor->at, length);
    const size_t count = parameter_count(row);
    if (count == 0)
        return sowi_fail(cursor->error, SOW_ERR_SYNTAX,
                         "unknown key (%s): %s takes none but padding_idx", key.text, row->name);
    sowi_nearest nearest = {.word = cursor->at, .length = length};
    for (size_t i = 0; i < count; i++)
        sowi_nearest_offer(&nearest, row->parameters[i].name);
    sowi_nearest_offer(&nearest, "padding_idx");
    return sowi_fail(cursor->error, SOW_ERR_SYNTAX, "unknown key (%s) of %s: the nearest is %s",
                     key.text, row->name, nearest.best);
}

/* padding_idx, which every initializer takes: K of padding_idx=K. */
static sow_status read_padding(sowi_cursor *cursor, sow_initializer *initializer)
{
    double row = 0;
    if (initializer->padding != 0)
        return sowi_fail(cursor->error, SOW_ERR_SYNTAX, "repeated key (padding_idx): once");
    if (!sowi_cursor_take(cursor, '='))
        return sowi_cursor_refuse(cursor, "'=' is expected");
    const sow_status status = sowi_arithmetic_read(cursor, &row);
    if (status != SOW_OK)
        return status;
    if (!(row >= 0 && row < 0x1p53) || row != floor(row))
        return sowi_fail(cursor->error, SOW_ERR_SYNTAX,
                         "padding_idx (%s): a whole number, 0 or more",
                         sowi_decimal_print(row).text);
    *initializer = sow_with_padding_idx(*initializer, (uint64_t)row);
    return SOW_OK;
}

/* key=value; given: a bit for each parameter that was read. */
static sow_status read_pair(sowi_cursor *cursor, const sowi_initializer_row *row, unsigned *given,
                            sow_initializer *initializer)
{
    const size_t length = sowi_cursor_word(cursor);
    if (length == 0)
        return sowi_cursor_refuse(cursor, "key=value is expected");
    if (sowi_word_equal(cursor->at, length, "padding_idx")) {
        cursor->at += length;
        return read_padding(cursor, initializer);
    }
    size_t index = 0;
    const size_t count = parameter_count(row);
    while (index < count && !sowi_word_equal(cursor->at, length, row->parameters[index].name))
        index++;
    if (index == count)
        return refuse_key(cursor, row, length);
    const sowi_parameter *parameter = &row->parameters[index];
    if ((*given >> index & 1) != 0)
        return sowi_fail(cursor->error, SOW_ERR_SYNTAX, "repeated key (%s) of %s: each once",
                         parameter->name, row->name);
    *given |= 1u << index;
    cursor->at += length;
    if (!sowi_cursor_take(cursor, '='))
        return sowi_cursor_refuse(cursor, "'=' is expected");
    return read_value(cursor, parameter, initializer);
}

static sow_status read_pairs(sowi_cursor *cursor, const sowi_initializer_row *row, unsigned *given,
                             sow_initializer *initializer)
{
    if (!sowi_cursor_take(cursor, '(') || sowi_cursor_take(cursor, ')'))
        return SOW_OK;
    do {
        const sow_status status = read_pair(cursor, row, given, initializer);
        if (status != SOW_OK)
            return status;
    } while (sowi_cursor_take(cursor, ','));
    if (!sowi_cursor_take(cursor, ')'))
        return sowi_cursor_refuse(cursor, "an operator, ',' or ')' is expected");
    return SOW_OK;
}

static sow_initializer with_defaults(const sowi_initializer_row *row)
{
    sow_initializer initializer = {.kind = row->kind};
    const size_t count = parameter_count(row);
    for (size_t i = 0; i < count; i++) {
        const sowi_parameter *parameter = &row->parameters[i];
        if (parameter->type == SOWI_PARAMETER_MODE)
            initializer.mode = (sow_mode)parameter->standard;
        else if (parameter->type == SOWI_PARAMETER_NONLINEARITY)
            initializer.nonlinearity = (sow_nonlinearity)parameter->standard;
        else if (parameter->type == SOWI_PARAMETER_DISTRIBUTION)
            initializer.distribution = (sow_scaling)parameter->standard;
        else
            initializer.param[parameter->slot] = parameter->standard;
    }
    return initializer;
}

static sow_status require_parameters(const sowi_initializer_row *row, unsigned given,
                                     sow_error *error)
{
    const size_t count = parameter_count(row);
    for (size_t i = 0; i < count; i++)
        if (row->parameters[i].required && (given >> i & 1) == 0)
            return sowi_fail(error, SOW_ERR_SYNTAX, "missing key (%s): %s needs it",
                             row->parameters[i].name, row->name);
    return SOW_OK;
}

static sow_status read_row(sowi_cursor *cursor, const sowi_initializer_row **row)
{
    const size_t length = sowi_cursor_word(cursor);
    if (length == 0)
        return sowi_cursor_refuse(cursor, "an initializer's name is expected");
    *row = find_row(cursor->at, length);
    if (*row == NULL) {
        sowi_nearest nearest = {.word = cursor->at, .length = length};
        for (size_t i = 0; i < sowi_initializer_row_count; i++)
            sowi_nearest_offer(&nearest, sowi_initializer_rows[i].name);
        return sowi_fail(cursor->error, SOW_ERR_SYNTAX,
                         "unknown initializer (%s): the nearest is %s",
                         sowi_show_part(cursor->at, length).text, nearest.best);
    }
    cursor->at += length;
    return SOW_OK;
}

sow_status sow_initializer_parse(sow_initializer *out, const char *text,
                                 const sow_parameter *parameters, size_t count, sow_error *error)
{
    if (out == NULL || text == NULL || (parameters == NULL && count != 0))
        return sowi_fail(error, SOW_ERR_ARGUMENT, "an argument is NULL");
    sowi_cursor cursor = {.at = text, .parameters = parameters, .count = count, .error = error};
    const sowi_initializer_row *row = NULL;
    sow_initializer initializer = {0};
    unsigned given = 0;
    sow_status status;
    SOWI_TRY(status, read_row(&cursor, &row));
    initializer = with_defaults(row);
    SOWI_TRY(status, read_pairs(&cursor, row, &given, &initializer));
    sowi_cursor_skip_spaces(&cursor);
    if (*cursor.at != '\0')
        SOWI_TRY(status, sowi_cursor_refuse(&cursor, "the expression should end here"));
    SOWI_TRY(status, require_parameters(row, given, error));
    *out = initializer;
done:
    return status;
}
