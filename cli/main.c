/* sonde: the verbs. Sees every layer; does nothing but put them together. */
#include "cli/fmt.h"
#include "cli/list.h"
#include "cli/options.h"
#include "cli/pipeline.h"
#include "codegen/codegen.h"
#include "runtime.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Writes all of `bytes` to `path`, NULL: standard output. */
static int write_out(const char *path, const struct strbuf *bytes)
{
	FILE *file = path ? fopen(path, "we") : stdout;
	const char *name = path ? path : "standard output";
	bool failed;

	if (!file) {
		fprintf(stderr, "sonde: cannot write \"%s\": %s\n", name, strerror(errno));
		return STATUS_FAILED;
	}
	failed = fwrite(strbuf_text(bytes), 1, bytes->len, file) != bytes->len;
	failed = fflush(file) || failed;
	if (failed)
		fprintf(stderr, "sonde: cannot write %s: %s\n", name, strerror(errno));
	if (path)
		fclose(file);
	return failed ? STATUS_FAILED : STATUS_OK;
}

/* Of a compile that stopped: NULL when there was none. */
static int failed_status(const struct compile *compile)
{
	return compile && compile->is_misused ? STATUS_USAGE : STATUS_FAILED;
}

static int verb_run(const struct options *options)
{
	struct compile *compile = pipeline_open(options);
	struct strbuf image = {0};
	int status = STATUS_FAILED;

	if (compile && !pipeline_run(compile, options, STAGE_ELF, &image)) {
		compile_free(compile);
		compile = NULL;
		status = runtime_run(image.text, image.len, &options->run);
	} else {
		status = failed_status(compile);
	}
	strbuf_free(&image);
	compile_free(compile);
	return status;
}

static int verb_check(const struct options *options)
{
	struct compile *compile = pipeline_open(options);
	int status = compile && !pipeline_check(compile, options) ? STATUS_OK
								   : failed_status(compile);

	compile_free(compile);
	return status;
}

static int verb_dump(const struct options *options)
{
	struct compile *compile;
	struct strbuf out = {0};
	int status;

	if (options->stage == STAGE_ELF && !options->run.output_path && isatty(STDOUT_FILENO)) {
		fputs("sonde: the image is binary: give -o FILE or redirect the output\n", stderr);
		return STATUS_USAGE;
	}
	compile = pipeline_open(options);
	if (compile && !pipeline_run(compile, options, options->stage, &out))
		status = write_out(options->run.output_path, &out);
	else
		status = failed_status(compile);
	strbuf_free(&out);
	compile_free(compile);
	return status;
}

/* sonde-run is beside sonde, or where it was installed. */
static int find_runner(char *path, size_t size)
{
	const char *override = getenv("SONDE_LIBEXEC");
	char self[4000];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (override) {
		snprintf(path, size, "%s/sonde-run", override);
		return access(path, R_OK) ? -errno : 0;
	}
	self[length > 0 ? length : 0] = 0;
	slash = strrchr(self, '/');
	if (slash) {
		snprintf(path, size, "%.*s/sonde-run", (int)(slash - self), self);
		if (!access(path, R_OK))
			return 0;
	}
	snprintf(path, size, "%s/sonde-run", SONDE_LIBEXEC);
	return access(path, R_OK) ? -errno : 0;
}

static int verb_build(const struct options *options)
{
	struct compile *compile;
	struct strbuf image = {0};
	const char *error = NULL;
	char runner[4096];
	int status = STATUS_FAILED;

	if (find_runner(runner, sizeof(runner))) {
		fputs("sonde: sonde-run, which standalone tools are made of, is not beside sonde\n",
		      stderr);
		return STATUS_FAILED;
	}
	compile = pipeline_open(options);
	if (compile && !pipeline_run(compile, options, STAGE_ELF, &image)) {
		if (standalone_write(runner, image.text, image.len, options->run.output_path, &error))
			fprintf(stderr, "sonde: cannot write \"%s\": %s\n", options->run.output_path,
				error);
		else
			status = STATUS_OK;
	} else {
		status = failed_status(compile);
	}
	strbuf_free(&image);
	compile_free(compile);
	return status;
}

static int verb_version(void)
{
	printf("sonde %s (LLVM %s)\n", SONDE_VERSION, codegen_llvm_version());
	return STATUS_OK;
}

int main(int argc, char **argv)
{
	struct options options;
	int status = options_parse(&options, argc, argv);

	if (status)
		return status;
	if (options.verb != VERB_RUN)
		signal(SIGPIPE, SIG_IGN);
	switch (options.verb) {
	case VERB_RUN:
		status = verb_run(&options);
		break;
	case VERB_BUILD:
		status = verb_build(&options);
		break;
	case VERB_CHECK:
		status = verb_check(&options);
		break;
	case VERB_DUMP:
		status = verb_dump(&options);
		break;
	case VERB_FMT:
		status = fmt_run(&options);
		break;
	case VERB_LIST:
		status = list_run(&options);
		break;
	case VERB_INFO:
		status = info_run();
		break;
	case VERB_HELP:
		usage_print(options.help_about);
		break;
	case VERB_VERSION:
		status = verb_version();
		break;
	}
	if ((fflush(stdout) || ferror(stdout)) && status == STATUS_OK) {
		fprintf(stderr, "sonde: cannot write standard output: %s\n", strerror(errno));
		status = STATUS_FAILED;
	}
	return status;
}
