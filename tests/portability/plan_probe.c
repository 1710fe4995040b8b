/* Prints every field of many plans, as hex, and the digests of what they fill: a line each. Other builds of
 * the same sources, by other compilers for other machines, must print the same text. Needs the plan and
 * host floors only. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "sowcl/stats.h"

#define FILLED  1037 /* elements that are digested; their last group is cut */
#define RANDOMS 300  /* plans of random parameters, of each family */

static const sow_key key = {0x0123456789abcdefu, 0xfedcba9876543210u};

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void print_plan(const sow_plan *plan)
{
    const double numbers[] = {plan->mean,     plan->std,   plan->low,        plan->high,
                              plan->location, plan->scale, plan->stored_low, plan->stored_high};
    printf(" %d", (int)plan->distribution);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        printf(" %" PRIx64, bits_of(numbers[i]));
    for (size_t i = 0; i < SOW_PLAN_PARAMETERS; i++)
        printf(" %" PRIx64, plan->param[i]);
    printf(" %" PRIx64, plan->pattern);
}

static void print_digest(const sow_plan *plan)
{
    static unsigned char elements[FILLED * 8];
    const sow_host_options plain = {.threads = 1, .simd = SOW_SIMD_PLAIN};
    uint8_t digest[16];
    sow_plan part = *plan;
    if (sow_plan_slice(&part, 0, FILLED) != SOW_OK ||
        sow_fill_host_plan(elements, &part, &plain) != SOW_OK)
        exit(1);
    sowi_hash_xxh3_128(elements, FILLED * sow_dtype_size(plan->dtype), digest);
    putchar(' ');
    for (size_t i = 0; i < sizeof digest; i++)
        printf("%02x", digest[i]);
}

/* A tensor of that dtype, and of fans that no power of two divides. */
static void print_case(const sow_initializer *initializer, sow_dtype dtype)
{
    const sow_tensor tensor = {.dtype = dtype, .rank = 3, .shape = {57, 35, 3}};
    sow_plan plan;
    const sow_status status = sow_plan_make(&plan, &tensor, initializer, key, NULL);
    printf("%s %s", sow_kind_name(initializer->kind), sow_dtype_name(dtype));
    for (size_t i = 0; i < 4; i++)
        printf(" %" PRIx64, bits_of(initializer->param[i]));
    printf(" %d:", status);
    if (status == SOW_OK) {
        print_plan(&plan);
        print_digest(&plan);
    }
    putchar('\n');
}

static void print_initializers(void)
{
    const double infinity = (double)INFINITY;
    const sow_initializer initializers[] = {
        sow_zeros(),
        sow_ones(),
        sow_constant(0.1),
        sow_constant(-7),
        sow_bits(),
        sow_uniform(0, 1),
        sow_uniform(-0.05, 0.1),
        sow_normal(0, 1),
        sow_normal(0.3, 0.02),
        sow_normal(1, 0),
        sow_xavier_uniform(5.0 / 3),
        sow_xavier_normal(sqrt(2.0)),
        sow_kaiming_uniform(sqrt(5.0), SOW_FAN_IN, SOW_LEAKY_RELU),
        sow_kaiming_normal(0.2, SOW_FAN_OUT, SOW_LEAKY_RELU),
        sow_kaiming_normal(0, SOW_FAN_OUT, SOW_TANH),
        sow_variance_scaling(0.7, SOW_FAN_GEO_AVG, SOW_SCALING_TRUNCATED_NORMAL),
        sow_variance_scaling(2, SOW_FAN_AVG, SOW_SCALING_NORMAL),
        sow_variance_scaling(1.0 / 3, SOW_FAN_OUT, SOW_SCALING_UNIFORM),
        sow_lecun_uniform(),
        sow_lecun_normal(),
        sow_stft(SOW_STFT_REAL, SOW_STFT_HANN, SOW_STFT_DENSITY, 0),
        sow_stft(SOW_STFT_IMAG, SOW_STFT_COSINE, SOW_STFT_DENSITY, 1),
        sow_stft(SOW_STFT_IMAG, SOW_STFT_FLATTOP, SOW_STFT_SPECTRUM, 0),
        sow_stft(SOW_STFT_REAL, SOW_STFT_TRIANG, SOW_STFT_UNSCALED, 1),
        sow_trunc_normal(0, 0.02, -2, 2),         /* a plain normal */
        sow_trunc_normal(0, 1, -2, 2),            /* trunc_central */
        sow_trunc_normal(0.25, 1.5, -3.4, 2),     /* trunc_central, mirrored */
        sow_trunc_normal(0, 0.3, -1, 0.7),        /* trunc_wide */
        sow_trunc_normal(0.1, 1, -infinity, 1.1), /* trunc_wide, mirrored */
        sow_trunc_normal(-1, 0.5, 2, infinity),   /* trunc_edge, far */
        sow_trunc_normal(3, 0.7, -4, -3.5),       /* trunc_edge, far, mirrored */
        sow_trunc_normal(0, 1, 40, 41),           /* trunc_edge, very far */
        sow_trunc_normal(0, 1, -0.1, 0.3),        /* trunc_edge, narrow */
        sow_trunc_normal(0, 1, 1.3,
                         1.3000000001), /* trunc_edge, so narrow that some dtypes refuse */
    };
    for (size_t i = 0; i < sizeof initializers / sizeof initializers[0]; i++)
        for (int dtype = 0; sow_dtype_name((sow_dtype)dtype) != NULL; dtype++)
            print_case(&initializers[i], (sow_dtype)dtype);
}

/* SplitMix64 of Steele, Lea and Flood 2014. */
static uint64_t next_word(void)
{
    static uint64_t state = 20240229;
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* In [0, 1); exact. */
static double next_fraction(void)
{
    return (double)(next_word() >> 11) * 0x1p-53;
}

/* A std or a width of any size. */
static double next_scale(void)
{
    const int exponent = -40 + (int)(next_word() % 60);
    return ldexp(1 + next_fraction(), exponent);
}

/* A position in units of std: mostly near the mean, some far. */
static double next_position(void)
{
    const double z = 16 * next_fraction() - 8;
    return next_word() % 8 == 0 ? 16 * z : z;
}

static void print_randoms(void)
{
    for (int i = 0; i < RANDOMS; i++) {
        const sow_dtype dtype = i % 3 == 0 ? SOW_BF16 : i % 3 == 1 ? SOW_F32 : SOW_F64;
        const double scale = next_scale(), mean = scale * next_position();
        const sow_initializer normal = sow_normal(mean, scale);
        const sow_initializer uniform = sow_uniform(mean, mean + scale);
        print_case(&normal, dtype);
        print_case(&uniform, dtype);
        const double a = next_position(), width = next_position(), b = a + fabs(width);
        const sow_initializer cut =
            sow_trunc_normal(mean, scale, mean + scale * a, mean + scale * b);
        print_case(&cut, dtype == SOW_F64 ? SOW_F16 : dtype);
    }
}

/* The figures of draws and of any bits at all. */
static void print_figures(void)
{
    enum { COUNT = 5000 };
    static uint64_t elements[COUNT];
    const sow_stats_options plain = {.host = {.threads = 1, .simd = SOW_SIMD_PLAIN}};
    for (int dtype = SOW_F32; dtype <= SOW_F8_E5M2; dtype++)
        for (int kind = 0; kind < 3; kind++) {
            const sow_tensor tensor = {.dtype = (sow_dtype)dtype, .rank = 1, .shape = {COUNT}};
            const sow_initializer normal = sow_normal(kind, 0.25);
            sow_stats stats = {0};
            if (kind == 2 || sow_fill_host(elements, &tensor, &normal, (sow_key){3, 5}) != SOW_OK)
                for (int i = 0; i < COUNT; i++)
                    elements[i] = next_word();
            const sow_status status =
                sow_stats_host(elements, (sow_dtype)dtype, COUNT, &plain, &stats);
            printf("figures %d %d: %d %a %a %a\n", dtype, kind, status, stats.mean, stats.std,
                   stats.nrm2);
        }
}

int main(void)
{
    print_initializers();
    print_randoms();
    print_figures();
    return 0;
}
