/* SPDX-License-Identifier: MIT */
/* become - PRIVILEGED: root starts something as another user (-u). */
#include "become.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/close_range.h>

#include "cleanup.h"
#include "memory.h"
#include "priv.h"
#include "report.h"

static struct passwd *find_account(const char *name)
{
	struct passwd *entry;

	errno = 0;
	entry = getpwnam(name);
	if (!entry)
		die("getent passwd lists the accounts", "%s: there is no such user",
		    name);
	return entry;
}

/*
 * All groups of the account.  The name service's modules run here, with nothing
 * effective. getgrouplist(3) passes over files that it cannot read; so it must say the
 * same twice.
 */
static gid_t *find_groups(const struct passwd *account, int *ret_count)
{
	int expected = 0, count;
	gid_t *groups;

	(void)getgrouplist(account->pw_name, account->pw_gid, NULL,
			   &expected); /* how many? */
	count = expected;
	groups = calloc((size_t)count + 1, sizeof(*groups));
	if (!groups || count < 1 ||
	    getgrouplist(account->pw_name, account->pw_gid, groups, &count) < 0 ||
	    count != expected)
		die("start it again; if it stays so, look at getent group and the name service",
		    "cannot read the groups of user %s", account->pw_name);
	*ret_count = count;
	return groups;
}

/* Did the ids really change?  A call that only says so must not go unnoticed. */
static bool ids_are(uid_t uid, gid_t gid, const gid_t *groups, int count)
{
	uid_t uids[3];
	gid_t gids[3];
	auto_free gid_t *now = calloc((size_t)count + 1, sizeof(*now));

	if (getresuid(&uids[0], &uids[1], &uids[2]) < 0 ||
	    getresgid(&gids[0], &gids[1], &gids[2]) < 0)
		return false;
	for (int i = 0; i < 3; i++) {
		if (uids[i] != uid || gids[i] != gid)
			return false;
	}
	if (!now || getgroups(0, NULL) != count || getgroups(count, now) != count)
		return false;
	for (int i = 0; i < count; i++) {
		bool found = false;

		for (int j = 0; j < count; j++)
			found = found || now[j] == groups[i];
		if (!found)
			return false;
	}
	return true;
}

static bool have_terminal(void)
{
	auto_close int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	return fd >= 0 || errno != ENXIO;
}

static void leave_terminal(void)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, hangup;
	bool leader = getsid(0) == getpid();
	auto_close int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 && errno == ENXIO)
		return;
	/* A session leader's own group would be hung up with the terminal. */
	if (leader && sigaction(SIGHUP, &ignore, &hangup) < 0)
		die(NULL, "cannot ignore the hangup signal: %m");
	if (fd < 0 || ioctl(fd, TIOCNOTTY) < 0 || have_terminal())
		die("start it without a terminal: setsid vpnrun ...",
		    "cannot give up the terminal, which another user's program must not share");
	if (leader && sigaction(SIGHUP, &hangup, NULL) < 0)
		die(NULL, "cannot restore the hangup signal: %m");
}

/*
 * What root's shell has open is not the user's; as sudo does.  Sockets that the service
 * manager hands over stay (sd_listen_fds(3)).
 */
static void close_descriptors(unsigned int kept)
{
	if (close_range(3 + kept, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
		die(NULL, "cannot close root's descriptors: %m");
}

struct account become_user(const char *name, unsigned int handed_over)
{
	const struct passwd *entry;
	struct account account;
	int count, rc;
	auto_free gid_t *groups = NULL;

	if (geteuid() != 0 || getuid() != 0 || !priv_may_switch_user())
		die("use sudo, or leave the option out", "only root may use -u");
	entry = find_account(name);
	groups = find_groups(entry, &count);
	account = (struct account){
		.name = memory_copy(slice_from(entry->pw_name)),
		.home = memory_copy(slice_from(entry->pw_dir)),
		.shell = memory_copy(slice_from(entry->pw_shell)),
	};
	leave_terminal();
	close_descriptors(handed_over);

	/* Keep the permitted set, which setresuid(2) would empty (capabilities(7)). */
	if (prctl(PR_SET_KEEPCAPS, 1) < 0)
		die(NULL, "cannot keep the capabilities while the user changes: %m");
	priv_raise(PRIV_BIT(CAP_SETUID) | PRIV_BIT(CAP_SETGID));
	rc = setgroups((size_t)count, groups);
	if (rc == 0)
		rc = setresgid(entry->pw_gid, entry->pw_gid, entry->pw_gid);
	if (rc == 0)
		rc = setresuid(entry->pw_uid, entry->pw_uid, entry->pw_uid);
	priv_lower();
	if (rc < 0)
		die(NULL, "cannot become user %s: %m", name);

	priv_undumpable();
	if (prctl(PR_SET_KEEPCAPS, 0) < 0)
		die(NULL, "cannot clear the keep-capabilities flag: %m");
	priv_forget_switch_user();
	if (!ids_are(entry->pw_uid, entry->pw_gid, groups, count))
		die(NULL, "becoming user %s had no effect", name);
	return account;
}
