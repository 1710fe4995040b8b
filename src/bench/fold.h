/* Reading memory: what a read comes to. */
#ifndef SOWI_FOLD_H
#define SOWI_FOLD_H

#include <stddef.h>
#include <stdint.h>

/* The xor of the 32-bit words of size bytes, the last filled up with zeros: which of them come first makes no
 * difference, and each bit of each word does. */
uint32_t sowi_fold(const unsigned char *data, size_t size);

#endif
