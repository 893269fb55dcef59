/* Imports: what `import "path";` names is read and becomes part of the script. */
#ifndef SONDE_LANG_IMPORT_H
#define SONDE_LANG_IMPORT_H

#include "lang/compile.h"

/* Reads what compile->script imports, and what that imports, each file once; compile->script becomes
 * the whole: imported items stand before those of who imports them. Returns 0, or -1 with
 * diagnostics. */
int import_all(struct compile *compile);

#endif
