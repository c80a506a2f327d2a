/* SPDX-License-Identifier: MIT */
/* options - the command line of vpnrun. */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "paths.h"

enum { OPT_NO_NEW_PRIVILEGES = 256, OPT_DRY_RUN, OPT_JSON };

/* One row an option: the parser and the help text are both made from it. */
static const struct {
	const char *name;
	int code;	      /* the short option's character, or an OPT_ number */
	const char *argument; /* its name in the help text, or NULL */
	const char *help;
} table[] = {
	{"namespace", 'n', "NAME",
	 "the network namespace; the first word is then the command"},
	{"chdir", 'C', "DIR", "working directory of the command"},
	{"user", 'u', "USER", "root only: run as USER, with that user's groups"},
	{"no-new-privileges", OPT_NO_NEW_PRIVILEGES, NULL,
	 "set no_new_privs for the command"},
	{"dry-run", OPT_DRY_RUN, NULL, "check everything, print the plan, start nothing"},
	{"list", 'l', NULL, "the network namespaces that you may enter, and their state"},
	{"json", OPT_JSON, NULL, "with --list: as JSON"},
	{"quiet", 'q', NULL, "no warnings"},
	{"verbose", 'v', NULL, "say what is done"},
	{"help", 'h', NULL, "print this text"},
	{"version", 'V', NULL, "print the version"},
};

#define OPTION_COUNT (sizeof(table) / sizeof(table[0]))

static const char try_help[] = "see vpnrun --help";

void options_help(void)
{
	(void)puts(
		"usage: vpnrun [OPTION]... NAMESPACE [COMMAND [ARG]...]\n"
		"       vpnrun [OPTION]... -n NAMESPACE [COMMAND [ARG]...]\n"
		"       vpnrun --list [--json]\n"
		"Run COMMAND (default: your shell) in an existing network namespace, as yourself.\n");
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		char left[64];
		const char *argument = table[i].argument ? table[i].argument : "";

		(void)snprintf(left, sizeof(left), "--%s%s%s", table[i].name,
			       table[i].argument ? " " : "", argument);
		if (table[i].code < 256)
			(void)printf("  -%c, %-22s  %s\n", table[i].code, left,
				     table[i].help);
		else
			(void)printf("      %-22s  %s\n", left, table[i].help);
	}
	(void)puts(
		"\nExit status: 125 if vpnrun failed or refused, 126 if COMMAND could not be run,\n"
		"127 if it was not found; otherwise COMMAND's own.");
	if (fflush(stdout) != 0 || ferror(stdout))
		die(NULL, "cannot write to standard output: %m");
}

void options_version(void)
{
	report_output("vpnrun %s", VPNRUN_VERSION);
}

/* getopt_long(3)'s two tables; a + keeps the target's own options out of it. */
static void make_getopt(char shorts[3 + 2 * OPTION_COUNT],
			struct option longs[OPTION_COUNT + 1])
{
	size_t used = 0;

	shorts[used++] = '+';
	shorts[used++] = ':';
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		longs[i] = (struct option){
			.name = table[i].name,
			.has_arg = table[i].argument ? required_argument : no_argument,
			.val = table[i].code,
		};
		if (table[i].code < 256)
			shorts[used++] = (char)table[i].code;
		if (table[i].code < 256 && table[i].argument)
			shorts[used++] = ':';
	}
	shorts[used] = '\0';
	longs[OPTION_COUNT] = (struct option){0};
}

static void take_option(struct request *request, int code)
{
	switch (code) {
	case 'n':
		request->netns = optarg;
		break;
	case 'C':
		request->chdir = optarg;
		break;
	case 'u':
		request->user = optarg;
		break;
	case OPT_NO_NEW_PRIVILEGES:
		request->no_new_privileges = true;
		break;
	case OPT_DRY_RUN:
		request->dry_run = true;
		break;
	case 'l':
		request->mode = MODE_LIST;
		break;
	case OPT_JSON:
		request->json = true;
		break;
	case 'q':
		request->level = REPORT_QUIET;
		break;
	case 'v':
		request->level = REPORT_VERBOSE;
		break;
	default:
		break;
	}
}

/* Words that the mode has no use for are a mistake, not something to pass over. */
static void check_request(const struct request *request)
{
	bool list = request->mode == MODE_LIST;

	if (request->json && !list)
		die(try_help, "--json goes with --list");
	if (list && request->words[0])
		die(try_help, "--list takes no namespace or command");
	if (list && (request->netns || request->chdir || request->user ||
		     request->dry_run || request->no_new_privileges))
		die(try_help, "--list goes with --json, -q and -v alone");
	if (!list && !request->netns && !request->words[0])
		die("vpnrun --list names those that you may enter; vpnrun --help says more",
		    "which network namespace?");
}

/* getopt_long(3) sets optopt to the character of a short option, or to the code of a
 * long one that was given a value it does not take. */
static _Noreturn void bad_option(const char *word)
{
	if (strncmp(word, "--", 2) == 0 && optopt)
		die(try_help, "option %.*s takes no value", (int)strcspn(word, "="),
		    word);
	if (strncmp(word, "--", 2) != 0 && optopt)
		die(try_help, "unknown option -%c", optopt);
	die(try_help, "unknown option %s", word);
}

/*
 * Between the namespace and the command "--" may stand, as launchers write it:
 * no command has that name.
 */
static char **after_netns(char **words)
{
	words++;
	return words[0] && strcmp(words[0], "--") == 0 ? words + 1 : words;
}

struct request options_parse(int argc, char *argv[])
{
	struct request request = {.mode = MODE_RUN, .level = REPORT_NORMAL};
	char shorts[3 + 2 * OPTION_COUNT];
	struct option longs[OPTION_COUNT + 1];
	int code;

	make_getopt(shorts, longs);
	opterr = 0;
	while ((code = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (code == 'h' || code == 'V') {
			request.mode = code == 'h' ? MODE_HELP : MODE_VERSION;
			return request;
		}
		if (code == ':')
			die(try_help, "option %s needs a value", argv[optind - 1]);
		if (code == '?')
			bad_option(argv[optind - 1]);
		take_option(&request, code);
	}
	request.words = argv + optind;
	check_request(&request);
	if (request.mode == MODE_RUN && !request.netns) {
		request.netns = request.words[0];
		request.words = after_netns(request.words);
	}
	return request;
}
