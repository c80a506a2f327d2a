/* SPDX-License-Identifier: MIT */
/*
 * plan - what a launch consists of, once everything is decided.
 */
#ifndef VPNRUN_PLAN_H
#define VPNRUN_PLAN_H

#include <stdbool.h>

#include "etclayer.h"
#include "names.h"
#include "netns.h"
#include "policy.h"

struct plan {
	char netns_name[NETNS_NAME_MAX + 1];
	int netns; /* the checked descriptor, the one that is joined */
	struct netns_id id;
	bool inside;		   /* started in that namespace: nothing to join */
	bool viewed;		   /* and in its view: nothing to build */
	struct policy_rules rules; /* slices point into the policy */
	bool no_new_privileges;
	char *file;	  /* the program */
	char **arguments; /* its argument vector, the name first */
	char **environment;
};

/* plan_guard - which guard holds and that it is satisfied, for messages. */
const char *plan_guard(const struct plan *plan);

/* plan_print - the plan of --dry-run, on standard output; LAYER may be NULL. */
void plan_print(const struct plan *plan, const struct etc_layer *layer);

#endif
