#include "device_find.h"

#include <stdlib.h>

#include "fail.h"

sow_status sowi_device_find(cl_device_id device, sow_device_info *info)
{
    size_t capacity = 0, count = 0;
    sow_status status = sow_device_list(NULL, 0, &capacity);
    if (status != SOW_OK)
        return status;
    sow_device_info *list = calloc(capacity + 1, sizeof *list);
    if (list == NULL)
        return SOW_ERR_NO_MEMORY;
    SOWI_TRY(status, sow_device_list(list, capacity, &count));
    status = SOW_ERR_NO_DEVICE;
    for (size_t i = 0; i < count && i < capacity; i++) {
        if (list[i].device == device) {
            *info = list[i];
            status = SOW_OK;
        }
    }
done:
    free(list);
    return status;
}
