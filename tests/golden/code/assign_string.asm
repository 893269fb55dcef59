section "kprobe/p0"
p0_kprobe:
	; 1:0
	r1 = 0
	; 1:28
	*(u64 *)(r10 - 248) = r1
	*(u64 *)(r10 - 256) = r1
	r6 = r10
	r6 += -256
	r1 = r6
	w2 = 16
	call 16
	; 1:21
	call 14
	*(u32 *)(r10 - 240) = w0
	; 1:28
	r2 = r10
	r2 += -240
	; 1:21
	r1 = AT_ ll
	r3 = r6
	r4 = 0
	call 2
	if r0 == 0 goto LBB0_2
	r1 = 1
	r2 = sonde_losses ll
	lock *(u64 *)(r2 + 8) += r1
LBB0_2:
	w0 = 0
	exit
