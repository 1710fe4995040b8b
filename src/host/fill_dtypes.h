/* The loops of one SOWK_DISTRIBUTION of floating draws, one for each dtype that takes them; but for f64 if
 * SOWI_WITHOUT_F64 is defined. */

#define SOWK_DTYPE f32
#include "fill_loop.h"
#undef SOWK_DTYPE
#define SOWK_DTYPE f16
#include "fill_loop.h"
#undef SOWK_DTYPE
#define SOWK_DTYPE bf16
#include "fill_loop.h"
#undef SOWK_DTYPE
#define SOWK_DTYPE f8_e4m3
#include "fill_loop.h"
#undef SOWK_DTYPE
#define SOWK_DTYPE f8_e5m2
#include "fill_loop.h"
#undef SOWK_DTYPE
#ifndef SOWI_WITHOUT_F64
#include "fill_loop64.h"
#endif
