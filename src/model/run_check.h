/* What is done to drawn blocks, in order, before they are written: tensors are digested and measured. */
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

/* Writes digest and moments, which leave padding rows out, of the tensors that end in the block; bytes: its own. */
void sowi_run_check_block(sowi_run_check *check, const sowi_block *block,
                          const unsigned char *bytes);

#endif
