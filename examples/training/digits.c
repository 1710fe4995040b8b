#include "digits.h"

#include <string.h>

/* Its symbols are the values of a pixel. */
static const char symbols[] = "0123456789abcdefg";

enum { LINE = 2 + DIGIT_PIXELS, HELD_OUT_EVERY = 5 };

static int value(char symbol)
{
    const char *const at = symbol == '\0' ? NULL : strchr(symbols, symbol);
    return at == NULL ? -1 : (int)(at - symbols);
}

static int read_line(digits *out, const char *line)
{
    const int label = value(line[0]);
    if (label < 0 || label >= DIGIT_CLASSES || line[1] != ' ')
        return 0;
    uint8_t *const pixels = out->pixels + out->count * DIGIT_PIXELS;
    for (size_t i = 0; i < DIGIT_PIXELS; i++) {
        const int pixel = value(line[2 + i]);
        if (pixel < 0)
            return 0;
        pixels[i] = (uint8_t)pixel;
    }
    out->labels[out->count] = (uint8_t)label;
    return line[LINE] == '\n';
}

size_t digits_read(digits *out, const char *text)
{
    out->count = out->train_count = out->test_count = 0;
    for (; *text != '\0'; text += LINE + 1) {
        if (out->count == DIGITS_MAX || !read_line(out, text))
            return out->count + 1;
        const uint32_t index = (uint32_t)out->count++;
        if (out->count % HELD_OUT_EVERY == 0)
            out->test[out->test_count++] = index;
        else
            out->train[out->train_count++] = index;
    }
    return out->count == 0 ? 1 : 0;
}
