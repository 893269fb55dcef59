/* Names for numbers of the kernel's interface: system calls, errno, signals, GFP flags. Tables only;
 * the compiler puts their texts into images, the runtime prints and attaches by them. */
#ifndef SONDE_BASE_NAMES_H
#define SONDE_BASE_NAMES_H

#include "base/strbuf.h"

#include <stdint.h>

/* Number of a system call named as in sys_enter_NAME, or -1. */
int syscall_number(const char *name);

/* What strerror(), signal_name() and syscall_name() give in a script. A kind's texts are those of 0
 * to name_count() - 1, and at name_count() the one for every other number. */
enum name_kind { NAME_ERROR, NAME_SIGNAL, NAME_SYSCALL };

uint32_t name_count(enum name_kind kind);
/* The text of `number`, which may be written to `buffer`. */
const char *name_text(enum name_kind kind, uint32_t number, char buffer[static 32]);

/* GFP flags as %gr prints them: GFP_KERNEL|__GFP_ZERO. */
void names_add_gfp(uint64_t flags, struct strbuf *out);

#endif
