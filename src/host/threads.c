#include "threads.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

#include "host.h"

typedef struct share {
    sowi_part *part;
    void *work;
    uint64_t first, end;
} share;

static void *run_share(void *argument)
{
    const share *mine = argument;
    mine->part(mine->work, mine->first, mine->end);
    return NULL;
}

void sowi_threads_run(sowi_part *part, void *work, uint64_t end, uint32_t threads)
{
    share shares[SOWI_THREADS_MAX];
    pthread_t handles[SOWI_THREADS_MAX];
    bool started[SOWI_THREADS_MAX] = {false};
    if (threads > SOWI_THREADS_MAX)
        threads = SOWI_THREADS_MAX;
    if (threads == 0)
        threads = 1;
    const uint64_t size = end / threads, rest = end % threads;
    uint64_t first = 0;
    for (uint32_t t = 0; t < threads; t++) {
        shares[t] = (share){part, work, first, first + size + (t < rest ? 1 : 0)};
        first = shares[t].end;
        if (t > 0)
            started[t] = pthread_create(&handles[t], NULL, run_share, &shares[t]) == 0;
    }
    run_share(&shares[0]);
    for (uint32_t t = 1; t < threads; t++) {
        if (started[t])
            (void)pthread_join(handles[t], NULL); /* fails only for handles that are not threads */
        else
            run_share(&shares[t]);
    }
}

uint32_t sowi_threads_online(void)
{
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    if (online < 1)
        return 1;
    return online < SOWI_THREADS_MAX ? (uint32_t)online : SOWI_THREADS_MAX;
}

uint32_t sowi_threads_for(uint64_t bytes, uint32_t wanted)
{
    const uint64_t useful = bytes / SOWI_BYTES_PER_THREAD + 1;
    uint64_t threads = wanted;
    if (wanted == 0 && useful > 1)
        threads = sowi_threads_online();
    if (threads == 0 || threads > useful)
        threads = useful;
    return threads > SOWI_THREADS_MAX ? SOWI_THREADS_MAX : (uint32_t)threads;
}
