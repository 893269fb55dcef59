	.text
	.file	"sonde"
	.section	"kprobe/p0","ax",@progbits
	.globl	p0_kprobe
	.p2align	3
	.type	p0_kprobe,@function
p0_kprobe:
.Lfunc_begin0:
	.cfi_startproc
	.file	1 "code" "atomic.probe" source "kprobe:vfs_read { @++; @k[1] += 2; }\n"
	.loc	1 1 19 prologue_end
.Ltmp0:
	r1 = AT_ ll
	r2 = zero_key ll
	call 1
	if r0 != 0 goto LBB0_2
LBB0_1:
	.loc	1 0 19 is_stmt 0
	w1 = 1
	.loc	1 1 27
.Ltmp1:
	*(u8 *)(r10 - 16) = w1
	r2 = r10
	r2 += -16
	.loc	1 1 1
.Ltmp2:
	r1 = AT_k ll
	call 1
	if r0 == 0 goto LBB0_3
	#APP
	#NO_APP
LBB0_9:
	.loc	1 0 1
	r1 = 2
	.loc	1 1 1
	lock *(u64 *)(r0 + 0) += r1
	goto LBB0_7
LBB0_2:
	.loc	1 1 19
	#APP
	#NO_APP
	r1 = 1
.Ltmp3:
	r2 = 1
	lock *(u64 *)(r0 + 0) += r2
	*(u64 *)(r0 + 8) = r1
	goto LBB0_1
LBB0_3:
	.loc	1 0 19
	r1 = 2
	.loc	1 1 1
.Ltmp4:
	*(u64 *)(r10 - 8) = r1
	r2 = r10
	r2 += -16
	r3 = r10
	r3 += -8
	r1 = AT_k ll
	r4 = 1
	call 2
	if r0 == 0 goto LBB0_7
	if r0 != -17 goto LBB0_6
	.loc	1 0 1
	r2 = r10
	r2 += -16
	.loc	1 1 1
	r1 = AT_k ll
	call 1
	if r0 != 0 goto LBB0_10
LBB0_6:
	r1 = sonde_losses ll
	r2 = text ll
	call 1
	if r0 != 0 goto LBB0_11
LBB0_7:
	w0 = 0
	exit
LBB0_11:
	#APP
	#NO_APP
	r1 = *(u64 *)(r0 + 0)
	r1 += 1
	*(u64 *)(r0 + 0) = r1
	goto LBB0_7
LBB0_10:
	#APP
	#NO_APP
	goto LBB0_9
.Ltmp5:
.Ltmp6:
.Lfunc_end0:
	.size	p0_kprobe, .Lfunc_end0-p0_kprobe
	.cfi_endproc

	.type	AT_,@object
	.section	.maps,"aw",@progbits
	.globl	AT_
	.p2align	3, 0x0
AT_:
	.zero	32
	.size	AT_, 32

	.type	AT_k,@object
	.globl	AT_k
	.p2align	3, 0x0
AT_k:
	.zero	32
	.size	AT_k, 32

	.type	sonde_losses,@object
	.globl	sonde_losses
	.p2align	3, 0x0
sonde_losses:
	.zero	32
	.size	sonde_losses, 32

	.type	zero_key,@object
	.section	.rodata,"a",@progbits
	.p2align	2, 0x0
zero_key:
	.long	0
	.size	zero_key, 4

	.type	_license,@object
	.section	license,"aw",@progbits
	.globl	_license
_license:
	.asciz	"GPL"
	.size	_license, 4

	.type	text,@object
	.section	.rodata,"a",@progbits
	.p2align	3, 0x0
text:
	.asciz	"\002\000\000"
	.size	text, 4

	.section	.BTF,"",@progbits
	.short	60319
	.byte	1
	.byte	0
	.long	24
	.long	0
	.long	692
	.long	692
	.long	211
	.long	0
	.long	33554432
	.long	3
	.long	1
	.long	16777216
	.long	4
	.long	16777248
	.long	0
	.long	50331648
	.long	0
	.long	2
	.long	4
	.long	2
	.long	5
	.long	16777216
	.long	4
	.long	32
	.long	0
	.long	33554432
	.long	6
	.long	0
	.long	50331648
	.long	0
	.long	2
	.long	4
	.long	1
	.long	0
	.long	33554432
	.long	8
	.long	25
	.long	16777216
	.long	4
	.long	32
	.long	0
	.long	33554432
	.long	10
	.long	0
	.long	67108866
	.long	16
	.long	38
	.long	11
	.long	0
	.long	44
	.long	12
	.long	64
	.long	52
	.long	16777216
	.long	8
	.long	16777280
	.long	57
	.long	16777216
	.long	8
	.long	64
	.long	0
	.long	67108868
	.long	32
	.long	71
	.long	1
	.long	0
	.long	76
	.long	5
	.long	64
	.long	88
	.long	7
	.long	128
	.long	38
	.long	9
	.long	192
	.long	92
	.long	234881024
	.long	13
	.long	1
	.long	0
	.long	33554432
	.long	16
	.long	0
	.long	50331648
	.long	0
	.long	2
	.long	4
	.long	4096
	.long	0
	.long	33554432
	.long	18
	.long	96
	.long	16777216
	.long	1
	.long	16777224
	.long	0
	.long	33554432
	.long	11
	.long	0
	.long	67108868
	.long	32
	.long	71
	.long	5
	.long	0
	.long	76
	.long	15
	.long	64
	.long	88
	.long	17
	.long	128
	.long	38
	.long	19
	.long	192
	.long	108
	.long	234881024
	.long	20
	.long	1
	.long	0
	.long	33554432
	.long	23
	.long	0
	.long	50331648
	.long	0
	.long	2
	.long	4
	.long	6
	.long	0
	.long	33554432
	.long	25
	.long	0
	.long	50331648
	.long	0
	.long	2
	.long	4
	.long	3
	.long	0
	.long	33554432
	.long	12
	.long	0
	.long	67108868
	.long	32
	.long	71
	.long	22
	.long	0
	.long	76
	.long	24
	.long	64
	.long	88
	.long	7
	.long	128
	.long	38
	.long	26
	.long	192
	.long	113
	.long	234881024
	.long	27
	.long	1
	.long	0
	.long	33554432
	.long	0
	.long	0
	.long	218103809
	.long	2
	.long	126
	.long	29
	.long	130
	.long	201326593
	.long	30
	.long	205
	.long	251658243
	.long	0
	.long	14
	.long	AT_
	.long	32
	.long	21
	.long	AT_k
	.long	32
	.long	28
	.long	sonde_losses
	.long	32
	.byte	0
	.ascii	"int"
	.byte	0
	.ascii	"__ARRAY_SIZE_TYPE__"
	.byte	0
	.ascii	"unsigned int"
	.byte	0
	.ascii	"value"
	.byte	0
	.ascii	"present"
	.byte	0
	.ascii	"long"
	.byte	0
	.ascii	"unsigned long"
	.byte	0
	.ascii	"type"
	.byte	0
	.ascii	"max_entries"
	.byte	0
	.ascii	"key"
	.byte	0
	.ascii	"AT_"
	.byte	0
	.ascii	"signed char"
	.byte	0
	.ascii	"AT_k"
	.byte	0
	.ascii	"sonde_losses"
	.byte	0
	.ascii	"ctx"
	.byte	0
	.ascii	"p0_kprobe"
	.byte	0
	.ascii	"kprobe/p0"
	.byte	0
	.ascii	"code/atomic.probe"
	.byte	0
	.ascii	"kprobe:vfs_read { @++; @k[1] += 2; }"
	.byte	0
	.ascii	".maps"
	.byte	0
	.section	.BTF.ext,"",@progbits
	.short	60319
	.byte	1
	.byte	0
	.long	32
	.long	0
	.long	20
	.long	20
	.long	92
	.long	112
	.long	0
	.long	8
	.long	140
	.long	1
	.long	.Lfunc_begin0
	.long	31
	.long	16
	.long	140
	.long	5
	.long	.Ltmp0
	.long	150
	.long	168
	.long	1043
	.long	.Ltmp1
	.long	150
	.long	168
	.long	1051
	.long	.Ltmp2
	.long	150
	.long	168
	.long	1025
	.long	.Ltmp3
	.long	150
	.long	168
	.long	1043
	.long	.Ltmp4
	.long	150
	.long	168
	.long	1025
