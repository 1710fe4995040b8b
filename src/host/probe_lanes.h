/* The body of an instruction set's file: SOWK_LANES and SOWI_PROBE_ITEMS are defined before it is read. */

#include "probe_host.h"

#include "probe_f32.clh"
#include "probe_f64.clh"
#include "probe_store.clh"
#include "probe_u32.clh"
#include "probe_word.clh"

/* static void probe_<family>(op, a, b, c, results, count): vector by vector. */
#define SOWI_PROBE_FAMILY(family, element_bytes)                                    \
    static void probe_##family(unsigned op, const void *from_a, const void *from_b, \
                               const void *from_c, void *results, size_t count)     \
    {                                                                               \
        const size_t size = sizeof(sowk_probe_##family);                            \
        for (size_t at = 0; at < count * (element_bytes); at += size) {             \
            sowk_probe_##family a, b, c, result;                                    \
            memcpy(&a, (const unsigned char *)from_a + at, size);                   \
            memcpy(&b, (const unsigned char *)from_b + at, size);                   \
            memcpy(&c, (const unsigned char *)from_c + at, size);                   \
            result = a;                                                             \
            switch (op) {                                                           \
                SOWK_PROBE_LIST_##family(SOWK_PROBE_CASE) default : break;          \
            }                                                                       \
            memcpy((unsigned char *)results + at, &result, size);                   \
        }                                                                           \
    }

SOWI_PROBE_FAMILY(u32, 4)
SOWI_PROBE_FAMILY(word, 8)
SOWI_PROBE_FAMILY(f32, 4)
SOWI_PROBE_FAMILY(store, 4)
SOWI_PROBE_FAMILY(f64, 8)
#if SOWK_LANES == 1
#include "probe_u64.clh"
SOWI_PROBE_FAMILY(u64, 8)
#endif

bool SOWI_PROBE_ITEMS(unsigned family, unsigned op, const void *a, const void *b, const void *c,
                      void *results, size_t count)
{
    switch (family) {
    case SOWK_PROBE_u32:
        probe_u32(op, a, b, c, results, count);
        return true;
    case SOWK_PROBE_word:
        probe_word(op, a, b, c, results, count);
        return true;
    case SOWK_PROBE_f32:
        probe_f32(op, a, b, c, results, count);
        return true;
    case SOWK_PROBE_store:
        probe_store(op, a, b, c, results, count);
        return true;
    case SOWK_PROBE_f64:
        probe_f64(op, a, b, c, results, count);
        return true;
#if SOWK_LANES == 1
    case SOWK_PROBE_u64:
        probe_u64(op, a, b, c, results, count);
        return true;
    case SOWK_PROBE_plan:
        sowi_probe_items_of_plans(op, a, b, c, results, count);
        return true;
#endif
    default:
        return false;
    }
}
