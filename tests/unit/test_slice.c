/* SPDX-License-Identifier: MIT */
/* Tests of slice: a piece of somebody else's text. */
#include "slice.h"

#include <string.h>

#include "unit.h"

static void from_takes_the_whole_string(void **state)
{
	static const char text[] = "a string";
	struct slice slice = slice_from(text);

	(void)state;
	assert_ptr_equal(slice.text, text);
	assert_int_equal(slice.size, 8);
	assert_int_equal(slice_from("").size, 0);
}

static void equal_compares_all_bytes(void **state)
{
	struct slice slice = exact("host", 4), with_nul = exact("a\0b", 3);

	(void)state;
	assert_true(slice_equal(slice, "host"));
	assert_false(slice_equal(slice, "hos"));
	assert_false(slice_equal(slice, "hosts"));
	assert_false(slice_equal(slice, "hosT"));
	assert_false(slice_equal(slice, ""));
	assert_false(slice_equal(with_nul, "a"));
	assert_true(slice_equal((struct slice){slice.text, 0}, ""));
	exact_free(slice);
	exact_free(with_nul);
}

static void trim_takes_blanks_off_both_ends(void **state)
{
	static const struct {
		const char *text, *trimmed;
	} cases[] = {
		{"", ""},
		{" ", ""},
		{" \t \t", ""},
		{"a", "a"},
		{"  a", "a"},
		{"a\t", "a"},
		{"\t a b\tc \t", "a b\tc"},
		/* Nothing but space and tab is a blank. */
		{"\r a\n", "\r a\n"},
		{"\v", "\v"},
		{"\f a", "\f a"},
		{"\xc2\xa0", "\xc2\xa0"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct slice text = exact(cases[i].text, strlen(cases[i].text));

		if (!slice_equal(slice_trim(text), cases[i].trimmed))
			fail_msg("\"%s\" was not trimmed to \"%s\"", cases[i].text,
				 cases[i].trimmed);
		exact_free(text);
	}
}

static void trim_stays_inside_the_text(void **state)
{
	struct slice text = exact("   ", 3), trimmed = slice_trim(text);

	(void)state;
	assert_int_equal(trimmed.size, 0);
	assert_in_range((uintptr_t)trimmed.text, (uintptr_t)text.text,
			(uintptr_t)text.text + 3);
	exact_free(text);
}

static void next_word_takes_one_after_another(void **state)
{
	struct slice text = exact(" one\t two  #three ", 18), rest = text, word;

	(void)state;
	assert_true(slice_next_word(&rest, &word));
	assert_true(slice_equal(word, "one"));
	assert_true(slice_next_word(&rest, &word));
	assert_true(slice_equal(word, "two"));
	assert_true(slice_next_word(&rest, &word));
	assert_true(slice_equal(word, "#three"));
	assert_false(slice_next_word(&rest, &word));
	assert_false(slice_next_word(&rest, &word));
	exact_free(text);
}

static void next_word_leaves_the_word_alone_at_the_end(void **state)
{
	struct slice rest = slice_from(" \t"), word = slice_from("before");

	(void)state;
	assert_false(slice_next_word(&rest, &word));
	assert_true(slice_equal(word, "before"));
}

static void next_word_takes_a_word_that_ends_the_text(void **state)
{
	struct slice text = exact("word", 4), rest = text, word;

	(void)state;
	assert_true(slice_next_word(&rest, &word));
	assert_true(slice_equal(word, "word"));
	assert_int_equal(rest.size, 0);
	exact_free(text);
}

static void next_word_does_not_end_at_other_white_space(void **state)
{
	struct slice rest = slice_from("a\nb\rc d"), word;

	(void)state;
	assert_true(slice_next_word(&rest, &word));
	assert_true(slice_equal(word, "a\nb\rc"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(from_takes_the_whole_string),
		cmocka_unit_test(equal_compares_all_bytes),
		cmocka_unit_test(trim_takes_blanks_off_both_ends),
		cmocka_unit_test(trim_stays_inside_the_text),
		cmocka_unit_test(next_word_takes_one_after_another),
		cmocka_unit_test(next_word_leaves_the_word_alone_at_the_end),
		cmocka_unit_test(next_word_takes_a_word_that_ends_the_text),
		cmocka_unit_test(next_word_does_not_end_at_other_white_space),
	};

	return cmocka_run_group_tests_name("slice", tests, NULL, NULL);
}
