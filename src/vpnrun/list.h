/* SPDX-License-Identifier: MIT */
/*
 * list - the network namespaces that a user may enter.
 */
#ifndef VPNRUN_LIST_H
#define VPNRUN_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "identity.h"
#include "policy.h"

/*
 * list_print - print them with their state (up, down, broken), as a table or as JSON.
 *
 * Joins none of them.  A broken one is in /run/netns but not a network namespace
 * that vpnrun would enter.
 */
void list_print(const struct policy *policy, const struct identity *identity, bool json);

/*
 * list_names - write the names that the user may enter to BUFFER, with blanks
 * between them, for messages; and the one that WORD may be a misspelling of to
 * NEAREST (NETNS_NAME_MAX + 1 bytes), or an empty string.
 */
void list_names(const struct policy *policy, const struct identity *identity,
		const char *word, char *buffer, size_t space, char *nearest);

#endif
