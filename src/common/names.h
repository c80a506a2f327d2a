/* SPDX-License-Identifier: MIT */
/*
 * names - what may be the name of a network namespace, and which name was meant.
 */
#ifndef VPNRUN_NAMES_H
#define VPNRUN_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "slice.h"

#define NETNS_NAME_MAX 64

/*
 * netns_name_valid - 1 to 64 of A-Z a-z 0-9 . _ -, not beginning with . or -.
 *
 * Such a name is one path component, no option, and needs no quoting anywhere.
 */
bool netns_name_valid(struct slice name);

/*
 * account_name_valid - may stand in `allow`: a user's or (without its @) a group's name.
 *
 * Letters, digits and . _ - + $ \ @, as local and directory accounts have them
 * (useradd(8), sssd.conf(5)), not beginning with - + or @.
 */
bool account_name_valid(struct slice name);

/*
 * names_distance - how many single-character edits, transpositions included,
 * turn A into B (optimal string alignment); names longer than 64 count as far away.
 */
size_t names_distance(const char *a, const char *b);

/* names_near - is a name at that DISTANCE from WORD a likely misspelling of it? */
bool names_near(const char *word, size_t distance);

#endif
