/* The options of a run, which `sonde` and `sonde-run` share: their names, and what each sets. */
#ifndef SONDE_RUN_OPTIONS_H
#define SONDE_RUN_OPTIONS_H

#include "runtime.h"

#include <getopt.h>

/* Letters of the long options that have no short form; a program adds its own at RUN_OPTION_END. */
enum { RUN_OPTION_DRY_RUN = 256, RUN_OPTION_UNSAFE, RUN_OPTION_NO_WARNINGS, RUN_OPTION_END };

enum { RUN_OPTION_ERROR = 160 }; /* bytes for a message */

/* For getopt_long(3). */
#define RUN_OPTION_LETTERS "B:c:f:ko:p:qv"
#define RUN_OPTION_LONG_NAMES                                                                      \
	{"cmd", required_argument, NULL, 'c'}, {"dry-run", no_argument, NULL, RUN_OPTION_DRY_RUN}, \
	    {"format", required_argument, NULL, 'f'}, {"output", required_argument, NULL, 'o'},    \
	    {"no-warnings", no_argument, NULL, RUN_OPTION_NO_WARNINGS},                            \
	    {"pid", required_argument, NULL, 'p'}, {"quiet", no_argument, NULL, 'q'},              \
	    {"unsafe", no_argument, NULL, RUN_OPTION_UNSAFE}, {"verbose", no_argument, NULL, 'v'}, \
	    {"warnings", no_argument, NULL, 'k'}

/* What getopt_long returned, applied. `argument` must outlive the options. Returns 0; -ENOENT when
 * the letter is not one of these; -EINVAL with a sentence in `error`. */
int run_option_set(struct run_options *options, int letter, const char *argument,
		   char error[static RUN_OPTION_ERROR]);
/* What does not go together. Returns 0, or -EINVAL with a sentence in `error`. */
int run_options_check(const struct run_options *options, char error[static RUN_OPTION_ERROR]);

#endif
