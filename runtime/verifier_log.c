/* Verifier log: libbpf prints a rejected program's log through its callback; the last source line in it
 * is the script's own (codegen puts it there), the last line before the statistics is the verdict. */
#include "verifier_log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LOG_MAX = 4 * 1024 * 1024 };

/* libbpf's callback takes no context. */
static struct strbuf captured;
static bool is_verbose;

static int __attribute__((format(printf, 2, 0)))
capture(enum libbpf_print_level level, const char *format, va_list ap)
{
	va_list copy;

	if (level == LIBBPF_DEBUG && !is_verbose)
		return 0;
	va_copy(copy, ap);
	if (is_verbose)
		vfprintf(stderr, format, copy);
	va_end(copy);
	if (level == LIBBPF_WARN && captured.len < LOG_MAX)
		strbuf_vprintf(&captured, format, ap);
	return 0;
}

void verifier_capture(bool verbose)
{
	is_verbose = verbose;
	strbuf_clear(&captured);
	libbpf_set_print(capture);
}

static const struct {
	const char *text, *rule;
} rules[] = {
	{"too many instructions", "the probe is too long for the verifier: shorten it or unroll less"},
	{"BPF program is too large", "the probe takes too many steps: shorten it or unroll less"},
	{"The sequence of", "the probe jumps too much for the verifier: shorten it"},
	{"combined stack size", "the probe needs more than the 512 bytes of stack there are"},
	{"invalid indirect access to stack", "bytes are used that were never set"},
	{"invalid read from stack", "bytes are read that were never set"},
	{"invalid access to map value", "an index may lie outside of its buffer"},
	{"invalid mem access 'scalar'", "a plain number is used as an address"},
	{"invalid mem access 'map_value_or_null'", "a map's entry is used before it is known to exist"},
	{"invalid bpf_context access", "the probe's context has no such member here"},
	{"program of this type cannot use helper", "this kind of probe may not call that helper here"},
	/* libbpf's mark on relocations that found nothing: 0xbad2310. */
	{"invalid func unknown#195896080",
	 "a field or type that the probe reads does not exist on this kernel"},
	{"infinite loop detected", "a loop is not seen to end"},
	{"back-edge", "loops need Linux 5.3"},
};

const char *verifier_rule(const char *message)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (strstr(message, rules[i].text))
			return rules[i].rule;
	return NULL;
}

/* Helper functions that probes may use, and the kernels that lack them (bpf-helpers(7)). */
static const struct {
	uint32_t id;
	const char *name, *since;
} helpers[] = {
#define HELPER(name, since) {BPF_FUNC_##name, #name, since}
	HELPER(probe_read_user, "5.5"),	      HELPER(probe_read_kernel, "5.5"),
	HELPER(probe_read_user_str, "5.5"),   HELPER(probe_read_kernel_str, "5.5"),
	HELPER(ktime_get_boot_ns, "5.8"),     HELPER(ringbuf_reserve, "5.8"),
	HELPER(get_task_stack, "5.9"),	      HELPER(get_current_task_btf, "5.11"),
	HELPER(get_func_ip, "5.15"),	      HELPER(get_attach_cookie, "5.15"),
	HELPER(loop, "5.17"),
	HELPER(strncmp, "5.17"),	      HELPER(get_func_ret, "5.17"),
	HELPER(map_lookup_percpu_elem, "5.19"), HELPER(ktime_get_tai_ns, "6.1"),
#undef HELPER
};

/* "invalid func unknown#184", "unknown func bpf_x#184": the row of that helper, or -1. */
static int missing_helper(const char *message)
{
	const char *number = strrchr(message, '#');
	uint32_t id;

	if (!number || (!strstr(message, "unknown func") && !strstr(message, "invalid func")))
		return -1;
	id = (uint32_t)strtoul(number + 1, NULL, 10);
	for (size_t i = 0; i < sizeof(helpers) / sizeof(helpers[0]); i++)
		if (helpers[i].id == id)
			return (int)i;
	return -1;
}

static char *trim(char *line)
{
	while (*line == ' ' || *line == '\t')
		line++;
	return line;
}

/* The row of plan.sources whose line has this text. Kernels since 6.9 add " @ file:line". */
static uint32_t find_source(const struct plan *plan, const char *comment)
{
	size_t length = strlen(comment);
	uint32_t line = 0;

	for (const char *at = strstr(comment, " @ "); at; at = strstr(at + 1, " @ ")) {
		const char *colon = strrchr(at, ':');

		if (colon) {
			length = (size_t)(at - comment);
			line = (uint32_t)strtoul(colon + 1, NULL, 10);
		}
	}
	for (uint32_t i = 1; line && i < plan->sources.count; i++)
		if (plan->sources.items[i].line == line)
			return i;
	for (uint32_t i = 0; i < plan->sources.count; i++) {
		const char *text = plan_string(plan, plan->sources.items[i].text);

		while (*text == ' ' || *text == '\t')
			text++;
		if (*text && length && !strncmp(text, comment, length))
			return i;
	}
	return PLAN_NONE;
}

struct verdict {
	char *message;	     /* the verifier's last words */
	const char *program; /* ELF name of the rejected program */
	uint32_t source;
	const char *foreign; /* the last line, when it is imported C: "*p = 1; @ x.bpf.c:3" */
};

/* Of a message or a whole log. */
static bool is_too_much(const char *text)
{
	return strstr(text, "BPF program is too large") || strstr(text, "The sequence of ");
}

/* "return *p; @ x.bpf.c:3"; kernels before 6.9 give the text alone. */
static bool is_foreign(const char *comment)
{
	const char *at = strstr(comment, " @ ");

	return at && strstr(at, ".bpf.c:");
}

/* Reads the captured log; cuts it into lines in place. */
static void read_verdict(const struct plan *plan, char *log, struct verdict *verdict)
{
	bool in_log = false;
	char *rest = log;

	for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
		char *text = trim(line);
		uint32_t source;

		if (strstr(text, "BEGIN PROG LOAD LOG")) {
			in_log = true;
			verdict->message = NULL;
		} else if (strstr(text, "END PROG LOAD LOG")) {
			in_log = false;
		} else if (in_log && *text == ';') {
			text = trim(text + 1);
			source = is_foreign(text) ? PLAN_NONE : find_source(plan, text);
			verdict->foreign = source == PLAN_NONE ? text : NULL;
			if (source != PLAN_NONE)
				verdict->source = source;
		} else if (in_log && *text && strncmp(text, "processed ", 10) &&
			   strncmp(text, "verification time", 17) &&
			   strncmp(text, "stack depth", 11) &&
			   !(*text >= '0' && *text <= '9')) {
			verdict->message = text;
		}
	}
}

/* The rejected program, from "prog 'NAME': BPF program load failed". */
static uint32_t rejected_program(const struct plan *plan, const char *log)
{
	const char *start = strstr(log, "prog '");

	for (uint32_t i = 0; start && i < plan->programs.count; i++) {
		const char *name = plan_string(plan, plan->programs.items[i].name);
		size_t length = strlen(name);

		if (!strncmp(start + 6, name, length) && start[6 + length] == '\'')
			return i;
	}
	return PLAN_NONE;
}

/* libbpf's first complaint, which the others follow from, without its prefix. */
static const char *first_line(char *log)
{
	if (!strncmp(log, "libbpf: ", 8))
		log += 8;
	log[strcspn(log, "\n")] = 0;
	return log;
}

/* The map that could not be made, from "map 'NAME': failed to create". */
static uint32_t failed_map(const struct plan *plan, const char *log)
{
	const char *end = strstr(log, "': failed to create"), *start = end;

	while (start && start > log && start[-1] != '\'')
		start--;
	for (uint32_t i = 0; start && i < plan->maps.count; i++) {
		const char *symbol = plan_string(plan, plan->maps.items[i].symbol);

		if (strlen(symbol) == (size_t)(end - start) &&
		    !strncmp(symbol, start, (size_t)(end - start)))
			return i;
	}
	return PLAN_NONE;
}

static int explain_map(struct session *session, int error, uint32_t map)
{
	const struct plan_map *row = &session->plan->maps.items[map];
	uint32_t key_size = session->plan->types.items[row->key].size;

	/* Hash keys had to fit the stack before Linux 5.11. */
	if (error == -E2BIG && key_size > 512)
		return session_fail(session, error, row->source,
				    "shorter strings: str(x, 64), or config = { max_strlen = 64 }",
				    "this kernel does not take keys of more than 512 bytes, and "
				    "those of %s have %u",
				    plan_string(session->plan, row->name), key_size);
	return session_fail(session, error, row->source,
			    "fewer keys take less: config = { max_map_keys = N }",
			    "the kernel cannot make the map %s of %u keys: %s",
			    plan_string(session->plan, row->name), row->max_entries,
			    strerror(-error));
}

/* "failed to resolve CO-RE relocation <byte_off> [7] struct NAME___FLAVOUR.FIELD (0:3 @ offset 8)":
 * libbpf's words for a field that this kernel's type lacks. Cuts the two names out, in place. */
static bool missing_field(char *message, const char **type, const char **field)
{
	char *at = strstr(message, "failed to resolve CO-RE relocation "), *dot, *flavour;

	at = at ? strchr(at, ']') : NULL;
	dot = at ? strchr(at, '.') : NULL;
	if (!dot || strncmp(at, "] ", 2))
		return false;
	*dot = '\0';
	flavour = strstr(at, "___");
	if (flavour)
		*flavour = '\0';
	dot[1 + strcspn(dot + 1, " ")] = '\0';
	*type = at + 2;
	*field = dot + 1;
	return true;
}

static int explain_rejection(struct session *session, int error)
{
	const char *type, *field;
	struct verdict verdict = {.source = PLAN_NONE};
	uint32_t program = rejected_program(session->plan, captured.text);
	/* libbpf's words for a load that it cannot make another one: a signed number of another width */
	bool is_there = strstr(strbuf_text(&captured), "accesses field incorrectly");
	const char *rule;

	read_verdict(session->plan, captured.text, &verdict);
	if (verdict.source == PLAN_NONE && program != PLAN_NONE)
		verdict.source = session->plan->programs.items[program].source;
	if (verdict.message && missing_helper(verdict.message) >= 0) {
		int helper = missing_helper(verdict.message);

		return session_fail(session, error, verdict.source, NULL,
				    "this needs the kernel's helper bpf_%s, which it has since "
				    "Linux %s",
				    helpers[helper].name, helpers[helper].since);
	}
	if (verdict.message && missing_field(verdict.message, &type, &field))
		return session_fail(session, error, verdict.source,
				    is_there ? "declare it as this kernel has it" : NULL,
				    is_there ? "this kernel's %s has \"%s\" in another width than the "
					       "imported C reads"
					     : "this kernel's %s has no field \"%s\"",
				    type, field);
	rule = verdict.message ? verifier_rule(verdict.message) : NULL;
	if (verdict.foreign && verdict.message)
		return session_fail(session, error, verdict.source,
				    is_too_much(verdict.message)
					    ? "the verifier walks every turn of a loop in C: fewer turns, or "
					      "bpf_loop()"
					    : "bpf_probe_read_kernel() reads what is not the program's own; "
					      "&$x in the call itself lends a variable",
				    "the kernel's verifier refuses the imported C at \"%s\": %s%s%s%s",
				    verdict.foreign, rule ? rule : verdict.message,
				    rule ? " (\"" : "", rule ? verdict.message : "",
				    rule ? "\")" : "");
	return session_fail(session, error, verdict.source,
			    "this is a fault of sonde, not of the script; -v shows the whole log",
			    "the kernel's verifier refuses this: %s%s%s%s",
			    rule ? rule : (verdict.message ? verdict.message : strerror(-error)),
			    rule ? " (\"" : "", rule ? verdict.message : "", rule ? "\")" : "");
}

/* Without a log: this user may not, or this kernel does not. */
static int explain_refusal(struct session *session, int error)
{
	uint32_t program = rejected_program(session->plan, strbuf_text(&captured));
	const struct plan_program *row =
		program == PLAN_NONE ? NULL : &session->plan->programs.items[program];

	if (!geteuid() && row)
		return session_fail(session, error, row->source,
				    row->kind == PROGRAM_FENTRY || row->kind == PROGRAM_FEXIT
					    ? "a kprobe does the same, with less type information"
					    : NULL,
				    "this kernel does not allow %s programs",
				    program_kind_section((enum program_kind)row->kind));
	return session_fail(session, error, PLAN_NONE,
			    "run it as root, or with the capabilities CAP_BPF, CAP_PERFMON and "
			    "CAP_DAC_READ_SEARCH",
			    "no permission to load BPF programs");
}

bool verifier_gave_up(void)
{
	return is_too_much(strbuf_text(&captured));
}

int verifier_explain(struct session *session, int error)
{
	const char *log = strbuf_text(&captured);
	uint32_t map = failed_map(session->plan, log);

	if ((error == -EPERM || error == -EACCES) && !strstr(log, "BEGIN PROG LOAD LOG"))
		return explain_refusal(session, error);
	if (map != PLAN_NONE && error != -EPERM)
		return explain_map(session, error, map);
	if (strstr(log, "BEGIN PROG LOAD LOG"))
		return explain_rejection(session, error);
	if (strstr(log, "failed to find valid kernel BTF") || strstr(log, "vmlinux BTF"))
		return session_fail(session, error, PLAN_NONE,
				    "it needs CONFIG_DEBUG_INFO_BTF, which distributions' kernels "
				    "have since 2020",
				    "this kernel has no type information (BTF)");
	return session_fail(session, error, PLAN_NONE, "-v shows more", "cannot load: %s%s%s",
			    strerror(-error), captured.len ? ": " : "",
			    captured.len ? first_line(captured.text) : "");
}
