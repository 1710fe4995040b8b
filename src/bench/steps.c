#include "steps.h"

#include <stdbool.h>
#include <stddef.h>

sow_status sowi_steps_next(sowi_steps *steps)
{
    const bool stop =
        steps->progress != NULL && steps->progress(steps->user, steps->done, steps->total);
    steps->done++;
    return stop ? SOW_ERR_CANCELLED : SOW_OK;
}
