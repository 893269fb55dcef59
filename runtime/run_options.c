/* The options of a run: the one place where their letters and arguments are understood. */
#include "run_options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Index of `text` in a NULL-terminated list; -1 when it is not there. */
static int find(const char *const *list, const char *text)
{
	for (int i = 0; list[i]; i++)
		if (!strcmp(list[i], text))
			return i;
	return -1;
}

static int __attribute__((format(printf, 2, 3))) refuse(char *error, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(error, RUN_OPTION_ERROR, format, ap);
	va_end(ap);
	return -EINVAL;
}

static int set_format(struct run_options *options, const char *text, char *error)
{
	static const char *const formats[] = {
	    [OUTPUT_TEXT] = "text", [OUTPUT_JSON] = "json", NULL};
	int index = find(formats, text);

	if (index < 0)
		return refuse(error, "unknown output format \"%s\": the formats are text and json",
			      text);
	options->format = (enum output_format)index;
	return 0;
}

static int set_buffering(struct run_options *options, const char *text, char *error)
{
	static const char *const modes[] = {
	    [BUFFER_LINE] = "line", [BUFFER_FULL] = "full", [BUFFER_NONE] = "none", NULL};
	int index = find(modes, text);

	if (index < 0)
		return refuse(error,
			      "unknown buffer mode \"%s\": the modes are line, full and none", text);
	options->buffering = (enum buffer_mode)index;
	return 0;
}

/* The kernel's greatest process id is 2^22; what fits into 30 bits cannot be taken for a sign. */
static int set_pid(struct run_options *options, const char *text, char *error)
{
	char *end;
	unsigned long pid;

	errno = 0;
	pid = strtoul(text, &end, 10);
	if (errno || *end || text[0] < '0' || text[0] > '9' || !pid || pid > 0x3fffffff)
		return refuse(error, "\"%s\" is not a process id", text);
	options->pid = (uint32_t)pid;
	return 0;
}

int run_option_set(struct run_options *options, int letter, const char *argument,
		   char error[static RUN_OPTION_ERROR])
{
	switch (letter) {
	case 'B': return set_buffering(options, argument, error);
	case 'c': options->command = argument; return 0;
	case 'f': return set_format(options, argument, error);
	case 'k': options->helper_errors++; return 0;
	case 'o': options->output_path = argument; return 0;
	case 'p': return set_pid(options, argument, error);
	case 'q': options->quiet = true; return 0;
	case 'v': options->verbose = true; return 0;
	case RUN_OPTION_DRY_RUN: options->dry_run = true; return 0;
	case RUN_OPTION_UNSAFE: options->unsafe = true; return 0;
	case RUN_OPTION_NO_WARNINGS: options->no_warnings = true; return 0;
	default: return -ENOENT;
	}
}

int run_options_check(const struct run_options *options, char error[static RUN_OPTION_ERROR])
{
	if (options->command && options->pid)
		return refuse(error, "-c and -p cannot be used together");
	if (options->command && !*options->command)
		return refuse(error, "-c needs a command");
	return 0;
}
