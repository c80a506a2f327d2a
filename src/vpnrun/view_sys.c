/* SPDX-License-Identifier: MIT */
/* view_sys - PRIVILEGED: the namespace's own /sys. */
#include "view_sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/magic.h>

#include "cleanup.h"
#include "mounts.h"
#include "newmount.h"
#include "priv.h"
#include "report.h"

#define SYS "/sys"

/* A privileged step returns NULL, or the call that failed with errno set. */
static void require(const char *failed)
{
	if (failed)
		die(errno == ENOSYS ? "vpnrun needs Linux 5.12 or later" : NULL,
		    "cannot make the namespace's " SYS ": %s: %m", failed);
}

struct sysfs {
	bool mounted;		 /* what is on /sys is a sysfs */
	uint64_t id;		 /* of the mount */
	unsigned int attributes; /* MOUNT_ATTR_* that stand for the mount's flags */
};

static unsigned int to_attributes(unsigned long flags)
{
	static const struct {
		unsigned long flag; /* of statfs(2) */
		unsigned int attribute;
	} table[] = {
		{ST_RDONLY, MOUNT_ATTR_RDONLY},
		{ST_NOSUID, MOUNT_ATTR_NOSUID},
		{ST_NODEV, MOUNT_ATTR_NODEV},
		{ST_NOEXEC, MOUNT_ATTR_NOEXEC},
	};
	unsigned int attributes = 0;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (flags & table[i].flag)
			attributes |= table[i].attribute;
	}
	return attributes;
}

static struct sysfs look(void)
{
	struct statfs fs;

	if (statfs(SYS, &fs) < 0) {
		if (errno == ENOENT)
			return (struct sysfs){.mounted = false};
		die(NULL, "cannot look at " SYS ": %m");
	}
	return (struct sysfs){
		.mounted = fs.f_type == SYSFS_MAGIC,
		.id = mounts_id(SYS),
		.attributes = to_attributes((unsigned long)fs.f_flags),
	};
}

static const char *open_mounts(const struct mounts *mounts, int *trees)
{
	for (size_t i = 0; i < mounts->count; i++) {
		trees[i] = newmount_tree(AT_FDCWD, mounts->points[i], 0);
		if (trees[i] < 0)
			return "open_tree";
	}
	return NULL;
}

static const char *mount_sysfs(unsigned int attributes)
{
	auto_close int fs = newmount_open("sysfs"), mount = -1;

	if (fs < 0)
		return "fsopen sysfs";
	if (newmount_set(fs, "source", "sysfs") < 0 || newmount_create(fs) < 0)
		return "fsconfig sysfs";
	mount = newmount_mount(fs, attributes);
	if (mount < 0)
		return "fsmount sysfs";
	return newmount_attach(mount, SYS) < 0 ? "move_mount" : NULL;
}

/* A mount point that the namespace's sysfs does not have needs nothing mounted on it. */
static const char *carry_mounts(const struct mounts *mounts, const int *trees)
{
	for (size_t i = 0; i < mounts->count; i++) {
		if (newmount_attach(trees[i], mounts->points[i]) < 0 && errno != ENOENT)
			return "move_mount";
	}
	return NULL;
}

static void check_mounts(const struct mounts *mounts)
{
	for (size_t i = 0; i < mounts->count; i++) {
		const char *point = mounts->points[i];
		int rc = mounts_is_point(point);

		if (rc == -ENOENT)
			continue;
		if (rc < 0)
			die(NULL, "cannot look at %s: %m", point);
		if (rc == 0)
			die(NULL, "carrying the mount on %s along had no effect", point);
	}
}

void view_sys_build(void)
{
	struct sysfs before = look(), after;
	struct mounts mounts;
	const char *failed;
	auto_free int *trees = NULL;

	if (!before.mounted)
		return;
	mounts = mounts_below(SYS);
	trees = calloc(mounts.count + 1, sizeof(int));
	if (!trees)
		die(NULL, "cannot list the mounts below " SYS ": %m");

	priv_raise(PRIV_BIT(CAP_SYS_ADMIN));
	failed = open_mounts(&mounts, trees);
	if (!failed)
		failed = mount_sysfs(before.attributes);
	if (!failed)
		failed = carry_mounts(&mounts, trees);
	priv_lower();
	require(failed);

	after = look();
	if (!after.mounted || after.id == before.id || after.id == 0 ||
	    after.attributes != before.attributes)
		die(NULL, "making the namespace's " SYS " had no effect");
	check_mounts(&mounts);
	for (size_t i = 0; i < mounts.count; i++)
		(void)close(trees[i]); /* O_PATH: nothing to lose */
	mounts_free(&mounts);
}
