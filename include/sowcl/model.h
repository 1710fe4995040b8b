/* sowcl/model.h: whole models. A model lists tensors; a recipe says by rules how each is initialised; a
 * checkpoint is the two resolved, and can be drawn, digested and written. Needs no OpenCL headers.
 *
 * Thread-safe for distinct objects; models and recipes may be shared by readers. */
#ifndef SOWCL_MODEL_H
#define SOWCL_MODEL_H

#include "sowcl/base.h"
#include "sowcl/stats.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sow_context sow_context;

/* ---- Initializer expressions ---------------------------------------------------------------- */

/* A number that expressions can name. */
typedef struct sow_parameter {
    const char *name;
    double value;
} sow_parameter;

/* Reads "name" or "name(key=value, ...)", for example "normal(std=0.02/sqrt(2*n_layer))"; the grammar
 * is in docs/models.md. parameters may be NULL when count is 0.
 * SOW_ERR_ARGUMENT, SOW_ERR_SYNTAX; error names the word and the nearest one that is known. */
SOW_API sow_status sow_initializer_parse(sow_initializer *out, const char *text,
                                         const sow_parameter *parameters, size_t count,
                                         sow_error *error);

/* Writes the initializer as an expression that reads back to the same value, cut to size - 1 bytes.
 * Returns the length of the whole. */
SOW_API size_t sow_initializer_print(const sow_initializer *initializer, char *text, size_t size);

/* ---- Models --------------------------------------------------------------------------------- */

typedef struct sow_model sow_model;

/* Reads a model description (sowcl-model/1), or the names, shapes and dtypes of a .safetensors file or of the
 * shards of an index (.safetensors.index.json). They are told apart by content. SOW_ERR_FILE, SOW_ERR_MODEL, SOW_ERR_FORMAT, SOW_ERR_NO_MEMORY; *out is then
 * NULL. */
SOW_API sow_status sow_model_load(sow_model **out, const char *path, sow_error *error);
SOW_API void sow_model_release(sow_model *model);

SOW_API const char *sow_model_name(const sow_model *model);
/* The recipe that the description names; NULL if none. */
SOW_API const char *sow_model_recipe(const sow_model *model);
SOW_API size_t sow_model_tensor_count(const sow_model *model);

/* ---- Recipes -------------------------------------------------------------------------------- */

typedef struct sow_recipe sow_recipe;

/* Loads a built-in recipe by its name, or a recipe file (sowcl-recipe/1) by its path: text with a '/'
 * or ending in ".json" is a path. SOW_ERR_RECIPE (unknown, not valid), SOW_ERR_FILE, SOW_ERR_NO_MEMORY;
 * *out is then NULL. */
SOW_API sow_status sow_recipe_load(sow_recipe **out, const char *name_or_path, sow_error *error);
SOW_API void sow_recipe_release(sow_recipe *recipe);
SOW_API const char *sow_recipe_name(const sow_recipe *recipe);
/* What the recipe says of itself, one line. */
SOW_API const char *sow_recipe_about(const sow_recipe *recipe);

/* Built-in recipes: their number, and the name and JSON text of one; NULL past the end. */
SOW_API size_t sow_recipe_builtin_count(void);
SOW_API const char *sow_recipe_builtin_name(size_t index);
SOW_API const char *sow_recipe_builtin_text(size_t index);

/* ---- Checkpoints ---------------------------------------------------------------------------- */

typedef struct sow_checkpoint sow_checkpoint;

/* Zero means default. */
typedef struct sow_checkpoint_options {
    uint64_t seed;
    const char *only; /* a glob: tensors whose names match; NULL: all */
    int convert;      /* nonzero: floating tensors get the dtype below; others keep theirs */
    sow_dtype dtype;
    /* Numbers that the recipe's expressions name. Of one name the last counts; it goes before the
     * model's, and that before the recipe's. */
    const sow_parameter *parameters;
    size_t parameter_count;
    /* nonzero: tensors that no rule takes, or whose rule gives what their dtype or shape cannot hold, are left out,
     * unless that is all of them */
    int leave_out;
} sow_checkpoint_options;

/* One tensor of a checkpoint. Strings belong to the checkpoint. */
typedef struct sow_checkpoint_tensor {
    const char *name;
    const char *kind;       /* "Linear.weight"; "" when the model has none */
    const char *expression; /* the rule's initializer, as the recipe writes it */
    sow_tensor tensor;
    sow_initializer initializer;
    sow_plan plan;
    int64_t padding_idx; /* row set to zero after the draw; -1: none */
    double mean, std;    /* expected of the stored values (without the padding row's zeros) */
    uint64_t size_bytes;
    /* after sow_checkpoint_run */
    double measured_mean,
        measured_std;   /* of the stored values, padding row left out; bool, ints too */
    uint8_t digest[16]; /* XXH3-128 of the tensor's bytes, canonical (big-endian) form */
} sow_checkpoint_tensor;

/* Resolves every tensor of the model by the recipe; the checkpoint keeps copies of what it needs.
 * SOW_ERR_ARGUMENT, SOW_ERR_PARAMETER (an option's: wrong or reserved name, not finite, or not in the
 * recipe), SOW_ERR_NO_RULE, SOW_ERR_STREAM, SOW_ERR_SYNTAX, statuses of sow_plan_make, SOW_ERR_NO_MEMORY;
 * error names the tensor and the value; *out is then NULL. */
SOW_API sow_status sow_checkpoint_create(sow_checkpoint **out, const sow_model *model,
                                         const sow_recipe *recipe,
                                         const sow_checkpoint_options *options, sow_error *error);
SOW_API void sow_checkpoint_release(sow_checkpoint *checkpoint);

/* The tensors, in the order of the file (dtype, widest first, then name). */
SOW_API size_t sow_checkpoint_count(const sow_checkpoint *checkpoint);
SOW_API const sow_checkpoint_tensor *sow_checkpoint_tensor_at(const sow_checkpoint *checkpoint,
                                                              size_t index);
/* Sums over all tensors. */
SOW_API uint64_t sow_checkpoint_parameters(const sow_checkpoint *checkpoint);
SOW_API uint64_t sow_checkpoint_bytes(const sow_checkpoint *checkpoint);

/* Zero means default. */
typedef struct sow_run_options {
    const char
        *path; /* safetensors file to write, "-" for standard output; NULL: draw and digest only */
    uint32_t threads; /* that draw on the host, 32 at the most; 0: all processors */
    int no_moments;   /* leave measured_mean and measured_std 0 */
    /* Called by the calling thread when a block of some MiB is written, with bytes done and in all, and before
     * files are put in place; a nonzero return cancels. May be NULL. */
    int (*progress)(void *user, uint64_t done_bytes, uint64_t total_bytes);
    void *user;
    /* The most bytes of tensors in one file, 0: no limit. What exceeds it is written as Hugging Face's
     * sharded layout, path being the name of the single file: for "w.safetensors" it is
     * w-00001-of-0000N.safetensors and so on, and w.safetensors.index.json. */
    uint64_t max_shard_bytes;
} sow_run_options;

/* Draws every tensor on the context's device (NULL: on the host), digests it and writes it. A file
 * appears under its name only when it is complete; on failure or cancellation nothing is left behind and
 * an older file of that name is as it was. A target that exists and is no regular file is written
 * straight to. Shards appear when all are complete, and then the index; docs/models.md tells which tensors
 * go together, and what becomes of older files.
 * SOW_ERR_ARGUMENT (a limit, and a path that does not end in .safetensors or is no regular file), SOW_ERR_FILE, SOW_ERR_PIPE, SOW_ERR_CANCELLED, SOW_ERR_NO_MEMORY, statuses of
 * sow_fill. */
SOW_API sow_status sow_checkpoint_run(sow_checkpoint *checkpoint, sow_context *context,
                                      const sow_run_options *options, sow_error *error);

/* After a run, the paths of the files that it wrote, of an index last; NULL past the end. They live until
 * the next run. */
SOW_API size_t sow_checkpoint_file_count(const sow_checkpoint *checkpoint);
SOW_API const char *sow_checkpoint_file_at(const sow_checkpoint *checkpoint, size_t index);

/* The digest over all tensors (docs/models.md), after a run. It does not depend on the files. */
SOW_API void sow_checkpoint_digest(const sow_checkpoint *checkpoint, uint8_t digest[16]);

/* ---- One tensor to host memory or a file ---------------------------------------------------- */

/* Draws the plan's elements into host memory: on the context's device, piece by piece through a staging
 * buffer, or on the host when context is NULL. threads: of the host; 0 is all. */
SOW_API sow_status sow_draw(sow_context *context, void *dst, const sow_plan *plan,
                            uint32_t threads);

/* Writes one tensor in host memory (dense, rank and shape as given) to a .safetensors or .npy file, by
 * the path's ending, or raw to standard output for "-". Same promises as sow_checkpoint_run.
 * SOW_ERR_ARGUMENT (another ending), SOW_ERR_DTYPE (bf16 in .npy), SOW_ERR_FILE, SOW_ERR_PIPE. */
typedef struct sow_saved_tensor {
    const char *name;
    sow_dtype dtype;
    uint32_t rank;
    uint64_t shape[SOW_MAX_RANK];
    const void *data;
    uint64_t seed; /* metadata of a safetensors file */
    const char *recipe;
    /* more of it, for sow_tensor_file_plan, where recipe is an expression: the tensor whose region this is, and its stream; NULL:
     * not told */
    const sow_tensor *drawn;
    uint64_t stream;
} sow_saved_tensor;
SOW_API sow_status sow_save(const char *path, const sow_saved_tensor *tensor, sow_error *error);

/* Writes size bytes to a file of any name, or to standard output for "-", with the same promises. SOW_ERR_ARGUMENT, SOW_ERR_FILE,
 * SOW_ERR_PIPE, SOW_ERR_NO_MEMORY. */
SOW_API sow_status sow_save_bytes(const char *path, const void *data, size_t size,
                                  sow_error *error);

/* ---- Tensor files --------------------------------------------------------------------------- */

/* A file of tensors that is read in any order, where it lies. */
typedef struct sow_tensor_file sow_tensor_file;

/* A tensor of a file. Text and shape belong to the file. */
typedef struct sow_file_tensor {
    const char *name;
    const char *dtype_name; /* as safetensors spells it: "BF16"; of a .npy file, too */
    int known;              /* sowcl has the dtype: */
    sow_dtype dtype;
    uint32_t rank; /* may exceed SOW_MAX_RANK */
    const uint64_t *shape;
    uint64_t elements, size_bytes;
} sow_file_tensor;

/* Opens a .safetensors or .npy file, or the shards of an index (.safetensors.index.json), told apart by content, and
 * reads the headers. The array of a .npy file is named "tensor". Files stay open, and must be regular ones.
 * SOW_ERR_ARGUMENT, SOW_ERR_FILE, SOW_ERR_FORMAT, SOW_ERR_NO_MEMORY; *out is then NULL. */
SOW_API sow_status sow_tensor_file_open(sow_tensor_file **out, const char *path, sow_error *error);
SOW_API void sow_tensor_file_release(sow_tensor_file *file);

/* The text under key in the header's __metadata__, of shards in the first one that has it; NULL if none has, of no file (NULL), too. */
SOW_API const char *sow_tensor_file_metadata(const sow_tensor_file *file, const char *key);

/* The tensors, in byte order of their names; NULL past the end. A file that is NULL has none. */
SOW_API size_t sow_tensor_file_count(const sow_tensor_file *file);
SOW_API const sow_file_tensor *sow_tensor_file_at(const sow_tensor_file *file, size_t index);
/* The index of a tensor by its name; sow_tensor_file_count, which is no tensor's index, if there is none of that name. */
SOW_API size_t sow_tensor_file_find(const sow_tensor_file *file, const char *name);

/* The file's tensors as a model: names, shapes and dtypes, and kinds, layouts, padding rows and parameters as far as its metadata
 * tells them under sowcl.model (docs/models.md). Tensors whose dtype sowcl does not have, or of more than SOW_MAX_RANK dimensions,
 * are left out. The model keeps copies of what it needs. SOW_ERR_ARGUMENT, SOW_ERR_MODEL (a .npy file, whose array has no name; a
 * wrong padding row), SOW_ERR_FORMAT (a wrong sowcl.model), SOW_ERR_NO_MEMORY; *out is then NULL. */
SOW_API sow_status sow_model_from_file(sow_model **out, const sow_tensor_file *file,
                                       sow_error *error);

/* Reads bytes [offset_bytes, offset_bytes + size_bytes) of a tensor, little-endian as they lie in the file. Several
 * threads may read one file at once. SOW_ERR_ARGUMENT (bytes that the tensor does not have), SOW_ERR_FILE,
 * SOW_ERR_FORMAT (the file has become shorter). */
SOW_API sow_status sow_tensor_file_read(const sow_tensor_file *file, size_t index,
                                        uint64_t offset_bytes, size_t size_bytes, void *dst,
                                        sow_error *error);

/* ---- Files against their initial values ----------------------------------------------------- */

/* Zero means default. */
typedef struct sow_verify_options {
    uint32_t threads; /* that draw on the host; 0: all processors */
    int distance;     /* find how far the tensor has moved, too */
} sow_verify_options;

/* w, a file's tensor, beside w0, what was drawn first. */
typedef struct sow_verification {
    uint64_t elements, differing; /* in any bit */
    /* of the first that differs, the element's bits from the low end; nothing if none does */
    uint64_t first_index, first_bits, first_expected_bits;
    /* with distance: ||w - w0||, the largest |w - w0|, ||w0||, ||w|| and the sum of w * w0, in double precision; NaN or
     * infinite where w or w0 is */
    double moved, max_moved, initial_nrm2, nrm2, product;
} sow_verification;

/* Plans the one tensor of a file that sow_save wrote with drawn, or 'sowcl fill', again from the file's metadata; texts of *out belong
 * to the file. SOW_ERR_ARGUMENT, SOW_ERR_FORMAT (another file, or wrong metadata), SOW_ERR_SYNTAX, statuses of sow_plan_make,
 * SOW_ERR_NO_MEMORY. */
SOW_API sow_status sow_tensor_file_plan(const sow_tensor_file *file, uint64_t seed,
                                        sow_checkpoint_tensor *out, sow_error *error);

/* Holds a file's tensor against a checkpoint's, which is drawn again on the context's device (NULL: on the host), a few MiB at a
 * time; orthogonal matrices as a whole. options: NULL is all defaults.
 * SOW_ERR_ARGUMENT, SOW_ERR_SHAPE (another shape or dtype), statuses of sow_tensor_file_read and sow_draw. */
SOW_API sow_status sow_tensor_file_verify(const sow_tensor_file *file, size_t index,
                                          const sow_checkpoint_tensor *tensor, sow_context *context,
                                          const sow_verify_options *options, sow_verification *out,
                                          sow_error *error);

/* The name of the tensor that the model's alias stands for; NULL if the name is none. */
SOW_API const char *sow_checkpoint_alias(const sow_checkpoint *checkpoint, const char *name);

/* ---- Digests -------------------------------------------------------------------------------- */

/* XXH3-128 of size bytes, canonical (big-endian) form. */
SOW_API void sow_digest_bytes(const void *data, size_t size, uint8_t digest[16]);
/* 32 lowercase hex digits and a NUL. */
SOW_API void sow_digest_print(const uint8_t digest[16], char text[33]);

/* A digested file: tensors in byte order of their names. */
typedef struct sow_file_digest sow_file_digest;
/* Digests a .safetensors or .npy file ("-": standard input), or the shards of an index
 * (.safetensors.index.json), which gives what the same tensors in one file give. SOW_ERR_FILE, SOW_ERR_FORMAT,
 * SOW_ERR_NO_MEMORY; *out is then NULL. */
SOW_API sow_status sow_file_digest_read(sow_file_digest **out, const char *path, sow_error *error);
SOW_API void sow_file_digest_release(sow_file_digest *file);
SOW_API size_t sow_file_digest_count(const sow_file_digest *file);
SOW_API const char *sow_file_digest_name(const sow_file_digest *file, size_t index);
SOW_API void sow_file_digest_at(const sow_file_digest *file, size_t index, uint8_t digest[16]);
SOW_API void sow_file_digest_total(const sow_file_digest *file, uint8_t digest[16]);

#ifdef __cplusplus
}
#endif
#endif
