section "kprobe/p0"
p0_kprobe:
	; 1:27
	r1 = sonde_task_btf ll
	r1 = *(u64 *)(r1 + 0)
	if r1 == 0 goto LBB0_3
	r1 = 8
	if w1 == 8 goto LBB0_2
	goto LBB0_3
LBB0_2:
	call 158
	r1 = *(u64 *)(r0 + 24)
	r6 = 0
	if r1 == 0 goto LBB0_4
	r6 = *(u64 *)(r1 + 16)
	goto LBB0_4
LBB0_3:
	call 35
	r1 = 24
	r0 += r1
	r6 = r10
	r6 += -8
	r1 = r6
	w2 = 8
	r3 = r0
	call 113
	r3 = *(u64 *)(r10 - 8)
	r1 = 0
	*(u64 *)(r10 - 8) = r1
	r1 = 16
	r3 += r1
	r1 = r6
	r2 = 8
	call 113
	r6 = *(u64 *)(r10 - 8)
LBB0_4:
	r1 = AT_ ll
	r2 = zero_key ll
	call 1
	if r0 == 0 goto LBB0_7
	r1 = *(u64 *)(r0 + 0)
	r1 += r6
	*(u64 *)(r0 + 0) = r1
	r1 = *(u64 *)(r0 + 8)
	r1 += 1
	*(u64 *)(r0 + 8) = r1
LBB0_7:
	w0 = 0
	exit
