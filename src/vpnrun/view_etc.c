/* SPDX-License-Identifier: MIT */
/* view_etc - PRIVILEGED: the namespace's own /etc. */
#include "view_etc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/magic.h>

#include "cleanup.h"
#include "mounts.h"
#include "names.h"
#include "newmount.h"
#include "priv.h"
#include "report.h"
#include "view_binds.h"

#define ETC "/etc"

/* The view while it is built. */
struct view {
	const struct etc_layer *layer;
	char source[sizeof("vpnrun:") + NETNS_NAME_MAX];
	int host;	      /* the host's /etc, a mount of our own */
	int state;	      /* what vpnctl generated, or -1 */
	int top;	      /* the tmpfs */
	struct mounts mounts; /* what is mounted below the host's /etc */
	int *trees;	      /* those mounts */
	dev_t host_dev;
	bool bound; /* made of bind mounts, for want of overlayfs */
};

/*
 * The privileged steps below return NULL, or the call that failed with errno set:
 * a message may only be written once nothing is effective any more.
 */
static void require(const char *failed)
{
	if (failed)
		die(errno == ENOSYS ? "vpnrun needs Linux 5.10 or later" : NULL,
		    "cannot make the namespace's " ETC ": %s: %m", failed);
}

static void make_source(const char *name, char source[sizeof("vpnrun:") + NETNS_NAME_MAX])
{
	(void)snprintf(source, sizeof("vpnrun:") + NETNS_NAME_MAX, "vpnrun:%s", name);
}

bool view_etc_is_built(const char *name)
{
	char source[sizeof("vpnrun:") + NETNS_NAME_MAX];

	make_source(name, source);
	return mounts_has_source(ETC, source);
}

/* The host's /etc becomes a mount of its own, so that what is below it can be listed. */
static const char *split_host(struct view *view)
{
	view->host = newmount_tree(AT_FDCWD, ETC, OPEN_TREE_CLONE | AT_RECURSIVE);
	if (view->host < 0)
		return "open_tree";
	return newmount_attach(view->host, ETC) < 0 ? "move_mount" : NULL;
}

static const char *make_top(struct view *view)
{
	auto_close int fs = newmount_open("tmpfs");

	if (fs < 0)
		return "fsopen tmpfs";
	if (newmount_set(fs, "source", view->source) < 0 ||
	    newmount_set(fs, "uid", "0") < 0 || newmount_set(fs, "gid", "0") < 0 ||
	    newmount_set(fs, "mode", "0755") < 0 || newmount_set(fs, "size", "8M") < 0 ||
	    newmount_create(fs) < 0)
		return "fsconfig tmpfs";
	view->top = newmount_mount(fs, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
					       MOUNT_ATTR_NOEXEC);
	return view->top < 0 ? "fsmount tmpfs" : NULL;
}

/* Is it our own file system, and root's?  Before anything is written to it. */
static void check_top(const struct view *view)
{
	struct statfs fs;
	struct stat st;

	if (fstatfs(view->top, &fs) < 0 || fstat(view->top, &st) < 0)
		die(NULL, "cannot look at the layer over " ETC ": %m");
	if (fs.f_type != TMPFS_MAGIC || st.st_uid != 0 || st.st_gid != 0 ||
	    (st.st_mode & 07777) != 0755 || st.st_dev == view->host_dev)
		die(NULL, "making the layer over " ETC " had no effect");
}

/*
 * A new file is the invoking user's.  It gets its mode first, which only an owner
 * may change, and is given away then.
 */
static const char *give_to_root(int fd, mode_t mode)
{
	if (fchmod(fd, mode) < 0)
		return "fchmod";
	return fchown(fd, 0, 0) < 0 ? "fchown" : NULL;
}

static const char *write_file(int top, const struct etc_entry *entry)
{
	size_t written = 0;
	const char *failed;
	auto_close int fd =
		openat(top, entry->path,
		       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return "openat";
	failed = give_to_root(fd, entry->mode);
	while (!failed && written < entry->size) {
		ssize_t count = write(fd, entry->text + written, entry->size - written);

		if (count <= 0)
			failed = "write";
		else
			written += (size_t)count;
	}
	return failed;
}

static const char *make_directory(int top, const struct etc_entry *entry)
{
	auto_close int fd = -1;

	if (mkdirat(top, entry->path, 0700) < 0)
		return "mkdirat";
	fd = openat(top, entry->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return "openat";
	return give_to_root(fd, entry->mode);
}

static const char *fill_top(const struct view *view)
{
	const char *failed = NULL;

	for (size_t i = 0; i < view->layer->count && !failed; i++) {
		const struct etc_entry *entry = &view->layer->entries[i];

		failed = entry->text ? write_file(view->top, entry)
				     : make_directory(view->top, entry);
	}
	return failed;
}

/* The directory that was checked, seen from this mount namespace. */
static void open_state(struct view *view)
{
	const struct etc_layer *layer = view->layer;
	struct stat st;

	if (!layer->state_dir)
		return;
	view->state =
		open(layer->state_dir, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (view->state < 0 || fstat(view->state, &st) < 0)
		die(NULL, "cannot open %s: %m", layer->state_dir);
	if (st.st_dev != layer->state_dev || st.st_ino != layer->state_ino)
		die("start it again", "%s changed while it was looked at",
		    layer->state_dir);
}

/* Before Linux 6.15 a layer must be attached somewhere: where it will be covered. */
static const char *attach_top(const struct view *view)
{
	return newmount_attach(view->top, ETC) < 0 ? "move_mount" : NULL;
}

/*
 * The kernel reads the lower files with the capabilities that are effective now
 * (fs/overlayfs, ovl_override_creds()), for whoever asks, after it has checked that
 * the one who asks may: a setuid program finds /etc/shadow, an ordinary one does not.
 */
static const char *mount_overlay(const struct view *view, unsigned int attributes)
{
	char layers[3 * 32];
	auto_close int fs = newmount_open("overlay"), mount = -1;

	if (fs < 0)
		return "fsopen overlay";
	if (view->state >= 0)
		(void)snprintf(layers, sizeof(layers),
			       "/proc/self/fd/%d:/proc/self/fd/%d:/proc/self/fd/%d",
			       view->top, view->state, view->host);
	else
		(void)snprintf(layers, sizeof(layers),
			       "/proc/self/fd/%d:/proc/self/fd/%d", view->top,
			       view->host);
	if (newmount_set(fs, "source", view->source) < 0 ||
	    newmount_set(fs, "lowerdir", layers) < 0 || newmount_create(fs) < 0)
		return "fsconfig overlay";
	mount = newmount_mount(fs, attributes);
	if (mount < 0)
		return "fsmount overlay";
	return newmount_attach(mount, ETC) < 0 ? "move_mount" : NULL;
}

/*
 * Is it overlayfs that cannot be had here, and nothing else that went wrong?  The
 * kernel has none (ENODEV), or /etc is an overlay on an overlay already (EINVAL:
 * FILESYSTEM_MAX_STACK_DEPTH).  A call that is merely refused never comes to this.
 */
static bool no_overlay(const struct view *view, const char *failed)
{
	int error = errno;
	struct statfs fs;

	if (strcmp(failed, "fsopen overlay") == 0 && error == ENODEV)
		return true;
	if (strcmp(failed, "fsconfig overlay") != 0 || error != EINVAL)
		return false;
	if (fstatfs(view->host, &fs) < 0)
		return false;
	errno = error;
	return fs.f_type == OVERLAYFS_SUPER_MAGIC;
}

static void bind_instead(struct view *view)
{
	report_warning("what the host replaces in " ETC
		       " while the program runs will not be seen",
		       "overlayfs cannot be had here: bind mounts take its place");
	if (view->state >= 0)
		view_binds_add(view->top, view->state, ETC);
	view_binds_add(view->top, view->host, ETC);
	view_binds_finish(view->top);
	view->bound = true;
}

/* A file of the namespace's own takes the place of whatever the host mounted there. */
static bool is_replaced(const struct view *view, const char *point)
{
	const char *path = point + strlen(ETC "/");
	auto_close int fd = -1;

	if (etclayer_find(view->layer, path))
		return true;
	if (view->state < 0)
		return false;
	fd = openat(view->state, path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	return fd >= 0;
}

static const char *open_mounts(struct view *view)
{
	for (size_t i = 0; i < view->mounts.count; i++) {
		view->trees[i] = newmount_tree(AT_FDCWD, view->mounts.points[i], 0);
		if (view->trees[i] < 0)
			return "open_tree";
	}
	return NULL;
}

static const char *carry_mounts(const struct view *view)
{
	for (size_t i = 0; i < view->mounts.count; i++) {
		if (view->trees[i] >= 0 &&
		    newmount_attach(view->trees[i], view->mounts.points[i]) < 0)
			return "move_mount";
	}
	return NULL;
}

/* What the host mounted below /etc may be there to hide something: it must be there
 * again. */
static void check_mounts(const struct view *view)
{
	for (size_t i = 0; i < view->mounts.count; i++) {
		const char *point = view->mounts.points[i];
		struct statx sx = {0};

		if (view->trees[i] < 0)
			continue;
		if (statx(AT_FDCWD, point, AT_SYMLINK_NOFOLLOW, 0, &sx) < 0)
			die(NULL, "cannot look at %s: %m", point);
		if (!(sx.stx_attributes & STATX_ATTR_MOUNT_ROOT))
			die(NULL, "carrying the mount on %s along had no effect", point);
	}
}

static void check_entry(const struct etc_entry *entry)
{
	struct stat st;
	auto_free char *path = NULL;

	if (asprintf(&path, ETC "/%s", entry->path) < 0)
		die(NULL, "cannot look at the namespace's " ETC ": out of memory");
	if (lstat(path, &st) < 0)
		die(NULL, "cannot look at %s: %m", path);
	if (st.st_uid != 0 || st.st_gid != 0 || (st.st_mode & 07777) != entry->mode ||
	    S_ISREG(st.st_mode) != (entry->text != NULL) ||
	    (entry->text && (size_t)st.st_size != entry->size))
		die(NULL, "%s is not the namespace's", path);
}

static void check_view(const struct view *view)
{
	struct statfs fs;
	struct stat st;

	if (statfs(ETC, &fs) < 0 || stat(ETC, &st) < 0)
		die(NULL, "cannot look at " ETC ": %m");
	if (fs.f_type != (view->bound ? TMPFS_MAGIC : OVERLAYFS_SUPER_MAGIC) ||
	    !(fs.f_flags & ST_RDONLY) || st.st_dev == view->host_dev || st.st_uid != 0)
		die(NULL, "making the namespace's " ETC " had no effect");
	for (size_t i = 0; i < view->layer->count; i++)
		check_entry(&view->layer->entries[i]);
	check_mounts(view);
}

static unsigned int attributes_like_host(struct view *view)
{
	struct statvfs vfs;
	struct stat st;

	if (statvfs(ETC, &vfs) < 0 || stat(ETC, &st) < 0)
		die(NULL, "cannot look at " ETC ": %m");
	view->host_dev = st.st_dev;
	return MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID |
	       (vfs.f_flag & ST_NOEXEC ? MOUNT_ATTR_NOEXEC : 0);
}

static void list_mounts(struct view *view)
{
	const char *failed;

	view->mounts = mounts_below(ETC);
	view->trees = calloc(view->mounts.count + 1, sizeof(int));
	if (!view->trees)
		die(NULL, "cannot list the mounts below " ETC ": %m");
	if (view->mounts.count == 0)
		return;

	priv_raise(PRIV_BIT(CAP_SYS_ADMIN));
	failed = open_mounts(view);
	priv_lower();
	require(failed);
	for (size_t i = 0; i < view->mounts.count; i++) {
		if (is_replaced(view, view->mounts.points[i])) {
			(void)close(view->trees[i]); /* O_PATH: nothing to lose */
			view->trees[i] = -1;
		}
	}
}

static void release(struct view *view)
{
	for (size_t i = 0; i < view->mounts.count; i++) {
		if (view->trees[i] >= 0)
			(void)close(view->trees[i]); /* O_PATH: nothing to lose */
	}
	free(view->trees);
	mounts_free(&view->mounts);
	(void)close(view->host);
	(void)close(view->top);
	if (view->state >= 0)
		(void)close(view->state);
}

void view_etc_build(const char *name, const struct etc_layer *layer)
{
	struct view view = {.layer = layer, .host = -1, .state = -1, .top = -1};
	unsigned int attributes = attributes_like_host(&view);
	const char *failed;

	make_source(name, view.source);
	open_state(&view);

	priv_raise(PRIV_BIT(CAP_SYS_ADMIN));
	failed = split_host(&view);
	if (!failed)
		failed = make_top(&view);
	priv_lower();
	require(failed);
	check_top(&view);
	list_mounts(&view);

	priv_raise(PRIV_BIT(CAP_DAC_OVERRIDE) | PRIV_BIT(CAP_CHOWN));
	failed = fill_top(&view);
	priv_lower();
	require(failed);

	priv_raise(PRIV_BIT(CAP_SYS_ADMIN) | PRIV_BIT(CAP_DAC_OVERRIDE));
	failed = attach_top(&view);
	if (!failed)
		failed = mount_overlay(&view, attributes);
	if (!failed)
		failed = carry_mounts(&view);
	priv_lower();
	if (failed && no_overlay(&view, failed))
		bind_instead(&view);
	else
		require(failed);

	check_view(&view);
	release(&view);
}
