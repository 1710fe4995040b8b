#include "run_whole.h"

#include <stdlib.h>
#include <string.h>

struct sowi_whole {
    sowi_whole *next;
    const sow_checkpoint_tensor *tensor;
    uint64_t left; /* elements that are not taken yet */
    unsigned char bytes[];
};

void sowi_run_whole_make(sowi_run_whole *whole, sow_context *context, uint32_t threads)
{
    *whole = (sowi_run_whole){.context = context, .threads = threads};
    /* Default mutexes need no resources on the systems we know; their creation does not fail. */
    (void)pthread_mutex_init(&whole->lock, NULL);
}

void sowi_run_whole_clear(sowi_run_whole *whole)
{
    while (whole->first != NULL) {
        sowi_whole *next = whole->first->next;
        free(whole->first);
        whole->first = next;
    }
    (void)pthread_mutex_destroy(&whole->lock);
}

/* The place where the tensor is, or would be added. */
static sowi_whole **find(sowi_run_whole *whole, const sow_checkpoint_tensor *tensor)
{
    sowi_whole **at = &whole->first;
    while (*at != NULL && (*at)->tensor != tensor)
        at = &(*at)->next;
    return at;
}

static sow_status draw(sowi_run_whole *whole, const sow_checkpoint_tensor *tensor, sowi_whole **out)
{
    const size_t size = sow_dtype_size(tensor->tensor.dtype);
    const uint64_t count = tensor->plan.count;
    if (count > (SIZE_MAX - sizeof **out) / size)
        return SOW_ERR_NO_MEMORY;
    sowi_whole *made = malloc(sizeof *made + (size_t)count * size);
    if (made == NULL)
        return SOW_ERR_NO_MEMORY;
    const sow_status status = sow_draw(whole->context, made->bytes, &tensor->plan, whole->threads);
    if (status != SOW_OK) {
        free(made);
        return status;
    }
    made->next = NULL;
    made->tensor = tensor;
    made->left = count;
    *out = made;
    return SOW_OK;
}

/* Lock held. */
static sow_status copy(sowi_run_whole *whole, const sowi_block_part *part, unsigned char *bytes)
{
    sowi_whole **at = find(whole, part->tensor);
    if (*at == NULL) {
        const sow_status status = draw(whole, part->tensor, at);
        if (status != SOW_OK)
            return status;
    }
    sowi_whole *drawn = *at;
    const size_t size = sow_dtype_size(part->tensor->tensor.dtype);
    const uint64_t count = part->end - part->begin;
    memcpy(bytes, drawn->bytes + part->begin * size, (size_t)count * size);
    drawn->left -= count;
    if (drawn->left == 0) {
        *at = drawn->next;
        free(drawn);
    }
    return SOW_OK;
}

sow_status sowi_run_whole_copy(sowi_run_whole *whole, const sowi_block_part *part,
                               unsigned char *bytes)
{
    (void)pthread_mutex_lock(&whole->lock);
    const sow_status status = copy(whole, part, bytes);
    (void)pthread_mutex_unlock(&whole->lock);
    return status;
}
