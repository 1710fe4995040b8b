/* Which rows of sparse columns are zero: each row, each pair of rows, each set of few rows as often as any other, and
 * neighbouring columns independently. With fixed seeds.
 *
 * The sets of z of n rows are split as the Johnson scheme does it: what pairs tell beyond single rows is one space, of
 * n (n - 3) / 2 dimensions, in which every direction has the same variance when all sets are equally likely. So each
 * check is a chi-square with independent terms. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference_structure.h"
#include "run_tests.h"
#include "sample.h"
#include "statistics.h"

static const uint32_t all_rows[] = {2, 3, 5, 7, 16, 17, 33, 100, 257, 1000};
enum { SIZES = sizeof all_rows / sizeof all_rows[0] };
static const double sparsities[] = {0.3, 0.5};

/* How much longer than in a plain run. */
static uint32_t longer = 1;
static unsigned checks;
static double smallest = 1;

/* The zero rows of columns, z of n in each, rising. */
typedef struct sets {
    uint32_t n, z, columns;
    uint16_t *row;
} sets;

static sets sets_create(uint32_t n, double sparsity, uint32_t columns)
{
    sets made = {n, (uint32_t)ceil(sparsity * n), columns, NULL};
    made.row = calloc((size_t)columns * made.z, sizeof *made.row);
    assert_non_null(made.row);
    return made;
}

/* By the library, in panels of columns of one matrix. */
static sets sets_of_library(uint32_t n, double sparsity, uint32_t columns, sow_key key)
{
    enum { PANEL = 1000 };
    sets made = sets_create(n, sparsity, columns);
    const sow_initializer sparse = sow_sparse(sparsity, 1);
    float *panel = malloc((size_t)n * PANEL * sizeof *panel);
    assert_non_null(panel);
    for (uint32_t first = 0; first < columns; first += PANEL) {
        const sow_tensor tensor = {
            .rank = 2, .shape = {n, columns}, .start = {0, first}, .extent = {n, PANEL}};
        assert_int_equal(SOW_OK, sow_fill_host(panel, &tensor, &sparse, key));
        for (uint32_t column = 0; column < PANEL; column++) {
            uint16_t *to = made.row + (size_t)(first + column) * made.z;
            uint32_t found = 0;
            for (uint32_t row = 0; row < n; row++)
                if (panel[(size_t)row * PANEL + column] == 0 && found++ < made.z)
                    to[found - 1] = (uint16_t)row;
            assert_int_equal(made.z, found);
        }
    }
    free(panel);
    return made;
}

/* By the reference's network with so many turns; `same` neighbouring columns have one key. */
static sets sets_of_network(uint32_t n, double sparsity, uint32_t columns, uint32_t turns,
                            uint32_t same)
{
    sets made = sets_create(n, sparsity, columns);
    for (uint32_t column = 0; column < columns; column++) {
        uint16_t *to = made.row + (size_t)column * made.z;
        for (uint32_t row = 0; row < n; row++)
            if (sowt_sparse_place((sow_key){1, 2}, column / same, n, turns, row) < made.z)
                *to++ = (uint16_t)row;
    }
    return made;
}

/* ---- Probabilities ---- */

/* P(chi-square >= statistic). By recurrence over the degrees. */
static double upper_tail(double statistic, uint32_t degrees)
{
    const double y = statistic / 2;
    double a = degrees % 2 == 0 ? 1 : 0.5;
    double tail = degrees % 2 == 0 ? exp(-y) : erfc(sqrt(y));
    for (; a < degrees / 2.0; a++)
        tail += exp(a * log(y) - y - lgamma(a + 1));
    return tail;
}

/* Of few degrees counts may be as expected by chance: only what is too large fails. */
static double judge(const char *what, const sets *of, double statistic, double degrees)
{
    const double p = degrees < 30 ? upper_tail(statistic, (uint32_t)degrees)
                                  : sowt_chi_square_p(statistic, degrees);
    printf("    %4u of %4u rows, %-10s chi-square %12.1f of %8.0f  p %.3g\n", of->z, of->n, what,
           statistic, degrees, p);
    return p;
}

static double falling(double x, int count)
{
    return count == 0 ? 1 : x * falling(x - 1, count - 1);
}

/* P(k given rows are all zero). */
static double chance(const sets *of, int k)
{
    return falling(of->z, k) / falling(of->n, k);
}

/* ---- Checks ---- */

static double *counts_create(uint32_t a, uint32_t b)
{
    double *counts = calloc((size_t)a * b, sizeof *counts);
    assert_non_null(counts);
    return counts;
}

static double *count_rows(const sets *of)
{
    double *counts = counts_create(of->n, 1);
    for (size_t i = 0; i < (size_t)of->columns * of->z; i++)
        counts[of->row[i]]++;
    return counts;
}

/* The variance of a column's indicators in each direction beside their sum's, which is fixed. */
static double direction_variance(const sets *of)
{
    const double n = of->n, z = of->z;
    return z * (n - z) / (n * (n - 1));
}

static double check_rows(const sets *of)
{
    double *counts = count_rows(of), statistic = 0;
    const double expected = of->columns * chance(of, 1);
    for (uint32_t i = 0; i < of->n; i++)
        statistic += (counts[i] - expected) * (counts[i] - expected);
    free(counts);
    return judge("rows", of, statistic / (of->columns * direction_variance(of)), of->n - 1);
}

/* What the counts of pairs have beyond those of their rows. */
static double check_pairs(const sets *of)
{
    const double n = of->n, z = of->z;
    const double variance = chance(of, 2) - 2 * chance(of, 3) + chance(of, 4);
    if (of->n < 4 || variance < 1e-12)
        return 1;
    double *rows = count_rows(of), *pairs = counts_create(of->n, of->n), statistic = 0;
    for (size_t c = 0; c < of->columns; c++)
        for (uint32_t i = 1; i < of->z; i++)
            for (uint32_t j = 0; j < i; j++)
                pairs[(size_t)of->row[c * of->z + i] * of->n + of->row[c * of->z + j]]++;
    const double total = of->columns * z * (z - 1) / 2;
    for (uint32_t i = 1; i < of->n; i++)
        for (uint32_t j = 0; j < i; j++) {
            const double rest = pairs[(size_t)i * of->n + j] -
                                (z - 1) * (rows[i] + rows[j]) / (n - 2) +
                                2 * total / ((n - 1) * (n - 2));
            statistic += rest * rest;
        }
    free(pairs);
    free(rows);
    return judge("pairs", of, statistic / (of->columns * variance), n * (n - 3) / 2);
}

/* A row in one column and a row in the next one. */
static double check_neighbours(const sets *of)
{
    const double n = of->n;
    const size_t z = of->z;
    double *left = counts_create(of->n, 1), *right = counts_create(of->n, 1);
    double *both = counts_create(of->n, of->n), statistic = 0;
    for (size_t c = 0; c + 1 < of->columns; c++)
        for (size_t i = 0; i < z; i++) {
            left[of->row[c * z + i]]++;
            right[of->row[(c + 1) * z + i]]++;
            for (size_t j = 0; j < z; j++)
                both[(size_t)of->row[c * z + i] * of->n + of->row[(c + 1) * z + j]]++;
        }
    const double links = of->columns - 1.0, zeros = (double)z;
    for (uint32_t i = 0; i < of->n; i++)
        for (uint32_t j = 0; j < of->n; j++) {
            const double rest = both[(size_t)i * of->n + j] - zeros * (left[i] + right[j]) / n +
                                links * zeros * zeros / (n * n);
            statistic += rest * rest;
        }
    free(left);
    free(right);
    free(both);
    const double variance = direction_variance(of);
    return judge("neighbours", of, statistic / (links * variance * variance), (n - 1) * (n - 1));
}

/* All sets of few rows. */
static double check_sets(const sets *of)
{
    enum { MOST = 7 };
    if (of->n > MOST)
        return 1;
    uint32_t counts[1 << MOST] = {0};
    for (size_t c = 0; c < of->columns; c++) {
        uint32_t set = 0;
        for (uint32_t i = 0; i < of->z; i++)
            set |= 1u << of->row[c * of->z + i];
        counts[set]++;
    }
    const double kinds = falling(of->n, (int)of->z) / falling(of->z, (int)of->z);
    const double expected = of->columns / kinds;
    double statistic = 0, seen = 0;
    for (uint32_t set = 0; set < 1u << MOST; set++)
        if (counts[set] != 0) {
            seen++;
            statistic += (counts[set] - expected) * (counts[set] - expected) / expected;
        }
    return judge("sets", of, statistic + (kinds - seen) * expected, kinds - 1);
}

static double check_all(const sets *of)
{
    double (*const list[])(const sets *) = {check_rows, check_pairs, check_neighbours, check_sets};
    double least = 1;
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        const double p = list[i](of);
        checks += p < 1;
        least = fmin(least, p);
    }
    smallest = fmin(smallest, least);
    return least;
}

static uint32_t columns_of(uint32_t rows)
{
    return longer * (rows < 30 ? 100000 : rows < 200 ? 40000 : rows < 500 ? 10000 : 2000);
}

static void test_sparse_rows_are_chosen_alike(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZES; i++)
        for (size_t j = 0; j < 2; j++) {
            sets of = sets_of_library(all_rows[i], sparsities[j], columns_of(all_rows[i]),
                                      (sow_key){123 + i, 456 + j});
            const double p = check_all(&of);
            free(of.row);
            assert_true(p > SOWT_FALSE_ALARM);
        }
    printf("    %u checks, the smallest p %.3g\n", checks, smallest);
}

/* One turn of the network, of the 12, 6 or 3 that are taken, leaves some rows likelier than others. */
static void test_control_one_turn_fails(void **state)
{
    (void)state;
    const uint32_t rows[] = {3, 5, 7, 17, 33, 100};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        sets of = sets_of_network(rows[i], 0.3, columns_of(rows[i]) / longer, 1, 1);
        const double p = check_all(&of);
        free(of.row);
        assert_true(p < SOWT_FALSE_ALARM);
    }
}

/* Columns in pairs that are equal. */
static void test_control_equal_neighbours_fail(void **state)
{
    (void)state;
    sets of = sets_of_network(16, 0.3, 20000, sowt_sparse_turns(16), 2);
    const double p = check_neighbours(&of);
    free(of.row);
    assert_true(p < SOWT_FALSE_ALARM);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "slow") == 0)
        longer = 10;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sparse_rows_are_chosen_alike),
        cmocka_unit_test(test_control_one_turn_fails),
        cmocka_unit_test(test_control_equal_neighbours_fail),
    };
    return SOWT_RUN(tests, NULL);
}
