/* The handwritten digits of digits/digits.txt. */
#ifndef DIGITS_H
#define DIGITS_H

#include <stddef.h>
#include <stdint.h>

enum { DIGIT_PIXELS = 64, DIGIT_CLASSES = 10, DIGITS_MAX = 2048 };

typedef struct digits {
    size_t count;
    uint8_t pixels[DIGITS_MAX * DIGIT_PIXELS]; /* 0 to 16, rows of 8 from the top */
    uint8_t labels[DIGITS_MAX];
    /* Every fifth digit is held out; the rest is trained on. Indices, in the file's order. */
    size_t train_count, test_count;
    uint32_t train[DIGITS_MAX], test[DIGITS_MAX];
} digits;

/* Reads text, whose lines are a label, a blank and 64 pixels (0-9, a-g); 0, or the number of the first line
 * that is none. */
size_t digits_read(digits *out, const char *text);

#endif
