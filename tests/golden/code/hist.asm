	.text
	.file	"sonde"
	.section	"kprobe/p0","ax",@progbits
	.globl	p0_kprobe
	.p2align	3
	.type	p0_kprobe,@function
p0_kprobe:
.Lfunc_begin0:
	.cfi_startproc
	.file	1 "code" "hist.probe" source "kprobe:vfs_read { @ = hist(arg2); }\n"
	.loc	1 1 28 prologue_end
	#APP
	#NO_APP
.Ltmp0:
	r6 = *(u64 *)(r1 + 96)
	r1 = AT_ ll
	r2 = zero_key ll
	call 1
	if r0 != 0 goto LBB0_2
LBB0_1:
	w0 = 0
	exit
LBB0_2:
	#APP
	#NO_APP
	r2 = r6
	r2 >>= 32
	r2 = -r2
	#APP
	#NO_APP
	r2 >>= 58
	r2 &= 32
	r3 = r6
	r3 >>= r2
	r1 = 65535
	r1 -= r3
	#APP
	#NO_APP
	r4 = r6
	r4 = -r4
	r6 |= r4
	r1 >>= 59
	r1 &= 16
	r3 >>= r1
	r4 = 255
	r4 -= r3
	#APP
	#NO_APP
	r4 >>= 60
	r4 &= 8
	r3 >>= r4
	r5 = 15
	r5 -= r3
	#APP
	#NO_APP
	r5 >>= 61
	r5 &= 4
	r3 >>= r5
	r7 = 3
	r7 -= r3
	#APP
	#NO_APP
	r7 >>= 62
	r7 &= 2
	r3 >>= r7
	r3 >>= 1
	r1 |= r3
	r1 |= r2
	r1 |= r4
	#APP
	#NO_APP
	r1 |= r5
	r1 |= r7
	r6 >>= 63
	r1 += r6
	r1 += 1
	#APP
	#NO_APP
	if r1 > 65 goto LBB0_1
	r1 <<= 3
	r0 += r1
	r1 = *(u64 *)(r0 + 0)
	r1 += 1
	*(u64 *)(r0 + 0) = r1
	goto LBB0_1
.Ltmp1:
.Ltmp2:
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

	.section	.BTF,"",@progbits
	.short	60319
	.byte	1
	.byte	0
	.long	24
	.long	0
	.long	464
	.long	464
	.long	178
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
	.long	6
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
	.long	66
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
	.long	2
	.long	0
	.long	33554432
	.long	10
	.long	0
	.long	67108868
	.long	32
	.long	52
	.long	1
	.long	0
	.long	57
	.long	14
	.long	64
	.long	69
	.long	7
	.long	128
	.long	73
	.long	16
	.long	192
	.long	83
	.long	234881024
	.long	17
	.long	1
	.long	0
	.long	33554432
	.long	0
	.long	0
	.long	218103809
	.long	2
	.long	96
	.long	19
	.long	100
	.long	201326593
	.long	20
	.long	172
	.long	251658242
	.long	0
	.long	13
	.long	AT_
	.long	32
	.long	18
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
	.ascii	"p0_kprobe"
	.byte	0
	.ascii	"kprobe/p0"
	.byte	0
	.ascii	"code/hist.probe"
	.byte	0
	.ascii	"kprobe:vfs_read { @ = hist(arg2); }"
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
	.long	110
	.long	1
	.long	.Lfunc_begin0
	.long	21
	.long	16
	.long	110
	.long	1
	.long	.Ltmp0
	.long	120
	.long	136
	.long	1052
