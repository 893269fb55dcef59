/* `sonde fmt`: scripts in their canonical form. */
#ifndef SONDE_CLI_FMT_H
#define SONDE_CLI_FMT_H

#include "cli/options.h"

/* Formats each file; to standard output, or in place (-w), or only tells (--check). */
int fmt_run(const struct options *options);

#endif
