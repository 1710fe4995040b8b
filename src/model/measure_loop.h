/* Adding the values of a group, in one instruction set: SOWI_MEASURE_GROUP, the name of its function, and
 * add_rows are defined before this is read. The lanes settle the order of the sums, so that all sets give the same. */

#include <assert.h>
#include <string.h>

#include "widen.h"

/* XX(dtype, type, expression of value) */
#define DECODERS(XX)                                    \
    XX(SOW_F32, float, (double)value)                   \
    XX(SOW_F16, uint16_t, sowi_widen_f16(value))        \
    XX(SOW_BF16, uint16_t, sowi_widen_bf16(value))      \
    XX(SOW_F64, double, value)                          \
    XX(SOW_F8_E4M3, uint8_t, sowi_widen_f8_e4m3(value)) \
    XX(SOW_F8_E5M2, uint8_t, sowi_widen_f8_e5m2(value)) \
    XX(SOW_I64, int64_t, (double)value)                 \
    XX(SOW_I32, int32_t, (double)value)                 \
    XX(SOW_I16, int16_t, (double)value)                 \
    XX(SOW_I8, int8_t, (double)value)                   \
    XX(SOW_U8, uint8_t, (double)value)                  \
    XX(SOW_BOOL, uint8_t, (double)value)

/* Writes count elements as distances from shift. */
static void decode(double *distances, sow_dtype dtype, const unsigned char *data, size_t count,
                   double shift)
{
    switch (dtype) {
#define DECODE_CASE(name, type, expression)                        \
    case name:                                                     \
        for (size_t i = 0; i < count; i++) {                       \
            type value;                                            \
            memcpy(&value, data + i * sizeof value, sizeof value); \
            distances[i] = (expression)-shift;                     \
        }                                                          \
        return;
        DECODERS(DECODE_CASE)
#undef DECODE_CASE
    }
    assert(0 && "a plan's dtype is known");
}

void SOWI_MEASURE_GROUP(sowi_measure_sums *sums, size_t lane, sow_dtype dtype,
                        const unsigned char *data, size_t count, double shift)
{
    double distances[SOWI_MEASURE_GROUP_MAX + LANES];
    const size_t end = lane + count, whole = (end + LANES - 1) / LANES * LANES;
    /* lanes without an element get zeros, which change no sum */
    for (size_t i = 0; i < lane; i++)
        distances[i] = 0;
    decode(distances + lane, dtype, data, count, shift);
    for (size_t i = end; i < whole; i++)
        distances[i] = 0;
    add_rows(sums, distances, whole);
}
