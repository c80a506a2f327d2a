/* SPDX-License-Identifier: MIT */
/* Tests of netns: named network namespaces, found and judged without joining one. */
#include "netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "names.h"
#include "paths.h"
#include "unit.h"

#define AT_DIR(name) PATH_NETNS_DIR "/" name

static void make_parents(const char *path)
{
	char parent[256];
	const char *at = path;

	while ((at = strchr(at + 1, '/'))) {
		(void)snprintf(parent, sizeof(parent), "%.*s", (int)(at - path),
			       path); /* fits */
		if (mkdir(parent, 0755) < 0)
			assert_int_equal(errno, EEXIST);
	}
}

/* An empty directory for named namespaces, before each test. */
static int fresh(void **state)
{
	(void)state;
	if (geteuid() != 0)
		return 0;
	make_parents(AT_DIR(""));
	while (umount2(PATH_NETNS_DIR, MNT_DETACH) == 0)
		continue; /* what the test before mounted */
	return mount("vrt", PATH_NETNS_DIR, "tmpfs", 0, "mode=755") < 0 ? -1 : 0;
}

/* Binds the namespace file KIND of process PID to NAME, as ip-netns(8) does. */
static void bind_of(pid_t pid, const char *kind, const char *name)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/ns/%s", (int)pid, kind); /* fits */
	file_put(name, "", 0444);
	assert_int_equal(mount(path, name, NULL, MS_BIND, NULL), 0);
}

/* A process in new namespaces of the kinds in FLAGS, that lives until it is killed. */
static pid_t start_in(int flags)
{
	pid_t pid;
	char byte;
	int ready[2];

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || unshare(flags) < 0 ||
		    write(ready[1], "", 1) != 1)
			_exit(99);
		for (;;)
			(void)pause();
	}
	(void)close(ready[1]); /* the child's now */
	assert_int_equal(read(ready[0], &byte, 1), 1);
	(void)close(ready[0]); /* nothing is lost */
	return pid;
}

static void stop(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* A new network namespace, bound to NAME. */
static void new_netns(const char *name)
{
	pid_t pid = start_in(CLONE_NEWNET);

	bind_of(pid, "net", name);
	stop(pid);
}

static int dir_of_names(void)
{
	struct diag diag;
	int dir = netns_dir_open(&diag);

	if (dir < 0)
		fail_msg("%s", diag.text);
	return dir;
}

static void expect_refused(const char *name, int error, const char *text,
			   const char *hint)
{
	struct netns_id id = {7, 7};
	struct diag diag = {"", ""};
	auto_close int dir = dir_of_names();
	auto_close int fd = netns_open(dir, name, &id, &diag);

	assert_string_equal(diag.text, text);
	assert_string_equal(diag.hint, hint);
	assert_int_equal(fd, error);
	assert_int_equal(id.dev, 7);
	assert_int_equal(id.ino, 7);
}

static void ids_are_device_and_inode(void **state)
{
	struct netns_id id = {1, 2};

	(void)state;
	assert_true(netns_id_equal(id, (struct netns_id){1, 2}));
	assert_false(netns_id_equal(id, (struct netns_id){1, 3}));
	assert_false(netns_id_equal(id, (struct netns_id){2, 2}));
}

static void own_is_that_of_this_process(void **state)
{
	struct netns_id id;
	struct stat st;

	(void)state;
	assert_int_equal(netns_own(&id), 0);
	assert_int_equal(stat("/proc/self/ns/net", &st), 0);
	assert_int_equal(id.dev, st.st_dev);
	assert_int_equal(id.ino, st.st_ino);
}

static void open_finds_a_named_namespace(void **state)
{
	struct netns_id id, own;
	struct diag diag;
	struct stat st;

	(void)state;
	need_root();
	new_netns(AT_DIR("vpn"));
	{
		auto_close int dir = dir_of_names();
		auto_close int fd = netns_open(dir, "vpn", &id, &diag);

		if (fd < 0)
			fail_msg("%s", diag.text);
		assert_int_equal(fstat(fd, &st), 0);
		assert_int_equal(id.dev, st.st_dev);
		assert_int_equal(id.ino, st.st_ino);
		assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
		assert_true(fcntl(dir, F_GETFD) & FD_CLOEXEC);
		assert_int_equal(netns_own(&own), 0);
		assert_false(netns_id_equal(id, own));
	}
}

struct attempt {
	int rc;
	struct diag diag;
};

static void try_to_open(void *argument)
{
	struct attempt *attempt = argument;
	struct netns_id id;
	auto_close int dir = netns_dir_open(&attempt->diag);

	attempt->rc = dir < 0 ? dir : netns_open(dir, "vpn", &id, &attempt->diag);
}

static void open_needs_no_privilege(void **state)
{
	struct attempt *attempt = shared_new(sizeof(*attempt));

	(void)state;
	need_root();
	new_netns(AT_DIR("vpn"));
	in_child(USER, try_to_open, attempt);
	assert_string_equal(attempt->diag.text, "");
	assert_true(attempt->rc >= 0);
}

static void names_that_are_not_there_are_told(void **state)
{
	(void)state;
	need_root();
	expect_refused("vpn", -ENOENT, "vpn: there is no such network namespace", "");
}

static void plain_files_are_refused(void **state)
{
	struct netns_id id;
	struct diag diag;
	auto_close int dir = -1;

	(void)state;
	need_root();
	file_put(AT_DIR("vpn"), "", 0444);
	dir = dir_of_names();
	assert_int_equal(netns_open(dir, "vpn", &id, &diag), -EINVAL);
	assert_string_equal(diag.text, "vpn: " PATH_NETNS_DIR
				       "/vpn is a plain file, not a network namespace");
	assert_non_null(strstr(diag.hint, "PrivateTmp="));
}

static void other_files_are_refused(void **state)
{
	static const char text[] =
		"vpn: " PATH_NETNS_DIR "/vpn is not a network namespace";
	static const char hint[] =
		"delete it and make the namespace anew: ip netns add vpn";

	(void)state;
	need_root();
	(void)alarm(10); /* seconds; a FIFO would wait for its writer forever */
	assert_int_equal(mkfifo(AT_DIR("vpn"), 0644), 0);
	expect_refused("vpn", -EINVAL, text, hint);
	(void)alarm(0);
	assert_int_equal(unlink(AT_DIR("vpn")), 0);
	dir_make(AT_DIR("vpn"), 0755);
	expect_refused("vpn", -EINVAL, text, hint);
	assert_int_equal(rmdir(AT_DIR("vpn")), 0);
	assert_int_equal(mknod(AT_DIR("vpn"), S_IFCHR | 0644, makedev(1, 3)), 0);
	expect_refused("vpn", -EINVAL, text, hint);
}

/* open(2) of a socket says ENXIO; the header's word for it is -EINVAL. */
static void sockets_are_refused(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = AT_DIR("vpn")};
	auto_close int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)state;
	need_root();
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	expect_refused("vpn", -EINVAL,
		       "vpn: " PATH_NETNS_DIR "/vpn is not a network namespace",
		       "delete it and make the namespace anew: ip netns add vpn");
}

static void links_are_refused(void **state)
{
	static const char text[] = "vpn: " PATH_NETNS_DIR "/vpn is a symbolic link";
	static const char hint[] =
		"a link could lead anywhere: delete it and bind the namespace's "
		"own file there";
	static const char *const targets[] = {
		"other", "/proc/self/ns/net", "/proc/1/ns/net", "none",
		"vpn",	 "../../etc"};

	(void)state;
	need_root();
	new_netns(AT_DIR("other"));
	for (size_t i = 0; i < COUNT(targets); i++) {
		link_make(targets[i], AT_DIR("vpn"));
		expect_refused("vpn", -ELOOP, text, hint);
		assert_int_equal(unlink(AT_DIR("vpn")), 0);
	}
}

static void namespaces_of_other_kinds_are_refused(void **state)
{
	static const char *const kinds[] = {"uts", "ipc", "pid", "user", "cgroup"};

	(void)state;
	need_root();
	for (size_t i = 0; i < COUNT(kinds); i++) {
		bind_of(getpid(), kinds[i], AT_DIR("vpn"));
		expect_refused("vpn", -EINVAL,
			       "vpn: " PATH_NETNS_DIR
			       "/vpn is a namespace of another kind",
			       "delete it and make the namespace anew: ip netns add vpn");
		assert_int_equal(umount2(AT_DIR("vpn"), MNT_DETACH), 0);
	}
}

/* Also nsfs, but not a namespace: a file of /proc is no way in. */
static void other_file_systems_are_refused(void **state)
{
	(void)state;
	need_root();
	file_put(AT_DIR("vpn"), "", 0444);
	assert_int_equal(mount("/proc/self/stat", AT_DIR("vpn"), NULL, MS_BIND, NULL), 0);
	{
		struct netns_id id;
		struct diag diag;
		auto_close int dir = dir_of_names();

		assert_int_equal(netns_open(dir, "vpn", &id, &diag), -EINVAL);
	}
}

static void namespaces_of_other_user_namespaces_are_refused(void **state)
{
	struct attempt *attempt = shared_new(sizeof(*attempt));
	pid_t pid;

	(void)state;
	need_root();
	pid = start_in(CLONE_NEWUSER | CLONE_NEWNET);
	bind_of(pid, "net", AT_DIR("vpn"));
	stop(pid);
	expect_refused(
		"vpn", -EPERM,
		"vpn: the network namespace belongs to another user namespace",
		"whoever has power there controls it: make it as root, with ip netns add vpn");
	in_child(USER, try_to_open, attempt);
	assert_int_equal(attempt->rc, -EPERM);
}

static void open_from_inside(void *argument)
{
	if (unshare(CLONE_NEWUSER) < 0)
		_exit(99);
	/* Files of root are nobody's here; the directory was opened before. */
	{
		struct attempt *attempt = argument;
		struct netns_id id;
		int dir = attempt->rc;

		attempt->rc = netns_open(dir, "vpn", &id, &attempt->diag);
	}
}

/* The other way round: this process is in a user namespace, the named one outside. */
static void from_a_user_namespace_nothing_is_ours(void **state)
{
	struct attempt *attempt = shared_new(sizeof(*attempt));
	auto_close int dir = -1;

	(void)state;
	need_root();
	new_netns(AT_DIR("vpn"));
	dir = dir_of_names();
	attempt->rc = dir;
	in_child(USER, open_from_inside, attempt);
	assert_int_equal(attempt->rc, -EPERM);
	assert_string_equal(
		attempt->diag.text,
		"vpn: the network namespace belongs to another user namespace");
}

static void open_without_proc(void *argument)
{
	struct attempt *attempt = argument;
	struct netns_id id;
	int dir = netns_dir_open(&attempt->diag);

	if (dir < 0 || unshare(CLONE_NEWNS) < 0 ||
	    mount("vrt", "/proc", "tmpfs", 0, NULL) < 0)
		_exit(99);
	attempt->rc = netns_open(dir, "vpn", &id, &attempt->diag);
	if (netns_own(&id) != -ENOENT)
		attempt->rc = 0;
}

/* -ENOENT would say that there is no such name, which is another matter. */
static void without_proc_nothing_is_opened(void **state)
{
	struct attempt *attempt = shared_new(sizeof(*attempt));

	(void)state;
	need_root();
	new_netns(AT_DIR("vpn"));
	in_child(0, open_without_proc, attempt);
	assert_string_equal(
		attempt->diag.text,
		"vpn: cannot look at /proc/self/ns/user: No such file or directory");
	assert_string_equal(attempt->diag.hint, "vpnrun needs /proc: mount it");
	assert_true(attempt->rc < 0);
	assert_int_not_equal(attempt->rc, -ENOENT);
}

static void the_directory_must_be_roots(void **state)
{
	struct diag diag;

	(void)state;
	need_root();
	assert_int_equal(chmod(PATH_NETNS_DIR, 0777), 0);
	assert_int_equal(netns_dir_open(&diag), -EPERM);
	assert_int_equal(chmod(PATH_NETNS_DIR, 0755), 0);
	assert_int_equal(chown(PATH_NETNS_DIR, USER, 0), 0);
	assert_int_equal(netns_dir_open(&diag), -EPERM);
	while (umount2(PATH_NETNS_DIR, MNT_DETACH) == 0)
		continue; /* what the tests before mounted */
	assert_int_equal(rmdir(PATH_NETNS_DIR), 0);
	assert_int_equal(netns_dir_open(&diag), -ENOENT);
}

static void names_are_found_by_what_they_are(void **state)
{
	char name[NETNS_NAME_MAX + 1] = "before";
	struct netns_id one, two, own;
	struct stat st;
	auto_close int dir = -1;

	(void)state;
	need_root();
	new_netns(AT_DIR("one"));
	new_netns(AT_DIR("two"));
	file_put(AT_DIR("plain"), "", 0444);
	link_make("one", AT_DIR("aaa"));
	assert_int_equal(stat(AT_DIR("one"), &st), 0);
	one = (struct netns_id){st.st_dev, st.st_ino};
	assert_int_equal(stat(AT_DIR("two"), &st), 0);
	two = (struct netns_id){st.st_dev, st.st_ino};
	assert_int_equal(netns_own(&own), 0);
	dir = dir_of_names();
	assert_int_equal(netns_find_name(dir, own, name), 0);
	assert_string_equal(name, "before");
	/* The directory can be read again and again. */
	for (int i = 0; i < 2; i++) {
		assert_int_equal(netns_find_name(dir, one, name), 1);
		assert_string_equal(name, "one");
		assert_int_equal(netns_find_name(dir, two, name), 1);
		assert_string_equal(name, "two");
	}
	assert_int_equal(netns_find_name(-1, one, name), -EBADF);
}

static void names_that_are_not_valid_are_not_found(void **state)
{
	char name[NETNS_NAME_MAX + 1] = "before", long_name[256] = PATH_NETNS_DIR "/";
	struct stat st;
	auto_close int dir = -1;
	size_t at = strlen(long_name);

	(void)state;
	need_root();
	memset(long_name + at, 'x', NETNS_NAME_MAX + 1);
	new_netns(long_name);
	assert_int_equal(stat(long_name, &st), 0);
	bind_of(getpid(), "net", AT_DIR(".hidden"));
	dir = dir_of_names();
	assert_int_equal(
		netns_find_name(dir, (struct netns_id){st.st_dev, st.st_ino}, name), 0);
	assert_int_equal(stat(AT_DIR(".hidden"), &st), 0);
	assert_int_equal(
		netns_find_name(dir, (struct netns_id){st.st_dev, st.st_ino}, name), 0);
	assert_string_equal(name, "before");
}

/* netns_is_initial(): a process 1 of our own says what is initial. */

struct views {
	int initial;	  /* root, where process 1 is */
	int user_initial; /* an ordinary user there */
	int elsewhere;	  /* root, in another network namespace */
	int user_elsewhere;
	int hidden; /* a user who cannot see process 1 */
};

static void look(void *argument)
{
	*(int *)argument = netns_is_initial();
}

static void look_elsewhere(void *argument)
{
	struct views *views = argument;

	if (unshare(CLONE_NEWNET) < 0)
		_exit(99);
	in_child(0, look, &views->elsewhere);
	in_child(USER, look, &views->user_elsewhere);
}

static void be_process_1(void *argument)
{
	struct views *views = argument;

	if (getpid() != 1 || mount("vrt", "/proc", "proc", 0, NULL) < 0)
		_exit(99);
	in_child(0, look, &views->initial);
	in_child(USER, look, &views->user_initial);
	in_child(0, look_elsewhere, views);
	if (mount("vrt", "/proc", "proc", 0, "hidepid=2") < 0)
		_exit(98);
	in_child(USER, look, &views->hidden);
}

static void with_own_process_1(void *argument)
{
	if (unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET) < 0)
		_exit(99);
	in_child(0, be_process_1, argument);
}

static void where_process_1_is_is_initial(void **state)
{
	struct views *views = shared_new(sizeof(*views));

	(void)state;
	need_root();
	in_child(0, with_own_process_1, views);
	assert_int_equal(views->initial, 1);
	assert_int_equal(views->user_initial, 1);
	assert_int_equal(views->elsewhere, 0);
	assert_int_equal(views->user_elsewhere, 0);
	assert_true(views->hidden < 0);
}

#define TEST(function) cmocka_unit_test_setup(function, fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ids_are_device_and_inode),
		TEST(own_is_that_of_this_process),
		TEST(open_finds_a_named_namespace),
		TEST(open_needs_no_privilege),
		TEST(names_that_are_not_there_are_told),
		TEST(plain_files_are_refused),
		TEST(other_files_are_refused),
		TEST(sockets_are_refused),
		TEST(links_are_refused),
		TEST(namespaces_of_other_kinds_are_refused),
		TEST(other_file_systems_are_refused),
		TEST(namespaces_of_other_user_namespaces_are_refused),
		TEST(from_a_user_namespace_nothing_is_ours),
		TEST(without_proc_nothing_is_opened),
		TEST(the_directory_must_be_roots),
		TEST(names_are_found_by_what_they_are),
		TEST(names_that_are_not_valid_are_not_found),
		TEST(where_process_1_is_is_initial),
	};

	return cmocka_run_group_tests_name("netns", tests, world_make, NULL);
}
