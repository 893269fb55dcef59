#ifndef VALUES_H
#define VALUES_H
#include <sub/kinds.h>

#define SHIFT(bits, by)	((bits) << (by))
#define FLAG_ALL	(SHIFT(1, KIND_COUNT) - 1)
#define GREETING	"hello, " "world"
#define DEEP		NAME_OF(KIND_, SOCKET)
#define NAME_OF(a, b)	NAME_OF_(a, b)
#define NAME_OF_(a, b)	a##b

struct entry {
	enum kind kind : 4;
	unsigned int flags : KIND_COUNT;
	char name[SHIFT(1, 3)];
	union { int number; void (*call)(struct entry *, int); };
} __attribute__((packed));

static inline int number_of(const struct entry *entry)
{
	return ({ __auto_type result = entry->number; result; });
}
#endif
