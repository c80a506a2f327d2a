/* SPDX-License-Identifier: MIT */
/*
 * enter - PRIVILEGED: join the network namespace, make the mount namespace.
 *
 * Both end the program, 125, when the call fails or claims a success that did
 * not happen: the namespaces are read back.
 */
#ifndef VPNRUN_ENTER_H
#define VPNRUN_ENTER_H

#include "netns.h"

/*
 * enter_netns - join the network namespace behind FD, which is ID and called NAME.
 *
 * Needs CAP_SYS_ADMIN here and in the user namespace that owns it (setns(2)).
 */
void enter_netns(int fd, struct netns_id id, const char *name);

/*
 * enter_mntns - give this process a mount namespace of its own.
 *
 * All mounts in it are slaves: the host's later mounts appear here, ours never
 * reach the host (mount_namespaces(7)).  Needs CAP_SYS_ADMIN.
 */
void enter_mntns(void);

#endif
