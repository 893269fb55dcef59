section "kprobe/p0"
p0_kprobe:
	; 1:0
	r6 = r1
	; 1:27
	r7 = *(u64 *)(r1 + 104)
	; 1:34
	r1 = r6
	r1 = *(u64 *)(r1 + 96)
	if r1 == 0 goto LBB0_1
	r7 /= r1
	goto LBB0_3
LBB0_1:
	r7 = 0
	r1 = sonde_records ll
	r2 = 8
	r3 = 0
	call 131
	if r0 == 0 goto LBB0_4
	*(u64 *)(r0 + 0) = r7
	r1 = r0
	r2 = 0
	call 132
	r7 = 1
	goto LBB0_3
LBB0_4:
	r7 = 1
	r1 = sonde_losses ll
	r2 = 1
	lock *(u64 *)(r1 + 0) += r2
LBB0_3:
	; 1:41
	r6 = *(u64 *)(r6 + 104)
	; 1:48
	r1 = AT_ ll
	r2 = zero_key ll
	call 1
	if r0 == 0 goto LBB0_7
	r6 %= 7
	r7 += r6
	r1 = *(u64 *)(r0 + 0)
	r1 += r7
	*(u64 *)(r0 + 0) = r1
	r1 = *(u64 *)(r0 + 8)
	r1 += 1
	*(u64 *)(r0 + 8) = r1
LBB0_7:
	w0 = 0
	exit
