/* Value shapes: the names of the kinds and what holds for a kind as such. */
#include "base/value.h"

const char *value_kind_name(enum value_kind kind)
{
	static const char *const names[] = {
#define X(id, name) [id] = name,
		VALUE_KINDS(X)
#undef X
	};

	return (unsigned)kind < VALUE_KIND_COUNT ? names[kind] : "unknown";
}

bool value_kind_is_aggregation(enum value_kind kind)
{
	return kind >= VALUE_COUNT && kind <= VALUE_LHIST;
}
