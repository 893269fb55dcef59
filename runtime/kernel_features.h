/* Features: whether the kernel at hand has what the plan needs. */
#ifndef SONDE_RUNTIME_KERNEL_FEATURES_H
#define SONDE_RUNTIME_KERNEL_FEATURES_H

#include "session.h"

#include <stdbool.h>

/* True when the running kernel is that version or newer. */
bool kernel_is_from(unsigned int major, unsigned int minor);

/* 0, or -EOPNOTSUPP with one recorded sentence: what is missing, where, since which kernel. */
int features_check(struct session *session);

#endif
