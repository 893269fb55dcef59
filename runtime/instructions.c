/* Lengths of x86-64 instructions, enough to walk from a function's start to a place in it. Every
 * opcode says whether a ModRM byte and which immediate follow; the rest is prefixes. */
#include "instructions.h"

#include <elf.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define LENGTH_MAX 15u
/* A function is not larger. */
#define OFFSET_MAX (64ull << 20)

/* What follows an opcode, one letter each:
 *   .  nothing		m  ModRM		b  one byte	z  four bytes, two with 66
 *   M  ModRM, one byte	Z  ModRM, as z		w  two bytes	v  as z, eight with REX.W
 *   j  four bytes	J  ModRM, as j	e  three bytes		a  an address	t  ModRM, as M when reg is 0 or 1
 *   T  as t with z	x  SSE4a: ModRM, and two bytes with 66 or F2
 *   p  prefix, or the start of another table	-  no instruction */
static const char one_byte[] = "mmmmbz--mmmmbz-p" /* 00 */
			       "mmmmbz--mmmmbz--"
			       "mmmmbzp-mmmmbzp-" /* 20 */
			       "mmmmbzp-mmmmbzp-"
			       "pppppppppppppppp" /* 40 */
			       "................"
			       "--pmppppzZbM...." /* 60 */
			       "bbbbbbbbbbbbbbbb"
			       "MZ-Mmmmmmmmmmmmm" /* 80: 8F is looked at before */
			       "..........-....."
			       "aaaa....bz......" /* A0 */
			       "bbbbbbbbvvvvvvvv"
			       "MMw.ppMZe.w..b-." /* C0 */
			       "mmmm---.mmmmmmmm"
			       "bbbbbbbbjj-b...." /* E0 */
			       "p.pp..tT......mm";

static const char two_bytes[] = "mmmm-.....-.-m.M" /* 0F 00 */
				"mmmmmmmmmmmmmmmm"
				"mmmm----mmmmmmmm" /* 0F 20 */
				"......-.p-p-----"
				"mmmmmmmmmmmmmmmm" /* 0F 40 */
				"mmmmmmmmmmmmmmmm"
				"mmmmmmmmmmmmmmmm" /* 0F 60 */
				"MMMMmmm.xm--mmmm"
				"jjjjjjjjjjjjjjjj" /* 0F 80 */
				"mmmmmmmmmmmmmmmm"
				"...mMmmm...mMmmm" /* 0F A0 */
				"mmmmmmmmmmMmmmmm"
				"mmMmMMMm........" /* 0F C0 */
				"mmmmmmmmmmmmmmmm"
				"mmmmmmmmmmmmmmmm" /* 0F E0 */
				"mmmmmmmmmmmmmmmm";

struct instruction {
	const uint8_t *code;
	size_t size;
	unsigned int at;
	bool is_short, is_wide, has_repeat; /* 66; REX.W; F2 */
	bool has_short_address;		    /* 67 */
};

static bool has(const struct instruction *instruction, unsigned int count)
{
	return instruction->at + count <= instruction->size;
}

/* Length of what a ModRM byte at `at` stands for, itself included; 0 when it is cut off. */
static unsigned int modrm_length(const struct instruction *instruction)
{
	const uint8_t *byte = instruction->code + instruction->at;
	unsigned int mode, length = 1;
	bool has_base_disp;

	if (!has(instruction, 1))
		return 0;
	mode = byte[0] >> 6;
	if (mode == 3)
		return 1;
	has_base_disp = (byte[0] & 7) == 5;
	if ((byte[0] & 7) == 4) { /* SIB */
		if (!has(instruction, 2))
			return 0;
		has_base_disp = (byte[1] & 7) == 5;
		length = 2;
	}
	if (mode == 1)
		return length + 1;
	return length + (mode == 2 || has_base_disp ? 4 : 0);
}

static unsigned int immediate_length(const struct instruction *instruction, char kind,
				     unsigned int modrm)
{
	unsigned int word = instruction->is_short && !instruction->is_wide ? 2 : 4;
	bool is_test = modrm && !(instruction->code[instruction->at] & 0x30);

	switch (kind) {
	case 'b':
	case 'M':
		return 1;
	case 'w':
		return 2;
	case 'e':
		return 3;
	case 'j':
	case 'J':
		return 4;
	case 'z':
	case 'Z':
		return word;
	case 'v':
		return instruction->is_wide ? 8 : word;
	case 'a':
		return instruction->has_short_address ? 4 : 8;
	case 't':
		return is_test ? 1 : 0;
	case 'T':
		return is_test ? word : 0;
	case 'x':
		return instruction->is_short || instruction->has_repeat ? 2 : 0;
	default:
		return 0;
	}
}

/* From behind the opcode to the end. */
static unsigned int finish(const struct instruction *instruction, char kind)
{
	unsigned int modrm = 0, length;

	if (kind == '-' || kind == 'p')
		return 0;
	if (strchr("mMZJtTx", kind)) {
		modrm = modrm_length(instruction);
		if (!modrm)
			return 0;
	}
	length = instruction->at + modrm + immediate_length(instruction, kind, modrm);
	return length <= instruction->size && length <= LENGTH_MAX ? length : 0;
}

/* VEX (C4, C5), XOP (8F) and EVEX (62): `length` prefix bytes, a table's number, the opcode. */
static unsigned int finish_vector(struct instruction *instruction, unsigned int length,
				  unsigned int map, bool is_xop)
{
	uint8_t opcode;
	char kind = 'm';

	instruction->at += length;
	if (!has(instruction, 1))
		return 0;
	opcode = instruction->code[instruction->at++];
	if (is_xop)
		return finish(instruction, map == 8 ? 'M' : map == 9 ? 'm' : map == 10 ? 'J' : '-');
	if (map == 1)
		kind = opcode == 0x77 ? '.' : two_bytes[opcode] == 'M' ? 'M' : 'm';
	else if (map == 3)
		kind = 'M';
	else if (map != 2 && map != 5 && map != 6)
		kind = '-';
	return finish(instruction, kind);
}

/* Moves behind the prefixes of before AVX. */
static void skip_prefixes(struct instruction *instruction)
{
	for (; has(instruction, 1) && instruction->at < LENGTH_MAX; instruction->at++) {
		uint8_t byte = instruction->code[instruction->at];

		if ((byte & 0xf0) == 0x40) {
			instruction->is_wide = byte & 8;
			continue;
		}
		if (!strchr("\x26\x2e\x36\x3e\x64\x65\x66\x67\xf0\xf2\xf3", byte) || !byte)
			return;
		instruction->is_wide = false; /* a REX before another prefix is none */
		instruction->is_short = instruction->is_short || byte == 0x66;
		instruction->has_short_address = instruction->has_short_address || byte == 0x67;
		instruction->has_repeat = instruction->has_repeat || byte == 0xf2;
	}
}

unsigned int x86_instruction_length(const uint8_t *code, size_t size)
{
	struct instruction instruction = {.code = code, .size = size};
	uint8_t opcode, next;

	skip_prefixes(&instruction);
	if (!has(&instruction, 1))
		return 0;
	opcode = code[instruction.at++];
	next = has(&instruction, 1) ? code[instruction.at] : 0;
	if (opcode == 0xc5)
		return finish_vector(&instruction, 1, 1, false);
	if (opcode == 0xc4)
		return finish_vector(&instruction, 2, next & 0x1f, false);
	if (opcode == 0x62)
		return finish_vector(&instruction, 3, next & 7, false);
	if (opcode == 0x8f && (next & 0x1f) >= 8)
		return finish_vector(&instruction, 2, next & 0x1f, true);
	if (opcode != 0x0f)
		return finish(&instruction, one_byte[opcode]);
	if (!has(&instruction, 1))
		return 0;
	instruction.at++;
	if (next != 0x38 && next != 0x3a)
		return finish(&instruction, two_bytes[next]);
	if (!has(&instruction, 1))
		return 0;
	instruction.at++;
	return finish(&instruction, next == 0x38 ? 'm' : 'M');
}

/* ---- a place in a file ---- */

static enum instruction_place look_x86(int fd, uint64_t start, uint64_t offset, uint64_t *before,
				       uint64_t *after)
{
	uint8_t code[4096];
	uint64_t at = 0, from = 0;
	size_t size = 0;

	while (at < offset) {
		unsigned int length;

		if (at - from + LENGTH_MAX > size) {
			ssize_t got = pread(fd, code, sizeof(code), (off_t)(start + at));

			if (got <= 0)
				return INSTRUCTION_UNKNOWN;
			from = at;
			size = (size_t)got;
		}
		length = x86_instruction_length(code + (at - from), size - (size_t)(at - from));
		if (!length)
			return INSTRUCTION_UNKNOWN;
		*before = at;
		*after = at += length;
	}
	return at == offset ? INSTRUCTION_START : INSTRUCTION_INSIDE;
}

enum instruction_place instruction_look(const char *path, uint64_t start, uint64_t offset,
					uint64_t *before, uint64_t *after)
{
	enum instruction_place place = INSTRUCTION_UNKNOWN;
	Elf64_Ehdr header;
	int fd;

	if (!offset)
		return INSTRUCTION_START;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return INSTRUCTION_UNKNOWN;
	if (pread(fd, &header, sizeof(header), 0) != (ssize_t)sizeof(header) ||
	    memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || offset > OFFSET_MAX) {
		close(fd);
		return INSTRUCTION_UNKNOWN;
	}
	if (header.e_machine == EM_X86_64) {
		place = look_x86(fd, start, offset, before, after);
	} else if (header.e_machine == EM_AARCH64) {
		*before = offset & ~3ull;
		*after = *before + 4;
		place = offset & 3 ? INSTRUCTION_INSIDE : INSTRUCTION_START;
	}
	close(fd);
	return place;
}
