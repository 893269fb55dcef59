/* System calls: their numbers by the names that the kernel's tracepoints use. */
#ifndef SONDE_RUNTIME_SYSCALLS_H
#define SONDE_RUNTIME_SYSCALLS_H

/* Number of a system call named as in sys_enter_NAME, or -1. */
int syscall_number(const char *name);

#endif
