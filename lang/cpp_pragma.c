/* Pragmas, of a # line or of _Pragma("..."): pack says how close together members are; all others mean
 * nothing to a layout. */
#include "lang/cpp.h"

#include <stdlib.h>
#include <string.h>

#define MAX_PUSHED 1000u

static void push(struct cpp *cpp, const char *name)
{
	struct cpp_pack *pack;

	if (cpp->packs.count == MAX_PUSHED)
		return;
	pack = list_push(cpp->arena, &cpp->packs);
	pack->name = name;
	pack->bytes = cpp->pack;
}

/* Back to before the last push, or before the last one of that name. */
static void pop(struct cpp *cpp, const char *name)
{
	uint32_t at = cpp->packs.count;

	while (name && at && (!cpp->packs.items[at - 1].name || strcmp(cpp->packs.items[at - 1].name, name)))
		at--;
	if (!at)
		return;
	cpp->packs.count = at - 1;
	cpp->pack = cpp->packs.items[at - 1].bytes;
}

/* pack(), pack(n), pack(push), pack(push, n), pack(push, name, n), pack(pop), pack(pop, name) */
static void pack(struct cpp *cpp, char *words)
{
	char *rest = NULL, *word = strtok_r(words, " \t,()\"", &rest);
	bool is_push = word && strcmp(word, "push") == 0, is_pop = word && strcmp(word, "pop") == 0;
	const char *name = NULL;
	unsigned long bytes = 0;

	if (is_push || is_pop)
		word = strtok_r(NULL, " \t,()\"", &rest);
	if (word && (is_push || is_pop) && (*word < '0' || *word > '9')) {
		name = word;
		word = strtok_r(NULL, " \t,()\"", &rest);
	}
	if (word)
		bytes = strtoul(word, NULL, 0);
	if (is_push)
		push(cpp, name);
	if (is_pop)
		pop(cpp, name);
	if ((word || (!is_push && !is_pop)) && bytes <= 16 && !(bytes & (bytes - 1)))
		cpp->pack = (uint32_t)bytes;
}

void cpp_pragma(struct cpp *cpp, const char *text, uint32_t file)
{
	size_t length = strcspn(text, " \t(");

	if (length == 4 && strncmp(text, "pack", 4) == 0 && strchr(text, '('))
		pack(cpp, arena_strdup(cpp->arena, strchr(text, '(')));
	if (length == 4 && strncmp(text, "once", 4) == 0)
		for (uint32_t i = 0; i < cpp->files.count; i++)
			if (cpp->files.items[i]->file == file)
				cpp->files.items[i]->is_once = true;
}
