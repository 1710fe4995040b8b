/* The operations that are probed: which kernel, on what operands, and what the result must be. */
#ifndef SOWI_PROBE_TABLE_H
#define SOWI_PROBE_TABLE_H

#include <stddef.h>

#include "probe_cases.h"
#include "probe_ops.clh"

/* The exact result, in the low bits. */
typedef uint64_t sowi_probe_reference(const sowi_format *format, const uint64_t *x);

typedef struct sowi_probe_entry {
    const char *name, *type;
    /* In OpenCL C. wide: of vectors, where that is another; @ stands for their width. is_statement: no value, but all
     * that the kernel does. */
    const char *expression, *wide;
    bool is_statement;
    const char *from, *to; /* OpenCL C's types of the operands and the result */
    unsigned family, op;   /* kernels/probe_ops.clh */
    unsigned operands;
    bool in_contract;
    const sowi_format *format; /* of the operands; NULL: whole numbers */
    const sowi_format *result; /* the result's, for the distance; NULL: whole numbers */
    uint64_t mask;             /* the bits of the result that count */
    sowi_probe_cases *cases;
    sowi_probe_reference *exact;
} sowi_probe_entry;

extern const sowi_probe_entry sowi_probe_entries[];
extern const size_t sowi_probe_entry_count;

/* Bytes of an element in a family's arrays. */
size_t sowi_probe_element_bytes(unsigned family);

#endif
