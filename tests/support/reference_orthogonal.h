/* Orthogonal matrices by other means: Stewart's construction, one reflection after the other in long double, and how far
 * a matrix is from orthogonal. Shares nothing with kernels/ but the normals that it is given. */
#ifndef SOWT_REFERENCE_ORTHOGONAL_H
#define SOWT_REFERENCE_ORTHOGONAL_H

#include <stdint.h>

#include "sowcl/base.h"

/* A copy of matrix `number` of a buffer of f32 or f64 that holds the plan's matrices one behind the other, as a tall
 * one: element (i, j) at i * columns + j. The caller frees it. */
double *sowt_tall_matrix(const void *elements, const sow_plan *plan, uint64_t number);

/* The matrix that Stewart 1980 makes of normals: rows x columns, rows >= columns, both row-major. */
void sowt_stewart(double *q, const double *normals, uint64_t rows, uint64_t columns, double gain);

/* ||Q^T Q / gain^2 - I||_F / sqrt(columns), in double. */
double sowt_orthogonal_residual(const double *q, uint64_t rows, uint64_t columns, double gain);

/* ||a - b||_F / ||b||_F. */
double sowt_relative_distance(const double *a, const double *b, uint64_t count);

/* The sign of the determinant of a square matrix, by elimination with pivots. */
int sowt_determinant_sign(const double *q, uint64_t size);

#endif
