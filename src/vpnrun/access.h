/* SPDX-License-Identifier: MIT */
/*
 * access - may the invoking user enter a network namespace?
 */
#ifndef VPNRUN_ACCESS_H
#define VPNRUN_ACCESS_H

#include <stdbool.h>

#include "identity.h"
#include "policy.h"

/*
 * access_allowed - what the policy's RULES for NAME say of this user.
 *
 * With -v says which names in `allow` no account has.  Ends the program with 125 if
 * the name service could not answer.
 */
bool access_allowed(const char *name, const struct policy_rules *rules,
		    const struct identity *identity);

#endif
