/* Kernels of short-time Fourier transforms. */
#ifndef SOWI_STFT_H
#define SOWI_STFT_H

#include <stdbool.h>

#include "dtype.h"

/* What an initializer asks for. */
typedef struct sowi_stft {
    sow_stft_side side;
    sow_stft_window window;
    sow_stft_scaling scaling;
    bool periodic;
} sowi_stft;

/* "real", ...; "hann", ..., "none"; "density", ..., "none". NULL for an unknown value. */
const char *sowi_stft_side_name(int side);
const char *sowi_stft_window_name(int window);
const char *sowi_stft_scaling_name(int scaling);

/* The four of param, in the order of sow_stft's arguments. SOW_ERR_PARAMETER. */
sow_status sowi_stft_check(sowi_stft *stft, const double *param, sow_error *error);

/* Completes the plan of a checked tensor of a floating dtype. SOW_ERR_SHAPE. */
sow_status sowi_plan_stft(sow_plan *plan, const sow_tensor *tensor, const sowi_stft *stft,
                          sow_error *error);

/* Mean and std of what the whole tensor of such a plan stores. */
void sowi_stft_moments(const sow_plan *plan, const sowi_dtype_row *dtype, double *mean,
                       double *std);

#endif
