/* What a checkpoint notes when it is resolved, so that its files can tell what names, shapes and dtypes do not. */
#ifndef SOWI_CHECKPOINT_NOTES_H
#define SOWI_CHECKPOINT_NOTES_H

#include "checkpoint_parts.h"
#include "numbers.h"

/* Notes of every tensor how it would be resolved by its name, shape and dtype alone, and of the numbers whence they are. places:
 * of the model's tensors in the checkpoint, SIZE_MAX of those that it lacks. numbers: those of any tensor; they change.
 * SOW_ERR_NO_MEMORY. */
sow_status sowi_checkpoint_note(sow_checkpoint *checkpoint, const sow_model *model,
                                const sow_recipe *recipe, sowi_numbers *numbers,
                                const size_t *places, sow_error *error);

#endif
