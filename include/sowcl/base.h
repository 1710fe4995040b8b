/* sowcl/base.h: tensors, initializers, plans and filling host memory. Needs no OpenCL.
 *
 * sowcl draws the initial weights of neural networks. The value of an element depends on the seed, the
 * stream, the element's index in the whole tensor, the initializer and the dtype, and on nothing else:
 * the bits are the same on every device and on the host.
 *
 * Every function here is thread-safe: none keeps state, and objects are read, not written, unless a
 * parameter is an output. A function that returns a status leaves its outputs untouched on failure,
 * unless its comment says otherwise. */
#ifndef SOWCL_BASE_H
#define SOWCL_BASE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define SOW_API __attribute__((visibility("default")))
#else
#define SOW_API
#endif

#define SOW_VERSION_MAJOR 0
#define SOW_VERSION_MINOR 1
#define SOW_VERSION_PATCH 0

/* Version of the produced bits; see docs/reproducibility.md. A changed bit is a new version. */
#define SOW_STREAM_VERSION 1

/* Most dimensions a tensor can have. */
#define SOW_MAX_RANK 8

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Statuses ------------------------------------------------------------------------------- */

/* Every call that can fail returns a sow_status: 0 is success. A failure of OpenCL is handed through as
 * its own cl_int (-1 to -9999); sowcl's own codes lie at -20000 and below and never change. */
typedef int sow_status;

/* XX(name, value, text): what went wrong, and what is allowed where that is short. */
#define SOW_STATUS_MAP(XX)                                                                      \
    XX(ERR_ARGUMENT, -20001, "an argument is NULL or out of range")                             \
    XX(ERR_NO_MEMORY, -20002, "out of host memory")                                             \
    XX(ERR_DTYPE, -20003, "the dtype is unknown or cannot take this initializer")               \
    XX(ERR_LAYOUT, -20004, "the layout is unknown: oi or io")                                   \
    XX(ERR_SHAPE, -20005, "the shape is too large, or not one that the initializer takes")      \
    XX(ERR_REGION, -20006, "the region leaves the tensor")                                      \
    XX(ERR_INITIALIZER, -20007, "the initializer is unknown")                                   \
    XX(ERR_FAN, -20008, "fan_in and fan_out need a tensor of two or more dimensions")           \
    XX(ERR_PARAMETER, -20009, "a parameter of the initializer is out of range")                 \
    XX(ERR_RANGE, -20010, "the dtype holds no value in the interval, or not this constant")     \
    XX(ERR_BUFFER, -20011, "the buffer is too small for the offset and the elements")           \
    XX(ERR_CONTEXT, -20012, "the queue or buffer belongs to another OpenCL context")            \
    XX(ERR_NO_OPENCL, -20013, "this build of sowcl, or this machine, has no OpenCL")            \
    XX(ERR_NO_DEVICE, -20014, "no device fits the selector")                                    \
    XX(ERR_AMBIGUOUS, -20015, "more than one device fits the selector")                         \
    XX(ERR_DEVICE, -20016, "the device cannot run sowcl's kernels")                             \
    XX(ERR_BUILD, -20017, "a program failed to build; sow_context_build_log has the log")       \
    XX(ERR_TEST_CONSTANT, -20018, "the device fails the self-test of constant fills")           \
    XX(ERR_TEST_BITS, -20019, "the device fails the self-test of the Philox generator")         \
    XX(ERR_TEST_UNIFORM, -20020, "the device fails the self-test of the uniform distribution")  \
    XX(ERR_TEST_NORMAL, -20021, "the device fails the self-test of the normal distribution")    \
    XX(ERR_SYNTAX, -20022, "the text is not an initializer expression")                         \
    XX(ERR_MODEL, -20023, "the model description is not valid")                                 \
    XX(ERR_RECIPE, -20024, "the recipe is unknown or not valid")                                \
    XX(ERR_NO_RULE, -20025, "no rule of the recipe takes a tensor of the model")                \
    XX(ERR_STREAM, -20026, "two tensors would get the same stream")                             \
    XX(ERR_FORMAT, -20027, "the file is not a valid safetensors or npy file")                   \
    XX(ERR_FILE, -20028, "a file could not be read or written")                                 \
    XX(ERR_PIPE, -20029, "the reader closed the pipe")                                          \
    XX(ERR_CANCELLED, -20030, "cancelled by the caller")                                        \
    XX(ERR_TEST_TRUNC_NORMAL, -20031, "the device fails the self-test of the truncated normal") \
    XX(ERR_NO_F64, -20032, "the device has no double precision (cl_khr_fp64)")                  \
    XX(ERR_TEST_STRUCTURE, -20033, "the device fails the self-test of eye, dirac and sparse")   \
    XX(ERR_TEST_STFT, -20034, "the device fails the self-test of STFT kernels")                 \
    XX(ERR_TEST_ORTHOGONAL, -20035, "the device fails the self-test of orthogonal matrices")    \
    XX(ERR_WORKSPACE, -20036, "the workspace that was given is too small")                      \
    XX(ERR_NO_CLBLAST, -20037, "this build of sowcl has no CLBlast")                            \
    XX(ERR_CLBLAST_SIZE, -20038, "the buffers are too large for CLBlast: 2^31 elements or more")

enum {
    SOW_OK = 0,
#define SOW_STATUS_ENUM_(name, value, text) SOW_##name = value,
    SOW_STATUS_MAP(SOW_STATUS_ENUM_)
#undef SOW_STATUS_ENUM_
};

/* The status's name ("SOW_ERR_SHAPE", OpenCL's own names too) and what it means. Never NULL; static. */
SOW_API const char *sow_status_name(sow_status status);
SOW_API const char *sow_status_text(sow_status status);

/* A failure told in full: what is wrong, the value, and what is allowed. Functions that take a sow_error
 * write it on failure only; NULL is allowed wherever one is taken. */
typedef struct sow_error {
    sow_status status;
    char text[496];
} sow_error;

/* ---- Tensors -------------------------------------------------------------------------------- */

typedef enum sow_dtype {
    SOW_F32 = 0,
    SOW_F16 = 1,
    SOW_BF16 = 2,
    SOW_F64 = 3,
    SOW_I64 = 4,
    SOW_I32 = 5,
    SOW_I16 = 6,
    SOW_I8 = 7,
    SOW_U8 = 8,
    SOW_BOOL = 9,
    SOW_F8_E4M3 = 10, /* OCP E4M3: no infinities, 448 at the most; torch.float8_e4m3fn */
    SOW_F8_E5M2 = 11
} sow_dtype;

/* Bytes of an element; 0 for an unknown dtype. */
SOW_API size_t sow_dtype_size(sow_dtype dtype);
/* "f32", "bf16", ...; NULL for an unknown dtype. */
SOW_API const char *sow_dtype_name(sow_dtype dtype);
/* The dtype of that name. SOW_ERR_DTYPE. */
SOW_API sow_status sow_dtype_from_name(const char *name, sow_dtype *dtype);

/* Whether the dtype is floating, and so takes draws and conversion; 0 for an unknown one. */
SOW_API int sow_dtype_is_float(sow_dtype dtype);
/* The value of a stored element of a floating dtype of at most 8 bytes, which need not be aligned. Nan for
 * other dtypes. */
SOW_API double sow_dtype_value(sow_dtype dtype, const void *element);

/* What the dimensions mean. OI: (out, in, spatial...), as PyTorch. IO: (spatial..., in, out), as JAX,
 * Keras and Hugging Face's Conv1D. Decides fan_in and fan_out only. */
typedef enum sow_layout { SOW_LAYOUT_OI = 0, SOW_LAYOUT_IO = 1 } sow_layout;

/* A tensor, row-major, or a hyper-rectangular region of one. The region [start, start + extent) is what
 * is filled, densely packed; indices and fans are those of the whole shape, so that a region holds
 * exactly the whole tensor's values. An extent of all zeros means the whole tensor (start is then all
 * zeros too). rank 0 is a scalar: one element. */
typedef struct sow_tensor {
    sow_dtype dtype;
    sow_layout layout;
    uint32_t rank;
    uint64_t shape[SOW_MAX_RANK];
    uint64_t start[SOW_MAX_RANK];
    uint64_t extent[SOW_MAX_RANK];
} sow_tensor;

/* Checks the tensor and gives the number of elements of its region.
 * SOW_ERR_ARGUMENT, SOW_ERR_DTYPE, SOW_ERR_LAYOUT, SOW_ERR_SHAPE, SOW_ERR_REGION. */
SOW_API sow_status sow_tensor_count(const sow_tensor *tensor, uint64_t *count);

/* The fans of the whole shape, as torch.nn.init computes them: fan_in = in * receptive field, fan_out =
 * out * receptive field. SOW_ERR_FAN below two dimensions, and what sow_tensor_count returns. */
SOW_API sow_status sow_tensor_fans(const sow_tensor *tensor, uint64_t *fan_in, uint64_t *fan_out);

/* Which numbers: the seed is Philox's key, the stream the upper half of its counter. Tensors of one
 * model share a seed and have a stream each. */
typedef struct sow_key {
    uint64_t seed;
    uint64_t stream;
} sow_key;

/* The stream of a named tensor: XXH64 of the name, seed 0. */
SOW_API uint64_t sow_stream_from_name(const char *name);

/* ---- Initializers --------------------------------------------------------------------------- */

/* Which fan a scheme divides by. FAN_AVG is their mean, FAN_GEO_AVG their geometric mean: variance_scaling
 * only. */
typedef enum sow_mode {
    SOW_FAN_IN = 0,
    SOW_FAN_OUT = 1,
    SOW_FAN_AVG = 2,
    SOW_FAN_GEO_AVG = 3
} sow_mode;

/* What variance_scaling draws. */
typedef enum sow_scaling {
    SOW_SCALING_TRUNCATED_NORMAL = 0,
    SOW_SCALING_NORMAL = 1,
    SOW_SCALING_UNIFORM = 2
} sow_scaling;

typedef enum sow_nonlinearity {
    SOW_LEAKY_RELU = 0,
    SOW_LINEAR = 1,
    SOW_CONV1D = 2,
    SOW_CONV2D = 3,
    SOW_CONV3D = 4,
    SOW_CONV_TRANSPOSE1D = 5,
    SOW_CONV_TRANSPOSE2D = 6,
    SOW_CONV_TRANSPOSE3D = 7,
    SOW_SIGMOID = 8,
    SOW_TANH = 9,
    SOW_RELU = 10,
    SOW_SELU = 11
} sow_nonlinearity;

/* Of the kernel of a short-time Fourier transform: which part, window and scaling. The windows are those of
 * scipy.signal.windows by the same names; SOW_STFT_NO_WINDOW is Keras' None. */
typedef enum sow_stft_side { SOW_STFT_REAL = 0, SOW_STFT_IMAG = 1 } sow_stft_side;
typedef enum sow_stft_window {
    SOW_STFT_HANN = 0,
    SOW_STFT_HAMMING = 1,
    SOW_STFT_BLACKMAN = 2,
    SOW_STFT_BARTLETT = 3,
    SOW_STFT_TRIANG = 4,
    SOW_STFT_COSINE = 5,
    SOW_STFT_NUTTALL = 6,
    SOW_STFT_BLACKMANHARRIS = 7,
    SOW_STFT_FLATTOP = 8,
    SOW_STFT_BOXCAR = 9,
    SOW_STFT_NO_WINDOW = 10
} sow_stft_window;
typedef enum sow_stft_scaling {
    SOW_STFT_DENSITY = 0,  /* by the root of the sum of the window's squares */
    SOW_STFT_SPECTRUM = 1, /* by the sum of its magnitudes */
    SOW_STFT_UNSCALED = 2
} sow_stft_scaling;

typedef enum sow_kind {
    SOW_ZEROS = 0,
    SOW_ONES = 1,
    SOW_CONSTANT = 2,
    SOW_UNIFORM = 3,
    SOW_NORMAL = 4,
    SOW_XAVIER_UNIFORM = 5,
    SOW_XAVIER_NORMAL = 6,
    SOW_KAIMING_UNIFORM = 7,
    SOW_KAIMING_NORMAL = 8,
    SOW_BITS = 9,
    SOW_TRUNC_NORMAL = 10,
    SOW_VARIANCE_SCALING = 11,
    SOW_LECUN_UNIFORM = 12,
    SOW_LECUN_NORMAL = 13,
    SOW_EYE = 14,
    SOW_IDENTITY = 15,
    SOW_DIRAC = 16,
    SOW_SPARSE = 17,
    SOW_CONSTANT_BLOCK = 18,
    SOW_ORTHOGONAL = 19,
    SOW_DELTA_ORTHOGONAL = 20,
    SOW_STFT = 21
} sow_kind;

/* An initializer is a value: make one with the functions below. param holds the kind's parameters in the
 * order of its function's arguments. */
typedef struct sow_initializer {
    sow_kind kind;
    sow_mode mode;
    sow_nonlinearity nonlinearity;
    sow_scaling distribution;
    double param[4];
    uint64_t padding; /* 1 + the row set to zero, sow_with_padding_idx; 0: none */
} sow_initializer;

/* Into any dtype, integers and bool too. The value must be finite and one that the dtype can hold: a
 * floating dtype takes the nearest value, an integer one whole numbers in its range, bool 0 and 1. */
SOW_API sow_initializer sow_zeros(void);
SOW_API sow_initializer sow_ones(void);
SOW_API sow_initializer sow_constant(double value);

/* Uniform on [low, high), half open in the stored dtype too. torch.nn.init.uniform_. */
SOW_API sow_initializer sow_uniform(double low, double high);
/* Normal; std may be 0. torch.nn.init.normal_. */
SOW_API sow_initializer sow_normal(double mean, double std);

/* Normal cut to [a, b], which are values, not multiples of std, and may be infinite; the cut changes the
 * moments, as in torch.nn.init.trunc_normal_. Every draw lies in [a, b] in the stored dtype too. */
SOW_API sow_initializer sow_trunc_normal(double mean, double std, double a, double b);

/* Glorot and Bengio 2010: std = gain * sqrt(2 / (fan_in + fan_out)), uniform bound sqrt(3) * std. */
SOW_API sow_initializer sow_xavier_uniform(double gain);
SOW_API sow_initializer sow_xavier_normal(double gain);

/* He et al. 2015: std = calculate_gain(nonlinearity, a) / sqrt(fan), uniform bound sqrt(3) * std. a is
 * the negative slope of leaky_relu and is ignored by the others. PyTorch's defaults: (0, SOW_FAN_IN,
 * SOW_LEAKY_RELU). */
SOW_API sow_initializer sow_kaiming_uniform(double a, sow_mode mode, sow_nonlinearity nonlinearity);
SOW_API sow_initializer sow_kaiming_normal(double a, sow_mode mode, sow_nonlinearity nonlinearity);

/* jax.nn.initializers.variance_scaling: variance = scale / fan, by mode. SOW_SCALING_TRUNCATED_NORMAL is cut
 * at two standard deviations, which are widened so that the variance holds after the cut. JAX's and Keras'
 * glorot_* are (1, SOW_FAN_AVG, ...), their he_* (2, SOW_FAN_IN, ...). */
SOW_API sow_initializer sow_variance_scaling(double scale, sow_mode mode, sow_scaling distribution);
/* variance_scaling(1, SOW_FAN_IN, ...): LeCun et al. 1998. The normal one is truncated. */
SOW_API sow_initializer sow_lecun_uniform(void);
SOW_API sow_initializer sow_lecun_normal(void);

/* Orthogonal matrices, distributed by Haar's measure, times gain (of magnitude 2^-60 to 2^60, or 0). The first
 * batch_dims dimensions count matrices; the others are one, whose columns are orthonormal if it is tall, or else
 * its rows. Layout OI: (size of the first, all others), as torch.nn.init.orthogonal_; IO: (all others, size of
 * the last), as JAX and Keras. Two dimensions or more, beside batch_dims. */
SOW_API sow_initializer sow_orthogonal(double gain, uint32_t batch_dims);
/* jax.nn.initializers.delta_orthogonal, for kernels of convolutions: 3 to 5 dimensions, with out >= in. An orthogonal
 * (in, out) matrix at the middle of the spatial dimensions, index (k - 1) / 2 of each, and zeros elsewhere. */
SOW_API sow_initializer sow_delta_orthogonal(double gain);

/* Ones on the main diagonal of a matrix, square or not, and zeros elsewhere; identity: gain on it. Two dimensions. Into any dtype, as
 * constants. torch.nn.init.eye_, keras.initializers.Identity. */
SOW_API sow_initializer sow_eye(void);
SOW_API sow_initializer sow_identity(double gain);
/* The identity of convolutions, of 3 to 5 dimensions: in each of `groups` groups of outputs, output i takes input i at the
 * middle of the spatial dimensions, index k / 2 of each. groups divides out. torch.nn.init.dirac_. */
SOW_API sow_initializer sow_dirac(uint32_t groups);
/* Normal with mean 0, of which exactly ceil(sparsity * rows) elements of each column are set to zero, chosen at random. Two
 * dimensions, fewer than 2^31 rows; sparsity from 0 to 1. Martens 2010; torch.nn.init.sparse_. */
SOW_API sow_initializer sow_sparse(double sparsity, double std);
/* The first dimension in `blocks` equal parts: value in part number `block`, from 0 on, and `outside` in the others. Biases
 * of gates: (1, 1, 4, 0) is an LSTM's forget gate, keras' unit_forget_bias. */
SOW_API sow_initializer sow_constant_block(double value, uint32_t block, uint32_t blocks,
                                           double outside);

/* The initializer with row `row` of the first dimension set to zero; the others stay. torch.nn.Embedding's padding_idx. */
SOW_API sow_initializer sow_with_padding_idx(sow_initializer initializer, uint64_t row);
/* keras.initializers.STFT, for a tensor (frame_length, channels, bins) in either layout, bins and frame_length up to
 * 2^24, bins at least 2: element (t, c, f) is the cosine, or with SOW_STFT_IMAG the sine, of -2 pi t f / (2 bins - 2),
 * times the window at t, over its scale. No key enters, and no channel. periodic: 0, the window is symmetric, or 1. As
 * in Keras, SOW_STFT_NO_WINDOW is never scaled; SOW_STFT_BOXCAR is. Zeros: Keras' defaults, and its real part. */
SOW_API sow_initializer sow_stft(sow_stft_side side, sow_stft_window window,
                                 sow_stft_scaling scaling, int periodic);

/* The generator's words themselves, one 32-bit word an element; i32 tensors only. */
SOW_API sow_initializer sow_bits(void);

/* torch.nn.init.calculate_gain: linear, convolutions and sigmoid 1, tanh 5/3, relu sqrt(2), leaky_relu
 * sqrt(2 / (1 + negative_slope^2)), selu 3/4. negative_slope: NULL is PyTorch's default, 0.01; ignored
 * but for leaky_relu. SOW_ERR_ARGUMENT, SOW_ERR_PARAMETER. */
SOW_API sow_status sow_calculate_gain(sow_nonlinearity nonlinearity, const double *negative_slope,
                                      double *gain);

/* Names as PyTorch spells them ("kaiming_normal", "leaky_relu"); NULL for an unknown value. */
SOW_API const char *sow_kind_name(sow_kind kind);
SOW_API const char *sow_nonlinearity_name(sow_nonlinearity nonlinearity);

/* ---- Plans ---------------------------------------------------------------------------------- */

typedef enum sow_distribution {
    SOW_DIST_CONSTANT = 0,
    SOW_DIST_BITS = 1,
    SOW_DIST_UNIFORM = 2,
    SOW_DIST_NORMAL = 3,
    SOW_DIST_TRUNC_CENTRAL = 4, /* the three ways of drawing a normal that is cut */
    SOW_DIST_TRUNC_WIDE = 5,
    SOW_DIST_TRUNC_EDGE = 6,
    SOW_DIST_STFT = 7, /* draws nothing: a function of the element's index */
    SOW_DIST_ORTHOGONAL = 8
} sow_distribution;

#define SOW_PLAN_PARAMETERS 36

/* The matrices of SOW_DIST_ORTHOGONAL: `count` of rows x columns, rows >= columns, each orthonormal by columns. They lie
 * one behind the other; if transposed, by columns. Element i of them is the tensor's element origin + i * spread,
 * and the tensor's other elements, if there are any, are zero. */
typedef struct sow_matrices {
    uint64_t count, rows, columns;
    int transposed;
    uint64_t origin, spread;
} sow_matrices;

/* What is written over some elements of a plan's distribution. */
typedef enum sow_structure {
    SOW_STRUCTURE_NONE = 0,
    SOW_STRUCTURE_PLACED = 1, /* one value at elements in a pattern: eye, dirac */
    SOW_STRUCTURE_SPARSE = 2  /* zeros in each column */
} sow_structure;

/* SOW_STRUCTURE_PLACED: the bits `pattern` at the tensor's elements origin + i / inner * outer_stride + i % inner * inner_stride, i <
 * count, which increase. SOW_STRUCTURE_SPARSE: of each of the `columns` columns of a matrix `zeros` of the `rows`
 * elements. */
typedef struct sow_placed {
    uint64_t count, origin, inner, inner_stride, outer_stride, pattern;
    uint64_t rows, columns, zeros;
} sow_placed;

/* What a named initializer comes to for one tensor: a plain value, made on the host and executed by any
 * device. For reading and printing; make one with sow_plan_make. */
typedef struct sow_plan {
    sow_distribution distribution;
    sow_dtype dtype;
    sow_key key;
    /* fans of the whole tensor; both 0 below two dimensions */
    uint64_t fan_in, fan_out;
    /* of the distribution asked for, before it is rounded to the dtype; low and high bound it, and are
     * infinite where nothing does; a constant's equal its value; bits: all 0 */
    double mean, std, low, high;
    /* mean and std of the normal before it was cut; else 0 */
    double location, scale;
    /* the smallest and largest value that a bounded distribution stores */
    double stored_low, stored_high;
    /* of the kernel, as bits of its arithmetic's type; see kernels/<distribution>.clh */
    uint64_t param[SOW_PLAN_PARAMETERS];
    /* the stored bits of a constant, in the low bytes */
    uint64_t pattern;
    /* of SOW_DIST_ORTHOGONAL */
    sow_matrices matrices;
    /* what is written next, over the distribution */
    sow_structure structure;
    sow_placed placed;
    /* and last: these bits at the elements [overlay_begin, overlay_end), counted as begin is; none if they are equal */
    uint64_t overlay_begin, overlay_end, overlay_pattern;

    /* elements to write: [begin, begin + count) of the region, counted row-major in the region */
    uint64_t begin, count;
    /* the region: rows of `run` elements, consecutive in the tensor; the first starts at tensor index
     * `first`; outer_rank more dimensions, fastest first, with these extents and strides in elements */
    uint64_t first, run;
    uint32_t outer_rank;
    uint64_t outer_extent[SOW_MAX_RANK], outer_stride[SOW_MAX_RANK];
} sow_plan;

/* Checks everything there is to check about a fill and reduces it to a plan. A tensor without elements
 * gives a plan of count 0.
 * SOW_ERR_ARGUMENT, SOW_ERR_DTYPE, SOW_ERR_LAYOUT, SOW_ERR_SHAPE, SOW_ERR_REGION, SOW_ERR_INITIALIZER,
 * SOW_ERR_FAN, SOW_ERR_PARAMETER, SOW_ERR_RANGE; error (or NULL) names the value. */
SOW_API sow_status sow_plan_make(sow_plan *plan, const sow_tensor *tensor,
                                 const sow_initializer *initializer, sow_key key, sow_error *error);

/* Narrows a plan to count of its elements from begin on (counted from the plan's own begin). Bits stay.
 * SOW_ERR_ARGUMENT when the plan holds fewer. */
SOW_API sow_status sow_plan_slice(sow_plan *plan, uint64_t begin, uint64_t count);

/* Mean and standard deviation of the stored values: those of the plan's distribution rounded to its
 * dtype and with its structure, without the row of padding_idx. For statistics; they decide no bit. SOW_ERR_ARGUMENT. */
SOW_API sow_status sow_plan_moments(const sow_plan *plan, double *mean, double *std);

/* A tensor of a batch, sow_fill_batch: the plan's elements go to a buffer, densely packed, from byte offset_bytes on, a
 * multiple of the dtype's size. The plan is read during the call only. */
typedef struct sow_batch_item {
    const sow_plan *plan;
    uint64_t offset_bytes;
} sow_batch_item;

/* ---- Filling host memory -------------------------------------------------------------------- */

/* Fills dst, which holds the region's elements densely packed, and need not be aligned beyond its dtype.
 * One thread, the best instruction set the processor has. Zero elements: dst may be NULL.
 * Statuses of sow_plan_make; on failure nothing is written. */
SOW_API sow_status sow_fill_host(void *dst, const sow_tensor *tensor,
                                 const sow_initializer *initializer, sow_key key);

typedef enum sow_simd { SOW_SIMD_BEST = 0, SOW_SIMD_PLAIN = 1, SOW_SIMD_AVX2 = 2 } sow_simd;

/* Zero means default. Neither changes a bit. */
typedef struct sow_host_options {
    uint32_t threads; /* 0: as many as the machine has processors online */
    sow_simd simd;    /* SOW_SIMD_AVX2 needs AVX2 and FMA, else SOW_ERR_ARGUMENT */
} sow_host_options;

/* Fills dst with the plan's elements. options: NULL is all defaults. SOW_ERR_ARGUMENT,
 * SOW_ERR_NO_MEMORY (dst then holds anything). */
SOW_API sow_status sow_fill_host_plan(void *dst, const sow_plan *plan,
                                      const sow_host_options *options);

#ifdef __cplusplus
}
#endif
#endif
