/* SPDX-License-Identifier: MIT */
/*
 * become - PRIVILEGED: root starts something as another user (-u).
 */
#ifndef VPNRUN_BECOME_H
#define VPNRUN_BECOME_H

/* What of the user's account the target's environment is made of; owned by the structure.
 */
struct account {
	char *name;
	char *home;
	char *shell;
};

/*
 * become_user - take over the ids and groups of the account NAME, for good.
 *
 * Only root may; everybody else, and a name that no account has, ends the
 * program with 125.  Afterwards the process can do what the user can, keeps the
 * permitted capabilities of vpnrun.caps with nothing effective, and has no
 * controlling terminal: with one, the target could type commands into root's
 * shell (TIOCSTI, ioctl_tty(2)).  Nor does the target get root's open descriptors above
 * 2, but for the first HANDED_OVER ones, which a service manager passes (LISTEN_FDS).
 */
struct account become_user(const char *name, unsigned int handed_over);

#endif
