#include "json_write.h"

#include <string.h>

void sowi_json_write_string(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text != '\0'; text++) {
        static const char escaped[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
        const unsigned char byte = (unsigned char)*text;
        const char *found = strchr(escaped, *text);
        if (found != NULL)
            fprintf(out, "\\%c", letters[found - escaped]);
        else if (byte < 0x20)
            fprintf(out, "\\u%04x", (unsigned)byte);
        else
            fputc(byte, out);
    }
    fputc('"', out);
}
