/* An OpenCL layer: a shared object that stands between the program and the driver. It makes the n-th call
 * fail, counts calls and the references that are held, and bends results.
 *
 * A test links it and calls sowt_layer_load before its first OpenCL call. Use it from one thread. */
#ifndef SOWT_FAULT_LAYER_H
#define SOWT_FAULT_LAYER_H

#include <stdbool.h>
#include <stddef.h>

#ifndef CL_TARGET_OPENCL_VERSION
#define CL_TARGET_OPENCL_VERSION 120
#endif
#include <CL/cl.h>

/* Has the OpenCL loader put the layer in. */
void sowt_layer_load(void);

/* ---- Faults ---- */

/* What a failed call returns. */
#define SOWT_FAULT CL_OUT_OF_RESOURCES

/* From here on the n-th call that may fail does, and if sticky, all after it. 0: none. Releases never
 * fail. */
void sowt_fault_arm(unsigned long n, bool sticky);
/* Ends that and tells the name of the first call that failed; NULL if none did. */
const char *sowt_fault_disarm(void);

/* ---- Counts ---- */

typedef enum sowt_count {
    SOWT_CREATED,  /* objects, events left out */
    SOWT_BUILT,    /* programs */
    SOWT_EVENTS,   /* events that were handed out */
    SOWT_LAUNCHED, /* kernels */
    SOWT_WAITED,   /* flushes, finishes, waits, blocking reads and writes */
    SOWT_RETAINED, /* retains and releases */
    SOWT_COUNTS
} sowt_count;

void sowt_counts_reset(void);
unsigned long sowt_count_of(sowt_count what);

/* The references that the program holds: "Context 1, CommandQueue 1, ...". */
#define SOWT_LIVE_TEXT 160
void sowt_live_text(char text[SOWT_LIVE_TEXT]);

/* ---- Bending ---- */

/* Reads give data with one wrong bit. */
void sowt_bend_reads(bool on);
/* Programs end in a line that does not compile, "#error planted". */
void sowt_bend_sources(bool on);
/* Programs have one text in the place of another. NULL: no more. */
void sowt_bend_text(const char *from, const char *to);
/* Buffers claim to be as large as can be, and kernels are not run but recorded. */
void sowt_bend_launches(bool on);

#define SOWT_ARGUMENTS      4
#define SOWT_ARGUMENT_BYTES 1024

typedef struct sowt_launch {
    size_t global;
    cl_event waited_for; /* of a wait list of one; else NULL */
    cl_event event;      /* NULL: none was asked for */
    unsigned char argument[SOWT_ARGUMENTS][SOWT_ARGUMENT_BYTES];
} sowt_launch;

/* The n-th launch since sowt_bend_launches; NULL past the last. */
const sowt_launch *sowt_launch_at(size_t index);

#endif
