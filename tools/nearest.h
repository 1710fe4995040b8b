/* The word that a mistyped one was meant to be. */
#ifndef NEAREST_H
#define NEAREST_H

#include <stddef.h>

/* Offers the candidates one by one; keeps the best. Start from zero, with word set. */
typedef struct nearest {
    const char *word;
    const char *best; /* NULL: nothing is near */
    size_t best_distance;
} nearest;

void nearest_offer(nearest *search, const char *candidate);

#endif
