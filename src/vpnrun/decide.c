/* SPDX-License-Identifier: MIT */
/* decide - from what was asked for and what root allows to what will be done. */
#include "decide.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "cleanup.h"
#include "list.h"
#include "log.h"
#include "paths.h"
#include "report.h"
#include "target.h"
#include "view_etc.h"

static _Noreturn void unknown_netns(const char *word, const struct policy *policy,
				    const struct identity *identity)
{
	char names[384], nearest[NETNS_NAME_MAX + 1];
	struct diag diag;

	list_names(policy, identity, word, names, sizeof(names), nearest);
	diag_set(&diag, "%s: there is no such network namespace", word);
	if (nearest[0])
		diag_hint(&diag, "did you mean %s? You may enter: %s", nearest, names);
	else if (names[0])
		diag_hint(&diag, "you may enter: %s", names);
	else
		diag_hint(
			&diag,
			"there is none that you may enter: root allows it in " PATH_POLICY);
	die_diag(&diag);
}

static void require_allowed(const struct plan *plan, const struct identity *identity)
{
	char name[64];
	struct diag diag;

	if (access_allowed(plan->netns_name, &plan->rules, identity))
		return;
	(void)identity_name(identity->uid, name, sizeof(name));
	diag_set(&diag, "%s: not allowed for user %s", plan->netns_name, name);
	diag_hint(&diag, "root allows it in " PATH_POLICY ": allow = %s, under [%s]",
		  name, plan->netns_name);
	die_diag(&diag);
}

static _Noreturn void netns_down(const char *name)
{
	struct diag diag;

	diag_set(&diag, "%s: the network namespace is down", name);
	diag_hint(
		&diag,
		"it is configured but does not exist: bring it up with what makes it, for "
		"example systemctl start vpnrun@%s, or ip netns add %s",
		name, name);
	die_diag(&diag);
}

/* Where are we, and may one join from here? */
static void look_around(struct plan *plan, int dir)
{
	struct netns_id own;
	char other[NETNS_NAME_MAX + 1];
	int initial, rc = netns_own(&own);

	if (rc < 0)
		die("vpnrun needs /proc: mount it",
		    "cannot tell which network namespace this is: %s", strerror(-rc));
	initial = netns_is_initial();
	plan->inside = netns_id_equal(own, plan->id);
	plan->viewed = plan->inside && view_etc_is_built(plan->netns_name);
	/* Where it cannot be told (hidepid=), a view of ours says that we are inside. */
	if (plan->inside && !plan->viewed && initial < 0)
		die("start it from outside, or mount /proc without hidepid=",
		    "%s: vpnrun was started in it, but cannot tell it from the host's own network "
		    "namespace",
		    plan->netns_name);
	if (plan->inside && !plan->viewed && initial > 0)
		die("that would be no VPN: give the VPN a namespace of its own",
		    "%s: this is the host's own network namespace", plan->netns_name);
	if (plan->inside || initial == 1)
		return;
	rc = netns_find_name(dir, own, other);
	if (rc < 0)
		die(NULL, "cannot list " PATH_NETNS_DIR ": %s", strerror(-rc));
	if (rc > 0)
		die("start it from outside any VPN's network namespace",
		    "%s: vpnrun was started inside the network namespace %s",
		    plan->netns_name, other);
}

void decide_netns(struct plan *plan, const struct request *request,
		  const struct policy *policy, const struct identity *identity)
{
	const char *word = request->netns;
	struct diag diag;
	auto_close int dir = netns_dir_open(&diag);

	if (dir < 0 && dir != -ENOENT)
		die_diag(&diag);
	if (!netns_name_valid(slice_from(word)))
		unknown_netns(word, policy, identity);
	memcpy(plan->netns_name, word, strlen(word) + 1);
	log_context(plan->netns_name, NULL);
	plan->rules = policy_rules(policy, word);
	if (!plan->rules.log)
		log_close();

	plan->netns = dir < 0 ? -ENOENT : netns_open(dir, word, &plan->id, &diag);
	if (plan->netns == -ENOENT && !policy_has(policy, word))
		unknown_netns(word, policy, identity);
	require_allowed(plan, identity);
	if (plan->netns == -ENOENT)
		netns_down(word);
	if (plan->netns < 0)
		die_diag(&diag);
	look_around(plan, dir);
	plan->no_new_privileges =
		request->no_new_privileges || plan->rules.no_new_privileges;
}

static char **shell_arguments(char *const environment[])
{
	char **arguments = calloc(2, sizeof(*arguments));

	if (!arguments)
		die(NULL, "cannot make the command line: %m");
	arguments[0] = target_shell(environment);
	return arguments;
}

void decide_command(struct plan *plan, const struct request *request,
		    const struct identity *identity)
{
	plan->arguments =
		request->words[0] ? request->words : shell_arguments(plan->environment);
	log_context(NULL, plan->arguments[0]);
	plan->file = target_find(plan->arguments[0], plan->environment);
	if (identity->uid != 0 && plan->rules.commands.size > 0) {
		char *listed = target_require_listed(plan->file, plan->rules.commands,
						     plan->netns_name);

		free(plan->file);
		plan->file = listed;
	}
	log_context(NULL, plan->file);
}
