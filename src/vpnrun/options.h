/* SPDX-License-Identifier: MIT */
/*
 * options - the command line of vpnrun.
 *
 * Options come before the first word; that word and all after it are kept byte
 * for byte.  Nothing is looked up or checked here but the form of the options.
 */
#ifndef VPNRUN_OPTIONS_H
#define VPNRUN_OPTIONS_H

#include <stdbool.h>

#include "report.h"

enum request_mode {
	MODE_RUN,     /* run a command in a network namespace */
	MODE_LIST,    /* --list */
	MODE_HELP,    /* --help */
	MODE_VERSION, /* --version */
};

/* What the command line asks for; strings are those of argv. */
struct request {
	enum request_mode mode;
	enum report_level level;
	const char *netns; /* -n, or NULL */
	const char *chdir; /* -C, or NULL */
	const char *user;  /* -u, or NULL */
	bool no_new_privileges;
	bool dry_run;
	bool json;
	char **words; /* the first word and what follows, ended by NULL */
};

/* options_parse - read the command line; a wrong one ends the program with 125. */
struct request options_parse(int argc, char *argv[]);

/* options_help, options_version - print to standard output. */
void options_help(void);
void options_version(void);

#endif
