/* Targets: what the script is attached to, by number. Number i < plan.attaches.count is that row; what
 * wildcards match comes behind. The numbers are what `probe` values and attach cookies hold. */
#ifndef SONDE_RUNTIME_TARGETS_H
#define SONDE_RUNTIME_TARGETS_H

#include "session.h"

struct targets;

struct targets *targets_create(struct session *session);
/* A new target that a wildcard matched; `name` is copied. Returns its number. */
uint64_t targets_add(struct targets *targets, const char *name);
/* The full name of a target that is known better now: a library's path for its short name. */
void targets_rename(struct targets *targets, uint64_t number, const char *name);
/* NULL when there is no such target. */
const char *targets_name(const struct targets *targets, uint64_t number);

#endif
