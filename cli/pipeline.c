/* The pipeline: source -> AST -> typed AST -> plan -> image, in order, with the stage that was
 * asked for printed. Nothing here decides; each arrow is one call into lang or codegen. */
#include "cli/pipeline.h"

#include "base/image.h"
#include "cli/link.h"
#include "codegen/codegen.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

/* Variables that are settings of the tool, not configuration of the script. */
static const char *const not_config[] = {
    "BTF", "COLOR", "TRACEFS", "KERNEL_BUILD", "KERNEL_SOURCE", "VMLINUX", "LIBEXEC", NULL,
};

static const char *environment(const char *name)
{
	static const char *const prefixes[] = {"SONDE_", "BPFTRACE_"};

	for (int i = 0; i < 2; i++) {
		char full[64];
		const char *value;

		snprintf(full, sizeof(full), "%s%s", prefixes[i], name);
		value = getenv(full);
		if (value && *value)
			return value;
	}
	return NULL;
}

/* "BPFTRACE_MAX_STRLEN=64" -> "max_strlen=64". SONDE_ ones come last, so that they win. */
static const char *const *config_from_environment(struct arena *arena)
{
	static const char *const prefixes[] = {"BPFTRACE_", "SONDE_"};
	LIST(const char *) list = {0};

	for (int i = 0; i < 2; i++)
		for (char **entry = environ; *entry; entry++) {
			size_t skip = strlen(prefixes[i]), length;
			char *text;
			bool is_config = true;

			if (strncmp(*entry, prefixes[i], skip))
				continue;
			length = strcspn(*entry + skip, "=");
			for (int j = 0; not_config[j]; j++)
				if (strlen(not_config[j]) == length &&
				    !strncmp(*entry + skip, not_config[j], length))
					is_config = false;
			if (!is_config || !(*entry)[skip + length])
				continue;
			text = arena_strdup(arena, *entry + skip);
			for (size_t j = 0; j < length; j++)
				text[j] = (char)tolower((unsigned char)text[j]);
			*list_push(arena, &list) = text;
		}
	*list_push(arena, &list) = NULL;
	return list.items;
}

static bool wants_colour(void)
{
	const char *when = environment("COLOR");

	if (when && !strcmp(when, "always"))
		return true;
	if ((when && !strcmp(when, "never")) || getenv("NO_COLOR"))
		return false;
	return isatty(STDERR_FILENO);
}

void pipeline_print_diagnostics(struct compile *compile)
{
	struct strbuf text = {0};

	diag_print(&compile->diags, &text, wants_colour());
	fwrite(strbuf_text(&text), 1, text.len, stderr);
	strbuf_free(&text);
	compile->diags.list.count = 0;
}

struct compile *pipeline_read(const struct options *options, uint32_t *file)
{
	struct compile_options compile_options = {
	    .machine = {.btf_path = environment("BTF"),
			.tracefs_path = environment("TRACEFS"),
			.kernel_source = environment("KERNEL_SOURCE"),
			.kernel_build = environment("KERNEL_BUILD")},
	    .include_folders = options->include_folders,
	    .includes = options->includes[0] ? options->includes : NULL,
	    .args = options->run.args,
	    .arg_count = options->run.arg_count,
	    .args_are_open = options->verb == VERB_BUILD || options->verb == VERB_FMT ||
			     (options->verb == VERB_DUMP && options->stage == STAGE_ELF),
	    .unsafe = options->run.unsafe,
	    .count_failed_reads = options->run.helper_errors != 0,
	    .no_warnings = options->run.no_warnings,
	    .pid_filter = options->run.pid,
	};
	struct compile *compile = compile_create(&compile_options);
	int error = 0;

	compile->options.config = config_from_environment(compile->arena);
	if (options->program)
		*file =
		    source_add(&compile->sources, "-e", options->program, strlen(options->program));
	else
		error = source_read(&compile->sources, options->file, file);
	if (error) {
		fprintf(stderr, "sonde: cannot read \"%s\": %s\n", options->file,
			error == -EFBIG ? "it is larger than 4 MiB" : strerror(-error));
		compile_free(compile);
		return NULL;
	}
	return compile;
}

struct compile *pipeline_open(const struct options *options)
{
	uint32_t file = 0;
	struct compile *compile = pipeline_read(options, &file);

	if (compile && parse_script(compile, file)) {
		pipeline_print_diagnostics(compile);
		compile_free(compile);
		return NULL;
	}
	return compile;
}

/* One of the three texts or objects that codegen makes. */
static int generate(struct compile *compile, enum codegen_output output, struct strbuf *out)
{
	struct codegen_options codegen = {.output = output, .sources = &compile->sources};
	struct codegen_failure failure = {0};
	struct diag *diag;

	if (!codegen_emit(compile->arena, compile->typed, &codegen, out, &failure)) {
		if (output != CODEGEN_OBJECT || !compile->c_objects.count ||
		    !link_objects(compile, out, &failure.text))
			return 0;
		fprintf(stderr, "sonde: %s\n", failure.text);
		return -1;
	}
	if (!failure.program) {
		fprintf(stderr, "sonde: the compiler failed: %s\n",
			failure.text ? failure.text : "no reason is known");
		return -1;
	}
	diag = diag_error(&compile->diags, "probe-stack", failure.program->span, "%s", failure.text);
	diag_hint(&compile->diags, diag,
		  "fewer loops and functions in each other, or shorter expressions in them");
	pipeline_print_diagnostics(compile);
	return -1;
}

/* What `stage` is, as text (or the image); everything that it needs is there. */
static int print_stage(struct compile *compile, enum stage stage, struct strbuf *out)
{
	switch (stage) {
	case STAGE_AST:
	case STAGE_TYPES:
		ast_dump(compile->script, &compile->sources, out);
		return 0;
	case STAGE_PLAN:
		plan_dump(compile->plan, out);
		return 0;
	case STAGE_IR:
		return generate(compile, CODEGEN_IR, out);
	case STAGE_ASM:
		return generate(compile, CODEGEN_ASSEMBLY, out);
	case STAGE_ELF:
	case STAGE_COUNT:
		break;
	}
	return generate(compile, CODEGEN_OBJECT, out);
}

/* The arrow that leads to `stage` from the one before. */
static int advance(struct compile *compile, enum stage stage)
{
	if (stage == STAGE_TYPES)
		return expand_script(compile) || check_script(compile) ? -1 : 0;
	if (stage == STAGE_PLAN)
		return lower_script(compile);
	return 0;
}

int pipeline_run(struct compile *compile, const struct options *options, enum stage stage,
		 struct strbuf *out)
{
	for (int at = STAGE_AST; at <= (int)stage; at++) {
		struct strbuf shown = {0};
		int failed = advance(compile, (enum stage)at);

		pipeline_print_diagnostics(compile);
		if (failed)
			return -1;
		if (at == (int)stage)
			return print_stage(compile, stage, out);
		if (!options->debug[at])
			continue;
		failed = print_stage(compile, (enum stage)at, &shown);
		fwrite(strbuf_text(&shown), 1, shown.len, stdout);
		fflush(stdout);
		strbuf_free(&shown);
		if (failed)
			return -1;
	}
	return 0;
}

int pipeline_check(struct compile *compile, const struct options *options)
{
	struct strbuf image = {0};
	int failed = pipeline_run(compile, options, STAGE_ELF, &image);

	strbuf_free(&image);
	return failed;
}
