/* Memory that is given back all at once: names, shapes and rows of a file that was read. */
#ifndef SOWI_ARENA_H
#define SOWI_ARENA_H

#include <stddef.h>

/* Empty when zero. */
typedef struct sowi_arena {
    struct sowi_arena_block *blocks;
} sowi_arena;

/* Aligned for any type, not cleared. NULL when out of memory. */
void *sowi_arena_take(sowi_arena *arena, size_t size);
/* A copy of the text. NULL when out of memory. */
char *sowi_arena_copy(sowi_arena *arena, const char *text);
/* Leaves an empty arena. */
void sowi_arena_clear(sowi_arena *arena);

#endif
