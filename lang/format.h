/* The canonical form of a script: source -> text. A stage of its own beside the pipeline: it reads
 * the parser's tokens and lays them out anew; literals, comments and C definitions stay as written. */
#ifndef SONDE_LANG_FORMAT_H
#define SONDE_LANG_FORMAT_H

#include "lang/compile.h"

/* Lines are broken to fit in so many columns. */
#define FORMAT_COLUMNS 90

/* Appends the formatted text of a source file to `out`. Returns -1 with diagnostics when it does
 * not parse; `out` is then untouched. */
int format_script(struct compile *compile, uint32_t file, struct strbuf *out);

#endif
