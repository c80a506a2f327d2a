/* SPDX-License-Identifier: MIT */
/* pry - what a user can do to another process, by the ways that the kernel has. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "attack.h"

static const char *path_of(pid_t pid, const char *name)
{
	static char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	return path;
}

static bool opens(pid_t pid, const char *name, int flags)
{
	int fd = open(path_of(pid, name), flags | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool reads(pid_t pid, const char *name)
{
	char byte;
	int fd = open(path_of(pid, name), O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, &byte, 1);

	if (fd >= 0)
		close(fd);
	return got > 0;
}

static bool reads_link(pid_t pid, const char *name)
{
	char text[256];

	return readlink(path_of(pid, name), text, sizeof(text)) > 0;
}

static bool way_seize(pid_t pid)
{
	if (ptrace(PTRACE_SEIZE, pid, 0, 0) < 0)
		return false;
	(void)ptrace(PTRACE_INTERRUPT, pid, 0, 0);
	(void)waitpid(pid, NULL, __WALL);
	(void)ptrace(PTRACE_DETACH, pid, 0, 0);
	return true;
}

static bool way_attach(pid_t pid)
{
	if (ptrace(PTRACE_ATTACH, pid, 0, 0) < 0)
		return false;
	(void)waitpid(pid, NULL, __WALL);
	(void)ptrace(PTRACE_DETACH, pid, 0, 0);
	return true;
}

/* The address is nobody's: EFAULT says that the process itself was let us in. */
static bool way_vm_read(pid_t pid)
{
	char byte;
	struct iovec local = {&byte, 1}, remote = {(void *)4096, 1};

	return process_vm_readv(pid, &local, 1, &remote, 1, 0) >= 0 || errno == EFAULT;
}

static bool way_vm_write(pid_t pid)
{
	char byte = 0;
	struct iovec local = {&byte, 1}, remote = {(void *)4096, 1};

	return process_vm_writev(pid, &local, 1, &remote, 1, 0) >= 0 || errno == EFAULT;
}

static bool way_mem(pid_t pid)
{
	return opens(pid, "mem", O_RDWR);
}

static bool way_fd(pid_t pid)
{
	DIR *dir = opendir(path_of(pid, "fd"));
	bool found = dir && readdir(dir);

	if (dir)
		closedir(dir);
	return found;
}

static bool way_fd_link(pid_t pid)
{
	return reads_link(pid, "fd/2");
}

static bool way_environ(pid_t pid)
{
	return reads(pid, "environ");
}

static bool way_maps(pid_t pid)
{
	return reads(pid, "maps");
}

static bool way_auxv(pid_t pid)
{
	return reads(pid, "auxv");
}

static bool way_pidfd_getfd(pid_t pid)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	int fd = pidfd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, 2, 0);

	if (fd >= 0)
		close(fd);
	if (pidfd >= 0)
		close(pidfd);
	return fd >= 0;
}

static bool way_root(pid_t pid)
{
	return opens(pid, "root/etc", O_RDONLY | O_DIRECTORY) || reads_link(pid, "root");
}

static bool way_cwd(pid_t pid)
{
	return opens(pid, "cwd", O_RDONLY | O_DIRECTORY) || reads_link(pid, "cwd");
}

static bool way_exe(pid_t pid)
{
	return reads_link(pid, "exe");
}

static bool way_ns_net(pid_t pid)
{
	return opens(pid, "ns/net", O_RDONLY) || reads_link(pid, "ns/net");
}

static bool way_ns_mnt(pid_t pid)
{
	return opens(pid, "ns/mnt", O_RDONLY) || reads_link(pid, "ns/mnt");
}

static const struct {
	const char *name;
	bool (*works)(pid_t pid);
} ways[] = {
	{"vm-read", way_vm_read},
	{"vm-write", way_vm_write},
	{"mem", way_mem},
	{"fd", way_fd},
	{"fd-link", way_fd_link},
	{"environ", way_environ},
	{"maps", way_maps},
	{"auxv", way_auxv},
	{"pidfd-getfd", way_pidfd_getfd},
	{"root", way_root},
	{"cwd", way_cwd},
	{"exe", way_exe},
	{"ns-net", way_ns_net},
	{"ns-mnt", way_ns_mnt},
	{"seize", way_seize},
	{"attach", way_attach},
};

#define WAY_COUNT (sizeof(ways) / sizeof(ways[0]))

unsigned int pry_all_ways(void)
{
	return (1u << WAY_COUNT) - 1;
}

const char *pry_names(unsigned int found)
{
	static char text[256];

	text[0] = '\0';
	for (size_t i = 0; i < WAY_COUNT; i++) {
		if (found & 1u << i) {
			if (text[0])
				(void)strcat(text, " ");
			(void)strcat(text, ways[i].name);
		}
	}
	return text;
}

unsigned int pry_as_user(pid_t victim)
{
	unsigned int found = 0;
	int report[2];
	pid_t pid;

	if (pipe2(report, O_CLOEXEC) < 0)
		fatal("pipe");
	pid = fork();
	if (pid < 0)
		fatal("fork");
	if (pid == 0) {
		launch_become_user();
		for (size_t i = 0; i < WAY_COUNT; i++)
			found |= ways[i].works(victim) ? 1u << i : 0;
		_exit(write(report[1], &found, sizeof(found)) == sizeof(found) ? 0 : 99);
	}
	close(report[1]);
	if (read(report[0], &found, sizeof(found)) != sizeof(found))
		fatal("the prying process");
	close(report[0]);
	(void)waitpid(pid, NULL, 0);
	return found;
}

/* Wait until it runs COMMAND. */
static void wait_for_exec(pid_t pid, const char *command)
{
	const struct timespec pause = {.tv_nsec = 1000 * 1000};
	char target[256];

	for (int i = 0; i < 5000; i++) {
		ssize_t size = readlink(path_of(pid, "exe"), target, sizeof(target) - 1);

		target[size > 0 ? size : 0] = '\0';
		if (strstr(target, strrchr(command, '/')))
			return;
		nanosleep(&pause, NULL);
	}
	errno = ETIMEDOUT;
	fatal(command);
}

/* pry: print what the user can do to COMMAND, an ordinary program; 0 if that is all. */
int attack_pry(char **words, char **command)
{
	struct launch launch = {0};
	unsigned int found;

	(void)words;
	launch_prepare(&launch, command);
	launch_open_gate(&launch);
	wait_for_exec(launch.pid, command[0]);
	found = pry_as_user(launch.pid);
	(void)kill(launch.pid, SIGKILL);
	launch_end(&launch);
	printf("%s\n", pry_names(found));
	if (found != pry_all_ways())
		printf("# not: %s\n", pry_names(pry_all_ways() & ~found));
	return found == pry_all_ways() ? 0 : 1;
}
