/* SPDX-License-Identifier: MIT */
/*
 * The target: looks at what it was started with, and says whether that is right.
 *
 *	witness KEY=VALUE...
 *
 * Each word is one thing that must hold (see checks[]); a list, with commas, names
 * several that would do.  Ends with WITNESS_RIGHT or WITNESS_WRONG, and then says what
 * is wrong on standard output and in the file named by log=.  Words behind -- are
 * ballast.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/magic.h>
#include <sys/syscall.h>

#include "witness.h"

static char complaint[512];
static bool blind;

static bool wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Always false, so that a check can end with it. */
static bool wrong(const char *format, ...)
{
	va_list args;

	blind = blind || errno == EMFILE || errno == ENOMEM;
	va_start(args, format);
	(void)vsnprintf(complaint, sizeof(complaint) - 1, format, args);
	va_end(args);
	return false;
}

/* Is WORD one of the words of LIST, which are separated by commas? */
static bool in_list(const char *word, const char *list)
{
	size_t size = strlen(word);

	while (*list) {
		size_t next = strcspn(list, ",");

		if (next == size && strncmp(word, list, size) == 0)
			return true;
		list += next + (list[next] == ',');
	}
	return false;
}

static ssize_t slurp(const char *path, char *text, size_t space)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t got = 0;

	if (fd < 0)
		return -1;
	while (used < space - 1 && (got = read(fd, text + used, space - 1 - used)) > 0)
		used += (size_t)got;
	close(fd);
	text[used] = '\0';
	return got < 0 ? -1 : (ssize_t)used;
}

static bool inode_in(const char *path, const char *list)
{
	struct stat st;
	char text[32];

	if (stat(path, &st) < 0)
		return wrong("%s: %s", path, strerror(errno));
	(void)snprintf(text, sizeof(text), "%lu", (unsigned long)st.st_ino);
	return in_list(text, list) || wrong("%s is %s, not %s", path, text, list);
}

static bool check_net(const char *list)
{
	return inode_in("/proc/self/ns/net", list);
}

/* The host's mount namespace, where the target must not be. */
static bool check_hostmnt(const char *inode)
{
	if (inode_in("/proc/self/ns/mnt", inode))
		return wrong("it is in the host's mount namespace");
	return true;
}

/* No mount here may carry to the host what happens to it. */
static bool check_mounts(const char *unused)
{
	static char text[1 << 20];

	(void)unused;
	if (slurp("/proc/self/mountinfo", text, sizeof(text)) <= 0)
		return wrong("mountinfo: %s", strerror(errno));
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (strstr(line, " shared:"))
			return wrong("a shared mount: %s", line);
	}
	return true;
}

/* The namespace's name server, alone and whole; not one byte of another file. */
static bool check_dns(const char *list)
{
	char text[4096], address[64] = "", whole[128];

	if (slurp("/etc/resolv.conf", text, sizeof(text)) < 0)
		return wrong("/etc/resolv.conf: %s", strerror(errno));
	(void)sscanf(text, "nameserver %63s", address);
	(void)snprintf(whole, sizeof(whole), "nameserver %s\n", address);
	if (strcmp(text, whole) != 0 || !in_list(address, list))
		return wrong("/etc/resolv.conf is \"%.100s\", not %s", text, list);
	return true;
}

static bool check_nsswitch(const char *unused)
{
	char text[8192], *hosts, *word;

	(void)unused;
	if (slurp("/etc/nsswitch.conf", text, sizeof(text)) <= 0)
		return wrong("/etc/nsswitch.conf: %s", strerror(errno));
	hosts = strncmp(text, "hosts:", 6) == 0 ? text : strstr(text, "\nhosts:");
	if (!hosts)
		return wrong("no hosts: in nsswitch.conf");
	hosts += strspn(hosts, "\n") + 6;
	hosts[strcspn(hosts, "\n")] = '\0';
	for (word = strtok(hosts, " \t"); word; word = strtok(NULL, " \t")) {
		if (word[0] != '[' && !in_list(word, "files,myhostname,dns"))
			return wrong("hosts: has %s", word);
	}
	return true;
}

/* A view of root's, read-only, of KIND overlay or any, with the host's files below. */
static bool check_etc(const char *kind)
{
	static const char *const files[] = {"/etc/passwd", "/etc/group", "/etc/hosts",
					    "/etc/nsswitch.conf", "/etc/ld.so.cache"};
	struct statfs fs;
	struct stat st;
	char text[65536];
	int fd;

	if (statfs("/etc", &fs) < 0 || stat("/etc", &st) < 0)
		return wrong("/etc: %s", strerror(errno));
	if (fs.f_type != OVERLAYFS_SUPER_MAGIC &&
	    (strcmp(kind, "any") != 0 || fs.f_type != TMPFS_MAGIC))
		return wrong("/etc is of type %lx", (unsigned long)fs.f_type);
	if (st.st_uid != 0 || st.st_gid != 0 || (st.st_mode & 022))
		return wrong("/etc is not root's alone");
	fd = open("/etc/vrt-planted", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd >= 0 || (errno != EROFS && errno != EACCES))
		return wrong("/etc can be written to, or %s", strerror(errno));
	if (!(fs.f_flags & 1)) /* ST_RDONLY */
		return wrong("/etc is not read-only");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (slurp(files[i], text, sizeof(text)) <= 0)
			return wrong("%s is not the host's", files[i]);
	}
	if (stat("/etc/resolv.conf", &st) < 0 || st.st_uid != 0 || st.st_gid != 0)
		return wrong("/etc/resolv.conf is not root's");
	return true;
}

/* The namespace's devices, KIND being one of them; and the host's mounts are still there.
 */
static bool check_sys(const char *kind)
{
	struct statfs fs;
	char path[128], text[16];

	(void)snprintf(path, sizeof(path), "/sys/class/net/%s", kind);
	if (statfs("/sys", &fs) < 0 || fs.f_type != SYSFS_MAGIC)
		return wrong("/sys is no sysfs");
	if (access(path, F_OK) < 0)
		return wrong("%s: %s", path, strerror(errno));
	if (slurp("/sys/fs/cgroup/vrt-kept", text, sizeof(text)) < 0 ||
	    strcmp(text, "outer\n") != 0)
		return wrong("/sys/fs/cgroup was not kept");
	if (slurp("/sys/fs/cgroup/inner/vrt-kept", text, sizeof(text)) < 0 ||
	    strcmp(text, "inner\n") != 0)
		return wrong("/sys/fs/cgroup/inner was not kept");
	return true;
}

static bool check_sets(const char *unused)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	(void)unused;
	memset(data, 0xff, sizeof(data));
	if (syscall(SYS_capget, &header, data) < 0)
		return wrong("capget: %s", strerror(errno));
	for (int i = 0; i < 2; i++) {
		if (data[i].effective || data[i].permitted || data[i].inheritable)
			return wrong("sets %d: effective %x permitted %x inheritable %x",
				     i, data[i].effective, data[i].permitted,
				     data[i].inheritable);
	}
	for (unsigned long i = 0; i < 41; i++) {
		if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, i, 0, 0) > 0)
			return wrong("capability %lu is ambient", i);
	}
	if (unshare(CLONE_NEWNS) == 0 || errno != EPERM)
		return wrong("it may unshare");
	return true;
}

/* securebits, keepcaps and no_new_privs, which execve(2) keeps. */
static bool check_bits(const char *no_new_privs)
{
	if (prctl(PR_GET_SECUREBITS) != 0 || prctl(PR_GET_KEEPCAPS) != 0)
		return wrong("securebits %d keepcaps %d", prctl(PR_GET_SECUREBITS),
			     prctl(PR_GET_KEEPCAPS));
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != atoi(no_new_privs))
		return wrong("no_new_privs is not %s", no_new_privs);
	return true;
}

static bool check_uid(const char *number)
{
	uid_t ids[3], wanted = (uid_t)atoi(number);

	if (getresuid(&ids[0], &ids[1], &ids[2]) < 0 || ids[0] != wanted ||
	    ids[1] != wanted || ids[2] != wanted)
		return wrong("user ids %u %u %u", ids[0], ids[1], ids[2]);
	return true;
}

static bool check_gid(const char *number)
{
	gid_t ids[3], wanted = (gid_t)atoi(number);

	if (getresgid(&ids[0], &ids[1], &ids[2]) < 0 || ids[0] != wanted ||
	    ids[1] != wanted || ids[2] != wanted)
		return wrong("group ids %u %u %u", ids[0], ids[1], ids[2]);
	return true;
}

/* Supplementary groups: exactly these. */
static bool check_groups(const char *list)
{
	gid_t groups[64];
	char text[32];
	int count = getgroups(64, groups), wanted = *list ? 1 : 0;

	for (const char *at = list; *at; at++)
		wanted += *at == ',';
	if (count != wanted)
		return wrong("%d groups, not %s", count, list);
	for (int i = 0; i < count; i++) {
		(void)snprintf(text, sizeof(text), "%u", groups[i]);
		if (!in_list(text, list))
			return wrong("group %s, not %s", text, list);
	}
	return true;
}

/* Bits: which descriptors are open.  No others, whatever they are. */
static bool check_fds(const char *bits)
{
	unsigned long wanted = strtoul(bits, NULL, 0);

	for (int fd = 0; fd < 1024; fd++) {
		bool open = fcntl(fd, F_GETFD) >= 0;

		if (open != (fd < 64 && (wanted >> fd & 1)))
			return wrong("descriptor %d is %s", fd, open ? "open" : "closed");
	}
	return true;
}

static bool check_cwd(const char *list)
{
	char path[4096];

	if (!getcwd(path, sizeof(path)))
		return wrong("getcwd: %s", strerror(errno));
	return in_list(path, list) || wrong("directory %s, not %s", path, list);
}

/* Each path of the list is where something is mounted. */
static bool check_mounted(const char *list)
{
	char path[256];

	while (*list) {
		size_t size = strcspn(list, ",");
		struct statx sx = {0};

		(void)snprintf(path, sizeof(path), "%.*s", (int)size, list);
		if (statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, 0, &sx) < 0)
			return wrong("%s: %s", path, strerror(errno));
		if (!(sx.stx_attributes & STATX_ATTR_MOUNT_ROOT))
			return wrong("nothing is mounted on %s", path);
		list += size + (list[size] == ',');
	}
	return true;
}

/* The first line of /etc/hosts. */
static bool check_hosts(const char *line)
{
	char text[4096];

	if (slurp("/etc/hosts", text, sizeof(text)) <= 0)
		return wrong("/etc/hosts: %s", strerror(errno));
	text[strcspn(text, "\n")] = '\0';
	return strcmp(text, line) == 0 || wrong("/etc/hosts begins \"%s\"", text);
}

static bool check_name(const char *name)
{
	const char *value = getenv("VPNRUN_NAMESPACE");

	return (value && strcmp(value, name) == 0) || wrong("VPNRUN_NAMESPACE");
}

static const char *log_path;

static bool take_log(const char *path)
{
	log_path = path;
	return true;
}

static const struct {
	const char *key;
	bool (*holds)(const char *value);
} checks[] = {
	{"log", take_log},
	{"fds", check_fds},
	{"net", check_net},
	{"hostmnt", check_hostmnt},
	{"mounts", check_mounts},
	{"dns", check_dns},
	{"nsswitch", check_nsswitch},
	{"etc", check_etc},
	{"sys", check_sys},
	{"sets", check_sets},
	{"bits", check_bits},
	{"uid", check_uid},
	{"gid", check_gid},
	{"groups", check_groups},
	{"cwd", check_cwd},
	{"name", check_name},
	{"mounted", check_mounted},
	{"hosts", check_hosts},
};

static bool check(const char *word)
{
	const char *value = strchr(word, '=');

	for (size_t i = 0; value && i < sizeof(checks) / sizeof(checks[0]); i++) {
		size_t size = strlen(checks[i].key);

		if ((size_t)(value - word) == size &&
		    strncmp(word, checks[i].key, size) == 0)
			return checks[i].holds(value + 1);
	}
	return wrong("unknown word %s", word);
}

static void tell(void)
{
	size_t size = strlen(complaint);
	int fd = log_path ? open(log_path, O_WRONLY | O_APPEND | O_CLOEXEC) : -1;

	complaint[size++] = '\n';
	if (write(STDOUT_FILENO, complaint, size) < 0)
		errno = 0; /* it may be closed */
	if (fd >= 0 && write(fd, complaint, size) < 0)
		errno = 0; /* RLIMIT_FSIZE; the status tells, too */
}

/* What was squeezed on the way is not to keep the witness from looking. */
static void breathe(void)
{
	static const int resources[] = {RLIMIT_NOFILE, RLIMIT_AS, RLIMIT_DATA,
					RLIMIT_STACK, RLIMIT_FSIZE};
	struct rlimit limit;

	for (size_t i = 0; i < sizeof(resources) / sizeof(resources[0]); i++) {
		if (getrlimit((__rlimit_resource_t)resources[i], &limit) < 0)
			continue;
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit((__rlimit_resource_t)resources[i], &limit);
	}
}

int main(int argc, char *argv[])
{
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	breathe();
	if (argc < 10)
		return WITNESS_WRONG;
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		errno = 0;
		if (!check(argv[i])) {
			tell();
			return blind ? WITNESS_BLIND : WITNESS_WRONG;
		}
	}
	return WITNESS_RIGHT;
}
