	.text
	.file	"sonde"
	.section	"kprobe/p0","ax",@progbits
	.globl	p0_kprobe
	.p2align	3
	.type	p0_kprobe,@function
p0_kprobe:
.Lfunc_begin0:
	.cfi_startproc
	.file	1 "code" "core_field.probe" source "kprobe:vfs_read { @ = sum(curtask->mm->total_vm); }\n"
	.loc	1 1 27 prologue_end
.Ltmp0:
	call 35
.Ltmp1:
	r1 = 24
	r0 += r1
	r6 = r10
	r6 += -8
	.loc	1 1 1 is_stmt 0
.Ltmp2:
	r1 = r6
	w2 = 8
	r3 = r0
	call 113
.Ltmp3:
	r1 = 16
	r3 = *(u64 *)(r10 - 8)
	r3 += r1
	r1 = r6
	w2 = 8
	call 113
	r6 = *(u64 *)(r10 - 8)
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
	r1 = *(u64 *)(r0 + 0)
	r1 += r6
	*(u64 *)(r0 + 0) = r1
	r1 = *(u64 *)(r0 + 8)
	r1 += 1
	*(u64 *)(r0 + 8) = r1
	goto LBB0_1
.Ltmp4:
.Ltmp5:
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
	.long	528
	.long	528
	.long	252
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
	.long	2
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
	.long	194
	.long	67108865
	.long	208
	.long	213
	.long	19
	.long	192
	.long	220
	.long	67108865
	.long	32
	.long	237
	.long	24
	.long	128
	.long	25
	.long	16777216
	.long	8
	.long	64
	.long	246
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
	.ascii	"code/core_field.probe"
	.byte	0
	.ascii	"kprobe:vfs_read { @ = sum(curtask->mm->total_vm); }"
	.byte	0
	.ascii	"task_struct___s1_1"
	.byte	0
	.ascii	"mm"
	.byte	0
	.ascii	"0:0"
	.byte	0
	.ascii	"mm_struct___s1_2"
	.byte	0
	.ascii	"total_vm"
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
	.long	44
	.long	64
	.long	44
	.long	8
	.long	110
	.long	1
	.long	.Lfunc_begin0
	.long	21
	.long	16
	.long	110
	.long	2
	.long	.Ltmp0
	.long	120
	.long	142
	.long	1051
	.long	.Ltmp2
	.long	120
	.long	142
	.long	1025
	.long	16
	.long	110
	.long	2
	.long	.Ltmp1
	.long	22
	.long	216
	.long	0
	.long	.Ltmp3
	.long	23
	.long	216
	.long	0
