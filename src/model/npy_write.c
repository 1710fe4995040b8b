#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "npy.h"
#include "system_error.h"

enum { PREFIX_BYTES = 10, ALIGNMENT = 64 };

static void write_header(FILE *out, const sowi_safetensors_dtype *dtype, size_t rank,
                         const uint64_t *shape)
{
    fputs("\x93NUMPY\x01", out);
    for (int i = 0; i < 3; i++)
        fputc(0, out); /* minor version; the length is not known yet */
    /* one byte has no order, which NumPy writes as | */
    fprintf(out, "{'descr': '%c%s', 'fortran_order': False, 'shape': (",
            dtype->bits > 8 ? '<' : '|', dtype->npy);
    for (size_t i = 0; i < rank; i++)
        fprintf(out, "%s%" PRIu64, i == 0 ? "" : ", ", shape[i]);
    fprintf(out, "%s), }", rank == 1 ? "," : "");
    for (long end = ftell(out) + 1; end % ALIGNMENT != 0; end++)
        fputc(' ', out);
    fputc('\n', out);
}

sow_status sowi_npy_header(char **bytes, size_t *size, const sowi_safetensors_dtype *dtype,
                           size_t rank, const uint64_t *shape, sow_error *error)
{
    if (dtype->npy == NULL)
        return sowi_fail(error, SOW_ERR_DTYPE, ".npy has no such dtype (%s): .safetensors has",
                         dtype->name);
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        return sowi_fail_memory(error);
    write_header(out, dtype, rank, shape);
    const int failed = ferror(out);
    if (fclose(out) != 0 || failed != 0) {
        free(text);
        return sowi_fail_memory(error);
    }
    text[8] = (char)((length - PREFIX_BYTES) & 0xff);
    text[9] = (char)((length - PREFIX_BYTES) >> 8);
    *bytes = text;
    *size = length;
    return SOW_OK;
}
