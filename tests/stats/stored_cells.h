/* What a dtype stores of a distribution, exactly: the draw rounded to the nearest value, then held inside
 * the interval. The line is cut into cells: each value of a narrow dtype is one; in f32 and f64 a cell is a
 * run of values, bounded halfway between two of them. */
#ifndef SOWT_STORED_CELLS_H
#define SOWT_STORED_CELLS_H

#include "exact_law.h"
#include "sowcl/base.h"

enum { SOWT_CELLS_MOST = 1 << 16, SOWT_CELLS_WIDE = 1 << 14 };

typedef struct sowt_cells {
    sow_dtype dtype;
    double low, high; /* the smallest and the largest value that may be stored */
    uint32_t count;   /* 0: no value may */
    double probability[SOWT_CELLS_MOST];
    double mean, std;
    double moment[SOWT_POWERS]; /* of (stored - mean) / std */
    /* f32 and f64: x is in cell (x - origin) * per_unit */
    double origin, per_unit;
    /* narrow dtypes: the cell of some bits, -1 where none is allowed, and the value of a cell */
    int32_t cell_of_bits[SOWT_CELLS_MOST];
    double value[SOWT_CELLS_MOST];
} sowt_cells;

/* The cells of draws from law in [low, high], of a normal, or [low, high), of a uniform; infinite ends are
 * those of the dtype. */
void sowt_cells_make(sowt_cells *cells, sow_dtype dtype, const sowt_exact_law *law, double low,
                     double high);

/* Whether every value of the dtype is a cell of its own. */
bool sowt_is_narrow(sow_dtype dtype);

/* P(stored < value) and P(stored > value) for a stored value; in f32 and f64, of what lies more than 4 units
 * of the last place away. */
double sowt_probability_below(const sowt_cells *cells, const sowt_exact_law *law, double value);
double sowt_probability_above(const sowt_cells *cells, const sowt_exact_law *law, double value);

/* The cell of a value of f32 or f64. */
static inline uint32_t sowt_cell_of(const sowt_cells *cells, double value)
{
    const double place = (value - cells->origin) * cells->per_unit;
    if (!(place > 0))
        return 0;
    return place < cells->count - 1 ? (uint32_t)(int32_t)place : cells->count - 1;
}

#endif
