#include "reference_orthogonal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "run_tests.h"

double *sowt_tall_matrix(const void *elements, const sow_plan *plan, uint64_t number)
{
    const sow_matrices *of = &plan->matrices;
    const uint64_t one = of->rows * of->columns;
    double *q = malloc(one * sizeof *q);
    assert_non_null(q);
    for (uint64_t i = 0; i < of->rows; i++)
        for (uint64_t j = 0; j < of->columns; j++) {
            const uint64_t at =
                number * one + (of->transposed ? j * of->rows + i : i * of->columns + j);
            q[i * of->columns + j] = plan->dtype == SOW_F64 ? ((const double *)elements)[at]
                                                            : (double)((const float *)elements)[at];
        }
    return q;
}

/* The reflection that takes x, of `count` elements, onto its first axis: v, and the sign of Q's diagonal. */
static int reflection(const double *normals, uint64_t stride, uint64_t count, long double *v)
{
    long double square = 0;
    for (uint64_t i = 0; i < count; i++) {
        v[i] = (long double)normals[i * stride];
        square += v[i] * v[i];
    }
    const int sign = v[0] < 0 ? -1 : 1;
    if (count == 1)
        return sign;
    v[0] += sign * sqrtl(square);
    return -sign;
}

/* Columns [column, columns) of q = (I - 2 v v^T / v^T v) q, in rows from `column` on. */
static void reflect(long double *q, const long double *v, uint64_t rows, uint64_t columns,
                    uint64_t column)
{
    long double square = 0;
    for (uint64_t i = column; i < rows; i++)
        square += v[i - column] * v[i - column];
    for (uint64_t j = column; j < columns && square > 0; j++) {
        long double sum = 0;
        for (uint64_t i = column; i < rows; i++)
            sum += v[i - column] * q[i * columns + j];
        sum *= 2 / square;
        for (uint64_t i = column; i < rows; i++)
            q[i * columns + j] -= sum * v[i - column];
    }
}

void sowt_stewart(double *q, const double *normals, uint64_t rows, uint64_t columns, double gain)
{
    long double *made = calloc(rows * columns, sizeof *made);
    long double *v = malloc(rows * sizeof *v);
    assert_non_null(made);
    assert_non_null(v);
    for (uint64_t j = columns; j-- > 0;) {
        const int sign = reflection(normals + j * columns + j, columns, rows - j, v);
        made[j * columns + j] = sign * (long double)gain;
        if (j + 1 < rows)
            reflect(made, v, rows, columns, j);
    }
    for (uint64_t i = 0; i < rows * columns; i++)
        q[i] = (double)made[i];
    free(v);
    free(made);
}

/* Adds q^T q of a few rows: the upper triangle. Sums of all rows in double would round as much as what they measure. */
static void add_gram(long double *gram, double *part, const double *q, uint64_t rows,
                     uint64_t columns)
{
    memset(part, 0, columns * columns * sizeof *part);
    for (uint64_t i = 0; i < rows; i++)
        for (uint64_t j = 0; j < columns; j++)
            for (uint64_t k = j; k < columns; k++)
                part[j * columns + k] += q[i * columns + j] * q[i * columns + k];
    for (uint64_t e = 0; e < columns * columns; e++)
        gram[e] += part[e];
}

double sowt_orthogonal_residual(const double *q, uint64_t rows, uint64_t columns, double gain)
{
    enum { ROWS = 16 };
    long double *gram = calloc(columns * columns, sizeof *gram);
    double *part = malloc(columns * columns * sizeof *part), sum = 0;
    assert_non_null(gram);
    assert_non_null(part);
    for (uint64_t i = 0; i < rows; i += ROWS)
        add_gram(gram, part, q + i * columns, rows - i < ROWS ? rows - i : ROWS, columns);
    for (uint64_t j = 0; j < columns; j++)
        for (uint64_t k = j; k < columns; k++) {
            const long double square = (long double)gain * (long double)gain;
            const double off = (double)(gram[j * columns + k] / square - (j == k ? 1 : 0));
            sum += (j == k ? 1 : 2) * off * off;
        }
    free(part);
    free(gram);
    return sqrt(sum / (double)columns);
}

double sowt_relative_distance(const double *a, const double *b, uint64_t count)
{
    double apart = 0, all = 0;
    for (uint64_t i = 0; i < count; i++) {
        apart += (a[i] - b[i]) * (a[i] - b[i]);
        all += b[i] * b[i];
    }
    return sqrt(apart / all);
}

/* Row `from` of the column's largest element, at or below it, is swapped up. */
static int pivot(double *q, uint64_t size, uint64_t column)
{
    uint64_t best = column;
    for (uint64_t i = column + 1; i < size; i++)
        if (fabs(q[i * size + column]) > fabs(q[best * size + column]))
            best = i;
    for (uint64_t j = 0; j < size && best != column; j++) {
        const double kept = q[column * size + j];
        q[column * size + j] = q[best * size + j];
        q[best * size + j] = kept;
    }
    return best == column ? 1 : -1;
}

int sowt_determinant_sign(const double *q, uint64_t size)
{
    double *work = malloc(size * size * sizeof *work);
    assert_non_null(work);
    memcpy(work, q, size * size * sizeof *work);
    int sign = 1;
    for (uint64_t k = 0; k < size; k++) {
        sign *= pivot(work, size, k);
        const double head = work[k * size + k];
        sign *= head < 0 ? -1 : 1;
        for (uint64_t i = k + 1; i < size; i++) {
            const double factor = work[i * size + k] / head;
            for (uint64_t j = k; j < size; j++)
                work[i * size + j] -= factor * work[k * size + j];
        }
    }
    free(work);
    return sign;
}
