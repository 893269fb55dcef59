section "kprobe/p0"
p0_kprobe:
	; 1:0
	r7 = r1
	r1 = 0
	; 1:21
	*(u64 *)(r10 - 256) = r1
	*(u64 *)(r10 - 264) = r1
	r1 = sonde_stack_0 ll
	r2 = zero_key ll
	call 1
	r6 = r0
	if r6 == 0 goto LBB0_13
	r9 = 0
	r1 = r7
	r2 = r6
	w3 = 64
	r4 = 0
	call 67
	r7 = r0
	if r7 s> 0 goto LBB0_6
	goto LBB0_13
LBB0_6:
	r7 >>= 3
	r8 = r7
	r1 = r6
	if r9 > 7 goto LBB0_10
LBB0_8:
	if r9 >= r7 goto LBB0_10
	r2 = *(u64 *)(r1 + 0)
	r8 ^= r2
	r2 = -7046029254386353131 ll
	r8 *= r2
	r2 = r8
	r2 >>= 29
	r8 ^= r2
	r1 += 8
	r9 += 1
	if r9 > 7 goto LBB0_10
	goto LBB0_8
LBB0_10:
	r8 |= 1
	*(u64 *)(r10 - 8) = r8
	r2 = r10
	r2 += -8
	r1 = stacks_8 ll
	call 1
	if r0 != 0 goto LBB0_12
	r2 = r10
	r2 += -8
	r1 = stacks_8 ll
	r3 = r6
	r4 = 0
	call 2
LBB0_12:
	*(u64 *)(r10 - 264) = r8
	*(u32 *)(r10 - 256) = w7
LBB0_13:
	r2 = r10
	r2 += -264
	r1 = AT_ ll
	call 1
	if r0 == 0 goto LBB0_1
	goto LBB0_4
LBB0_1:
	r6 = r10
	r6 += -264
	r7 = 1
	r1 = AT_ ll
	r2 = r6
	r3 = text ll
	r4 = 1
	call 2
	r1 = AT_ ll
	r2 = r6
	call 1
	if r0 != 0 goto LBB0_3
	r1 = sonde_losses ll
	lock *(u64 *)(r1 + 8) += r7
	goto LBB0_5
LBB0_3:
LBB0_4:
	r1 = *(u64 *)(r0 + 0)
	r1 += 1
	*(u64 *)(r0 + 0) = r1
LBB0_5:
	w0 = 0
	exit
