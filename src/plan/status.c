/* Names and texts of statuses: sowcl's own from SOW_STATUS_MAP, and OpenCL's error codes. */
#include "sowcl/base.h"

#include <stddef.h>

typedef struct status_row {
    sow_status status;
    const char *name;
    const char *text;
} status_row;

static const status_row own[] = {{SOW_OK, "SOW_OK", "success"},
#define STATUS_ROW(name, value, text) {SOW_##name, "SOW_" #name, text},
                                 SOW_STATUS_MAP(STATUS_ROW)
#undef STATUS_ROW
};

/* The codes of OpenCL 3.0 (CL/cl.h) and of the ICD loader. */
static const status_row opencl[] = {
    {-1, "CL_DEVICE_NOT_FOUND", "OpenCL: no device of that type"},
    {-2, "CL_DEVICE_NOT_AVAILABLE", "OpenCL: the device is not available"},
    {-3, "CL_COMPILER_NOT_AVAILABLE", "OpenCL: the device has no compiler"},
    {-4, "CL_MEM_OBJECT_ALLOCATION_FAILURE", "OpenCL: no memory left on the device"},
    {-5, "CL_OUT_OF_RESOURCES", "OpenCL: out of resources on the device"},
    {-6, "CL_OUT_OF_HOST_MEMORY", "OpenCL: out of host memory"},
    {-7, "CL_PROFILING_INFO_NOT_AVAILABLE", "OpenCL: no profiling information"},
    {-8, "CL_MEM_COPY_OVERLAP", "OpenCL: the copy overlaps itself"},
    {-9, "CL_IMAGE_FORMAT_MISMATCH", "OpenCL: the image formats differ"},
    {-10, "CL_IMAGE_FORMAT_NOT_SUPPORTED", "OpenCL: the image format is not supported"},
    {-11, "CL_BUILD_PROGRAM_FAILURE", "OpenCL: the program failed to build"},
    {-12, "CL_MAP_FAILURE", "OpenCL: mapping failed"},
    {-13, "CL_MISALIGNED_SUB_BUFFER_OFFSET", "OpenCL: the sub-buffer is misaligned"},
    {-14, "CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST",
     "OpenCL: an event in the wait list has failed"},
    {-15, "CL_COMPILE_PROGRAM_FAILURE", "OpenCL: the program failed to compile"},
    {-16, "CL_LINKER_NOT_AVAILABLE", "OpenCL: the device has no linker"},
    {-17, "CL_LINK_PROGRAM_FAILURE", "OpenCL: the program failed to link"},
    {-18, "CL_DEVICE_PARTITION_FAILED", "OpenCL: the device could not be partitioned"},
    {-19, "CL_KERNEL_ARG_INFO_NOT_AVAILABLE", "OpenCL: no kernel argument information"},
    {-30, "CL_INVALID_VALUE", "OpenCL: invalid value"},
    {-31, "CL_INVALID_DEVICE_TYPE", "OpenCL: invalid device type"},
    {-32, "CL_INVALID_PLATFORM", "OpenCL: invalid platform"},
    {-33, "CL_INVALID_DEVICE", "OpenCL: invalid device"},
    {-34, "CL_INVALID_CONTEXT", "OpenCL: invalid context"},
    {-35, "CL_INVALID_QUEUE_PROPERTIES", "OpenCL: invalid queue properties"},
    {-36, "CL_INVALID_COMMAND_QUEUE", "OpenCL: invalid command queue"},
    {-37, "CL_INVALID_HOST_PTR", "OpenCL: invalid host pointer"},
    {-38, "CL_INVALID_MEM_OBJECT", "OpenCL: invalid memory object"},
    {-39, "CL_INVALID_IMAGE_FORMAT_DESCRIPTOR", "OpenCL: invalid image format"},
    {-40, "CL_INVALID_IMAGE_SIZE", "OpenCL: invalid image size"},
    {-41, "CL_INVALID_SAMPLER", "OpenCL: invalid sampler"},
    {-42, "CL_INVALID_BINARY", "OpenCL: invalid program binary"},
    {-43, "CL_INVALID_BUILD_OPTIONS", "OpenCL: invalid build options"},
    {-44, "CL_INVALID_PROGRAM", "OpenCL: invalid program"},
    {-45, "CL_INVALID_PROGRAM_EXECUTABLE", "OpenCL: the program was not built for the device"},
    {-46, "CL_INVALID_KERNEL_NAME", "OpenCL: no kernel of that name"},
    {-47, "CL_INVALID_KERNEL_DEFINITION", "OpenCL: the kernel's definitions differ"},
    {-48, "CL_INVALID_KERNEL", "OpenCL: invalid kernel"},
    {-49, "CL_INVALID_ARG_INDEX", "OpenCL: invalid argument index"},
    {-50, "CL_INVALID_ARG_VALUE", "OpenCL: invalid argument value"},
    {-51, "CL_INVALID_ARG_SIZE", "OpenCL: invalid argument size"},
    {-52, "CL_INVALID_KERNEL_ARGS", "OpenCL: kernel arguments are not set"},
    {-53, "CL_INVALID_WORK_DIMENSION", "OpenCL: invalid work dimension"},
    {-54, "CL_INVALID_WORK_GROUP_SIZE", "OpenCL: invalid work-group size"},
    {-55, "CL_INVALID_WORK_ITEM_SIZE", "OpenCL: invalid work-item size"},
    {-56, "CL_INVALID_GLOBAL_OFFSET", "OpenCL: invalid global offset"},
    {-57, "CL_INVALID_EVENT_WAIT_LIST", "OpenCL: invalid event wait list"},
    {-58, "CL_INVALID_EVENT", "OpenCL: invalid event"},
    {-59, "CL_INVALID_OPERATION", "OpenCL: invalid operation"},
    {-60, "CL_INVALID_GL_OBJECT", "OpenCL: invalid GL object"},
    {-61, "CL_INVALID_BUFFER_SIZE", "OpenCL: the buffer is larger than the device allows"},
    {-62, "CL_INVALID_MIP_LEVEL", "OpenCL: invalid mip level"},
    {-63, "CL_INVALID_GLOBAL_WORK_SIZE", "OpenCL: invalid global work size"},
    {-64, "CL_INVALID_PROPERTY", "OpenCL: invalid property"},
    {-65, "CL_INVALID_IMAGE_DESCRIPTOR", "OpenCL: invalid image descriptor"},
    {-66, "CL_INVALID_COMPILER_OPTIONS", "OpenCL: invalid compiler options"},
    {-67, "CL_INVALID_LINKER_OPTIONS", "OpenCL: invalid linker options"},
    {-68, "CL_INVALID_DEVICE_PARTITION_COUNT", "OpenCL: invalid device partition count"},
    {-69, "CL_INVALID_PIPE_SIZE", "OpenCL: invalid pipe size"},
    {-70, "CL_INVALID_DEVICE_QUEUE", "OpenCL: invalid device queue"},
    {-71, "CL_INVALID_SPEC_ID", "OpenCL: invalid specialisation constant"},
    {-72, "CL_MAX_SIZE_RESTRICTION_EXCEEDED", "OpenCL: a size restriction is exceeded"},
    {-1001, "CL_PLATFORM_NOT_FOUND_KHR", "OpenCL: no platform is installed"},
};

/* CLBlast's own (clblast_c.h, CLBlastStatusCode), of those that its products return. */
static const status_row clblast[] = {
    {-1024, "CLBlastNotImplemented", "CLBlast: not implemented"},
    {-1022, "CLBlastInvalidMatrixA", "CLBlast: matrix A is no valid buffer"},
    {-1021, "CLBlastInvalidMatrixB", "CLBlast: matrix B is no valid buffer"},
    {-1020, "CLBlastInvalidMatrixC", "CLBlast: matrix C is no valid buffer"},
    {-1017, "CLBlastInvalidDimension", "CLBlast: a dimension is zero"},
    {-1016, "CLBlastInvalidLeadDimA", "CLBlast: the leading dimension of A is too small"},
    {-1015, "CLBlastInvalidLeadDimB", "CLBlast: the leading dimension of B is too small"},
    {-1014, "CLBlastInvalidLeadDimC", "CLBlast: the leading dimension of C is too small"},
    {-1011, "CLBlastInsufficientMemoryA", "CLBlast: the buffer of A is too small"},
    {-1010, "CLBlastInsufficientMemoryB", "CLBlast: the buffer of B is too small"},
    {-1009, "CLBlastInsufficientMemoryC", "CLBlast: the buffer of C is too small"},
    {-2050, "CLBlastInsufficientMemoryTemp", "CLBlast: the temporary buffer is too small"},
    {-2049, "CLBlastInvalidBatchCount", "CLBlast: the batch is empty"},
    {-2046, "CLBlastInvalidLocalMemUsage", "CLBlast: the device has too little local memory"},
    {-2044, "CLBlastNoDoublePrecision", "CLBlast: the device has no double precision"},
    {-2041, "CLBlastDatabaseError", "CLBlast: no parameters for the device"},
    {-2040, "CLBlastUnknownError", "CLBlast: an unknown error"},
    {-2039, "CLBlastUnexpectedError", "CLBlast: an unexpected error"},
};

static const status_row *find(sow_status status)
{
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        if (own[i].status == status)
            return &own[i];
    for (size_t i = 0; i < sizeof opencl / sizeof opencl[0]; i++)
        if (opencl[i].status == status)
            return &opencl[i];
    for (size_t i = 0; i < sizeof clblast / sizeof clblast[0]; i++)
        if (clblast[i].status == status)
            return &clblast[i];
    return NULL;
}

const char *sow_status_name(sow_status status)
{
    const status_row *row = find(status);
    return row == NULL ? "unknown status" : row->name;
}

const char *sow_status_text(sow_status status)
{
    const status_row *row = find(status);
    if (row != NULL)
        return row->text;
    return status < 0 && status > -20000 ? "OpenCL: an error code of the driver's own"
                                         : "unknown status";
}
