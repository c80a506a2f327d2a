/* SPDX-License-Identifier: MIT */
/*
 * unit - what the unit tests share: cmocka, children to try things in, and a world of
 * their own for tests that need root.
 */
#ifndef VPNRUN_UNIT_H
#define VPNRUN_UNIT_H

/* What cmocka.h needs and does not include. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/types.h>

#include "slice.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* An ordinary user and a group that no database knows. */
enum { USER = 47101, GROUP = 47102 };

/*
 * exact - the same text in memory that ends where the text ends.
 *
 * A read beyond it is then an error that AddressSanitizer sees.  The caller frees
 * the slice's text.
 */
struct slice exact(const char *text, size_t size);
void exact_free(struct slice slice);

/* need_root - unless this process is root's, skip the test and say so. */
void need_root(void);

/*
 * world_make - a group's setup: give root's tests a machine of their own.
 *
 * The process moves to a mount namespace of its own, and there into an empty tmpfs as
 * its root directory, with /proc mounted.  Nothing of it is seen outside, and the
 * kernel takes it all back when the process ends.  Does nothing for other users.
 */
int world_make(void **state);

/* file_put - make the file PATH, root's, with that text and mode. */
void file_put(const char *path, const char *text, mode_t mode);
void file_put_bytes(const char *path, const void *bytes, size_t size, mode_t mode);

/* dir_make - make the directory PATH, root's, with that mode. */
void dir_make(const char *path, mode_t mode);

/* link_make - make the symbolic link PATH, root's, to TARGET. */
void link_make(const char *target, const char *path);

/*
 * shared_new - zeroed memory that a child shares with its parent.
 *
 * It stays until the process ends.
 */
void *shared_new(size_t size);

/*
 * in_child - call FUNCTION(ARGUMENT), which asserts nothing, in a child, as user UID with
 * the group GROUP alone if UID is not 0, and fail unless it returns.
 */
void in_child(uid_t uid, void (*function)(void *), void *argument);

/* What a child printed, and how it ended; texts end with a NUL. */
struct captured {
	int status; /* its exit status, or 128 and the signal that ended it */
	char out[16384];
	char err[16384];
	size_t out_size;
	size_t err_size;
	unsigned int err_writes; /* how many times it wrote to standard error */
};

/* capture - call FUNCTION(ARGUMENT), which asserts nothing, and keep what it prints. */
void capture(struct captured *ret_captured, void (*function)(void *), void *argument);

#endif
