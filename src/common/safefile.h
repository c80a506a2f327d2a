/* SPDX-License-Identifier: MIT */
/*
 * safefile - open files and directories that root alone decides about.
 *
 * A path is walked component by component from / down, never following a link unseen.
 * Every directory on the way, every link and the object itself must belong to
 * root, and no directory and no file may be writable by anyone else: whoever can write a
 * directory can put another file in its place.  Links are followed only under these
 * rules, which admits NixOS, where files in /etc are links into a root-owned store.  The
 * store itself (group-writable and sticky) is accepted if its mount is read-only.
 *
 * Nothing here needs a capability; what the invoking user may not read, these
 * functions do not read either.  Devices, FIFOs and sockets are never accepted,
 * and opening one by mistake does not block.
 *
 * Errors, with DIAG filled in and naming the path:
 *   -ENOENT   the path does not exist (DIAG says so, too);
 *   -EPERM    somebody other than root could change it;
 *   -EACCES   the invoking user may not read it;
 *   -EINVAL   it is the wrong kind of file;
 *   -EFBIG    it is larger than the caller allows;
 *   others    as openat(2), read(2).
 */
#ifndef VPNRUN_SAFEFILE_H
#define VPNRUN_SAFEFILE_H

#include <stddef.h>
#include <sys/stat.h>

#include "diag.h"

/* safefile_open - a regular file, for reading.  Returns a descriptor that the caller
 * owns. */
int safefile_open(const char *path, struct diag *diag)
	__attribute__((warn_unused_result));

/* safefile_open_dir - a directory, for reading.  Returns a descriptor that the caller
 * owns. */
int safefile_open_dir(const char *path, struct diag *diag)
	__attribute__((warn_unused_result));

/* safefile_open_any - a regular file or a directory; the caller looks which. */
int safefile_open_any(const char *path, struct diag *diag)
	__attribute__((warn_unused_result));

/*
 * safefile_stat - what the path leads to, of whatever kind, without opening it for
 * reading.
 *
 * A program that root alone may replace, though not everybody may read it.
 */
int safefile_stat(const char *path, struct stat *ret_stat, struct diag *diag)
	__attribute__((warn_unused_result));

/*
 * safefile_open_in - the entry NAME of a directory that was opened by one of the above.
 *
 * @dir, @path: the directory, and its path for messages and for following a link.
 * Returns a descriptor of a regular file or directory that the caller owns.
 */
int safefile_open_in(int dir, const char *path, const char *name, struct diag *diag)
	__attribute__((warn_unused_result));

/*
 * safefile_read - the whole of a regular file of at most MAX bytes.
 *
 * *RET_TEXT is allocated, terminated by a NUL that *RET_SIZE does not count, and
 * owned by the caller.
 */
int safefile_read(const char *path, size_t max, char **ret_text, size_t *ret_size,
		  struct diag *diag) __attribute__((warn_unused_result));

/* safefile_read_fd - the same for an open descriptor; PATH is for messages only. */
int safefile_read_fd(int fd, const char *path, size_t max, char **ret_text,
		     size_t *ret_size, struct diag *diag)
	__attribute__((warn_unused_result));

#endif
