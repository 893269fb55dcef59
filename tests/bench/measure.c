/* Runs a command and prints what it cost, seen from outside, on one line:
 * wall_us attached_us cpu_us peak_kib status. attached_us: when "Attached" came out, 0: never.
 * Usage: measure [-r ROOT] [-i MS] [-o FILE] [-n LINES] COMMAND...
 *   -r ROOT  chroot there first        -i MS    send SIGINT so long after "Attached"
 *   -o FILE  keep standard output      Small and static: the peak of a child includes its parent's. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct options {
	const char *root, *output;
	long interrupt_ms;
	char **command;
};

static long now_us(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static void child(const struct options *options, int out, int err)
{
	if (options->output)
		out = open(options->output, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	dup2(out, 1);
	dup2(err, 2);
	if (options->root && (chroot(options->root) || chdir("/")))
		_exit(126);
	execvp(options->command[0], options->command);
	_exit(127);
}

/* Reads both pipes to their end; returns when "ttached" was first seen, 0: never. */
static long drain(int out, int err, pid_t pid, long interrupt_ms)
{
	struct pollfd fds[2] = {{.fd = out, .events = POLLIN}, {.fd = err, .events = POLLIN}};
	char text[65536];
	long attached = 0;
	bool interrupted = false;

	while (fds[0].fd >= 0 || fds[1].fd >= 0) {
		long left = -1;
		if (attached && interrupt_ms >= 0 && !interrupted) {
			left = interrupt_ms - (now_us() - attached) / 1000;
			if (left <= 0) {
				kill(pid, SIGINT);
				interrupted = true;
				left = -1;
			}
		}
		if (poll(fds, 2, (int)left) < 0 && errno != EINTR)
			break;
		for (int i = 0; i < 2; i++) {
			if (!(fds[i].revents & (POLLIN | POLLHUP)))
				continue;
			ssize_t got = read(fds[i].fd, text, sizeof(text) - 1);
			if (got <= 0) {
				fds[i].fd = -1;
				continue;
			}
			if (!attached && memmem(text, (size_t)got, "ttached", 7))
				attached = now_us();
		}
	}
	return attached;
}

int main(int argc, char **argv)
{
	struct options options = {.interrupt_ms = -1};
	int option, out[2], err[2], status;
	struct rusage usage;

	while ((option = getopt(argc, argv, "+r:i:o:")) != -1) {
		if (option == 'r')
			options.root = optarg;
		else if (option == 'i')
			options.interrupt_ms = atol(optarg);
		else if (option == 'o')
			options.output = optarg;
		else
			return 2;
	}
	options.command = argv + optind;
	if (!*options.command || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC))
		return 2;
	long began = now_us();
	pid_t pid = fork();
	if (pid == 0)
		child(&options, out[1], err[1]);
	close(out[1]);
	close(err[1]);
	long attached = drain(out[0], err[0], pid, options.interrupt_ms);
	wait4(pid, &status, 0, &usage);
	long ended = now_us();
	printf("%ld %ld %ld %ld %d\n", ended - began, attached ? attached - began : 0,
	       (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000L + usage.ru_utime.tv_usec +
		       usage.ru_stime.tv_usec,
	       usage.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
	return 0;
}
