/* sowcl/probe.h: whether a device, or the host, computes as the bit contract needs it: every operation that decides a
 * bit, on hard and random operands, against exact results by integer arithmetic. Needs no OpenCL headers.
 *
 * Thread-safe for distinct results. */
#ifndef SOWCL_PROBE_H
#define SOWCL_PROBE_H

#include "sowcl/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sow_context sow_context;

typedef enum sow_probe_outcome {
    SOW_PROBE_EXACT = 0,   /* every result has the exact bits */
    SOW_PROBE_DIFFERS = 1, /* some results have others */
    SOW_PROBE_UNBUILT = 2, /* the program failed to build, or to run */
    SOW_PROBE_UNTESTED = 3 /* there is nothing to test: the device has no double precision */
} sow_probe_outcome;

/* Vectors of so many widths are tried at most. */
#define SOW_PROBE_FORMS 3

/* An operation with operands of one kind. */
typedef struct sow_probe_row {
    const char *name;       /* "fma", "multiply, subnormal results" */
    const char *type;       /* of the operands: "f32", "u64" */
    const char *expression; /* in OpenCL C, of a, b and c */
    int in_contract;        /* nonzero: bits depend on it; zero: told for information */
    sow_probe_outcome outcome;
    uint64_t cases;    /* in each form */
    uint64_t failures; /* over all forms */
    /* Of the failures those that gave a zero of either sign instead: flushed, if what is expected is subnormal. */
    uint64_t zeros;
    /* Of floating results: the most representable values between one and the exact one, without NaN. */
    uint64_t max_ulp;
    uint64_t nans;                    /* of the failures those that gave NaN */
    uint32_t forms;                   /* that were tried */
    uint32_t widths[SOW_PROBE_FORMS]; /* elements of their vectors */
    /* Of a program that failed: why, with the build log. NULL: none failed. */
    const char *log;
    /* What the operands and the result are: how many, bytes of one, whether they are floating. */
    uint32_t operands, operand_bytes, result_bytes;
    int operands_are_float, result_is_float;
    /* The first failure, as bits; first_width: the vector's elements. */
    uint32_t first_width;
    uint64_t first_case, first[3], first_expected, first_actual;
} sow_probe_row;

#define SOW_PROBE_MOST_CASES (UINT64_C(1) << 32)

/* Zero means default. */
typedef struct sow_probe_options {
    /* Of each row, at most SOW_PROBE_MOST_CASES, rounded up to a multiple of 1024; 0: 10^6, on simulators 10^4. */
    uint64_t cases;
    uint64_t seed; /* of the random operands */
    /* Called now and then with the cases done and in all; a nonzero return cancels. May be NULL. */
    int (*progress)(void *user, uint64_t done, uint64_t total);
    void *user;
} sow_probe_options;

/* What was probed. On the host the driver is empty and the options are NULL. */
typedef struct sow_probe_setting {
    char device[128], platform[128], platform_version[128], driver[128];
    const char *build_options;
    uint64_t cases, seed;
    int has_f64;
} sow_probe_setting;

typedef struct sow_probe sow_probe;

/* Probes the context's device with the programs' own build options, in the vectors that its fills are computed in, or,
 * when context is NULL, the host: its compiler and processor, by plain C and by AVX2 where there is such a processor.
 * Operations that fail are rows, no failure of the call.
 *
 * SOW_ERR_ARGUMENT (error names it), SOW_ERR_CANCELLED, SOW_ERR_NO_MEMORY, OpenCL's (buffers and queues); *out is then
 * NULL. */
SOW_API sow_status sow_probe_run(sow_probe **out, sow_context *context,
                                 const sow_probe_options *options, sow_error *error);
SOW_API void sow_probe_release(sow_probe *probe); /* NULL is allowed */

/* Nonzero when no operation of the contract differs or failed to build. One that could not be tested breaks nothing:
 * without double precision there are no draws in f64. 0 for NULL. */
SOW_API int sow_probe_holds(const sow_probe *probe);

/* The rows, those of the contract first; NULL past the end. They live as long as the probe. A probe that is NULL has no rows
 * and no setting: 0 or NULL. */
SOW_API size_t sow_probe_row_count(const sow_probe *probe);
SOW_API const sow_probe_row *sow_probe_row_at(const sow_probe *probe, size_t index);
SOW_API const sow_probe_setting *sow_probe_setting_of(const sow_probe *probe);

/* Writes a small kernel that shows the row's first failure (or, without one, the operation) to text, cut to size - 1
 * bytes and ended by a NUL. Returns the text's length in bytes; 0 for rows of the host, past the end, and for NULL. */
SOW_API size_t sow_probe_kernel(const sow_probe *probe, size_t index, char *text, size_t size);

#ifdef __cplusplus
}
#endif
#endif
