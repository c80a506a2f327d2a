/* SPDX-License-Identifier: MIT */
/* Tests of policy: root's word on who may enter which network namespace. */
#include "policy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "unit.h"

/* policy_parse() on memory that ends where the text ends. */
static int parse_bytes(const char *text, size_t size, struct policy *ret_policy,
		       struct diag *ret_diag)
{
	struct slice copy = exact(text, size);
	int rc = policy_parse("file", (char *)(uintptr_t)copy.text, size, ret_policy,
			      ret_diag);

	if (rc < 0)
		exact_free(copy);
	return rc;
}

static struct policy accepted_bytes(const char *text, size_t size)
{
	struct policy policy = {0};
	struct diag diag = {"", ""};
	int rc = parse_bytes(text, size, &policy, &diag);

	if (rc != 0)
		fail_msg("\"%.60s\": refused (%d), \"%s\"", text, rc, diag.text);
	assert_string_equal(policy.file, "file");
	return policy;
}

static struct policy accepted(const char *text)
{
	return accepted_bytes(text, strlen(text));
}

/* A refused text leaves the result alone, and says FILE:LINE: TEXT and a remedy. */
static void refused_bytes(const char *text, size_t size, const char *message,
			  const char *hint)
{
	struct policy untouched = {.file = "untouched"}, policy = untouched;
	struct diag diag = {"", ""};
	int rc = parse_bytes(text, size, &policy, &diag);

	if (rc >= 0)
		fail_msg("\"%.60s\" is accepted", text);
	assert_int_equal(rc, -EINVAL);
	assert_memory_equal(&policy, &untouched, sizeof(policy));
	assert_string_equal(diag.text, message);
	assert_string_equal(diag.hint, hint);
}

static void refused(const char *text, const char *message, const char *hint)
{
	refused_bytes(text, strlen(text), message, hint);
}

static void expect_rules(const char *text, const char *name,
			 const struct policy_rules *wanted)
{
	struct policy policy = accepted(text);
	struct policy_rules rules = policy_rules(&policy, name);

	if (rules.allow.size != wanted->allow.size ||
	    memcmp(rules.allow.text, wanted->allow.text, rules.allow.size) != 0)
		fail_msg("\"%s\": allow is \"%.*s\"", text, (int)rules.allow.size,
			 rules.allow.text);
	assert_int_equal(rules.commands.size, wanted->commands.size);
	assert_memory_equal(rules.commands.text, wanted->commands.text,
			    rules.commands.size);
	assert_int_equal(rules.interfaces.size, wanted->interfaces.size);
	assert_memory_equal(rules.interfaces.text, wanted->interfaces.text,
			    rules.interfaces.size);
	assert_int_equal(rules.guard, wanted->guard);
	assert_int_equal(rules.dns_host, wanted->dns_host);
	assert_int_equal(rules.no_new_privileges, wanted->no_new_privileges);
	assert_int_equal(rules.log, wanted->log);
	policy_free(&policy);
}

/* The designated defaults: nobody, any command, the strict guard, own DNS, logged. */
#define DEFAULTS                                                                         \
	.allow = {"", 0}, .commands = {"", 0}, .interfaces = {"", 0},                    \
	.guard = GUARD_STRICT, .dns_host = false, .no_new_privileges = false,            \
	.log = true

static const struct policy_rules defaults = {DEFAULTS};

static void defaults_are_the_strict_ones(void **state)
{
	(void)state;
	expect_rules("", "vpn", &defaults);
	expect_rules("\n# nothing\n; here\n\n", "vpn", &defaults);
	expect_rules("[vpn]", "vpn", &defaults);
	expect_rules("[vpn]\n", "other", &defaults);
	expect_rules("[*]\n[vpn]\n", "vpn", &defaults);
}

static void every_key_is_taken(void **state)
{
	static const char text[] = "[vpn]\n"
				   "allow = alice  @family *\n"
				   "commands = /usr/bin/curl /opt/a#b\n"
				   "guard = route\n"
				   "interfaces = wg0 tun1\n"
				   "dns = host\n"
				   "no-new-privileges = yes\n"
				   "log = no\n";
	struct policy_rules wanted = {
		.allow = slice_from("alice  @family *"),
		.commands = slice_from("/usr/bin/curl /opt/a#b"),
		.interfaces = slice_from("wg0 tun1"),
		.guard = GUARD_ROUTE,
		.dns_host = true,
		.no_new_privileges = true,
		.log = false,
	};

	(void)state;
	expect_rules(text, "vpn", &wanted);
	expect_rules(text, "other", &defaults);
}

static void every_value_is_taken(void **state)
{
	struct policy_rules off = {DEFAULTS}, names = {DEFAULTS};

	(void)state;
	off.guard = GUARD_OFF;
	expect_rules("[vpn]\nguard=off", "vpn", &off);
	expect_rules("[vpn]\nguard=strict\ndns=required\nlog=yes\nno-new-privileges=no\n",
		     "vpn", &defaults);
	names.allow = slice_from("DOM\\al alice@example.org machine$ 1000 a+b _x .y");
	expect_rules("[vpn]\nallow = DOM\\al alice@example.org machine$ 1000 a+b _x .y\n",
		     "vpn", &names);
}

static void a_section_stands_over_the_defaults(void **state)
{
	static const char all[] =
		"[*]\nallow = @sudo\ncommands = /bin/a\nguard = off\ndns = host\n"
		"interfaces = a0\nno-new-privileges = yes\nlog = no\n";
	struct policy_rules wanted = {
		.allow = slice_from("@sudo"),
		.commands = slice_from("/bin/a"),
		.interfaces = slice_from("a0"),
		.guard = GUARD_OFF,
		.dns_host = true,
		.no_new_privileges = true,
		.log = false,
	};
	char text[1024];

	(void)state;
	expect_rules(all, "vpn", &wanted);
	(void)snprintf(text, sizeof(text), "[vpn]\n%s", all); /* fits */
	expect_rules(text, "vpn", &wanted);
	(void)snprintf(text, sizeof(text), "%s[other]\nallow = bob\n", all); /* fits */
	expect_rules(text, "vpn", &wanted);

	/* A key of the section takes the place of the default's, it adds nothing to it.
	 */
	wanted.allow = slice_from("alice");
	wanted.guard = GUARD_STRICT;
	wanted.dns_host = false;
	(void)snprintf(text, sizeof(text),
		       "%s[vpn]\nallow=alice\nguard=strict\ndns=required\n",
		       all); /* fits */
	expect_rules(text, "vpn", &wanted);
	/* [*] may come last. */
	(void)snprintf(text, sizeof(text),
		       "[vpn]\nallow=alice\nguard=strict\ndns=required\n%s",
		       all); /* fits */
	expect_rules(text, "vpn", &wanted);

	/* So does an empty list, nobody and no interface; and * for any command. */
	(void)snprintf(
		text, sizeof(text),
		"%s[vpn]\nallow=\ncommands = *\ninterfaces =\nguard=strict\ndns=required\n"
		"no-new-privileges=no\nlog=yes\n",
		all); /* fits */
	expect_rules(text, "vpn", &defaults);
}

static void sections_do_not_spill_over(void **state)
{
	static const char text[] =
		"[a]\n# allow = eve\nallow = alice\n\n  # about b\n[b]\n\n"
		"guard = off\n; end\n[c]\nallow = carol\n# no line feed";
	struct policy_rules a = {DEFAULTS}, b = {DEFAULTS}, c = {DEFAULTS};

	(void)state;
	a.allow = slice_from("alice");
	b.guard = GUARD_OFF;
	c.allow = slice_from("carol");
	expect_rules(text, "a", &a);
	expect_rules(text, "b", &b);
	expect_rules(text, "c", &c);
	expect_rules(text, "d", &defaults);
}

static void sections_are_found_by_their_whole_name(void **state)
{
	struct policy policy = accepted("[vpn]\n[*]\n[vpn.two]\n");

	(void)state;
	assert_int_equal(policy.count, 3);
	assert_true(policy_has(&policy, "vpn"));
	assert_true(policy_has(&policy, "vpn.two"));
	assert_false(policy_has(&policy, "vp"));
	assert_false(policy_has(&policy, "vpn."));
	assert_false(policy_has(&policy, "VPN"));
	assert_false(policy_has(&policy, ""));
	assert_int_equal(policy.sections[0].line, 1);
	assert_int_equal(policy.sections[2].line, 3);
	policy_free(&policy);
}

static void a_thousand_sections_are_read(void **state)
{
	enum { SECTIONS = 1000 };
	size_t space = SECTIONS * 64, used = 0;
	auto_free char *text = malloc(space);
	struct policy policy;
	char name[32], user[32];

	(void)state;
	assert_non_null(text);
	for (unsigned int i = 0; i < SECTIONS; i++)
		used += (size_t)snprintf(text + used, space - used,
					 "[vpn-%u]\nallow = user%u\n%s", i, i,
					 i % 2 ? "guard = off\n" : ""); /* fits */
	policy = accepted_bytes(text, used);
	assert_int_equal(policy.count, SECTIONS);
	for (unsigned int i = 0; i < SECTIONS; i++) {
		struct policy_rules rules;

		(void)snprintf(name, sizeof(name), "vpn-%u", i); /* fits */
		(void)snprintf(user, sizeof(user), "user%u", i); /* fits */
		assert_true(policy_has(&policy, name));
		rules = policy_rules(&policy, name);
		assert_true(slice_equal(rules.allow, user));
		assert_int_equal(rules.guard, i % 2 ? GUARD_OFF : GUARD_STRICT);
	}
	assert_false(policy_has(&policy, "vpn-1000"));
	policy_free(&policy);

	/* The index must still know the first one, after it grew. */
	used += (size_t)snprintf(text + used, space - used, "[vpn-0]\n"); /* fits */
	refused_bytes(text, used, "file:2501: section [vpn-0] is in line 1 already",
		      "write everything about a namespace in one section");
}

/* Error paths: what is said, where, and how to mend it. */

static const char name_hint[] =
	"write [*] for the defaults, or a name of 1 to 64 of A-Z a-z 0-9 "
	". _ - that does not begin with . or -";
static const char line_hint[] =
	"write [NAMESPACE] or KEY = VALUE in plain text, with Unix line "
	"ends; a comment begins with # at the start of its line";
static const char allow_hint[] =
	"list user names, @groups or *, with blanks between them; "
	"comments stand on lines of their own";
static const char command_hint[] =
	"list absolute paths, with blanks between them, or write * for any";
static const char interface_hint[] =
	"list names of network interfaces, with blanks between them";

static void unknown_keys_are_refused(void **state)
{
	static const char hint[] =
		"the keys are: allow commands dns guard interfaces log "
		"no-new-privileges";

	(void)state;
	refused("[vpn]\n\nfoo = bar\n", "file:3: unknown key \"foo\"", hint);
	refused("[vpn]\nAllow = alice", "file:2: unknown key \"Allow\"", hint);
	refused("[vpn]\nallo = alice", "file:2: unknown key \"allo\"", hint);
	refused("[vpn]\nallowed = alice", "file:2: unknown key \"allowed\"", hint);
	refused("[vpn]\nallow alice = x", "file:2: unknown key \"allow alice\"", hint);
	refused("foo = bar", "file:1: unknown key \"foo\"", hint);
	/* Those of later versions are unknown, not passed over. */
	refused("[vpn]\nsockets = masked", "file:2: unknown key \"sockets\"", hint);
}

static void long_words_are_cut_in_messages(void **state)
{
	char text[400], message[400], key[101];

	(void)state;
	memset(key, 'k', sizeof(key) - 1);
	key[100] = '\0';
	(void)snprintf(text, sizeof(text), "[vpn]\n%s = 1", key); /* fits */
	(void)snprintf(message, sizeof(message), "file:2: unknown key \"%.80s\"",
		       key); /* fits */
	refused(text, message,
		"the keys are: allow commands dns guard interfaces log no-new-privileges");
}

static void keys_before_the_first_section_are_refused(void **state)
{
	(void)state;
	refused("# who\nallow = *\n[vpn]\n",
		"file:2: \"allow\" stands before the first section",
		"write [*] above it if it is meant for every namespace");
}

static void doubled_keys_are_refused(void **state)
{
	static const char *const pairs[] = {"allow = a",
					    "commands = /a",
					    "dns = host",
					    "guard = off",
					    "log = no",
					    "interfaces = a",
					    "no-new-privileges = no"};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		char text[200], message[200];
		int size = (int)strcspn(pairs[i], " ");

		(void)snprintf(text, sizeof(text), "[vpn]\n%s\n\n%s\n", pairs[i],
			       pairs[i]); /* fits */
		(void)snprintf(message, sizeof(message),
			       "file:4: \"%.*s\" is in line 2 of this section already",
			       size, pairs[i]); /* fits */
		refused(text, message, "write the key once, with all its values");
	}
	/* In another section it is another key. */
	expect_rules("[a]\nguard = off\n[b]\nguard = strict\n", "b", &defaults);
}

static void doubled_sections_are_refused(void **state)
{
	static const char hint[] = "write everything about a namespace in one section";

	(void)state;
	refused("[vpn]\n[other]\n[ vpn ]\n", "file:3: section [vpn] is in line 1 already",
		hint);
	refused("[*]\n\n[*]", "file:3: section [*] is in line 1 already", hint);
}

static void bad_names_of_sections_are_refused(void **state)
{
	static const char *const names[] = {"",	  "..",	 ".x",	"-x",	    "../x",
					    "/x", "a b", "**",	"a*",	    "*x",
					    "a:", "#",	 "a#b", "\xc3\xa4", "@a"};
	char text[200], message[200], name[66];

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		(void)snprintf(text, sizeof(text), "\n[%s]\n", names[i]); /* fits */
		(void)snprintf(message, sizeof(message),
			       "file:2: \"%s\" cannot be the name of a network namespace",
			       names[i]); /* fits */
		refused(text, message, name_hint);
	}
	memset(name, 'x', sizeof(name) - 1);
	name[65] = '\0';
	(void)snprintf(text, sizeof(text), "[%s]", name); /* fits */
	(void)snprintf(message, sizeof(message),
		       "file:1: \"%s\" cannot be the name of a network namespace",
		       name); /* fits */
	refused(text, message, name_hint);
}

static void bad_values_are_refused(void **state)
{
	static const struct {
		const char *key, *value, *hint;
	} cases[] = {
		{"allow", "alice, bob", allow_hint},
		{"allow", "alice,bob", allow_hint},
		{"allow", "@", allow_hint},
		{"allow", "@@wheel", allow_hint},
		{"allow", "@*", allow_hint},
		{"allow", "**", allow_hint},
		{"allow", "-alice", allow_hint},
		{"allow", "+", allow_hint},
		{"allow", "\"alice\"", allow_hint},
		{"allow", "all of them!", allow_hint},
		{"allow", "al\xc3\xa4", allow_hint},
		{"commands", "", command_hint},
		{"commands", "curl", command_hint},
		{"commands", "/bin/a ./b", command_hint},
		{"commands", "~/bin/a", command_hint},
		{"commands", "\"/bin/a\"", command_hint},
		{"interfaces", "1234567890123456", interface_hint},
		{"interfaces", "wg0 a/b", interface_hint},
		{"interfaces", "eth0:1", interface_hint},
		{"interfaces", ".", interface_hint},
		{"interfaces", "wg0 ..", interface_hint},
		{"guard", "", "write strict, route or off"},
		{"guard", "Strict", "write strict, route or off"},
		{"guard", "of", "write strict, route or off"},
		{"guard", "off off", "write strict, route or off"},
		{"dns", "", "write required or host"},
		{"dns", "hosts", "write required or host"},
		{"dns", "192.0.2.1", "write required or host"},
		{"log", "", "write yes or no"},
		{"log", "true", "write yes or no"},
		{"log", "YES", "write yes or no"},
		{"no-new-privileges", "", "write yes or no"},
		{"no-new-privileges", "1", "write yes or no"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[200], message[200];

		(void)snprintf(text, sizeof(text), "[vpn]\n%s = %s\n", cases[i].key,
			       cases[i].value); /* fits */
		(void)snprintf(message, sizeof(message),
			       "file:2: \"%s\" is no value for \"%s\"", cases[i].value,
			       cases[i].key); /* fits */
		refused(text, message, cases[i].hint);
	}
}

/* What follows # or ; in a value is no comment, and must not be taken for names. */
static void comments_behind_values_are_refused(void **state)
{
	static const struct {
		const char *key, *value, *hint;
	} cases[] = {
		{"allow", "alice", allow_hint},
		{"allow", "*", allow_hint},
		{"commands", "/bin/a", command_hint},
		{"interfaces", "wg0", interface_hint},
		{"guard", "off", "write strict, route or off"},
		{"dns", "host", "write required or host"},
		{"log", "no", "write yes or no"},
		{"no-new-privileges", "no", "write yes or no"},
	};
	static const char *const tails[] = {" # but not eth0", " ; eth0", " #eth0", " ;",
					    "\t#"};

	(void)state;
	for (size_t i = 0; i < COUNT(cases) * COUNT(tails); i++) {
		size_t row = i / COUNT(tails);
		const char *tail = tails[i % COUNT(tails)];
		char text[200], message[200];

		(void)snprintf(text, sizeof(text), "[vpn]\n%s = %s%s\n", cases[row].key,
			       cases[row].value, tail); /* fits */
		(void)snprintf(message, sizeof(message),
			       "file:2: \"%s%s\" is no value for \"%s\"",
			       cases[row].value, tail, cases[row].key); /* fits */
		refused(text, message, cases[row].hint);
	}
	refused("[vpn]\nallow = alice#bob\n",
		"file:2: \"alice#bob\" is no value for \"allow\"", allow_hint);
	refused("[vpn]\nguard = off;\n", "file:2: \"off;\" is no value for \"guard\"",
		"write strict, route or off");
	refused("[vpn] # the VPN\n",
		"file:1: there is text behind the section's closing bracket", line_hint);
}

static void interfaces_may_have_15_bytes(void **state)
{
	struct policy_rules wanted = {DEFAULTS};

	(void)state;
	wanted.interfaces = slice_from("123456789012345 vpn.0-\xc3\xa4");
	expect_rules("[vpn]\ninterfaces = 123456789012345 vpn.0-\xc3\xa4\n", "vpn",
		     &wanted);
}

static void lines_of_no_kind_are_refused(void **state)
{
	(void)state;
	refused("[vpn]\nallow alice\n",
		"file:2: this is neither a section nor key = value", line_hint);
	refused("[vpn\n", "file:1: a section's name has no closing bracket", line_hint);
	refused("[vpn]\n = alice\n", "file:2: there is no key before the equals sign",
		line_hint);
	refused("\xef\xbb\xbf[vpn]\n",
		"file:1: this is neither a section nor key = value", line_hint);
}

/* Wherever it stands: nothing behind a NUL is hidden. */
static void control_bytes_are_refused(void **state)
{
	static const char *const texts[] = {
		"[vpn]\nallow = alice?\n", "[vpn]\n?allow = alice\n",
		"[vpn]\nallow = a?b\n",	   "[vpn]\n# a comment ?\n",
		"[a]\n[v?pn]\n",	   "[vpn]\nallow = alice\n?"};
	static const unsigned int lines[] = {2, 2, 2, 2, 2, 3};

	(void)state;
	for (int byte = 0; byte < 128; byte++) {
		bool control =
			(byte < 0x20 && byte != '\t' && byte != '\n') || byte == 0x7f;

		for (size_t i = 0; control && i < COUNT(texts); i++) {
			char text[64], message[64];
			size_t size = strlen(texts[i]);

			memcpy(text, texts[i], size + 1);
			*strchr(text, '?') = (char)byte;
			(void)snprintf(message, sizeof(message),
				       "file:%u: the line has a control byte in it",
				       lines[i]); /* fits */
			refused_bytes(text, size, message, line_hint);
		}
	}
	refused("[vpn]\r\nallow = alice\r\n", "file:1: the line has a control byte in it",
		line_hint);
}

static void long_lines_are_refused(void **state)
{
	char text[5000] = "[vpn]\n#";
	size_t at = strlen(text);
	struct policy policy;

	(void)state;
	memset(text + at, 'x', sizeof(text) - at);
	policy = accepted_bytes(text, 6 + 4096);
	policy_free(&policy);
	refused_bytes(text, 6 + 4097, "file:2: the line is longer than 4096 bytes",
		      line_hint);
}

static void the_first_error_counts(void **state)
{
	(void)state;
	refused("[a]\nguard = x\nfoo = y\n", "file:2: \"x\" is no value for \"guard\"",
		"write strict, route or off");
	/* Also in a section that nobody asks for. */
	refused("[a]\nallow = *\n[b]\nlog = maybe\n",
		"file:4: \"maybe\" is no value for \"log\"", "write yes or no");
}

static void free_leaves_an_empty_policy(void **state)
{
	struct policy policy = accepted("[vpn]\nallow = *\n");

	(void)state;
	policy_free(&policy);
	assert_false(policy_has(&policy, "vpn"));
	assert_int_equal(policy_rules(&policy, "vpn").allow.size, 0);
	policy_free(&policy);
}

/* policy_allows(): who the names stand for is said by the tables below. */

int __wrap_identity_is_user(const struct identity *identity, struct slice name);
int __wrap_identity_in_group(const struct identity *identity, struct slice name);

static int lookups;

int __wrap_identity_is_user(const struct identity *identity, struct slice name)
{
	lookups++;
	if (slice_equal(name, "alice"))
		return identity->uid == USER;
	if (slice_equal(name, "bob"))
		return identity->uid == USER + 1;
	if (slice_equal(name, "broken"))
		return -EIO;
	return -ENOENT;
}

int __wrap_identity_in_group(const struct identity *identity, struct slice name)
{
	lookups++;
	if (slice_equal(name, "family"))
		return identity->gid == GROUP;
	if (slice_equal(name, "work"))
		return 0;
	if (slice_equal(name, "broken"))
		return -EMFILE;
	return -ENOENT;
}

static char unknown[256];

static void note_unknown(struct slice name)
{
	(void)snprintf(unknown + strlen(unknown), sizeof(unknown) - strlen(unknown),
		       "%.*s;", (int)name.size, name.text); /* fits */
}

static int allows(const char *allow, uid_t uid, const char *wanted_unknown)
{
	struct policy_rules rules = {.allow = slice_from(allow)};
	struct identity identity = {.uid = uid, .gid = GROUP};
	int with, without;

	unknown[0] = '\0';
	with = policy_allows(&rules, &identity, note_unknown);
	assert_string_equal(unknown, wanted_unknown);
	without = policy_allows(&rules, &identity, NULL);
	assert_int_equal(with, without);
	return with;
}

static void who_is_named_may_enter(void **state)
{
	(void)state;
	assert_int_equal(allows("alice", USER, ""), 1);
	assert_int_equal(allows("bob alice", USER, ""), 1);
	assert_int_equal(allows("bob\talice", USER, ""), 1);
	assert_int_equal(allows("@family", USER, ""), 1);
	assert_int_equal(allows("bob @work @family", USER, ""), 1);
	assert_int_equal(allows("*", USER, ""), 1);
	assert_int_equal(allows("bob *", USER, ""), 1);
}

static void who_is_not_named_may_not(void **state)
{
	(void)state;
	assert_int_equal(allows("", USER, ""), 0);
	assert_int_equal(allows("bob", USER, ""), 0);
	assert_int_equal(allows("alice", USER + 1, ""), 0);
	assert_int_equal(allows("@work", USER, ""), 0);
	/* A user's name is no group's, nor the other way round. */
	assert_int_equal(allows("@alice", USER, "@alice;"), 0);
	assert_int_equal(allows("family", USER, "family;"), 0);
}

static void root_always_may_and_nobody_is_asked(void **state)
{
	(void)state;
	lookups = 0;
	assert_int_equal(allows("", 0, ""), 1);
	assert_int_equal(allows("bob broken @broken", 0, ""), 1);
	assert_int_equal(lookups, 0);
	assert_int_equal(allows("* bob", USER, ""), 1);
	assert_int_equal(lookups, 0);
}

static void names_without_an_account_are_told(void **state)
{
	(void)state;
	assert_int_equal(allows("gone @gone alice", USER, "gone;@gone;"), 1);
	assert_int_equal(allows("gone", USER, "gone;"), 0);
	assert_int_equal(allows("alice gone", USER, ""), 1);
}

static void a_broken_name_service_allows_nobody(void **state)
{
	(void)state;
	assert_int_equal(allows("broken", USER, ""), -EIO);
	assert_int_equal(allows("@broken bob", USER, ""), -EMFILE);
	assert_int_equal(allows("broken gone", USER, "gone;"), -EIO);
	/* Another name may still be the user's. */
	assert_int_equal(allows("broken alice", USER, ""), 1);
}

/* policy_load() */

static void fill_file(const char *path, size_t size)
{
	auto_free char *text = malloc(size);

	assert_non_null(text);
	memset(text, '\n', size);
	memcpy(text, "[vpn]\n", 6);
	file_put_bytes(path, text, size, 0644);
}

static void load_reads_the_file(void **state)
{
	struct policy policy;
	struct diag diag;

	(void)state;
	need_root();
	file_put("/policy", "[vpn]\nallow = alice\n", 0644);
	assert_int_equal(policy_load("/policy", &policy, &diag), 0);
	assert_string_equal(policy.file, "/policy");
	assert_true(policy_has(&policy, "vpn"));
	policy_free(&policy);

	file_put("/policy", "[vpn]\nallow alice\n", 0644);
	assert_int_equal(policy_load("/policy", &policy, &diag), -EINVAL);
	assert_string_equal(diag.text,
			    "/policy:2: this is neither a section nor key = value");
	assert_string_equal(diag.hint, line_hint);
}

static void a_missing_file_has_no_sections(void **state)
{
	struct policy policy;
	struct diag diag;

	(void)state;
	need_root();
	assert_int_equal(policy_load("/no/such/file", &policy, &diag), 0);
	assert_int_equal(policy.count, 0);
	assert_string_equal(policy.file, "/no/such/file");
	assert_int_equal(policy_rules(&policy, "vpn").allow.size, 0);
	policy_free(&policy);
}

static void load_takes_an_empty_file(void **state)
{
	struct policy policy;
	struct diag diag;

	(void)state;
	need_root();
	file_put("/policy", "", 0644);
	assert_int_equal(policy_load("/policy", &policy, &diag), 0);
	assert_int_equal(policy.count, 0);
	policy_free(&policy);
}

static void load_takes_at_most_1_mib(void **state)
{
	struct policy policy;
	struct diag diag;

	(void)state;
	need_root();
	fill_file("/policy", POLICY_SIZE_MAX);
	assert_int_equal(policy_load("/policy", &policy, &diag), 0);
	assert_int_equal(policy.count, 1);
	policy_free(&policy);
	fill_file("/policy", POLICY_SIZE_MAX + 1);
	assert_int_equal(policy_load("/policy", &policy, &diag), -EFBIG);
	assert_string_equal(diag.text, "/policy: larger than 1048576 bytes");
}

static void load_takes_only_roots_files(void **state)
{
	struct policy policy;
	struct diag diag;

	(void)state;
	need_root();
	file_put("/policy", "[vpn]\n", 0646);
	assert_int_equal(policy_load("/policy", &policy, &diag), -EPERM);
	assert_string_equal(
		diag.text,
		"/policy: /policy is writable by others than root (mode 0646)");
	assert_int_equal(chmod("/policy", 0644), 0);
	assert_int_equal(chown("/policy", USER, 0), 0);
	assert_int_equal(policy_load("/policy", &policy, &diag), -EPERM);
	assert_string_equal(diag.text, "/policy: /policy does not belong to root");
	assert_int_equal(chown("/policy", 0, 0), 0);
	/* Nor a missing file in somebody else's directory: he could make one. */
	dir_make("/theirs", 0777);
	assert_int_equal(policy_load("/theirs/policy", &policy, &diag), -EPERM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_the_strict_ones),
		cmocka_unit_test(every_key_is_taken),
		cmocka_unit_test(every_value_is_taken),
		cmocka_unit_test(a_section_stands_over_the_defaults),
		cmocka_unit_test(sections_do_not_spill_over),
		cmocka_unit_test(sections_are_found_by_their_whole_name),
		cmocka_unit_test(a_thousand_sections_are_read),
		cmocka_unit_test(unknown_keys_are_refused),
		cmocka_unit_test(long_words_are_cut_in_messages),
		cmocka_unit_test(keys_before_the_first_section_are_refused),
		cmocka_unit_test(doubled_keys_are_refused),
		cmocka_unit_test(doubled_sections_are_refused),
		cmocka_unit_test(bad_names_of_sections_are_refused),
		cmocka_unit_test(bad_values_are_refused),
		cmocka_unit_test(comments_behind_values_are_refused),
		cmocka_unit_test(interfaces_may_have_15_bytes),
		cmocka_unit_test(lines_of_no_kind_are_refused),
		cmocka_unit_test(control_bytes_are_refused),
		cmocka_unit_test(long_lines_are_refused),
		cmocka_unit_test(the_first_error_counts),
		cmocka_unit_test(free_leaves_an_empty_policy),
		cmocka_unit_test(who_is_named_may_enter),
		cmocka_unit_test(who_is_not_named_may_not),
		cmocka_unit_test(root_always_may_and_nobody_is_asked),
		cmocka_unit_test(names_without_an_account_are_told),
		cmocka_unit_test(a_broken_name_service_allows_nobody),
		cmocka_unit_test(load_reads_the_file),
		cmocka_unit_test(a_missing_file_has_no_sections),
		cmocka_unit_test(load_takes_an_empty_file),
		cmocka_unit_test(load_takes_at_most_1_mib),
		cmocka_unit_test(load_takes_only_roots_files),
	};

	return cmocka_run_group_tests_name("policy", tests, world_make, NULL);
}
