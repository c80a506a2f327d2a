/* SPDX-License-Identifier: MIT */
/*
 * newmount - PRIVILEGED: the system calls that make mounts by descriptor.
 *
 * fsopen(2), fsconfig(2), fsmount(2), open_tree(2), move_mount(2), since Linux 5.2.
 * C libraries got wrappers late (glibc 2.36), and their <sys/mount.h> cannot be
 * included beside <linux/mount.h>; so the calls are made here.  All return as the
 * kernel does: -1 and errno.  All need CAP_SYS_ADMIN.
 */
#ifndef VPNRUN_NEWMOUNT_H
#define VPNRUN_NEWMOUNT_H

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/mount.h>

static inline int newmount_open(const char *type)
{
	return (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
}

static inline int newmount_set(int fs, const char *key, const char *value)
{
	return (int)syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, key, value, 0);
}

static inline int newmount_create(int fs)
{
	return (int)syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
}

/* A detached mount, with the attributes MOUNT_ATTR_*. */
static inline int newmount_mount(int fs, unsigned int attributes)
{
	return (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, attributes);
}

/* NAME below the directory DIR, or an absolute path.  FLAGS: OPEN_TREE_CLONE,
 * AT_RECURSIVE. */
static inline int newmount_tree(int dir, const char *name, unsigned int flags)
{
	return (int)syscall(SYS_open_tree, dir, name,
			    flags | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW);
}

/*
 * Adds attributes to the mount behind TREE (mount_setattr(2), since Linux 5.12).
 * FLAGS: AT_RECURSIVE, for those below it, too.
 */
static inline int newmount_restrict(int tree, uint64_t attributes, unsigned int flags)
{
	struct mount_attr attr = {.attr_set = attributes};

	return (int)syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH | flags, &attr,
			    sizeof(attr));
}

/* Puts the mount behind TREE on PATH. */
static inline int newmount_attach(int tree, const char *path)
{
	return (int)syscall(SYS_move_mount, tree, "", AT_FDCWD, path,
			    MOVE_MOUNT_F_EMPTY_PATH);
}

#endif
