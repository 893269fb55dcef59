/* Format: finds conversions in a printf format string. */
#include "base/format.h"

#include <string.h>

#define MAX_WIDTH 4096u

static bool skip_flag(const char **at, char flag)
{
	if (**at != flag)
		return false;
	(*at)++;
	return true;
}

static uint32_t read_number(const char **at)
{
	uint32_t number = 0;

	for (; **at >= '0' && **at <= '9'; (*at)++) {
		number = number * 10 + (uint32_t)(**at - '0');
		if (number > MAX_WIDTH)
			number = MAX_WIDTH;
	}
	return number;
}

static uint32_t read_length(const char **at)
{
	uint32_t halves = 0;
	bool is_long = false;

	for (; **at && strchr("hljzt", **at); (*at)++) {
		if (**at == 'h')
			halves++;
		else
			is_long = true;
	}
	if (is_long)
		return 8;
	return halves == 0 ? 4 : halves == 1 ? 2 : 1;
}

/* Reads one conversion at a %; false when the text there is none. */
static bool read_spec(const char *at, struct format_spec *spec)
{
	*spec = (struct format_spec){ .start = at++ };
	spec->is_left = skip_flag(&at, '-');
	spec->has_plus = skip_flag(&at, '+');
	skip_flag(&at, ' ');
	spec->has_base = skip_flag(&at, '#');
	spec->has_zero = skip_flag(&at, '0');
	if (!skip_flag(&at, '*'))
		spec->width = read_number(&at);
	if (skip_flag(&at, '.') && !skip_flag(&at, '*')) {
		if (*at < '0' || *at > '9')
			return false;
		read_number(&at);
	}
	spec->bytes = read_length(&at);
	if (!*at || !strchr("diuoxXcsprbaAeEfFgGn%", *at))
		return false;
	spec->conversion = *at++;
	if (spec->conversion == 'r' && (*at == 'x' || *at == 'h'))
		spec->buffer_form = *at++;
	if (spec->conversion == 'g' && *at++ != 'r') {
		spec->conversion = 'G'; /* a floating point number */
		at--;
	}
	spec->length = (size_t)(at - spec->start);
	return true;
}

bool format_next(const char *text, struct format_spec *spec)
{
	for (text = strchr(text, '%'); text; text = strchr(text + 1, '%')) {
		if (read_spec(text, spec))
			return true;
	}
	return false;
}

bool format_is_supported(char conversion)
{
	return conversion && strchr("diuxXocpsrg", conversion) != NULL;
}
