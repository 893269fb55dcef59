/* Calls that send records: printf and its family, exit, time, join; and the map calls. */
#include "lang/check_call.h"

#include <string.h>

struct expr *check_printf(struct checker *c, struct expr *call)
{
	if (!check_literal_argument(c, call, 0))
		return check_poison(c, call->span);
	check_format(c, call, 0);
	return call;
}

struct expr *check_exit(struct checker *c, struct expr *call)
{
	struct type *code = type_int(c->types, 4, true);
	struct expr *zero;

	if (call->args.count == 0) {
		zero = check_integer(c, call->span, 0, code);
		*list_push(c->arena, &call->args) = zero;
		return call;
	}
	if (call->args.items[0]->type->kind != TYPE_INT)
		return check_argument_error(c, call, 0, "an integer");
	call->args.items[0] = check_convert(c, call->args.items[0], code);
	return call;
}

struct expr *check_time(struct checker *c, struct expr *call)
{
	if (call->args.count == 0) {
		struct expr *format = check_text(c, call->span, "%H:%M:%S\n", 9);

		*list_push(c->arena, &call->args) = format;
		return call;
	}
	return check_literal_argument(c, call, 0) ? call : check_poison(c, call->span);
}

struct expr *check_join(struct checker *c, struct expr *call)
{
	struct expr *argv = call->args.items[0];
	enum address_space space = c->provider->is_user ? SPACE_USER : SPACE_KERNEL;

	if (argv->type->kind == TYPE_INT) {
		struct type *text = type_pointer(c->types, type_int(c->types, 1, true), space);

		call->args.items[0] =
		    check_convert(c, check_to_int64(c, argv), type_pointer(c->types, text, space));
	} else if (argv->type->kind != TYPE_POINTER) {
		return check_argument_error(c, call, 0, "a pointer to pointers to characters");
	}
	if (call->args.count > 1 && !check_literal_argument(c, call, 1))
		return check_poison(c, call->span);
	if (call->args.count == 1) {
		struct expr *delimiter = check_text(c, call->span, " ", 1);

		*list_push(c->arena, &call->args) = delimiter;
	}
	return call;
}

/* ---- maps ------------------------------------------------------------------------------- */

static struct expr *not_a_map(struct checker *c, const struct expr *call)
{
	struct diag *diag = check_error(c, "map-argument", call->args.items[0]->span,
					"%s() takes a map here", call->name);

	diag_hint(c->diags, diag, "%s%s", call->name, call->builtin->signature);
	return check_poison(c, call->span);
}

static struct expr *print_map(struct checker *c, struct expr *call)
{
	struct expr *map = call->args.items[0];

	if (map->key) {
		if (call->args.count > 1) {
			struct diag *diag =
			    check_error(c, "print-entry", call->span,
					"top and div are for whole maps, not for one entry");

			diag_hint(c->diags, diag, "print(%s, top) or print(%s[key])", map->name,
				  map->name);
			return check_poison(c, call->span);
		}
		map = check_map(c, map);
		call->args.items[0] = map;
		call->type = check_is_poison(map) ? map->type : c->types->void_;
		return call;
	}
	check_map_whole(c, map);
	for (uint32_t i = 1; i < call->args.count; i++) {
		struct expr *value = check_value(c, call->args.items[i]);

		call->args.items[i] = value;
		if (check_is_poison(value))
			return value;
		if (value->type->kind != TYPE_INT)
			return check_argument_error(c, call, i, "an integer");
		call->args.items[i] =
		    check_convert(c, check_to_int64(c, value), type_int(c->types, 8, false));
	}
	call->type = check_is_poison(map) ? map->type : c->types->void_;
	return call;
}

static struct expr *call_print(struct checker *c, struct expr *call)
{
	struct expr *value = call->args.items[0];

	if (value->kind == EXPR_MAP)
		return print_map(c, call);
	value = check_value(c, value);
	call->args.items[0] = value;
	if (check_is_poison(value) || !check_size_limit(c, value))
		return check_poison(c, value->span);
	if (call->args.count > 1)
		return not_a_map(c, call);
	call->type = c->types->void_;
	return call;
}

static struct expr *call_clear(struct checker *c, struct expr *call)
{
	struct expr *map = call->args.items[0];

	if (map->kind != EXPR_MAP)
		return not_a_map(c, call);
	if (map->key) {
		struct diag *diag =
		    check_error(c, "map-whole", map->span,
				"%s() takes a whole map, without a key", call->name);

		if (call->builtin->id == BUILTIN_CLEAR)
			diag_hint(c->diags, diag, "delete(%s, key) removes one entry", map->name);
		return check_poison(c, call->span);
	}
	check_map_whole(c, map);
	call->type = check_is_poison(map) ? map->type : c->types->void_;
	return call;
}

/* delete(@m, k), has_key(@m, k); the old delete(@m[k]). The result's args[0] is the map with its
 * key. */
static struct expr *call_entry(struct checker *c, struct expr *call)
{
	struct expr *map = call->args.items[0];

	if (map->kind != EXPR_MAP)
		return not_a_map(c, call);
	if (call->args.count == 2) {
		if (map->key) {
			struct diag *diag =
			    check_error(c, "map-key-argument", map->span,
					"%s() takes the map without a key, then the key",
					call->name);

			diag_hint(c->diags, diag, "%s(%s, key)", call->name, map->name);
			return check_poison(c, call->span);
		}
		map->key = call->args.items[1];
		call->args.count = 1;
	} else if (call->builtin->id == BUILTIN_HAS_KEY) {
		return check_argument_error(c, call, 0, "a map and a key");
	}
	map = check_map_place(c, map);
	call->args.items[0] = map;
	if (c->is_final && !map->map->value)
		check_map_whole(c, map);
	if (check_is_poison(map))
		return check_poison(c, call->span);
	call->type = c->types->bool_;
	return call;
}

struct expr *check_call_map(struct checker *c, struct expr *call)
{
	switch ((int)call->builtin->id) {
	case BUILTIN_PRINT:
		return call_print(c, call);
	case BUILTIN_CLEAR:
	case BUILTIN_ZERO:
		return call_clear(c, call);
	case BUILTIN_DELETE:
	case BUILTIN_HAS_KEY:
		return call_entry(c, call);
	default:
		diag_not_supported(c->diags, call->span,
				   arena_printf(c->arena, "%s()", call->name));
		return check_poison(c, call->span);
	}
}
