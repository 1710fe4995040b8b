#include "bits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run_tests.h"

/* An element as hex, its highest byte first, as a little-endian machine reads it. */
static void print_element(const char *label, const unsigned char *element, size_t size)
{
    fprintf(stderr, "%s 0x", label);
    for (size_t i = size; i-- > 0;)
        fprintf(stderr, "%02x", element[i]);
    fprintf(stderr, "\n");
}

void sowt_assert_bits_equal(const void *expected, const void *actual, size_t size_bytes,
                            size_t element_size, const char *what, const char *file, int line)
{
    const unsigned char *a = expected;
    const unsigned char *b = actual;
    if (size_bytes == 0 || memcmp(a, b, size_bytes) == 0)
        return;
    size_t at = 0;
    while (memcmp(a + at, b + at, element_size) == 0)
        at += element_size;
    fprintf(stderr, "%s: element %zu of %zu differs\n", what, at / element_size,
            size_bytes / element_size);
    print_element("  expected", a + at, element_size);
    print_element("  actual  ", b + at, element_size);
    _fail(file, line);
}

void *sowt_guarded_create(size_t size_bytes)
{
    const size_t whole = size_bytes + 2 * SOWT_GUARD_BYTES;
    const size_t rounded = (whole + 63) / 64 * 64;
    unsigned char *base = aligned_alloc(64, rounded);
    assert_non_null(base);
    memset(base, SOWT_GUARD, rounded);
    return base + SOWT_GUARD_BYTES;
}

void sowt_guarded_release(void *memory)
{
    if (memory != NULL)
        free((unsigned char *)memory - SOWT_GUARD_BYTES);
}

/* Where a byte of the guard is changed; SOWT_GUARD_BYTES when none is. */
static size_t first_change(const unsigned char *guard)
{
    size_t at = 0;
    while (at < SOWT_GUARD_BYTES && guard[at] == SOWT_GUARD)
        at++;
    return at;
}

void sowt_assert_guards_intact(const void *memory, size_t size_bytes, const char *what,
                               const char *file, int line)
{
    const unsigned char *bytes = memory;
    const size_t before = first_change(bytes - SOWT_GUARD_BYTES);
    const size_t after = first_change(bytes + size_bytes);
    if (before < SOWT_GUARD_BYTES)
        fprintf(stderr, "%s: a byte %zu before the start has changed\n", what,
                SOWT_GUARD_BYTES - before);
    if (after < SOWT_GUARD_BYTES)
        fprintf(stderr, "%s: a byte %zu after the end has changed\n", what, after + 1);
    if (before < SOWT_GUARD_BYTES || after < SOWT_GUARD_BYTES)
        _fail(file, line);
}
