/* torch.nn.init.calculate_gain. */
#include <math.h>
#include <stddef.h>

#include "fail.h"
#include "initializers.h"

static const char *const names[SOWI_NONLINEARITY_COUNT] = {
    "leaky_relu",       "linear",           "conv1d",  "conv2d", "conv3d", "conv_transpose1d",
    "conv_transpose2d", "conv_transpose3d", "sigmoid", "tanh",   "relu",   "selu",
};

const char *sow_nonlinearity_name(sow_nonlinearity nonlinearity)
{
    const size_t index = (size_t)nonlinearity;
    return index < SOWI_NONLINEARITY_COUNT ? names[index] : NULL;
}

/* PyTorch: sqrt(2 / (1 + slope ** 2)), evaluated in this order. */
static sow_status leaky_relu_gain(double slope, double *gain)
{
    if (!isfinite(slope * slope)) /* PyTorch raises OverflowError */
        return SOW_ERR_PARAMETER;
    *gain = sqrt(2.0 / (1 + slope * slope));
    return SOW_OK;
}

sow_status sow_calculate_gain(sow_nonlinearity nonlinearity, const double *negative_slope,
                              double *gain)
{
    if (gain == NULL)
        return SOW_ERR_ARGUMENT;
    switch (nonlinearity) {
    case SOW_LINEAR:
    case SOW_CONV1D:
    case SOW_CONV2D:
    case SOW_CONV3D:
    case SOW_CONV_TRANSPOSE1D:
    case SOW_CONV_TRANSPOSE2D:
    case SOW_CONV_TRANSPOSE3D:
    case SOW_SIGMOID:
        *gain = 1;
        return SOW_OK;
    case SOW_TANH:
        *gain = 5.0 / 3;
        return SOW_OK;
    case SOW_RELU:
        *gain = sqrt(2.0);
        return SOW_OK;
    case SOW_SELU:
        *gain = 3.0 / 4;
        return SOW_OK;
    case SOW_LEAKY_RELU:
        return leaky_relu_gain(negative_slope == NULL ? 0.01 : *negative_slope, gain);
    }
    return SOW_ERR_ARGUMENT;
}
