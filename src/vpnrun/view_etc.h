/* SPDX-License-Identifier: MIT */
/*
 * view_etc - PRIVILEGED: the namespace's own /etc.
 */
#ifndef VPNRUN_VIEW_ETC_H
#define VPNRUN_VIEW_ETC_H

#include "etclayer.h"

/*
 * view_etc_build - put a read-only overlay on /etc in this process's mount namespace.
 *
 * @name:  the network namespace; the mount's source becomes "vpnrun:NAME".
 * @layer: its top layer, from etclayer_read().
 *
 * From top to bottom: a tmpfs of root's with the layer's files, what vpnctl
 * generated, the host's /etc.  The mount points are dentries of our own: unlike a
 * bind mount on a file of the host's, nothing vanishes when the host replaces that
 * file by rename(2).  What is mounted below /etc on the host stays mounted.
 *
 * Files that decide about rights (passwd, sudoers...) are links to the host's own,
 * which is mounted on /etc/.host: setuid programs can read them, and see at once what
 * root changes.  Of the rest nothing can be read by anybody whom the host would refuse.
 *
 * Must be called in a mount namespace of our own (enter.h).  Needs CAP_SYS_ADMIN and
 * CAP_CHOWN, and touches only names that root decides about.
 * On return /etc is what was asked for (looked at afterwards, not believed);
 * otherwise the program ended with 125.
 */
void view_etc_build(const char *name, const struct etc_layer *layer);

/* view_etc_is_built - is /etc in this mount namespace such a view for NAME? */
bool view_etc_is_built(const char *name);

#endif
