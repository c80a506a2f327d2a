/* SPDX-License-Identifier: MIT */
/* Starts another program in a state that a shell cannot make. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "probe.h"

static int failed(const char *what)
{
	perror(what);
	return 99;
}

int probe_execenv(int argc, char **argv)
{
	static char *envp[100001];
	struct stat st;
	char *text, *p;
	int fd, n = 0;

	fd = argc >= 2 ? open(argv[0], O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0 || fstat(fd, &st) < 0)
		return failed("environment file");
	text = malloc((size_t)st.st_size + 1);
	if (!text || read(fd, text, (size_t)st.st_size) != st.st_size)
		return failed("environment file");
	text[st.st_size] = '\0';
	for (p = text; p < text + st.st_size && n < 100000; p += strlen(p) + 1)
		envp[n++] = p;
	execve(argv[1], argv + 1, envp);
	return failed(argv[1]);
}

int probe_memfd(int argc, char **argv)
{
	int fd, memfd = memfd_create("copy", MFD_CLOEXEC);
	struct stat st;

	fd = argc >= 1 ? open(argv[0], O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0 || memfd < 0 || fstat(fd, &st) < 0)
		return failed("memfd");
	for (off_t at = 0; at < st.st_size;) {
		if (sendfile(memfd, fd, &at, (size_t)(st.st_size - at)) <= 0)
			return failed("sendfile");
	}
	fexecve(memfd, argv, environ);
	return failed("fexecve");
}

/* As in linux/posix_acl_xattr.h, for machines with the least significant byte first. */
struct acl_entry {
	uint16_t tag, permissions;
	uint32_t id;
};

int probe_acl(int argc, char **argv)
{
	struct {
		uint32_t version;
		struct acl_entry entries[5];
	} acl = {
		2,
		{
			{0x01, 6, UINT32_MAX}, /* the owner */
			{0x02, 6, 0},	       /* the user */
			{0x04, 4, UINT32_MAX}, /* the group */
			{0x10, 6, UINT32_MAX}, /* the mask */
			{0x20, 4, UINT32_MAX}, /* others */
		},
	};

	if (argc != 2)
		return 99;
	acl.entries[1].id = (uint32_t)strtoul(argv[1], NULL, 10);
	if (setxattr(argv[0], "system.posix_acl_access", &acl, sizeof(acl), 0) < 0)
		return failed(argv[0]);
	return 0;
}

static char stack[65536] __attribute__((aligned(16)));

static int exec_words(void *arg)
{
	char **argv = arg;

	execvp(argv[0], argv);
	_exit(failed(argv[0]));
}

int probe_sharefs(int argc, char **argv)
{
	int status;
	pid_t pid;

	if (argc < 1)
		return 99;
	pid = clone(exec_words, stack + sizeof(stack), CLONE_FS | SIGCHLD, argv);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return failed("clone");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int probe_waitfor(int argc, char **argv)
{
	const struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};

	if (argc < 3 || chdir(argv[0]) < 0)
		return failed("waitfor");
	printf("waiting\n");
	fflush(stdout);
	while (access(argv[1], F_OK) < 0)
		nanosleep(&pause, NULL);
	execvp(argv[2], argv + 2);
	return failed(argv[2]);
}
