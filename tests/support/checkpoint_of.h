/* A checkpoint of a model and a recipe that are given as text. */
#ifndef SOWT_CHECKPOINT_OF_H
#define SOWT_CHECKPOINT_OF_H

#include "refusal.h"
#include "scratch.h"
#include "sowcl/model.h"

/* Clears the scratch folder. Fails the running test when either text is refused. */
static inline sow_checkpoint *sowt_checkpoint_of(const char *model_text, const char *recipe_text)
{
    sow_model *model = NULL;
    sow_recipe *recipe = NULL;
    sow_checkpoint *checkpoint = NULL;
    sow_error error;
    assert_done(sow_model_load(&model, sowt_scratch_text("m.json", model_text), &error), &error);
    assert_done(sow_recipe_load(&recipe, sowt_scratch_text("r.json", recipe_text), &error), &error);
    assert_done(sow_checkpoint_create(&checkpoint, model, recipe, NULL, &error), &error);
    sow_recipe_release(recipe);
    sow_model_release(model);
    sowt_scratch_clear();
    return checkpoint;
}

#endif
