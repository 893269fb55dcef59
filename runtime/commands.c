/* Commands: files and processes whose text becomes output. Failures are told on standard error and do
 * not end the run. */
#include "commands.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Reads `fd` to its end, or at most `limit` bytes. -errno when it breaks off before. */
static int read_all(int fd, size_t limit, struct strbuf *text)
{
	char bytes[16384];

	while (text->len < limit) {
		size_t room = limit - text->len;
		ssize_t count = read(fd, bytes, room < sizeof(bytes) ? room : sizeof(bytes));

		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return count < 0 ? -errno : 0;
		strbuf_add_bytes(text, bytes, (size_t)count);
	}
	return 0;
}

static void tell_file(const struct session *session, const char *what, const char *path, int error)
{
	fflush(session->out);
	fprintf(stderr, "sonde: error: cannot %s file \"%s\": %s\n", what, path, strerror(-error));
}

void command_cat(struct session *session, const char *path)
{
	struct strbuf text = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), error;

	if (fd < 0) {
		tell_file(session, "open", path, -errno);
		return;
	}
	error = read_all(fd, session->plan->config.max_cat_bytes, &text);
	close(fd);
	if (!error || text.len)
		output_text(session->output, "cat", strbuf_text(&text), text.len);
	if (error)
		tell_file(session, "read", path, error);
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

static void tell_command(int error)
{
	fprintf(stderr, "sonde: error: cannot run a command: %s\n", strerror(error));
}

void command_system(struct session *session, const char *command)
{
	struct strbuf text = {0};
	int ends[2], status = 0, error = 0;
	pid_t pid;

	output_flush(session->output);
	if (pipe2(ends, O_CLOEXEC)) {
		tell_command(errno);
		return;
	}
	pid = fork();
	if (!pid)
		run_shell(session, command, ends[1]);
	if (pid < 0)
		error = errno;
	close(ends[1]);
	if (pid > 0)
		read_all(ends[0], SIZE_MAX, &text);
	close(ends[0]);
	if (pid > 0 && waitpid(pid, &status, 0) < 0)
		error = errno;
	if (error) {
		tell_command(error);
		strbuf_free(&text);
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
