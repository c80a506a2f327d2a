/* SPDX-License-Identifier: MIT */
/* Tests of names: what may be the name of a network namespace, and which was meant. */
#include "names.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

static bool netns_valid(const char *text, size_t size)
{
	struct slice name = exact(text, size);
	bool valid = netns_name_valid(name);

	exact_free(name);
	return valid;
}

static bool account_valid(const char *text, size_t size)
{
	struct slice name = exact(text, size);
	bool valid = account_name_valid(name);

	exact_free(name);
	return valid;
}

static void netns_names_of_the_field_are_valid(void **state)
{
	static const char *const names[] = {
		"mullvad",	   "vpn0", "a",	   "Z",	  "0",	"_",
		"wg-se-sto-001",   "a.b",  "a..b", "_-.", "a-", "a.",
		"UPPER_lower.1-2",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		if (!netns_valid(names[i], strlen(names[i])))
			fail_msg("\"%s\" is refused", names[i]);
	}
}

static void netns_names_that_lead_elsewhere_are_not(void **state)
{
	static const char *const names[] = {
		"",    ".",    "..",	    "../x",	 "/x",	"x/y",	"x/",  "-x",
		"-",   "--",   "-n",	    ".hidden",	 "a b", " a",	"a ",  "a\n",
		"\na", "a\tb", "a\x1b[31m", "*",	 "a*",	"@a",	"a:b", "a=b",
		"~",   "a;b",  "a'b",	    "a\"b",	 "$a",	"a\\b", "%n",  "a,b",
		"a+b", "\xff", "\xc3\xa4",  "a\xc3\xa4",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		if (netns_valid(names[i], strlen(names[i])))
			fail_msg("\"%s\" is accepted", names[i]);
	}
	assert_false(netns_valid("a\0b", 3));
	assert_false(netns_valid("a\0", 2));
	assert_false(netns_valid("\0", 1));
}

/* Each byte on its own, at the beginning and behind a letter. */
static void netns_names_have_no_other_bytes(void **state)
{
	static const char inside[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		char name[2] = {'a', (char)byte};
		bool allowed = byte != 0 && strchr(inside, byte);

		if (netns_valid(name, 2) != allowed)
			fail_msg("byte %d behind a letter: not as documented", byte);
		if (netns_valid(name + 1, 1) != (allowed && byte != '.' && byte != '-'))
			fail_msg("byte %d at the beginning: not as documented", byte);
	}
}

static void netns_names_have_1_to_64_bytes(void **state)
{
	char name[300];

	(void)state;
	memset(name, 'x', sizeof(name));
	for (size_t size = 0; size <= sizeof(name); size++)
		assert_int_equal(netns_valid(name, size), size >= 1 && size <= 64);
}

static void account_names_of_the_field_are_valid(void **state)
{
	static const char *const names[] = {
		"alice",
		"Alice",
		"a",
		"0",
		"1000",
		"_apt",
		".dot",
		"systemd-network",
		"machine$",
		"DOMAIN\\alice",
		"alice@example.org",
		"a+b",
		"$",
		"\\",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		if (!account_valid(names[i], strlen(names[i])))
			fail_msg("\"%s\" is refused", names[i]);
	}
}

static void account_names_that_mean_something_else_are_not(void **state)
{
	static const char *const names[] = {
		"",    "-",	 "-alice",    "+",	"+alice",   "@",      "@wheel",
		"*",   "a*",	 "alice,bob", "alice,", "#",	    "#alice", "alice#",
		";",   "alice;", "a b",	      "a\tb",	"a:b",	    "a/b",    "\"alice\"",
		"a=b", "!alice", "a\n",	      "\x7f",	"\xc3\xa4",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		if (account_valid(names[i], strlen(names[i])))
			fail_msg("\"%s\" is accepted", names[i]);
	}
	assert_false(account_valid("\0", 1));
	assert_false(account_valid("a\0", 2));
	assert_false(account_valid("a\0b", 3));
}

static void account_names_have_1_to_255_bytes(void **state)
{
	char name[300];

	(void)state;
	memset(name, 'x', sizeof(name));
	for (size_t size = 0; size <= sizeof(name); size++)
		assert_int_equal(account_valid(name, size), size >= 1 && size <= 255);
}

static void distance_counts_edits(void **state)
{
	static const struct {
		const char *a, *b;
		size_t distance;
	} cases[] = {
		{"", "", 0},
		{"", "abc", 3},
		{"mullvad", "mullvad", 0},
		{"mullvad", "mulvad", 1},
		{"mullvad", "mullvadd", 1},
		{"mullvad", "nullvad", 1},
		{"mullvad", "mullavd", 1},
		{"ab", "ba", 1},
		{"mullvad", "Mullvad", 1},
		{"kitten", "sitting", 3},
		{"abcdef", "fedcba", 5},
		/* Optimal string alignment edits no part twice. */
		{"ca", "abc", 3},
		{"mullvad", "proton", 7},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(names_distance(cases[i].a, cases[i].b),
				 cases[i].distance);
		assert_int_equal(names_distance(cases[i].b, cases[i].a),
				 cases[i].distance);
	}
}

static void distance_works_to_the_longest_name(void **state)
{
	char a[66], b[66];

	(void)state;
	memset(a, 'a', sizeof(a));
	memset(b, 'b', sizeof(b));
	a[64] = '\0';
	b[64] = '\0';
	assert_int_equal(names_distance(a, b), 64);
	assert_int_equal(names_distance(a, a), 0);
	b[63] = '\0';
	assert_int_equal(names_distance(a, b), 64);
	a[64] = 'a';
	a[65] = '\0';
	assert_int_equal(names_distance(a, a), NETNS_NAME_MAX);
	assert_int_equal(names_distance(a, "a"), NETNS_NAME_MAX);
	assert_int_equal(names_distance("a", a), NETNS_NAME_MAX);
}

static void near_is_what_a_slip_of_the_finger_makes(void **state)
{
	(void)state;
	assert_true(names_near("mullvad", 0));
	assert_true(names_near("mullvad", 1));
	assert_true(names_near("mullvad", 2));
	assert_false(names_near("mullvad", 3));
	/* Half of a short word is not a misspelling. */
	assert_false(names_near("ab", 1));
	assert_true(names_near("abc", 1));
	assert_false(names_near("abcd", 2));
	assert_true(names_near("abcde", 2));
	assert_false(names_near("", 0));
	assert_false(names_near("mullvad", NETNS_NAME_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(netns_names_of_the_field_are_valid),
		cmocka_unit_test(netns_names_that_lead_elsewhere_are_not),
		cmocka_unit_test(netns_names_have_no_other_bytes),
		cmocka_unit_test(netns_names_have_1_to_64_bytes),
		cmocka_unit_test(account_names_of_the_field_are_valid),
		cmocka_unit_test(account_names_that_mean_something_else_are_not),
		cmocka_unit_test(account_names_have_1_to_255_bytes),
		cmocka_unit_test(distance_counts_edits),
		cmocka_unit_test(distance_works_to_the_longest_name),
		cmocka_unit_test(near_is_what_a_slip_of_the_finger_makes),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
