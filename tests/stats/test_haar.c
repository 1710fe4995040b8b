/* Orthogonal matrices follow Haar's measure: statistics whose laws are known, with fixed seeds, and controls that must fail.
 *
 *     test_haar [slow]      2000 to 20000 matrices a case; slow: ten times as many, and larger ones
 *
 * Laws: an entry of Q, and u^T Q v of unit vectors, squared is Beta(1/2, (rows - 1) / 2) (Muirhead 1982, 1.5.7); the traces of
 * Q, Q^2 and Q^3 have the means 0, 1, 0 and the variances 1, 2, 3 (Diaconis and Shahshahani 1994); half of the determinants are positive. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "orthogonal.h"
#include "reference_orthogonal.h"
#include "run_tests.h"
#include "sample.h"
#include "statistics.h"

enum { ENTRIES = 6 };

static bool slow;
static double smallest_p;
static int checks;

/* What is known of a set of matrices: a row of numbers for each. */
typedef struct haar_sample {
    uint64_t count, rows, columns;
    double *squares[ENTRIES + 1];   /* of entries, and of u^T Q v; beta_p sorts them */
    uint64_t positive[ENTRIES + 1]; /* their signs */
    double sum[3], square_sum[3];   /* of the traces of Q, Q^2, Q^3 */
    uint64_t positive_determinants;
} haar_sample;

static double noted(const char *what, double p)
{
    printf("    %-28s p %.3g\n", what, p);
    smallest_p = fmin(smallest_p, p);
    checks++;
    return p;
}

/* ---- The law of squared entries ---- */

/* P(x <= square) of Beta(1/2, (rows - 1) / 2), x = sin^2: the integral of cos^(rows - 2) by Simpson's rule, of 64
 * steps, over that up to pi / 2. */
static double power_integral(double end, double power)
{
    enum { STEPS = 64 };
    double sum = 0;
    for (int i = 0; i <= STEPS; i++)
        sum += (i == 0 || i == STEPS ? 1 : i % 2 == 1 ? 4 : 2) * pow(cos(end * i / STEPS), power);
    return sum * end / STEPS / 3;
}

static double beta_cdf(double square, uint64_t rows)
{
    const double power = (double)rows - 2;
    const double whole =
        exp(lgamma((power + 1) / 2) - lgamma(power / 2 + 1)) * sqrt(acos(-1.0)) / 2;
    return power_integral(asin(sqrt(fmin(1, square))), power) / whole;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double beta_p(double *squares, uint64_t count, uint64_t rows)
{
    double distance = 0;
    qsort(squares, count, sizeof *squares, compare);
    for (uint64_t i = 0; i < count; i++) {
        const double below = beta_cdf(squares[i], rows), n = (double)count;
        distance = fmax(distance, fmax(below - (double)i / n, (double)(i + 1) / n - below));
    }
    return sowt_ks_p(distance, (double)count);
}

/* ---- Statistics of a matrix ---- */

/* u^T Q v, u and v of equal entries. */
static double form(const double *q, uint64_t rows, uint64_t columns)
{
    double sum = 0;
    for (uint64_t e = 0; e < rows * columns; e++)
        sum += q[e];
    return sum / sqrt((double)rows * (double)columns);
}

static void note_traces(haar_sample *of, const double *q)
{
    const uint64_t n = of->columns;
    double traces[3] = {0};
    for (uint64_t i = 0; i < n; i++) {
        traces[0] += q[i * n + i];
        for (uint64_t j = 0; j < n; j++) {
            double square = 0; /* element (i, j) of Q^2 */
            for (uint64_t k = 0; k < n; k++)
                square += q[i * n + k] * q[k * n + j];
            traces[1] += i == j ? square : 0;
            traces[2] += square * q[j * n + i];
        }
    }
    for (int t = 0; t < 3; t++) {
        of->sum[t] += traces[t];
        of->square_sum[t] += (traces[t] - (t == 1)) * (traces[t] - (t == 1));
    }
}

/* Entries of the first, middle and last rows and columns. */
static void note_matrix(haar_sample *of, uint64_t number, const double *q)
{
    const uint64_t last = of->rows - 1, end = of->columns - 1;
    const uint64_t place[ENTRIES][2] = {{0, 0},        {last, 0},   {0, end},
                                        {last / 2, 1}, {last, end}, {end / 2, end / 2}};
    for (int e = 0; e <= ENTRIES; e++) {
        const double x = e == ENTRIES ? form(q, of->rows, of->columns)
                                      : q[place[e][0] * of->columns + place[e][1]];
        of->squares[e][number] = x * x;
        of->positive[e] += x > 0;
    }
    if (of->rows != of->columns)
        return;
    note_traces(of, q);
    of->positive_determinants += sowt_determinant_sign(q, of->rows) > 0;
}

/* ---- Samples ---- */

/* Changes a matrix, made of these normals, into one of a law that is wrong. */
typedef void spoil(double *q, const double *normals, uint64_t rows, uint64_t columns);

/* The caller frees it. */
static float *filled(const sow_plan *plan)
{
    float *drawn = malloc(plan->count * sizeof *drawn);
    assert_non_null(drawn);
    assert_int_equal(SOW_OK, sow_fill_host_plan(drawn, plan, NULL));
    return drawn;
}

static void draw(haar_sample *of, uint64_t count, uint64_t rows, uint64_t columns, uint64_t seed,
                 spoil *spoiled)
{
    const sow_tensor tensor = {.rank = 3, .shape = {count, rows, columns}};
    const sow_initializer orthogonal = sow_orthogonal(1, 1);
    sow_plan plan;
    assert_int_equal(SOW_OK, sow_plan_make(&plan, &tensor, &orthogonal, (sow_key){seed, 7}, NULL));
    *of =
        (haar_sample){.count = count, .rows = plan.matrices.rows, .columns = plan.matrices.columns};
    for (int e = 0; e <= ENTRIES; e++) {
        of->squares[e] = malloc(count * sizeof(double));
        assert_non_null(of->squares[e]);
    }
    const sow_plan normals_plan = sowi_orthogonal_normals(&plan, 0, count);
    float *drawn = filled(&plan), *normals = spoiled != NULL ? filled(&normals_plan) : NULL;
    for (uint64_t number = 0; number < count; number++) {
        double *q = sowt_tall_matrix(drawn, &plan, number);
        if (spoiled != NULL) {
            double *x = sowt_tall_matrix(normals, &plan, number);
            spoiled(q, x, of->rows, of->columns);
            free(x);
        }
        note_matrix(of, number, q);
        free(q);
    }
    free(normals);
    free(drawn);
}

static double half_p(const char *what, uint64_t positive, uint64_t count)
{
    const double n = (double)count;
    return noted(what, sowt_normal_p(((double)positive - n / 2) / sqrt(n / 4)));
}

static double check_entries(haar_sample *of)
{
    double least = 1;
    for (int e = 0; e <= ENTRIES; e++) {
        const bool is_form = e == ENTRIES;
        least = fmin(least, noted(is_form ? "(u^T Q v)^2" : "squared entry",
                                  beta_p(of->squares[e], of->count, of->rows)));
        least = fmin(least, half_p(is_form ? "sign of u^T Q v" : "sign of an entry",
                                   of->positive[e], of->count));
    }
    return least;
}

/* Means by their standard errors, second moments by chi-square: up to the fourth, the traces' moments are a normal's. */
static double check_traces(const haar_sample *of)
{
    static const char *names[] = {"mean of tr Q",     "mean of tr Q^2",     "mean of tr Q^3",
                                  "variance of tr Q", "variance of tr Q^2", "variance of tr Q^3"};
    const double n = (double)of->count;
    double least = half_p("sign of det Q", of->positive_determinants, of->count);
    for (int t = 0; t < 3; t++) {
        const double variance = t + 1;
        const double z = (of->sum[t] / n - (t == 1)) / sqrt(variance / n);
        least = fmin(least, noted(names[t], sowt_normal_p(z)));
        least =
            fmin(least, noted(names[3 + t], sowt_chi_square_p(of->square_sum[t] / variance, n)));
    }
    return least;
}

static double check_sample(haar_sample *of)
{
    double least = check_entries(of);
    if (of->rows == of->columns)
        least = fmin(least, check_traces(of));
    for (int e = 0; e <= ENTRIES; e++)
        free(of->squares[e]);
    return least;
}

/* ---- Tests ---- */

typedef struct haar_case {
    uint64_t count, rows, columns;
    bool slow;
} haar_case;

/* One block and several, tall, wide, and the widths of blocks that others have: 16, 32, 96. */
static const haar_case cases[] = {
    {20000, 8, 8, false},  {2000, 64, 64, false}, {4000, 48, 20, false},
    {4000, 20, 48, false}, {300, 130, 70, false}, {200, 100, 100, false},
    {60, 256, 256, true},  {60, 300, 300, true},  {60, 320, 1100, true},
};

static void test_orthogonal_follows_haars_measure(void **state)
{
    (void)state;
    const uint64_t seeds = slow ? 4 : 2;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (uint64_t seed = 0; seed < seeds && (slow || !cases[i].slow); seed++) {
            const haar_case *now = &cases[i];
            haar_sample sample;
            const uint64_t count = now->count * (slow ? 10 : 1);
            printf("  %llu matrices of %llu x %llu\n", (unsigned long long)count,
                   (unsigned long long)now->rows, (unsigned long long)now->columns);
            draw(&sample, count, now->rows, now->columns, 20261126 + seed, NULL);
            assert_true(check_sample(&sample) > SOWT_FALSE_ALARM);
        }
    }
    printf("  %d checks, the smallest p %.3g\n", checks, smallest_p);
}

/* Q without the signs of d, as LAPACK's geqrf and orgqr leave it: R has diagonal elements of both signs. */
static void drop_signs(double *q, const double *normals, uint64_t rows, uint64_t columns)
{
    for (uint64_t j = 0; j < columns; j++) {
        const double sign = normals[j * columns + j] < 0 ? -1 : 1;
        const double d = j + 1 < rows ? -sign : sign;
        for (uint64_t i = 0; i < rows; i++)
            q[i * columns + j] *= d;
    }
}

/* Rotations only. */
static void keep_one_half(double *q, const double *normals, uint64_t rows, uint64_t columns)
{
    (void)normals;
    if (sowt_determinant_sign(q, rows) < 0)
        for (uint64_t i = 0; i < rows; i++)
            q[i * columns] = -q[i * columns];
}

/* A column that is 5 % too short. */
static void shrink_a_column(double *q, const double *normals, uint64_t rows, uint64_t columns)
{
    (void)normals;
    for (uint64_t i = 0; i < rows; i++)
        q[i * columns] *= 0.95;
}

static void test_control_other_laws_fail(void **state)
{
    (void)state;
    spoil *const spoilers[] = {drop_signs, keep_one_half, shrink_a_column};
    for (size_t i = 0; i < sizeof spoilers / sizeof spoilers[0]; i++) {
        haar_sample sample;
        draw(&sample, 20000, 8, 8, 20261126, spoilers[i]);
        assert_true(check_sample(&sample) < SOWT_FALSE_ALARM);
    }
}

int main(int argc, char **argv)
{
    slow = argc == 2 && strcmp(argv[1], "slow") == 0;
    smallest_p = 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orthogonal_follows_haars_measure),
        cmocka_unit_test(test_control_other_laws_fail),
    };
    return SOWT_RUN(tests, NULL);
}
