/* SPDX-License-Identifier: MIT */
/* Tests of safefile: files and directories that root alone decides about. */
#include "safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include "cleanup.h"
#include "unit.h"

/* What the next reads and opens meet; none of it is there unless a test asks. */
static struct {
	const char *grow; /* append to this file before the first read */
	const char *cut;  /* truncate this file before the first read */
	const char *swap; /* put another file in its place before it is opened to read */
	int read_error;
	size_t read_max;     /* bytes that one read gives, 0: as many as asked for */
	unsigned int opened; /* for reading, not with O_PATH */
} meet;

ssize_t __real_read(int fd, void *buffer, size_t size);
ssize_t __wrap_read(int fd, void *buffer, size_t size);

ssize_t __wrap_read(int fd, void *buffer, size_t size)
{
	const char *grow = meet.grow, *cut = meet.cut;

	meet.grow = NULL;
	meet.cut = NULL;
	if (grow) {
		auto_close int to = open(grow, O_WRONLY | O_APPEND | O_CLOEXEC);

		assert_int_equal(write(to, "more", 4), 4);
	}
	if (cut)
		assert_int_equal(truncate(cut, 1), 0);
	if (meet.read_error) {
		errno = meet.read_error;
		return -1;
	}
	return __real_read(fd, buffer,
			   meet.read_max && meet.read_max < size ? meet.read_max : size);
}

static void before_open(int flags)
{
	const char *swap = meet.swap;

	if (flags & O_PATH)
		return;
	meet.opened++;
	meet.swap = NULL;
	if (swap) {
		file_put("/other", "another", 0644);
		assert_int_equal(rename("/other", swap), 0);
	}
}

/* The mode that follows the flags of open(2), if a file may be made. */
static mode_t mode_of(int flags, va_list args)
{
	return flags & O_CREAT ? va_arg(args, mode_t) : 0;
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);

int __wrap_open(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = mode_of(flags, args);
	va_end(args);
	before_open(flags);
	return __real_open(path, flags, mode);
}

int __wrap_open64(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = mode_of(flags, args);
	va_end(args);
	before_open(flags);
	return __real_open64(path, flags, mode);
}

/* Each test finds an empty root directory, but for /proc. */
static int remove_entry(const char *path, const struct stat *st, int kind,
			struct FTW *ftw)
{
	(void)st;
	(void)kind;
	if (ftw->level == 0 || strcmp(path, "/proc") == 0)
		return 0;
	return remove(path);
}

static int clean(void **state)
{
	(void)state;
	memset(&meet, 0, sizeof(meet));
	if (geteuid() != 0)
		return 0;
	(void)umount2("/mnt", MNT_DETACH); /* if a test left one there */
	if (chown("/", 0, 0) < 0 || chmod("/", 0755) < 0)
		return -1;
	return nftw("/", remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) == 0 ? 0
										  : -1;
}

static void expect_open(const char *path, const char *content)
{
	struct diag diag = {"", ""};
	auto_free char *text = NULL;
	size_t size = 0;
	int rc = safefile_read(path, 4096, &text, &size, &diag);

	if (rc != 0)
		fail_msg("%s is refused: %s", path, diag.text);
	assert_string_equal(text, content);
	assert_int_equal(size, strlen(content));
}

static void expect_refused(const char *path, int error, const char *message)
{
	struct diag diag = {"", ""};
	int fd = safefile_open(path, &diag);

	if (fd >= 0) {
		(void)close(fd);
		fail_msg("%s is opened", path);
	}
	assert_string_equal(diag.text, message);
	assert_int_equal(fd, error);
}

static void files_of_root_are_read(void **state)
{
	(void)state;
	need_root();
	dir_make("/etc", 0755);
	dir_make("/etc/deep", 0700);
	file_put("/top", "at the top", 0600);
	file_put("/etc/deep/file", "deep down", 0444);
	file_put("/etc/empty", "", 0644);
	expect_open("/top", "at the top");
	expect_open("/etc/deep/file", "deep down");
	expect_open("/etc/empty", "");
	expect_open("//etc///deep//file", "deep down");
	expect_open("/./etc/./deep/../deep/file", "deep down");
	expect_open("/../../top", "at the top");
}

static void bytes_are_kept(void **state)
{
	struct diag diag;
	auto_free char *text = NULL;
	size_t size = 0;

	(void)state;
	need_root();
	file_put_bytes("/file", "a\0b\n\xff", 5, 0644);
	assert_int_equal(safefile_read("/file", 5, &text, &size, &diag), 0);
	assert_int_equal(size, 5);
	assert_memory_equal(text, "a\0b\n\xff", 6);
}

static void descriptors_are_harmless(void **state)
{
	struct diag diag;
	int fd, flags;

	(void)state;
	need_root();
	file_put("/file", "x", 0644);
	fd = safefile_open("/file", &diag);
	assert_true(fd >= 0);
	flags = fcntl(fd, F_GETFL);
	assert_int_equal(flags & (O_ACCMODE | O_PATH), O_RDONLY);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(close(fd), 0);
}

/* As many as before: nothing stays open on any way out. */
static void no_descriptor_is_lost(void **state)
{
	static const char *const paths[] = {"/file",   "/dir/file", "/link",   "/loop",
					    "/none",   "/dir/none", "/open/x", "/fifo",
					    "/file/x", "/dir",	    ""};
	struct diag diag;
	int before, after;

	(void)state;
	need_root();
	file_put("/file", "x", 0644);
	dir_make("/dir", 0755);
	file_put("/dir/file", "x", 0644);
	dir_make("/open", 0777);
	link_make("dir/file", "/link");
	link_make("loop", "/loop");
	assert_int_equal(mkfifo("/fifo", 0644), 0);
	before = dup(0);
	assert_int_equal(close(before), 0);
	for (size_t i = 0; i < COUNT(paths); i++) {
		int fd = safefile_open(paths[i], &diag);

		if (fd >= 0)
			assert_int_equal(close(fd), 0);
		after = dup(0);
		assert_int_equal(close(after), 0);
		assert_int_equal(after, before);
	}
}

static void files_of_others_are_refused(void **state)
{
	static const char not_roots[] = "/dir/file: /dir/file does not belong to root";

	(void)state;
	need_root();
	dir_make("/dir", 0755);
	file_put("/dir/file", "x", 0644);
	assert_int_equal(chown("/dir/file", USER, 0), 0);
	expect_refused("/dir/file", -EPERM, not_roots);
	assert_int_equal(chmod("/dir/file", 0400), 0);
	expect_refused("/dir/file", -EPERM, not_roots);
	assert_int_equal(chown("/dir/file", 0, GROUP), 0);
	expect_open("/dir/file", "x");
}

static void modes_are_judged(void **state)
{
	(void)state;
	need_root();
	file_put("/file", "x", 0644);
	for (mode_t mode = 0; mode <= 07777; mode++) {
		struct diag diag;
		bool safe = !(mode & 022);
		int fd;

		/* The sticky bit excuses directories of a read-only file system only. */
		assert_int_equal(chmod("/file", mode), 0);
		fd = safefile_open("/file", &diag);
		if ((fd >= 0) != safe)
			fail_msg("mode %04o: %s", mode, safe ? diag.text : "accepted");
		assert_int_equal(safe ? close(fd) : fd, safe ? 0 : -EPERM);
	}
}

static void what_is_wrong_and_how_to_mend_it_is_said(void **state)
{
	struct diag diag;

	(void)state;
	need_root();
	dir_make("/etc", 0755);
	dir_make("/etc/x", 0775);
	file_put("/etc/x/file", "x", 0644);
	assert_int_equal(safefile_open("/etc/x/file", &diag), -EPERM);
	assert_string_equal(
		diag.text,
		"/etc/x/file: /etc/x is writable by others than root (mode 0775)");
	assert_string_equal(diag.hint, "take the right to write away: chmod go-w /etc/x");
	assert_int_equal(chown("/etc", USER, 0), 0);
	assert_int_equal(safefile_open("/etc/x/file", &diag), -EPERM);
	assert_string_equal(diag.text, "/etc/x/file: /etc does not belong to root");
	assert_string_equal(diag.hint,
			    "whoever owns that could change it: put the file in a place "
			    "that is root's alone");
}

static void each_directory_above_counts(void **state)
{
	static const char *const dirs[] = {"/", "/a", "/a/b", "/a/b/c"};
	static const mode_t bad[] = {0775, 0757, 0777, 01777, 01775};

	(void)state;
	need_root();
	dir_make("/a", 0755);
	dir_make("/a/b", 0755);
	dir_make("/a/b/c", 0755);
	file_put("/a/b/c/file", "x", 0644);
	for (size_t i = 0; i < COUNT(dirs); i++) {
		struct diag diag;

		for (size_t j = 0; j < COUNT(bad); j++) {
			assert_int_equal(chmod(dirs[i], bad[j]), 0);
			assert_int_equal(safefile_open("/a/b/c/file", &diag), -EPERM);
		}
		assert_int_equal(chmod(dirs[i], 0755), 0);
		assert_int_equal(chown(dirs[i], USER, GROUP), 0);
		assert_int_equal(safefile_open("/a/b/c/file", &diag), -EPERM);
		/* Also on the way out of a directory again. */
		assert_int_equal(safefile_open("/a/b/c/../c/file", &diag), -EPERM);
		assert_int_equal(chown(dirs[i], 0, 0), 0);
		expect_open("/a/b/c/file", "x");
	}
}

static void a_detour_through_an_unsafe_directory_counts(void **state)
{
	(void)state;
	need_root();
	dir_make("/tmp", 01777);
	file_put("/file", "x", 0644);
	expect_refused("/tmp/../file", -EPERM,
		       "/tmp/../file: /tmp is writable by others than root (mode 1777)");
}

static void links_are_followed(void **state)
{
	(void)state;
	need_root();
	dir_make("/etc", 0755);
	dir_make("/etc/a", 0755);
	dir_make("/store", 0755);
	dir_make("/store/a", 0755);
	file_put("/store/file", "in the store", 0444);
	file_put("/store/a/file", "deeper", 0444);
	link_make("/store/file", "/etc/absolute");
	link_make("../store/file", "/etc/relative");
	link_make("../../store/file", "/etc/a/relative");
	link_make("absolute", "/etc/twice");
	link_make("/store", "/etc/dir");
	link_make("../store/", "/etc/slash");
	link_make("/store//a/.././a/file", "/etc/detour");
	expect_open("/etc/absolute", "in the store");
	expect_open("/etc/relative", "in the store");
	expect_open("/etc/a/relative", "in the store");
	expect_open("/etc/twice", "in the store");
	expect_open("/etc/dir/file", "in the store");
	expect_open("/etc/dir/a/file", "deeper");
	/* As for the kernel, .. leads out of what the link leads to. */
	file_put("/file", "beside the store", 0444);
	expect_open("/etc/dir/../file", "beside the store");
	expect_open("/etc/slash/a/file", "deeper");
	expect_open("/etc/detour", "deeper");
}

/* The link's own directory decides, and so does that which it leads to. */
static void links_are_judged(void **state)
{
	(void)state;
	need_root();
	dir_make("/etc", 0755);
	dir_make("/theirs", 0755);
	file_put("/theirs/file", "x", 0644);
	file_put("/file", "x", 0644);
	assert_int_equal(chown("/theirs", USER, 0), 0);
	link_make("/theirs/file", "/etc/into");
	expect_refused("/etc/into", -EPERM, "/etc/into: /theirs does not belong to root");
	link_make("/theirs/../file", "/etc/through");
	expect_refused("/etc/through", -EPERM,
		       "/etc/through: /theirs does not belong to root");
	link_make("/file", "/theirs/out");
	expect_refused("/theirs/out", -EPERM,
		       "/theirs/out: /theirs does not belong to root");
	link_make("/file", "/etc/link");
	expect_open("/etc/link", "x");
	assert_int_equal(lchown("/etc/link", USER, 0), 0);
	expect_refused("/etc/link", -EPERM,
		       "/etc/link: /etc/link does not belong to root");
	assert_int_equal(chmod("/file", 0666), 0);
	assert_int_equal(lchown("/etc/link", 0, 0), 0);
	expect_refused("/etc/link", -EPERM,
		       "/etc/link: /file is writable by others than root (mode 0666)");
}

static void links_that_lead_nowhere_are_refused(void **state)
{
	(void)state;
	need_root();
	dir_make("/dir", 0755);
	link_make("loop", "/loop");
	link_make("b", "/dir/a");
	link_make("/dir/a", "/dir/b");
	link_make("x/more", "/x");
	link_make("/none", "/dangling");
	link_make("none", "/dir/dangling");
	expect_refused("/loop", -ELOOP,
		       "cannot open /loop: Too many levels of symbolic links");
	expect_refused("/dir/a", -ELOOP,
		       "cannot open /dir/a: Too many levels of symbolic links");
	expect_refused("/x", -ELOOP, "cannot open /x: Too many levels of symbolic links");
	expect_refused("/dangling", -ENOENT,
		       "cannot open /dangling: No such file or directory");
	expect_refused("/dir/dangling", -ENOENT,
		       "cannot open /dir/dangling: No such file or directory");
}

static void links_are_followed_20_times(void **state)
{
	char name[16], target[16];

	(void)state;
	need_root();
	file_put("/0", "x", 0644);
	for (int i = 1; i <= 21; i++) {
		(void)snprintf(name, sizeof(name), "/%d", i);	     /* fits */
		(void)snprintf(target, sizeof(target), "%d", i - 1); /* fits */
		link_make(target, name);
	}
	expect_open("/20", "x");
	expect_refused("/21", -ELOOP,
		       "cannot open /21: Too many levels of symbolic links");
}

static void other_kinds_of_files_are_refused(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/socket"};
	auto_close int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)state;
	need_root();
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(chmod("/socket", 0644), 0);
	assert_int_equal(mkfifo("/fifo", 0644), 0);
	assert_int_equal(mknod("/null", S_IFCHR | 0644, makedev(1, 3)), 0);
	assert_int_equal(mknod("/block", S_IFBLK | 0644, makedev(7, 0)), 0);
	dir_make("/dir", 0755);
	link_make("fifo", "/link");

	(void)alarm(10); /* seconds; a FIFO would wait for its writer forever */
	meet.opened = 0;
	expect_refused("/fifo", -EINVAL,
		       "/fifo: /fifo is neither a regular file nor a directory");
	expect_refused("/link", -EINVAL,
		       "/link: /fifo is neither a regular file nor a directory");
	expect_refused("/socket", -EINVAL,
		       "/socket: /socket is neither a regular file nor a directory");
	expect_refused("/null", -EINVAL,
		       "/null: /null is neither a regular file nor a directory");
	expect_refused("/block", -EINVAL,
		       "/block: /block is neither a regular file nor a directory");
	/* To open a device is to use it: none was. */
	assert_int_equal(meet.opened, 0);
	(void)alarm(0);
	expect_refused("/dir", -EINVAL, "/dir: not a regular file");
}

static void directories_are_opened(void **state)
{
	static const char *const paths[] = {"/",     "//",    "/.",	"/..",
					    "/dir",  "/dir/", "/dir/.", "/dir/../dir",
					    "/link", "/link/"};
	struct diag diag;

	(void)state;
	need_root();
	dir_make("/dir", 0755);
	file_put("/file", "x", 0644);
	link_make("dir", "/link");
	for (size_t i = 0; i < COUNT(paths); i++) {
		struct stat wanted, st;
		auto_close int fd = safefile_open_dir(paths[i], &diag);

		if (fd < 0)
			fail_msg("%s: %s", paths[i], diag.text);
		assert_int_equal(stat(paths[i], &wanted), 0);
		assert_int_equal(fstat(fd, &st), 0);
		assert_int_equal(st.st_ino, wanted.st_ino);
		assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	}
	assert_int_equal(safefile_open_dir("/file", &diag), -EINVAL);
	assert_string_equal(diag.text, "/file: not a directory");
	assert_int_equal(safefile_open_dir("/none", &diag), -ENOENT);
	assert_int_equal(chmod("/dir", 0777), 0);
	assert_int_equal(safefile_open_dir("/dir", &diag), -EPERM);
	assert_int_equal(chmod("/", 0777), 0);
	assert_int_equal(safefile_open_dir("/", &diag), -EPERM);
}

/* A link to the root directory is a link to a directory like any other. */
static void a_link_may_lead_to_the_root_directory(void **state)
{
	struct diag diag;
	struct stat wanted, st;
	int fd;

	(void)state;
	need_root();
	dir_make("/dir", 0755);
	file_put("/file", "x", 0644);
	link_make("/", "/dir/root");
	expect_open("/dir/root/file", "x");
	fd = safefile_open_dir("/dir/root", &diag);
	if (fd < 0)
		fail_msg("%s", diag.text);
	assert_int_equal(stat("/", &wanted), 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_ino, wanted.st_ino);
	assert_int_equal(close(fd), 0);
}

static void any_opens_both(void **state)
{
	struct diag diag;

	(void)state;
	need_root();
	dir_make("/dir", 0755);
	file_put("/file", "x", 0644);
	for (int i = 0; i < 2; i++) {
		auto_close int fd = safefile_open_any(i ? "/dir" : "/file", &diag);

		assert_true(fd >= 0);
	}
	assert_int_equal(mkfifo("/fifo", 0644), 0);
	assert_int_equal(safefile_open_any("/fifo", &diag), -EINVAL);
}

static void paths_are_absolute(void **state)
{
	(void)state;
	expect_refused("", -EINVAL, ": not an absolute path");
	expect_refused("etc/passwd", -EINVAL, "etc/passwd: not an absolute path");
	expect_refused("./x", -EINVAL, "./x: not an absolute path");
}

static void files_are_no_directories(void **state)
{
	(void)state;
	need_root();
	file_put("/file", "x", 0644);
	expect_refused("/file/x", -ENOTDIR, "cannot open /file/x: Not a directory");
	expect_refused("/file/..", -ENOTDIR, "cannot open /file/..: Not a directory");
	expect_refused("/none/x", -ENOENT,
		       "cannot open /none/x: No such file or directory");
	expect_refused("/none", -ENOENT, "cannot open /none: No such file or directory");
}

static void long_names_are_refused(void **state)
{
	char name[PATH_MAX + 8] = "/", message[2 * PATH_MAX];
	struct diag diag;

	(void)state;
	need_root();
	memset(name + 1, 'x', 255);
	name[256] = '\0';
	file_put(name, "x", 0644);
	expect_open(name, "x");
	memset(name + 1, 'x', 256);
	name[257] = '\0';
	(void)snprintf(message, sizeof(message), "cannot open %s: File name too long",
		       name); /* fits */
	expect_refused(name, -ENAMETOOLONG, message);
	/* The rest may be as long as PATH_MAX. */
	memset(name, '/', PATH_MAX - 1);
	name[PATH_MAX - 1] = '\0';
	name[PATH_MAX - 2] = 'y';
	file_put("/y", "y", 0644);
	expect_open(name, "y");
	memset(name, '/', PATH_MAX);
	name[PATH_MAX] = '\0';
	assert_true(safefile_open(name, &diag) < 0);
}

static void links_that_grow_too_long_are_refused(void **state)
{
	char target[4000], path[300];
	struct diag diag;

	(void)state;
	need_root();
	memset(target, '/', sizeof(target));
	target[sizeof(target) - 2] = '.';
	target[sizeof(target) - 1] = '\0';
	link_make(target, "/link");
	memset(path, '/', sizeof(path));
	memcpy(path, "/link", 5);
	path[sizeof(path) - 2] = 'x';
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(safefile_open(path, &diag), -ENAMETOOLONG);
}

/* NixOS: root:nixbld 1775, mounted read-only. */
static void a_store_that_is_read_only_is_accepted(void **state)
{
	(void)state;
	need_root();
	dir_make("/mnt", 0755);
	dir_make("/etc", 0755);
	assert_int_equal(mount("vrt", "/mnt", "tmpfs", 0, "mode=755"), 0);
	dir_make("/mnt/store", 01775);
	assert_int_equal(chown("/mnt/store", 0, GROUP), 0);
	dir_make("/mnt/store/abc-etc", 0555);
	file_put("/mnt/store/abc-etc/file", "of the store", 0444);
	link_make("/mnt/store/abc-etc/file", "/etc/file");
	expect_refused(
		"/etc/file", -EPERM,
		"/etc/file: /mnt/store is writable by others than root (mode 1775)");
	assert_int_equal(mount(NULL, "/mnt", NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	expect_open("/etc/file", "of the store");

	/* Not sticky, or everybody's, or somebody else's: no store. */
	assert_int_equal(mount(NULL, "/mnt", NULL, MS_REMOUNT, NULL), 0);
	assert_int_equal(chmod("/mnt/store", 0775), 0);
	assert_int_equal(mount(NULL, "/mnt", NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	expect_refused(
		"/etc/file", -EPERM,
		"/etc/file: /mnt/store is writable by others than root (mode 0775)");
	assert_int_equal(mount(NULL, "/mnt", NULL, MS_REMOUNT, NULL), 0);
	assert_int_equal(chmod("/mnt/store", 01777), 0);
	assert_int_equal(mount(NULL, "/mnt", NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	expect_refused(
		"/etc/file", -EPERM,
		"/etc/file: /mnt/store is writable by others than root (mode 1777)");
	assert_int_equal(mount(NULL, "/mnt", NULL, MS_REMOUNT, NULL), 0);
	assert_int_equal(chmod("/mnt/store", 01775), 0);
	assert_int_equal(chown("/mnt/store", USER, GROUP), 0);
	assert_int_equal(mount(NULL, "/mnt", NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	expect_refused("/etc/file", -EPERM,
		       "/etc/file: /mnt/store does not belong to root");
	/* Nor is a file one, whatever its mode. */
	assert_int_equal(mount(NULL, "/mnt", NULL, MS_REMOUNT, NULL), 0);
	assert_int_equal(chown("/mnt/store", 0, GROUP), 0);
	assert_int_equal(chmod("/mnt/store/abc-etc/file", 01664), 0);
	assert_int_equal(mount(NULL, "/mnt", NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	assert_int_equal(chmod("/etc", 0755), 0);
	expect_refused(
		"/etc/file", -EPERM,
		"/etc/file: /mnt/store/abc-etc/file is writable by others than root (mode 1664)");
}

static void files_that_are_too_large_are_refused(void **state)
{
	struct diag diag;
	char *text = NULL;
	size_t size = 7;

	(void)state;
	need_root();
	file_put("/file", "12345", 0644);
	assert_int_equal(safefile_read("/file", 4, &text, &size, &diag), -EFBIG);
	assert_string_equal(diag.text, "/file: larger than 4 bytes");
	assert_null(text);
	assert_int_equal(size, 7);
	/* A hole of many gigabytes is not read first. */
	assert_int_equal(truncate("/file", (off_t)1 << 40), 0);
	assert_int_equal(safefile_read("/file", 1 << 20, &text, &size, &diag), -EFBIG);
	file_put("/file", "", 0644);
	assert_int_equal(safefile_read("/file", 0, &text, &size, &diag), 0);
	assert_int_equal(size, 0);
	free(text);
}

static void files_that_change_are_refused(void **state)
{
	struct diag diag;
	char *text = NULL;
	size_t size;

	(void)state;
	need_root();
	file_put("/file", "12345", 0644);
	meet.grow = "/file";
	assert_int_equal(safefile_read("/file", 4096, &text, &size, &diag), -EBUSY);
	assert_string_equal(diag.text, "/file: changed while it was read");
	assert_null(meet.grow);
	meet.cut = "/file";
	assert_int_equal(safefile_read("/file", 4096, &text, &size, &diag), -EBUSY);
	assert_null(meet.cut);
	/* Its size says nothing, and it has content: not a file to rely on. */
	assert_true(safefile_read("/proc/filesystems", 4096, &text, &size, &diag) < 0);
	assert_null(text);
}

static void files_that_are_swapped_are_refused(void **state)
{
	struct diag diag;

	(void)state;
	need_root();
	dir_make("/dir", 0755);
	file_put("/dir/file", "12345", 0644);
	meet.swap = "/dir/file";
	assert_int_equal(safefile_open("/dir/file", &diag), -EPERM);
	assert_string_equal(diag.text,
			    "/dir/file: /dir/file changed while it was opened");
	assert_null(meet.swap);
	expect_open("/dir/file", "another");
}

static void reading_goes_on_until_the_end(void **state)
{
	(void)state;
	need_root();
	file_put("/file", "one byte at a time", 0644);
	meet.read_max = 1;
	expect_open("/file", "one byte at a time");
}

static void errors_of_reading_are_told(void **state)
{
	struct diag diag;
	char *text = NULL;
	size_t size;

	(void)state;
	need_root();
	file_put("/file", "x", 0644);
	meet.read_error = EIO;
	assert_int_equal(safefile_read("/file", 4096, &text, &size, &diag), -EIO);
	assert_string_equal(diag.text, "cannot read /file: Input/output error");
	assert_null(text);
	assert_int_equal(safefile_read_fd(-1, "/file", 4096, &text, &size, &diag),
			 -EBADF);
	assert_string_equal(diag.text, "cannot read /file: Bad file descriptor");
}

/* What it is, without opening it: a program that may be run and not read. */
static void stat_takes_every_kind(void **state)
{
	struct stat st = {0}, wanted;
	struct diag diag;

	(void)state;
	need_root();
	dir_make("/dir", 0755);
	file_put("/dir/program", "x", 0711);
	link_make("dir/program", "/link");
	assert_int_equal(mkfifo("/fifo", 0644), 0);
	meet.opened = 0;
	assert_int_equal(safefile_stat("/link", &st, &diag), 0);
	assert_int_equal(stat("/dir/program", &wanted), 0);
	assert_int_equal(st.st_dev, wanted.st_dev);
	assert_int_equal(st.st_ino, wanted.st_ino);
	assert_int_equal(safefile_stat("/fifo", &st, &diag), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_int_equal(safefile_stat("/", &st, &diag), 0);
	assert_true(S_ISDIR(st.st_mode));
	assert_int_equal(safefile_stat("/dir/..", &st, &diag), 0);
	assert_int_equal(stat("/", &wanted), 0);
	assert_int_equal(st.st_ino, wanted.st_ino);
	assert_int_equal(meet.opened, 0);
}

static void stat_judges_as_open_does(void **state)
{
	struct stat st = {.st_ino = 7};
	struct diag diag;

	(void)state;
	need_root();
	dir_make("/dir", 0777);
	file_put("/dir/file", "x", 0644);
	file_put("/theirs", "x", 0644);
	assert_int_equal(chown("/theirs", USER, 0), 0);
	link_make("/theirs", "/link");
	assert_int_equal(safefile_stat("/dir/file", &st, &diag), -EPERM);
	assert_string_equal(
		diag.text, "/dir/file: /dir is writable by others than root (mode 0777)");
	assert_int_equal(safefile_stat("/link", &st, &diag), -EPERM);
	assert_int_equal(safefile_stat("/none", &st, &diag), -ENOENT);
	assert_int_equal(safefile_stat("none", &st, &diag), -EINVAL);
	assert_int_equal(st.st_ino, 7);
}

static void expect_in(int dir, const char *name, int error, const char *text)
{
	struct diag diag = {"", ""};
	auto_close int fd = safefile_open_in(dir, "/dir", name, &diag);

	assert_string_equal(diag.text, text);
	if (error == 0)
		assert_true(fd >= 0 && (fcntl(fd, F_GETFD) & FD_CLOEXEC));
	else
		assert_int_equal(fd, error);
}

static void entries_of_a_directory_are_judged(void **state)
{
	struct diag diag;
	auto_close int dir = -1;

	(void)state;
	need_root();
	dir_make("/dir", 0755);
	dir_make("/dir/sub", 0755);
	dir_make("/dir/open", 0777);
	file_put("/dir/file", "x", 0644);
	file_put("/dir/theirs", "x", 0644);
	file_put("/dir/writable", "x", 0664);
	file_put("/outside", "x", 0644);
	assert_int_equal(chown("/dir/theirs", USER, 0), 0);
	assert_int_equal(mkfifo("/dir/fifo", 0644), 0);
	link_make("file", "/dir/link");
	link_make("../outside", "/dir/out");
	link_make("/outside", "/dir/absolute");
	link_make("theirs", "/dir/bad");
	link_make("none", "/dir/dangling");
	link_make("fifo", "/dir/linked-fifo");
	dir = safefile_open_dir("/dir", &diag);
	assert_true(dir >= 0);

	(void)alarm(10); /* seconds; a FIFO would wait for its writer forever */
	expect_in(dir, "file", 0, "");
	expect_in(dir, "sub", 0, "");
	expect_in(dir, "absolute", 0, "");
	expect_in(dir, "link", 0, "");
	expect_in(dir, "out", 0, "");
	expect_in(dir, "theirs", -EPERM,
		  "/dir/theirs: /dir/theirs does not belong to root");
	expect_in(
		dir, "writable", -EPERM,
		"/dir/writable: /dir/writable is writable by others than root (mode 0664)");
	expect_in(dir, "open", -EPERM,
		  "/dir/open: /dir/open is writable by others than root (mode 0777)");
	expect_in(dir, "bad", -EPERM, "/dir/bad: /dir/theirs does not belong to root");
	expect_in(dir, "fifo", -EINVAL,
		  "/dir/fifo: /dir/fifo is neither a regular file nor a directory");
	expect_in(
		dir, "linked-fifo", -EINVAL,
		"/dir/linked-fifo: /dir/fifo is neither a regular file nor a directory");
	expect_in(dir, "none", -ENOENT,
		  "cannot open /dir/none: No such file or directory");
	expect_in(dir, "dangling", -ENOENT,
		  "cannot open /dir/dangling: No such file or directory");
	(void)alarm(0);
}

/* What an ordinary user meets. */

struct attempt {
	const char *path;
	bool dir;
	int rc;
	struct diag diag;
	char text[64];
};

static void try_to_read(void *argument)
{
	struct attempt *attempt = argument;
	auto_free char *text = NULL;
	size_t size;

	if (attempt->dir) {
		attempt->rc = safefile_open_dir(attempt->path, &attempt->diag);
		return;
	}
	attempt->rc = safefile_read(attempt->path, 63, &text, &size, &attempt->diag);
	if (attempt->rc == 0)
		memcpy(attempt->text, text, size + 1);
}

static void expect_for_user(struct attempt *attempt, const char *path, int rc,
			    const char *hint)
{
	attempt->path = path;
	in_child(USER, try_to_read, attempt);
	assert_int_equal(attempt->rc, rc);
	assert_string_equal(attempt->diag.hint, hint);
}

static void a_user_reads_what_he_may(void **state)
{
	struct attempt *attempt = shared_new(sizeof(*attempt));

	(void)state;
	need_root();
	dir_make("/dir", 0755);
	file_put("/dir/file", "for everyone", 0644);
	expect_for_user(attempt, "/dir/file", 0, "");
	assert_string_equal(attempt->text, "for everyone");
	/* It is no safer for being his own. */
	assert_int_equal(chown("/dir/file", USER, GROUP), 0);
	expect_for_user(attempt, "/dir/file", -EPERM,
			"whoever owns it could change it: chown root /dir/file");
}

static void a_user_does_not_read_what_he_may_not(void **state)
{
	struct attempt *attempt = shared_new(sizeof(*attempt));

	(void)state;
	need_root();
	dir_make("/dir", 0755);
	file_put("/dir/file", "secret", 0600);
	expect_for_user(attempt, "/dir/file", -EACCES,
			"whoever uses vpnrun must be able to read it, and with it every "
			"program inside: see the permissions of /dir/file");
	assert_string_equal(attempt->diag.text,
			    "cannot open /dir/file: Permission denied");
	attempt->dir = true;
	assert_int_equal(chmod("/dir", 0700), 0);
	expect_for_user(attempt, "/dir", -EACCES,
			"whoever uses vpnrun must be able to read it, and with it every "
			"program inside: see the permissions of /dir");
}

/* The remedy names what is closed: the directory, not what is in it. */
static void a_closed_directory_is_named(void **state)
{
	struct attempt *attempt = shared_new(sizeof(*attempt));

	(void)state;
	need_root();
	dir_make("/dir", 0700);
	dir_make("/dir/sub", 0755);
	file_put("/dir/sub/file", "x", 0644);
	expect_for_user(attempt, "/dir/sub/file", -EACCES,
			"whoever uses vpnrun must be able to read it, and with it every "
			"program inside: see the permissions of /dir");
	assert_int_equal(chmod("/", 0700), 0);
	expect_for_user(attempt, "/dir/sub/file", -EACCES,
			"whoever uses vpnrun must be able to read it, and with it every "
			"program inside: see the permissions of /");
}

#define TEST(function) cmocka_unit_test_setup(function, clean)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(files_of_root_are_read),
		TEST(bytes_are_kept),
		TEST(descriptors_are_harmless),
		TEST(no_descriptor_is_lost),
		TEST(files_of_others_are_refused),
		TEST(modes_are_judged),
		TEST(what_is_wrong_and_how_to_mend_it_is_said),
		TEST(each_directory_above_counts),
		TEST(a_detour_through_an_unsafe_directory_counts),
		TEST(links_are_followed),
		TEST(links_are_judged),
		TEST(links_that_lead_nowhere_are_refused),
		TEST(links_are_followed_20_times),
		TEST(other_kinds_of_files_are_refused),
		TEST(directories_are_opened),
		TEST(a_link_may_lead_to_the_root_directory),
		TEST(any_opens_both),
		TEST(paths_are_absolute),
		TEST(files_are_no_directories),
		TEST(long_names_are_refused),
		TEST(links_that_grow_too_long_are_refused),
		TEST(a_store_that_is_read_only_is_accepted),
		TEST(files_that_are_too_large_are_refused),
		TEST(files_that_change_are_refused),
		TEST(files_that_are_swapped_are_refused),
		TEST(reading_goes_on_until_the_end),
		TEST(errors_of_reading_are_told),
		TEST(stat_takes_every_kind),
		TEST(stat_judges_as_open_does),
		TEST(entries_of_a_directory_are_judged),
		TEST(a_user_reads_what_he_may),
		TEST(a_user_does_not_read_what_he_may_not),
		TEST(a_closed_directory_is_named),
	};

	return cmocka_run_group_tests_name("safefile", tests, world_make, NULL);
}
