/* SPDX-License-Identifier: MIT */
/* Tests of pathname: questions about paths that their text alone answers. */
#include "pathname.h"

#include "unit.h"

static void a_directory_and_what_is_in_it_are_below_it(void **state)
{
	(void)state;
	assert_true(pathname_below("/etc", "/etc"));
	assert_true(pathname_below("/etc/x", "/etc"));
	assert_true(pathname_below("/etc/x/y", "/etc/x"));
}

static void names_that_only_begin_alike_are_not(void **state)
{
	(void)state;
	assert_false(pathname_below("/etcetera", "/etc"));
	assert_false(pathname_below("/et", "/etc"));
	assert_false(pathname_below("/", "/etc"));
	assert_false(pathname_below("", "/etc"));
	assert_false(pathname_below("/var/etc", "/etc"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_directory_and_what_is_in_it_are_below_it),
		cmocka_unit_test(names_that_only_begin_alike_are_not),
	};

	return cmocka_run_group_tests_name("pathname", tests, NULL, NULL);
}
