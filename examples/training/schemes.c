#include "schemes.h"

#include <math.h>

/* "Small random numbers": 1/100, as networks were initialised before 2010. */
static sow_initializer small(sow_nonlinearity nonlinearity)
{
    (void)nonlinearity;
    return sow_normal(0, 0.01);
}

/* "Standard normal": what a call without parameters gives. */
static sow_initializer large(sow_nonlinearity nonlinearity)
{
    (void)nonlinearity;
    return sow_normal(0, 1);
}

/* Glorot and Bengio 2010, who had tanh in mind, without a gain. */
static sow_initializer xavier(sow_nonlinearity nonlinearity)
{
    (void)nonlinearity;
    return sow_xavier_normal(1);
}

/* He et al. 2015: keeps the second moment behind a ReLU; with tanh PyTorch's gain of 5/3. */
static sow_initializer kaiming(sow_nonlinearity nonlinearity)
{
    return sow_kaiming_normal(0, SOW_FAN_IN, nonlinearity);
}

/* Saxe et al. 2014: every singular value is the nonlinearity's gain. */
static sow_initializer orthogonal(sow_nonlinearity nonlinearity)
{
    double gain;
    const sow_status status = sow_calculate_gain(nonlinearity, NULL, &gain);
    return sow_orthogonal(status == SOW_OK ? gain : NAN, 0); /* NaN is refused when it is filled */
}

const scheme schemes[] = {
    {"normal(std=0.01)", 's', 0, true, small}, {"normal(std=1)", 'L', 1, false, large},
    {"xavier_normal", 'x', 2, true, xavier},   {"kaiming_normal", 'k', 3, true, kaiming},
    {"orthogonal", 'o', 4, true, orthogonal},
};
const size_t scheme_count = sizeof schemes / sizeof *schemes;
_Static_assert(sizeof schemes / sizeof *schemes <= SCHEMES_MAX, "charts have room for so many");
