/* Windows, as kernels/stft_param.clh describes them. */
#ifndef SOWI_STFT_WINDOWS_H
#define SOWI_STFT_WINDOWS_H

#include "sowcl/base.h"

#define SOWI_STFT_COEFFICIENTS 5

/* A window of `length` points is a polynomial in y, sin(pi/2 y) or its square (curve), where at point n
 * y = (2 min(n, length - 1 - n) + offset) / span. */
typedef struct sowi_stft_window {
    uint64_t curve, offset, span;
    double coefficient[SOWI_STFT_COEFFICIENTS]; /* lowest power first */
} sowi_stft_window;

/* The symmetric window of that many points, of which there is at least one; scipy.signal.windows. */
sowi_stft_window sowi_stft_window_make(sow_stft_window window, uint64_t length);

#endif
