/* What libbpf and the verifier said, and what it means for the script. */
#ifndef SONDE_RUNTIME_VERIFIER_LOG_H
#define SONDE_RUNTIME_VERIFIER_LOG_H

#include "session.h"

/* From now on libbpf's messages are kept; shown at once too when `verbose`. */
void verifier_capture(bool verbose);
/* Opening or loading failed with `error` (-errno): records the one sentence for it. */
int verifier_explain(struct session *session, int error);
/* Whether the program was refused for the number of its steps. */
bool verifier_gave_up(void);
/* The rule behind a verifier's message in plain words, NULL when it is none that we know. Pure. */
const char *verifier_rule(const char *message);

#endif
