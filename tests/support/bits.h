/* Comparing memory bit by bit, and guards around what a fill may touch. */
#ifndef SOWT_BITS_H
#define SOWT_BITS_H

#include <stddef.h>

/* Bytes before and after a destination, and what they hold, as does the destination before a fill. */
#define SOWT_GUARD_BYTES 64
#define SOWT_GUARD       0xca

/* Fails, and prints the index and the bits in hex, at the first element of element_size bytes that
 * differs. what: the seed, the device, whatever tells where the arrays come from. */
#define assert_bits_equal(expected, actual, size_bytes, element_size, what) \
    sowt_assert_bits_equal(expected, actual, size_bytes, element_size, what, __FILE__, __LINE__)
void sowt_assert_bits_equal(const void *expected, const void *actual, size_t size_bytes,
                            size_t element_size, const char *what, const char *file, int line);

/* size_bytes of memory between two guards, all of it SOWT_GUARD. The address is that of the memory
 * and is aligned to 64 bytes. */
void *sowt_guarded_create(size_t size_bytes);
void sowt_guarded_release(void *memory);

/* Fails when a byte of the guards before memory and after memory + size_bytes has changed. */
#define assert_guards_intact(memory, size_bytes, what) \
    sowt_assert_guards_intact(memory, size_bytes, what, __FILE__, __LINE__)
void sowt_assert_guards_intact(const void *memory, size_t size_bytes, const char *what,
                               const char *file, int line);

#endif
