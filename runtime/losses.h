/* Losses: what the kernel side had to drop. */
#ifndef SONDE_RUNTIME_LOSSES_H
#define SONDE_RUNTIME_LOSSES_H

#include "session.h"

/* Tells, per probe and per map, what was lost; nothing when nothing was. */
void losses_report(struct session *session);

#endif
