/* SPDX-License-Identifier: MIT */
/*
 * Policy files: what is accepted is whole and valid in every section; what is refused
 * says FILE:LINE and a remedy.
 */
#include "policy.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "fuzz.h"
#include "names.h"

/* Parses a copy that ends where the text ends. */
static int parse(const void *text, size_t size, struct policy *ret_policy,
		 struct diag *ret_diag)
{
	char *copy = malloc(size ? size : 1);
	int rc;

	CHECK(copy);
	memcpy(copy, text, size);
	rc = policy_parse("file", copy, size, ret_policy, ret_diag);
	if (rc < 0)
		free(copy);
	return rc;
}

static void check_refused(int rc, const struct diag *diag, const uint8_t *data,
			  size_t size)
{
	unsigned long line, lines = 0;
	char *end;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n' || i + 1 == size;
	CHECK(rc == -EINVAL);
	CHECK(strncmp(diag->text, "file:", 5) == 0);
	line = strtoul(diag->text + 5, &end, 10);
	CHECK(line >= 1 && line <= lines);
	CHECK(strncmp(end, ": ", 2) == 0 && end[2]);
	CHECK(diag->hint[0]);
}

static void check_words(const struct policy_rules *rules)
{
	struct slice rest = rules->allow, word;

	while (slice_next_word(&rest, &word)) {
		struct slice name = word;

		if (slice_equal(word, "*"))
			continue;
		if (word.text[0] == '@')
			name = (struct slice){word.text + 1, word.size - 1};
		CHECK(account_name_valid(name));
	}
	rest = rules->commands;
	while (slice_next_word(&rest, &word))
		CHECK(word.text[0] == '/');
	rest = rules->interfaces;
	while (slice_next_word(&rest, &word)) {
		CHECK(word.size <= 15 && !memchr(word.text, '/', word.size));
		/* A comment behind a value would make tunnels of its words. */
		CHECK(word.text[0] != '#' && word.text[0] != ';');
	}
	CHECK(rules->guard == GUARD_STRICT || rules->guard == GUARD_ROUTE ||
	      rules->guard == GUARD_OFF);
}

static bool same_slice(struct slice a, struct slice b)
{
	return a.size == b.size && memcmp(a.text, b.text, a.size) == 0;
}

static bool same_rules(const struct policy_rules *a, const struct policy_rules *b)
{
	return same_slice(a->allow, b->allow) && same_slice(a->commands, b->commands) &&
	       same_slice(a->interfaces, b->interfaces) && a->guard == b->guard &&
	       a->dns_host == b->dns_host &&
	       a->no_new_privileges == b->no_new_privileges && a->log == b->log;
}

static void name_of(const struct policy_section *section, char name[NETNS_NAME_MAX + 1])
{
	CHECK(slice_equal(section->name, "*") || netns_name_valid(section->name));
	CHECK(section->name.size <= NETNS_NAME_MAX);
	memcpy(name, section->name.text, section->name.size);
	name[section->name.size] = '\0';
}

static void check_sections(const struct policy *policy)
{
	char name[NETNS_NAME_MAX + 1];

	for (size_t i = 0; i < policy->count; i++) {
		const struct policy_section *section = &policy->sections[i];
		struct policy_rules rules;

		name_of(section, name);
		CHECK(policy_has(policy, name));
		CHECK(i == 0 || section->line > policy->sections[i - 1].line);
		for (size_t j = 0; j < i; j++)
			CHECK(!same_slice(section->name, policy->sections[j].name));
		rules = policy_rules(policy, name);
		check_words(&rules);
	}
}

/* A further section changes nothing for the others. */
static void check_longer(const struct policy *policy, const uint8_t *data, size_t size)
{
	static const char more[] = "\n[vrt-one-more]\nallow = vrt-alice\nguard = off\n";
	static const char all[] = "*";
	char name[NETNS_NAME_MAX + 1], *text;
	struct policy longer;
	struct policy_rules before, after;
	struct diag diag;

	if (policy_has(policy, "vrt-one-more"))
		return;
	text = malloc(size + sizeof(more) - 1);
	CHECK(text);
	memcpy(text, data, size);
	memcpy(text + size, more, sizeof(more) - 1);
	CHECK(parse(text, size + sizeof(more) - 1, &longer, &diag) == 0);
	free(text);
	CHECK(longer.count == policy->count + 1);
	for (size_t i = 0; i < policy->count; i++) {
		name_of(&policy->sections[i], name);
		before = policy_rules(policy, name);
		after = policy_rules(&longer, name);
		CHECK(same_rules(&before, &after));
	}
	after = policy_rules(&longer, "vrt-one-more");
	CHECK(slice_equal(after.allow, "vrt-alice") && after.guard == GUARD_OFF);
	/* Whom no section names, the defaults hold for. */
	before = policy_rules(policy, "vrt-another");
	after = policy_rules(policy, all);
	CHECK(policy_has(policy, "vrt-another") || same_rules(&before, &after));
	policy_free(&longer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct policy policy;
	struct diag diag = {"", ""};
	int rc = parse(data, size, &policy, &diag);

	if (rc < 0) {
		check_refused(rc, &diag, data, size);
		return 0;
	}
	CHECK(size == 0 || !memchr(data, '\0', size));
	check_sections(&policy);
	check_longer(&policy, data, size);
	policy_free(&policy);
	return 0;
}
