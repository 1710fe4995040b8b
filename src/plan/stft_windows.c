#include "stft_windows.h"

#include "stft.h"
#include "stft_param.clh"

/* Sums of cosines, sum of (-1)^k a[k] cos(k theta), theta a whole turn from end to end, are polynomials in
 * s = sin^2(theta / 2), since (-1)^k cos(k theta) is the Chebyshev polynomial T_k(2 s - 1). So the coefficients are exact
 * sums of the published ones, and a window that ends in zeros does so exactly. */
typedef struct window_row {
    const char *name;
    uint64_t curve;
    double coefficient[SOWI_STFT_COEFFICIENTS];
} window_row;

static const window_row rows[] = {
    [SOW_STFT_HANN] = {"hann", SOWK_STFT_SINE_SQUARE, {0, 1}},             /* 1/2, 1/2 */
    [SOW_STFT_HAMMING] = {"hamming", SOWK_STFT_SINE_SQUARE, {0.08, 0.92}}, /* 0.54, 0.46 */
    [SOW_STFT_BLACKMAN] = {"blackman",
                           SOWK_STFT_SINE_SQUARE,
                           {0, 0.36, 0.64}}, /* 0.42, 0.5, 0.08 */
    [SOW_STFT_BARTLETT] = {"bartlett", SOWK_STFT_LINE, {0, 1}},
    [SOW_STFT_TRIANG] = {"triang", SOWK_STFT_LINE, {0, 1}},
    [SOW_STFT_COSINE] = {"cosine", SOWK_STFT_SINE, {0, 1}},
    /* Nuttall 1981, the minimum 4-term window "4c": 0.3635819, 0.4891775, 0.1365995, 0.0106411 */
    [SOW_STFT_NUTTALL] = {"nuttall",
                          SOWK_STFT_SINE_SQUARE,
                          {0.0003628, 0.0770988, 0.5820232, 0.3405152}},
    /* Harris 1978, the minimum 4-term window: 0.35875, 0.48829, 0.14128, 0.01168 */
    [SOW_STFT_BLACKMANHARRIS] = {"blackmanharris",
                                 SOWK_STFT_SINE_SQUARE,
                                 {0.00006, 0.05658, 0.5696, 0.37376}},
    /* D'Antona and Ferrero 2006, p. 70-72: 0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368 */
    [SOW_STFT_FLATTOP] = {"flattop",
                          SOWK_STFT_SINE_SQUARE,
                          {-0.000421051, -0.102736834, -0.682105312, 0.896000096, 0.889263104}},
    [SOW_STFT_BOXCAR] = {"boxcar", SOWK_STFT_LINE, {1}},
    [SOW_STFT_NO_WINDOW] = {"none", SOWK_STFT_LINE, {1}},
};

const char *sowi_stft_window_name(int window)
{
    return (size_t)window < sizeof rows / sizeof rows[0] ? rows[window].name : NULL;
}

const char *sowi_stft_side_name(int side)
{
    static const char *const names[] = {"real", "imag"};
    return (size_t)side < sizeof names / sizeof names[0] ? names[side] : NULL;
}

const char *sowi_stft_scaling_name(int scaling)
{
    static const char *const names[] = {"density", "spectrum", "none"};
    return (size_t)scaling < sizeof names / sizeof names[0] ? names[scaling] : NULL;
}

sowi_stft_window sowi_stft_window_make(sow_stft_window window, uint64_t length)
{
    const window_row *row = &rows[window];
    sowi_stft_window made = {.curve = row->curve, .span = length > 1 ? length - 1 : 1};
    for (int i = 0; i < SOWI_STFT_COEFFICIENTS; i++)
        made.coefficient[i] = row->coefficient[i];
    if (window == SOW_STFT_COSINE) {
        made.offset = 1;
        made.span = length;
    } else if (window == SOW_STFT_TRIANG) {
        made.offset = length % 2 == 0 ? 1 : 2;
        made.span = length % 2 == 0 ? length : length + 1;
    }
    return made;
}
