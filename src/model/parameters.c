#include "parameters.h"

#include <math.h>

#include "arithmetic.h"
#include "decimal.h"
#include "fail.h"
#include "system_error.h"
#include "tensor_variables.h"
#include "words.h"

sow_status sowi_parameter_check(const sow_parameter *parameter, sow_status status, sow_error *error)
{
    const char *name = parameter->name;
    if (!sowi_is_identifier(name))
        return sowi_fail(error, status, "wrong name of a parameter (%s): letters, digits and _",
                         sowi_show(name).text);
    if (sowi_is_arithmetic_word(name) || sowi_is_tensor_variable(name))
        return sowi_fail(error, status,
                         "reserved name of a parameter (%s): expressions use it otherwise", name);
    if (!isfinite(parameter->value))
        return sowi_fail(error, status, "wrong parameter %s (%s): a finite number is expected",
                         name, sowi_decimal_print(parameter->value).text);
    return SOW_OK;
}

static sow_status read_parameter(sow_parameter *parameter, sowi_arena *arena, const char *name,
                                 const json_t *value, const sowi_json_reader *reader)
{
    *parameter = (sow_parameter){sowi_arena_copy(arena, name), json_number_value(value)};
    if (parameter->name == NULL)
        return sowi_fail_memory(reader->error);
    if (json_is_number(value))
        return sowi_parameter_check(parameter, reader->status, reader->error);
    return sowi_fail(reader->error, reader->status,
                     "wrong parameter %s (%s): a finite number is expected", sowi_show(name).text,
                     sowi_json_show(value).text);
}

sow_status sowi_parameters_read(sow_parameter **parameters, size_t *count, sowi_arena *arena,
                                const json_t *object, const sowi_json_reader *reader)
{
    json_t *members = NULL;
    *count = 0;
    sow_status status =
        sowi_json_member(object, "parameters", JSON_OBJECT, false, &members, reader);
    if (status != SOW_OK || members == NULL)
        return status;
    *parameters = sowi_arena_take(arena, (json_object_size(members) + 1) * sizeof **parameters);
    if (*parameters == NULL)
        return sowi_fail_memory(reader->error);
    const char *name;
    json_t *value;
    json_object_foreach(members, name, value)
    {
        status = read_parameter(&(*parameters)[(*count)++], arena, name, value, reader);
        if (status != SOW_OK)
            return status;
    }
    return SOW_OK;
}
