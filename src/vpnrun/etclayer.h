/* SPDX-License-Identifier: MIT */
/*
 * etclayer - which files take the place of the host's in /etc.
 *
 * Read with the invoking user's own rights, before anything is raised; what is
 * in memory afterwards is what the privileged half writes.
 */
#ifndef VPNRUN_ETCLAYER_H
#define VPNRUN_ETCLAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "policy.h"

/* One file or directory of the top layer; root's, with these permissions. */
struct etc_entry {
	char *path; /* relative to /etc; a directory comes before what is in it */
	char *text; /* NULL: a directory */
	size_t size;
	mode_t mode; /* permission bits, nobody but root may write */
	gid_t group;
};

struct etc_layer {
	struct etc_entry *entries;
	size_t count;
	char *state_dir; /* /run/vpnrun/NAME/etc where vpnctl made it, else NULL */
	dev_t state_dev; /* which directory that was when it was checked */
	ino_t state_ino;
	char *resolver; /* which resolv.conf holds, for messages */
};

/*
 * etclayer_read - what belongs over the host's /etc in the network namespace NAME.
 *
 * The files of /etc/netns/NAME (ip-netns(8)), and an nsswitch.conf made from the
 * one that would hold (nsswitch.h), so there always is one.  Where neither
 * /etc/netns/NAME nor /run/vpnrun/NAME/etc has a resolv.conf the program ends with
 * 125, unless the RULES accept the host's; likewise for whatever cannot be read
 * or somebody other than root could change.
 */
struct etc_layer etclayer_read(const char *name, const struct policy_rules *rules);

/* etclayer_find - the entry PATH, or NULL. */
const struct etc_entry *etclayer_find(const struct etc_layer *layer, const char *path);

#endif
