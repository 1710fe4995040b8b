#include "fold.h"

#include <string.h>

uint32_t sowi_fold(const unsigned char *data, size_t size)
{
    uint64_t folded = 0, last = 0;
    const size_t whole = size / sizeof folded * sizeof folded;
    for (size_t i = 0; i < whole; i += sizeof folded) {
        uint64_t words;
        memcpy(&words, data + i, sizeof words);
        folded ^= words;
    }
    memcpy(&last, data + whole, size - whole);
    folded ^= last;
    return (uint32_t)folded ^ (uint32_t)(folded >> 32);
}
