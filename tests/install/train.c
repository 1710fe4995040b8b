/* A user's program: fills a weight on the host and prints its digest. The recipe is looked up so that a
 * static library brings in what it reads JSON with. */
#include <sowcl/model.h>
#include <stdio.h>

int main(void)
{
    const sow_tensor weight = {.dtype = SOW_F32, .rank = 4, .shape = {16, 3, 3, 5}};
    const sow_initializer init = sow_kaiming_normal(0, SOW_FAN_IN, SOW_LEAKY_RELU);
    const sow_key key = {.seed = UINT64_MAX, .stream = 0};
    static float values[16 * 3 * 3 * 5];
    sow_recipe *recipe = NULL;
    sow_error error = {0};

    sow_status status = sow_recipe_load(&recipe, "torch", &error);
    if (status == SOW_OK)
        status = sow_fill_host(values, &weight, &init, key);
    sow_recipe_release(recipe);
    if (status != SOW_OK) {
        fprintf(stderr, "%s %s\n", sow_status_name(status), error.text);
        return 1;
    }
    uint8_t digest[16];
    char text[33];
    sow_digest_bytes(values, sizeof values, digest);
    sow_digest_print(digest, text);
    puts(text);
    return 0;
}
