/* Measuring with AVX2. Compiled with -mavx2, called only where the processor has it. */
#include <immintrin.h>

#include "measure_group.h"

enum { LANES = SOWI_MEASURE_LANES };
_Static_assert(SOWI_MEASURE_LANES == 8, "two vectors of doubles a row");

/* Adds whole rows of lanes. By hand: gcc 12 makes a transposition of the plain loop, which is slower than one
 * value at a time. */
static void add_rows(sowi_measure_sums *to, const double *distances, size_t count)
{
    __m256d sum_low = _mm256_loadu_pd(to->sum), sum_high = _mm256_loadu_pd(to->sum + 4);
    __m256d square_low = _mm256_loadu_pd(to->square_sum);
    __m256d square_high = _mm256_loadu_pd(to->square_sum + 4);
    for (size_t i = 0; i < count; i += LANES) {
        const __m256d low = _mm256_loadu_pd(distances + i);
        const __m256d high = _mm256_loadu_pd(distances + i + 4);
        sum_low = _mm256_add_pd(sum_low, low);
        sum_high = _mm256_add_pd(sum_high, high);
        square_low = _mm256_add_pd(square_low, _mm256_mul_pd(low, low));
        square_high = _mm256_add_pd(square_high, _mm256_mul_pd(high, high));
    }
    _mm256_storeu_pd(to->sum, sum_low);
    _mm256_storeu_pd(to->sum + 4, sum_high);
    _mm256_storeu_pd(to->square_sum, square_low);
    _mm256_storeu_pd(to->square_sum + 4, square_high);
}

#define SOWI_MEASURE_GROUP sowi_measure_group_avx2
#include "measure_loop.h"
