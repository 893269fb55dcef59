/* The command line: what the user asked for, parsed and checked. */
#ifndef SONDE_CLI_OPTIONS_H
#define SONDE_CLI_OPTIONS_H

#include "runtime.h"

#include <stdbool.h>
#include <stdint.h>

enum verb {
	VERB_RUN,
	VERB_BUILD,
	VERB_CHECK,
	VERB_DUMP,
	VERB_FMT,
	VERB_LIST,
	VERB_INFO,
	VERB_HELP,
	VERB_VERSION
};

/* What `sonde dump` and -d can show, in the order in which it comes to be. */
enum stage { STAGE_AST, STAGE_TYPES, STAGE_PLAN, STAGE_IR, STAGE_ASM, STAGE_ELF, STAGE_COUNT };

enum exit_status { STATUS_OK = 0, STATUS_FAILED = 1, STATUS_USAGE = 2 };

#define INCLUDE_MAX 64

struct options {
	enum verb verb;
	enum verb help_about; /* VERB_HELP: the verb asked about, VERB_RUN in general */
	const char *program;  /* -e; NULL: none */
	const char *file;     /* NULL: none */
	const char *pattern;  /* -l; NULL: all */
	enum stage stage;	 /* VERB_DUMP */
	bool debug[STAGE_COUNT]; /* -d STAGE: shown on the way */
	const char *include_folders[INCLUDE_MAX + 1]; /* -I; NULL behind the last one */
	const char *includes[INCLUDE_MAX + 1];	      /* --include */
	bool fmt_write, fmt_check; /* VERB_FMT: run.args are the files */
	struct run_options run;	   /* what other verbs share with a run is here too */
};

/* Parses argv. Returns 0, or the exit status after a message on standard error. `argv` is permuted
 * and keeps what the options point to. */
int options_parse(struct options *options, int argc, char **argv);

/* STAGE_COUNT when there is no such stage. */
enum stage stage_find(const char *name);

/* Prints the help of a verb, or all of it, on standard output. */
void usage_print(enum verb about);

#endif
