/* SPDX-License-Identifier: MIT */
/* mounts - what is mounted where in this mount namespace. */
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/mount.h>

#include "cleanup.h"
#include "pathname.h"
#include "report.h"

/*
 * The interface of statmount(2) and listmount(2), from include/uapi/linux/mount.h;
 * the headers of many distributions are older than the kernels that run there.
 */
#ifndef SYS_statmount
#define SYS_statmount 457
#endif
#ifndef SYS_listmount
#define SYS_listmount 458
#endif
#define MNT_ID_UNIQUE  0x4000u /* STATX_MNT_ID_UNIQUE */
#define STAT_MNT_BASIC 0x02u   /* STATMOUNT_MNT_BASIC */
#define STAT_MNT_POINT 0x10u   /* STATMOUNT_MNT_POINT */
#define LISTED_AT_ONCE 256

struct mount_request {
	uint32_t size; /* MNT_ID_REQ_SIZE_VER0 */
	uint32_t spare;
	uint64_t mnt_id;
	uint64_t param;
};

struct mount_answer {
	uint32_t size;
	uint32_t mnt_opts;
	uint64_t mask;
	uint32_t sb_dev_major;
	uint32_t sb_dev_minor;
	uint64_t sb_magic;
	uint32_t sb_flags;
	uint32_t fs_type;
	uint64_t mnt_id;
	uint64_t mnt_parent_id;
	uint32_t mnt_id_old;
	uint32_t mnt_parent_id_old;
	uint64_t mnt_attr;
	uint64_t mnt_propagation;
	uint64_t mnt_peer_group;
	uint64_t mnt_master;
	uint64_t propagate_from;
	uint32_t mnt_root;
	uint32_t mnt_point; /* offset into strings */
	uint64_t spare[50];
	char strings[4096 + 256];
};

_Static_assert(offsetof(struct mount_answer, strings) == 512,
	       "struct statmount has 512 bytes");

/* What statx(2) says of PATH itself, without waking an automount.  Returns as statx. */
static int ask_path(const char *path, unsigned int mask, struct statx *ret_sx)
{
	memset(ret_sx, 0, sizeof(*ret_sx)); /* a call that only claims success is seen */
	return statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, mask, ret_sx);
}

/* The unique id of the mount that PATH is on; 0 if the kernel has none. */
static uint64_t mount_id(const char *path, bool *ret_is_root)
{
	struct statx sx;

	errno = 0;
	if (ask_path(path, MNT_ID_UNIQUE, &sx) < 0)
		return 0;
	*ret_is_root = (sx.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
	return (sx.stx_mask & MNT_ID_UNIQUE) ? sx.stx_mnt_id : 0;
}

static bool ask_mount(uint64_t id, uint64_t mask, struct mount_answer *ret_answer)
{
	struct mount_request request = {.size = 24, .mnt_id = id, .param = mask};

	memset(ret_answer, 0, offsetof(struct mount_answer, strings));
	if (syscall(SYS_statmount, &request, ret_answer, sizeof(*ret_answer), 0) < 0)
		return false;
	return (ret_answer->mask & mask) == mask;
}

/* The whole of /proc/self/mountinfo, ended by NUL. */
static char *read_mountinfo(void)
{
	size_t space = 65536, used = 0;
	char *text = malloc(space);
	auto_close int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);

	while (text && fd >= 0) {
		ssize_t got = read(fd, text + used, space - used - 1);

		if (got < 0)
			break;
		if (got == 0) {
			text[used] = '\0';
			return text;
		}
		used += (size_t)got;
		if (space - used < 4096) {
			char *more = realloc(text, space *= 2);

			if (!more)
				break;
			text = more;
		}
	}
	die("vpnrun needs /proc: mount it", "cannot read /proc/self/mountinfo: %m");
}

/* One line of mountinfo, see proc(5); the strings are cut out of the line. */
struct mount_line {
	unsigned int id, parent;
	char *point, *source;
	bool shared, unbindable;
};

/* Turns the \ooo of mountinfo back into bytes, in place. */
static void unescape(char *text)
{
	char *out = text;

	while (*text) {
		unsigned int byte;

		if (text[0] == '\\' && sscanf(text + 1, "%3o", &byte) == 1) {
			*out++ = (char)byte;
			text += 4;
		} else {
			*out++ = *text++;
		}
	}
	*out = '\0';
}

/* Cuts the line at *REST into fields and moves *REST to the next one. */
static bool next_line(char **rest, struct mount_line *ret_line)
{
	char *line = strsep(rest, "\n"), *field[5] = {0}, *word;
	struct mount_line result = {0};

	if (!line || !*line)
		return false;
	for (int i = 0; i < 5; i++)
		field[i] = strsep(&line, " ");
	if (!field[4] || !line)
		die(NULL, "cannot understand /proc/self/mountinfo");
	result.id = (unsigned int)strtoul(field[0], NULL, 10);
	result.parent = (unsigned int)strtoul(field[1], NULL, 10);
	result.point = field[4];
	unescape(result.point);
	/* Options, optional fields, a dash, the file system's type, the source. */
	while ((word = strsep(&line, " ")) && strcmp(word, "-") != 0) {
		result.shared = result.shared || strncmp(word, "shared:", 7) == 0;
		result.unbindable = result.unbindable || strcmp(word, "unbindable") == 0;
	}
	(void)strsep(&line, " "); /* the type is of no use here */
	result.source = strsep(&line, " ");
	*ret_line = result;
	return true;
}

/* 1: shared, 0: not, -1: the kernel cannot tell by statmount(2). */
static int is_shared(const char *path)
{
	struct mount_answer answer;
	bool is_root;
	uint64_t id = mount_id(path, &is_root);

	if (id == 0 && errno == ENOENT)
		return 0; /* there is no such directory: nothing will be mounted on it */
	if (id == 0 || !ask_mount(id, STAT_MNT_BASIC, &answer))
		return -1;
	if (answer.mnt_propagation == 0)
		return -1;
	return (answer.mnt_propagation & MS_SHARED) != 0;
}

static bool any_shared(void)
{
	auto_free char *text = read_mountinfo();
	char *rest = text;
	struct mount_line line;

	while (next_line(&rest, &line)) {
		if (line.unbindable && strncmp(line.point, "/etc/", 5) == 0)
			die("mount it without making it unbindable",
			    "the mount on %s is unbindable, so it cannot be kept",
			    line.point);
		if (line.shared)
			return true;
	}
	return false;
}

uint64_t mounts_id(const char *path)
{
	struct statx sx;

	if (ask_path(path, STATX_MNT_ID, &sx) < 0)
		return 0;
	return (sx.stx_mask & STATX_MNT_ID) ? sx.stx_mnt_id : 0;
}

int mounts_is_point(const char *path)
{
	struct statx sx;

	if (ask_path(path, 0, &sx) < 0)
		return -errno;
	return (sx.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

void mounts_require_private(void)
{
	int shared = is_shared("/");

	if (shared == 0)
		shared = is_shared("/etc");
	if (shared == 0)
		shared = is_shared("/sys");
	if (shared < 0)
		shared = any_shared();
	if (shared)
		die("this should not happen: please report it with the kernel's version",
		    "keeping mounts from reaching the host had no effect");
}

/* Takes out the mounts that a later one, on a directory above them, covers. */
static void drop_covered(struct mounts *mounts)
{
	size_t kept = 0;

	for (size_t i = 0; i < mounts->count; i++) {
		bool covered = false;

		for (size_t j = i + 1; j < mounts->count; j++)
			covered = covered ||
				  pathname_below(mounts->points[i], mounts->points[j]);
		if (covered)
			free(mounts->points[i]);
		else
			mounts->points[kept++] = mounts->points[i];
	}
	mounts->count = kept;
	if (mounts->points)
		mounts->points[kept] = NULL;
}

static void add_point(struct mounts *mounts, const char *point)
{
	char **points = reallocarray(mounts->points, mounts->count + 2, sizeof(*points));

	if (!points)
		die(NULL, "cannot list mounts: %m");
	mounts->points = points;
	points[mounts->count] = strdup(point);
	if (!points[mounts->count])
		die(NULL, "cannot list mounts: %m");
	points[++mounts->count] = NULL;
}

/* False if the kernel cannot tell by listmount(2). */
static bool list_by_id(const char *directory, struct mounts *mounts)
{
	uint64_t ids[LISTED_AT_ONCE];
	bool is_root = false;
	uint64_t parent = mount_id(directory, &is_root);
	struct mount_request request = {.size = 24, .mnt_id = parent};
	struct mount_answer answer;
	long count;

	if (parent == 0 || !is_root)
		return false;
	do {
		count = syscall(SYS_listmount, &request, ids, LISTED_AT_ONCE, 0);
		if (count < 0 || count > LISTED_AT_ONCE)
			return false;
		for (long i = 0; i < count; i++) {
			request.param = ids[i]; /* go on after this one */
			if (!ask_mount(ids[i], STAT_MNT_BASIC, &answer))
				return false;
			if (answer.mnt_parent_id != parent)
				continue;
			if (!ask_mount(ids[i], STAT_MNT_POINT, &answer))
				return false;
			add_point(mounts, answer.strings + answer.mnt_point);
		}
	} while (count == LISTED_AT_ONCE);
	return true;
}

/* The id of the topmost mount on DIRECTORY: the last one listed. */
static bool find_top(char *text, const char *directory, struct mount_line *ret_line)
{
	char *rest = text;
	struct mount_line line;
	bool found = false;

	while (next_line(&rest, &line)) {
		if (strcmp(line.point, directory) == 0) {
			*ret_line = line;
			found = true;
		}
	}
	return found;
}

static void list_by_mountinfo(const char *directory, struct mounts *mounts)
{
	auto_free char *text = read_mountinfo();
	auto_free char *copy = strdup(text);
	char *rest = text;
	struct mount_line top = {0}, line;

	if (!copy)
		die(NULL, "cannot list mounts: %m");
	if (!find_top(copy, directory, &top))
		die(NULL, "%s is not a mount point", directory);
	while (next_line(&rest, &line)) {
		if (line.parent == top.id)
			add_point(mounts, line.point);
	}
}

struct mounts mounts_below(const char *directory)
{
	struct mounts mounts = {0};

	if (!list_by_id(directory, &mounts)) {
		mounts_free(&mounts);
		list_by_mountinfo(directory, &mounts);
	}
	drop_covered(&mounts);
	return mounts;
}

void mounts_free(struct mounts *mounts)
{
	for (size_t i = 0; i < mounts->count; i++)
		free(mounts->points[i]);
	free(mounts->points);
	*mounts = (struct mounts){0};
}

bool mounts_has_source(const char *directory, const char *source)
{
	auto_free char *text = read_mountinfo();
	struct mount_line top = {0};

	return find_top(text, directory, &top) && top.source &&
	       strcmp(top.source, source) == 0;
}
