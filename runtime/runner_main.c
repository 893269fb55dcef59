/* sonde-run: runs images, its own when one is appended to it (then all arguments are the tool's). */
#include "run_options.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef SONDE_VERSION
#define SONDE_VERSION "unknown"
#endif

enum { STATUS_USAGE = 2 };

static const struct option long_options[] = {
	RUN_OPTION_LONG_NAMES,
	{"debug", required_argument, NULL, 'd'},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

static void print_usage(FILE *out, const char *name, bool is_standalone)
{
	fprintf(out, "Usage: %s [options]%s [parameters]\n\n", name,
		is_standalone ? "" : " IMAGE");
	fputs("  -B MODE        buffering of the output: line (default), full, none\n"
	      "  -c COMMAND     run a command, trace until it ends\n"
	      "  -f FORMAT      output as text (default) or json\n"
	      "  -k             tell of reads that failed (of a script compiled with -k)\n"
	      "  -o FILE        write the output to a file\n"
	      "  -p PID         trace this process only, until it ends\n"
	      "  -q             say nothing but what the script prints\n"
	      "  -v             show what libbpf and the verifier say\n"
	      "  -d verifier    and what it says of programs that it accepts\n"
	      "  --dry-run      load, attach, and leave at once\n"
	      "  --unsafe       allow the script to change the system\n"
	      "  --no-warnings  errors only\n"
	      "  -h, -V         this help, the version\n",
	      out);
}

static int wrong(const char *error)
{
	fprintf(stderr, "sonde-run: %s\nTry 'sonde-run --help'.\n", error);
	return STATUS_USAGE;
}

/* The stages of `sonde -d` that are left when a tool runs. */
static int set_debug(struct run_options *options, const char *stage)
{
	options->verbose = true;
	options->verifier_log = !strcmp(stage, "verifier") || !strcmp(stage, "all");
	return options->verifier_log || !strcmp(stage, "libbpf")
		       ? 0
		       : wrong("-d takes libbpf, verifier or all here");
}

static int set_option(struct run_options *options, int letter, const char *argument,
		      const char *word)
{
	char error[RUN_OPTION_ERROR];
	int err = run_option_set(options, letter, argument, error);

	if (err != -ENOENT)
		return err ? wrong(error) : 0;
	if (letter == 'd')
		return set_debug(options, argument);
	if (letter == ':')
		snprintf(error, sizeof(error), "option \"%s\" needs an argument", word);
	else
		snprintf(error, sizeof(error), "unknown option \"%s\"", word);
	return wrong(error);
}

/* The whole file; NULL with errno. */
static void *read_image(const char *path, size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *image = MAP_FAILED;
	struct stat info;

	if (fd < 0)
		return NULL;
	if (!fstat(fd, &info)) {
		errno = EINVAL;
		*size = (size_t)info.st_size;
		if (S_ISREG(info.st_mode) && info.st_size)
			image = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, fd, 0);
	}
	close(fd);
	return image == MAP_FAILED ? NULL : image;
}

/* Whether `word` is one of the runner's own long options, written out. */
static bool is_own_option(const char *word)
{
	size_t length = strcspn(word + 2, "=");

	for (int i = 0; long_options[i].name; i++)
		if (strlen(long_options[i].name) == length &&
		    !strncmp(long_options[i].name, word + 2, length))
			return true;
	return false;
}

/* The words of the command line that are the script's, in two lists of at most argc words. */
struct words {
	const char **named, **args;
	uint32_t named_count, arg_count;
};

/* The runner's next option; a long one that it does not know is the script's. -1 at the end. */
static int next_option(struct words *words, int argc, char **argv)
{
	for (;;) {
		int at = optind;
		int letter = getopt_long(argc, argv, "+:" RUN_OPTION_LETTERS "d:hV", long_options, NULL);

		if (letter == -1 || strncmp(argv[at], "--", 2) || is_own_option(argv[at]))
			return letter;
		words->named[words->named_count++] = argv[at];
		optind = at + 1;
	}
}

/* What follows the options: parameters, with and without a name. */
static void take_rest(struct words *words, int argc, char **argv, int first)
{
	for (int i = first; i < argc; i++) {
		if (!strcmp(argv[i], "--"))
			continue;
		if (!strncmp(argv[i], "--", 2))
			words->named[words->named_count++] = argv[i];
		else
			words->args[words->arg_count++] = argv[i];
	}
}

/* Reads the options. Returns -1, or the exit status when there is nothing to run. */
static int read_options(struct run_options *options, struct words *words, int argc, char **argv,
			const void *image, size_t size)
{
	int letter, status;

	opterr = 0;
	while ((letter = next_option(words, argc, argv)) != -1) {
		if (letter == 'h') {
			print_usage(stdout, argv[0], image);
			if (image)
				runtime_print_options(image, size, stdout);
			return 0;
		}
		if (letter == 'V') {
			puts("sonde-run " SONDE_VERSION);
			return 0;
		}
		status = set_option(options, letter, optarg, argv[optind - 1]);
		if (status)
			return status;
	}
	return -1;
}

/* Runs the image that was appended, or the one that the first word names. */
static int run(struct words *words, int argc, char **argv, const void *image, size_t size)
{
	struct run_options options = {.buffering = BUFFER_LINE};
	int status = read_options(&options, words, argc, argv, image, size);
	char error[RUN_OPTION_ERROR];

	if (status >= 0)
		return status;
	if (run_options_check(&options, error))
		return wrong(error);
	if (!image && optind == argc) {
		print_usage(stderr, argv[0], false);
		return STATUS_USAGE;
	}
	if (!image) {
		image = read_image(argv[optind], &size);
		if (!image) {
			fprintf(stderr, "sonde-run: cannot read \"%s\": %s\n", argv[optind],
				strerror(errno));
			return 1;
		}
		optind++;
	}
	take_rest(words, argc, argv, optind);
	options.args = words->args;
	options.arg_count = words->arg_count;
	options.named = words->named;
	options.named_count = words->named_count;
	return runtime_run(image, size, &options);
}

int main(int argc, char **argv)
{
	struct words words;
	size_t size = 0;
	void *image = standalone_load(&size);
	int status = 1;

	if (!image && size) {
		fprintf(stderr, "%s: the image behind this executable is damaged\n", argv[0]);
		return 1;
	}
	words = (struct words){.named = calloc((size_t)argc + 1, sizeof(char *)),
			       .args = calloc((size_t)argc + 1, sizeof(char *))};
	if (words.named && words.args)
		status = run(&words, argc, argv, image, size);
	free(words.named);
	free(words.args);
	free(image);
	return status;
}
