"""Cases of tests/run about what a script is made of and given: imports, parameters, configuration. Each
function takes the Setup and returns None or the reason why it failed."""

import os
import shutil
import subprocess

from run import finish, start


def write(folder, name, text, mode=0o644):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)
    return path


def empty_folder(setup, name):
    path = os.path.join(setup.tmp, name)
    shutil.rmtree(path, ignore_errors=True)
    os.mkdir(path, 0o755)
    return path


def sonde(setup, *words, cwd=None, env=None, text=None):
    done = subprocess.run([setup.binary, "-q", *words], input=text, capture_output=True, timeout=30,
                          cwd=cwd, env={**os.environ, **(env or {})}, check=False, text=True)
    return done.returncode, done.stdout, done.stderr


def want_lines(result, *lines, status=0):
    """None when the output is exactly these lines, blank ones apart."""
    shown = [line for line in result[1].split("\n") if line.strip()]
    if result[0] != status or shown != list(lines):
        return f"status {result[0]}, {shown}, {result[2][-300:]!r}; wanted {status}, {list(lines)}"
    return None


def want_refusal(result, sentence, status=1):
    if result[0] != status or sentence not in result[2]:
        return f"status {result[0]}, {result[2][-300:]!r}; wanted {status}, {sentence!r}"
    return None


def import_from_working_folder(setup):
    """A one-liner and standard input import from where sonde was started."""
    folder = empty_folder(setup, "imports")
    write(folder, "lib/a.bt", 'macro seven() { 7 }\nbegin { printf("imported\\n"); }\n')
    script = 'import "lib/a.bt"; begin { printf("%d\\n", seven()); exit(); }'
    return want_lines(sonde(setup, "-e", script, cwd=folder), "imported", "7") or \
        want_lines(sonde(setup, "-", cwd=folder, text=script), "imported", "7")


def import_beside_root(setup):
    """As on the peer, a nested import is also looked for beside the script that is run."""
    folder = empty_folder(setup, "imports")
    main = write(folder, "main.bt", 'import "lib/a.bt"; begin { printf("main\\n"); exit(); }')
    write(folder, "lib/a.bt", 'import "other/b.bt"; begin { printf("a\\n"); }')
    write(folder, "other/b.bt", 'begin { printf("b\\n"); }')
    return want_lines(sonde(setup, main, cwd="/"), "b", "a", "main")


def import_writable(setup):
    """What others can write is not read: the file, its folder, a folder."""
    folder = empty_folder(setup, "imports")
    write(folder, "open.bt", "begin { }", 0o666)
    write(folder, "lib/a.bt", "begin { }")
    os.chmod(os.path.join(folder, "lib"), 0o757)
    for name, sentence in (("open.bt", "everybody can write to this file"),
                           ("lib/a.bt", "everybody can write to its folder"),
                           ("lib", "everybody can write to this folder")):
        reason = want_refusal(sonde(setup, "-e", f'import "{name}"; begin {{ }}', cwd=folder),
                              sentence)
        if reason:
            return reason
    return None


def import_bounds(setup):
    """A chain that is too long and a folder that is too full are refused, quickly."""
    folder = empty_folder(setup, "imports")
    for i in range(60):
        write(folder, f"c{i}.bt", f'import "c{i + 1}.bt"; begin {{ }}')
    reason = want_refusal(finish(start([setup.binary, "check", os.path.join(folder, "c0.bt")])),
                          "imports are nested too deeply")
    for i in range(300):
        write(folder, f"many/f{i}.bt", "begin { }")
    return reason or want_refusal(
        finish(start([setup.binary, "check", "-e", f'import "{folder}/many"; begin {{ }}'])),
        "there are more than 256 imports")


def built_parameters(setup):
    """What a tool built ahead is given late: attach points, rates; what is missing or wrong is told."""
    tool = os.path.join(setup.tmp, "tool")
    script = 'interval:ms:$1 { printf("%s\\n", str($2)); exit(); }'
    reason = want_lines(finish(start([setup.binary, "build", "-e", script, "-o", tool])))
    return reason or want_lines(finish(start([tool, "-q", "5", "text"])), "text") or \
        want_refusal(finish(start([tool, "-q"])), "parameter $1 is not given", 2) or \
        want_refusal(finish(start([tool, "-q", "soon"])), '"soon" is no rate', 2)


def build_refuses_parameters(setup):
    """What cannot wait until a tool runs, and parameters given too early."""
    tool = os.path.join(setup.tmp, "tool")
    for script, sentence in (("$1 { }", "the kind of a probe must be known"),
                             ("interval:$1:5 { }", "this part of the probe must be known"),
                             ("tracepoint:sched:$1 { print(args); }", "args must be known"),
                             ("begin { unroll($1) { print(1); } }", "known when the script is")):
        reason = want_refusal(finish(start([setup.binary, "build", "-e", script, "-o", tool])),
                              sentence)
        if reason:
            return reason
    return want_refusal(finish(start([setup.binary, "build", "-e", "begin { }", "5", "-o", tool])),
                        "given to the executable", 2)


SCRIPT_CASES = [built_parameters, build_refuses_parameters, import_from_working_folder, import_beside_root, import_writable, import_bounds]
