/* Messages of the runtime: a sentence, where the script is at fault, and the way out. */
#include "session.h"

#include "child.h"

#include <stdarg.h>

uint32_t session_process(const struct session *session)
{
	return session->options->pid ? session->options->pid : child_pid(session->child);
}

/* Prints the script's line and a caret under `column`; tabs stay tabs so that the caret fits. */
static void add_line(struct strbuf *out, const char *line, uint32_t column)
{
	uint32_t at = 1;

	if (!*line)
		return;
	strbuf_printf(out, "    %s\n    ", line);
	for (const char *c = line; *c && at < column; c++, at++)
		strbuf_add_char(out, *c == '\t' ? '\t' : ' ');
	strbuf_add(out, "^\n");
}

static void __attribute__((format(printf, 5, 0)))
add_message(const struct session *session, struct strbuf *out, uint32_t source,
			const char *level, const char *format, va_list ap)
{
	const struct plan_source *place = NULL;

	if (session->plan && source < session->plan->sources.count)
		place = &session->plan->sources.items[source];
	if (place && place->line)
		strbuf_printf(out, "%s:%u:%u: %s: ", plan_string(session->plan, place->file),
			      place->line, place->column, level);
	else
		strbuf_printf(out, "sonde: %s: ", level);
	strbuf_vprintf(out, format, ap);
	strbuf_add_char(out, '\n');
	if (place && place->line)
		add_line(out, plan_string(session->plan, place->text), place->column);
}

int session_fail(struct session *session, int error, uint32_t source, const char *hint,
		 const char *format, ...)
{
	va_list ap;

	if (session->error.len)
		return error;
	va_start(ap, format);
	add_message(session, &session->error, source, "error", format, ap);
	va_end(ap);
	if (hint)
		strbuf_printf(&session->error, "hint: %s\n", hint);
	return error;
}

void session_warn(struct session *session, uint32_t source, const char *format, ...)
{
	struct strbuf text = {0};
	va_list ap;

	if (session->options->no_warnings)
		return;
	va_start(ap, format);
	add_message(session, &text, source, "warning", format, ap);
	va_end(ap);
	fputs(strbuf_text(&text), stderr);
	strbuf_free(&text);
}
