/* Maps: keys and values, widened over the whole script, and aggregations. */
#include "lang/check.h"

#include <string.h>

/* Several keys are one tuple. */
static struct expr *check_key(struct checker *c, struct expr *key)
{
	struct expr *value = check_value(c, key);

	if (type_is_aggregation(value->type))
		value = check_to_int64(c, value);
	if (!check_is_poison(value) && !check_size_limit(c, value))
		return check_poison(c, value->span);
	return value;
}

static void key_error(struct checker *c, struct map_info *info, struct span span,
		      const struct type *key)
{
	const struct type *known = info->map->key;
	struct diag *diag;

	if (key->kind == TYPE_VOID)
		diag =
		    check_error(c, "key-missing", span, "%s has a key of type %s, and needs one here",
				info->map->name, check_type_name(c, known));
	else if (known->kind == TYPE_VOID)
		diag = check_error(c, "key-unexpected", span, "%s is used without a key elsewhere",
				   info->map->name);
	else
		diag = check_error(c, "key-mismatch", span, "the key of %s is %s, and cannot be %s",
				   info->map->name, check_type_name(c, known),
				   check_type_name(c, key));
	diag_note(diag, info->key_span, "its key type comes from here");
}

/* Widens the map's key by `key` (its type VOID: none); false after a diagnostic. */
static bool add_key(struct checker *c, struct map_info *info, const struct expr *key,
		    struct type *type, struct span span)
{
	bool flexible = key && check_is_flexible(key);
	struct type *known = info->map->key, *wide = NULL;

	if (!known) {
		info->map->key = type;
		info->key_span = span;
		info->key_flexible = flexible;
		c->changed = true;
		return true;
	}
	if ((known->kind == TYPE_VOID) == (type->kind == TYPE_VOID))
		wide = check_unify(c, known, info->key_flexible, type, flexible);
	if (!wide) {
		key_error(c, info, span, type);
		return false;
	}
	if (!type_equal(wide, known)) {
		info->map->key = wide;
		c->changed = true;
	}
	if (info->key_flexible && !flexible) {
		info->key_flexible = false;
		c->changed = true;
	}
	return true;
}

static void set_key(struct checker *c, struct expr *map, struct expr *key)
{
	struct map_info *info = check_map_info(c, map->name, map->span);

	map->map = info->map;
	if (key && check_is_poison(key)) {
		map->type = c->types->poison;
		return;
	}
	if (!add_key(c, info, key, key ? key->type : c->types->void_,
		     key ? key->span : map->span)) {
		map->type = c->types->poison;
		return;
	}
	if (key)
		check_warn_cast(c, key, info->map->key);
	map->key = key ? check_convert(c, key, info->map->key) : NULL;
}

struct expr *check_map_place(struct checker *c, struct expr *expr)
{
	struct map_info *info = check_map_info(c, expr->name, expr->span);
	struct expr *key = expr->key ? check_key(c, expr->key) : NULL;

	expr->type = info->map->value ? info->map->value
		     : c->is_final    ? type_int(c->types, 8, true)
				      : c->types->poison;
	set_key(c, expr, key);
	/* before its value is known a place is no poison: it is being given a type */
	if (!info->map->value && !c->is_final && !(key && check_is_poison(key)))
		expr->type = c->types->void_;
	return expr;
}

/* A map that nothing is assigned to is always 0. */
static struct expr *never_assigned(struct checker *c, const struct expr *expr)
{
	struct expr *zero = check_integer(c, expr->span, 0, type_int(c->types, 1, true));

	zero->is_literal = true;
	if (c->is_final)
		diag_warning(c->diags, "undefined-map", expr->span,
			     "nothing is ever assigned to %s: it is 0 here", expr->name);
	return zero;
}

struct expr *check_map(struct checker *c, struct expr *expr)
{
	struct expr *map;
	struct map_info *info = check_map_info(c, expr->name, expr->span);

	if (c->is_settled && !info->has_assignment)
		return never_assigned(c, expr);
	map = check_map_place(c, expr);

	map->map->is_read_in_kernel = true;
	if (map->type->kind == TYPE_VOID)
		map->type = c->types->poison;
	return map;
}

struct expr *check_map_whole(struct checker *c, struct expr *expr)
{
	struct map_info *info = check_map_info(c, expr->name, expr->span);

	expr->map = info->map;
	expr->type = info->map->value ? info->map->value : c->types->poison;
	if (!info->map->value && c->is_final) {
		check_error(c, "undefined-map", expr->span, "nothing is ever assigned to %s",
			    expr->name);
		info->map->value = c->types->poison;
	}
	return expr;
}

static void value_error(struct checker *c, struct map_info *info, struct span span,
			const struct type *type)
{
	const struct type *known = info->map->value;
	struct diag *diag;

	if (type_is_aggregation(known) != type_is_aggregation(type))
		diag = check_error(
		    c, "map-mixed", span,
		    "%s holds %s, and a map holds either an aggregation or plain values",
		    info->map->name, check_type_name(c, known));
	else if (known->kind == type->kind && type_is_aggregation(type))
		diag = check_error(c, "map-type", span, "the histogram %s has other steps elsewhere",
				   info->map->name);
	else
		diag = check_error(c, "map-type", span, "%s holds %s, and cannot take %s",
				   info->map->name, check_type_name(c, known),
				   check_type_name(c, type));
	diag_note(diag, info->value_span, "its type comes from here");
	diag_hint(c->diags, diag, "use another map");
}

static bool add_value(struct checker *c, struct map_info *info, struct type *type, bool flexible,
		      struct span span)
{
	struct type *known = info->map->value, *wide;

	if (!known) {
		info->map->value = type;
		info->value_span = span;
		info->map->is_flexible = flexible;
		c->changed = true;
		return true;
	}
	wide = check_unify(c, known, info->map->is_flexible, type, flexible);
	if (!wide) {
		value_error(c, info, span, type);
		return false;
	}
	if (!type_equal(wide, known)) {
		info->map->value = wide;
		c->changed = true;
	}
	if (info->map->is_flexible && !flexible) {
		info->map->is_flexible = false;
		c->changed = true;
	}
	return true;
}

struct expr *check_assign_map(struct checker *c, struct expr *map, struct expr *value)
{
	struct map_info *info = check_map_info(c, map->name, map->span);

	info->has_assignment = true;
	value = check_signed_unary(c, value);
	if (type_is_aggregation(value->type))
		value = check_to_int64(c, value);
	if (check_is_poison(value) || check_is_poison(map) || !check_size_limit(c, value))
		return check_poison(c, value->span);
	if (!add_value(c, info, value->type, check_is_flexible(value), value->span))
		return check_poison(c, value->span);
	map->type = info->map->value;
	check_warn_cast(c, value, map->type);
	return check_convert(c, value, info->map->value);
}

/* Keeps one type for a map's aggregation: signed as soon as one argument is. */
static bool add_aggregation(struct checker *c, struct map_info *info, struct type *type,
			    bool flexible, struct span span)
{
	struct type *known = info->map->value;
	bool same;

	if (!known || known->kind != type->kind)
		return add_value(c, info, type, flexible, span);
	same = known->hist.bits == type->hist.bits && known->hist.min == type->hist.min &&
	       known->hist.max == type->hist.max && known->hist.step == type->hist.step;
	if (!same) {
		value_error(c, info, span, type);
		return false;
	}
	if (type->is_signed && !known->is_signed && !flexible) {
		info->map->value = type;
		c->changed = true;
	} else if (!type->is_signed && known->is_signed && info->map->is_flexible) {
		info->map->value = type;
		c->changed = true;
	}
	if (info->map->is_flexible && !flexible) {
		info->map->is_flexible = false;
		c->changed = true;
	}
	return true;
}

struct expr *check_aggregate(struct checker *c, struct expr *assign, struct expr *map,
			     struct expr *call)
{
	struct map_info *info = check_map_info(c, map->name, map->span);
	struct type *type = check_aggregation_type(c, call);
	struct expr *result;
	bool flexible;

	info->has_assignment = true;
	if (!type || check_is_poison(map))
		return check_poison(c, assign->span);
	flexible = call->args.count > 0 && check_is_flexible(call->args.items[0]);
	if (!add_aggregation(c, info, type, flexible, call->span))
		return check_poison(c, assign->span);
	map->type = info->map->value;
	result = check_new_expr(c, EXPR_AGGREGATE, assign->span, c->types->void_);
	result->left = map;
	result->builtin = call->builtin;
	result->name = call->builtin->name;
	if (call->args.count > 0 && call->builtin->id != BUILTIN_COUNT_AGG) {
		struct expr *value = check_to_int64(c, call->args.items[0]);

		value = check_convert(c, value, type_int(c->types, 8, map->type->is_signed));
		*list_push(c->arena, &result->args) = value;
	}
	return result;
}

static const struct {
	const char *name;
	enum map_kind kind;
} kinds[] = {
    {"hash", MAP_HASH},
    {"lruhash", MAP_LRU_HASH},
    {"percpuhash", MAP_PERCPU_HASH},
    {"percpulruhash", MAP_PERCPU_LRU_HASH},
};

static void declare(struct checker *c, const struct map_declaration *declaration)
{
	static const char *const names[] = {"hash", "lruhash", "percpuhash", "percpulruhash", NULL};
	struct map_info *info = check_map_info(c, declaration->name, declaration->span);
	uint32_t errors = c->diags->error_count;
	struct expr *size;
	struct diag *diag;
	int64_t count = 0;
	size_t i = 0;

	while (i < sizeof(kinds) / sizeof(kinds[0]) &&
	       strcmp(kinds[i].name, declaration->kind) != 0)
		i++;
	if (i == sizeof(kinds) / sizeof(kinds[0])) {
		const char *near = diag_nearest(c->diags, declaration->kind, names);

		diag = check_error(c, "unknown-map-kind", declaration->span,
				   "there is no kind of map \"%s\"", declaration->kind);
		diag_hint(c->diags, diag,
			  near ? "did you mean \"%s\"?"
			       : "the kinds are %s, lruhash, percpuhash and percpulruhash",
			  near ? near : "hash");
		return;
	}
	if (info->map->is_declared) {
		diag = check_error(c, "duplicate-map", declaration->span, "%s is declared twice",
				   declaration->name);
		diag_note(diag, info->map->span, "declared here first");
		return;
	}
	size = check_value(c, declaration->size);
	if (check_is_poison(size) && errors == c->diags->error_count)
		check_not_constant(c, size->span); /* a map, whose type is not known yet */
	if (check_is_poison(size) || !check_constant(c, size, &count))
		return;
	if (count <= 0 || count > UINT32_MAX) {
		diag = check_error(c, "map-size", size->span,
				   "a map has 1 to %u entries, not %lld", UINT32_MAX,
				   (long long)count);
		diag_hint(c->diags, diag, "let %s = %s(1024)", declaration->name,
			  declaration->kind);
		return;
	}
	info->map->is_declared = true;
	info->map->declared_kind = kinds[i].kind;
	info->map->max_entries = (uint32_t)count;
}

void check_declarations(struct checker *c)
{
	struct script *script = c->compile->script;

	for (uint32_t i = 0; i < script->declarations.count; i++)
		declare(c, &script->declarations.items[i]);
}
