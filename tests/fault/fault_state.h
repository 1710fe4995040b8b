/* What the two halves of the layer share: fault_layer.c is told what to do, fault_calls.c does it. */
#ifndef SOWT_FAULT_STATE_H
#define SOWT_FAULT_STATE_H

#include "fault_layer.h"

/* Kinds of objects: their names in OpenCL's functions. */
#define SOWT_KINDS(XX) XX(Context) XX(CommandQueue) XX(MemObject) XX(Program) XX(Kernel) XX(Event)

typedef enum sowt_kind {
#define SOWT_KIND_ENUM(name) SOWT_KIND_##name,
    SOWT_KINDS(SOWT_KIND_ENUM)
#undef SOWT_KIND_ENUM
        SOWT_KIND_COUNT
} sowt_kind;

/* SOWT_FAULT when it is the turn of this call to fail. */
cl_int sowt_fault_next(const char *name);

void sowt_note(sowt_count what);
void sowt_note_reference(sowt_kind kind, long change);
void sowt_note_event(cl_int code, const cl_event *event);

bool sowt_reads_are_bent(void);
bool sowt_sources_are_bent(void);
bool sowt_launches_are_bent(void);
/* The text with what sowt_bend_text says in its place, to be freed; NULL: the text has none of it. */
char *sowt_bent_copy(const char *text);
/* Keeps the arguments for the next launch, and the launch. */
void sowt_record_argument(cl_uint index, size_t size, const void *value);
void sowt_record_launch(size_t global, cl_uint num_wait, const cl_event *wait,
                        const cl_event *event);

#endif
