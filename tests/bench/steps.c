/* SPDX-License-Identifier: MIT */
/*
 * steps NAMESPACE PROGRAM - what the single steps of a launch cost, in microseconds.
 *
 * Each is timed many times, every time in a process of its own, since most of them change
 * the process for good. Runs as root, in a mount namespace that may be changed. What it
 * prints are medians of the calls alone; a step's cost at exit is a row of its own.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TIMES 200

/* By system call and with numbers of our own: C libraries differ in what they declare. */
#define FSCONFIG_FLAG	0U
#define FSCONFIG_STRING 1U
#define FSCONFIG_CREATE 6U
#define CLONE_TREE	1U
#define FROM_EMPTY_PATH 4U
#define TO_EMPTY_PATH	0x40U

static const char *netns_name;
static const char *program;
static char netns_path[320];
static char resolv_path[320];

struct step {
	const char *name;
	bool (*prepare)(void); /* before the clock starts; may be NULL */
	bool (*run)(void);     /* false: errno says why not */
};

static int null_fd = -1;
static int kept_fd = -1; /* from prepare to run */

static long long now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail with this clock */
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* ---- The steps -------------------------------------------------------------------- */

static bool nothing(void)
{
	return true;
}

static bool open_netns(void)
{
	kept_fd = open(netns_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	return kept_fd >= 0;
}

static bool join_netns(void)
{
	return setns(kept_fd, CLONE_NEWNET) == 0;
}

static bool enter_netns(void)
{
	return open_netns() && join_netns();
}

static bool unshare_mounts(void)
{
	return unshare(CLONE_NEWNS) == 0;
}

static bool make_slave(void)
{
	return mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) == 0;
}

static bool private_mounts(void)
{
	return unshare_mounts() && make_slave();
}

static bool bind_file(void)
{
	return mount(resolv_path, "/etc/resolv.conf", NULL, MS_BIND, NULL) == 0;
}

static int fs_context(const char *type)
{
	return (int)syscall(SYS_fsopen, type, 1 /* FSOPEN_CLOEXEC */);
}

static bool fs_string(int fs, const char *key, const char *value)
{
	return syscall(SYS_fsconfig, fs, FSCONFIG_STRING, key, value, 0) == 0;
}

static int fs_mount(int fs, unsigned int attributes)
{
	if (syscall(SYS_fsconfig, fs, FSCONFIG_CREATE, NULL, NULL, 0) != 0)
		return -1;
	return (int)syscall(SYS_fsmount, fs, 1 /* FSMOUNT_CLOEXEC */, attributes);
}

static bool attach(int mounted, const char *where)
{
	return syscall(SYS_move_mount, mounted, "", AT_FDCWD, where, FROM_EMPTY_PATH) ==
	       0;
}

/* The layer with the namespace's files, not attached to any place. */
static bool make_tmpfs(void)
{
	int fs = fs_context("tmpfs");

	if (fs < 0 || !fs_string(fs, "mode", "0755"))
		return false;
	kept_fd = fs_mount(fs, 0);
	return kept_fd >= 0;
}

static bool write_layer(void)
{
	static const char text[] = "nameserver 10.64.0.1\n";
	int fd;

	fd = openat(kept_fd, "resolv.conf", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    0644);
	if (fd < 0 || write(fd, text, sizeof(text) - 1) < 0)
		return false;
	(void)close(fd); /* to memory: what write(2) took is there */
	return true;
}

static bool layer(void)
{
	return private_mounts() && make_tmpfs() && write_layer() && fchdir(kept_fd) == 0;
}

/* With the tmpfs as the working directory: a detached mount has no path. */
static bool make_overlay(void)
{
	int fs = fs_context("overlay");
	int mounted;

	if (fs < 0 || !fs_string(fs, "lowerdir", ".:/etc"))
		return false;
	mounted = fs_mount(fs, 1 /* MOUNT_ATTR_RDONLY */);
	return mounted >= 0 && attach(mounted, "/etc");
}

static bool make_sysfs(void)
{
	int fs = fs_context("sysfs");

	if (fs < 0)
		return false;
	kept_fd = fs_mount(fs, 0);
	return kept_fd >= 0;
}

static bool joined_private(void)
{
	return enter_netns() && private_mounts();
}

static bool mount_sysfs(void)
{
	return make_sysfs() && attach(kept_fd, "/sys");
}

static bool clone_cgroups(void)
{
	kept_fd = (int)syscall(SYS_open_tree, AT_FDCWD, "/sys/fs/cgroup",
			       CLONE_TREE | AT_RECURSIVE | O_CLOEXEC);
	return kept_fd >= 0;
}

static bool cloned_cgroups(void)
{
	int cloned;

	if (!joined_private() || !clone_cgroups())
		return false;
	cloned = kept_fd;
	if (!mount_sysfs())
		return false;
	kept_fd = cloned;
	return true;
}

static bool attach_cgroups(void)
{
	return attach(kept_fd, "/sys/fs/cgroup");
}

static struct __user_cap_header_struct cap_header = {_LINUX_CAPABILITY_VERSION_3, 0};
static struct __user_cap_data_struct cap_data[2];

static bool get_capabilities(void)
{
	return syscall(SYS_capget, &cap_header, cap_data) == 0;
}

static bool set_capabilities(void)
{
	cap_data[0].effective ^= 1U << CAP_CHOWN;
	return syscall(SYS_capset, &cap_header, cap_data) == 0;
}

/* All answers to one dump; not read further than for its end. */
static bool dump(int fd, unsigned short type, unsigned char family)
{
	struct {
		struct nlmsghdr header;
		struct rtmsg body; /* links need a longer one, and get it */
		char rest[16];
	} request = {
		.header = {.nlmsg_len = sizeof(request),
			   .nlmsg_type = type,
			   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
		.body = {.rtm_family = family},
	};
	_Alignas(struct nlmsghdr) char buf[16384];

	if (type == RTM_GETLINK)
		request.header.nlmsg_len = NLMSG_LENGTH(sizeof(struct ifinfomsg));
	else
		request.header.nlmsg_len = NLMSG_LENGTH(sizeof(struct rtmsg));
	if (send(fd, &request, request.header.nlmsg_len, 0) < 0)
		return false;
	for (;;) {
		ssize_t len = recv(fd, buf, sizeof(buf), 0);
		struct nlmsghdr *h = (struct nlmsghdr *)buf;

		if (len < (ssize_t)sizeof(*h))
			return false;
		for (unsigned int left = (unsigned int)len; NLMSG_OK(h, left);
		     h = NLMSG_NEXT(h, left)) {
			if (h->nlmsg_type == NLMSG_DONE)
				return true;
			if (h->nlmsg_type == NLMSG_ERROR) {
				errno = EPROTO;
				return false;
			}
		}
	}
}

static bool open_rtnetlink(void)
{
	kept_fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	return kept_fd >= 0;
}

static bool joined_rtnetlink(void)
{
	return enter_netns() && open_rtnetlink();
}

static bool dump_links(void)
{
	return dump(kept_fd, RTM_GETLINK, AF_UNSPEC);
}

static bool dump_routes(void)
{
	return dump(kept_fd, RTM_GETROUTE, AF_INET) &&
	       dump(kept_fd, RTM_GETROUTE, AF_INET6);
}

static bool read_policy(void)
{
	char buf[65536];
	struct stat st;
	int fd = open("/etc/vpnrun/vpnrun.conf", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) < 0 || read(fd, buf, sizeof(buf)) < 0)
		return false;
	(void)close(fd); /* read only */
	return true;
}

/* From fork to reaped, for the rows that are about a process as a whole. */
static bool reap(pid_t pid)
{
	int status;

	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static bool process_empty(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return reap(pid);
}

static bool process_program(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		(void)dup2(null_fd, STDOUT_FILENO); /* the no-op tells its record there */
		(void)execl(program, program, (char *)NULL); /* else the next line */
		_exit(127);
	}
	return reap(pid);
}

static bool process_mounts(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(private_mounts() ? 0 : 1);
	return reap(pid);
}

static const struct step steps[] = {
	{"the clock itself", NULL, nothing},
	{"a process: fork, exit, wait", NULL, process_empty},
	{"a process that execs the no-op", NULL, process_program},
	{"a process with a private mount namespace", NULL, process_mounts},
	{"read the policy (1 section)", NULL, read_policy},
	{"open /run/netns/NAME", NULL, open_netns},
	{"setns(CLONE_NEWNET)", open_netns, join_netns},
	{"capget", NULL, get_capabilities},
	{"capset", get_capabilities, set_capabilities},
	{"unshare(CLONE_NEWNS)", NULL, unshare_mounts},
	{"mount: recursive slave", unshare_mounts, make_slave},
	{"mount: bind one file", private_mounts, bind_file},
	{"tmpfs: fsopen to fsmount", private_mounts, make_tmpfs},
	{"write one file to the tmpfs", make_tmpfs, write_layer},
	{"overlay on /etc: fsopen to move_mount", layer, make_overlay},
	{"sysfs: fsopen to move_mount on /sys", joined_private, mount_sysfs},
	{"open_tree: clone /sys/fs/cgroup", joined_private, clone_cgroups},
	{"move_mount: /sys/fs/cgroup", cloned_cgroups, attach_cgroups},
	{"rtnetlink: open a socket", enter_netns, open_rtnetlink},
	{"rtnetlink: dump the links", joined_rtnetlink, dump_links},
	{"rtnetlink: dump the routes, v4 and v6", joined_rtnetlink, dump_routes},
};

/* ---- Timing ----------------------------------------------------------------------- */

struct result {
	long long ns;
	int error;
};

static _Noreturn void time_one(const struct step *step, struct result *result)
{
	long long start;
	bool done;

	if (step->prepare && !step->prepare()) {
		result->error = errno ? errno : EIO;
		_exit(0);
	}
	start = now_ns();
	done = step->run();
	result->ns = now_ns() - start;
	result->error = done ? 0 : errno ? errno : EIO;
	_exit(0);
}

static int compare_results(const void *left, const void *right)
{
	const struct result *a = left, *b = right;

	return (a->ns > b->ns) - (a->ns < b->ns);
}

static bool time_step(const struct step *step, struct result *results)
{
	for (int i = 0; i < TIMES; i++) {
		pid_t pid;

		results[i].error = ECHILD; /* unless the process gets to its end */
		pid = fork();
		if (pid == 0)
			time_one(step, &results[i]);
		if (!reap(pid) || results[i].error != 0) {
			printf("  %-44s NOT MEASURED: %s\n", step->name,
			       strerror(results[i].error));
			return false;
		}
	}
	qsort(results, TIMES, sizeof(*results), compare_results);
	printf("  %-44s %8.1f %8.1f %8.1f\n", step->name,
	       (double)results[TIMES / 2].ns / 1e3, (double)results[TIMES / 10].ns / 1e3,
	       (double)results[TIMES - 1 - TIMES / 10].ns / 1e3);
	return true;
}

int main(int argc, char **argv)
{
	struct result *results;
	int rc = 0;

	if (argc != 3) {
		fputs("usage: steps NAMESPACE PROGRAM\n", stderr);
		return 2;
	}
	netns_name = argv[1];
	program = argv[2];
	snprintf(netns_path, sizeof(netns_path), "/run/netns/%s", netns_name);
	snprintf(resolv_path, sizeof(resolv_path), "/etc/netns/%s/resolv.conf",
		 netns_name);
	results = mmap(NULL, TIMES * sizeof(*results), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (results == MAP_FAILED || null_fd < 0) {
		perror("steps");
		return 2;
	}

	printf("  %-44s %8s %8s %8s\n", "", "median", "10 %", "90 %");
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		if (!time_step(&steps[i], results))
			rc = 1;
	}
	return rc;
}
