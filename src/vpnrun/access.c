/* SPDX-License-Identifier: MIT */
/* access - may the invoking user enter a network namespace? */
#include "access.h"

#include <string.h>

#include "report.h"

static void note_unknown(struct slice name)
{
	report_note("no account is called \"%.*s\": it allows nobody", (int)name.size,
		    name.text);
}

bool access_allowed(const char *name, const struct policy_rules *rules,
		    const struct identity *identity)
{
	int rc = policy_allows(rules, identity, note_unknown);

	if (rc < 0)
		die(NULL, "%s: cannot look up the names that the policy allows: %s", name,
		    strerror(-rc));
	return rc > 0;
}
