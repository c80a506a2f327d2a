/* SPDX-License-Identifier: MIT */
/*
 * floor NAMESPACE PROGRAM [ARG]... - the least that a launch into a namespace can cost.
 *
 * Only the bare system calls, with no check of any kind: raise, open the namespace, join
 * it, a mount namespace of its own, slave propagation, one bind mount, all capabilities
 * away, execve. Never install this: it asks nobody whether the user may.
 *
 * Built twice from the same text: `floor` static and without libc, and `floor-linked`
 * (FLOOR_LINKED) as an ordinary program linked with the libraries that vpnrun has. The
 * difference between the two is the price of the loader and the libraries.
 */
#include <linux/capability.h>
#include <linux/fcntl.h>
#include <linux/mount.h>
#include <linux/sched.h>

#include "rawsys.h"

static char netns_path[320] = "/run/netns/";
static char resolv_path[320] = "/etc/netns/";

/* Appends TEXT to the string in BUF, which has room for it: see the check of the name. */
static void append(char *buf, const char *text)
{
	while (*buf)
		buf++;
	while ((*buf++ = *text++))
		;
}

static int set_capabilities(unsigned int effective, unsigned int permitted)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2] = {{effective, permitted, 0}, {0, 0, 0}};

	return (int)raw2(__NR_capset, (long)&header, (long)data);
}

/* Returns only when a step failed: an exit status that tells which. */
static int launch(int argc, char **argv, char **envp)
{
	unsigned int admin = 1U << CAP_SYS_ADMIN;
	unsigned int len = 0;
	long fd;

	if (argc < 3)
		return 110;
	while (argv[1][len])
		len++;
	if (len > 255)
		return 110;
	append(netns_path, argv[1]);
	append(resolv_path, argv[1]);
	append(resolv_path, "/resolv.conf");

	if (set_capabilities(admin, admin) < 0)
		return 111;
	fd = raw3(__NR_openat, AT_FDCWD, (long)netns_path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 112;
	if (raw2(__NR_setns, fd, CLONE_NEWNET) < 0)
		return 113;
	if (raw1(__NR_unshare, CLONE_NEWNS) < 0)
		return 114;
	if (raw5(__NR_mount, 0, (long)"/", 0, MS_SLAVE | MS_REC, 0) < 0)
		return 115;
	if (raw5(__NR_mount, (long)resolv_path, (long)"/etc/resolv.conf", 0, MS_BIND, 0) <
	    0)
		return 116;
	if (set_capabilities(0, 0) < 0)
		return 117;

	(void)raw3(__NR_execve, (long)argv[2], (long)(argv + 2), (long)envp); /* failed */
	return 118;
}

#ifdef FLOOR_LINKED

int main(int argc, char **argv, char **envp)
{
	return launch(argc, argv, envp);
}

#else

RAW_ENTRY;

_Noreturn void raw_main(long *stack);

_Noreturn void raw_main(long *stack)
{
	int argc = (int)stack[0];
	char **argv = (char **)(stack + 1);

	raw_exit(launch(argc, argv, argv + argc + 1));
}

#endif
