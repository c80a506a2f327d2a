/* SPDX-License-Identifier: MIT */
/* Tests of diag: what a silent function found wrong. */
#include "diag.h"

#include <string.h>

#include "unit.h"

static void set_fills_the_text_and_clears_the_hint(void **state)
{
	struct diag diag = {"old text", "old hint"};

	(void)state;
	diag_set(&diag, "%s:%d: wrong", "file", 7);
	assert_string_equal(diag.text, "file:7: wrong");
	assert_string_equal(diag.hint, "");
}

static void hint_leaves_the_text(void **state)
{
	struct diag diag;

	(void)state;
	diag_set(&diag, "wrong");
	diag_hint(&diag, "chmod %o %s", 0644U, "file");
	assert_string_equal(diag.text, "wrong");
	assert_string_equal(diag.hint, "chmod 644 file");
}

static void what_is_too_long_is_cut_and_terminated(void **state)
{
	struct {
		struct diag diag;
		char behind;
	} box = {.behind = '!'};
	char text[2000];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	diag_set(&box.diag, "%s", text);
	diag_hint(&box.diag, "%s", text);
	assert_int_equal(strlen(box.diag.text), sizeof(box.diag.text) - 1);
	assert_int_equal(strlen(box.diag.hint), sizeof(box.diag.hint) - 1);
	assert_int_equal(box.behind, '!');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_fills_the_text_and_clears_the_hint),
		cmocka_unit_test(hint_leaves_the_text),
		cmocka_unit_test(what_is_too_long_is_cut_and_terminated),
	};

	return cmocka_run_group_tests_name("diag", tests, NULL, NULL);
}
