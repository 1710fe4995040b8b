#include "worst.h"

#include <inttypes.h>
#include <stdio.h>

void sowt_worst_print(const sowt_worst *worst, const char *what)
{
    printf("%s: %" PRIu64 " values: %.3f ulp (words %" PRIx64 " %" PRIx64
           "), %.3g absolute, %.4g = 2^%.2f relative, largest %.7g\n",
           what, worst->count, worst->ulps, worst->ulps_a, worst->ulps_b, worst->absolute,
           worst->relative, log2(worst->relative), worst->largest);
}
