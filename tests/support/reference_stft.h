/* Keras' STFT kernel by its formulas, in long double: each window by its own, as scipy.signal.windows has them. */
#ifndef SOWT_REFERENCE_STFT_H
#define SOWT_REFERENCE_STFT_H

#include "sowcl/base.h"

typedef struct sowt_stft {
    sow_stft_side side;
    sow_stft_window window;
    sow_stft_scaling scaling;
    int periodic;
} sowt_stft;

/* The window's point t of `frames`. */
long double sowt_stft_window(const sowt_stft *stft, uint64_t frames, uint64_t t);
/* What values are divided by. */
long double sowt_stft_scale(const sowt_stft *stft, uint64_t frames);
/* The element (t, any channel, f) of a kernel of `bins`, times the scale, without the window. */
long double sowt_stft_turned(const sowt_stft *stft, uint64_t bins, uint64_t t, uint64_t f);

/* For messages; static. */
const char *sowt_stft_text(const sowt_stft *stft);

#endif
