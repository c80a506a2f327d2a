/* SPDX-License-Identifier: MIT */
/* identity - who the invoking user is, by the kernel's word, and which names that has. */
#include "identity.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"

#define NAME_SPACE 256

int identity_read(struct identity *ret_identity)
{
	struct identity identity = {.uid = getuid(), .gid = getgid()};
	int count = getgroups(0, NULL);

	if (count < 0)
		return -errno;
	identity.groups = calloc((size_t)count + 1, sizeof(gid_t));
	if (!identity.groups)
		return -ENOMEM;
	count = getgroups(count, identity.groups);
	if (count < 0) {
		int error = errno;

		free(identity.groups);
		return -error;
	}
	identity.group_count = (size_t)count;
	*ret_identity = identity;
	return 0;
}

void identity_free(struct identity *identity)
{
	free(identity->groups);
	identity->groups = NULL;
}

static void close_file(FILE **file)
{
	if (*file)
		(void)fclose(*file); /* only read from */
}

#define auto_file __attribute__((cleanup(close_file)))

/* 1 and the id if /etc/passwd has the name; 0 if not. */
static int user_in_file(const char *name, uid_t *ret_uid)
{
	struct passwd entry, *found;
	char buffer[4096];
	auto_file FILE *file = fopen("/etc/passwd", "re");

	if (!file)
		return 0;
	while (fgetpwent_r(file, &entry, buffer, sizeof(buffer), &found) == 0) {
		if (strcmp(entry.pw_name, name) == 0) {
			*ret_uid = entry.pw_uid;
			return 1;
		}
	}
	return 0;
}

static int group_in_file(const char *name, gid_t *ret_gid)
{
	struct group entry, *found;
	char buffer[16384];
	auto_file FILE *file = fopen("/etc/group", "re");

	if (!file)
		return 0;
	while (fgetgrent_r(file, &entry, buffer, sizeof(buffer), &found) == 0) {
		if (strcmp(entry.gr_name, name) == 0) {
			*ret_gid = entry.gr_gid;
			return 1;
		}
	}
	return 0;
}

/* getpwnam(3) reports an unknown name by one of several values of errno, or by none. */
static int name_service_error(int error)
{
	switch (error) {
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case EINTR:
	case EIO:
		return -error;
	default:
		return -ENOENT;
	}
}

static int user_id(const char *name, uid_t *ret_uid)
{
	const struct passwd *entry;

	if (user_in_file(name, ret_uid))
		return 0;
	errno = 0;
	entry = getpwnam(name);
	if (!entry)
		return name_service_error(errno);
	*ret_uid = entry->pw_uid;
	return 0;
}

static int group_id(const char *name, gid_t *ret_gid)
{
	const struct group *entry;

	if (group_in_file(name, ret_gid))
		return 0;
	errno = 0;
	entry = getgrnam(name);
	if (!entry)
		return name_service_error(errno);
	*ret_gid = entry->gr_gid;
	return 0;
}

static bool copy_name(struct slice name, char buffer[NAME_SPACE])
{
	if (name.size >= NAME_SPACE || memchr(name.text, '\0', name.size))
		return false;
	memcpy(buffer, name.text, name.size);
	buffer[name.size] = '\0';
	return true;
}

int identity_is_user(const struct identity *identity, struct slice name)
{
	char buffer[NAME_SPACE];
	uid_t uid;
	int rc;

	if (!copy_name(name, buffer))
		return -ENOENT;
	rc = user_id(buffer, &uid);
	return rc < 0 ? rc : uid == identity->uid;
}

int identity_in_group(const struct identity *identity, struct slice name)
{
	char buffer[NAME_SPACE];
	gid_t gid;
	int rc;

	if (!copy_name(name, buffer))
		return -ENOENT;
	rc = group_id(buffer, &gid);
	if (rc < 0)
		return rc;
	if (gid == identity->gid)
		return 1;
	for (size_t i = 0; i < identity->group_count; i++) {
		if (gid == identity->groups[i])
			return 1;
	}
	return 0;
}

const char *identity_name(uid_t uid, char *space, size_t size)
{
	struct passwd entry, *found;
	char buffer[4096];
	auto_file FILE *file = fopen("/etc/passwd", "re");

	(void)snprintf(space, size, "%u", (unsigned int)uid); /* a number always fits */
	while (file && fgetpwent_r(file, &entry, buffer, sizeof(buffer), &found) == 0) {
		if (entry.pw_uid == uid) {
			(void)snprintf(space, size, "%s",
				       entry.pw_name); /* cut if long */
			break;
		}
	}
	return space;
}
