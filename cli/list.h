/* Listing: what can be probed on this machine, and the kernel's types. */
#ifndef SONDE_CLI_LIST_H
#define SONDE_CLI_LIST_H

#include "cli/options.h"

/* `sonde list`, -l: returns the exit status. */
int list_run(const struct options *options);
/* `sonde info`. */
int info_run(void);

#endif
