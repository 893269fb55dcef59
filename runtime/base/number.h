/* Numbers as they are given on a command line: what a parameter of a script is. */
#ifndef SONDE_BASE_NUMBER_H
#define SONDE_BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* Reads a whole text: a sign, decimal, 0x, 0b or octal digits with _ between them or 1e6, and a unit
 * of time (ns us ms s m h d; the value is in ns). False when it is no number or has more than 64
 * bits. Negative ones are in two's complement. */
bool number_parse(const char *text, uint64_t *value);

#endif
