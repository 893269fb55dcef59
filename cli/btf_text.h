/* The kernel's BTF as C text: functions, raw tracepoints and types for `sonde list`. */
#ifndef SONDE_CLI_BTF_TEXT_H
#define SONDE_CLI_BTF_TEXT_H

#include <stdbool.h>

struct btf_text;

/* NULL after a message when this machine has no BTF. */
struct btf_text *btf_text_open(void);
void btf_text_close(struct btf_text *btf);

void btf_text_each_function(struct btf_text *btf, void (*each)(void *context, const char *name),
			    void *context);
/* Raw tracepoints. */
void btf_text_each_event(struct btf_text *btf, void (*each)(void *context, const char *name),
			 void *context);
/* Arguments, one on a line, indented. */
void btf_text_print_function(struct btf_text *btf, const char *name, bool with_return);
void btf_text_print_event(struct btf_text *btf, const char *name);
/* "struct NAME", "enum NA*": names, or whole definitions when verbose. -1 when nothing matches. */
int btf_text_print_types(struct btf_text *btf, const char *pattern, bool verbose);

#endif
