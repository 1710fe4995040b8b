#include "arithmetic.h"

#include <math.h>
#include <string.h>

#include "decimal.h"
#include "fail.h"
#include "words.h"

enum { DEPTH_MAX = 64 };

static const char *const reserved_words[] = {"inf", "max", "min", "sqrt"};
enum { RESERVED_COUNT = sizeof reserved_words / sizeof reserved_words[0] };

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static size_t identifier_length(const char *text)
{
    size_t length = 0;
    if (is_letter(text[0]))
        while (is_letter(text[length]) || (text[length] >= '0' && text[length] <= '9'))
            length++;
    return length;
}

void sowi_cursor_skip_spaces(sowi_cursor *cursor)
{
    cursor->at += strspn(cursor->at, " \t\r\n");
}

bool sowi_cursor_take(sowi_cursor *cursor, char character)
{
    sowi_cursor_skip_spaces(cursor);
    if (*cursor->at != character)
        return false;
    cursor->at++;
    return true;
}

size_t sowi_cursor_word(sowi_cursor *cursor)
{
    sowi_cursor_skip_spaces(cursor);
    return identifier_length(cursor->at);
}

sow_status sowi_cursor_refuse(const sowi_cursor *cursor, const char *allowed)
{
    if (*cursor->at == '\0')
        return sowi_fail(cursor->error, SOW_ERR_SYNTAX, "the expression ends too early: %s",
                         allowed);
    return sowi_fail(cursor->error, SOW_ERR_SYNTAX, "unexpected text (%s): %s",
                     sowi_show(cursor->at).text, allowed);
}

bool sowi_word_equal(const char *word, size_t length, const char *name)
{
    return strlen(name) == length && memcmp(word, name, length) == 0;
}

bool sowi_is_identifier(const char *text)
{
    const size_t length = identifier_length(text);
    return length != 0 && text[length] == '\0';
}

bool sowi_is_arithmetic_word(const char *text)
{
    for (size_t i = 0; i < RESERVED_COUNT; i++)
        if (strcmp(text, reserved_words[i]) == 0)
            return true;
    return false;
}

bool sowi_is_named_in(const char *expression, const char *name)
{
    for (const char *at = expression; *at != '\0';) {
        const size_t word = identifier_length(at), number = sowi_decimal_length(at);
        const char *end = at + (word != 0 ? word : number);
        const char next = end[strspn(end, " \t\r\n")];
        if (sowi_word_equal(at, word, name) && next != '=' && next != '(') /* no key, no function */
            return true;
        at = end == at ? at + 1 : end;
    }
    return false;
}

static sow_status read_sum(sowi_cursor *cursor, double *value);

static sow_status open_bracket(sowi_cursor *cursor)
{
    if (!sowi_cursor_take(cursor, '('))
        return sowi_cursor_refuse(cursor, "'(' is expected");
    if (++cursor->depth > DEPTH_MAX)
        return sowi_fail(cursor->error, SOW_ERR_SYNTAX, "too many nested brackets: %d at most",
                         DEPTH_MAX);
    return SOW_OK;
}

static sow_status close_bracket(sowi_cursor *cursor, const char *allowed)
{
    if (!sowi_cursor_take(cursor, ')'))
        return sowi_cursor_refuse(cursor, allowed);
    cursor->depth--;
    return SOW_OK;
}

static sow_status read_bracketed(sowi_cursor *cursor, double *value)
{
    sow_status status = open_bracket(cursor);
    if (status == SOW_OK)
        status = read_sum(cursor, value);
    if (status == SOW_OK)
        status = close_bracket(cursor, "an operator or ')' is expected");
    return status;
}

static sow_status read_sqrt(sowi_cursor *cursor, double *value)
{
    const sow_status status = read_bracketed(cursor, value);
    if (status != SOW_OK)
        return status;
    if (*value < 0)
        return sowi_fail(cursor->error, SOW_ERR_SYNTAX, "sqrt of a negative number (%s)",
                         sowi_decimal_print(*value).text);
    *value = sqrt(*value);
    return SOW_OK;
}

/* min(a, b, ...) or max(a, b, ...). */
static sow_status read_extreme(sowi_cursor *cursor, bool largest, double *value)
{
    sow_status status = open_bracket(cursor);
    if (status == SOW_OK)
        status = read_sum(cursor, value);
    size_t count = 1;
    while (status == SOW_OK && sowi_cursor_take(cursor, ',')) {
        double other = 0;
        status = read_sum(cursor, &other);
        if (largest ? other > *value : other < *value)
            *value = other;
        count++;
    }
    if (status == SOW_OK && count < 2)
        return sowi_cursor_refuse(cursor, "min and max take two values or more");
    if (status == SOW_OK)
        status = close_bracket(cursor, "an operator, ',' or ')' is expected");
    return status;
}

static sow_status refuse_name(const sowi_cursor *cursor, size_t length)
{
    sowi_nearest nearest = {.word = cursor->at, .length = length};
    for (size_t i = 0; i < cursor->count; i++)
        sowi_nearest_offer(&nearest, cursor->parameters[i].name);
    for (size_t i = 0; i < RESERVED_COUNT; i++)
        sowi_nearest_offer(&nearest, reserved_words[i]);
    return sowi_fail(cursor->error, SOW_ERR_SYNTAX, "unknown name (%s): the nearest is %s",
                     sowi_show_part(cursor->at, length).text, nearest.best);
}

static sow_status read_named(sowi_cursor *cursor, size_t length, double *value)
{
    const char *word = cursor->at;
    for (size_t i = 0; i < cursor->count; i++)
        if (sowi_word_equal(word, length, cursor->parameters[i].name)) {
            cursor->at += length;
            *value = cursor->parameters[i].value;
            return SOW_OK;
        }
    if (sowi_word_equal(word, length, "inf")) {
        cursor->at += length;
        *value = INFINITY;
        return SOW_OK;
    }
    if (sowi_word_equal(word, length, "sqrt")) {
        cursor->at += length;
        return read_sqrt(cursor, value);
    }
    const bool largest = sowi_word_equal(word, length, "max");
    if (largest || sowi_word_equal(word, length, "min")) {
        cursor->at += length;
        return read_extreme(cursor, largest, value);
    }
    return refuse_name(cursor, length);
}

static sow_status read_number(sowi_cursor *cursor, size_t length, double *value)
{
    const sow_status status = sowi_decimal_read(cursor->at, length, value);
    if (status != SOW_OK)
        return sowi_fail(cursor->error, status, "out of memory");
    if (isinf(*value))
        return sowi_fail(cursor->error, SOW_ERR_SYNTAX,
                         "the number is too large (%s): inf is written inf",
                         sowi_show_part(cursor->at, length).text);
    cursor->at += length;
    return SOW_OK;
}

static sow_status read_factor(sowi_cursor *cursor, double *value)
{
    bool negative = false;
    while (sowi_cursor_take(cursor, '-'))
        negative = !negative;

    sow_status status;
    const size_t word = sowi_cursor_word(cursor);
    const size_t number = sowi_decimal_length(cursor->at);
    if (word != 0)
        status = read_named(cursor, word, value);
    else if (number != 0)
        status = read_number(cursor, number, value);
    else if (*cursor->at == '(')
        status = read_bracketed(cursor, value);
    else
        return sowi_cursor_refuse(cursor, "a number, a name or '(' is expected");
    if (status == SOW_OK && negative)
        *value = -*value;
    return status;
}

static double apply(double left, char sign, double right)
{
    switch (sign) {
    case '+':
        return left + right;
    case '-':
        return left - right;
    case '*':
        return left * right;
    default:
        return left / right;
    }
}

/* *left = *left sign right. */
static sow_status combine(const sowi_cursor *cursor, double *left, char sign, double right)
{
    if (sign == '/' && right == 0)
        return sowi_fail(cursor->error, SOW_ERR_SYNTAX, "division by zero (%s / %s)",
                         sowi_decimal_print(*left).text, sowi_decimal_print(right).text);
    const double result = apply(*left, sign, right);
    const bool from_infinity = isinf(*left) || isinf(right);
    if (isnan(result) || (isinf(result) && !from_infinity))
        return sowi_fail(cursor->error, SOW_ERR_SYNTAX, "the result is %s (%s %c %s)",
                         isnan(result) ? "not a number" : "too large",
                         sowi_decimal_print(*left).text, sign, sowi_decimal_print(right).text);
    *left = result;
    return SOW_OK;
}

/* One level of precedence: operands joined from the left by either operator. */
static sow_status read_joined(sowi_cursor *cursor, const char operators[2],
                              sow_status (*read_operand)(sowi_cursor *, double *), double *value)
{
    sow_status status = read_operand(cursor, value);
    while (status == SOW_OK) {
        char sign = '\0';
        for (int i = 0; i < 2 && sign == '\0'; i++)
            if (sowi_cursor_take(cursor, operators[i]))
                sign = operators[i];
        if (sign == '\0')
            break;
        double right = 0;
        status = read_operand(cursor, &right);
        if (status == SOW_OK)
            status = combine(cursor, value, sign, right);
    }
    return status;
}

static sow_status read_product(sowi_cursor *cursor, double *value)
{
    return read_joined(cursor, "*/", read_factor, value);
}

static sow_status read_sum(sowi_cursor *cursor, double *value)
{
    return read_joined(cursor, "+-", read_product, value);
}

sow_status sowi_arithmetic_read(sowi_cursor *cursor, double *value)
{
    return read_sum(cursor, value);
}
