/* Histograms in the terminal. */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include "sowcl/model.h"

/* Draws the counts within 4 std of the center. tensor: whose law is drawn over them, if it has a known one; NULL: none. */
void histogram_print(const sow_histogram *histogram, uint64_t elements,
                     const sow_checkpoint_tensor *tensor);

#endif
