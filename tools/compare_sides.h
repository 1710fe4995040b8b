/* The devices and the host that 'sowcl compare' compares. */
#ifndef COMPARE_SIDES_H
#define COMPARE_SIDES_H

#include "compare_options.h"
#include "comparison.h"
#include "engine.h"

typedef struct compare_sides {
    comparison_side *told;
    engine *engines; /* of each; several may share a context */
    size_t count;    /* the first is A, the others are compared with it */
    bool failed;     /* a device could not be opened, and is left out */
} compare_sides;

/* Opens what --on and --with name, or all there is; programs are not tested, for how they fail is what is asked. PROCEED, or an
 * exit code after its message; compare_sides_close is due either way. */
int compare_sides_open(compare_sides *sides, const compare_options *chosen);
/* Times normal draws on all sides, for the cost of our functions beside others. PROCEED, or an exit code after its message. */
int compare_sides_measure(compare_sides *sides);
void compare_sides_close(compare_sides *sides);

#endif
