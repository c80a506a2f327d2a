/* SPDX-License-Identifier: MIT */
/* view_etc - PRIVILEGED: the namespace's own /etc. */
#include "view_etc.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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
#include "memory.h"
#include "mounts.h"
#include "names.h"
#include "newmount.h"
#include "priv.h"
#include "report.h"
#include "safefile.h"
#include "view_binds.h"

#define ETC	 "/etc"
#define HOST_DIR ".host" /* in the view: the host's /etc as it is */

/*
 * What decides about rights.  An overlay goes on showing a file that was looked at
 * before, though the host has replaced it; and it opens a file with the mounter's
 * rights, who is an ordinary user.  These are links to the host's own, so that setuid
 * programs can read them and see what root has changed.
 */
static const char *const live_names[] = {
	"passwd",    "group", "shadow",	  "gshadow",   "sudoers",
	"sudoers.d", "pam.d", "security", "doas.conf",
};

#define LIVE_COUNT (sizeof(live_names) / sizeof(live_names[0]))

/* The view while it is built. */
struct view {
	const struct etc_layer *layer;
	char source[sizeof("vpnrun:") + NETNS_NAME_MAX];
	int host;  /* the host's /etc, as it is found */
	int state; /* what vpnctl generated, or -1 */
	int top;   /* the tmpfs */
	int copy;  /* the host's /etc with what is mounted below it, for HOST_DIR */
	struct mounts mounts; /* what is mounted below HOST_DIR */
	bool *carried;	      /* which of those are mounted in the view, too */
	dev_t host_dev;
	mode_t mode;		 /* of the view's /etc */
	bool bound;		 /* made of bind mounts, for want of overlayfs */
	bool linked[LIVE_COUNT]; /* which of live_names are links */
};

/* The two steps that fail where overlayfs cannot be had, to be told from the others. */
static const char fsopen_overlay[] = "fsopen overlay";
static const char fsconfig_overlay[] = "fsconfig overlay";

/*
 * The privileged steps below return NULL, or the call that failed with errno set:
 * a message may only be written once nothing is effective any more.
 */
static void require(const char *failed)
{
	if (failed)
		die(errno == ENOSYS ? "vpnrun needs Linux 5.12 or later" : NULL,
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

/*
 * A mount of the host's /etc and all that is mounted below it.  Read-only: nothing is
 * to be changed from within a view.  Before the layer is attached: it would be in it.
 */
static const char *copy_host(struct view *view)
{
	view->copy = newmount_tree(AT_FDCWD, ETC, OPEN_TREE_CLONE | AT_RECURSIVE);
	if (view->copy < 0)
		return "open_tree";
	return newmount_restrict(view->copy,
				 MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV,
				 0) < 0
		       ? "mount_setattr"
		       : NULL;
}

/* Belongs to the invoking user until it is filled: nobody else can reach it. */
static const char *make_top(struct view *view)
{
	char uid[16], gid[16], mode[8];
	auto_close int fs = newmount_open("tmpfs");

	if (fs < 0)
		return "fsopen tmpfs";
	(void)snprintf(uid, sizeof(uid), "%u",
		       (unsigned int)geteuid()); /* a number fits */
	(void)snprintf(gid, sizeof(gid), "%u", (unsigned int)getegid());
	(void)snprintf(mode, sizeof(mode), "%04o", (unsigned int)view->mode & 07777);
	/* No size: what goes in is bounded (etclayer.c), and nobody can write to it
	 * later. */
	if (newmount_set(fs, "uid", uid) < 0 || newmount_set(fs, "gid", gid) < 0 ||
	    newmount_set(fs, "mode", mode) < 0 || newmount_create(fs) < 0)
		return "fsconfig tmpfs";
	view->top = newmount_mount(fs, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
					       MOUNT_ATTR_NOEXEC);
	return view->top < 0 ? "fsmount tmpfs" : NULL;
}

/* Is it a file system of our own?  Before anything is written to it. */
static void check_top(const struct view *view)
{
	struct statfs fs;
	struct stat st;

	if (fstatfs(view->top, &fs) < 0 || fstat(view->top, &st) < 0)
		die(NULL, "cannot look at the layer over " ETC ": %m");
	if (fs.f_type != TMPFS_MAGIC || (st.st_mode & 07777) != view->mode ||
	    st.st_dev == view->host_dev)
		die(NULL, "making the layer over " ETC " had no effect");
}

static void write_file(int top, const struct etc_entry *entry)
{
	size_t written = 0;
	auto_close int fd =
		openat(top, entry->path,
		       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0 || fchmod(fd, entry->mode) < 0)
		die(NULL, "cannot make " ETC "/%s: %m", entry->path);
	while (written < entry->size) {
		ssize_t count = write(fd, entry->text + written, entry->size - written);

		if (count <= 0)
			die(NULL, "cannot write " ETC "/%s: %m", entry->path);
		written += (size_t)count;
	}
}

static void fill_top(const struct view *view)
{
	for (size_t i = 0; i < view->layer->count; i++) {
		const struct etc_entry *entry = &view->layer->entries[i];

		if (entry->text)
			write_file(view->top, entry);
		else if (mkdirat(view->top, entry->path, 0700) < 0 ||
			 fchmodat(view->top, entry->path, entry->mode, 0) < 0)
			die(NULL, "cannot make " ETC "/%s: %m", entry->path);
	}
}

static bool state_has(const struct view *view, const char *path)
{
	return view->state >= 0 &&
	       faccessat(view->state, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* A link to the host's own, if the host has it and the namespace has none. */
static bool make_live(const struct view *view, const char *name)
{
	char target[32] = HOST_DIR "/";

	if (etclayer_find(view->layer, name) || state_has(view, name) ||
	    faccessat(view->host, name, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	if (symlinkat(strcat(target, name), view->top, name) < 0)
		die(NULL, "cannot make " ETC "/%s: %m", name);
	return true;
}

static void link_live(struct view *view)
{
	if (mkdirat(view->top, HOST_DIR, 0755) < 0 ||
	    fchmodat(view->top, HOST_DIR, 0755, 0) < 0)
		die(NULL, "cannot make " ETC "/" HOST_DIR ": %m");
	for (size_t i = 0; i < LIVE_COUNT; i++)
		view->linked[i] = make_live(view, live_names[i]);
}

static int give_to_root(int top, const char *path, gid_t group)
{
	return fchownat(top, path, 0, group, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH);
}

/* What was made is the invoking user's so far; the directory itself comes last. */
static const char *give_away(const struct view *view)
{
	for (size_t i = 0; i < view->layer->count; i++) {
		const struct etc_entry *entry = &view->layer->entries[i];

		if (give_to_root(view->top, entry->path, entry->group) < 0)
			return "fchownat";
	}
	for (size_t i = 0; i < LIVE_COUNT; i++) {
		if (view->linked[i] && give_to_root(view->top, live_names[i], 0) < 0)
			return "fchownat";
	}
	if (give_to_root(view->top, HOST_DIR, 0) < 0 ||
	    give_to_root(view->top, "", 0) < 0)
		return "fchownat";
	return NULL;
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

static const char *attach_copy(const struct view *view)
{
	return newmount_attach(view->copy, ETC "/" HOST_DIR) < 0 ? "move_mount" : NULL;
}

/*
 * The kernel opens the lower files with the credentials that are in force now
 * (fs/overlayfs, ovl_override_creds()), for whoever asks.  They are the invoking
 * user's, with nothing that passes over permissions: what is in the view can never
 * be read there by somebody whom the host would refuse.
 */
static const char *mount_overlay(const struct view *view, unsigned int attributes)
{
	char layers[3 * 32];
	auto_close int fs = newmount_open("overlay"), mount = -1;

	if (fs < 0)
		return fsopen_overlay;
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
		return fsconfig_overlay;
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

	if (failed == fsopen_overlay && error == ENODEV)
		return true;
	if (failed != fsconfig_overlay || error != EINVAL)
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

static bool is_linked(const struct view *view, const char *name)
{
	for (size_t j = 0; j < LIVE_COUNT; j++) {
		if (view->linked[j] && strcmp(name, live_names[j]) == 0)
			return true;
	}
	return false;
}

/*
 * Is what the host mounted on PATH, below /etc, not to be carried along?  A file of the
 * namespace's own takes its place; and behind a link to the host's /etc it is already.
 */
static bool is_replaced(const struct view *view, const char *path)
{
	const struct etc_entry *entry = etclayer_find(view->layer, path);
	char first[NAME_MAX + 1];
	size_t size = strcspn(path, "/");

	if (entry && !entry->text)
		die("give one of them another name",
		    ETC
		    "/%s is mounted on the host and a directory of the namespace's own, too",
		    path);
	if (entry || state_has(view, path))
		return true;
	if (size > NAME_MAX)
		return false;
	memcpy(first, path, size);
	first[size] = '\0';
	return is_linked(view, first);
}

/* The place in the view of a mount point below HOST_DIR. */
static const char *path_in_view(const char *point)
{
	return point + strlen(ETC "/" HOST_DIR "/");
}

/*
 * Could anybody but root lead the path to another place, between now and the mount?
 * Then what is mounted there cannot be kept.
 */
static void require_roots_path(const char *point)
{
	char directory[PATH_MAX];
	struct stat st;
	struct diag diag;
	size_t size = (size_t)(strrchr(point, '/') - point);

	if (size >= sizeof(directory))
		die(NULL, "%s: the path is too long", point);
	memcpy(directory, point, size);
	directory[size] = '\0';
	if (safefile_stat(directory, &st, &diag) < 0)
		die("unmount it, or give the directories above it to root alone",
		    "what is mounted on " ETC
		    "/%s cannot be kept: a directory above it is not "
		    "root's alone",
		    path_in_view(point));
}

static const char *carry_mounts(const struct view *view)
{
	for (size_t i = 0; i < view->mounts.count; i++) {
		const char *point = view->mounts.points[i];
		char place[PATH_MAX];
		auto_close int tree = -1;

		if (!view->carried[i])
			continue;
		(void)snprintf(place, sizeof(place), ETC "/%s",
			       path_in_view(point)); /* shorter */
		tree = newmount_tree(AT_FDCWD, point, OPEN_TREE_CLONE | AT_RECURSIVE);
		if (tree < 0)
			return "open_tree";
		if (newmount_attach(tree, place) < 0)
			return "move_mount";
	}
	return NULL;
}

/* What is mounted below /etc may hide something: it must be there again. */
static void check_mounts(const struct view *view)
{
	for (size_t i = 0; i < view->mounts.count; i++) {
		auto_free char *place = NULL;
		int rc;

		if (!view->carried[i])
			continue;
		place = memory_format(ETC "/%s", path_in_view(view->mounts.points[i]));
		rc = mounts_is_point(place);
		if (rc < 0)
			die(NULL, "cannot look at %s: %m", place);
		if (rc == 0)
			die(NULL, "carrying the mount on %s along had no effect", place);
	}
}

/* Mounts in the view what the host has mounted below its /etc. */
static void keep_mounts(struct view *view)
{
	const char *failed;

	view->mounts = mounts_below(ETC "/" HOST_DIR);
	view->carried = calloc(view->mounts.count + 1, sizeof(bool));
	if (!view->carried)
		die(NULL, "cannot list the mounts below " ETC ": %m");
	if (view->mounts.count == 0)
		return;
	for (size_t i = 0; i < view->mounts.count; i++) {
		const char *point = view->mounts.points[i];

		require_roots_path(point);
		view->carried[i] = !is_replaced(view, path_in_view(point));
	}

	priv_raise(PRIV_BIT(CAP_SYS_ADMIN));
	failed = carry_mounts(view);
	priv_lower();
	require(failed);
	check_mounts(view);
}

/* Is everything in the layer root's, and as it should be?  Before it is covered. */
static void check_filled(const struct view *view)
{
	struct stat st;

	for (size_t i = 0; i < view->layer->count; i++) {
		const struct etc_entry *entry = &view->layer->entries[i];

		if (fstatat(view->top, entry->path, &st, AT_SYMLINK_NOFOLLOW) < 0) {
			/* In a directory that is root's alone by now. */
			if (errno == EACCES && strchr(entry->path, '/'))
				continue;
			die(NULL, "cannot look at " ETC "/%s: %m", entry->path);
		}
		if (st.st_uid != 0 || st.st_gid != entry->group ||
		    (st.st_mode & 07777) != entry->mode ||
		    S_ISREG(st.st_mode) != (entry->text != NULL) ||
		    (entry->text && (size_t)st.st_size != entry->size))
			die(NULL, ETC "/%s is not the namespace's", entry->path);
	}
	for (size_t i = 0; i < LIVE_COUNT; i++) {
		if (!view->linked[i])
			continue;
		if (fstatat(view->top, live_names[i], &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !S_ISLNK(st.st_mode) || st.st_uid != 0)
			die(NULL, ETC "/%s is not the link that it should be",
			    live_names[i]);
	}
}

static void check_copy(void)
{
	int rc = mounts_is_point(ETC "/" HOST_DIR);

	if (rc < 0)
		die(NULL, "cannot look at " ETC "/" HOST_DIR ": %m");
	if (rc == 0)
		die(NULL,
		    "showing the host's " ETC " in " ETC "/" HOST_DIR " had no effect");
}

/* Does the view show what the layer has?  One file that it always has tells. */
static void check_shown(const struct view *view)
{
	const struct etc_entry *entry = etclayer_find(view->layer, "nsswitch.conf");
	struct stat st;

	if (lstat(ETC "/nsswitch.conf", &st) < 0)
		die(NULL, "cannot look at " ETC "/nsswitch.conf: %m");
	if (st.st_uid != 0 || !S_ISREG(st.st_mode) || (size_t)st.st_size != entry->size)
		die(NULL, ETC "/nsswitch.conf is not the namespace's");
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
	check_shown(view);
	check_copy();
}

static unsigned int attributes_like_host(struct view *view)
{
	struct statvfs vfs;
	struct stat st;

	if (statvfs(ETC, &vfs) < 0 || stat(ETC, &st) < 0)
		die(NULL, "cannot look at " ETC ": %m");
	view->host_dev = st.st_dev;
	/* The view shows the host's /etc: it must not be more open. */
	view->mode = (st.st_mode & 0755) | 0700;
	return MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID |
	       (vfs.f_flag & ST_NOEXEC ? MOUNT_ATTR_NOEXEC : 0);
}

static void release(struct view *view)
{
	free(view->carried);
	mounts_free(&view->mounts);
	(void)close(view->host);
	(void)close(view->top);
	(void)close(view->copy);
	if (view->state >= 0)
		(void)close(view->state);
}

/* Puts the overlay, or what can be had in its place, over the host's. */
static void cover_host(struct view *view, unsigned int attributes)
{
	const char *failed;

	priv_raise(PRIV_BIT(CAP_SYS_ADMIN));
	failed = attach_top(view);
	if (!failed)
		failed = mount_overlay(view, attributes);
	if (!failed)
		failed = attach_copy(view);
	priv_lower();
	if (!failed)
		return;
	if (!no_overlay(view, failed))
		require(failed);

	bind_instead(view);
	priv_raise(PRIV_BIT(CAP_SYS_ADMIN));
	failed = attach_copy(view);
	priv_lower();
	require(failed);
}

void view_etc_build(const char *name, const struct etc_layer *layer)
{
	struct view view = {
		.layer = layer, .host = -1, .state = -1, .top = -1, .copy = -1};
	unsigned int attributes = attributes_like_host(&view);
	const char *failed;

	make_source(name, view.source);
	open_state(&view);
	view.host = open(ETC, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (view.host < 0)
		die(NULL, "cannot open " ETC ": %m");

	priv_raise(PRIV_BIT(CAP_SYS_ADMIN));
	failed = copy_host(&view);
	if (!failed)
		failed = make_top(&view);
	priv_lower();
	require(failed);
	check_top(&view);

	fill_top(&view);
	link_live(&view);
	priv_raise(PRIV_BIT(CAP_CHOWN));
	failed = give_away(&view);
	priv_lower();
	require(failed);
	check_filled(&view);

	cover_host(&view, attributes);
	check_view(&view);
	/* Bind mounts have brought what is mounted below them. */
	if (!view.bound)
		keep_mounts(&view);
	release(&view);
}
