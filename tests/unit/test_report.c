/* SPDX-License-Identifier: MIT */
/* Tests of report: messages to the user. */
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

/* Calls FUNCTION in a child and compares what it printed; a message is one write(2). */
static void expect(void (*function)(void *), void *argument, int status, const char *out,
		   const char *err)
{
	struct captured captured;

	capture(&captured, function, argument);
	assert_string_equal(captured.err, err);
	assert_string_equal(captured.out, out);
	assert_int_equal(captured.status, status);
	assert_int_equal(captured.err_writes, err[0] != '\0');
}

static void call_die(void *argument)
{
	die(argument, "%s: cannot do %d things", "mullvad", 3);
}

static void die_prints_message_and_hint(void **state)
{
	static char hint[] = "do this";

	(void)state;
	expect(call_die, hint, 125, "",
	       "vpnrun: mullvad: cannot do 3 things\n"
	       "  do this\n");
}

static void die_needs_no_hint(void **state)
{
	static char empty[] = "";

	(void)state;
	expect(call_die, NULL, 125, "", "vpnrun: mullvad: cannot do 3 things\n");
	expect(call_die, empty, 125, "", "vpnrun: mullvad: cannot do 3 things\n");
}

static void call_die_status(void *argument)
{
	die_status(*(int *)argument, "a hint", "%s: not found", "curl");
}

static void die_status_exits_with_it(void **state)
{
	static int statuses[] = {EXIT_NOT_RUNNABLE, EXIT_NOT_FOUND};

	(void)state;
	assert_int_equal(EXIT_VPNRUN, 125);
	assert_int_equal(statuses[0], 126);
	assert_int_equal(statuses[1], 127);
	for (size_t i = 0; i < COUNT(statuses); i++)
		expect(call_die_status, &statuses[i], statuses[i], "",
		       "vpnrun: curl: not found\n  a hint\n");
}

static void call_die_diag(void *argument)
{
	die_diag(argument);
}

static void die_diag_prints_text_and_hint(void **state)
{
	struct diag diag = {"file:7: 100% wrong %s", "write %n right"};

	(void)state;
	expect(call_die_diag, &diag, 125, "",
	       "vpnrun: file:7: 100% wrong %s\n"
	       "  write %n right\n");
	diag.hint[0] = '\0';
	expect(call_die_diag, &diag, 125, "", "vpnrun: file:7: 100% wrong %s\n");
}

static void call_die_with_text(void *argument)
{
	die(argument, "%s", (const char *)argument);
}

static void nothing_raw_is_printed(void **state)
{
	static char text[] = "x\nvpnrun: all is well\x1b[2J\r\\\x7f\xc2\x9b\xff";

	(void)state;
	expect(call_die_with_text, text, 125, "",
	       "vpnrun: x\\x0avpnrun: all is well\\x1b[2J\\x0d\\x5c\\x7f\\xc2\\x9b\\xff\n"
	       "  x\\x0avpnrun: all is well\\x1b[2J\\x0d\\x5c\\x7f\\xc2\\x9b\\xff\n");
}

/* However long: at most two lines, both ended, in one write. */
static void long_messages_are_cut(void **state)
{
	static char text[20000];
	struct captured captured;
	const char *end;

	(void)state;
	for (int byte = 'x'; byte >= '\x1b'; byte -= 'x' - '\x1b') {
		memset(text, byte, sizeof(text) - 1);
		capture(&captured, call_die_with_text, text);
		assert_int_equal(captured.status, 125);
		assert_int_equal(captured.err_writes, 1);
		assert_int_equal(strncmp(captured.err, "vpnrun: ", 8), 0);
		end = strchr(captured.err, '\n');
		assert_non_null(end);
		assert_true(end - captured.err > 1000);
		assert_int_equal(strncmp(end, "\n  ", 3), 0);
		end = strchr(end + 1, '\n');
		assert_ptr_equal(end + 1, captured.err + captured.err_size);
		assert_true(captured.err_size <= 4096);
	}
}

static void print_on_stdout(const char *text)
{
	(void)printf("hook: %s\n", text);
}

static void call_hooked(void *argument)
{
	report_on_failure(print_on_stdout);
	report_warning(NULL, "a warning");
	if (argument)
		call_die_diag(argument);
	report_note("a note");
}

static void the_hook_hears_of_failures_alone(void **state)
{
	struct diag diag = {"it failed", "mend it"};
	struct captured captured;

	(void)state;
	capture(&captured, call_hooked, &diag);
	assert_int_equal(captured.status, 125);
	assert_string_equal(captured.out, "hook: it failed\n");
	assert_string_equal(captured.err,
			    "vpnrun: warning: a warning\nvpnrun: it failed\n  mend it\n");
	capture(&captured, call_hooked, NULL);
	assert_int_equal(captured.status, 0);
	assert_string_equal(captured.out, "");
}

static void hook_after_the_message(const char *text)
{
	(void)text;
	(void)dprintf(STDERR_FILENO, "hook\n");
}

static void call_hooked_die(void *argument)
{
	report_on_failure(hook_after_the_message);
	call_die_status(argument);
}

static void the_message_comes_before_the_hook(void **state)
{
	static int status = EXIT_NOT_FOUND;
	struct captured captured;

	(void)state;
	capture(&captured, call_hooked_die, &status);
	assert_int_equal(captured.status, 127);
	assert_string_equal(captured.err, "vpnrun: curl: not found\n  a hint\nhook\n");
}

static void call_all_levels(void *argument)
{
	enum report_level *level = argument;

	if (level)
		report_set_level(*level);
	report_warning("mend it", "a %s", "warning");
	report_note("a %s\n", "note");
	report_output("%s", report_verbose() ? "verbose" : "not verbose");
}

static void expect_level(enum report_level *level, const char *out, const char *err)
{
	struct captured captured;

	capture(&captured, call_all_levels, level);
	assert_int_equal(captured.status, 0);
	assert_string_equal(captured.out, out);
	assert_string_equal(captured.err, err);
}

static void the_level_decides(void **state)
{
	static enum report_level quiet = REPORT_QUIET, normal = REPORT_NORMAL,
				 verbose = REPORT_VERBOSE;
	static const char warning[] = "vpnrun: warning: a warning\n  mend it\n";
	static const char both[] =
		"vpnrun: warning: a warning\n  mend it\nvpnrun: a note\\x0a\n";

	(void)state;
	expect_level(NULL, "not verbose\n", warning);
	expect_level(&quiet, "not verbose\n", "");
	expect_level(&normal, "not verbose\n", warning);
	expect_level(&verbose, "verbose\n", both);
}

static void call_quiet_die(void *argument)
{
	report_set_level(REPORT_QUIET);
	call_die(argument);
}

static void errors_are_never_quiet(void **state)
{
	(void)state;
	expect(call_quiet_die, NULL, 125, "", "vpnrun: mullvad: cannot do 3 things\n");
}

static void call_output(void *argument)
{
	report_output("%s|%d", (const char *)argument, 7);
}

static void output_is_one_escaped_line(void **state)
{
	static char text[] = "name\x1b\n\xc3\xa4";

	(void)state;
	expect(call_output, text, 0, "name\\x1b\\x0a\xc3\xa4|7\n", "");
}

static void call_long_output(void *argument)
{
	report_output("%s", (const char *)argument);
}

static void long_output_is_one_line(void **state)
{
	static char text[20000];
	struct captured captured;

	(void)state;
	memset(text, '\x1b', sizeof(text) - 1);
	capture(&captured, call_long_output, text);
	assert_int_equal(captured.status, 0);
	assert_in_range(captured.out_size, 4000, 4096);
	assert_ptr_equal(strchr(captured.out, '\n') + 1,
			 captured.out + captured.out_size);
}

static void call_output_closed(void *argument)
{
	(void)close(STDOUT_FILENO);
	call_output(argument);
}

static void call_output_full(void *argument)
{
	int fd = open("/dev/full", O_WRONLY);

	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
		_exit(99);
	call_output(argument);
}

static void output_that_is_lost_is_a_failure(void **state)
{
	static char text[] = "x";

	(void)state;
	expect(call_output_closed, text, 125, "",
	       "vpnrun: cannot write to standard output: Bad file descriptor\n");
	expect(call_output_full, text, 125, "",
	       "vpnrun: cannot write to standard output: No space left on device\n");
}

static void call_die_closed(void *argument)
{
	(void)close(STDERR_FILENO);
	call_die(argument);
}

static void call_die_full(void *argument)
{
	int fd = open("/dev/full", O_WRONLY);

	if (fd < 0 || dup2(fd, STDERR_FILENO) < 0)
		_exit(99);
	call_die(argument);
}

static void the_status_is_right_when_nobody_listens(void **state)
{
	(void)state;
	expect(call_die_closed, NULL, 125, "", "");
	expect(call_die_full, NULL, 125, "", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(die_prints_message_and_hint),
		cmocka_unit_test(die_needs_no_hint),
		cmocka_unit_test(die_status_exits_with_it),
		cmocka_unit_test(die_diag_prints_text_and_hint),
		cmocka_unit_test(nothing_raw_is_printed),
		cmocka_unit_test(long_messages_are_cut),
		cmocka_unit_test(the_hook_hears_of_failures_alone),
		cmocka_unit_test(the_message_comes_before_the_hook),
		cmocka_unit_test(the_level_decides),
		cmocka_unit_test(errors_are_never_quiet),
		cmocka_unit_test(output_is_one_escaped_line),
		cmocka_unit_test(long_output_is_one_line),
		cmocka_unit_test(output_that_is_lost_is_a_failure),
		cmocka_unit_test(the_status_is_right_when_nobody_listens),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
