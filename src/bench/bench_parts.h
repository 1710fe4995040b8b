/* Inside a sow_bench. */
#ifndef SOWI_BENCH_PARTS_H
#define SOWI_BENCH_PARTS_H

#include "place.h"

/* Bytes at each end of the buffer that every timed run is checked by. */
#define SOWI_WINDOW_BYTES 4096

/* A row in the making. */
typedef struct sowi_case {
    sowi_work work;
    uint64_t written_bytes; /* to the buffer, from its start; 0: memset */
    unsigned char front[SOWI_WINDOW_BYTES], back[SOWI_WINDOW_BYTES]; /* what it leaves there */
    uint8_t digest[16];
    double *cpu, *wall, *event; /* ns of a run, one for each round; event: NaN where unknown */
} sowi_case;

/* Baselines, and 36 fills and bits, on the host twice. */
#define SOWI_CASES_MAX 80

struct sow_bench {
    sow_bench_setting setting;
    sowi_place place;
    sowi_case *cases; /* SOWI_CASES_MAX of them */
    size_t count;
    double *samples;     /* three a case and round */
    sow_bench_row *rows; /* count of them */
};

/* "normal f32", for messages and errors. */
typedef struct sowi_case_name {
    char text[64];
} sowi_case_name;
sowi_case_name sowi_case_name_of(const sowi_work *work);

/* Checks the options' values. SOW_ERR_ARGUMENT; bench_list.c. */
sow_status sowi_bench_check_options(const sow_bench_options *options, sow_error *error);
/* The cases for the place, of setting.count elements: baselines, then fills; bench_list.c. */
void sowi_bench_list(sow_bench *bench, const sow_bench_options *options);
/* Bytes of the largest element of those cases. */
size_t sowi_bench_element_bytes(const sow_bench_options *options);

/* Poisons all that the case writes, runs it and holds every element against what it must be; keeps the
 * digest and the ends. SOW_ERR_TEST_*, SOW_ERR_DEVICE, SOW_ERR_NO_MEMORY, the place's; bench_check.c. */
sow_status sowi_bench_check_whole(sowi_place *place, sowi_case *one, sow_error *error);
/* Poisons both ends, before a timed run, and compares them, after it. */
sow_status sowi_bench_poison_ends(sowi_place *place, const sowi_case *one);
sow_status sowi_bench_check_ends(sowi_place *place, const sowi_case *one, sow_error *error);

/* From the samples to bench->rows; bench_rows.c. SOW_ERR_NO_MEMORY. */
sow_status sowi_bench_make_rows(sow_bench *bench);

#endif
