/* SPDX-License-Identifier: MIT */
/*
 * Tests of mounts: what is mounted where in this mount namespace.
 *
 * Each is done twice, by statmount(2) and listmount(2) where the kernel has them, and
 * by /proc/self/mountinfo alone, in a child with mounts of its own.
 */
#include "mounts.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "unit.h"

#ifndef SYS_statmount
#define SYS_statmount 457
#endif
#ifndef SYS_listmount
#define SYS_listmount 458
#endif

static bool old_kernel; /* one without the new system calls */

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);

long __wrap_syscall(long number, ...)
{
	/* No more may be read than were given: pivot_root(2) has two, those here four. */
	size_t count = number == SYS_pivot_root ? 2 : 4;
	long words[4] = {0};
	va_list args;

	va_start(args, number);
	for (size_t i = 0; i < count; i++)
		words[i] = va_arg(args, long);
	va_end(args);
	if (old_kernel && (number == SYS_statmount || number == SYS_listmount)) {
		errno = ENOSYS;
		return -1;
	}
	return __real_syscall(number, words[0], words[1], words[2], words[3]);
}

static bool no_mountinfo; /* as where /proc is not mounted */

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);

static bool is_missing(const char *path)
{
	errno = ENOENT;
	return no_mountinfo && strcmp(path, "/proc/self/mountinfo") == 0;
}

/* Nothing here makes a file: there is no mode to pass on. */
int __wrap_open(const char *path, int flags, ...)
{
	return is_missing(path) ? -1 : __real_open(path, flags);
}

int __wrap_open64(const char *path, int flags, ...)
{
	return is_missing(path) ? -1 : __real_open64(path, flags);
}

/* In a child: what fails ends it. */
static void must(int rc)
{
	if (rc < 0)
		_exit(99);
}

static void mount_on(const char *source, const char *path)
{
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		_exit(99);
	must(mount(source, path, "tmpfs", 0, NULL));
}

static void begin(void)
{
	must(unshare(CLONE_NEWNS));
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	mount_on("vrt", "/m");
}

static void print_below(const char *directory)
{
	struct mounts mounts = mounts_below(directory);

	for (size_t i = 0; i < mounts.count; i++)
		(void)printf("%s|", mounts.points[i]);
	if (mounts.count > 0 && mounts.points[mounts.count])
		(void)printf("not ended by NULL");
	mounts_free(&mounts);
	if (mounts.count != 0 || mounts.points)
		(void)printf("not freed");
}

/* Calls FUNCTION in a child, both ways. */
static void expect(void (*function)(void *), void *argument, int status, const char *out,
		   const char *err)
{
	for (int old = 0; old < 2; old++) {
		struct captured captured;

		old_kernel = old;
		capture(&captured, function, argument);
		old_kernel = false;
		assert_string_equal(captured.err, err);
		assert_string_equal(captured.out, out);
		assert_int_equal(captured.status, status);
	}
}

static void list_nothing(void *argument)
{
	(void)argument;
	begin();
	print_below("/m");
}

static void nothing_may_be_below(void **state)
{
	(void)state;
	need_root();
	expect(list_nothing, NULL, 0, "", "");
}

static void list_some(void *argument)
{
	(void)argument;
	begin();
	mount_on("vrt", "/m/b");
	mount_on("vrt", "/m/a");
	mount_on("vrt", "/m/a/deeper");
	must(mkdir("/m/dir", 0755));
	mount_on("vrt", "/m/dir/c");
	mount_on("vrt", "/m/b"); /* over the other */
	mount_on("vrt", "/mm");
	mount_on("vrt", "/mm/d");
	print_below("/m");
}

static void those_right_below_are_listed_in_order(void **state)
{
	(void)state;
	need_root();
	expect(list_some, NULL, 0, "/m/b|/m/a|/m/dir/c|", "");
}

static void list_odd(void *argument)
{
	(void)argument;
	begin();
	mount_on("vrt", "/m/a b");
	mount_on("vrt", "/m/a\nb");
	mount_on("vrt", "/m/a\tb");
	mount_on("vrt", "/m/a\\040b");
	mount_on("vrt", "/m/#\\");
	mount_on("vrt", "/m/\xc3\xa4 - x");
	print_below("/m");
}

static void odd_names_are_kept(void **state)
{
	(void)state;
	need_root();
	expect(list_odd, NULL, 0,
	       "/m/a b|/m/a\nb|/m/a\tb|/m/a\\040b|/m/#\\|/m/\xc3\xa4 - x|", "");
}

static void list_many(void *argument)
{
	char path[32];

	(void)argument;
	begin();
	for (int i = 0; i < 600; i++) {
		(void)snprintf(path, sizeof(path), "/m/%d", i); /* fits */
		mount_on("vrt", path);
	}
	print_below("/m");
}

/* More than the kernel lists at once. */
static void hundreds_are_listed(void **state)
{
	static char wanted[8192];
	size_t used = 0;

	(void)state;
	need_root();
	for (int i = 0; i < 600; i++)
		used += (size_t)snprintf(wanted + used, sizeof(wanted) - used, "/m/%d|",
					 i); /* fits */
	expect(list_many, NULL, 0, wanted, "");
}

static void list_covered(void *argument)
{
	(void)argument;
	begin();
	mount_on("vrt", "/m/below");
	mount_on("over", "/m");
	mount_on("vrt", "/m/above");
	print_below("/m");
}

static void the_topmost_mount_counts(void **state)
{
	(void)state;
	need_root();
	expect(list_covered, NULL, 0, "/m/above|", "");
}

static void list_no_mount(void *argument)
{
	(void)argument;
	begin();
	must(mkdir("/m/dir", 0755));
	print_below("/m/dir");
}

static void other_directories_are_refused(void **state)
{
	(void)state;
	need_root();
	expect(list_no_mount, NULL, 125, "", "vpnrun: /m/dir is not a mount point\n");
}

static void print_sources(void *argument)
{
	(void)argument;
	begin();
	mount_on("one", "/m/a");
	mount_on("vrt", "/m/a b");
	(void)printf("%d", mounts_has_source("/m/a", "one"));
	(void)printf("%d", mounts_has_source("/m/a", "on"));
	(void)printf("%d", mounts_has_source("/m/a b", "vrt"));
	(void)printf("%d", mounts_has_source("/m/b", "one"));
	(void)printf("%d", mounts_has_source("/m/", "vrt"));
	mount_on("two", "/m/a");
	(void)printf("%d", mounts_has_source("/m/a", "two"));
	(void)printf("%d", mounts_has_source("/m/a", "one"));
}

static void the_topmost_source_is_told(void **state)
{
	(void)state;
	need_root();
	expect(print_sources, NULL, 0, "1010010", "");
}

/* Which mounts propagate; the child's argument. */
struct shared {
	const char *path; /* made shared, NULL: none */
};

static void require_private(void *argument)
{
	const struct shared *shared = argument;

	begin();
	mount_on("vrt", "/etc");
	mount_on("vrt", "/sys");
	/* One that receives what the host mounts, and sends nothing, is private enough.
	 */
	must(mount(NULL, "/", NULL, MS_SHARED, NULL));
	must(unshare(CLONE_NEWNS));
	must(mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL));
	if (shared->path)
		must(mount(NULL, shared->path, NULL, MS_SHARED, NULL));
	mounts_require_private();
	(void)printf("private");
}

static void private_and_slave_mounts_are_accepted(void **state)
{
	static struct shared none = {NULL};

	(void)state;
	need_root();
	expect(require_private, &none, 0, "private", "");
}

static void shared_mounts_end_the_program(void **state)
{
	static struct shared cases[] = {{"/"}, {"/etc"}, {"/sys"}};

	(void)state;
	need_root();
	for (size_t i = 0; i < COUNT(cases); i++)
		expect(require_private, &cases[i], 125, "",
		       "vpnrun: keeping mounts from reaching the host had no effect\n"
		       "  this should not happen: please report it with the kernel's version\n");
}

static void ask_without_proc(void *argument)
{
	(void)argument;
	begin();
	no_mountinfo = true;
	(void)printf("%d", mounts_has_source("/m", "vrt"));
}

static void without_proc_nothing_is_claimed(void **state)
{
	(void)state;
	need_root();
	expect(ask_without_proc, NULL, 125, "",
	       "vpnrun: cannot read /proc/self/mountinfo: No such file or directory\n"
	       "  vpnrun needs /proc: mount it\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_may_be_below),
		cmocka_unit_test(those_right_below_are_listed_in_order),
		cmocka_unit_test(odd_names_are_kept),
		cmocka_unit_test(hundreds_are_listed),
		cmocka_unit_test(the_topmost_mount_counts),
		cmocka_unit_test(other_directories_are_refused),
		cmocka_unit_test(the_topmost_source_is_told),
		cmocka_unit_test(private_and_slave_mounts_are_accepted),
		cmocka_unit_test(shared_mounts_end_the_program),
		cmocka_unit_test(without_proc_nothing_is_claimed),
	};

	return cmocka_run_group_tests_name("mounts", tests, world_make, NULL);
}
