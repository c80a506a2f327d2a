/* SPDX-License-Identifier: MIT */
/*
 * policy - root's word on who may enter which network namespace, vpnrun.conf(5).
 *
 * The whole file is checked when it is read: whatever is unknown or odd anywhere
 * in it is an error, and nobody enters anything.
 */
#ifndef VPNRUN_POLICY_H
#define VPNRUN_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "diag.h"
#include "identity.h"
#include "slice.h"

/* The largest policy file that is read, in bytes. */
#define POLICY_SIZE_MAX (1024 * 1024)

enum policy_guard { GUARD_STRICT, GUARD_ROUTE, GUARD_OFF };

/* What holds for one namespace; slices point into the policy's text. */
struct policy_rules {
	struct slice allow;	 /* names, @groups, *; empty: root alone */
	struct slice commands;	 /* absolute paths; empty: any */
	struct slice interfaces; /* names that count as tunnel */
	enum policy_guard guard;
	bool dns_host; /* dns = host */
	bool no_new_privileges;
	bool log;
};

struct policy_section {
	struct slice name;
	struct slice body; /* from the line after the section's to the next section */
	unsigned int line; /* of the section's name */
};

/* A policy that was read and checked; policy_free() releases it. */
struct policy {
	const char *file;		 /* its name, for messages */
	char *text;			 /* owned */
	struct policy_section *sections; /* owned, as in the file; * is among them */
	size_t count;
};

/*
 * policy_load - read and check the policy file FILE.
 *
 * It must be a regular file that root alone can write, reached by directories
 * (and links) that root alone can write; see safefile.h.  A missing file is a
 * policy without sections: only root may enter.
 *
 * Returns 0, or a negative errno with DIAG naming file, line and remedy.
 */
int policy_load(const char *file, struct policy *ret_policy, struct diag *diag)
	__attribute__((warn_unused_result));

/*
 * policy_parse - the same for a text that was read already.
 *
 * TEXT is allocated and becomes the policy's on success.
 */
int policy_parse(const char *file, char *text, size_t size, struct policy *ret_policy,
		 struct diag *diag) __attribute__((warn_unused_result));

void policy_free(struct policy *policy);

/* policy_has - is there a section for the namespace NAME? */
bool policy_has(const struct policy *policy, const char *name);

/* policy_rules - what holds for NAME: its own section over that of [*] over the defaults.
 */
struct policy_rules policy_rules(const struct policy *policy, const char *name);

/*
 * policy_allows - may this user enter a namespace that has these RULES?
 *
 * Root always may.  UNKNOWN, unless NULL, is called with each name in `allow`
 * that no account has; such a name matches nobody.
 *
 * Returns 1, 0, or a negative errno when the name service could not answer.
 */
int policy_allows(const struct policy_rules *rules, const struct identity *identity,
		  void (*unknown)(struct slice name));

#endif
