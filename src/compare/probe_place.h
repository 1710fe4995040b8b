/* Where operations are tried: on a device or on the host, in one form of vectors after the other. */
#ifndef SOWI_PROBE_PLACE_H
#define SOWI_PROBE_PLACE_H

#include "device/probe_device.h"
#include "host/probe_host.h"
#include "sowcl/probe.h"

typedef struct sowi_probe_place sowi_probe_place;

typedef struct sowi_probe_place_ops {
    void (*release)(sowi_probe_place *place);
    /* Elements of a form's vectors in a family; 0: it has no such form. */
    uint32_t (*width)(const sowi_probe_place *place, unsigned family, unsigned form);
    sow_status (*build)(sowi_probe_place *place, unsigned family, unsigned form);
    /* The log of the build that failed last, as sow_context_build_log. */
    size_t (*log)(const sowi_probe_place *place, char *text, size_t size);
    /* Three arrays of operands, which stay where they are until the runs are done. */
    sow_status (*load)(sowi_probe_place *place, const void *const operands[3], size_t size_bytes);
    sow_status (*run)(sowi_probe_place *place, unsigned family, unsigned form, unsigned op,
                      size_t count, size_t element_bytes, void *results);
} sowi_probe_place_ops;

struct sowi_probe_place {
    const sowi_probe_place_ops *ops;
    sowi_probe_device *device;
    sowi_probe_items *sets[2]; /* the host's */
    size_t set_count;
    const void *operands[3]; /* the host's */
};

/* Cases by default. */
#define SOWI_PROBE_CASES           1000000
#define SOWI_PROBE_CASES_SIMULATED 10000

/* Both fill in what the setting says of the place, and the cases if they are 0. */
void sowi_probe_place_host(sowi_probe_place *place, sow_probe_setting *setting);
/* With buffers of size_bytes. Statuses of sowi_probe_device_create and sowi_probe_device_describe; the place is then
 * zero: nothing is to be released. */
sow_status sowi_probe_place_device(sowi_probe_place *place, sow_probe_setting *setting,
                                   struct sow_context *context, size_t size_bytes,
                                   const sowi_probe_plant *plant);

#endif
