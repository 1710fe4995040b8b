#include "reference_stft.h"

#include <math.h>
#include <stdio.h>

#define PI 3.14159265358979323846264338327950288L

/* Sum of (-1)^k a[k] cos(2 pi k t / last). */
static long double cosine_sum(const long double a[5], uint64_t last, uint64_t t)
{
    long double sum = 0;
    for (uint64_t k = 0; k < 5; k++) {
        const long double term =
            a[k] * cosl(2 * PI * (long double)(k * t % last) / (long double)last);
        sum += k % 2 == 0 ? term : -term;
    }
    return sum;
}

static long double triangle(uint64_t points, uint64_t t)
{
    const uint64_t nearer = t < points - 1 - t ? t : points - 1 - t;
    const long double n = (long double)nearer + 1;
    return points % 2 == 0 ? (2 * n - 1) / (long double)points : 2 * n / (long double)(points + 1);
}

long double sowt_stft_window(const sowt_stft *stft, uint64_t frames, uint64_t t)
{
    const uint64_t points = frames + (stft->periodic ? 1 : 0), last = points - 1;
    const long double half = (long double)last / 2, x = (long double)t;
    if (frames == 1)
        return 1;
    switch (stft->window) {
    case SOW_STFT_HANN:
        return cosine_sum((const long double[5]){0.5L, 0.5L}, last, t);
    case SOW_STFT_HAMMING:
        return cosine_sum((const long double[5]){0.54L, 0.46L}, last, t);
    case SOW_STFT_BLACKMAN:
        return cosine_sum((const long double[5]){0.42L, 0.5L, 0.08L}, last, t);
    case SOW_STFT_NUTTALL:
        return cosine_sum((const long double[5]){0.3635819L, 0.4891775L, 0.1365995L, 0.0106411L},
                          last, t);
    case SOW_STFT_BLACKMANHARRIS:
        return cosine_sum((const long double[5]){0.35875L, 0.48829L, 0.14128L, 0.01168L}, last, t);
    case SOW_STFT_FLATTOP:
        return cosine_sum((const long double[5]){0.21557895L, 0.41663158L, 0.277263158L,
                                                 0.083578947L, 0.006947368L},
                          last, t);
    case SOW_STFT_BARTLETT:
        return x <= half ? x / half : 2 - x / half;
    case SOW_STFT_TRIANG:
        return triangle(points, t);
    case SOW_STFT_COSINE:
        return sinl(PI / (long double)points * (x + 0.5L));
    case SOW_STFT_BOXCAR:
    case SOW_STFT_NO_WINDOW:
        return 1;
    }
    return 0;
}

long double sowt_stft_scale(const sowt_stft *stft, uint64_t frames)
{
    long double squares = 0, magnitudes = 0;
    if (stft->window == SOW_STFT_NO_WINDOW || stft->scaling == SOW_STFT_UNSCALED)
        return 1;
    for (uint64_t t = 0; t < frames; t++) {
        const long double w = sowt_stft_window(stft, frames, t);
        squares += w * w;
        magnitudes += fabsl(w);
    }
    return stft->scaling == SOW_STFT_DENSITY ? sqrtl(squares) : magnitudes;
}

long double sowt_stft_turned(const sowt_stft *stft, uint64_t bins, uint64_t t, uint64_t f)
{
    const uint64_t n = 2 * (bins - 1);
    const long double angle = 2 * PI * (long double)(t * f % n) / (long double)n;
    return stft->side == SOW_STFT_REAL ? cosl(angle) : -sinl(angle);
}

const char *sowt_stft_text(const sowt_stft *stft)
{
    static char text[64];
    snprintf(text, sizeof text, "stft(side %d, window %d, scaling %d, periodic %d)",
             (int)stft->side, (int)stft->window, (int)stft->scaling, stft->periodic);
    return text;
}
