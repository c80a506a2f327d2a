/* SPDX-License-Identifier: MIT */
/* identity - who the invoking user is, by the kernel's word, and which names that has. */
#include "identity.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"

#define NAME_SPACE   256
#define ACCOUNTS_MAX (16 * 1024 * 1024)

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

/*
 * The fields that passwd(5) and group(5) begin with: name, password, id.  fgetpwent(3)
 * would read them too, but asks for its place in the file at every line.
 */
struct account {
	const char *name;
	uint32_t id;
};

/* Reads the account that begins at *TEXT, a line of passwd(5) or group(5), and goes to
 * the next. */
static bool next_account(char **text, struct account *ret_account)
{
	char *line, *name, *id, *end;

	while ((line = strsep(text, "\n"))) {
		unsigned long number;

		name = strsep(&line, ":");
		(void)strsep(&line, ":"); /* the password is of no use here */
		id = strsep(&line, ":");
		if (!name[0] || !id || id[0] < '0' || id[0] > '9')
			continue;
		number = strtoul(id, &end, 10);
		if (*end || number > UINT32_MAX)
			continue;
		*ret_account = (struct account){name, (uint32_t)number};
		return true;
	}
	return false;
}

/* The whole file, ended by NUL, or NULL: then no name is in it. */
static char *read_accounts(const char *path)
{
	struct stat st;
	ssize_t got;
	char *text;
	auto_close int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    st.st_size > ACCOUNTS_MAX)
		return NULL;
	text = malloc((size_t)st.st_size + 1);
	if (!text)
		return NULL;
	got = read(fd, text, (size_t)st.st_size);
	text[got > 0 ? got : 0] = '\0';
	return text;
}

/* Is there an account NAME in the file?  Then its id. */
static bool find_in_file(const char *path, const char *name, uint32_t *ret_id)
{
	auto_free char *text = read_accounts(path);
	char *rest = text;
	struct account account;

	while (text && next_account(&rest, &account)) {
		if (strcmp(account.name, name) == 0) {
			*ret_id = account.id;
			return true;
		}
	}
	return false;
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

	if (find_in_file("/etc/passwd", name, ret_uid))
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

	if (find_in_file("/etc/group", name, ret_gid))
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

const char *identity_name(uid_t uid, char *buffer, size_t space)
{
	auto_free char *text = read_accounts("/etc/passwd");
	char *rest = text;
	struct account account;

	(void)snprintf(buffer, space, "%u", (unsigned int)uid); /* a number always fits */
	while (text && next_account(&rest, &account)) {
		if (account.id == uid) {
			(void)snprintf(buffer, space, "%s",
				       account.name); /* cut if long */
			break;
		}
	}
	return buffer;
}
