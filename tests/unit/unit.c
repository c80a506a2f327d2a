/* SPDX-License-Identifier: MIT */
/* unit - what the unit tests share. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct slice exact(const char *text, size_t size)
{
	char *copy = malloc(size ? size : 1);

	assert_non_null(copy);
	memcpy(copy, text, size);
	return (struct slice){copy, size};
}

void exact_free(struct slice slice)
{
	free((char *)(uintptr_t)slice.text);
}

void need_root(void)
{
	if (geteuid() == 0)
		return;
	print_message("# the next test needs root\n");
	skip();
}

static int complain(const char *what)
{
	print_error("cannot make a world for the tests: %s: %s\n", what, strerror(errno));
	return -1;
}

int world_make(void **state)
{
	static const char base[] = "/run";

	(void)state;
	if (geteuid() != 0)
		return 0;
	(void)umask(022);
	if (unshare(CLONE_NEWNS) < 0)
		return complain("unshare");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return complain("private mounts");
	if (mount("vrt", base, "tmpfs", 0, "mode=755") < 0)
		return complain("tmpfs");
	if (mkdir("/run/proc", 0555) < 0 ||
	    mount("/proc", "/run/proc", NULL, MS_BIND | MS_REC, NULL) < 0)
		return complain("/proc");
	/* Not chroot(2): it forbids new user namespaces.  See pivot_root(2) about the
	 * dots. */
	if (chdir(base) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 ||
	    umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
		return complain("a root directory");
	return 0;
}

void file_put_bytes(const char *path, const void *bytes, size_t size, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	assert_int_equal(fchown(fd, 0, 0), 0);
	assert_int_equal(fchmod(fd, mode), 0);
	assert_int_equal(close(fd), 0);
}

void file_put(const char *path, const char *text, mode_t mode)
{
	file_put_bytes(path, text, strlen(text), mode);
}

void dir_make(const char *path, mode_t mode)
{
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(chmod(path, mode), 0);
}

void link_make(const char *target, const char *path)
{
	assert_int_equal(symlink(target, path), 0);
}

void *shared_new(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(memory, MAP_FAILED);
	return memory;
}

/* In a child a failed assertion would go on with the parent's next test. */
static bool is_child;

static void require(bool condition)
{
	if (!condition && is_child)
		_exit(99);
	assert_true(condition);
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		require(errno == EINTR);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void in_child(uid_t uid, void (*function)(void *), void *argument)
{
	static const gid_t groups[] = {GROUP};
	pid_t pid;

	(void)fflush(NULL); /* lest the child prints it, too */
	pid = fork();
	require(pid >= 0);
	if (pid == 0) {
		is_child = true;
		if (uid != 0 &&
		    (setgroups(1, groups) < 0 || setresgid(GROUP, GROUP, GROUP) < 0 ||
		     setresuid(uid, uid, uid) < 0))
			_exit(99);
		function(argument);
		_exit(0);
	}
	require(wait_for(pid) == 0);
}

/* Reads what was written to one end of a socket; each datagram is one write(2). */
static size_t drain(int fd, char *text, size_t space, unsigned int *ret_writes)
{
	size_t used = 0;
	ssize_t got;

	while ((got = recv(fd, text + used, space - 1 - used, MSG_DONTWAIT)) >= 0) {
		used += (size_t)got;
		*ret_writes += got > 0;
	}
	text[used] = '\0';
	return used;
}

void capture(struct captured *ret_captured, void (*function)(void *), void *argument)
{
	unsigned int out_writes = 0;
	int out[2], err[2];
	pid_t pid;

	memset(ret_captured, 0, sizeof(*ret_captured));
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, out), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, err), 0);
	(void)fflush(NULL); /* lest the child prints it, too */
	pid = fork();
	require(pid >= 0);
	if (pid == 0) {
		is_child = true;
		if (dup2(out[1], STDOUT_FILENO) < 0 || dup2(err[1], STDERR_FILENO) < 0)
			_exit(99);
		function(argument);
		(void)fflush(stdout); /* what was not printed is missing in the test */
		_exit(0);
	}
	ret_captured->status = wait_for(pid);
	ret_captured->out_size =
		drain(out[0], ret_captured->out, sizeof(ret_captured->out), &out_writes);
	ret_captured->err_size =
		drain(err[0], ret_captured->err, sizeof(ret_captured->err),
		      &ret_captured->err_writes);
	for (size_t i = 0; i < 2; i++) {
		(void)close(out[i]); /* nothing is lost */
		(void)close(err[i]); /* nothing is lost */
	}
}
