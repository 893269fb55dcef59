/* Commands: files and processes whose text becomes output. Failures are told on standard error and do
 * not end the run. */
#include "commands.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Reads `fd` to its end, or at most `limit` bytes. */
static void read_all(int fd, size_t limit, struct strbuf *text)
{
	char bytes[16384];

	while (text->len < limit) {
		size_t room = limit - text->len;
		ssize_t count = read(fd, bytes, room < sizeof(bytes) ? room : sizeof(bytes));

		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return;
		strbuf_add_bytes(text, bytes, (size_t)count);
	}
}

void command_cat(struct session *session, const char *path)
{
	struct strbuf text = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0) {
		fflush(session->out);
		fprintf(stderr, "sonde: error: cannot open file \"%s\": %s\n", path,
			strerror(errno));
		return;
	}
	read_all(fd, session->plan->config.max_cat_bytes, &text);
	close(fd);
	output_text(session->output, "cat", strbuf_text(&text), text.len);
	strbuf_free(&text);
}

static void run_shell(const struct session *session, const char *command, int out)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	if (session->file_limit.rlim_max)
		setrlimit(RLIMIT_NOFILE, &session->file_limit);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

void command_system(struct session *session, const char *command)
{
	struct strbuf text = {0};
	int ends[2], status = 0;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return;
	output_flush(session->output);
	pid = fork();
	if (!pid)
		run_shell(session, command, ends[1]);
	close(ends[1]);
	if (pid > 0)
		read_all(ends[0], SIZE_MAX, &text);
	close(ends[0]);
	if (pid < 0 || waitpid(pid, &status, 0) < 0) {
		fprintf(stderr, "sonde: error: cannot run a command: %s\n", strerror(errno));
		return;
	}
	output_text(session->output, "syscall", strbuf_text(&text), text.len);
	strbuf_free(&text);
	if (WIFEXITED(status) && WEXITSTATUS(status))
		fprintf(stderr, "sonde: error: command exited with code %d: %s\n",
			WEXITSTATUS(status), command);
	else if (WIFSIGNALED(status))
		fprintf(stderr, "sonde: error: command was ended by signal %d: %s\n",
			WTERMSIG(status), command);
}
