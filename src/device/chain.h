/* Commands that come one after the other, on queues in order or not. */
#ifndef SOWI_CHAIN_H
#define SOWI_CHAIN_H

#include <stdbool.h>

#include "context.h"

/* On a queue in order commands need no events but the last one's. */
typedef struct sowi_chain {
    cl_command_queue queue;
    cl_uint num_wait; /* what the first command waits for */
    const cl_event *wait;
    bool in_order;
    bool begun;
    cl_event last; /* of the last command; NULL: none */
} sowi_chain;

/* OpenCL's. */
sow_status sowi_chain_begin(sowi_chain *chain, cl_command_queue queue, cl_uint num_wait,
                            const cl_event *wait);

/* The wait list of the next command. */
cl_uint sowi_chain_num_wait(const sowi_chain *chain);
const cl_event *sowi_chain_wait(const sowi_chain *chain);

/* Where the next command's event goes: NULL if it needs none. */
cl_event *sowi_chain_event(const sowi_chain *chain, cl_event *event, bool is_last);

/* Takes over the event of the command that came last; NULL: it has none, or failed. */
void sowi_chain_follow(sowi_chain *chain, cl_event event);

/* The next command waits for the event, too. OpenCL's. */
sow_status sowi_chain_join(sowi_chain *chain, cl_event event);

/* Gives the caller an event that covers all commands. OpenCL's. */
sow_status sowi_chain_give(sowi_chain *chain, cl_event *event);

void sowi_chain_end(sowi_chain *chain);

#endif
