/* sowcl/bench.h: how fast fills are, beside what the same device and buffer can do at best. Needs no
 * OpenCL headers.
 *
 * Thread-safe for distinct results. A bench takes what is free of the device and the processors: run one at
 * a time, on a quiet machine. */
#ifndef SOWCL_BENCH_H
#define SOWCL_BENCH_H

#include "sowcl/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sow_context sow_context;

/* ---- Throughput ------------------------------------------------------------------------------- */

/* What is measured: fills, then the baselines, which are measured in any case. */
typedef enum sow_bench_what {
    SOW_BENCH_BITS = 0,         /* i32 only, whatever dtypes are chosen */
    SOW_BENCH_UNIFORM = 1,      /* uniform(low=0, high=1) */
    SOW_BENCH_NORMAL = 2,       /* normal(mean=0, std=1) */
    SOW_BENCH_TRUNC_NORMAL = 3, /* trunc_normal(a=-2, b=2) */
    SOW_BENCH_TRUNC_WIDE = 4,   /* trunc_normal(a=-4, b=8) */
    SOW_BENCH_TRUNC_EDGE = 5,   /* trunc_normal(a=6, b=inf) */
    SOW_BENCH_CONSTANT = 6,     /* constant(value=1) */
    SOW_BENCH_PHILOX = 7,       /* the generator's 32-bit words, drawn and not stored */
    SOW_BENCH_STORE = 8,        /* a kernel that stores vectors of four floats; devices only */
    SOW_BENCH_FILL_BUFFER = 9,  /* clEnqueueFillBuffer, 4-byte pattern; devices only */
    SOW_BENCH_MEMSET = 10,      /* memset of host memory by one thread */
    SOW_BENCH_MEMSET_ALL = 11   /* the same by all threads */
} sow_bench_what;

/* The name, "trunc_edge" or "fill_buffer"; NULL for an unknown value. */
SOW_API const char *sow_bench_what_name(sow_bench_what what);
/* Nonzero for the fills, which can be chosen. */
SOW_API int sow_bench_what_is_fill(sow_bench_what what);

/* Of a sample: the quartiles (interpolated between neighbours) and the ends. All NaN where there is none. */
typedef struct sow_bench_spread {
    double least, lower, median, upper, most;
} sow_bench_spread;

/* The clock that ratios are taken by: CPU time of the process, where the host's processors do the work
 * (the host itself, CPU runtimes, llvmpipe, simulators); on other devices the time between the start and
 * the end that the event tells, or wall time where a device tells none. */
typedef enum sow_bench_clock {
    SOW_BENCH_CLOCK_CPU = 0,
    SOW_BENCH_CLOCK_EVENT = 1,
    SOW_BENCH_CLOCK_WALL = 2
} sow_bench_clock;

typedef struct sow_bench_row {
    sow_bench_what what;
    sow_dtype dtype;  /* of the baselines: what their 4-byte elements are */
    uint32_t threads; /* of the host, at most: one for each MiB and one more; 0: a device */
    /* elements of one run; of baselines in blocks of 32, so a few more where count is no multiple */
    uint64_t count, size_bytes;
    sow_bench_spread ns_cpu, ns_wall, ns_event; /* per element; ns_event: devices that tell it */
    double gbps;                                /* 10^9 bytes a second, by the median of ns_wall */
    /* Over the rounds, the row's time through the baseline's of the same round, by the clock:
     * ratio_philox   per element, through the time per word of the Philox-only run; of any dtype, so f64,
     *                which takes two words, is at 2 or more; not of constants
     * ratio_store    per byte, through the store kernel
     * ratio_fill     per byte, through clEnqueueFillBuffer
     * ratio_memset   per byte, through memset, where the clock is the CPU's
     * On the host Philox and memset are those of as many threads. NaN where there is no such baseline. */
    sow_bench_spread ratio_philox, ratio_store, ratio_fill, ratio_memset;
    int has_digest;     /* fills */
    uint8_t digest[16]; /* XXH3-128 of the stored elements, canonical; equal to the host path's */
} sow_bench_row;

/* Zero means default. */
typedef struct sow_bench_options {
    uint32_t whats;   /* a bit 1 << what for each fill; 0: all */
    uint32_t dtypes;  /* a bit 1 << dtype for each floating dtype, of figures for any; 0: all */
    uint64_t count;   /* elements of a fill, at most 2^34; 0: 2^26, or as many as memory allows */
    uint32_t rounds;  /* at most 10^6; 0: 9 */
    uint32_t threads; /* the host's most; 0: as many as processors are online */
    /* Called between runs with the runs done and in all; a nonzero return cancels. May be NULL. */
    int (*progress)(void *user, uint64_t done, uint64_t total);
    void *user;
} sow_bench_options;

/* What was measured. */
typedef struct sow_bench_setting {
    sow_bench_clock clock;
    uint64_t count; /* of a fill; below the default where memory did not allow it */
    uint32_t rounds;
    uint32_t threads; /* all threads: of memset_all, and on the host of every second row */
    int without_f64;  /* the device has no double precision: rows of f64 are left out */
    char device[128]; /* its name, or "host" */
} sow_bench_setting;

typedef struct sow_bench sow_bench;

/* Measures the chosen fills on the context's device, or, when context is NULL, on the host by one thread and
 * by all.
 *
 * First everything runs once: the buffer is poisoned, filled, and must hold the host path's elements, all
 * of them (of the baselines, what they are to store). Then every row runs once in each round, in the same
 * order. The buffer's ends are poisoned before each timed run and must then be as in the first. Time counts
 * from the call to the finished queue.
 *
 * SOW_ERR_ARGUMENT (error names it), SOW_ERR_CANCELLED, SOW_ERR_NO_MEMORY, SOW_ERR_TEST_* of a fill that
 * stores other bytes, SOW_ERR_DEVICE of a baseline that does, statuses of sow_context_prepare and
 * sow_fill_plan; *out is then NULL. */
SOW_API sow_status sow_bench_run(sow_bench **out, sow_context *context,
                                 const sow_bench_options *options, sow_error *error);
SOW_API void sow_bench_release(sow_bench *bench); /* NULL is allowed */

/* The rows, baselines first; NULL past the end. They live as long as the bench. */
SOW_API size_t sow_bench_row_count(const sow_bench *bench);
SOW_API const sow_bench_row *sow_bench_row_at(const sow_bench *bench, size_t index);
SOW_API const sow_bench_setting *sow_bench_setting_of(const sow_bench *bench);

/* ---- Figures ----------------------------------------------------------------------------------- */

/* sow_stats_buffer, or on the host sow_stats_host, beside a read of the same bytes of the same buffer: a kernel (a loop on the
 * host) that loads each byte once, as vectors, and stores the xor of all words. Both bring home what they find. */
typedef struct sow_stats_bench_row {
    sow_dtype dtype;
    uint32_t threads; /* of the host, at most: one for each MiB and one more; 0: a device */
    uint64_t count, size_bytes;
    sow_bench_spread ns_cpu, ns_wall;           /* of the figures, per element */
    sow_bench_spread read_ns_cpu, read_ns_wall; /* of the read */
    double gbps;                                /* 10^9 bytes a second, by the median of ns_wall */
    /* Over the rounds, the figures' time through the read's of the same round, by the clock. */
    sow_bench_spread ratio_read;
} sow_stats_bench_row;

typedef struct sow_stats_bench sow_stats_bench;

/* Measures the figures of each dtype in the buffer of the context's device, or, when context is NULL, in host memory by one
 * thread and by all. Elements are N(0, 1) of floating dtypes and uniform bits of others, of a bool one bit; the host draws
 * them. options: of dtypes any; no whats; count is of the elements of each dtype.
 *
 * Of each dtype all runs once, which builds what is missing, and then once in each round, the figures and their read in turns.
 * Each time the figures must be those that the host has found of the elements as it drew them, bit for bit, and the read must
 * come to the xor of their words. An event tells the time of one command only, so the clock is the CPU's or the wall's.
 *
 * f64 is left out on a device without double precision, which its figures need; SOW_ERR_NO_F64 if that leaves nothing.
 *
 * SOW_ERR_ARGUMENT (error names it), SOW_ERR_CANCELLED, SOW_ERR_NO_MEMORY, SOW_ERR_DEVICE of other figures or a read that
 * leaves something out, statuses of sow_stats_buffer; *out is then NULL. */
SOW_API sow_status sow_stats_bench_run(sow_stats_bench **out, sow_context *context,
                                       const sow_bench_options *options, sow_error *error);
SOW_API void sow_stats_bench_release(sow_stats_bench *bench); /* NULL is allowed */

/* The rows; NULL past the end. They live as long as the bench. */
SOW_API size_t sow_stats_bench_row_count(const sow_stats_bench *bench);
SOW_API const sow_stats_bench_row *sow_stats_bench_row_at(const sow_stats_bench *bench,
                                                          size_t index);
SOW_API const sow_bench_setting *sow_stats_bench_setting_of(const sow_stats_bench *bench);

/* ---- Latency ---------------------------------------------------------------------------------- */

/* Calls between two finishes of the queue: what is in flight at most. */
#define SOW_LATENCY_BLOCK 250

typedef enum sow_latency_what {
    SOW_LATENCY_SINGLE = 0,    /* one fill, then a finish */
    SOW_LATENCY_PIPELINED = 1, /* fills in blocks of SOW_LATENCY_BLOCK, a finish after each block */
    SOW_LATENCY_TINY = 2       /* the same of tiny tensors, each with its own stream and offset */
} sow_latency_what;

/* "single", "pipelined", "tiny"; NULL for an unknown value. */
SOW_API const char *sow_latency_what_name(sow_latency_what what);

/* A fill is uniform, f32; a call is sow_fill_plan, of a plan that is made before. It is compared with a
 * launch of equal geometry and arguments that does nothing: the arguments set and the kernel enqueued, by
 * OpenCL alone. The two take turns, call by call or block by block. On the host, which launches nothing,
 * what is said of empty launches is NaN. */
typedef struct sow_latency_row {
    sow_latency_what what;
    uint64_t count;                   /* elements of a fill */
    uint64_t calls;                   /* of fills in all, and as many of empty launches */
    sow_bench_spread ns_wall, ns_cpu; /* per call, finish included */
    sow_bench_spread empty_ns_wall, empty_ns_cpu; /* the same of empty launches */
    sow_bench_spread ratio_wall, ratio_cpu;       /* fill through empty launch of the same turn */
} sow_latency_row;

/* Zero means default. */
typedef struct sow_latency_options {
    /* Blocks of each pipelined row, at most 10^4; tiny tensors take ten times as many, singles have ten
     * turns for each. 0: 40, which is 10^4 pipelined fills and 10^5 tiny tensors. */
    uint32_t rounds;
    int (*progress)(void *user, uint64_t done, uint64_t total); /* as in sow_bench_options */
    void *user;
} sow_latency_options;

typedef struct sow_latency sow_latency;

/* Measures small fills, of 1, 2^10 and 2^16 elements, on the context's device or on the host (NULL, one
 * thread), and tensors of 7 elements. Everything that was filled is checked against the host path.
 * Statuses of sow_bench_run; *out is then NULL. */
SOW_API sow_status sow_latency_run(sow_latency **out, sow_context *context,
                                   const sow_latency_options *options, sow_error *error);
SOW_API void sow_latency_release(sow_latency *latency); /* NULL is allowed */

/* The rows; NULL past the end. They live as long as the result. */
SOW_API size_t sow_latency_row_count(const sow_latency *latency);
SOW_API const sow_latency_row *sow_latency_row_at(const sow_latency *latency, size_t index);

/* ---- Our functions against a library's ------------------------------------------------------ */

/* What an element takes, in ns: medians over rounds in which they take turns. NaN where a place has no such functions. */
typedef struct sow_math_times {
    /* by sow_math of sowcl/compare.h: ours, the library's, native ones */
    double cpu_ns[3], wall_ns[3];
} sow_math_times;

/* Times draws of N(0, 1) in f32 on the context's device or on the host (NULL, all processors), which has no native functions: as many
 * elements as take some 0.1 s, 2^14 to 2^22, in 5 rounds. SOW_ERR_ARGUMENT, and statuses of sow_bench_run; the times are then as they
 * were. */
SOW_API sow_status sow_math_times_measure(sow_math_times *times, sow_context *context);

#ifdef __cplusplus
}
#endif
#endif
