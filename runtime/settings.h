/* Settings: configuration that a tool built ahead takes from the environment where it runs. */
#ifndef SONDE_RUNTIME_SETTINGS_H
#define SONDE_RUNTIME_SETTINGS_H

#include "session.h"

/* Sets what SONDE_KEY and BPFTRACE_KEY say of the keys that can be settled now. Returns 0, or -EINVAL with
 * the recorded sentence. */
int settings_apply(struct session *session, struct plan *plan);

#endif
