/* A user's program: fills a weight on the best device and prints its digest; exits with 77 without one. */
#include <sowcl/model.h>
#include <sowcl/sowcl.h>
#include <stdio.h>

static sow_status fill(sow_context *context, float *values, size_t size)
{
    const sow_tensor weight = {.dtype = SOW_F32, .rank = 4, .shape = {16, 3, 3, 5}};
    const sow_initializer init = sow_kaiming_normal(0, SOW_FAN_IN, SOW_LEAKY_RELU);
    const sow_key key = {.seed = UINT64_MAX, .stream = 0};
    cl_command_queue queue = sow_context_cl_queue(context);
    cl_mem buffer = NULL;

    sow_status status = sow_buffer_create(context, size, &buffer);
    if (status == SOW_OK)
        status = sow_fill(context, queue, buffer, 0, &weight, &init, key, 0, NULL, NULL);
    if (status == SOW_OK)
        status = clFinish(queue);
    if (status == SOW_OK)
        status = sow_buffer_read(context, buffer, 0, size, values);
    sow_buffer_release(buffer);
    return status;
}

int main(void)
{
    static float values[16 * 3 * 3 * 5];
    sow_context *context = NULL;
    sow_error error = {0};

    sow_status status = sow_context_open(&context, NULL, NULL, &error);
    if (status == SOW_ERR_NO_DEVICE)
        return 77;
    if (status == SOW_OK)
        status = fill(context, values, sizeof values);
    sow_context_release(context);
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
