/* The pipeline: source text to image, one arrow after the other. */
#ifndef SONDE_CLI_PIPELINE_H
#define SONDE_CLI_PIPELINE_H

#include "base/strbuf.h"
#include "cli/options.h"
#include "lang/compile.h"

/* Reads the script that `options` names as source `file`. NULL after a message. */
struct compile *pipeline_read(const struct options *options, uint32_t *file);
void pipeline_print_diagnostics(struct compile *compile);

/* The same, and parses it. NULL after a message. */
struct compile *pipeline_open(const struct options *options);

/* Goes on to `stage` and appends what it is to `out`: text, or for STAGE_ELF the image. Stages
 * asked for by -d are shown on the way. Diagnostics are printed on standard error. 0, or -1 when
 * the script has errors. */
int pipeline_run(struct compile *compile, const struct options *options, enum stage stage,
		 struct strbuf *out);

/* As far as `sonde check` goes: everything up to the image. */
int pipeline_check(struct compile *compile, const struct options *options);

#endif
