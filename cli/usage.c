/* The help texts: one for each verb, and the general one. */
#include "cli/options.h"

#include <stdio.h>

static const char general[] =
    "sonde - trace the running system with small programs compiled to eBPF\n"
    "\n"
    "usage:\n"
    "    sonde [options] FILE [parameters]      run a script (\"-\": standard input)\n"
    "    sonde [options] -e PROGRAM [parameters] [-- --name=value...]\n"
    "    sonde build FILE -o OUT                write a standalone executable\n"
    "    sonde check FILE                       compile and report; needs no root\n"
    "    sonde dump STAGE FILE                  show ast, types, plan, ir, asm or elf\n"
    "    sonde fmt [-w|--check] FILE...         format scripts (also --fmt)\n"
    "    sonde list [-v] [PATTERN]              list probes or kernel types (also -l)\n"
    "    sonde info                             what this kernel and this build can do\n"
    "    sonde help [VERB]\n"
    "\n"
    "options:\n"
    "    -e PROGRAM      run this program\n"
    "    -c COMMAND      run COMMAND, trace until it ends; cpid is its process id\n"
    "    -p PID          trace this process only, until it ends\n"
    "    -o FILE         write what is traced to FILE\n"
    "    -f FORMAT       text (default) or json\n"
    "    -B MODE         buffer output: line (default), full or none\n"
    "    -q              quiet: only what the script prints\n"
    "    -v              verbose: also what libbpf and the verifier say\n"
    "    -k              count the reads of memory that fail in the kernel, told at exit\n"
    "    -l, -lv [PATTERN|FILE]\n"
    "                    list probes, with -v their arguments\n"
    "    -d STAGE        also show a stage on the way: ast, types, plan, ir, asm, libbpf,\n"
    "                    verifier, all\n"
    "    -I FOLDER       look for C headers there first\n"
    "    --include HEADER\n"
    "                    read a C header before the script\n"
    "    --dry-run       load and attach, then leave\n"
    "    --unsafe        allow what changes the system: system(), signal(), uprobes anywhere, ...\n"
    "    --no-warnings   no warnings\n"
    "    -h, --help      this text\n"
    "    -V, --version   versions of sonde and LLVM\n"
    "\n"
    "Configuration variables are read from the environment too: SONDE_MAX_STRLEN or\n"
    "BPFTRACE_MAX_STRLEN sets max_strlen, and so on. SONDE_BTF names a BTF file, SONDE_COLOR is\n"
    "auto, always or never.\n"
    "\n"
    "exit status: what exit(n) in the script said, else 0; 1 an error; 2 a wrong command line\n"
    "\n"
    "examples:\n"
    "    sonde -e 'tracepoint:syscalls:sys_enter_openat { @[comm] = count(); }'\n"
    "    sonde -e 'profile:hz:99 { @[kstack] = count(); }'\n"
    "    sonde -c 'ls -l' -e 'tracepoint:raw_syscalls:sys_enter /pid == cpid/ { @ = count(); }'\n"
    "    sonde -lv 'tracepoint:sched:*'\n";

static const char build[] =
    "usage: sonde build FILE|-e PROGRAM -o OUT [--unsafe] [--no-warnings]\n"
    "\n"
    "Compiles a script into one executable file that runs without sonde and without LLVM on\n"
    "kernels of the same architecture. Field offsets, symbols, wildcards and parameters are\n"
    "settled where it runs. It takes the options -c -p -o -f -B -q -v -k --dry-run.\n";

static const char check[] =
    "usage: sonde check FILE|-e PROGRAM\n"
    "\n"
    "Compiles a script and reports what is wrong with it; loads nothing and needs no root.\n"
    "Exit status 0 when it is fine, 1 when it is not.\n";

static const char dump[] =
    "usage: sonde dump STAGE FILE|-e PROGRAM [-o FILE]\n"
    "\n"
    "Shows what the compiler made of a script:\n"
    "    ast     what was written, as a tree\n"
    "    types   the tree with types, conversions and reads\n"
    "    plan    programs, attachments, maps and records\n"
    "    ir      LLVM's intermediate representation, optimized\n"
    "    asm     BPF instructions\n"
    "    elf     the image itself: a BPF object file with the section .sonde.meta\n";

static const char fmt[] =
    "usage: sonde fmt [-w|--check] FILE...|-|-e PROGRAM\n"
    "\n"
    "Prints scripts in their canonical form: the meaning, every comment and the spelling of\n"
    "numbers and strings stay. What does not parse is reported and left as it is.\n"
    "    -w, --write     write each file back instead\n"
    "    --check         print the names of the files that are not formatted; exit status 1\n";

static const char list[] =
    "usage: sonde list [-v] [PATTERN|FILE]\n"
    "       sonde -l[v] [PATTERN|FILE]\n"
    "\n"
    "Lists the probes that match: 'tracepoint:sched:*', 'kprobe:vfs_*', 'uprobe:/bin/bash:read*',\n"
    "'*sleep*' over all of them; with -v also the arguments. 'struct NAME' or 'enum NAME' lists\n"
    "kernel types. A script, or -e PROGRAM, lists the probes that it would attach.\n"
    "'diagnostics' lists the identifiers of errors and warnings.\n";

void usage_print(enum verb about)
{
	static const char *const texts[] = {
	    [VERB_RUN] = general,  [VERB_BUILD] = build,     [VERB_CHECK] = check,
	    [VERB_DUMP] = dump,	   [VERB_FMT] = fmt, [VERB_LIST] = list,	     [VERB_INFO] = general,
	    [VERB_HELP] = general, [VERB_VERSION] = general,
	};

	fputs(texts[about], stdout);
}
