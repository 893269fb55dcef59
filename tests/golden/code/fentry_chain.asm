section "fentry/vfs_read"
p0_fentry:
	; 1:0
	r2 = 8
	; 1:21
	if w2 == 8 goto LBB0_6
	goto LBB0_7
LBB0_6:
	r3 = *(u64 *)(r1 + 0)
	r1 = 0
	r2 = 0
	if r3 == 0 goto LBB0_10
	r2 = *(u64 *)(r3 + 8)
LBB0_10:
	if r2 == 0 goto LBB0_12
	r1 = *(u64 *)(r2 + 24)
LBB0_12:
	r2 = 0
	if r1 == 0 goto LBB0_8
	r2 = *(u64 *)(r1 + 8)
	goto LBB0_8
LBB0_7:
	r1 = *(u64 *)(r1 + 0)
	r1 = -r1
	r3 = 8
	r3 -= r1
	r6 = r10
	r6 += -8
	r1 = r6
	w2 = 8
	call 113
	r1 = 24
	r3 = *(u64 *)(r10 - 8)
	r3 += r1
	r1 = r6
	w2 = 8
	call 113
	r1 = 0
	r3 = *(u64 *)(r10 - 8)
	*(u64 *)(r10 - 8) = r1
	r1 = 8
	r3 += r1
	r1 = r6
	r2 = 8
	call 113
	r2 = *(u64 *)(r10 - 8)
LBB0_8:
	*(u64 *)(r10 - 264) = r2
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
	if r0 != 0 goto LBB0_14
	r1 = sonde_losses ll
	lock *(u64 *)(r1 + 8) += r7
	goto LBB0_5
LBB0_14:
LBB0_4:
	r1 = *(u64 *)(r0 + 0)
	r1 += 1
	*(u64 *)(r0 + 0) = r1
LBB0_5:
	w0 = 0
	exit
