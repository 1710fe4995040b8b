/* The host's own arithmetic. */
#include <stdio.h>

#include "probe_place.h"

static void release(sowi_probe_place *place)
{
    (void)place; /* it owns nothing */
}

static uint32_t width(const sowi_probe_place *place, unsigned family, unsigned form)
{
    return form < place->set_count ? sowi_probe_host_width(form, family) : 0;
}

static sow_status build(sowi_probe_place *place, unsigned family, unsigned form)
{
    (void)place, (void)family, (void)form;
    return SOW_OK; /* the compiler has */
}

static size_t build_log(const sowi_probe_place *place, char *text, size_t size)
{
    (void)place;
    if (size > 0)
        text[0] = '\0';
    return 0;
}

static sow_status load(sowi_probe_place *place, const void *const operands[3], size_t size_bytes)
{
    (void)size_bytes;
    for (size_t i = 0; i < 3; i++)
        place->operands[i] = operands[i];
    return SOW_OK;
}

static sow_status run(sowi_probe_place *place, unsigned family, unsigned form, unsigned op,
                      size_t count, size_t element_bytes, void *results)
{
    const void *const *x = place->operands;
    (void)element_bytes;
    return place->sets[form](family, op, x[0], x[1], x[2], results, count) ? SOW_OK
                                                                           : SOW_ERR_DEVICE;
}

void sowi_probe_place_host(sowi_probe_place *place, sow_probe_setting *setting)
{
    static const sowi_probe_place_ops ops = {release, width, build, build_log, load, run};
    *place = (sowi_probe_place){.ops = &ops};
    place->set_count = sowi_probe_host_sets(place->sets);
    snprintf(setting->device, sizeof setting->device, "host");
    if (setting->cases == 0)
        setting->cases = SOWI_PROBE_CASES;
    setting->has_f64 = 1;
}
