/* Kernel functions that can be traced, for wildcards. */
#ifndef SONDE_RUNTIME_KERNEL_FUNCTIONS_H
#define SONDE_RUNTIME_KERNEL_FUNCTIONS_H

/* Calls `each` for every traceable function that matches, in `module` ("": any, "vmlinux": the kernel
 * itself), each name once, until it returns other than 0. Returns that, or -errno. */
int kernel_functions_each(const char *module, const char *pattern,
			  int (*each)(void *context, const char *name), void *context);

#endif
