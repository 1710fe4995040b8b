#include "chain.h"

sow_status sowi_chain_begin(sowi_chain *chain, cl_command_queue queue, cl_uint num_wait,
                            const cl_event *wait)
{
    cl_command_queue_properties properties = 0;
    const cl_int code =
        clGetCommandQueueInfo(queue, CL_QUEUE_PROPERTIES, sizeof properties, &properties, NULL);
    *chain = (sowi_chain){
        .queue = queue,
        .num_wait = num_wait,
        .wait = wait,
        .in_order = (properties & CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE) == 0,
    };
    return code;
}

cl_uint sowi_chain_num_wait(const sowi_chain *chain)
{
    return chain->last != NULL ? 1 : chain->begun ? 0 : chain->num_wait;
}

const cl_event *sowi_chain_wait(const sowi_chain *chain)
{
    return chain->last != NULL ? &chain->last : chain->begun ? NULL : chain->wait;
}

cl_event *sowi_chain_event(const sowi_chain *chain, cl_event *event, bool is_last)
{
    *event = NULL;
    return chain->in_order && !is_last ? NULL : event;
}

void sowi_chain_follow(sowi_chain *chain, cl_event event)
{
    chain->begun = true;
    if (chain->last != NULL)
        (void)clReleaseEvent(chain->last);
    chain->last = event;
}

sow_status sowi_chain_join(sowi_chain *chain, cl_event event)
{
    cl_event mark = NULL;
    cl_int code = CL_SUCCESS;
    if (chain->last != NULL || sowi_chain_num_wait(chain) != 0) {
        code = clEnqueueMarkerWithWaitList(chain->queue, sowi_chain_num_wait(chain),
                                           sowi_chain_wait(chain), &mark);
        if (code != CL_SUCCESS)
            return code;
        sowi_chain_follow(chain, mark);
    }
    const cl_event both[2] = {event, chain->last};
    code = clEnqueueMarkerWithWaitList(chain->queue, chain->last != NULL ? 2 : 1, both, &mark);
    if (code == CL_SUCCESS)
        sowi_chain_follow(chain, mark);
    return code;
}

sow_status sowi_chain_give(sowi_chain *chain, cl_event *event)
{
    if (chain->last == NULL) /* on a queue in order, after commands without events */
        return clEnqueueMarkerWithWaitList(chain->queue, sowi_chain_num_wait(chain),
                                           sowi_chain_wait(chain), event);
    *event = chain->last;
    chain->last = NULL;
    return SOW_OK;
}

void sowi_chain_end(sowi_chain *chain)
{
    if (chain->last != NULL)
        (void)clReleaseEvent(chain->last);
    chain->last = NULL;
}
