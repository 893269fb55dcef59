/* Fuzzes the metadata decoder: whatever the bytes, decoding ends with a plan or one sentence, and a
 * decoded plan can be dumped. With libFuzzer (preset fuzz), or as a program that replays files. */
#include "fuzz.h"

#include "base/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_create();
	struct strbuf text = { 0 };
	const char *error = NULL;
	struct plan *plan = image_decode_plan(arena, data, size, &error);

	if (plan) {
		plan_dump(plan, &text);
		strbuf_clear(&text);
		image_encode_plan(plan, &text);
	} else if (!error) {
		__builtin_trap(); /* refused without a word */
	}
	strbuf_free(&text);
	arena_free(arena);
	return 0;
}
