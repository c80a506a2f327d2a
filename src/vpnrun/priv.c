/* SPDX-License-Identifier: MIT */
/* priv - PRIVILEGED: the process's capabilities; the only user of libcap-ng. */
#include "priv.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/securebits.h>

#include "cleanup.h"
#include "paths.h"
#include "report.h"

/* Every capability vpnrun.caps grants, with the calls that need it. */
static const struct {
	unsigned int capability;
	const char *name;
} needed[] = {
	/* setns(CLONE_NEWNET), unshare(CLONE_NEWNS), mount, fsopen, fsconfig, fsmount,
	 * open_tree, mount_setattr, move_mount */
	{CAP_SYS_ADMIN, "cap_sys_admin"},
	/* fchownat: the layer over /etc, a tmpfs, would belong to the invoking user
	   otherwise. */
	{CAP_CHOWN, "cap_chown"},
};

#define NEEDED_COUNT (sizeof(needed) / sizeof(needed[0]))

/* What root needs to become another user (-u); never in vpnrun.caps. */
static const uint64_t switch_user = PRIV_BIT(CAP_SETUID) | PRIV_BIT(CAP_SETGID);

struct sets {
	uint64_t effective, permitted, inheritable;
};

/* Asked by capget(2) itself: libcap-ng's reader makes some ninety system calls. */
static bool read_sets(struct sets *ret_sets)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	/* All ones, so that a call which claims success and did nothing is seen. */
	memset(data, 0xff, sizeof(data));
	if (syscall(SYS_capget, &header, data) < 0)
		return false;
	*ret_sets = (struct sets){
		.effective = data[0].effective | (uint64_t)data[1].effective << 32,
		.permitted = data[0].permitted | (uint64_t)data[1].permitted << 32,
		.inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32,
	};
	return true;
}

static bool sets_are(uint64_t effective, uint64_t permitted)
{
	struct sets sets;

	return read_sets(&sets) && sets.effective == effective &&
	       sets.permitted == permitted && sets.inheritable == 0;
}

static void add_all(capng_type_t type, uint64_t capabilities)
{
	for (unsigned int i = 0; i < 64; i++) {
		if (capabilities & PRIV_BIT(i))
			(void)capng_update(CAPNG_ADD, type, i); /* read back below */
	}
}

/* Applies the sets, inheritable empty, and reads them back. */
static bool apply_sets(uint64_t effective, uint64_t permitted)
{
	capng_clear(CAPNG_SELECT_CAPS);
	add_all(CAPNG_PERMITTED, permitted);
	add_all(CAPNG_EFFECTIVE, effective);
	return capng_apply(CAPNG_SELECT_CAPS) == 0 && sets_are(effective, permitted);
}

/* The permitted set that priv_start() left, less what was dropped since. */
static uint64_t permitted_set;

/*
 * A change of the sets failed.  Nothing may be said while a capability is
 * effective, so everything is dropped first; if even that fails, silence is
 * all that is safe.
 */
static _Noreturn void stop(const char *what)
{
	int error = errno;
	struct sets sets;

	if (!apply_sets(0, 0) && (!read_sets(&sets) || sets.effective))
		_exit(EXIT_VPNRUN);
	errno = error;
	die("this should not happen: please report it with the kernel's version",
	    "cannot %s capabilities: %m", what);
}

static uint64_t needed_set(void)
{
	uint64_t set = 0;

	for (size_t i = 0; i < NEEDED_COUNT; i++)
		set |= PRIV_BIT(needed[i].capability);
	return set;
}

/* securebits(7) that outlive execve change what the target's capabilities mean. */
static void check_securebits(void)
{
	int bits = prctl(PR_GET_SECUREBITS);

	if (bits < 0)
		die(NULL, "cannot read the secure bits: %m");
	if (bits != SECUREBITS_DEFAULT)
		die("start it from a process without them: see capabilities(7), \"securebits\"",
		    "the process has secure bits set (0x%x)", (unsigned int)bits);
}

void priv_undumpable(void)
{
	if (prctl(PR_SET_DUMPABLE, 0) < 0 || prctl(PR_GET_DUMPABLE) != 0)
		die(NULL, "cannot make the process undumpable");
}

void priv_start(void)
{
	struct sets sets;
	uint64_t keep = needed_set();

	if (!read_sets(&sets))
		_exit(EXIT_VPNRUN); /* what is effective is not known: say nothing */
	if (geteuid() == 0)
		keep |= switch_user;
	permitted_set = sets.permitted & keep;
	/* An empty inheritable set empties the ambient set, too: capabilities(7). */
	if (!apply_sets(0, permitted_set))
		stop("lower");

	priv_undumpable();
	check_securebits();
}

/* The beginning of a file of /proc, ended by NUL; false if it cannot be opened. */
static bool read_proc(const char *path, char *text, size_t space)
{
	ssize_t size = -1;
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		size = read(fd, text, space - 1);
	text[size > 0 ? size : 0] = '\0';
	return fd >= 0;
}

static bool is_traced(void)
{
	static const char key[] = "\nTracerPid:";
	char text[4096];
	const char *line;

	if (!read_proc("/proc/self/status", text, sizeof(text)))
		return false;
	line = strstr(text, key);
	return line && strtoul(line + strlen(key), NULL, 10) != 0;
}

/* In a user namespace that was made later, file capabilities count for that one alone. */
static bool in_user_namespace(void)
{
	char text[256], inside[32], outside[32], count[32];

	if (!read_proc("/proc/self/uid_map", text, sizeof(text)))
		return false;
	if (sscanf(text, "%31s %31s %31s", inside, outside, count) != 3)
		return true;
	return strcmp(inside, "0") != 0 || strcmp(outside, "0") != 0 ||
	       strcmp(count, "4294967295") != 0;
}

static bool on_nosuid(void)
{
	struct statvfs vfs;

	return statvfs("/proc/self/exe", &vfs) == 0 && (vfs.f_flag & ST_NOSUID);
}

static bool file_has_capabilities(void)
{
	return getxattr("/proc/self/exe", "security.capability", NULL, 0) > 0;
}

static bool in_bounding_set(void)
{
	for (size_t i = 0; i < NEEDED_COUNT; i++) {
		if (prctl(PR_CAPBSET_READ, needed[i].capability) != 1)
			return false;
	}
	return true;
}

static const char *first_missing(void)
{
	for (size_t i = 0; i < NEEDED_COUNT; i++) {
		if (!(permitted_set & PRIV_BIT(needed[i].capability)))
			return needed[i].name;
	}
	return NULL;
}

void priv_require_host(void)
{
	if (in_user_namespace())
		die("start it from outside the container, sandbox or user namespace",
		    "vpnrun is in a user namespace of its own, so its file capabilities do not "
		    "count for the host");
}

/* The kernel withholds capabilities without a word (security/commoncap.c): why? */
static _Noreturn void explain_missing(const char *missing)
{
	priv_require_host();
	if (!file_has_capabilities())
		die("run as root: setcap " VPNRUN_CAPS " " PATH_VPNRUN,
		    "this vpnrun has no file capabilities (%s is missing)", missing);
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
		die("start it from a shell or unit without no_new_privs (NoNewPrivileges=no)",
		    "no_new_privs is set, so the file capabilities of vpnrun do not count");
	if (on_nosuid())
		die("install it on a file system that is mounted without nosuid",
		    "vpnrun is on a file system mounted nosuid, where file capabilities do not "
		    "count");
	if (is_traced())
		die("start it without the debugger, or trace it as root: strace -u USER",
		    "vpnrun is being traced, so its file capabilities do not count");
	if (!in_bounding_set())
		die("start it from a process that has the full set (CapabilityBoundingSet=)",
		    "the bounding set of this process lacks %s", missing);
	die("run as root: setcap " VPNRUN_CAPS " " PATH_VPNRUN
	    ", and start it from a process that shares its working directory with no other",
	    "vpnrun did not get its file capabilities (%s is missing)", missing);
}

void priv_require(void)
{
	const char *missing = first_missing();

	if (missing)
		explain_missing(missing);
}

void priv_raise(uint64_t wanted)
{
	if (!apply_sets(wanted, permitted_set))
		stop("raise");
}

void priv_lower(void)
{
	int error = errno;

	if (!apply_sets(0, permitted_set))
		stop("lower");
	errno = error;
}

bool priv_may_switch_user(void)
{
	return (permitted_set & switch_user) == switch_user;
}

void priv_forget_switch_user(void)
{
	permitted_set &= ~switch_user;
	if (!apply_sets(0, permitted_set))
		stop("drop");
}

void priv_drop_forever(int netns)
{
	permitted_set = 0;
	if (!apply_sets(0, 0))
		stop("drop");
	if (prctl(PR_SET_KEEPCAPS, 0) < 0 || prctl(PR_GET_KEEPCAPS) != 0)
		die(NULL, "cannot clear the keep-capabilities flag");
	if (setns(netns, CLONE_NEWNET) == 0 || errno != EPERM)
		die("this should not happen: please report it with the kernel's version",
		    "dropping the capabilities had no effect");
}
