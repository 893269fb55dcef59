/* Features: what the plan says the code cannot do without, asked of the kernel before loading, so
 * that the user gets one sentence and not a verifier log. */
#include "kernel_features.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <sys/utsname.h>

/* The helper by which a feature is known; 0: told where it is used (btf_slice, attach_fentry). */
static const enum bpf_func_id helpers[FEATURE_COUNT] = {
	[FEATURE_ATTACH_COOKIE] = BPF_FUNC_get_attach_cookie,
	[FEATURE_LOOKUP_PERCPU] = BPF_FUNC_map_lookup_percpu_elem,
	[FEATURE_FOR_EACH] = BPF_FUNC_for_each_map_elem,
};

static const char *const purposes[FEATURE_COUNT] = {
	[FEATURE_ATTACH_COOKIE] = "telling apart the probes of one program",
	[FEATURE_LOOKUP_PERCPU] = "reading an aggregation inside the kernel",
	[FEATURE_FOR_EACH] = "a loop over a map",
};

bool kernel_is_from(unsigned int major, unsigned int minor)
{
	struct utsname name;
	unsigned int has_major = 0, has_minor = 0;

	if (uname(&name) || sscanf(name.release, "%u.%u", &has_major, &has_minor) != 2)
		return false;
	return has_major > major || (has_major == major && has_minor >= minor);
}

int features_check(struct session *session)
{
	const struct plan *plan = session->plan;

	for (uint32_t i = 0; i < plan->features.count; i++) {
		enum feature_id feature = plan->features.items[i].feature;

		/* Only a clear no counts: without permission loading says why. */
		if (feature >= FEATURE_COUNT || !helpers[feature] ||
		    libbpf_probe_bpf_helper(BPF_PROG_TYPE_KPROBE, helpers[feature], NULL) != 0)
			continue;
		return session_fail(session, -EOPNOTSUPP, plan->features.items[i].source, NULL,
				    "%s needs Linux %s", purposes[feature], feature_since(feature));
	}
	return 0;
}
