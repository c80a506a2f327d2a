/* SPDX-License-Identifier: MIT */
/*
 * inherit - what the target keeps of what vpnrun was given.
 */
#ifndef VPNRUN_INHERIT_H
#define VPNRUN_INHERIT_H

#include <limits.h>
#include <stdbool.h>

/*
 * inherit_standard_fds - keep descriptors 0, 1 and 2 from being used for anything else.
 *
 * Closed ones are filled, until the target is executed, where they are closed
 * again.  For a program with file capabilities the loader has filled them already,
 * in a way of its own (glibc, csu/check_fds.c), and would leave that to the target.
 * Ends the program with 125, without a message, if it cannot.
 */
void inherit_standard_fds(void);

/*
 * inherit_passed_fds - how many descriptors, from 3 on, the service manager passes to
 * this process: LISTEN_FDS if LISTEN_PID is its own, else 0 (sd_listen_fds(3)).
 */
unsigned int inherit_passed_fds(char *const environment[]);

/* Where the invoking user stands. */
struct inherit_cwd {
	char path[PATH_MAX];
	bool covered; /* below a directory that gets a view of its own */
};

/* inherit_cwd_read - remember the working directory, before the views are built. */
struct inherit_cwd inherit_cwd_read(void);

/*
 * inherit_cwd_restore - stand in the same place of the new view.
 *
 * A working directory in /etc or /sys would otherwise stay the host's, with the
 * host's resolv.conf under its relative name.
 */
void inherit_cwd_restore(const struct inherit_cwd *cwd);

#endif
