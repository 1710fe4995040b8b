/* What a probe found, for people and for programs. */
#ifndef PROBE_REPORT_H
#define PROBE_REPORT_H

#include <jansson.h>
#include <stdbool.h>

#include "sowcl/probe.h"

/* A table, a verdict, and for each operation that breaks the contract, with details for each that differs at all, what
 * a driver bug report needs. */
void probe_report_print(const sow_probe *probe, bool details);

/* The same as an object. */
json_t *probe_report_json(const sow_probe *probe);

#endif
