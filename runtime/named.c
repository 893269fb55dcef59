/* Named parameters: what a script asks for with getopt() and what was given as --name=value. Checked
 * before anything is loaded; params.c writes the values where the code reads them. */
#include "named.h"

#include "base/image.h"
#include "base/number.h"
#include "image_open.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

/* How a value of each kind is told in the help, and what it takes. */
static const struct {
	const char *placeholder, *wants;
} kinds[] = {
	[OPTION_BOOL] = {"", "true or false"},
	[OPTION_INT64] = {"=NUMBER", "a number of 64 bits"},
	[OPTION_UINT64] = {"=NUMBER", "a number of 64 bits"},
	[OPTION_TEXT] = {"=TEXT", "a text: --name=text"},
};

/* Options in the order of their first use; those of one script are few. */
static void print_options(const struct plan *plan, FILE *out)
{
	for (uint32_t i = 0; i < plan->options.count; i++) {
		const struct plan_option *row = &plan->options.items[i];
		const char *help = plan_string(plan, row->help);
		int width = fprintf(out, "  --%s%s", plan_string(plan, row->name),
				    kinds[row->kind].placeholder);

		fprintf(out, "%*s%s%s", width < 24 ? 24 - width : 2, "", help, *help ? " " : "");
		if (row->kind == OPTION_TEXT)
			fprintf(out, "(default \"%s\")\n", plan_string(plan, row->text));
		else if (row->kind == OPTION_BOOL)
			fprintf(out, "(default %s)\n", row->number ? "true" : "false");
		else
			fprintf(out, "(default %" PRId64 ")\n", (int64_t)row->number);
	}
}

void runtime_print_options(const void *image, size_t size, FILE *out)
{
	struct arena *arena = arena_create();
	struct image_sections sections;
	struct plan *plan = NULL;
	const char *error;

	if (image_find_sections(image, size, &sections))
		plan = image_decode_plan(arena, sections.meta.data, sections.meta.size, &error);
	if (plan && plan->options.count) {
		fputs("\nparameters of the script:\n", out);
		print_options(plan, out);
	} else if (plan) {
		fputs("\nThe script has no named parameters.\n", out);
	}
	arena_free(arena);
}

static bool parse_bool(const char *text, uint64_t *value)
{
	static const char *const yes[] = {"true", "1", "on", "yes", NULL};
	static const char *const no[] = {"false", "0", "off", "no", NULL};

	for (int i = 0; yes[i]; i++) {
		*value = strcasecmp(text, yes[i]) == 0;
		if (*value || strcasecmp(text, no[i]) == 0)
			return true;
	}
	return false;
}

/* `text` NULL: nothing was given behind the name. */
static bool parse_value(const struct plan_option *row, const char *text, struct named_value *value)
{
	if (row->kind == OPTION_BOOL && !text) {
		value->number = 1;
		return true;
	}
	if (!text)
		return false;
	value->text = text;
	if (row->kind == OPTION_TEXT)
		return strlen(text) < row->size;
	return row->kind == OPTION_BOOL ? parse_bool(text, &value->number)
					: number_parse(text, &value->number);
}

/* The names, for a hint. */
static const char *list_names(struct session *session)
{
	const struct plan *plan = session->plan;
	struct strbuf list = {0};
	const char *result;

	for (uint32_t i = 0; i < plan->options.count; i++)
		strbuf_printf(&list, "%s--%s", i ? ", " : "the script takes ",
			      plan_string(plan, plan->options.items[i].name));
	result = list.len ? arena_strdup(session->arena, list.text)
			  : "the script takes no named parameters";
	strbuf_free(&list);
	return result;
}

static int misuse(struct session *session, const char *hint, const char *what, const char *word)
{
	session->is_misused = true;
	return session_fail(session, -EINVAL, PLAN_NONE, hint, "%s: %s", word, what);
}

static int set_word(struct session *session, const char *word, bool *has_help)
{
	const struct plan *plan = session->plan;
	const char *name = word + 2, *equals = strchr(name, '=');
	size_t length = equals ? (size_t)(equals - name) : strlen(name);

	for (uint32_t i = 0; i < plan->options.count; i++) {
		const struct plan_option *row = &plan->options.items[i];
		const char *own = plan_string(plan, row->name);

		if (strlen(own) != length || strncmp(own, name, length))
			continue;
		if (parse_value(row, equals ? equals + 1 : NULL, &session->named[i]))
			return 0;
		if (row->kind == OPTION_TEXT && equals)
			return misuse(session, "raise max_strlen in the script's config",
				      "the text is too long for this parameter", word);
		return misuse(session,
			      arena_printf(session->arena, "--%s takes %s", own,
					   kinds[row->kind].wants),
			      "not a value of this parameter", word);
	}
	*has_help = *has_help || !strcmp(word, "--help");
	if (!strcmp(word, "--help"))
		return 0;
	return misuse(session, list_names(session), "unknown parameter of the script", word);
}

int named_settle(struct session *session, bool *has_help)
{
	const struct run_options *options = session->options;
	const struct plan *plan = session->plan;
	int error = 0;

	*has_help = false;
	session->named = arena_alloc(session->arena,
				     (plan->options.count + 1) * sizeof(*session->named));
	for (uint32_t i = 0; i < plan->options.count; i++)
		session->named[i] = (struct named_value){
			.number = plan->options.items[i].number,
			.text = plan_string(plan, plan->options.items[i].text),
		};
	for (uint32_t i = 0; !error && i < options->named_count; i++)
		error = set_word(session, options->named[i], has_help);
	if (error || !*has_help)
		return error;
	if (plan->options.count) {
		puts("parameters of the script, behind --:");
		print_options(plan, stdout);
	} else {
		puts("The script has no named parameters.");
	}
	return 0;
}
