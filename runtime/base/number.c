/* Numbers on a command line, read alike when a script is compiled and when an image is run. */
#include "base/number.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *name;
	uint64_t ns;
} units[] = {
	{"ns", 1}, {"us", 1000}, {"ms", 1000000}, {"s", 1000000000},
	{"m", 60000000000}, {"h", 3600000000000}, {"d", 86400000000000},
};

static unsigned int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? (unsigned int)(c - 'a') + 10 : 99;
}

/* Digits of a base with _ between them. Returns what follows, NULL when there is no first digit or too
 * many. */
static const char *read_digits(const char *text, unsigned int base, uint64_t *value)
{
	*value = 0;
	if (digit_of(*text) >= base)
		return NULL;
	for (; *text == '_' || digit_of(*text) < base; text++)
		if (*text != '_' && (__builtin_mul_overflow(*value, base, value) ||
				     __builtin_add_overflow(*value, digit_of(*text), value)))
			return NULL;
	return text;
}

/* 1e6: one digit before the e, as on the peer, so that most names in hex stay texts. */
static const char *read_exponent(const char *text, uint64_t *value)
{
	uint64_t exponent;
	const char *end;

	if (text[0] < '1' || text[0] > '9' || (text[1] | 0x20) != 'e')
		return NULL;
	end = read_digits(text + 2, 10, &exponent);
	if (!end || exponent > 19)
		return NULL;
	*value = digit_of(text[0]);
	while (exponent--)
		if (__builtin_mul_overflow(*value, 10u, value))
			return NULL;
	return end;
}

static const char *read_value(const char *text, uint64_t *value)
{
	const char *end = read_exponent(text, value);

	if (end)
		return end;
	if (text[0] != '0' || !text[1] || text[1] == '_')
		return read_digits(text, 10, value);
	if ((text[1] | 0x20) == 'x')
		return read_digits(text + 2, 16, value);
	if ((text[1] | 0x20) == 'b')
		return read_digits(text + 2, 2, value);
	if (text[1] >= '0' && text[1] <= '9')
		return read_digits(text + 1, 8, value);
	return read_digits(text, 10, value);
}

bool number_parse(const char *text, uint64_t *value)
{
	bool is_negative;
	const char *end;
	uint64_t unit;

	while (*text == ' ' || *text == '\t')
		text++;
	is_negative = *text == '-';
	end = read_value(text + (*text == '-' || *text == '+'), value);
	if (!end)
		return false;
	unit = *end == '\0';
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (!strcmp(end, units[i].name))
			unit = units[i].ns;
	if (!unit || __builtin_mul_overflow(*value, unit, value))
		return false;
	if (is_negative && *value > (uint64_t)INT64_MAX + 1)
		return false;
	if (is_negative)
		*value = -*value;
	return true;
}
