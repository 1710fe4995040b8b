/* Inside a sow_probe, and how it is made. */
#ifndef SOWI_PROBE_RUN_H
#define SOWI_PROBE_RUN_H

#include "device/probe_device.h"
#include "probe_table.h"
#include "sowcl/probe.h"

struct sow_probe {
    sow_probe_setting setting;
    bool on_host;
    size_t count;
    sow_probe_row *rows;
    const sowi_probe_entry **entries; /* of each row */
};

/* sow_probe_run with a fault in the device's programs, for tests; plant: NULL is none. */
sow_status sowi_probe_run_planted(sow_probe **out, sow_context *context,
                                  const sow_probe_options *options, const sowi_probe_plant *plant,
                                  sow_error *error);

#endif
