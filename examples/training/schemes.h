/* The initializations that are compared. */
#ifndef SCHEMES_H
#define SCHEMES_H

#include <sowcl/base.h>
#include <stdbool.h>

typedef struct scheme {
    const char *name; /* as an initializer expression */
    char mark;        /* in charts of text */
    int style;        /* colour and dashes in charts; see chart.h */
    bool trains;      /* whether the digits are learned with it, too */
    sow_initializer (*make)(sow_nonlinearity nonlinearity);
} scheme;

enum { SCHEMES_MAX = 8 };
extern const scheme schemes[];
extern const size_t scheme_count;

#endif
