/* The devices of all platforms. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "sowcl/sowcl.h"

static void platform_text(cl_platform_id platform, cl_platform_info what, char text[128])
{
    if (clGetPlatformInfo(platform, what, 128, text, NULL) != CL_SUCCESS)
        text[0] = '\0';
    text[127] = '\0';
}

/* Strings longer than the field are cut, which OpenCL does not do by itself. */
static void device_text(cl_device_id device, cl_device_info what, char text[128])
{
    size_t size = 0;
    text[0] = '\0';
    if (clGetDeviceInfo(device, what, 0, NULL, &size) != CL_SUCCESS || size == 0)
        return;
    char *whole = malloc(size + 1);
    if (whole == NULL)
        return;
    if (clGetDeviceInfo(device, what, size, whole, NULL) == CL_SUCCESS) {
        whole[size] = '\0';
        const size_t length = strlen(whole) < 127 ? strlen(whole) : 127;
        memcpy(text, whole, length);
        text[length] = '\0';
    }
    free(whole);
}

static cl_ulong device_ulong(cl_device_id device, cl_device_info what)
{
    cl_ulong value = 0;
    return clGetDeviceInfo(device, what, sizeof value, &value, NULL) == CL_SUCCESS ? value : 0;
}

static sow_device_rank rank_of(const sow_device_info *info)
{
    if (strstr(info->platform_name, "Oclgrind") != NULL)
        return SOW_RANK_SIMULATOR;
    if (strstr(info->name, "llvmpipe") != NULL || strstr(info->name, "softpipe") != NULL)
        return SOW_RANK_LLVMPIPE;
    return info->type & CL_DEVICE_TYPE_GPU ? SOW_RANK_GPU : SOW_RANK_CPU;
}

static void describe(sow_device_info *info)
{
    const cl_device_id device = info->device;
    cl_uint units = 0;
    if (clGetDeviceInfo(device, CL_DEVICE_TYPE, sizeof info->type, &info->type, NULL) != CL_SUCCESS)
        info->type = CL_DEVICE_TYPE_DEFAULT;
    if (clGetDeviceInfo(device, CL_DEVICE_MAX_COMPUTE_UNITS, sizeof units, &units, NULL) ==
        CL_SUCCESS)
        info->compute_units = units;
    info->global_bytes = device_ulong(device, CL_DEVICE_GLOBAL_MEM_SIZE);
    info->max_alloc_bytes = device_ulong(device, CL_DEVICE_MAX_MEM_ALLOC_SIZE);
    info->has_f64 = device_ulong(device, CL_DEVICE_DOUBLE_FP_CONFIG) != 0;
    platform_text(info->platform, CL_PLATFORM_NAME, info->platform_name);
    platform_text(info->platform, CL_PLATFORM_VENDOR, info->platform_vendor);
    platform_text(info->platform, CL_PLATFORM_VERSION, info->platform_version);
    device_text(device, CL_DEVICE_NAME, info->name);
    device_text(device, CL_DEVICE_VENDOR, info->vendor);
    device_text(device, CL_DRIVER_VERSION, info->driver_version);
    info->rank = rank_of(info);
}

/* Where the devices of all platforms are written to. */
typedef struct listing {
    sow_device_info *list;
    size_t capacity, count;
} listing;

static sow_status list_platform(listing *out, cl_platform_id platform, uint32_t index)
{
    cl_uint count = 0;
    cl_int code = clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 0, NULL, &count);
    if (code == CL_DEVICE_NOT_FOUND || (code == CL_SUCCESS && count == 0))
        return SOW_OK;
    if (code != CL_SUCCESS)
        return code;
    cl_device_id *devices = calloc(count, sizeof *devices);
    if (devices == NULL)
        return SOW_ERR_NO_MEMORY;
    code = clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, count, devices, NULL);
    for (cl_uint i = 0; i < count && code == CL_SUCCESS; i++) {
        if (out->count < out->capacity) {
            sow_device_info *info = &out->list[out->count];
            *info = (sow_device_info){.platform = platform,
                                      .device = devices[i],
                                      .platform_index = index,
                                      .device_index = i};
            describe(info);
        }
        out->count++;
    }
    free(devices);
    return code;
}

/* The loader reports a machine without platforms as an error of its own. */
static bool no_platforms(cl_int code, cl_uint count)
{
    return code == -1001 || (code == CL_SUCCESS && count == 0);
}

sow_status sow_device_list(sow_device_info *list, size_t capacity, size_t *count)
{
    if (count == NULL || (list == NULL && capacity > 0))
        return SOW_ERR_ARGUMENT;
    cl_uint platforms = 0;
    sow_status status = clGetPlatformIDs(0, NULL, &platforms);
    if (no_platforms(status, platforms)) {
        *count = 0;
        return SOW_OK;
    }
    if (status != SOW_OK)
        return status;
    cl_platform_id *ids = calloc(platforms, sizeof *ids);
    if (ids == NULL)
        return SOW_ERR_NO_MEMORY;
    listing out = {list, capacity, 0};
    SOWI_TRY(status, clGetPlatformIDs(platforms, ids, NULL));
    for (cl_uint i = 0; i < platforms; i++)
        SOWI_TRY(status, list_platform(&out, ids[i], i));
    *count = out.count;
done:
    free(ids);
    return status;
}
