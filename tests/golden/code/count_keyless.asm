p0_tracepoint:
	r1 = AT_ ll
	r2 = zero_key ll
	call 1
	if r0 != 0 goto LBB0_2
LBB0_1:
	w0 = 0
	exit
LBB0_2:
	r1 = *(u64 *)(r0 + 0)
	r1 += 1
	*(u64 *)(r0 + 0) = r1
	goto LBB0_1
AT_:
sonde_losses:
zero_key:
_license:
