/* Child: forks the command of -c, which waits on a pipe until the probes are attached. Words are split
 * at blanks; quotes and backslashes keep them together. No shell is involved, so that the process
 * whose id the script sees is the command itself. */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long a command may take to end after SIGTERM before it is killed. */
enum { GRACE_MS = 1000 };

struct child {
	pid_t pid;
	int start;  /* closing it lets the child go on; -1: closed */
	int status; /* readable: exec failed with this errno; end of file: it worked */
};

struct words {
	LIST(char *) list;
};

/* Splits `text` as a shell would, without expansions. False when a quote is not closed. */
static bool split_words(struct arena *arena, const char *text, struct words *words)
{
	char *word = arena_alloc(arena, strlen(text) + 1);
	char quote = 0;
	size_t length = 0;
	bool in_word = false;

	for (; *text; text++) {
		if (!quote && (*text == ' ' || *text == '\t' || *text == '\n')) {
			if (in_word)
				*list_push(arena, &words->list) = arena_strndup(arena, word, length);
			in_word = false;
			length = 0;
			continue;
		}
		in_word = true;
		if (*text == quote)
			quote = 0;
		else if (!quote && (*text == '\'' || *text == '"'))
			quote = *text;
		else if (*text == '\\' && quote != '\'' && text[1])
			word[length++] = *++text;
		else
			word[length++] = *text;
	}
	if (in_word)
		*list_push(arena, &words->list) = arena_strndup(arena, word, length);
	*list_push(arena, &words->list) = NULL;
	return !quote;
}

/* Full path of a command, found as execvp(3) does; NULL when there is none that can be run. */
static const char *find_command(struct arena *arena, const char *name)
{
	const char *path = getenv("PATH");

	if (strchr(name, '/'))
		return access(name, X_OK) ? NULL : name;
	if (!path)
		path = "/usr/local/bin:/usr/bin:/bin";
	while (*path) {
		size_t length = strcspn(path, ":");
		const char *full = arena_printf(arena, "%.*s/%s", (int)length, path, name);

		if (length && !access(full, X_OK))
			return full;
		path += length + (path[length] == ':');
	}
	return NULL;
}

/* In the child: waits to be let go, then becomes the command. */
static void run_command(const char *path, char **words, int start, int status)
{
	sigset_t none;
	char byte;
	int error;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	if (read(start, &byte, 1) != 1)
		_exit(1);
	execv(path, words);
	error = errno;
	if (write(status, &error, sizeof(error)) < 0)
		_exit(126);
	_exit(127);
}

int child_create(struct session *session)
{
	const char *command = session->options->command, *path;
	struct child *child;
	struct words words = {0};
	int start[2], status[2];

	if (!split_words(session->arena, command, &words))
		return session_fail(session, -EINVAL, PLAN_NONE, NULL,
				    "the command of -c has a quote that is not closed: %s", command);
	if (!words.list.items[0])
		return session_fail(session, -EINVAL, PLAN_NONE, NULL, "-c needs a command");
	path = find_command(session->arena, words.list.items[0]);
	if (!path)
		return session_fail(session, -ENOENT, PLAN_NONE, NULL,
				    "cannot run \"%s\": there is no such program", words.list.items[0]);
	if (pipe2(start, O_CLOEXEC) || pipe2(status, O_CLOEXEC))
		return session_fail(session, -errno, PLAN_NONE, NULL, "cannot start \"%s\": %s",
				    words.list.items[0], strerror(errno));
	child = calloc(1, sizeof(*child));
	child->pid = fork();
	if (!child->pid) {
		close(start[1]);
		run_command(path, words.list.items, start[0], status[1]);
	}
	close(start[0]);
	close(status[1]);
	child->start = start[1];
	child->status = status[0];
	session->child = child;
	if (child->pid < 0)
		return session_fail(session, -errno, PLAN_NONE, NULL, "cannot start \"%s\": %s",
				    words.list.items[0], strerror(errno));
	return 0;
}

int child_release(struct session *session)
{
	struct child *child = session->child;
	int error = 0;

	if (write(child->start, "", 1) != 1)
		error = errno;
	close(child->start);
	child->start = -1;
	if (!error && read(child->status, &error, sizeof(error)) <= 0)
		error = 0;
	if (!error)
		return 0;
	return session_fail(session, -error, PLAN_NONE, NULL, "cannot run \"%s\": %s",
			    session->options->command, strerror(error));
}

uint32_t child_pid(const struct child *child)
{
	return child && child->pid > 0 ? (uint32_t)child->pid : 0;
}

int child_open_pidfd(uint32_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);

	return fd < 0 ? -errno : fd;
}

void child_free(struct child *child)
{
	struct pollfd ended = {.events = POLLIN};
	int status;

	if (!child)
		return;
	if (child->start >= 0)
		close(child->start);
	close(child->status);
	if (child->pid > 0 && waitpid(child->pid, &status, WNOHANG) == 0) {
		kill(child->pid, SIGTERM);
		ended.fd = child_open_pidfd((uint32_t)child->pid);
		if (ended.fd < 0 || poll(&ended, 1, GRACE_MS) == 0)
			kill(child->pid, SIGKILL);
		waitpid(child->pid, &status, 0);
		if (ended.fd >= 0)
			close(ended.fd);
	}
	free(child);
}
