/* Programs: built from the embedded kernels. */
#ifndef SOWI_PROGRAM_H
#define SOWI_PROGRAM_H

#include "context.h"
#include "program_source.h"

/* Builds a program, which the caller releases; its log goes to the context's if that fails.
 * SOW_ERR_BUILD, OpenCL's; *out is then as it was. */
sow_status sowi_program_build(sow_context *context, sowi_program_source *text, cl_program *out);

/* The same with other options than those of all programs, which sowi_program_options tells. */
sow_status sowi_program_build_with(sow_context *context, sowi_program_source *text,
                                   const char *options, cl_program *out);
const char *sowi_program_options(void);

bool sowi_program_has_f64(const sow_context *context);

/* Builds the program of kernels/baseline.cl, which the caller releases; see baseline.h.
 * SOW_ERR_BUILD, OpenCL's; *program is then as it was. */
sow_status sowi_program_build_baseline(sow_context *context, cl_program *program);

#endif
