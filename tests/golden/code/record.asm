section "kprobe/p0"
p0_kprobe:
	; 1:0
	r6 = r1
	r7 = 0
	; 1:19
	r1 = sonde_records ll
	r2 = 16
	r3 = 0
	call 131
	if r0 != 0 goto LBB0_3
	r1 = 1
	; 1:34
	r2 = sonde_losses ll
	lock *(u64 *)(r2 + 0) += r1
	goto LBB0_2
LBB0_3:
	; 1:19
	*(u64 *)(r0 + 0) = r7
	; 1:34
	r1 = *(u64 *)(r6 + 96)
	*(u64 *)(r0 + 8) = r1
	r1 = r0
	r2 = 0
	call 132
LBB0_2:
	w0 = 0
	exit
