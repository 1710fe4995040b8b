#include "orthogonal_host.h"

#include <stdlib.h>

#include "draw_host.h"
#include "job.h"
#include "orthogonal.h"
#include "pick_host.h"
#include "simd.h"
#include "threads.h"

/* Workspace of matrices that are made at once; one always is. */
#define WORK_BYTES_MOST ((uint64_t)64 << 20)

/* Matrices of fewer elements are made by a thread each. */
#define ONE_THREAD_ELEMENTS ((uint64_t)1 << 18)

/* Matrices on the way. */
typedef struct making {
    const sow_host_options *options;
    const sowi_orthogonal_set *set;
    sowk_orthogonal_job job;
    void *a, *work;
    size_t size; /* of an element */
    uint32_t threads;
    uint32_t step, panel; /* of a step that is shared */
} making;

static const sowi_orthogonal_set *choose_set(sow_simd simd, sow_dtype real)
{
#if defined(SOWI_HAVE_AVX2)
    if (sowi_simd_is_avx2(simd))
        return real == SOW_F64 ? &sowi_orthogonal_avx2_f64 : &sowi_orthogonal_avx2_f32;
#endif
    (void)simd;
    return real == SOW_F64 ? &sowi_orthogonal_plain_f64 : &sowi_orthogonal_plain_f32;
}

static void do_tiles(void *work, uint64_t first, uint64_t end)
{
    const making *with = work;
    with->set->tiles(&with->job, with->a, with->work, with->step, with->panel, first, end);
}

/* All steps of the matrices [first, end), one after the other. */
static void make_alone(void *work, uint64_t first, uint64_t end)
{
    const making *with = work;
    for (uint64_t matrix = first; matrix < end; matrix++) {
        sowk_orthogonal_cursor at = sowk_orthogonal_begin(&with->job);
        do {
            const uint64_t tiles = sowk_step_tiles(&with->job, with->set->strip, at.step, at.panel);
            with->set->tiles(&with->job, with->a, with->work, at.step, at.panel, matrix * tiles,
                             (matrix + 1) * tiles);
        } while (sowk_orthogonal_next(&at));
    }
}

/* All steps of all matrices, each shared by the threads. */
static void make_together(making *with)
{
    sowk_orthogonal_cursor at = sowk_orthogonal_begin(&with->job);
    do {
        const uint64_t tiles = (uint64_t)with->job.matrices *
                               sowk_step_tiles(&with->job, with->set->strip, at.step, at.panel);
        with->step = at.step;
        with->panel = at.panel;
        sowi_threads_run(do_tiles, with, tiles,
                         tiles < with->threads ? (uint32_t)tiles : with->threads);
    } while (sowk_orthogonal_next(&at));
}

/* Matrices [first, first + job.matrices) to a. */
static void make(making *with, const sow_plan *plan, uint64_t first)
{
    const sow_plan normals = sowi_orthogonal_normals(plan, first, with->job.matrices);
    sowi_draw_host(with->a, &normals, with->options);
    if (with->job.matrix_stride < ONE_THREAD_ELEMENTS && with->job.matrices >= with->threads)
        sowi_threads_run(make_alone, with, with->job.matrices, with->threads);
    else
        make_together(with);
}

static void *allocate(uint64_t elements, size_t size)
{
    return elements > SIZE_MAX / size ? NULL : malloc((size_t)elements * size);
}

/* Matrices [first, first + count), which are made where they go or picked from `apart`. */
static void make_all(making *with, void *dst, const sow_plan *plan, void *apart, uint64_t first,
                     uint64_t count)
{
    const uint64_t at_once = with->job.matrices, one = with->job.matrix_stride;
    for (uint64_t done = 0; done < count; done += at_once) {
        const uint64_t left = count - done;
        with->job.matrices = (uint32_t)(left < at_once ? left : at_once);
        with->a = apart != NULL ? apart : (unsigned char *)dst + done * one * with->size;
        make(with, plan, first + done);
        if (apart != NULL)
            sowi_pick_host(dst, plan, apart, first + done, with->job.matrices);
    }
}

sow_status sowi_orthogonal_fill_host(void *dst, const sow_plan *plan,
                                     const sow_host_options *options)
{
    const sow_dtype real = sowi_orthogonal_real(plan);
    making with = {.options = options,
                   .set = choose_set(options->simd, real),
                   .size = sow_dtype_size(real),
                   .threads = options->threads != 0 ? options->threads : sowi_threads_online()};
    uint64_t first, count;
    void *apart = NULL;
    sow_status status = SOW_OK;
    sowi_orthogonal_job_make(&with.job, plan, false);
    sowi_orthogonal_touched(plan, &first, &count);
    if (count == 0) {
        sowi_pick_host(dst, plan, NULL, 0, 0);
        return SOW_OK;
    }
    const uint64_t room = WORK_BYTES_MOST / (with.job.work_stride * with.size);
    if (with.job.matrices > count)
        with.job.matrices = (uint32_t)count;
    if (with.job.matrices > room)
        with.job.matrices = room == 0 ? 1 : (uint32_t)room;
    with.work = allocate(with.job.matrices * with.job.work_stride, with.size);
    if (!sowi_orthogonal_is_whole(plan))
        apart = allocate(with.job.matrices * with.job.matrix_stride, with.size);
    if (with.work == NULL || (apart == NULL && !sowi_orthogonal_is_whole(plan)))
        status = SOW_ERR_NO_MEMORY;
    else
        make_all(&with, dst, plan, apart, first, count);
    free(apart);
    free(with.work);
    return status;
}
