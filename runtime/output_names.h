/* Names of what only this machine knows: users, cgroups, and the wall clock. */
#ifndef SONDE_RUNTIME_OUTPUT_NAMES_H
#define SONDE_RUNTIME_OUTPUT_NAMES_H

#include "base/strbuf.h"

#include <stdint.h>

/* The user's name from /etc/passwd, else the number. No NSS: static binaries have none. */
void names_add_user(uint32_t uid, struct strbuf *out);
/* "unified:/user.slice": the path of the cgroup with this id in each hierarchy that has it. */
void names_add_cgroup(uint64_t id, struct strbuf *out);
/* strftime(3) of a kernel time stamp; %f is microseconds, %k nanoseconds. `clock` is an enum
 * timestamp_clock; `boot_epoch`: wall clock at boot in ns, 0: ask the machine. */
void names_add_timestamp(const char *format, uint64_t nsecs, uint32_t clock, uint64_t boot_epoch,
			 struct strbuf *out);
/* strftime(3) of now; only the conversions of libc. */
void names_add_now(const char *format, struct strbuf *out);

#endif
