section "kprobe/p0"
p0_kprobe:
	; 1:19
	r1 = AT_ ll
	r2 = zero_key ll
	call 1
	if r0 != 0 goto LBB0_2
LBB0_1:
	w1 = 1
	; 1:27
	*(u8 *)(r10 - 256) = w1
	r2 = r10
	r2 += -256
	r1 = AT_k ll
	call 1
	if r0 == 0 goto LBB0_3
LBB0_9:
	r1 = 2
	lock *(u64 *)(r0 + 0) += r1
LBB0_7:
	w0 = 0
	exit
LBB0_2:
	; 1:19
	r1 = 1
	r2 = 1
	lock *(u64 *)(r0 + 0) += r2
	*(u64 *)(r0 + 8) = r1
	goto LBB0_1
LBB0_3:
	r1 = 2
	; 1:27
	*(u64 *)(r10 - 248) = r1
	r2 = r10
	r2 += -256
	r3 = r10
	r3 += -248
	r1 = AT_k ll
	r4 = 1
	call 2
	if r0 == 0 goto LBB0_7
	if r0 != -17 goto LBB0_6
	r2 = r10
	r2 += -256
	r1 = AT_k ll
	call 1
	if r0 != 0 goto LBB0_10
LBB0_6:
	r1 = 1
	r2 = sonde_losses ll
	lock *(u64 *)(r2 + 16) += r1
	goto LBB0_7
LBB0_10:
	goto LBB0_9
