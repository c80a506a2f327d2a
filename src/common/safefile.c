/* SPDX-License-Identifier: MIT */
/* safefile - open files and directories that root alone decides about. */
#include "safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "cleanup.h"

#define LINKS_MAX 20

/*
 * A walk from / towards the object that the caller asked for.  Each directory is
 * looked at by its path, from / downwards: once a directory is known to be root's
 * to write alone, nobody else can change what stands in it, and so on below.
 */
struct walk {
	const char *path;	 /* as asked for, for messages */
	char at[PATH_MAX];	 /* what was looked at so far, without links; "" is / */
	char rest[PATH_MAX + 1]; /* what is still to be walked */
	struct stat st;		 /* the object at the end */
	int links;		 /* links followed so far */
	struct diag *diag;
};

/* A/B in BUFFER; false if it does not fit.  Each launch does this often: no printf(3). */
static bool join(char *buffer, size_t space, const char *a, const char *b)
{
	size_t size_a = strlen(a), size_b = strlen(b);

	if (size_a + size_b + 2 > space)
		return false;
	memcpy(buffer, a, size_a);
	buffer[size_a] = '/';
	memcpy(buffer + size_a + 1, b, size_b + 1);
	return true;
}

static int unsafe(struct walk *walk, const char *where, const struct stat *st)
{
	if (st->st_uid != 0) {
		diag_set(walk->diag, "%s: %s does not belong to root", walk->path, where);
		if (strcmp(where, walk->path) == 0)
			diag_hint(walk->diag,
				  "whoever owns it could change it: chown root %s",
				  where);
		else
			diag_hint(walk->diag,
				  "whoever owns that could change it: put the file in a "
				  "place that is root's alone");
	} else {
		diag_set(walk->diag, "%s: %s is writable by others than root (mode %04o)",
			 walk->path, where, (unsigned int)st->st_mode & 07777);
		diag_hint(walk->diag, "take the right to write away: chmod go-w %s",
			  where);
	}
	return -EPERM;
}

/* The one exception to "writable by root alone": see the header about NixOS's store. */
static bool sticky_and_readonly(const char *where, const struct stat *st)
{
	struct statvfs vfs;

	if (!S_ISDIR(st->st_mode) || !(st->st_mode & S_ISVTX) || (st->st_mode & S_IWOTH))
		return false;
	return statvfs(where, &vfs) == 0 && (vfs.f_flag & ST_RDONLY);
}

/* Is the object, which stands at WHERE, root's, and writable by root alone? */
static int check(struct walk *walk, const char *where, const struct stat *st)
{
	if (st->st_uid != 0)
		return unsafe(walk, where, st);
	if (S_ISLNK(st->st_mode) || !(st->st_mode & (S_IWGRP | S_IWOTH)))
		return 0;
	if (sticky_and_readonly(where, st))
		return 0;
	return unsafe(walk, where, st);
}

static int failed(struct walk *walk, const char *where, int error)
{
	diag_set(walk->diag, "cannot open %s: %s", walk->path, strerror(error));
	if (error == EACCES)
		diag_hint(
			walk->diag,
			"whoever uses vpnrun must be able to read it, and with it every program inside: see the permissions of %s",
			where);
	return -error;
}

static int wrong_kind(struct walk *walk, const char *where)
{
	diag_set(walk->diag, "%s: %s is neither a regular file nor a directory",
		 walk->path, where);
	diag_hint(walk->diag, "delete it and make a regular file in its place");
	return -EINVAL;
}

/* Back to /, from where an absolute path is walked. */
static int restart(struct walk *walk)
{
	walk->at[0] = '\0';
	if (lstat("/", &walk->st) < 0)
		return failed(walk, "/", errno);
	return check(walk, "/", &walk->st);
}

/* Takes the first component off what is still to be walked; its size, 0 at the end. */
static size_t take_component(struct walk *walk, char component[NAME_MAX + 1])
{
	size_t skip = strspn(walk->rest, "/");
	size_t size = strcspn(walk->rest + skip, "/");
	const char *after = walk->rest + skip + size;

	if (size <= NAME_MAX) {
		memcpy(component, walk->rest + skip, size);
		component[size] = '\0';
	}
	memmove(walk->rest, after, strlen(after) + 1);
	return size;
}

/* Puts the target of the link at WHERE in front of what is still to be walked. */
static int follow(struct walk *walk, const char *where)
{
	char target[PATH_MAX], rest[sizeof(walk->rest)];
	ssize_t size = readlink(where, target, sizeof(target) - 1);

	if (size < 0)
		return failed(walk, where, errno);
	target[size] = '\0';
	if (++walk->links > LINKS_MAX)
		return failed(walk, where, ELOOP);
	if (!join(rest, sizeof(rest), target, walk->rest))
		return failed(walk, where, ENAMETOOLONG);
	memcpy(walk->rest, rest, strlen(rest) + 1);
	return target[0] == '/' ? restart(walk) : 0;
}

/* ".." of a path without links is the path without its last component. */
static int ascend(struct walk *walk)
{
	char *last = strrchr(walk->at, '/');

	if (last)
		*last = '\0';
	return lstat(walk->at[0] ? walk->at : "/", &walk->st) < 0
		       ? failed(walk, walk->at, errno)
		       : 0;
}

/* Goes one component on; at a link the walk stays in the link's directory. */
static int step(struct walk *walk, const char *component)
{
	char where[PATH_MAX + NAME_MAX + 2];
	struct stat st;
	int rc;

	if (strcmp(component, ".") == 0)
		return 0;
	if (strcmp(component, "..") == 0)
		return ascend(walk);
	if (!join(where, sizeof(walk->at), walk->at, component))
		return failed(walk, walk->at, ENAMETOOLONG);
	/* Who may not look is kept out by the directory, not by what is in it. */
	if (lstat(where, &st) < 0)
		return failed(walk,
			      errno != EACCES ? where
			      : walk->at[0]   ? walk->at
					      : "/",
			      errno);
	rc = check(walk, where, &st);
	if (rc < 0)
		return rc;
	/* A relative link goes on from the directory that walk->st still is. */
	if (S_ISLNK(st.st_mode))
		return follow(walk, where);
	memcpy(walk->at, where, strlen(where) + 1);
	walk->st = st;
	return 0;
}

/* Walks all the way along PATH: walk->at and walk->st are the object then. */
static int walk_path(struct walk *walk, const char *path, struct diag *diag)
{
	char component[NAME_MAX + 1];
	size_t size = strlen(path);
	int rc;

	walk->path = path;
	walk->links = 0;
	walk->diag = diag;
	if (path[0] != '/' || size >= PATH_MAX) {
		diag_set(diag, "%s: not an absolute path", path);
		return -EINVAL;
	}
	memcpy(walk->rest, path, size + 1);
	rc = restart(walk);
	while (rc == 0 && (size = take_component(walk, component)) > 0) {
		if (size > NAME_MAX)
			return failed(walk, walk->at, ENAMETOOLONG);
		if (!S_ISDIR(walk->st.st_mode))
			return failed(walk, walk->at, ENOTDIR);
		rc = step(walk, component);
	}
	return rc;
}

/*
 * Opens what the walk came to.  Nobody but root can have put anything else there;
 * the descriptor is looked at all the same, and is what the caller works with.
 */
static int open_end(struct walk *walk)
{
	const char *where = walk->at[0] ? walk->at : "/";
	struct stat st;
	int rc;
	auto_close int fd = -1;

	if (!S_ISREG(walk->st.st_mode) && !S_ISDIR(walk->st.st_mode))
		return wrong_kind(walk, where);
	fd = open(where, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return failed(walk, where, errno);
	if (st.st_dev != walk->st.st_dev || st.st_ino != walk->st.st_ino) {
		diag_set(walk->diag, "%s: %s changed while it was opened", walk->path,
			 where);
		return -EPERM;
	}
	rc = check(walk, where, &st);
	return rc < 0 ? rc : steal_fd(&fd);
}

int safefile_open_any(const char *path, struct diag *diag)
{
	struct walk walk;
	int rc = walk_path(&walk, path, diag);

	return rc < 0 ? rc : open_end(&walk);
}

int safefile_stat(const char *path, struct stat *ret_stat, struct diag *diag)
{
	struct walk walk;
	int rc = walk_path(&walk, path, diag);

	if (rc == 0)
		*ret_stat = walk.st;
	return rc;
}

int safefile_open_in(int dir, const char *path, const char *name, struct diag *diag)
{
	char whole[PATH_MAX];
	struct walk walk = {.path = whole, .diag = diag};
	struct stat st;
	int rc, error;
	auto_close int fd = openat(
		dir, name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);

	error = errno;
	if (!join(whole, sizeof(whole), path, name)) {
		diag_set(diag, "%s/%s: the path is too long", path, name);
		return -ENAMETOOLONG;
	}
	if (fd < 0 && error == ELOOP)
		return safefile_open_any(whole, diag);
	if (fd < 0 && error == ENXIO) /* open(2) of a socket */
		return wrong_kind(&walk, whole);
	if (fd < 0)
		return failed(&walk, whole, error);
	if (fstat(fd, &st) < 0)
		return failed(&walk, whole, errno);
	rc = check(&walk, whole, &st);
	if (rc < 0)
		return rc;
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return wrong_kind(&walk, whole);
	return steal_fd(&fd);
}

static int open_kind(const char *path, mode_t kind, const char *wanted, struct diag *diag)
{
	struct stat st;
	auto_close int fd = safefile_open_any(path, diag);

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	if ((st.st_mode & S_IFMT) != kind) {
		diag_set(diag, "%s: not a %s", path, wanted);
		diag_hint(diag, "delete it and make a %s in its place", wanted);
		return -EINVAL;
	}
	return steal_fd(&fd);
}

int safefile_open(const char *path, struct diag *diag)
{
	return open_kind(path, S_IFREG, "regular file", diag);
}

int safefile_open_dir(const char *path, struct diag *diag)
{
	return open_kind(path, S_IFDIR, "directory", diag);
}

static int too_large(const char *path, size_t max, struct diag *diag)
{
	diag_set(diag, "%s: larger than %zu bytes", path, max);
	diag_hint(diag, "no such file needs to be that large: look what is in it");
	return -EFBIG;
}

int safefile_read_fd(int fd, const char *path, size_t max, char **ret_text,
		     size_t *ret_size, struct diag *diag)
{
	struct stat st;
	size_t used = 0;
	auto_free char *text = NULL;

	if (fstat(fd, &st) < 0) {
		diag_set(diag, "cannot read %s: %s", path, strerror(errno));
		return -errno;
	}
	if (st.st_size > 0 && (size_t)st.st_size > max)
		return too_large(path, max, diag);
	/* One byte more than there should be, to see that the file does not grow. */
	size_t space = (size_t)st.st_size + 1;

	text = malloc(space + 1);
	if (!text) {
		diag_set(diag, "cannot read %s: %s", path, strerror(ENOMEM));
		return -ENOMEM;
	}
	while (used < space) {
		ssize_t got = read(fd, text + used, space - used);

		if (got < 0) {
			int error = errno;

			diag_set(diag, "cannot read %s: %s", path, strerror(error));
			return -error;
		}
		if (got == 0)
			break;
		used += (size_t)got;
	}
	if (used != (size_t)st.st_size) {
		diag_set(diag, "%s: changed while it was read", path);
		return -EBUSY;
	}

	text[used] = '\0';
	*ret_text = text;
	*ret_size = used;
	text = NULL;
	return 0;
}

int safefile_read(const char *path, size_t max, char **ret_text, size_t *ret_size,
		  struct diag *diag)
{
	auto_close int fd = safefile_open(path, diag);

	if (fd < 0)
		return fd;
	return safefile_read_fd(fd, path, max, ret_text, ret_size, diag);
}
