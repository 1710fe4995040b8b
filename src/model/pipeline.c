#include "pipeline.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "system_error.h"

typedef struct pipeline {
    const sowi_pipeline_steps *steps;
    size_t slots;
    pthread_mutex_t lock;
    pthread_cond_t moved; /* any of what follows has changed */
    /* item n is in slot n % slots from when it is cut until it is written */
    uint64_t cut, checked, written;
    bool *drawn;  /* a slot's item is, and is not checked yet */
    bool ended;   /* all items are cut */
    bool stopped; /* a step has failed, with: */
    sow_error failure;
} pipeline;

/* Notes how a step went; the first failure stops everything. True if it went well. Lock held. */
static bool note(pipeline *on, sow_status status, const sow_error *error)
{
    if (status != SOW_OK && !on->stopped) {
        on->stopped = true;
        on->failure = *error;
        on->failure.status = status;
    }
    return status == SOW_OK;
}

/* A step on a slot, outside the lock. Returns with the lock held; true if it went well. */
static bool do_step(pipeline *on, sow_status (*step)(void *, size_t, sow_error *), size_t slot)
{
    sow_error error = {.status = SOW_OK};
    const sow_status status = step(on->steps->user, slot, &error);
    (void)pthread_mutex_lock(&on->lock);
    return note(on, status, &error);
}

static void leave(pipeline *on)
{
    (void)pthread_cond_broadcast(&on->moved);
    (void)pthread_mutex_unlock(&on->lock);
}

static void begin(pipeline *on)
{
    sow_error error = {.status = SOW_OK};
    const sow_status status = on->steps->begin(on->steps->user, &error);
    (void)pthread_mutex_lock(&on->lock);
    (void)note(on, status, &error); /* those who come next look at stopped */
    leave(on);
}

/* Cuts and draws the next item; false when there is none, or a step has failed. */
static bool draw_next(pipeline *on)
{
    (void)pthread_mutex_lock(&on->lock);
    while (!on->stopped && !on->ended && on->cut - on->written == on->slots)
        (void)pthread_cond_wait(&on->moved, &on->lock);
    const size_t slot = (size_t)(on->cut % on->slots);
    if (!on->stopped && !on->ended)
        on->ended = !on->steps->cut(on->steps->user, slot);
    if (on->stopped || on->ended) {
        leave(on);
        return false;
    }
    on->cut++;
    (void)pthread_mutex_unlock(&on->lock);
    const bool done = do_step(on, on->steps->draw, slot);
    on->drawn[slot] = done;
    leave(on);
    return done;
}

static bool check_next(pipeline *on)
{
    (void)pthread_mutex_lock(&on->lock);
    const size_t slot = (size_t)(on->checked % on->slots);
    while (!on->stopped && !on->drawn[slot] && !(on->ended && on->checked == on->cut))
        (void)pthread_cond_wait(&on->moved, &on->lock);
    const bool due = !on->stopped && on->drawn[slot];
    on->drawn[slot] = false;
    (void)pthread_mutex_unlock(&on->lock);
    if (!due)
        return false;
    const bool done = do_step(on, on->steps->check, slot);
    on->checked += done;
    leave(on);
    return done;
}

static bool write_next(pipeline *on)
{
    (void)pthread_mutex_lock(&on->lock);
    const size_t slot = (size_t)(on->written % on->slots);
    while (!on->stopped && on->checked == on->written && !(on->ended && on->written == on->cut))
        (void)pthread_cond_wait(&on->moved, &on->lock);
    const bool due = !on->stopped && on->checked != on->written;
    (void)pthread_mutex_unlock(&on->lock);
    if (!due)
        return false;
    const bool done = do_step(on, on->steps->write, slot);
    on->written += done;
    leave(on);
    return done;
}

static void *draw_all(void *argument)
{
    while (draw_next(argument))
        continue;
    return NULL;
}

static void *check_all(void *argument)
{
    while (check_next(argument))
        continue;
    return NULL;
}

/* The caller writes, and does what no thread does. */
static void run_here(pipeline *on, bool draws, bool checks)
{
    bool going = true;
    begin(on);
    while (going) {
        if (draws)
            (void)draw_next(on);
        if (checks)
            (void)check_next(on);
        going = write_next(on);
    }
}

static void run_with_threads(pipeline *on, size_t wanted)
{
    pthread_t drawers[SOWI_DRAWERS_MAX], checker;
    size_t started = 0;
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before); /* threads inherit it */
    while (started < wanted && started < SOWI_DRAWERS_MAX &&
           pthread_create(&drawers[started], NULL, draw_all, on) == 0)
        started++;
    const bool checked = wanted != 0 && pthread_create(&checker, NULL, check_all, on) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    run_here(on, started == 0, !checked);
    for (size_t i = 0; i < started; i++)
        (void)pthread_join(drawers[i], NULL); /* fails only for handles that are not threads */
    if (checked)
        (void)pthread_join(checker, NULL);
}

sow_status sowi_pipeline_run(const sowi_pipeline_steps *steps, sowi_pipeline_size size,
                             sow_error *error)
{
    pipeline on = {.steps = steps, .slots = size.slots};
    on.drawn = calloc(size.slots, sizeof *on.drawn);
    if (on.drawn == NULL)
        return sowi_fail_memory(error);
    /* Default ones need no resources on the systems we know; their creation does not fail. */
    (void)pthread_mutex_init(&on.lock, NULL);
    (void)pthread_cond_init(&on.moved, NULL);
    run_with_threads(&on, size.drawers);
    (void)pthread_cond_destroy(&on.moved);
    (void)pthread_mutex_destroy(&on.lock);
    free(on.drawn);
    if (on.stopped && error != NULL)
        *error = on.failure;
    return on.stopped ? on.failure.status : SOW_OK;
}
