/* What is done to drawn blocks, in order, before they are written: padding rows are set to zero, tensors
 * digested and measured. */
#ifndef SOWI_RUN_CHECK_H
#define SOWI_RUN_CHECK_H

#include "hash.h"
#include "measure.h"
#include "run_blocks.h"

/* The tensor that goes on into the next block. */
typedef struct sowi_run_check {
    bool measures;
    sowi_hash *hash;
    sowi_measure measure;
} sowi_run_check;

/* Zeroes padding rows in bytes, those of the block, and writes digest and moments of the tensors that end in
 * it. */
void sowi_run_check_block(sowi_run_check *check, const sowi_block *block, unsigned char *bytes);

#endif
