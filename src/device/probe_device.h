/* Trying operations on a device: operands and results in buffers, a small program for each family and form. This header
 * needs no OpenCL. Objects are used by one thread at a time. */
#ifndef SOWI_PROBE_DEVICE_H
#define SOWI_PROBE_DEVICE_H

#include <stdbool.h>

#include "sowcl/base.h"

typedef struct sow_context sow_context;
typedef struct sowi_probe_device sowi_probe_device;
typedef struct sowi_program_source sowi_program_source;

/* How an operation is compiled: alone, in the vectors of eight lanes, in those of twice the width, as kernels/lanes.clh
 * makes them. */
#define SOWI_PROBE_FORMS 3

/* For tests: programs with a fault. Zero means none. */
typedef struct sowi_probe_plant {
    const char *options;                                 /* of the build; NULL: the usual ones */
    void (*edit)(sowi_program_source *text, void *user); /* before each build */
    void *user;
    uint32_t families; /* what is probed at all, a bit 1 << family each; 0: everything */
} sowi_probe_plant;

/* Buffers of size_bytes each. SOW_ERR_NO_MEMORY, OpenCL's; *out is then NULL. */
sow_status sowi_probe_device_create(sowi_probe_device **out, sow_context *context,
                                    size_t size_bytes, const sowi_probe_plant *plant);
void sowi_probe_device_release(sowi_probe_device *probe); /* NULL is allowed */

/* Elements of a form's vectors in a family; 0 where the device's fills have no such vectors. */
uint32_t sowi_probe_device_width(const sowi_probe_device *probe, unsigned family, unsigned form);
bool sowi_probe_device_has_f64(const sowi_probe_device *probe);
const char *sowi_probe_device_options(const sowi_probe_device *probe);

/* The log of the last build that failed, as sow_context_build_log. */
size_t sowi_probe_device_log(const sowi_probe_device *probe, char *text, size_t size);

/* What a driver bug report says of the device. Statuses of sowi_device_find. */
typedef struct sowi_probe_description {
    char name[128], driver[128], platform[128], version[128];
    bool is_simulator;
} sowi_probe_description;
sow_status sowi_probe_device_describe(const sowi_probe_device *probe,
                                      sowi_probe_description *description);

/* Builds the program of a family and form, once. SOW_ERR_BUILD, OpenCL's. */
sow_status sowi_probe_device_build(sowi_probe_device *probe, unsigned family, unsigned form);

/* Copies three arrays of operands; runs an operation of a program that is built on them: count elements of
 * element_bytes, a multiple of 1024. Both wait. OpenCL's statuses. */
sow_status sowi_probe_device_load(sowi_probe_device *probe, const void *const operands[3],
                                  size_t size_bytes);
sow_status sowi_probe_device_run(sowi_probe_device *probe, unsigned family, unsigned form,
                                 unsigned op, size_t count, size_t element_bytes, void *results);

#endif
