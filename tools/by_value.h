/* What of a comparison goes by value: tensors of two dtypes, which files may hold. */
#ifndef BY_VALUE_H
#define BY_VALUE_H

#include "comparison.h"

typedef struct by_value {
    size_t compared, count; /* tensors that were; those of them whose dtypes differ */
    char dtypes[160];       /* "f32/f16, i64/U64": of those, some if they are many */
} by_value;

/* Over all pairs; of one. */
by_value by_value_of(const comparison *told);
by_value by_value_of_pair(const comparison_pair *pair);

/* "by value (f32/f16)"; where others go by their bits "2 tensors of different dtypes by value (f32/f16)"; "" if none do. */
typedef struct by_value_text {
    char text[240];
} by_value_text;
by_value_text by_value_tell(const by_value *of);

/* "bit for bit", or "by value (f32/f16)", or both of them with a semicolon between. */
by_value_text by_value_rule(const by_value *of);

#endif
