/* SPDX-License-Identifier: MIT */
/*
 * netns - find and judge named network namespaces, without joining one.
 *
 * A named network namespace is a file in /run/netns on which the namespace's nsfs
 * file is mounted, see ip-netns(8) and namespaces(7).  Needs no capability.
 */
#ifndef VPNRUN_NETNS_H
#define VPNRUN_NETNS_H

#include <stdbool.h>
#include <sys/types.h>

#include "diag.h"

/* What tells one namespace from another: the device and inode of its nsfs file. */
struct netns_id {
	dev_t dev;
	ino_t ino;
};

bool netns_id_equal(struct netns_id a, struct netns_id b);

/*
 * netns_own - which network namespace this process is in.
 *
 * Returns 0 or a negative errno; -ENOENT where /proc is not mounted.
 */
int netns_own(struct netns_id *ret_id) __attribute__((warn_unused_result));

/*
 * netns_is_initial - is this process in the network namespace of PID 1?
 *
 * An ordinary user may not look at /proc/1/ns/net, but anybody may look into
 * /proc/1/net, whose files have other inodes in each namespace
 * (fs/proc/proc_net.c).  Returns 1, 0, or a negative errno: where /proc hides
 * PID 1 (hidepid=), it cannot be told.
 */
int netns_is_initial(void);

/*
 * netns_dir_open - open /run/netns, which must be root's and writable by root alone.
 *
 * Returns a descriptor that the caller owns, or a negative errno with DIAG filled
 * in; -ENOENT means that no namespace has a name yet.
 */
int netns_dir_open(struct diag *diag) __attribute__((warn_unused_result));

/*
 * netns_open - open the network namespace called NAME.
 *
 * @dir:  from netns_dir_open().
 * @name: already accepted by netns_name_valid().
 *
 * No link is followed and no FIFO blocks.  Returns a descriptor that the caller
 * owns, and which namespace it is, or a negative errno with DIAG filled in:
 *   -ENOENT  there is no such name;
 *   -EINVAL  the name exists but is not a network namespace;
 *   -EPERM   it belongs to another user namespace.
 */
int netns_open(int dir, const char *name, struct netns_id *ret_id, struct diag *diag)
	__attribute__((warn_unused_result));

/*
 * netns_find_name - which name in /run/netns is the namespace ID?
 *
 * Writes the first valid name that is it to NAME (NETNS_NAME_MAX + 1 bytes).
 * Returns 1 if there is one, 0 if not, or a negative errno.
 */
int netns_find_name(int dir, struct netns_id id, char *name);

#endif
