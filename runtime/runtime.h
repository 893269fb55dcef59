/* The runtime: runs an image. Opens it with libbpf, settles what only the kernel at hand knows,
 * attaches, drains records, reads maps, prints. Knows nothing of the compiler. */
#ifndef SONDE_RUNTIME_RUNTIME_H
#define SONDE_RUNTIME_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum output_format { OUTPUT_TEXT, OUTPUT_JSON };
enum buffer_mode { BUFFER_LINE, BUFFER_FULL, BUFFER_NONE };

struct run_options {
	enum output_format format;
	enum buffer_mode buffering;
	const char *output_path; /* -o; NULL: standard output */
	const char *command;	 /* -c; NULL: none */
	uint32_t pid;		 /* -p; 0: none */
	const char *const *args; /* positional parameters */
	uint32_t arg_count;
	const char *const *named; /* named parameters: "--name=value", "--name" */
	uint32_t named_count;
	bool quiet;		 /* -q: no "Attached N probes" */
	bool unsafe;
	bool dry_run;		 /* load and attach, then leave at once */
	bool verbose;		 /* -v, -d: libbpf's and the verifier's words too */
	bool verifier_log;	 /* -d verifier: what it says of programs that it accepts */
	bool no_warnings;
	uint32_t helper_errors;	 /* -k */
};

/* Runs the image in `data`. Returns the exit status: what exit(n) said, else 0; 1 when the image
 * could not be loaded or attached (one message on standard error, nothing left behind); 2 for named
 * parameters that the script does not take. */
int runtime_run(const void *data, size_t size, const struct run_options *options);
/* The help for the script's named parameters. */
void runtime_print_options(const void *image, size_t size, FILE *out);

/* An image appended to this executable (`sonde build`): NULL when there is none, else a malloc'd
 * copy and its size. Found through /proc/self/exe: the file's last 24 bytes are its checksum and its
 * size (u64 each) and the magic "SONDEIMG". NULL with *size not 0: there is one, and it is damaged. */
void *standalone_load(size_t *size);
int standalone_write(const char *runner_path, const void *image, size_t size, const char *out_path,
		     const char **error);

#endif
