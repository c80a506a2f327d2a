/* SPDX-License-Identifier: MIT */
/* netns - find and judge named network namespaces, without joining one. */
#include "netns.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>
#include <linux/nsfs.h>

#include "cleanup.h"
#include "names.h"
#include "paths.h"
#include "safefile.h"

bool netns_id_equal(struct netns_id a, struct netns_id b)
{
	return a.dev == b.dev && a.ino == b.ino;
}

static int id_of(const char *path, struct netns_id *ret_id)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	*ret_id = (struct netns_id){st.st_dev, st.st_ino};
	return 0;
}

int netns_own(struct netns_id *ret_id)
{
	return id_of("/proc/self/ns/net", ret_id);
}

int netns_is_initial(void)
{
	struct netns_id first = {0}, own = {0};
	int rc = id_of("/proc/1/net/dev", &first);

	if (rc == 0)
		rc = id_of("/proc/self/net/dev", &own);
	return rc < 0 ? rc : netns_id_equal(first, own);
}

int netns_dir_open(struct diag *diag)
{
	return safefile_open_dir(PATH_NETNS_DIR, diag);
}

static int not_a_netns(const char *name, const struct stat *st, struct diag *diag)
{
	if (S_ISREG(st->st_mode)) {
		diag_set(diag,
			 "%s: " PATH_NETNS_DIR
			 "/%s is a plain file, not a network namespace",
			 name, name);
		diag_hint(
			diag,
			"it was made in a mount namespace that does not reach here (a unit with "
			"PrivateTmp=, ProtectSystem= or ReadWritePaths= has one), or is a leftover: "
			"delete it and make the namespace outside");
		return -EINVAL;
	}
	diag_set(diag, "%s: " PATH_NETNS_DIR "/%s is not a network namespace", name,
		 name);
	diag_hint(diag, "delete it and make the namespace anew: ip netns add %s", name);
	return -EINVAL;
}

static int failed(const char *name, struct diag *diag)
{
	int error = errno;

	if (error == ENOENT) {
		diag_set(diag, "%s: there is no such network namespace", name);
	} else if (error == ELOOP) {
		diag_set(diag, "%s: " PATH_NETNS_DIR "/%s is a symbolic link", name,
			 name);
		diag_hint(
			diag,
			"a link could lead anywhere: delete it and bind the namespace's "
			"own file there");
	} else {
		diag_set(diag, "%s: cannot open " PATH_NETNS_DIR "/%s: %s", name, name,
			 strerror(error));
	}
	return -error;
}

/* Somebody with power over another user namespace controls the namespaces that it owns.
 */
static int check_owner(int fd, const char *name, struct diag *diag)
{
	struct stat own, owner;
	auto_close int owner_fd = ioctl(fd, NS_GET_USERNS);

	if (owner_fd < 0 && errno != EPERM)
		return failed(name, diag);
	if (stat("/proc/self/ns/user", &own) < 0) {
		diag_set(diag, "%s: cannot look at /proc/self/ns/user: %s", name,
			 strerror(errno));
		diag_hint(diag, "vpnrun needs /proc: mount it");
		return -EIO; /* not -ENOENT, which says that there is no such name */
	}
	if (owner_fd >= 0 && fstat(owner_fd, &owner) < 0)
		return failed(name, diag);
	if (owner_fd >= 0 && own.st_dev == owner.st_dev && own.st_ino == owner.st_ino)
		return 0;
	diag_set(diag, "%s: the network namespace belongs to another user namespace",
		 name);
	diag_hint(diag,
		  "whoever has power there controls it: make it as root, with ip netns "
		  "add %s",
		  name);
	return -EPERM;
}

int netns_open(int dir, const char *name, struct netns_id *ret_id, struct diag *diag)
{
	struct stat st;
	struct statfs fs;
	int rc;
	/* Non-blocking, lest a FIFO waits for its writer. */
	auto_close int fd = openat(
		dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	/* open(2) of a socket. */
	if (fd < 0 && errno == ENXIO)
		return not_a_netns(name, &(struct stat){0}, diag);
	if (fd < 0 || fstat(fd, &st) < 0 || fstatfs(fd, &fs) < 0)
		return failed(name, diag);
	/* setns(2) would refuse a plain file too, but only once we are privileged;
	 * asking the fd (ioctl_ns(2)) lets the unprivileged half say what is wrong. */
	if (fs.f_type != NSFS_MAGIC)
		return not_a_netns(name, &st, diag);
	if (ioctl(fd, NS_GET_NSTYPE) != CLONE_NEWNET) {
		diag_set(diag, "%s: " PATH_NETNS_DIR "/%s is a namespace of another kind",
			 name, name);
		diag_hint(diag, "delete it and make the namespace anew: ip netns add %s",
			  name);
		return -EINVAL;
	}
	rc = check_owner(fd, name, diag);
	if (rc < 0)
		return rc;

	*ret_id = (struct netns_id){st.st_dev, st.st_ino};
	return steal_fd(&fd);
}

int netns_find_name(int dir, struct netns_id id, char *name)
{
	const struct dirent *entry;
	DIR *stream;
	int found = 0;
	auto_close int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	stream = fdopendir(fd);
	if (!stream)
		return -errno;
	(void)steal_fd(&fd); /* the stream's now */

	while (!found && (entry = readdir(stream))) {
		struct stat st;

		if (!netns_name_valid(slice_from(entry->d_name)))
			continue;
		if (fstatat(dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (netns_id_equal(id, (struct netns_id){st.st_dev, st.st_ino})) {
			memcpy(name, entry->d_name, strlen(entry->d_name) + 1);
			found = 1;
		}
	}
	(void)closedir(stream); /* only read from */
	return found;
}
