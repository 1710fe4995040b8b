#include "run_tests.h"

#include <stdio.h>
#include <stdlib.h>

static int skipped;

int sowt_report(int failed, int count)
{
    fflush(stderr);
    printf("%d passed, %d failed, %d skipped\n", count - failed - skipped, failed, skipped);
    if (failed > 0)
        return 1;
    return skipped == count ? 77 : 0;
}

void sowt_skip(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf("skipped: ");
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    skipped++;
    _skip(__FILE__, __LINE__);
    abort(); /* _skip jumps out of the test */
}
