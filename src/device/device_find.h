/* What the list of devices says of one. */
#ifndef SOWI_DEVICE_FIND_H
#define SOWI_DEVICE_FIND_H

#include "sowcl/sowcl.h"

/* SOW_ERR_NO_DEVICE when the list has it no longer, SOW_ERR_NO_MEMORY, OpenCL's; *info is then as it was. */
sow_status sowi_device_find(cl_device_id device, sow_device_info *info);

#endif
