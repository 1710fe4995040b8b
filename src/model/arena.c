#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 65536 - 64 };

struct sowi_arena_block {
    struct sowi_arena_block *next;
    size_t size, used;
    alignas(max_align_t) unsigned char bytes[];
};

static struct sowi_arena_block *add_block(sowi_arena *arena, size_t size)
{
    if (size < BLOCK_BYTES)
        size = BLOCK_BYTES;
    if (size > SIZE_MAX - sizeof(struct sowi_arena_block))
        return NULL;
    struct sowi_arena_block *block = malloc(sizeof *block + size);
    if (block == NULL)
        return NULL;
    block->next = arena->blocks;
    block->size = size;
    block->used = 0;
    arena->blocks = block;
    return block;
}

void *sowi_arena_take(sowi_arena *arena, size_t size)
{
    const size_t step = alignof(max_align_t);
    if (size > SIZE_MAX - step)
        return NULL;
    size = (size + step - 1) / step * step;
    struct sowi_arena_block *block = arena->blocks;
    if (block == NULL || block->size - block->used < size)
        block = add_block(arena, size);
    if (block == NULL)
        return NULL;
    void *taken = block->bytes + block->used;
    block->used += size;
    return taken;
}

char *sowi_arena_copy(sowi_arena *arena, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = sowi_arena_take(arena, size);
    if (copy != NULL)
        memcpy(copy, text, size);
    return copy;
}

void sowi_arena_clear(sowi_arena *arena)
{
    while (arena->blocks != NULL) {
        struct sowi_arena_block *next = arena->blocks->next;
        free(arena->blocks);
        arena->blocks = next;
    }
}
