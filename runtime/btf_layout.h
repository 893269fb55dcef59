/* Tracepoint layouts: BTF structs whose offsets come from the kernel's format files. */
#ifndef SONDE_RUNTIME_BTF_LAYOUT_H
#define SONDE_RUNTIME_BTF_LAYOUT_H

#include "session.h"

#include <bpf/btf.h>

/* Adds a struct to `to` for every layout of the plan. `local` is the image's own BTF: it says which
 * members are used and of what kind they are. `pointer` is a `void *` in `to`. 0 or -errno. */
int btf_layouts_add(struct session *session, struct btf *to, const struct btf *local, int pointer);

#endif
