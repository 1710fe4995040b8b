#include "fault_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sowt_layer_load(void)
{
    (void)setenv("OPENCL_LAYERS", SOWT_FAULT_LAYER_PATH, 1);
}

/* ---- Faults ---- */

static unsigned long fault_at, fault_calls;
static bool fault_sticky;
static const char *fault_name;

void sowt_fault_arm(unsigned long n, bool sticky)
{
    fault_at = n;
    fault_calls = 0;
    fault_sticky = sticky;
    fault_name = NULL;
}

const char *sowt_fault_disarm(void)
{
    fault_at = 0;
    return fault_name;
}

cl_int sowt_fault_next(const char *name)
{
    if (fault_at == 0)
        return CL_SUCCESS;
    fault_calls++;
    if (fault_calls != fault_at && !(fault_sticky && fault_calls > fault_at))
        return CL_SUCCESS;
    if (fault_name == NULL)
        fault_name = name;
    return SOWT_FAULT;
}

/* ---- Counts ---- */

static unsigned long counts[SOWT_COUNTS];
static long references[SOWT_KIND_COUNT];

void sowt_counts_reset(void)
{
    for (size_t i = 0; i < SOWT_COUNTS; i++)
        counts[i] = 0;
}

unsigned long sowt_count_of(sowt_count what)
{
    return counts[what];
}

void sowt_note(sowt_count what)
{
    counts[what]++;
}

void sowt_note_reference(sowt_kind kind, long change)
{
    references[kind] += change;
}

void sowt_note_event(cl_int code, const cl_event *event)
{
    if (code == CL_SUCCESS && event != NULL) {
        sowt_note(SOWT_EVENTS);
        sowt_note_reference(SOWT_KIND_Event, 1);
    }
}

void sowt_live_text(char text[SOWT_LIVE_TEXT])
{
    static const char *const names[] = {
#define KIND_NAME(name) #name,
        SOWT_KINDS(KIND_NAME)
#undef KIND_NAME
    };
    size_t used = 0;
    for (size_t i = 0; i < SOWT_KIND_COUNT; i++)
        used += (size_t)snprintf(text + used, SOWT_LIVE_TEXT - used, "%s%s %ld", i == 0 ? "" : ", ",
                                 names[i], references[i]);
}

/* ---- Bending ---- */

enum { LAUNCHES_MAX = 16 };

static bool bent_reads, bent_sources, bent_launches;
static const char *bent_from, *bent_to;
static sowt_launch launches[LAUNCHES_MAX];
static size_t launch_count;

void sowt_bend_reads(bool on)
{
    bent_reads = on;
}

void sowt_bend_sources(bool on)
{
    bent_sources = on;
}

void sowt_bend_text(const char *from, const char *to)
{
    bent_from = from;
    bent_to = to;
}

char *sowt_bent_copy(const char *text)
{
    const char *const at = bent_from != NULL ? strstr(text, bent_from) : NULL;
    char *const copy = at != NULL ? calloc(1, strlen(text) + strlen(bent_to) + 1) : NULL;
    if (copy == NULL)
        return NULL;
    memcpy(copy, text, (size_t)(at - text));
    strcat(copy, bent_to);
    strcat(copy, at + strlen(bent_from));
    return copy;
}

void sowt_bend_launches(bool on)
{
    bent_launches = on;
    launch_count = 0;
    memset(launches, 0, sizeof launches);
}

bool sowt_reads_are_bent(void)
{
    return bent_reads;
}

bool sowt_sources_are_bent(void)
{
    return bent_sources;
}

bool sowt_launches_are_bent(void)
{
    return bent_launches;
}

void sowt_record_argument(cl_uint index, size_t size, const void *value)
{
    if (launch_count < LAUNCHES_MAX && index < SOWT_ARGUMENTS && size <= SOWT_ARGUMENT_BYTES)
        memcpy(launches[launch_count].argument[index], value, size);
}

void sowt_record_launch(size_t global, cl_uint num_wait, const cl_event *wait,
                        const cl_event *event)
{
    if (launch_count == LAUNCHES_MAX)
        return;
    sowt_launch *launch = &launches[launch_count++];
    launch->global = global;
    launch->waited_for = num_wait == 1 ? wait[0] : NULL;
    launch->event = event == NULL ? NULL : *event;
}

const sowt_launch *sowt_launch_at(size_t index)
{
    return index < launch_count ? &launches[index] : NULL;
}
