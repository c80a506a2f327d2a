/* SPDX-License-Identifier: MIT */
/*
 * mounts - what is mounted where in this mount namespace.
 *
 * Asks statmount(2) and listmount(2) where the kernel has them (6.8), whose cost
 * does not grow with the number of mounts, else /proc/self/mountinfo (proc(5)).
 * Needs no capability.  What cannot be found out ends the program, 125.
 */
#ifndef VPNRUN_MOUNTS_H
#define VPNRUN_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * mounts_require_private - end the program unless a mount made on /, /etc or /sys
 * stays in this mount namespace (no shared propagation).
 *
 * Also if there is an unbindable mount below /etc, as far as mountinfo is read: it
 * would be missing in a copy, and what it hides would be seen.
 */
void mounts_require_private(void);

/*
 * mounts_id - the id of the topmost mount that PATH is on, 0 if it cannot be told.
 *
 * In another mount namespace, and once something else is mounted on it, it is another
 * one.  Says nothing and may be called while a capability is raised.
 */
uint64_t mounts_id(const char *path);

/*
 * mounts_is_point - is something mounted on PATH?
 *
 * Returns 1, 0, or a negative errno.
 */
int mounts_is_point(const char *path);

/* Mount points as absolute paths, ended by NULL; mounts_free() releases them. */
struct mounts {
	char **points;
	size_t count;
};

/*
 * mounts_below - the mount points right below the mount on DIRECTORY.
 *
 * DIRECTORY must itself be a mount point.  Mounts below those are theirs and not
 * listed, nor is what such a mount covers.  The order is that in which they were made.
 */
struct mounts mounts_below(const char *directory);

void mounts_free(struct mounts *mounts);

/*
 * mounts_has_source - is the topmost mount on DIRECTORY one whose source is SOURCE?
 *
 * Reads /proc/self/mountinfo, all of it.
 */
bool mounts_has_source(const char *directory, const char *source);

#endif
