#include "reference_philox.h"

static void round_once(uint32_t x[4], const uint32_t k[2])
{
    const uint64_t a = UINT64_C(3528531795) * x[0];
    const uint64_t b = UINT64_C(3449720151) * x[2];
    const uint32_t next[4] = {(uint32_t)(b >> 32) ^ x[1] ^ k[0], (uint32_t)b,
                              (uint32_t)(a >> 32) ^ x[3] ^ k[1], (uint32_t)a};
    for (int i = 0; i < 4; i++)
        x[i] = next[i];
}

void sowt_philox4x32(unsigned rounds, const uint32_t counter[4], const uint32_t key[2],
                     uint32_t out[4])
{
    uint32_t k[2] = {key[0], key[1]};
    for (int i = 0; i < 4; i++)
        out[i] = counter[i];
    for (unsigned r = 0; r < rounds; r++) {
        round_once(out, k);
        k[0] += UINT32_C(2654435769);
        k[1] += UINT32_C(3144134277);
    }
}

uint32_t sowt_philox_word(sow_key key, uint64_t index)
{
    const uint64_t block = index / 4;
    const uint32_t counter[4] = {(uint32_t)block, (uint32_t)(block >> 32), (uint32_t)key.stream,
                                 (uint32_t)(key.stream >> 32)};
    const uint32_t k[2] = {(uint32_t)key.seed, (uint32_t)(key.seed >> 32)};
    uint32_t out[4];
    sowt_philox4x32(10, counter, k, out);
    return out[index % 4];
}
