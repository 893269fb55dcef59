/* Parses the command line. The options mean what they mean to bpftrace; the verbs are sonde's own.
 * Everything that can be wrong with a command line is told here, with exit status 2. */
#include "cli/options.h"

#include "run_options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	OPTION_INFO = RUN_OPTION_END,
	OPTION_INCLUDE,
	OPTION_FMT,
	OPTION_CHECK
};

static const struct option long_options[] = {
    RUN_OPTION_LONG_NAMES,
    {"check", no_argument, NULL, OPTION_CHECK},
    {"debug", required_argument, NULL, 'd'},
    {"fmt", no_argument, NULL, OPTION_FMT},
    {"help", no_argument, NULL, 'h'},
    {"include", required_argument, NULL, OPTION_INCLUDE},
    {"info", no_argument, NULL, OPTION_INFO},
    {"list", no_argument, NULL, 'l'},
    {"version", no_argument, NULL, 'V'},
    {"write", no_argument, NULL, 'w'},
    {NULL, 0, NULL, 0},
};

static const struct {
	const char *name;
	enum verb verb;
} verbs[] = {
    {"run", VERB_RUN},	 {"build", VERB_BUILD}, {"check", VERB_CHECK}, {"dump", VERB_DUMP},
    {"fmt", VERB_FMT},	 {"list", VERB_LIST},	{"info", VERB_INFO},   {"help", VERB_HELP},
};

static const char *const stage_names[STAGE_COUNT] = {
    [STAGE_AST] = "ast", [STAGE_TYPES] = "types", [STAGE_PLAN] = "plan",
    [STAGE_IR] = "ir",	 [STAGE_ASM] = "asm",	  [STAGE_ELF] = "elf",
};

enum stage stage_find(const char *name)
{
	for (int i = 0; i < STAGE_COUNT; i++)
		if (!strcmp(name, stage_names[i]))
			return (enum stage)i;
	return STAGE_COUNT;
}

/* Always returns STATUS_USAGE. */
static int __attribute__((format(printf, 1, 2))) wrong(const char *format, ...)
{
	va_list ap;

	fputs("sonde: ", stderr);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputs("\nTry 'sonde --help'.\n", stderr);
	return STATUS_USAGE;
}

static int find_verb(const char *word, enum verb *verb)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (!strcmp(word, verbs[i].name)) {
			*verb = verbs[i].verb;
			return 0;
		}
	return -1;
}

/* -d STAGE[,STAGE...]: the peer's stage names are understood too. */
static int set_debug(struct options *options, const char *text)
{
	static const char *const peer_names[][2] = {
	    {"parse", "ast"},
	    {"codegen", "ir"},
	    {"codegen-opt", "ir"},
	    {"dis", "asm"},
	};

	while (*text) {
		size_t length = strcspn(text, ",");
		char name[32];
		enum stage stage;

		snprintf(name, sizeof(name), "%.*s", (int)(length < 31 ? length : 31), text);
		for (size_t i = 0; i < sizeof(peer_names) / sizeof(peer_names[0]); i++)
			if (!strcmp(name, peer_names[i][0]))
				snprintf(name, sizeof(name), "%s", peer_names[i][1]);
		options->run.verifier_log |= !strcmp(name, "all") || !strcmp(name, "verifier");
		stage = stage_find(name);
		if (!strcmp(name, "all"))
			for (int i = 0; i < STAGE_ELF; i++)
				options->debug[i] = true;
		if (!strcmp(name, "all") || !strcmp(name, "libbpf") || !strcmp(name, "verifier"))
			options->run.verbose = true;
		else if (stage >= STAGE_ELF)
			return wrong(
			    "unknown stage \"%s\": the stages are ast, types, plan, ir, asm, "
			    "libbpf, verifier and all",
			    name);
		else
			options->debug[stage] = true;
		text += length + (text[length] == ',');
	}
	return 0;
}

static int add_include(const char **list, const char *path, const char *word)
{
	for (int i = 0; i < INCLUDE_MAX; i++)
		if (!list[i]) {
			list[i] = path;
			return 0;
		}
	return wrong("option \"%s\" is given more than %d times", word, INCLUDE_MAX);
}

static int set_option(struct options *options, int letter, const char *argument, const char *word)
{
	char error[RUN_OPTION_ERROR];
	int err = run_option_set(&options->run, letter, argument, error);

	if (err == -EINVAL)
		return wrong("%s", error);
	if (!err)
		return 0;
	switch (letter) {
	case 'd':
		return set_debug(options, argument);
	case 'e':
		options->program = argument;
		break;
	case 'h':
		options->help_about = options->verb;
		options->verb = VERB_HELP;
		break;
	case 'l':
		options->verb = VERB_LIST;
		break;
	case 'w':
		options->fmt_write = true;
		break;
	case OPTION_CHECK:
		options->fmt_check = true;
		break;
	case OPTION_FMT:
		options->verb = VERB_FMT;
		break;
	case 'V':
		options->verb = VERB_VERSION;
		break;
	case OPTION_INFO:
		options->verb = VERB_INFO;
		break;
	case 'I':
		return add_include(options->include_folders, argument, word);
	case OPTION_INCLUDE:
		return add_include(options->includes, argument, word);
	case ':':
		return wrong("option \"%s\" needs an argument", word);
	default:
		return wrong("unknown option \"%s\"", word);
	}
	return 0;
}

/* The words that are left when the options are taken out: stage, file or pattern, parameters. */
static int set_words(struct options *options, int count, char **words)
{
	bool takes_file = options->verb != VERB_INFO && options->verb != VERB_HELP &&
			  options->verb != VERB_VERSION;
	int i = 0;

	if (options->verb == VERB_HELP && count && !find_verb(words[0], &options->help_about))
		return 0;
	if (!takes_file)
		return 0;
	if (options->verb == VERB_DUMP) {
		if (!count)
			return wrong("dump needs a stage: ast, types, plan, ir, asm or elf");
		options->stage = stage_find(words[i]);
		if (options->stage == STAGE_COUNT)
			return wrong(
			    "unknown stage \"%s\": the stages are ast, types, plan, ir, asm "
			    "and elf",
			    words[i]);
		i++;
	}
	if (!options->program && i < count) {
		options->file = words[i];
		options->pattern = words[i];
		i += options->verb != VERB_FMT;
	}
	options->run.args = (const char *const *)words + i;
	options->run.arg_count = (uint32_t)(count - i);
	return 0;
}

static int check_combination(const struct options *options)
{
	char error[RUN_OPTION_ERROR];

	if ((options->fmt_write || options->fmt_check) && options->verb != VERB_FMT)
		return wrong("-w and --check are options of sonde fmt");
	if (options->verb > VERB_FMT)
		return 0;
	if (!options->program && !options->file)
		return wrong("no script: give a file, \"-\" for standard input, or -e PROGRAM");
	if (options->fmt_write && options->fmt_check)
		return wrong("-w and --check cannot be used together");
	for (uint32_t i = 0; options->fmt_write && i <= options->run.arg_count; i++)
		if (options->program || (i < options->run.arg_count && !strcmp(options->run.args[i], "-")))
			return wrong("-w needs files to write to");
	if (options->verb == VERB_BUILD && !options->run.output_path)
		return wrong("build needs -o OUT, the executable to write");
	if (options->verb == VERB_BUILD && options->run.arg_count + options->run.named_count)
		return wrong("parameters (%s) are given to the executable, when it runs",
			     options->run.arg_count ? options->run.args[0] : options->run.named[0]);
	return run_options_check(&options->run, error) ? wrong("%s", error) : 0;
}

/* Behind "--": moves the named parameters to the end, each kind in its order. Returns the others. */
static int split_rest(int argc, char **argv, int first)
{
	int others = 0, end = argc;

	for (int i = first; i < end;) {
		char *word = argv[i];

		if (strncmp(word, "--", 2)) {
			others++;
			i++;
			continue;
		}
		memmove(argv + i, argv + i + 1, (size_t)(argc - i - 1) * sizeof(*argv));
		argv[argc - 1] = word;
		end--;
	}
	return others;
}

/* Words that are no options are kept, in order, at the front of argv. */
int options_parse(struct options *options, int argc, char **argv)
{
	int letter, status, first = 1, count = 0, others;

	*options = (struct options){.run.buffering = BUFFER_LINE};
	if (argc > 1 && !find_verb(argv[1], &options->verb))
		first = 2;
	opterr = 0;
	optind = first;
	while ((letter = getopt_long(argc, argv, "-:" RUN_OPTION_LETTERS "d:e:hI:lVw",
				     long_options, NULL)) != -1) {
		const char *word = argv[optind - 1];
		char short_word[3] = {'-', (char)optopt, 0};

		if (letter == 1) {
			argv[count++] = optarg;
			continue;
		}
		if (letter == '?' && optopt && strncmp(word, "--", 2))
			word = short_word;
		status = set_option(options, letter, optarg, word);
		if (status)
			return status;
		if (options->verb == VERB_HELP || options->verb == VERB_VERSION)
			return 0;
	}
	others = split_rest(argc, argv, optind);
	options->run.named = (const char *const *)argv + optind + others;
	options->run.named_count = (uint32_t)(argc - optind - others);
	memmove(argv + count, argv + optind, (size_t)others * sizeof(*argv));
	count += others;
	status = set_words(options, count, argv);
	return status ? status : check_combination(options);
}
