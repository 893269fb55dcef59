	.text
	.file	"sonde"
	.section	"raw_tp/p0","ax",@progbits
	.globl	p0_tracepoint
	.p2align	3
	.type	p0_tracepoint,@function
p0_tracepoint:
.Lfunc_begin0:
	.cfi_startproc
	.file	1 "code" "count_keyed.probe" source "tracepoint:sched:sched_switch { @[pid] = count(); }\n"
	.loc	1 1 35 prologue_end
.Ltmp0:
	call 14
	r0 >>= 32
	*(u32 *)(r10 - 8) = w0
	r2 = r10
	r2 += -8
	r1 = AT_ ll
	call 1
	if r0 == 0 goto LBB0_1
	#APP
	#NO_APP
	goto LBB0_4
LBB0_1:
	.loc	1 0 35 is_stmt 0
	r6 = r10
	r6 += -8
	.loc	1 1 35
	r1 = AT_ ll
	r2 = r6
	r3 = text ll
	r4 = 1
	call 2
	r1 = AT_ ll
	r2 = r6
	call 1
	if r0 != 0 goto LBB0_6
	r1 = sonde_losses ll
	r2 = text.1 ll
	call 1
	if r0 == 0 goto LBB0_5
	#APP
	#NO_APP
	goto LBB0_4
LBB0_6:
	#APP
	#NO_APP
LBB0_4:
	r1 = *(u64 *)(r0 + 0)
	r1 += 1
	*(u64 *)(r0 + 0) = r1
LBB0_5:
	w0 = 0
	exit
.Ltmp1:
.Ltmp2:
.Lfunc_end0:
	.size	p0_tracepoint, .Lfunc_end0-p0_tracepoint
	.cfi_endproc

	.type	AT_,@object
	.section	.maps,"aw",@progbits
	.globl	AT_
	.p2align	3, 0x0
AT_:
	.zero	32
	.size	AT_, 32

	.type	sonde_losses,@object
	.globl	sonde_losses
	.p2align	3, 0x0
sonde_losses:
	.zero	32
	.size	sonde_losses, 32

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
	.zero	8
	.size	text, 8

	.type	text.1,@object
	.p2align	3, 0x0
text.1:
	.asciz	"\001\000\000"
	.size	text.1, 4

	.section	.BTF,"",@progbits
	.short	60319
	.byte	1
	.byte	0
	.long	24
	.long	0
	.long	500
	.long	500
	.long	205
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
	.long	5
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
	.long	4096
	.long	0
	.long	33554432
	.long	8
	.long	25
	.long	16777216
	.long	4
	.long	32
	.long	0
	.long	33554432
	.long	11
	.long	38
	.long	16777216
	.long	8
	.long	64
	.long	0
	.long	50331648
	.long	0
	.long	10
	.long	4
	.long	1
	.long	0
	.long	67108868
	.long	32
	.long	52
	.long	1
	.long	0
	.long	57
	.long	5
	.long	64
	.long	69
	.long	7
	.long	128
	.long	73
	.long	9
	.long	192
	.long	79
	.long	234881024
	.long	12
	.long	1
	.long	0
	.long	33554432
	.long	15
	.long	0
	.long	50331648
	.long	0
	.long	2
	.long	4
	.long	6
	.long	0
	.long	33554432
	.long	17
	.long	0
	.long	50331648
	.long	0
	.long	2
	.long	4
	.long	2
	.long	0
	.long	33554432
	.long	10
	.long	0
	.long	67108868
	.long	32
	.long	52
	.long	14
	.long	0
	.long	57
	.long	16
	.long	64
	.long	69
	.long	7
	.long	128
	.long	73
	.long	18
	.long	192
	.long	83
	.long	234881024
	.long	19
	.long	1
	.long	0
	.long	33554432
	.long	0
	.long	0
	.long	218103809
	.long	2
	.long	96
	.long	21
	.long	100
	.long	201326593
	.long	22
	.long	199
	.long	251658242
	.long	0
	.long	13
	.long	AT_
	.long	32
	.long	20
	.long	sonde_losses
	.long	32
	.byte	0
	.ascii	"int"
	.byte	0
	.ascii	"__ARRAY_SIZE_TYPE__"
	.byte	0
	.ascii	"unsigned int"
	.byte	0
	.ascii	"unsigned long"
	.byte	0
	.ascii	"type"
	.byte	0
	.ascii	"max_entries"
	.byte	0
	.ascii	"key"
	.byte	0
	.ascii	"value"
	.byte	0
	.ascii	"AT_"
	.byte	0
	.ascii	"sonde_losses"
	.byte	0
	.ascii	"ctx"
	.byte	0
	.ascii	"p0_tracepoint"
	.byte	0
	.ascii	"raw_tp/p0"
	.byte	0
	.ascii	"code/count_keyed.probe"
	.byte	0
	.ascii	"tracepoint:sched:sched_switch { @[pid] = count(); }"
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
	.long	28
	.long	48
	.long	0
	.long	8
	.long	114
	.long	1
	.long	.Lfunc_begin0
	.long	23
	.long	16
	.long	114
	.long	1
	.long	.Ltmp0
	.long	124
	.long	147
	.long	1059
