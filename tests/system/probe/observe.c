/* SPDX-License-Identifier: MIT */
/* Shows what this process was given. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "probe.h"

static int copy_out(const char *path)
{
	char buf[65536];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0) {
		perror(path);
		return 99;
	}
	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		if (fwrite(buf, 1, (size_t)n, stdout) != (size_t)n)
			return 99;
	}
	return n < 0 || fflush(stdout) != 0 ? 99 : 0;
}

int probe_environ(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return copy_out("/proc/self/environ");
}

int probe_argv(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return copy_out("/proc/self/cmdline");
}

int probe_ids(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	printf("%d %d %d %d\n", getpid(), getppid(), getpgrp(), getsid(0));
	return 0;
}

int probe_creds(int argc, char **argv)
{
	gid_t groups[1024], rgid, egid, sgid;
	uid_t ruid, euid, suid;
	int n;

	(void)argc;
	(void)argv;
	if (getresuid(&ruid, &euid, &suid) < 0 || getresgid(&rgid, &egid, &sgid) < 0)
		return 99;
	/* With an id that does not exist these change nothing and tell the old one. */
	printf("uid %u %u %u %d\n", ruid, euid, suid, setfsuid((uid_t)-1));
	printf("gid %u %u %u %d\n", rgid, egid, sgid, setfsgid((gid_t)-1));
	n = getgroups(1024, groups);
	printf("groups");
	for (int i = 0; i < n; i++)
		printf(" %u", groups[i]);
	printf("\n");
	return n < 0 ? 99 : 0;
}

int probe_fds(int argc, char **argv)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;
	char target[4096];

	(void)argc;
	(void)argv;
	if (!dir)
		return 99;
	while ((entry = readdir(dir))) {
		ssize_t n;

		if (entry->d_name[0] == '.' || atoi(entry->d_name) == dirfd(dir))
			continue;
		n = readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1);
		if (n < 0)
			return 99;
		target[n] = '\0';
		printf("%s %s\n", entry->d_name, target);
	}
	return 0;
}

int probe_prctl(int argc, char **argv)
{
	int sig = -1;

	(void)argc;
	(void)argv;
	if (prctl(PR_GET_PDEATHSIG, &sig) < 0)
		return 99;
	printf("securebits %d\n", prctl(PR_GET_SECUREBITS));
	printf("keepcaps %d\n", prctl(PR_GET_KEEPCAPS));
	printf("no_new_privs %d\n", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	printf("pdeathsig %d\n", sig);
	return 0;
}

int probe_tiocsti(int argc, char **argv)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);

	(void)argc;
	(void)argv;
	if (fd < 0) {
		printf("no terminal: %s\n", strerror(errno));
		return 1;
	}
	if (ioctl(fd, TIOCSTI, "x") < 0) {
		printf("refused: %s\n", strerror(errno));
		return 1;
	}
	printf("pushed\n");
	return 0;
}

int probe_setns(int argc, char **argv)
{
	int fd = argc == 1 ? open(argv[0], O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0) {
		perror("open");
		return 99;
	}
	printf("%s\n", setns(fd, CLONE_NEWNET) < 0 ? strerror(errno) : "joined");
	return 0;
}
