section "raw_tp/p0"
p0_begin:
	; 2:0
	r7 = r1
	; 2:1
	r1 = sonde_vars_0 ll
	r2 = zero_key ll
	call 1
	r6 = r0
	if r6 != 0 goto LBB0_2
LBB0_1:
	; 2:0
	w0 = 0
	exit
LBB0_2:
	; 2:1
	*(u64 *)(r10 - 32) = r7
	r1 = r6
	*(u64 *)(r10 - 24) = r1
	r1 = r6
	r7 = 0
	*(u64 *)(r1 + 272) = r7
	; 2:16
	r1 = r6
	*(u64 *)(r1 + 0) = r7
	; 2:32
	r1 = r6
	*(u64 *)(r1 + 280) = r7
	r1 = sonde_bpf_loop ll
	r1 = *(u64 *)(r1 + 0)
	if r1 == 0 goto LBB0_5
	r3 = r10
	r3 += -32
	r1 = 1000
	r2 = p0_loop0 ll
	r4 = 0
	call 181
LBB0_4:
	r7 = 0
	; 2:54
	r1 = sonde_records ll
	r2 = 16
	r3 = 0
	call 131
	if r0 == 0 goto LBB0_11
	*(u64 *)(r0 + 0) = r7
	; 2:60
	r1 = *(u64 *)(r6 + 0)
	*(u64 *)(r0 + 8) = r1
	r1 = r0
	r2 = 0
	call 132
	goto LBB0_1
LBB0_5:
	; 2:32
	r1 = sonde_loop_shift ll
	r1 = *(u64 *)(r1 + 0)
	r8 = 64
	r8 >>= r1
LBB0_6:
	if r7 > 999 goto LBB0_4
	r2 = r10
	r2 += -32
	r1 = r7
	call p0_loop0
	if r0 != 0 goto LBB0_4
	r7 += 1
	if r7 < r8 goto LBB0_6
	if r7 == 1000 goto LBB0_4
	r1 = 1
	r2 = sonde_losses ll
	lock *(u64 *)(r2 + 8) += r1
	goto LBB0_4
LBB0_11:
	r1 = 1
	; 2:60
	r2 = sonde_losses ll
	lock *(u64 *)(r2 + 0) += r1
	goto LBB0_1
p0_loop0:
	; 2:19
	r3 = *(u64 *)(r2 + 0)
	r2 = *(u64 *)(r2 + 8)
	r3 = r2
	r3 = *(u64 *)(r3 + 280)
	w3 += w1
	; 2:48
	r3 <<= 48
	r3 s>>= 48
	; 2:40
	r1 = r2
	r1 = *(u64 *)(r1 + 0)
	; 2:48
	r1 += r3
	*(u64 *)(r2 + 0) = r1
	r0 = 0
	exit
