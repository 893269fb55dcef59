/* BTF slice: the part of the kernel's types that an image relocates against. */
#ifndef SONDE_RUNTIME_BTF_SLICE_H
#define SONDE_RUNTIME_BTF_SLICE_H

#include "image_open.h"
#include "session.h"

/* Makes a memory file with the types that the plan names. `*fd` is -1 when the image has no
 * relocations or is better served by all of the kernel's BTF. 0 or -errno. */
int btf_slice_create(struct session *session, const struct image_sections *sections, int *fd);

#endif
