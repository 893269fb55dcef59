"""Cases of tests/run about types that only the kernel at hand knows: what is compiled against the BTF of another
kernel must hold on this one. Each function takes the Setup and returns None or the reason why it failed."""

import argparse
import os
import subprocess

import btf
from cases_script import sonde, want_lines, write

# Nothing is where this kernel has it, and nothing is as wide.
OTHER_KERNEL = {
    "task_struct": (40, [("tgid", 8, 1, 0), ("pid", 8, 0, 8), ("prio", 2, 1, 24), ("flags", 1, 0, 32)]),
    "list_head": (4, [("next", 2, 0, 0), ("prev", 2, 0, 2)]),
}


def run_both(setup, name, text, *lines):
    """At once and built, compiled against the other kernel."""
    other = os.path.join(setup.tmp, "other.btf")
    script = write(setup.tmp, name + ".probe", text)
    tool = os.path.join(setup.tmp, name)
    btf.make(other, OTHER_KERNEL)
    env = {"SONDE_BTF": other}
    reason = want_lines(sonde(setup, script, env=env), *lines)
    built = subprocess.run([setup.binary, "build", script, "-o", tool], capture_output=True, timeout=30,
                           env={**os.environ, **env}, check=False, text=True)
    if reason or built.returncode:
        return reason or f"does not build: {built.stderr}"
    return want_lines(sonde(argparse.Namespace(binary=tool)), *lines)


def other_kernel_sizes(setup):
    """sizeof and offsetof are of the kernel that runs the tool; comptime ones of the one it was built for."""
    kernel = btf.structures()
    task, members = kernel["task_struct"]
    head = kernel["list_head"][0]
    return run_both(setup, "sizes", """
        begin {
          print(sizeof(struct task_struct));
          print((offsetof(struct task_struct, pid), offsetof(struct task_struct, tgid)));
          print(sizeof(struct list_head[3]) + 1);
          print((uint32)sizeof(struct list_head) < 16);
          print(comptime sizeof(struct task_struct));
          if comptime (offsetof(struct task_struct, pid) == 8) { print("eight"); }
          unroll (sizeof(struct list_head) / 2) { print("turn"); }
          exit();
        }""", f"{task}", f"({members['pid']}, {members['tgid']})", f"{3 * head + 1}",
        "false" if head >= 16 else "true", "40", "eight", "turn", "turn")


def other_kernel_steps(setup):
    """+, -, +=, ++ and [] of pointers go by the size that the structure has here."""
    task = btf.structures()["task_struct"][0]
    return run_both(setup, "steps", """
        macro as_task(value) { (struct task_struct *)(value) }
        fn step($p: struct task_struct *): uint64 { return (uint64)($p + 2); }
        begin {
          $p = as_task(0);
          print((uint64)($p + 1)); print((uint64)(3 + $p)); print((int64)($p - 1));
          $p += 2; print((uint64)$p); $p++; print((uint64)$p); print((uint64)--$p); print((uint64)$p--);
          print(step($p));
          @p = $p; @p++; print((uint64)@p); @p += 2; print((uint64)@p);
          @k[1] = $p; @k[1]--; print((uint64)@k[1]);
          clear(@p); clear(@k);
          exit();
        }""", *(f"{task * times}" for times in (1, 3, -1, 2, 3, 2, 2, 3, 2, 4, 0)))


def other_kernel_widths(setup):
    """Fields are read as wide as they are here, wherever they are."""
    return run_both(setup, "widths", """
        macro member(task) { (task)->tgid }
        fn through($t: struct task_struct *): int64 { return $t->tgid; }
        begin {
          $t = curtask; @t = $t;
          print((*(int32*)((uint64)$t + offsetof(struct task_struct, tgid)) == pid, $t->tgid == pid,
                 @t->tgid == pid, member($t) == pid));
          print((through($t) == pid, (*$t).pid == tid, $t[0].pid == tid, ($t, 1).0->pid == tid));
          $up = (struct task_struct *)((uint64)$t - sizeof(struct task_struct));
          print(($up[1].tgid == pid, ($up + 1)->pid == tid));
          print(($t->prio > 0 && $t->prio < 140, $t->flags == curtask->flags));
          print((curtask->tgid == pid, curtask->pid == tid, curtask->prio == $t->prio,
                 curtask->flags == $t->flags));
          clear(@t);
          exit();
        }""", "(true, true, true, true)", "(true, true, true, true)", "(true, true)", "(true, true)",
        "(true, true, true, true)")


TYPE_CASES = [other_kernel_sizes, other_kernel_steps, other_kernel_widths]
