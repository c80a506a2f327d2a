/* SPDX-License-Identifier: MIT */
/* plan - what a launch consists of, once everything is decided. */
#include "plan.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "identity.h"
#include "report.h"

const char *plan_guard(const struct plan *plan)
{
	switch (plan->rules.guard) {
	case GUARD_STRICT:
		return "strict: satisfied";
	case GUARD_ROUTE:
		return "route: satisfied";
	case GUARD_OFF:
		break;
	}
	return "off: interfaces and routes were not looked at";
}

/* Appends WORD so that a shell would read it as that one word. */
static size_t put_quoted(char *buffer, size_t space, size_t used, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_./:=@%+,-";
	bool quote = !word[0] || word[strspn(word, plain)];
	int written;

	if (!quote) {
		written = snprintf(buffer + used, space - used, " %s", word);
		return used + (written > 0 ? (size_t)written : 0);
	}
	if (used + 3 < space) {
		buffer[used++] = ' ';
		buffer[used++] = '\'';
	}
	for (; *word && used + 6 < space; word++) {
		if (*word == '\'') {
			memcpy(buffer + used, "'\\''", 4);
			used += 4;
		} else {
			buffer[used++] = *word;
		}
	}
	if (used + 1 < space)
		buffer[used++] = '\'';
	buffer[used] = '\0';
	return used;
}

static void print_command(const struct plan *plan)
{
	char line[3072] = "";
	size_t used = 0;

	for (char **word = plan->arguments; *word && used + 8 < sizeof(line); word++)
		used = put_quoted(line, sizeof(line), used, *word);
	report_output("command:          %s", line[0] ? line + 1 : line);
	report_output("program:          %s", plan->file);
}

static void print_layer(const struct etc_layer *layer)
{
	report_output("name servers:     %s", layer->resolver);
	for (size_t i = 0; i < layer->count; i++) {
		const struct etc_entry *entry = &layer->entries[i];

		report_output("replaced:         /etc/%s%s", entry->path,
			      entry->text ? "" : "/");
	}
}

void plan_print(const struct plan *plan, const struct etc_layer *layer)
{
	char name[64], cwd[2048];

	report_output("namespace:        %s%s", plan->netns_name,
		      plan->inside ? " (already inside)" : "");
	report_output("guard:            %s", plan_guard(plan));
	report_output("user:             %s",
		      identity_name(getuid(), name, sizeof(name)));
	if (layer)
		print_layer(layer);
	report_output("no new privileges: %s", plan->no_new_privileges ? "yes" : "no");
	report_output("directory:        %s", getcwd(cwd, sizeof(cwd)) ? cwd : "unknown");
	print_command(plan);
}
