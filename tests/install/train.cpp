// train.c in C++17.
#include <sowcl/model.h>

#include <array>
#include <iostream>
#include <vector>

int main()
{
    sow_tensor weight{};
    weight.dtype = SOW_F32;
    weight.rank = 4;
    weight.shape[0] = 16;
    weight.shape[1] = weight.shape[2] = 3;
    weight.shape[3] = 5;
    const sow_initializer init = sow_kaiming_normal(0, SOW_FAN_IN, SOW_LEAKY_RELU);
    std::vector<float> values(16 * 3 * 3 * 5);

    const sow_status status = sow_fill_host(values.data(), &weight, &init, {UINT64_MAX, 0});
    if (status != SOW_OK) {
        std::cerr << sow_status_name(status) << '\n';
        return 1;
    }
    std::array<uint8_t, 16> digest;
    std::array<char, 33> text;
    sow_digest_bytes(values.data(), values.size() * sizeof(float), digest.data());
    sow_digest_print(digest.data(), text.data());
    std::cout << text.data() << '\n';
}
