/* SPDX-License-Identifier: MIT */
/* enter - PRIVILEGED: join the network namespace, make the mount namespace. */
#include "enter.h"

#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/mount.h>

#include <linux/capability.h>

#include "mounts.h"
#include "priv.h"
#include "report.h"

void enter_netns(int fd, struct netns_id id, const char *name)
{
	struct netns_id now;
	int rc;

	priv_raise(PRIV_BIT(CAP_SYS_ADMIN));
	rc = setns(fd, CLONE_NEWNET);
	priv_lower();
	if (rc < 0)
		die(NULL, "cannot join network namespace \"%s\": %m", name);
	rc = netns_own(&now);
	if (rc < 0 || !netns_id_equal(now, id))
		die("this should not happen: please report it with the kernel's version",
		    "joining network namespace \"%s\" had no effect", name);
}

void enter_mntns(void)
{
	uint64_t before = mounts_id("/"), after = before;
	int unshared, slave = 0;

	if (before == 0)
		die("vpnrun needs Linux 5.12 or later",
		    "cannot look at the mount of /: %m");
	priv_raise(PRIV_BIT(CAP_SYS_ADMIN));
	unshared = unshare(CLONE_NEWNS);
	/* In the host's mount namespace the next call would change the host's mounts. */
	if (unshared == 0)
		after = mounts_id("/");
	if (after != before && after != 0)
		slave = mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL);
	priv_lower();
	if (unshared < 0)
		die(errno == ENOSPC ? "raise the limit: sysctl user.max_mnt_namespaces"
				    : NULL,
		    "cannot make a mount namespace: %m");
	if (after == before || after == 0)
		die("this should not happen: please report it with the kernel's version",
		    "making a mount namespace had no effect");
	if (slave < 0)
		die(errno == EINVAL
			    ? "/ is not a mount point, as in a plain chroot: bind it onto itself "
			      "before chroot (mount --bind DIR DIR)"
			    : NULL,
		    "cannot keep mounts from reaching the host: %m");
	mounts_require_private();
}
