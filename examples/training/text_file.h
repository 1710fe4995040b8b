/* Whole files. */
#ifndef TEXT_FILE_H
#define TEXT_FILE_H

#include "chart.h"

/* The text of folder/name, ended by a NUL, to be freed; NULL: errno says why not. */
char *text_file_read(const char *folder, const char *name);

/* Writes folder/name, which appears when it is complete; 0, or what errno says. */
int text_file_write(const char *folder, const char *name, void (*write)(FILE *, const figure *),
                    const figure *what);

#endif
