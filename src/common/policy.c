/* SPDX-License-Identifier: MIT */
/* policy - root's word on who may enter which network namespace, vpnrun.conf(5). */
#include "policy.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "safefile.h"
#include "tokens.h"

/* How messages show a slice: printf's precision and pointer. */
#define SHOW(s) (int)((s).size > 80 ? 80 : (s).size), (s).text

/*
 * A setter takes a value into the rules.  It returns NULL, or what the value must
 * be, as text that completes "KEY: ".
 */
typedef const char *setter(struct policy_rules *rules, struct slice value);

static const char *set_allow(struct policy_rules *rules, struct slice value)
{
	struct slice rest = value, word;

	while (slice_next_word(&rest, &word)) {
		struct slice name = word;

		if (slice_equal(word, "*"))
			continue;
		if (name.text[0] == '@') {
			name.text++;
			name.size--;
		}
		if (!account_name_valid(name))
			return "list user names, @groups or *, with blanks between them; comments "
			       "stand on lines of their own";
	}
	rules->allow = value;
	return NULL;
}

static const char *set_commands(struct policy_rules *rules, struct slice value)
{
	static const char wanted[] =
		"list absolute paths, with blanks between them, or write * for any";
	struct slice rest, word;

	/* Nothing at all would look like "none". */
	if (value.size == 0)
		return wanted;
	if (slice_equal(value, "*"))
		value.size = 0;
	rest = value;
	while (slice_next_word(&rest, &word)) {
		if (word.text[0] != '/')
			return wanted;
	}
	rules->commands = value;
	return NULL;
}

static const char *set_interfaces(struct policy_rules *rules, struct slice value)
{
	struct slice rest = value, word;

	while (slice_next_word(&rest, &word)) {
		/* dev_valid_name() in net/core/dev.c */
		if (word.size > 15 || strchr("#;", word.text[0]) ||
		    memchr(word.text, '/', word.size) ||
		    memchr(word.text, ':', word.size) || slice_equal(word, ".") ||
		    slice_equal(word, ".."))
			return "list names of network interfaces, with blanks between them";
	}
	rules->interfaces = value;
	return NULL;
}

static const char *set_guard(struct policy_rules *rules, struct slice value)
{
	if (slice_equal(value, "strict"))
		rules->guard = GUARD_STRICT;
	else if (slice_equal(value, "route"))
		rules->guard = GUARD_ROUTE;
	else if (slice_equal(value, "off"))
		rules->guard = GUARD_OFF;
	else
		return "write strict, route or off";
	return NULL;
}

static const char *set_dns(struct policy_rules *rules, struct slice value)
{
	if (!slice_equal(value, "required") && !slice_equal(value, "host"))
		return "write required or host";
	rules->dns_host = slice_equal(value, "host");
	return NULL;
}

static const char *set_bool(bool *ret_bool, struct slice value)
{
	if (!slice_equal(value, "yes") && !slice_equal(value, "no"))
		return "write yes or no";
	*ret_bool = slice_equal(value, "yes");
	return NULL;
}

static const char *set_no_new_privileges(struct policy_rules *rules, struct slice value)
{
	return set_bool(&rules->no_new_privileges, value);
}

static const char *set_log(struct policy_rules *rules, struct slice value)
{
	return set_bool(&rules->log, value);
}

static const struct {
	const char *key;
	setter *set;
} keys[] = {
	{"allow", set_allow},
	{"commands", set_commands},
	{"dns", set_dns},
	{"guard", set_guard},
	{"interfaces", set_interfaces},
	{"log", set_log},
	{"no-new-privileges", set_no_new_privileges},
};

#define KEY_COUNT (sizeof(keys) / sizeof(keys[0]))

/* What is known while the file is read. */
struct reader {
	const char *file;
	struct policy *policy;
	size_t guess;		      /* how many sections there may be, a power of two */
	size_t space;		      /* sections there is room for */
	uint32_t *index;	      /* hash table of section numbers + 1 */
	size_t index_size;	      /* a power of two */
	unsigned int seen[KEY_COUNT]; /* line of each key in this section, 0: not there */
	struct diag *diag;
};

static const struct policy_rules defaults = {
	.allow = {"", 0},
	.commands = {"", 0},
	.interfaces = {"", 0},
	.guard = GUARD_STRICT,
	.log = true,
};

static size_t key_number(struct slice name)
{
	size_t i = 0;

	while (i < KEY_COUNT && !slice_equal(name, keys[i].key))
		i++;
	return i;
}

static uint32_t hash(struct slice name)
{
	uint32_t value = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < name.size; i++)
		value = (value ^ (unsigned char)name.text[i]) * 16777619u;
	return value;
}

/* The place in the index where NAME is, or where it would be. */
static uint32_t *index_slot(struct reader *reader, struct slice name)
{
	size_t at = hash(name) & (reader->index_size - 1);

	while (reader->index[at]) {
		struct slice other = reader->policy->sections[reader->index[at] - 1].name;

		if (other.size == name.size &&
		    memcmp(other.text, name.text, name.size) == 0)
			break;
		at = (at + 1) & (reader->index_size - 1);
	}
	return &reader->index[at];
}

/* Makes room for one more section, in the list and in the index. */
static int grow(struct reader *reader)
{
	struct policy *policy = reader->policy;
	size_t space = reader->space ? reader->space * 2 : reader->guess;
	struct policy_section *sections;
	uint32_t *index;

	if (policy->count < reader->space)
		return 0;
	sections = reallocarray(policy->sections, space, sizeof(*sections));
	if (!sections)
		return -ENOMEM;
	policy->sections = sections;
	reader->space = space;

	index = calloc(space * 4, sizeof(*index));
	if (!index)
		return -ENOMEM;
	free(reader->index);
	reader->index = index;
	reader->index_size = space * 4;
	for (size_t i = 0; i < policy->count; i++)
		*index_slot(reader, policy->sections[i].name) = (uint32_t)i + 1;
	return 0;
}

static int bad_section(struct reader *reader, const struct token *token)
{
	diag_set(reader->diag,
		 "%s:%u: \"%.*s\" cannot be the name of a network namespace",
		 reader->file, token->line, SHOW(token->name));
	diag_hint(reader->diag,
		  "write [*] for the defaults, or a name of 1 to 64 of A-Z a-z 0-9 "
		  ". _ - that does not begin with . or -");
	return -EINVAL;
}

static int add_section(struct reader *reader, const struct token *token,
		       struct slice rest)
{
	struct policy *policy = reader->policy;
	uint32_t *slot;
	int rc;

	if (!slice_equal(token->name, "*") && !netns_name_valid(token->name))
		return bad_section(reader, token);
	rc = grow(reader);
	if (rc < 0) {
		diag_set(reader->diag, "cannot read %s: %s", reader->file, strerror(-rc));
		return rc;
	}
	slot = index_slot(reader, token->name);
	if (*slot) {
		diag_set(reader->diag, "%s:%u: section [%.*s] is in line %u already",
			 reader->file, token->line, SHOW(token->name),
			 policy->sections[*slot - 1].line);
		diag_hint(reader->diag,
			  "write everything about a namespace in one section");
		return -EINVAL;
	}

	*slot = (uint32_t)policy->count + 1;
	policy->sections[policy->count++] =
		(struct policy_section){token->name, rest, token->line};
	memset(reader->seen, 0, sizeof(reader->seen));
	return 0;
}

static int unknown_key(struct reader *reader, const struct token *token)
{
	char list[256] = "";
	size_t used = 0;

	for (size_t i = 0; i < KEY_COUNT; i++) {
		size_t size = strlen(keys[i].key);

		memcpy(list + used, keys[i].key, size);
		used += size;
		list[used++] = i + 1 < KEY_COUNT ? ' ' : '\0';
	}
	diag_set(reader->diag, "%s:%u: unknown key \"%.*s\"", reader->file, token->line,
		 SHOW(token->name));
	diag_hint(reader->diag, "the keys are: %s", list);
	return -EINVAL;
}

static int check_pair(struct reader *reader, const struct token *token)
{
	struct policy_rules scratch = defaults;
	size_t key = key_number(token->name);
	const char *wanted;

	if (key == KEY_COUNT)
		return unknown_key(reader, token);
	if (reader->policy->count == 0) {
		diag_set(reader->diag, "%s:%u: \"%s\" stands before the first section",
			 reader->file, token->line, keys[key].key);
		diag_hint(reader->diag,
			  "write [*] above it if it is meant for every namespace");
		return -EINVAL;
	}
	if (reader->seen[key]) {
		diag_set(reader->diag,
			 "%s:%u: \"%s\" is in line %u of this section already",
			 reader->file, token->line, keys[key].key, reader->seen[key]);
		diag_hint(reader->diag, "write the key once, with all its values");
		return -EINVAL;
	}
	reader->seen[key] = token->line;
	wanted = keys[key].set(&scratch, token->value);
	if (wanted) {
		diag_set(reader->diag, "%s:%u: \"%.*s\" is no value for \"%s\"",
			 reader->file, token->line, SHOW(token->value), keys[key].key);
		diag_hint(reader->diag, "%s", wanted);
		return -EINVAL;
	}
	return 0;
}

static int bad_line(struct reader *reader, const struct token *token)
{
	diag_set(reader->diag, "%s:%u: %s", reader->file, token->line, token->error);
	diag_hint(reader->diag,
		  "write [NAMESPACE] or KEY = VALUE in plain text, with Unix line "
		  "ends; a comment begins with # at the start of its line");
	return -EINVAL;
}

static int read_all(struct reader *reader, struct slice text)
{
	struct tokens tokens = tokens_begin(text, 1);
	struct policy *policy = reader->policy;
	int rc = 0;

	while (rc == 0) {
		const char *before = tokens.rest.text;
		struct token token = tokens_next(&tokens);

		/* A section's body ends where the line of the next one begins. */
		if (policy->count > 0 &&
		    (token.kind == TOKEN_SECTION || token.kind == TOKEN_END)) {
			struct policy_section *last =
				&policy->sections[policy->count - 1];

			last->body.size = (size_t)(before - last->body.text);
		}
		if (token.kind == TOKEN_END)
			break;
		if (token.kind == TOKEN_SECTION)
			rc = add_section(reader, &token, tokens.rest);
		else if (token.kind == TOKEN_PAIR)
			rc = check_pair(reader, &token);
		else
			rc = bad_line(reader, &token);
	}
	return rc;
}

int policy_parse(const char *file, char *text, size_t size, struct policy *ret_policy,
		 struct diag *diag)
{
	struct policy policy = {.file = file};
	struct reader reader = {
		.file = file, .policy = &policy, .guess = 16, .diag = diag};
	int rc;

	/* A power of two, as the index needs it; a section takes some 64 bytes. */
	while (reader.guess < size / 64)
		reader.guess *= 2;
	rc = read_all(&reader, (struct slice){text, size});

	free(reader.index);
	if (rc < 0) {
		free(policy.sections);
		return rc;
	}
	policy.text = text;
	*ret_policy = policy;
	return 0;
}

int policy_load(const char *file, struct policy *ret_policy, struct diag *diag)
{
	char *text = NULL;
	size_t size = 0;
	int rc = safefile_read(file, POLICY_SIZE_MAX, &text, &size, diag);

	if (rc == -ENOENT) {
		*ret_policy = (struct policy){.file = file};
		return 0;
	}
	if (rc == -EACCES)
		diag_hint(diag,
			  "everyone who uses vpnrun reads it: chmod 644 %s, and 755 the "
			  "directories above",
			  file);
	if (rc < 0)
		return rc;
	rc = policy_parse(file, text, size, ret_policy, diag);
	if (rc < 0)
		free(text);
	return rc;
}

void policy_free(struct policy *policy)
{
	free(policy->text);
	free(policy->sections);
	*policy = (struct policy){.file = policy->file};
}

static const struct policy_section *find(const struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->count; i++) {
		if (slice_equal(policy->sections[i].name, name))
			return &policy->sections[i];
	}
	return NULL;
}

bool policy_has(const struct policy *policy, const char *name)
{
	return find(policy, name) != NULL;
}

/* The section was checked when the policy was read: each of its keys is known. */
static void apply(struct policy_rules *rules, const struct policy_section *section)
{
	struct tokens tokens = tokens_begin(section->body, section->line + 1);
	struct token token;

	while ((token = tokens_next(&tokens)).kind == TOKEN_PAIR)
		(void)keys[key_number(token.name)].set(rules, token.value); /* checked */
}

struct policy_rules policy_rules(const struct policy *policy, const char *name)
{
	const struct policy_section *all = find(policy, "*"), *own = find(policy, name);
	struct policy_rules rules = defaults;

	if (all)
		apply(&rules, all);
	if (own)
		apply(&rules, own);
	return rules;
}

int policy_allows(const struct policy_rules *rules, const struct identity *identity,
		  void (*unknown)(struct slice name))
{
	struct slice rest = rules->allow, word;
	int allowed = identity->uid == 0, error = 0;

	while (!allowed && slice_next_word(&rest, &word)) {
		int rc;

		if (slice_equal(word, "*"))
			rc = 1;
		else if (word.text[0] == '@')
			rc = identity_in_group(
				identity, (struct slice){word.text + 1, word.size - 1});
		else
			rc = identity_is_user(identity, word);
		if (rc == 1)
			allowed = 1;
		else if (rc == -ENOENT && unknown)
			unknown(word);
		else if (rc < 0 && rc != -ENOENT)
			error = rc;
	}
	return allowed ? 1 : error;
}
