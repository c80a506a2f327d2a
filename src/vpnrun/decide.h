/* SPDX-License-Identifier: MIT */
/*
 * decide - from what was asked for and what root allows to what will be done.
 */
#ifndef VPNRUN_DECIDE_H
#define VPNRUN_DECIDE_H

#include "identity.h"
#include "options.h"
#include "plan.h"
#include "policy.h"

/*
 * decide_netns - which network namespace, and may the user enter it?
 *
 * Opens and checks it; joins nothing.  Ends the program with 125 if it is unknown,
 * forbidden, down, or not one that may be joined from here.
 */
void decide_netns(struct plan *plan, const struct request *request,
		  const struct policy *policy, const struct identity *identity);

/*
 * decide_command - which program, with which arguments.
 *
 * plan->environment must be set and the working directory be the target's.  Ends
 * the program with 125 if the policy does not list it, with 126 or 127 if it cannot be
 * run.
 */
void decide_command(struct plan *plan, const struct request *request,
		    const struct identity *identity);

#endif
