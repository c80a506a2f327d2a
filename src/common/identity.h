/* SPDX-License-Identifier: MIT */
/*
 * identity - who the invoking user is, by the kernel's word, and which names that has.
 *
 * The kernel's numeric ids decide.  Names are looked up only to turn a name of the
 * policy into an id: in /etc/passwd and /etc/group first, and only for names that
 * are not there through the name service, which loads its modules (nsswitch.conf(5))
 * and costs more than the rest of a launch.  No environment variable is asked.
 */
#ifndef VPNRUN_IDENTITY_H
#define VPNRUN_IDENTITY_H

#include <stdbool.h>
#include <sys/types.h>

#include "slice.h"

struct identity {
	uid_t uid;
	gid_t gid;
	gid_t *groups; /* supplementary groups, owned by the structure */
	size_t group_count;
};

/*
 * identity_read - the real ids and the supplementary groups of this process.
 *
 * Returns 0 or a negative errno.
 */
int identity_read(struct identity *ret_identity) __attribute__((warn_unused_result));

void identity_free(struct identity *identity);

/*
 * identity_is_user, identity_in_group - is NAME the user's, or that of a group the user
 * is in?
 *
 * Return 1, 0, -ENOENT when no account has that name, or another negative errno
 * when the name service could not answer.
 */
int identity_is_user(const struct identity *identity, struct slice name);
int identity_in_group(const struct identity *identity, struct slice name);

/*
 * identity_name - the name of user UID, or its number, for messages.
 *
 * Asks /etc/passwd alone.  BUFFER holds SPACE bytes.  Returns BUFFER.
 */
const char *identity_name(uid_t uid, char *buffer, size_t space);

#endif
