/* An OpenCL device. */
#include <string.h>

#include "fail.h"
#include "probe_place.h"

static void release(sowi_probe_place *place)
{
    sowi_probe_device_release(place->device);
}

static uint32_t width(const sowi_probe_place *place, unsigned family, unsigned form)
{
    return sowi_probe_device_width(place->device, family, form);
}

static sow_status build(sowi_probe_place *place, unsigned family, unsigned form)
{
    return sowi_probe_device_build(place->device, family, form);
}

static size_t build_log(const sowi_probe_place *place, char *text, size_t size)
{
    return sowi_probe_device_log(place->device, text, size);
}

static sow_status load(sowi_probe_place *place, const void *const operands[3], size_t size_bytes)
{
    return sowi_probe_device_load(place->device, operands, size_bytes);
}

static sow_status run(sowi_probe_place *place, unsigned family, unsigned form, unsigned op,
                      size_t count, size_t element_bytes, void *results)
{
    return sowi_probe_device_run(place->device, family, form, op, count, element_bytes, results);
}

static sow_status describe(const sowi_probe_device *device, sow_probe_setting *setting)
{
    sowi_probe_description told;
    const sow_status status = sowi_probe_device_describe(device, &told);
    if (status != SOW_OK)
        return status;
    memcpy(setting->device, told.name, sizeof setting->device);
    memcpy(setting->platform, told.platform, sizeof setting->platform);
    memcpy(setting->platform_version, told.version, sizeof setting->platform_version);
    memcpy(setting->driver, told.driver, sizeof setting->driver);
    setting->build_options = sowi_probe_device_options(device);
    if (setting->cases == 0)
        setting->cases = told.is_simulator ? SOWI_PROBE_CASES_SIMULATED : SOWI_PROBE_CASES;
    setting->has_f64 = sowi_probe_device_has_f64(device);
    return SOW_OK;
}

sow_status sowi_probe_place_device(sowi_probe_place *place, sow_probe_setting *setting,
                                   struct sow_context *context, size_t size_bytes,
                                   const sowi_probe_plant *plant)
{
    static const sowi_probe_place_ops ops = {release, width, build, build_log, load, run};
    *place = (sowi_probe_place){.ops = &ops};
    sow_status status = sowi_probe_device_create(&place->device, context, size_bytes, plant);
    if (status == SOW_OK)
        status = describe(place->device, setting);
    if (status != SOW_OK) {
        sowi_probe_device_release(place->device);
        *place = (sowi_probe_place){.ops = NULL};
    }
    return status;
}
