/* Where instructions start in the code of an ELF file: a breakpoint inside of one damages the process. */
#ifndef SONDE_RUNTIME_INSTRUCTIONS_H
#define SONDE_RUNTIME_INSTRUCTIONS_H

#include <stddef.h>
#include <stdint.h>

/* Length of the x86-64 instruction at `code` (Intel SDM volume 2, chapter 2 and appendix A; AMD APM
 * volume 3); 0 when it is not known or does not end within `size`. */
unsigned int x86_instruction_length(const uint8_t *code, size_t size);

enum instruction_place {
	INSTRUCTION_START,
	INSTRUCTION_INSIDE,
	INSTRUCTION_UNKNOWN, /* code that is not understood lies before; or another machine's */
};

/* Looks at `start` + `offset` in a file, where an instruction starts at `start` (file offset).
 * *before and *after are the starts around it, counted from `start`, when it lies inside of one. */
enum instruction_place instruction_look(const char *path, uint64_t start, uint64_t offset,
					uint64_t *before, uint64_t *after);

#endif
