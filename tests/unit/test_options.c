/* SPDX-License-Identifier: MIT */
/* Tests of options: the command line of vpnrun. */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "paths.h"
#include "unit.h"

#define WORDS_MAX 16

static const char *shown(const char *text)
{
	return text ? text : "-";
}

/* Parses in a child, for getopt(3) has a state, and prints what comes of it. */
static void print_request(void *argument)
{
	char **argv = argument;
	struct request request;
	int argc = 0;

	while (argv[argc])
		argc++;
	request = options_parse(argc, argv);
	(void)printf("mode %d level %d -n %s -C %s -u %s nnp %d dry %d json %d",
		     request.mode, request.level, shown(request.netns),
		     shown(request.chdir), shown(request.user), request.no_new_privileges,
		     request.dry_run, request.json);
	for (size_t i = 0; request.words && request.words[i]; i++)
		(void)printf(" <%s>", request.words[i]);
}

/* LINE is cut at its blanks; an empty word is written as ''. */
static void run(const char *line, struct captured *ret_captured)
{
	char copy[512], *rest = copy, *word, *argv[WORDS_MAX + 2] = {NULL};
	static char name[] = "vpnrun";
	int argc = 0;

	argv[argc++] = name;
	assert_true(strlen(line) < sizeof(copy));
	memcpy(copy, line, strlen(line) + 1);
	while (line[0] && (word = strsep(&rest, " "))) {
		assert_true(argc <= WORDS_MAX);
		if (strcmp(word, "''") == 0)
			word[0] = '\0';
		argv[argc++] = word;
	}
	capture(ret_captured, print_request, argv);
}

static void expect(const char *line, const char *wanted)
{
	struct captured captured;

	run(line, &captured);
	assert_string_equal(captured.err, "");
	assert_string_equal(captured.out, wanted);
	assert_int_equal(captured.status, 0);
}

static void refused(const char *line, const char *message, const char *hint)
{
	struct captured captured;
	char wanted[512];

	run(line, &captured);
	(void)snprintf(wanted, sizeof(wanted), "vpnrun: %s\n  %s\n", message,
		       hint); /* fits */
	assert_string_equal(captured.err, wanted);
	assert_string_equal(captured.out, "");
	assert_int_equal(captured.status, 125);
}

/* What follows "mode 0 level 1 -n NAME" when nothing else is asked for. */
#define REST " -C - -u - nnp 0 dry 0 json 0"

static void the_first_word_ends_the_options(void **state)
{
	(void)state;
	expect("mullvad", "mode 0 level 1 -n mullvad" REST);
	expect("mullvad curl -v --json -n x",
	       "mode 0 level 1 -n mullvad" REST " <curl> <-v> <--json> <-n> <x>");
	expect("mullvad '' -q", "mode 0 level 1 -n mullvad" REST " <> <-q>");
	expect("mullvad --help", "mode 0 level 1 -n mullvad" REST " <--help>");
	expect("mullvad -v", "mode 0 level 1 -n mullvad" REST " <-v>");
	expect("- x", "mode 0 level 1 -n -" REST " <x>");
	expect("'' x", "mode 0 level 1 -n " REST " <x>");
}

static void two_dashes_end_the_options(void **state)
{
	(void)state;
	expect("-q -- -v x", "mode 0 level 0 -n -v" REST " <x>");
	expect("-- mullvad x -- y", "mode 0 level 1 -n mullvad" REST " <x> <--> <y>");
	expect("-- --", "mode 0 level 1 -n --" REST);
}

/* As launchers write it; only the first, and only right there. */
static void two_dashes_may_precede_the_command(void **state)
{
	(void)state;
	expect("mullvad -- curl -v", "mode 0 level 1 -n mullvad" REST " <curl> <-v>");
	expect("mullvad -- -v", "mode 0 level 1 -n mullvad" REST " <-v>");
	expect("mullvad --", "mode 0 level 1 -n mullvad" REST);
	expect("mullvad -- -- x", "mode 0 level 1 -n mullvad" REST " <--> <x>");
	expect("mullvad x -- y", "mode 0 level 1 -n mullvad" REST " <x> <--> <y>");
	expect("-- mullvad -- x", "mode 0 level 1 -n mullvad" REST " <x>");
	expect("-n net -- -- x", "mode 0 level 1 -n net" REST " <--> <x>");
}

static void every_option_is_taken(void **state)
{
	static const char wanted[] =
		"mode 0 level 2 -n net -C /dir -u alice nnp 1 dry 1 json 0"
		" <x>";

	(void)state;
	expect("-n net -C /dir -u alice --no-new-privileges --dry-run -v x", wanted);
	expect("--namespace net --chdir /dir --user alice --no-new-privileges --dry-run "
	       "--verbose x",
	       wanted);
	expect("--namespace=net --chdir=/dir --user=alice --no-new-privileges --dry-run -v -- x",
	       wanted);
	expect("-nnet -C/dir -ualice --no-new-privileges --dry-run -qv x", wanted);
	expect("--quiet x", "mode 0 level 0 -n x" REST);
	expect("-l", "mode 1 level 1 -n -" REST);
	expect("--list --json -q", "mode 1 level 0 -n - -C - -u - nnp 0 dry 0 json 1");
}

static void values_are_kept_as_they_are(void **state)
{
	(void)state;
	expect("-n -x y", "mode 0 level 1 -n -x -C - -u - nnp 0 dry 0 json 0 <y>");
	expect("-n '' y", "mode 0 level 1 -n  -C - -u - nnp 0 dry 0 json 0 <y>");
	expect("-n a -n b y", "mode 0 level 1 -n b -C - -u - nnp 0 dry 0 json 0 <y>");
	expect("-n -- y", "mode 0 level 1 -n -- -C - -u - nnp 0 dry 0 json 0 <y>");
}

static void with_a_namespace_no_word_is_needed(void **state)
{
	(void)state;
	expect("-n net", "mode 0 level 1 -n net -C - -u - nnp 0 dry 0 json 0");
	expect("-n net --", "mode 0 level 1 -n net -C - -u - nnp 0 dry 0 json 0");
}

static void help_and_version_ask_for_nothing_else(void **state)
{
	static const char *const help[] = {"-h", "--help", "-q --help",
					   "--help --nonsense", "-l -h x"};
	static const char *const version[] = {"-V", "--version", "-v --version x"};

	(void)state;
	for (size_t i = 0; i < COUNT(help); i++) {
		struct captured captured;

		run(help[i], &captured);
		assert_int_equal(strncmp(captured.out, "mode 2 ", 7), 0);
		assert_int_equal(captured.status, 0);
	}
	for (size_t i = 0; i < COUNT(version); i++) {
		struct captured captured;

		run(version[i], &captured);
		assert_int_equal(strncmp(captured.out, "mode 3 ", 7), 0);
		assert_int_equal(captured.status, 0);
	}
}

static void unknown_options_are_refused(void **state)
{
	static const char hint[] = "see vpnrun --help";

	(void)state;
	refused("-x mullvad", "unknown option -x", hint);
	refused("-qx mullvad", "unknown option -x", hint);
	refused("-xq mullvad", "unknown option -x", hint);
	refused("--n mullvad", "unknown option --n", hint);
	refused("--nonsense mullvad", "unknown option --nonsense", hint);
	refused("--nonsense=1 mullvad", "unknown option --nonsense=1", hint);
	refused("--n\x1b[31m mullvad", "unknown option --n\\x1b[31m", hint);
	/* Not yet, or no more: the option of another version is not passed over. */
	refused("-L 9000 mullvad", "unknown option -L", hint);
}

static void missing_values_are_told(void **state)
{
	static const char hint[] = "see vpnrun --help";

	(void)state;
	refused("-n", "option -n needs a value", hint);
	refused("--chdir", "option --chdir needs a value", hint);
	refused("-q -u", "option -u needs a value", hint);
}

static void what_does_not_go_together_is_refused(void **state)
{
	static const char hint[] = "see vpnrun --help";
	static const char *const beside_list[] = {"-l -n x", "-l -C x", "-l -u x",
						  "--list --dry-run",
						  "--list --no-new-privileges"};

	(void)state;
	refused("--json mullvad", "--json goes with --list", hint);
	refused("-l mullvad", "--list takes no namespace or command", hint);
	for (size_t i = 0; i < COUNT(beside_list); i++)
		refused(beside_list[i], "--list goes with --json, -q and -v alone", hint);
	refused("", "which network namespace?",
		"vpnrun --list names those that you may enter; vpnrun --help says more");
	refused("-q --", "which network namespace?",
		"vpnrun --list names those that you may enter; vpnrun --help says more");
}

static void values_that_nobody_wants_are_refused(void **state)
{
	(void)state;
	refused("--quiet=no mullvad", "option --quiet takes no value",
		"see vpnrun --help");
	refused("--dry-run= mullvad", "option --dry-run takes no value",
		"see vpnrun --help");
	refused("--help=x", "option --help takes no value", "see vpnrun --help");
}

static void call_help(void *argument)
{
	(void)argument;
	options_help();
}

static void help_names_every_option(void **state)
{
	static const char *const options[] = {
		"-n, --namespace NAME",
		"-C, --chdir DIR",
		"-u, --user USER",
		"--no-new-privileges",
		"--dry-run",
		"-l, --list",
		"--json",
		"-q, --quiet",
		"-v, --verbose",
		"-h, --help",
		"-V, --version",
	};
	struct captured captured;

	(void)state;
	capture(&captured, call_help, NULL);
	assert_int_equal(captured.status, 0);
	assert_string_equal(captured.err, "");
	for (size_t i = 0; i < COUNT(options); i++) {
		if (!strstr(captured.out, options[i]))
			fail_msg("the help text does not name %s", options[i]);
	}
}

static void call_help_full(void *argument)
{
	(void)argument;
	if (!freopen("/dev/full", "w", stdout))
		_exit(99);
	options_help();
}

static void help_that_is_lost_is_a_failure(void **state)
{
	struct captured captured;

	(void)state;
	capture(&captured, call_help_full, NULL);
	assert_int_equal(captured.status, 125);
	assert_string_equal(
		captured.err,
		"vpnrun: cannot write to standard output: No space left on device\n");
}

static void call_version(void *argument)
{
	(void)argument;
	options_version();
}

static void version_is_that_of_the_build(void **state)
{
	struct captured captured;

	(void)state;
	capture(&captured, call_version, NULL);
	assert_int_equal(captured.status, 0);
	assert_string_equal(captured.out, "vpnrun " VPNRUN_VERSION "\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_word_ends_the_options),
		cmocka_unit_test(two_dashes_end_the_options),
		cmocka_unit_test(two_dashes_may_precede_the_command),
		cmocka_unit_test(every_option_is_taken),
		cmocka_unit_test(values_are_kept_as_they_are),
		cmocka_unit_test(with_a_namespace_no_word_is_needed),
		cmocka_unit_test(help_and_version_ask_for_nothing_else),
		cmocka_unit_test(unknown_options_are_refused),
		cmocka_unit_test(missing_values_are_told),
		cmocka_unit_test(what_does_not_go_together_is_refused),
		cmocka_unit_test(values_that_nobody_wants_are_refused),
		cmocka_unit_test(help_names_every_option),
		cmocka_unit_test(help_that_is_lost_is_a_failure),
		cmocka_unit_test(version_is_that_of_the_build),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
