/* SPDX-License-Identifier: MIT */
/* etclayer - which files take the place of the host's in /etc. */
#include "etclayer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "diag.h"
#include "memory.h"
#include "nsswitch.h"
#include "paths.h"
#include "report.h"
#include "safefile.h"

/* More than any namespace's /etc needs, little enough for each launch. */
#define ENTRIES_MAX 512
#define FILE_MAX    (1024 * 1024)
#define TOTAL_MAX   (4 * 1024 * 1024)
#define DEPTH_MAX   8

/* What is known while the layer is read. */
struct reader {
	struct etc_layer *layer;
	const char *root; /* /etc/netns/NAME */
	size_t total;	  /* bytes in the files so far */
};

static char *copy(const char *string)
{
	return memory_copy(slice_from(string));
}

static char *join(const char *directory, const char *name)
{
	return memory_format("%s%s%s", directory, directory[0] ? "/" : "", name);
}

const struct etc_entry *etclayer_find(const struct etc_layer *layer, const char *path)
{
	for (size_t i = 0; i < layer->count; i++) {
		if (strcmp(layer->entries[i].path, path) == 0)
			return &layer->entries[i];
	}
	return NULL;
}

/* Takes over PATH and TEXT. */
static void add_entry(struct etc_layer *layer, char *path, char *text, size_t size,
		      mode_t mode, gid_t group)
{
	struct etc_entry *entries =
		reallocarray(layer->entries, layer->count + 1, sizeof(*entries));

	if (!entries)
		die(NULL, "cannot read the namespace's files: %m");
	layer->entries = entries;
	/* Nobody but root writes here, and no file in it is setuid. */
	entries[layer->count++] =
		(struct etc_entry){path, text, size, mode & 0755, group};
}

static void read_file(struct reader *reader, int fd, const char *path,
		      const struct stat *st)
{
	struct diag diag;
	char *text;
	size_t size;
	auto_free char *whole = join(reader->root, path);

	if (safefile_read_fd(fd, whole, FILE_MAX, &text, &size, &diag) < 0)
		die_diag(&diag);
	reader->total += size;
	if (reader->total > TOTAL_MAX)
		die("keep only what differs from the host's /etc in it",
		    "%s: more than %d bytes in all", reader->root, TOTAL_MAX);
	add_entry(reader->layer, copy(path), text, size, st->st_mode, st->st_gid);
}

/*
 * A directory of the layer shows the host's of the same name, too: it must not be more
 * open than that one is.
 */
static mode_t directory_limit(const char *path)
{
	struct stat st;
	auto_free char *host = join("/etc", path);

	if (lstat(host, &st) < 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			return 0755;
		return 0700; /* the invoking user may not even look */
	}
	return S_ISDIR(st.st_mode) ? st.st_mode | 0700 : 0755;
}

static void read_directory(struct reader *reader, int fd, const char *path, int depth);

static void read_entry(struct reader *reader, int dir, const char *dir_path,
		       const char *name, int depth)
{
	struct diag diag;
	struct stat st;
	auto_free char *path = join(dir_path, name);
	auto_free char *parent =
		dir_path[0] ? join(reader->root, dir_path) : copy(reader->root);
	auto_close int fd = safefile_open_in(dir, parent, name, &diag);

	if (fd < 0)
		die_diag(&diag);
	if (fstat(fd, &st) < 0)
		die(NULL, "cannot read %s/%s: %m", reader->root, path);
	if (reader->layer->count >= ENTRIES_MAX || depth > DEPTH_MAX)
		die("keep only what differs from the host's /etc in it",
		    "%s: more than %d entries, or more than %d directories deep",
		    reader->root, ENTRIES_MAX, DEPTH_MAX);
	if (S_ISDIR(st.st_mode)) {
		add_entry(reader->layer, copy(path), NULL, 0,
			  st.st_mode & directory_limit(path), st.st_gid);
		read_directory(reader, steal_fd(&fd), path, depth);
	} else {
		read_file(reader, fd, path, &st);
	}
}

/* FD becomes the stream's and is closed with it. */
static void read_directory(struct reader *reader, int fd, const char *path, int depth)
{
	const struct dirent *entry;
	DIR *stream = fdopendir(fd);

	if (!stream)
		die(NULL, "cannot read %s: %m", reader->root);
	while (errno = 0, (entry = readdir(stream))) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			read_entry(reader, fd, path, entry->d_name, depth + 1);
	}
	if (errno)
		die(NULL, "cannot read %s: %m", reader->root);
	(void)closedir(stream); /* only read from */
}

static void read_netns_files(struct reader *reader)
{
	struct diag diag;
	int fd = safefile_open_dir(reader->root, &diag);

	if (fd == -ENOENT)
		return;
	if (fd < 0)
		die_diag(&diag);
	read_directory(reader, fd, "", 0);
}

static void find_state_dir(struct etc_layer *layer, const char *name)
{
	struct diag diag;
	struct stat st;
	char path[PATH_MAX];
	auto_close int fd = -1;

	(void)snprintf(path, sizeof(path), PATH_STATE_DIR "/%s/etc", name); /* short */
	fd = safefile_open_dir(path, &diag);
	if (fd == -ENOENT)
		return;
	if (fd < 0)
		die_diag(&diag);
	if (fstat(fd, &st) < 0)
		die(NULL, "cannot look at %s: %m", path);
	layer->state_dir = copy(path);
	layer->state_dev = st.st_dev;
	layer->state_ino = st.st_ino;
}

/* Does vpnctl's directory have a resolv.conf?  Then its path, which the caller owns. */
static char *find_state_resolver(const struct etc_layer *layer)
{
	struct diag diag;
	char *path = join(layer->state_dir, "resolv.conf");
	auto_close int fd = safefile_open(path, &diag);

	if (fd >= 0)
		return path;
	if (fd != -ENOENT)
		die_diag(&diag);
	free(path);
	return NULL;
}

static void require_resolver(struct etc_layer *layer, const char *root, const char *name,
			     const struct policy_rules *rules)
{
	const struct etc_entry *entry = etclayer_find(layer, "resolv.conf");

	if (entry && !entry->text)
		die("make it a file", "%s/resolv.conf is a directory", root);
	if (entry)
		layer->resolver = join(root, "resolv.conf");
	else if (layer->state_dir)
		layer->resolver = find_state_resolver(layer);
	if (layer->resolver)
		return;
	layer->resolver = copy("the host's /etc/resolv.conf");
	if (!rules->dns_host)
		die("write the VPN's name servers into that file, or accept the host's: "
		    "dns = host in " PATH_POLICY,
		    "%s: no name servers of its own: there is no %s/resolv.conf", name,
		    root);
}

/* The nsswitch.conf that would hold without us; empty where there is none. */
static char *read_nsswitch(const struct etc_layer *layer, size_t *ret_size)
{
	struct diag diag;
	char *text = NULL;
	int rc = -ENOENT;

	if (layer->state_dir) {
		auto_free char *path = join(layer->state_dir, "nsswitch.conf");

		rc = safefile_read(path, FILE_MAX, &text, ret_size, &diag);
	}
	if (rc == -ENOENT)
		rc = safefile_read("/etc/nsswitch.conf", FILE_MAX, &text, ret_size,
				   &diag);
	if (rc == -ENOENT) {
		*ret_size = 0;
		return copy("");
	}
	if (rc < 0)
		die_diag(&diag);
	return text;
}

static void confine_nsswitch(struct etc_layer *layer)
{
	char *text;
	size_t size;

	for (size_t i = 0; i < layer->count; i++) {
		struct etc_entry *entry = &layer->entries[i];

		if (strcmp(entry->path, "nsswitch.conf") != 0)
			continue;
		if (!entry->text)
			die("make it a file",
			    "the namespace's nsswitch.conf is a directory");
		if (nsswitch_confine((struct slice){entry->text, entry->size}, &text,
				     &size) < 0)
			die(NULL, "cannot make nsswitch.conf: out of memory");
		free(entry->text);
		entry->text = text;
		entry->size = size;
		return;
	}

	auto_free char *host = read_nsswitch(layer, &size);

	if (nsswitch_confine((struct slice){host, size}, &text, &size) < 0)
		die(NULL, "cannot make nsswitch.conf: out of memory");
	add_entry(layer, copy("nsswitch.conf"), text, size, 0644, 0);
}

struct etc_layer etclayer_read(const char *name, const struct policy_rules *rules)
{
	struct etc_layer layer = {0};
	auto_free char *root = join(PATH_ETC_NETNS_DIR, name);
	struct reader reader = {.layer = &layer, .root = root};

	read_netns_files(&reader);
	find_state_dir(&layer, name);
	require_resolver(&layer, root, name, rules);
	confine_nsswitch(&layer);
	return layer;
}
