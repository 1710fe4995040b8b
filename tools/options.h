/* Reading the options of a subcommand, and their values. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdint.h>

#include "command.h"
#include "sowcl/base.h"
#include "sowcl/model.h"

/* Takes one option. PROCEED, or an exit code after its message. */
typedef int option_taker(void *user, int letter, const char *value);

/* Hands every option to take; --help is answered here. Options may stand after operands, -- ends them.
 * PROCEED, with the operands moved to argv[*operand] and on, or an exit code. */
int options_read(const command *self, int argc, char **argv, option_taker *take, void *user,
                 int *operand);

/* The option_taker of commands that have --json alone; user is a bool. */
int options_take_json(void *user, int letter, const char *value);

/* Usage, options and details on standard output. */
void options_print_help(const command *self);

/* Values; option is the name with its dashes, for the message. PROCEED or EXIT_MISUSE. */
int parse_u64(const char *option, const char *text, uint64_t *value);
/* The same from least to most. */
int parse_u64_within(const char *option, const char *text, uint64_t least, uint64_t most,
                     uint64_t *value);
int parse_u32(const char *option, const char *text, uint32_t *value);
/* "5GB", "1.5GiB", "100000": at least 1 byte, rounded down. */
int parse_bytes(const char *option, const char *text, uint64_t *bytes);
/* A decimal number, at least 0. */
int parse_tolerance(const char *option, const char *text, double *value);
int parse_dtype(const char *option, const char *text, sow_dtype *dtype);
/* Names with commas between into the bits 1 << i of names[i]; a list of names ends in NULL. */
int parse_list(const char *option, const char *text, const char *const *names, uint32_t *bits);
/* "NAME=NUMBER"; the name is to be freed. */
int parse_parameter(const char *option, const char *text, sow_parameter *parameter);
int parse_layout(const char *option, const char *text, sow_layout *layout);
/* "5,10" into rank and shape; "" is a scalar. */
int parse_shape(const char *option, const char *text, sow_tensor *tensor);
/* "0:5,2:4" into start and extent of a tensor that has its shape; as in Python, sides may be missing,
 * missing dimensions are whole and what leaves the tensor is cut. An extent may come to all zeros. */
int parse_slice(const char *option, const char *text, sow_tensor *tensor);

#endif
