/* SPDX-License-Identifier: MIT */
/* safefile - open files and directories that root alone decides about. */
#include "safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "cleanup.h"

#define LINKS_MAX 20

/* A walk from / towards the object that the caller asked for. */
struct walk {
	const char *path;    /* as asked for, for messages */
	char rest[PATH_MAX]; /* what is still to be walked */
	char at[PATH_MAX];   /* where the walk is, for messages */
	int fd;		     /* O_PATH, where the walk is */
	int links;	     /* links followed so far */
	struct diag *diag;
};

static int unsafe(struct walk *walk, const char *where, const struct stat *st)
{
	if (st->st_uid != 0) {
		diag_set(walk->diag, "%s: %s does not belong to root", walk->path, where);
		diag_hint(walk->diag, "whoever owns it could change it: chown root %s",
			  where);
	} else {
		diag_set(walk->diag, "%s: %s is writable by others than root (mode %04o)",
			 walk->path, where, (unsigned int)st->st_mode & 07777);
		diag_hint(walk->diag, "take the right to write away: chmod go-w %s",
			  where);
	}
	return -EPERM;
}

/* The one exception to "writable by root alone": see the header about NixOS's store. */
static bool sticky_and_readonly(int fd, const struct stat *st)
{
	struct statvfs vfs;

	if (!S_ISDIR(st->st_mode) || !(st->st_mode & S_ISVTX) || (st->st_mode & S_IWOTH))
		return false;
	return fstatvfs(fd, &vfs) == 0 && (vfs.f_flag & ST_RDONLY);
}

/* Is the object behind FD root's, and writable by root alone? */
static int check(struct walk *walk, int fd, const char *where, const struct stat *st)
{
	if (st->st_uid != 0)
		return unsafe(walk, where, st);
	if (S_ISLNK(st->st_mode) || !(st->st_mode & (S_IWGRP | S_IWOTH)))
		return 0;
	if (sticky_and_readonly(fd, st))
		return 0;
	return unsafe(walk, where, st);
}

static int failed(struct walk *walk, const char *where)
{
	int error = errno;

	diag_set(walk->diag, "cannot open %s: %s", walk->path, strerror(error));
	if (error == EACCES)
		diag_hint(walk->diag, "it must be readable by everyone: chmod a+rX %s",
			  where);
	return -error;
}

static int wrong_kind(struct walk *walk, const char *where)
{
	diag_set(walk->diag, "%s: %s is neither a regular file nor a directory",
		 walk->path, where);
	return -EINVAL;
}

/* Back to /, from where an absolute path is walked. */
static int restart(struct walk *walk)
{
	struct stat st;

	if (walk->fd >= 0)
		(void)close(walk->fd); /* O_PATH: nothing to lose */
	walk->fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (walk->fd < 0 || fstat(walk->fd, &st) < 0)
		return failed(walk, "/");
	walk->at[0] = '\0';
	return check(walk, walk->fd, "/", &st);
}

/* Takes the first component off what is still to be walked; false at the end. */
static bool take_component(struct walk *walk, char component[NAME_MAX + 1],
			   bool *ret_long)
{
	size_t skip = strspn(walk->rest, "/");
	size_t size = strcspn(walk->rest + skip, "/");
	const char *after = walk->rest + skip + size;

	*ret_long = size > NAME_MAX;
	if (size == 0 || *ret_long)
		return false;
	memcpy(component, walk->rest + skip, size);
	component[size] = '\0';
	memmove(walk->rest, after, strlen(after) + 1);
	return true;
}

/* Puts the link's target in front of what is still to be walked. */
static int follow(struct walk *walk, int link_fd)
{
	char target[PATH_MAX], rest[PATH_MAX];
	ssize_t size = readlinkat(link_fd, "", target, sizeof(target) - 1);
	int written;

	if (size < 0)
		return failed(walk, walk->at);
	target[size] = '\0';
	if (++walk->links > LINKS_MAX) {
		errno = ELOOP;
		return failed(walk, walk->at);
	}
	written = snprintf(rest, sizeof(rest), "%s/%s", target, walk->rest);
	if (written < 0 || (size_t)written >= sizeof(rest)) {
		errno = ENAMETOOLONG;
		return failed(walk, walk->at);
	}
	memcpy(walk->rest, rest, (size_t)written + 1);
	return target[0] == '/' ? restart(walk) : 0;
}

/* Goes one component on; at a link the walk stays in the link's directory. */
static int step(struct walk *walk, const char *component)
{
	char where[PATH_MAX];
	struct stat st;
	int rc;
	auto_close int fd = openat(walk->fd, component, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	rc = snprintf(where, sizeof(where), "%s/%s", walk->at, component);
	if (rc < 0 || (size_t)rc >= sizeof(where)) {
		errno = ENAMETOOLONG;
		return failed(walk, walk->at);
	}
	if (fd < 0 || fstat(fd, &st) < 0)
		return failed(walk, where);
	rc = check(walk, fd, where, &st);
	if (rc < 0)
		return rc;
	if (S_ISLNK(st.st_mode))
		return follow(walk, fd);

	(void)close(walk->fd); /* O_PATH: nothing to lose */
	walk->fd = steal_fd(&fd);
	memcpy(walk->at, where, strlen(where) + 1);
	return 0;
}

/*
 * Opens for reading what the O_PATH descriptor stands for.  It is reached through
 * its directory again, for /proc may not be there; who could swap it in between
 * is root alone, and that it is the same object is asked all the same.
 */
static int reopen(struct walk *walk, int parent, const char *name)
{
	struct stat found, st;
	auto_close int fd = -1;

	if (fstat(walk->fd, &found) < 0)
		return failed(walk, walk->at);
	if (!S_ISREG(found.st_mode) && !S_ISDIR(found.st_mode))
		return wrong_kind(walk, walk->at);
	fd = openat(parent, name,
		    O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return failed(walk, walk->at);
	if (st.st_dev != found.st_dev || st.st_ino != found.st_ino) {
		diag_set(walk->diag, "%s: %s changed while it was opened", walk->path,
			 walk->at);
		return -EPERM;
	}
	return steal_fd(&fd);
}

/*
 * Walks to the end.  *PARENT is the directory of the last component, NAME that
 * component; a path without components is / itself.
 */
static int walk_all(struct walk *walk, int *parent, char name[NAME_MAX + 1])
{
	bool too_long;
	int rc = restart(walk);

	memcpy(name, ".", 2);
	while (rc == 0 && take_component(walk, name, &too_long)) {
		if (*parent >= 0)
			(void)close(*parent); /* O_PATH: nothing to lose */
		*parent = fcntl(walk->fd, F_DUPFD_CLOEXEC, 3);
		if (*parent < 0)
			return failed(walk, walk->at);
		rc = step(walk, name);
	}
	if (rc == 0 && too_long) {
		errno = ENAMETOOLONG;
		return failed(walk, walk->at);
	}
	return rc;
}

/* Begins a walk along PATH; walk.fd is the caller's to close. */
static int begin(struct walk *walk, const char *path, struct diag *diag)
{
	size_t size = strlen(path);

	walk->path = path;
	walk->fd = -1;
	walk->links = 0;
	walk->diag = diag;
	if (path[0] != '/' || size >= sizeof(walk->rest)) {
		diag_set(diag, "%s: not an absolute path", path);
		return -EINVAL;
	}
	memcpy(walk->rest, path, size + 1);
	return 0;
}

int safefile_open_any(const char *path, struct diag *diag)
{
	struct walk walk;
	char name[NAME_MAX + 1];
	auto_close int parent = -1;
	int rc = begin(&walk, path, diag);

	if (rc == 0)
		rc = walk_all(&walk, &parent, name);
	if (rc == 0)
		rc = reopen(&walk, parent >= 0 ? parent : walk.fd, name);
	if (walk.fd >= 0)
		(void)close(walk.fd); /* O_PATH: nothing to lose */
	return rc;
}

int safefile_stat(const char *path, struct stat *ret_stat, struct diag *diag)
{
	struct walk walk;
	char name[NAME_MAX + 1];
	auto_close int parent = -1;
	int rc = begin(&walk, path, diag);

	if (rc == 0)
		rc = walk_all(&walk, &parent, name);
	if (rc == 0 && fstat(walk.fd, ret_stat) < 0)
		rc = failed(&walk, walk.at);
	if (walk.fd >= 0)
		(void)close(walk.fd); /* O_PATH: nothing to lose */
	return rc;
}

int safefile_open_in(int dir, const char *path, const char *name, struct diag *diag)
{
	char whole[PATH_MAX];
	struct walk walk = {.path = whole, .diag = diag};
	struct stat st;
	int rc;
	auto_close int fd = openat(
		dir, name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);

	rc = snprintf(whole, sizeof(whole), "%s/%s", path, name);
	if (rc < 0 || (size_t)rc >= sizeof(whole)) {
		diag_set(diag, "%s/%s: the path is too long", path, name);
		return -ENAMETOOLONG;
	}
	if (fd < 0 && errno == ELOOP)
		return safefile_open_any(whole, diag);
	if (fd < 0 || fstat(fd, &st) < 0)
		return failed(&walk, whole);
	rc = check(&walk, fd, whole, &st);
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
