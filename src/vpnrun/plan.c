/* SPDX-License-Identifier: MIT */
/* plan - what a launch consists of, once everything is decided. */
#include "plan.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "escape.h"
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

/*
 * Prints WORD so that a shell would read it as that one word: as it is, or as $'...'
 * where anything odd is in it, in which \xHH stands for a byte (bash(1), QUOTING).
 */
static void print_word(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_./:=@%+,-";
	size_t space = 4 * strlen(word) + 1;
	auto_free char *escaped = malloc(space);

	if (!escaped)
		die(NULL, "cannot print the command line: %m");
	if (word[0] && !word[strspn(word, plain)]) {
		(void)printf(" %s", word);
		return;
	}
	(void)escape_text(escaped, space, word, strlen(word));
	(void)fputs(" $'", stdout); /* report_output() asks whether it could be written */
	for (const char *c = escaped; *c; c++) {
		if (*c == '\'')
			(void)fputs("\\x27", stdout);
		else
			(void)putchar(*c);
	}
	(void)putchar('\'');
}

static void print_command(const struct plan *plan)
{
	(void)fputs("command:         ", stdout);
	for (char **word = plan->arguments; *word; word++)
		print_word(*word);
	report_output("%s", "");
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
