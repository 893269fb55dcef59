	.text
	.file	"sonde"
	.section	"kprobe/p0","ax",@progbits
	.globl	p0_kprobe
	.p2align	3
	.type	p0_kprobe,@function
p0_kprobe:
.Lfunc_begin0:
	.file	1 "code" "record.probe" source "kprobe:vfs_read { printf(\"%d\\n\", arg2); }\n"
	.loc	1 1 0
	.cfi_startproc
	r6 = r1
	r7 = 0
.Ltmp0:
	.loc	1 1 19 prologue_end
.Ltmp1:
.Ltmp2:
	r1 = sonde_records ll
	r2 = 16
	r3 = 0
	call 131
	if r0 != 0 goto LBB0_3
	.loc	1 1 34 is_stmt 0
.Ltmp3:
	r1 = sonde_losses ll
	r2 = text ll
	call 1
	if r0 != 0 goto LBB0_4
LBB0_2:
	w0 = 0
	exit
LBB0_3:
	.loc	1 1 19
	#APP
	#NO_APP
.Ltmp4:
	*(u64 *)(r0 + 0) = r7
	.loc	1 1 34
	#APP
	#NO_APP
.Ltmp5:
	r1 = *(u64 *)(r6 + 96)
	*(u64 *)(r0 + 8) = r1
	r1 = r0
	r2 = 0
	call 132
	goto LBB0_2
LBB0_4:
	#APP
	#NO_APP
	r1 = *(u64 *)(r0 + 0)
	r1 += 1
	*(u64 *)(r0 + 0) = r1
	goto LBB0_2
.Ltmp6:
.Ltmp7:
.Lfunc_end0:
	.size	p0_kprobe, .Lfunc_end0-p0_kprobe
	.cfi_endproc

	.type	sonde_records,@object
	.section	.maps,"aw",@progbits
	.globl	sonde_records
	.p2align	3, 0x0
sonde_records:
	.zero	16
	.size	sonde_records, 16

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
	.zero	4
	.size	text, 4

	.section	.BTF,"",@progbits
	.short	60319
	.byte	1
	.byte	0
	.long	24
	.long	0
	.long	440
	.long	440
	.long	196
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
	.long	27
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
	.long	8388608
	.long	0
	.long	67108866
	.long	16
	.long	25
	.long	1
	.long	0
	.long	30
	.long	5
	.long	64
	.long	42
	.long	234881024
	.long	7
	.long	1
	.long	0
	.long	33554432
	.long	10
	.long	0
	.long	50331648
	.long	0
	.long	2
	.long	4
	.long	6
	.long	0
	.long	33554432
	.long	12
	.long	0
	.long	50331648
	.long	0
	.long	2
	.long	4
	.long	1
	.long	0
	.long	33554432
	.long	14
	.long	56
	.long	16777216
	.long	4
	.long	32
	.long	0
	.long	33554432
	.long	16
	.long	69
	.long	16777216
	.long	8
	.long	64
	.long	0
	.long	67108868
	.long	32
	.long	25
	.long	9
	.long	0
	.long	30
	.long	11
	.long	64
	.long	83
	.long	13
	.long	128
	.long	87
	.long	15
	.long	192
	.long	93
	.long	234881024
	.long	17
	.long	1
	.long	0
	.long	33554432
	.long	0
	.long	0
	.long	218103809
	.long	2
	.long	106
	.long	19
	.long	110
	.long	201326593
	.long	20
	.long	190
	.long	251658242
	.long	0
	.long	8
	.long	sonde_records
	.long	16
	.long	18
	.long	sonde_losses
	.long	32
	.byte	0
	.ascii	"int"
	.byte	0
	.ascii	"__ARRAY_SIZE_TYPE__"
	.byte	0
	.ascii	"type"
	.byte	0
	.ascii	"max_entries"
	.byte	0
	.ascii	"sonde_records"
	.byte	0
	.ascii	"unsigned int"
	.byte	0
	.ascii	"unsigned long"
	.byte	0
	.ascii	"key"
	.byte	0
	.ascii	"value"
	.byte	0
	.ascii	"sonde_losses"
	.byte	0
	.ascii	"ctx"
	.byte	0
	.ascii	"p0_kprobe"
	.byte	0
	.ascii	"kprobe/p0"
	.byte	0
	.ascii	"code/record.probe"
	.byte	0
	.ascii	"kprobe:vfs_read { printf(\"%d\\n\", arg2); }"
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
	.long	120
	.long	1
	.long	.Lfunc_begin0
	.long	21
	.long	16
	.long	120
	.long	5
	.long	.Lfunc_begin0
	.long	130
	.long	148
	.long	1024
	.long	.Ltmp2
	.long	130
	.long	148
	.long	1043
	.long	.Ltmp3
	.long	130
	.long	148
	.long	1058
	.long	.Ltmp4
	.long	130
	.long	148
	.long	1043
	.long	.Ltmp5
	.long	130
	.long	148
	.long	1058
