/* SPDX-License-Identifier: MIT */
/* inherit - what the target keeps of what vpnrun was given. */
#include "inherit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "environ.h"
#include "pathname.h"
#include "report.h"

/*
 * glibc fills a closed descriptor 0 with /dev/full open for writing, 1 and 2 with
 * /dev/null open for reading, all with O_NOFOLLOW, which hardly anybody hands on.
 */
static bool is_loader_filler(int fd)
{
	int flags = fcntl(fd, F_GETFL);
	dev_t device = fd == 0 ? makedev(1, 7) : makedev(1, 3);
	int mode = fd == 0 ? O_WRONLY : O_RDONLY;
	struct stat st;

	if (flags < 0 || !(flags & O_NOFOLLOW) || (flags & O_ACCMODE) != mode)
		return false;
	return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == device;
}

void inherit_standard_fds(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) < 0) {
			/* The lowest free number is taken: this one. */
			if (open("/dev/null", O_RDWR | O_CLOEXEC) != fd)
				_exit(EXIT_VPNRUN);
		} else if (is_loader_filler(fd)) {
			if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
				_exit(EXIT_VPNRUN);
		}
	}
}

unsigned int inherit_passed_fds(char *const environment[])
{
	const char *pid = environ_get(environment, "LISTEN_PID");
	const char *count = environ_get(environment, "LISTEN_FDS");
	unsigned long number;
	char *end;

	if (!pid || !count || strtoul(pid, NULL, 10) != (unsigned long)getpid())
		return 0;
	number = strtoul(count, &end, 10);
	return *end || number > 1024 ? 0 : (unsigned int)number;
}

struct inherit_cwd inherit_cwd_read(void)
{
	struct inherit_cwd cwd = {.covered = false};

	if (!getcwd(cwd.path, sizeof(cwd.path))) {
		/* Deleted, or a path too long: then it is in neither directory, which
		 * nobody but root can change. */
		if (errno != ENOENT && errno != ERANGE)
			die(NULL, "cannot read the working directory: %m");
		(void)strcpy(cwd.path, "?");
	}
	cwd.covered =
		pathname_below(cwd.path, "/etc") || pathname_below(cwd.path, "/sys");
	return cwd;
}

void inherit_cwd_restore(const struct inherit_cwd *cwd)
{
	struct stat here, there;

	if (!cwd->covered)
		return;
	if (chdir(cwd->path) < 0)
		die("start it from another directory, or give one: -C DIR",
		    "cannot enter %s inside the namespace: %m", cwd->path);
	if (stat(".", &here) < 0 || stat(cwd->path, &there) < 0 ||
	    here.st_dev != there.st_dev || here.st_ino != there.st_ino)
		die("start it from another directory, or give one: -C DIR",
		    "entering %s inside the namespace had no effect", cwd->path);
}
