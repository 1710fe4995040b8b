/* What a file of tensors should hold at first: its model resolved by a recipe, which the command line names or the file's own
 * metadata. */
#ifndef FILE_PLAN_H
#define FILE_PLAN_H

#include <stdbool.h>

#include "sowcl/model.h"

typedef struct file_plan_options {
    const char *file;
    const char *model;  /* a description of the file's tensors; NULL: the file's names and shapes */
    const char *recipe; /* NULL: the file's metadata's, or else the model's */
    bool has_seed;      /* else the metadata's; 0 if that has none */
    uint64_t seed;
    sow_parameter *parameters;
    size_t parameter_count;
} file_plan_options;

/* Options that say which plan: letters of rows in a command's options. */
enum { FILE_PLAN_RECIPE = 'r', FILE_PLAN_MODEL = 512, FILE_PLAN_PARAMETER };
bool file_plan_has_option(int letter);
/* PROCEED or EXIT_MISUSE. */
int file_plan_take(file_plan_options *options, int letter, const char *value);
void file_plan_options_clear(file_plan_options *options);

typedef struct file_plan {
    sow_model *model;
    sow_recipe *recipe;
    sow_checkpoint *checkpoint;            /* NULL of a file of 'sowcl fill' */
    sow_checkpoint_tensor filled;          /* that file's tensor */
    const sow_checkpoint_tensor **by_name; /* sorted; NULL: nothing was planned */
    size_t count;
    const char *recipe_name; /* or the expression of 'sowcl fill' */
    uint64_t seed;
    bool seed_is_told; /* by the command line or the file; else it is 0 */
} file_plan;

/* Whether anything says which recipe, or of a file of 'sowcl fill' which expression, and how it was drawn. */
bool file_plan_is_known(const sow_tensor_file *file, const file_plan_options *options);

/* Floating tensors have the file's dtypes. PROCEED, or an exit code after its message; clear is due either way. */
int file_plan_make(file_plan *plan, const sow_tensor_file *file, const file_plan_options *options);
void file_plan_clear(file_plan *plan);

/* Whether a file's tensor has the shape that it should. */
bool file_plan_fits(const sow_file_tensor *of, const sow_checkpoint_tensor *tensor);

/* What a tensor of that name is given, by an alias too; NULL: nothing. */
const sow_checkpoint_tensor *file_plan_find(const file_plan *plan, const char *name);

#endif
