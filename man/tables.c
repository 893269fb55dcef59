/* Fills the tables of a manual page from the compiler's own rows: a line "@providers@", "@values@",
 * "@functions@", "@aggregations@" or "@diagnostics@" of the template on standard input becomes that table. */
#include "lang/builtin.h"
#include "lang/diag.h"
#include "lang/provider.h"

#include <stdio.h>
#include <string.h>

/* A text with what roff would take for its own escaped. */
static void put(const char *text)
{
	for (; *text; text++) {
		if (*text == '\\')
			fputs("\\e", stdout);
		else if (*text == '-')
			fputs("\\-", stdout);
		else if (*text == '\'')
			fputs("\\(aq", stdout);
		else
			putchar(*text);
	}
}

static void print_providers(void)
{
	for (int i = 0; i < PROVIDER_COUNT; i++) {
		const struct provider *provider = &providers[i];

		fputs(".TP\n.B ", stdout);
		put(provider->forms ? provider->forms : provider->name);
		putchar('\n');
		put(provider->doc ? provider->doc : "");
		if (provider->aliases[0]) {
			fputs(". Also written", stdout);
			for (int j = 0; j < 4 && provider->aliases[j]; j++)
				printf("%s %s", j ? "," : "", provider->aliases[j]);
		}
		puts(".");
	}
}

static void print_builtins(bool values, bool aggregations)
{
	for (int i = 0; i < BUILTIN_COUNT; i++) {
		const struct builtin *builtin = &builtins[i];
		bool is_value = builtin->flags & BUILTIN_VALUE;
		bool is_aggregation = builtin->flags & BUILTIN_AGGREGATION;

		if ((builtin->flags & BUILTIN_LATER) || is_value != values ||
		    is_aggregation != aggregations)
			continue;
		fputs(".TP\n.B ", stdout);
		put(builtin->name);
		fputs(is_value ? "\\fR: " : "\\fR", stdout);
		put(builtin->signature);
		putchar('\n');
		put(builtin->doc);
		puts(builtin->flags & BUILTIN_UNSAFE ? " (needs \\-\\-unsafe)." : ".");
	}
}

static void print_diagnostics(void)
{
	for (const struct diag_row *row = diag_rows; row->id; row++) {
		fputs(".TP\n.B ", stdout);
		put(row->id);
		putchar('\n');
		put(row->explanation);
		puts(".");
	}
}

int main(void)
{
	char line[1024];

	while (fgets(line, sizeof(line), stdin)) {
		if (!strcmp(line, "@providers@\n"))
			print_providers();
		else if (!strcmp(line, "@values@\n"))
			print_builtins(true, false);
		else if (!strcmp(line, "@functions@\n"))
			print_builtins(false, false);
		else if (!strcmp(line, "@aggregations@\n"))
			print_builtins(false, true);
		else if (!strcmp(line, "@diagnostics@\n"))
			print_diagnostics();
		else
			fputs(line, stdout);
	}
	return 0;
}
