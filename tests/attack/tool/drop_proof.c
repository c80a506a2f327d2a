/* SPDX-License-Identifier: MIT */
/*
 * The project's own priv.c, put to the test by a program that holds the capabilities.
 *
 *	drop-proof NETNS
 *
 * That "the target holds none" would be true without the drop, too, for execve(2) clears
 * the sets.  So this program does not execute anything: it drops, and then tries what
 * each capability is good for.  Built with LEAVE_THE_DROP_OUT it does not drop, and each
 * attempt must succeed; else the attempts would prove nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/capability.h>

#include "priv.h"

static int failures;

static void expect(bool holds, const char *what)
{
	printf("%s: %s\n", holds ? "yes" : "NO", what);
	failures += !holds;
}

static bool get_sets(uint64_t sets[3])
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	memset(data, 0xff, sizeof(data));
	if (syscall(SYS_capget, &header, data) < 0)
		return false;
	sets[0] = data[0].effective | (uint64_t)data[1].effective << 32;
	sets[1] = data[0].permitted | (uint64_t)data[1].permitted << 32;
	sets[2] = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
	return true;
}

static bool sets_are(uint64_t effective, uint64_t permitted)
{
	uint64_t sets[3];

	return get_sets(sets) && sets[0] == effective && sets[1] == permitted &&
	       sets[2] == 0;
}

static int try_setns(int netns)
{
	return setns(netns, CLONE_NEWNET);
}

static int try_unshare(int unused)
{
	(void)unused;
	return unshare(CLONE_NEWNS);
}

static int try_mount(int unused)
{
	/* In a mount namespace of its own by then, or not allowed at all. */
	(void)unused;
	if (unshare(CLONE_NEWNS) == 0 &&
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -1;
	return mount("none", "/mnt", "tmpfs", 0, NULL);
}

static int try_chown(int unused)
{
	int fd = open("/tmp/vrt", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);

	(void)unused;
	return fd < 0 ? -1 : fchown(fd, 0, 0);
}

/* What capset(2) gives an effective set, if it is permitted. */
static int raise_all(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {0};
	const uint64_t all = PRIV_BIT(CAP_SYS_ADMIN) | PRIV_BIT(CAP_CHOWN);

	data[0].effective = data[0].permitted = (uint32_t)all;
	return (int)syscall(SYS_capset, &header, data);
}

static int try_capset(int unused)
{
	(void)unused;
	return raise_all();
}

static const struct {
	const char *name;
	int (*attempt)(int netns);
	int error; /* when it is refused */
} attempts[] = {
	{"capset", try_capset, EPERM},	 {"setns", try_setns, EPERM},
	{"unshare", try_unshare, EPERM}, {"mount", try_mount, EPERM},
	{"chown", try_chown, EPERM},
};

/* In a process of its own, which makes effective first whatever it may. */
static int outcome(size_t number, int netns)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		(void)raise_all(); /* refused after the drop */
		errno = 0;
		_exit(attempts[number].attempt(netns) < 0 ? errno : 0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

int main(int argc, char *argv[])
{
	const uint64_t all = PRIV_BIT(CAP_SYS_ADMIN) | PRIV_BIT(CAP_CHOWN);
	int netns = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;

	if (netns < 0) {
		perror("drop-proof NETNS");
		return 99;
	}
	(void)setvbuf(stdout, NULL, _IONBF, 0);

	priv_start();
	expect(sets_are(0, all), "after the start all is permitted, nothing effective");
	expect(prctl(PR_GET_DUMPABLE) == 0, "it is not dumpable");
	expect(open("/etc/shadow", O_RDONLY | O_CLOEXEC) < 0,
	       "it cannot read /etc/shadow");
	expect(setns(netns, CLONE_NEWNET) < 0 && errno == EPERM, "it cannot join yet");
	priv_require();
	for (unsigned int i = 0; i < 41; i++) {
		if (!(all >> i & 1))
			continue;
		priv_raise(PRIV_BIT(i));
		expect(sets_are(PRIV_BIT(i), all), "raised, and nothing else");
		errno = ENOTTY;
		priv_lower();
		expect(sets_are(0, all), "lowered");
		expect(errno == ENOTTY, "lowering keeps errno");
	}
#ifndef LEAVE_THE_DROP_OUT
	priv_drop_forever(netns);
	expect(sets_are(0, 0), "after the drop nothing is permitted");
	expect(prctl(PR_GET_DUMPABLE) == 0, "it is still not dumpable");
#endif
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		int error = outcome(i, netns);

		printf("%s: %s\n", attempts[i].name, error ? strerror(error) : "done");
#ifdef LEAVE_THE_DROP_OUT
		expect(error == 0, "without the drop it succeeds");
#else
		expect(error == attempts[i].error, "it is refused");
#endif
	}
	return failures ? 1 : 0;
}
