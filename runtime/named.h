/* Named parameters: getopt() in a script, --name=value behind it. */
#ifndef SONDE_RUNTIME_NAMED_H
#define SONDE_RUNTIME_NAMED_H

#include "session.h"

struct named_value {
	uint64_t number;
	const char *text; /* of OPTION_TEXT */
};

/* Settles session->named by plan.options from the defaults and the command line. Returns -EINVAL
 * after a message, with session->is_misused. Sets *has_help when --help was given and printed. */
int named_settle(struct session *session, bool *has_help);

#endif
