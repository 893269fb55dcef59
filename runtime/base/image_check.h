/* Checks of a decoded plan: every index, range, size and offset. Used by the image decoder. */
#ifndef SONDE_BASE_IMAGE_CHECK_H
#define SONDE_BASE_IMAGE_CHECK_H

#include "base/plan.h"

/* True when everything in `plan` may be relied on; else false with one sentence in *error. */
bool image_check_plan(struct plan *plan, const char **error);

#endif
