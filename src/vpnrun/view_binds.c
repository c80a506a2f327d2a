/* SPDX-License-Identifier: MIT */
/* view_binds - PRIVILEGED: a directory made of bind mounts, where overlayfs cannot be
 * had. */
#include "view_binds.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/capability.h>

#include "cleanup.h"
#include "mounts.h"
#include "newmount.h"
#include "priv.h"
#include "report.h"

struct entry {
	char name[NAME_MAX + 1];
	mode_t kind;
	char target[PATH_MAX]; /* of a symbolic link */
};

/* A privileged step returns NULL, or the call that failed with errno set. */
static void require(const char *failed, const char *name)
{
	if (failed)
		die(NULL, "cannot show %s in the namespace's view: %s: %m", name, failed);
}

/* What NAME is, read with the user's own rights. */
static void look(int from, const char *name, struct entry *ret_entry)
{
	struct stat st;
	ssize_t size;

	if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		die(NULL, "cannot look at %s: %m", name);
	(void)snprintf(ret_entry->name, sizeof(ret_entry->name), "%s",
		       name); /* NAME_MAX */
	ret_entry->kind = st.st_mode & S_IFMT;
	if (ret_entry->kind != S_IFLNK)
		return;
	size = readlinkat(from, name, ret_entry->target, sizeof(ret_entry->target) - 1);
	if (size < 0)
		die(NULL, "cannot read the link %s: %m", name);
	ret_entry->target[size] = '\0';
}

/* Something to mount on; what is mounted on it hides whose it is. */
static void make_place(int top, const struct entry *entry, const char *place)
{
	auto_close int fd = -1;

	if (entry->kind == S_IFLNK) {
		if (symlinkat(entry->target, top, entry->name) < 0)
			die(NULL, "cannot make %s: %m", place);
		return;
	}
	if (entry->kind == S_IFDIR) {
		if (mkdirat(top, entry->name, 0) < 0)
			die(NULL, "cannot make %s: %m", place);
		return;
	}
	fd = openat(top, entry->name,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0);
	if (fd < 0)
		die(NULL, "cannot make %s: %m", place);
}

static void give(int top, const char *name, uid_t user, gid_t group, const char *place)
{
	int rc;

	priv_raise(PRIV_BIT(CAP_CHOWN));
	rc = fchownat(top, name, user, group, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH);
	priv_lower();
	if (rc < 0)
		die(NULL, "cannot change whose %s is: %m", place);
}

static const char *bind_entry(int from, const struct entry *entry, const char *place)
{
	auto_close int tree =
		newmount_tree(from, entry->name, OPEN_TREE_CLONE | AT_RECURSIVE);

	if (tree < 0)
		return "open_tree";
	if (newmount_restrict(tree, MOUNT_ATTR_RDONLY, AT_RECURSIVE) < 0)
		return "mount_setattr";
	return newmount_attach(tree, place) < 0 ? "move_mount" : NULL;
}

static void check_bound(const char *place)
{
	int rc = mounts_is_point(place);

	if (rc < 0)
		die(NULL, "cannot look at %s: %m", place);
	if (rc == 0)
		die(NULL, "showing %s in the namespace's view had no effect", place);
}

static void add_entry(int top, int from, const char *path, const char *name)
{
	struct entry entry;
	const char *failed;
	char place[PATH_MAX];

	if (faccessat(top, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return;
	look(from, name, &entry);
	(void)snprintf(place, sizeof(place), "%s/%s", path,
		       name); /* a short path and a name */

	make_place(top, &entry, place);
	give(top, entry.name, 0, 0, place);
	if (entry.kind == S_IFLNK)
		return;

	priv_raise(PRIV_BIT(CAP_SYS_ADMIN));
	failed = bind_entry(from, &entry, place);
	priv_lower();
	require(failed, place);
	check_bound(place);
}

void view_binds_add(int top, int from, const char *path)
{
	const struct dirent *entry;
	int fd = openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);

	if (!stream)
		die(NULL, "cannot list %s: %m", path);
	give(top, "", geteuid(), getegid(), path);
	while (errno = 0, (entry = readdir(stream))) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			add_entry(top, from, path, entry->d_name);
	}
	if (errno)
		die(NULL, "cannot list %s: %m", path);
	(void)closedir(stream); /* only read from */
	give(top, "", 0, 0, path);
}

void view_binds_finish(int top)
{
	int rc;

	priv_raise(PRIV_BIT(CAP_SYS_ADMIN));
	rc = newmount_restrict(top, MOUNT_ATTR_RDONLY, 0);
	priv_lower();
	if (rc < 0)
		die(NULL, "cannot make the namespace's view read-only: %m");
}
