section "kprobe/p0"
p0_kprobe:
	; 1:27
	r2 = r1
	r6 = *(u64 *)(r2 + 104)
	; 1:34
	r2 = r1
	r7 = *(u64 *)(r2 + 96)
	; 1:41
	r8 = *(u64 *)(r1 + 104)
	; 1:48
	r1 = AT_ ll
	r2 = zero_key ll
	call 1
	if r0 != 0 goto LBB0_2
LBB0_1:
	w0 = 0
	exit
LBB0_2:
	; 1:34
	r6 /= r7
	; 1:48
	r8 %= 7
	r6 += r8
	r1 = *(u64 *)(r0 + 0)
	r1 += r6
	*(u64 *)(r0 + 0) = r1
	r1 = *(u64 *)(r0 + 8)
	r1 += 1
	*(u64 *)(r0 + 8) = r1
	goto LBB0_1
