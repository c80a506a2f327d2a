/* SPDX-License-Identifier: MIT */
/*
 * view_binds - PRIVILEGED: a directory made of bind mounts, where overlayfs cannot be
 * had.
 *
 * Each entry of the host's directory is bound onto an entry of a tmpfs of our own.
 * As with the overlay, the mount points are our own: nothing vanishes when the host
 * replaces a file.  But it costs a mount for each entry, and what the host adds or
 * replaces later is not seen; and a directory of the layer takes the place of the
 * host's of that name instead of being laid over it.
 */
#ifndef VPNRUN_VIEW_BINDS_H
#define VPNRUN_VIEW_BINDS_H

/*
 * view_binds_add - show in the tmpfs TOP whatever is in FROM and not yet in TOP.
 *
 * @top:  a tmpfs of root's, attached at PATH.
 * @from: a directory that root alone can write; mounts below it come along.
 *
 * Needs CAP_SYS_ADMIN and CAP_CHOWN.  Ends the program with 125 if any entry cannot be
 * shown.
 */
void view_binds_add(int top, int from, const char *path);

/* view_binds_finish - make TOP read-only.  Needs CAP_SYS_ADMIN. */
void view_binds_finish(int top);

#endif
