/* CO-RE relocations of an image: which kernel types they start from. */
#ifndef SONDE_RUNTIME_CORE_RELOCATIONS_H
#define SONDE_RUNTIME_CORE_RELOCATIONS_H

#include "image_open.h"
#include "session.h"

#include <bpf/btf.h>

struct core_root {
	const char *name; /* without the flavour behind ___ */
	uint32_t kind;	  /* BTF_KIND_* in the image */
	uint32_t source;  /* plan.sources or PLAN_NONE */
	bool is_found;
};

struct core_roots {
	LIST(struct core_root) list; /* each name and kind once; layouts are left out */
};

/* Reads .BTF.ext, trusting nothing. 0 or -errno. */
int core_roots_find(struct session *session, const struct image_sections *sections,
		    const struct btf *local, struct core_roots *roots);
bool core_root_kind_matches(const struct core_root *root, uint32_t kind);

#endif
