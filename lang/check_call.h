/* What the files that check calls share: check_call.c, check_send.c, check_agg.c,
 * check_text.c. */
#ifndef SONDE_LANG_CHECK_CALL_H
#define SONDE_LANG_CHECK_CALL_H

#include "lang/check.h"

/* Reports that argument `index` is not what the builtin takes; the result is poison. */
struct expr *check_argument_error(struct checker *c, const struct expr *call, uint32_t index,
				  const char *wanted);
bool check_literal_argument(struct checker *c, const struct expr *call, uint32_t index);

/* check_send.c: calls that send records. */
struct expr *check_printf(struct checker *c, struct expr *call);
struct expr *check_exit(struct checker *c, struct expr *call);
struct expr *check_time(struct checker *c, struct expr *call);
struct expr *check_join(struct checker *c, struct expr *call);
/* check_send.c: print, clear, zero, delete, has_key. */
struct expr *check_call_map(struct checker *c, struct expr *call);
/* check_text.c: functions of strings and bytes. */
struct expr *check_text_call(struct checker *c, struct expr *call);
/* check_agg.c: kstack(3), nsecs(boot), pid(init) */
struct expr *check_call_value(struct checker *c, struct expr *call);
/* check_param.c: a named parameter. */
struct expr *check_getopt(struct checker *c, struct expr *call);
/* str()'s first argument: $1 and $1 + n are texts. */
struct expr *check_str_argument(struct checker *c, struct expr *expr);

#endif
