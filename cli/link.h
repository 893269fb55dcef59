/* Link: an image together with the objects of imported .bpf.c files. */
#ifndef SONDE_CLI_LINK_H
#define SONDE_CLI_LINK_H

#include "lang/compile.h"

/* Replaces the image in `image` by one that holds compile->c_objects too. Returns 0, or -1 with
 * one sentence in *error (owned by the compile's arena). */
int link_objects(struct compile *compile, struct strbuf *image, const char **error);

#endif
