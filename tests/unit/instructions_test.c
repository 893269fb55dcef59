/* Lengths of instructions: one of each encoding, as GNU as wrote it and objdump cut it. */
#include "instructions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	const char *bytes;
	unsigned int length;
} cases[] = {
    {"\x62\xf1\x6c\x48\x58\xd9", 6}, /* vaddps %zmm1,%zmm2,%zmm3 */
    {"\x62\xf1\x6c\xc9\x58\x58\x01", 7}, /* vaddps 0x40(%rax),%zmm2,%zmm3{%k1}{z} */
    {"\x62\xf3\x6d\x48\x25\xd9\x05", 7}, /* vpternlogd $0x5,%zmm1,%zmm2,%zmm3 */
    {"\x62\xf1\x6d\x48\x72\xd1\x03", 7}, /* vpsrld $0x3,%zmm1,%zmm2 */
    {"\x62\xf1\x6c\x48\xc2\xc9\x02", 7}, /* vcmpleps %zmm1,%zmm2,%k1 */
    {"\xc5\xf1\xc4\xd0\x02", 5}, /* vpinsrw $0x2,%eax,%xmm1,%xmm2 */
    {"\xc5\xf9\xc5\xc1\x01", 5}, /* vpextrw $0x1,%xmm1,%eax */
    {"\xc5\xec\xc6\xd9\x01", 5}, /* vshufps $0x1,%ymm1,%ymm2,%ymm3 */
    {"\xc5\xf8\x77", 3}, /* vzeroupper */
    {"\x62\xf2\x6d\x48\x36\xd9", 6}, /* vpermd %zmm1,%zmm2,%zmm3 */
    {"\x62\xf5\x6c\x48\x58\xd9", 6}, /* vaddph %zmm1,%zmm2,%zmm3 */
    {"\x62\xf6\x6e\x48\x56\xd9", 6}, /* vfmaddcph %zmm1,%zmm2,%zmm3 */
    {"\x62\xf3\x6c\x48\xc2\xc9\x01", 7}, /* vcmpltph %zmm1,%zmm2,%k1 */
    {"\xc5\xec\x41\xd9", 4}, /* kandw %k1,%k2,%k3 */
    {"\xc4\xe3\xf9\x32\xd1\x03", 6}, /* kshiftlw $0x3,%k1,%k2 */
    {"\x0f\x3a\xcc\xd1\x01", 5}, /* sha1rnds4 $0x1,%xmm1,%xmm2 */
    {"\x66\x0f\x38\xdc\xd1", 5}, /* aesenc %xmm1,%xmm2 */
    {"\x8f\xea\x78\x10\xd8\x05\x00\x00\x00", 9}, /* bextr $0x5,%eax,%ebx */
    {"\x8f\xe8\x60\xa2\xe2\x10", 6}, /* vpcmov %xmm1,%xmm2,%xmm3,%xmm4 */
    {"\x8f\xe8\x78\xc0\xd1\x03", 6}, /* vprotb $0x3,%xmm1,%xmm2 */
    {"\x8f\xe9\x78\xc2\xd1", 5}, /* vphaddbd %xmm1,%xmm2 */
    {"\x48\xb8\x88\x77\x66\x55\x44\x33\x22\x11", 10}, /* movabs $0x1122334455667788,%rax */
    {"\xa0\x88\x77\x66\x55\x44\x33\x22\x11", 9}, /* movabs 0x1122334455667788,%al */
    {"\xc8\x10\x00\x01", 4}, /* enter $0x10,$0x1 */
    {"\x8f\xea\x60\x12\xc0\x05\x00\x00\x00", 9}, /* lwpins $0x5,%eax,%ebx */
    {"\x66\x0f\x78\xc1\x02\x01", 6}, /* extrq $0x1,$0x2,%xmm1 */
    {"\xf2\x0f\x78\xd1\x02\x01", 6}, /* insertq $0x1,$0x2,%xmm1,%xmm2 */
    {"\xc7\xf8\x00\x00\x00\x00", 6}, /* xbegin 0xad */
    {"\xc6\xf8\x01", 3}, /* xabort $0x1 */
    {"\xf3\x0f\x1e\xfa", 4}, /* endbr64 */
    {"\x66\x0f\xae\xf0", 4}, /* tpause %eax */
    {"\xf3\x0f\xc7\xf8", 4}, /* rdpid %rax */
    {"\xf3\x48\x0f\xae\xe0", 5}, /* ptwrite %rax */
    {"\x66\x0f\x38\xf8\x18", 5}, /* movdir64b (%rax),%rbx */
    {"\xa8\x01", 2}, /* test $0x1,%al */
    {"\xf6\x00\x01", 3}, /* testb $0x1,(%rax) */
    {"\xf7\x00\x01\x00\x00\x00", 6}, /* testl $0x1,(%rax) */
    {"\x66\xf7\x00\x01\x00", 5}, /* testw $0x1,(%rax) */
    {"\x48\xf7\x40\x08\x01\x00\x00\x00", 8}, /* testq $0x1,0x8(%rax) */
    {"\x48\xf7\x10", 3}, /* notq (%rax) */
    {"\xf0\x48\x0f\xc7\x0f", 5}, /* lock cmpxchg16b */
    {"\xf2\x0f\x38\xf0\xd8", 5}, /* crc32 %al,%ebx */
    {"\x66\x0f\x3a\x15\x08\x01", 6}, /* pextrw $0x1,%xmm1,(%rax) */
    {"\x66\x0f\x3a\xce\xd1\x01", 6}, /* gf2p8affineqb $0x1,%xmm1,%xmm2 */
    {"\x62\xf3\xed\x48\xce\xd9\x01", 7}, /* vgf2p8affineqb $0x1,%zmm1,%zmm2,%zmm3 */
    {"\xe3\xad", 2}, /* jrcxz 0xad */
    {"\xe2\xab", 2}, /* loop 0xad */
    {"\xe4\x01", 2}, /* in $0x1,%al */
    {"\x6a\x01", 2}, /* push $0x1 */
    {"\x66\x68\x22\x11", 4}, /* pushw $0x1122 */
    {"\x66\x69\xd8\x22\x11", 5}, /* imul $0x1122,%ax,%bx */
    {"\x66\xc7\x00\x22\x11", 5}, /* movw $0x1122,(%rax) */
    {"\x67\x8b\x18", 3}, /* mov (%eax),%ebx */
    {"\x0f\x0f\xd1\x9e", 4}, /* pfadd %mm1,%mm2 */
};

static void test_lengths(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint8_t code[32];

		memset(code, 0x90, sizeof(code));
		memcpy(code, cases[i].bytes, cases[i].length);
		assert_int_equal(x86_instruction_length(code, sizeof(code)), cases[i].length);
		/* cut off: not known, and nothing is read behind it */
		assert_int_equal(x86_instruction_length(code, cases[i].length - 1), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_lengths)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
