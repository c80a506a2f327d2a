/* SPDX-License-Identifier: MIT */
/*
 * report - messages to the user, on standard error; the one file of src/common that
 * prints.
 *
 * A message is one line, "vpnrun: WHAT", and optionally a second one, indented by
 * two blanks, that says how to mend it.  Whatever is in the text, no raw control
 * byte is written (escape.h).  Each message is one write(2).
 */
#ifndef VPNRUN_REPORT_H
#define VPNRUN_REPORT_H

#include <stdbool.h>

#include "diag.h"

/* Exit statuses of vpnrun itself, as env(1) and nohup(1) have them. */
enum {
	EXIT_VPNRUN = 125,	 /* vpnrun failed or refused */
	EXIT_NOT_RUNNABLE = 126, /* the target was found but could not be run */
	EXIT_NOT_FOUND = 127,	 /* the target was not found */
};

enum report_level {
	REPORT_QUIET,	/* errors only */
	REPORT_NORMAL,	/* errors and warnings */
	REPORT_VERBOSE, /* notes, too */
};

void report_set_level(enum report_level level);
bool report_verbose(void);

/*
 * report_on_failure - call HOOK with the text of each message that ends the
 * program, after it was printed (for the system log).
 */
void report_on_failure(void (*hook)(const char *text));

/* One escaped line on standard output; ends the program with 125 if it cannot be written.
 */
void report_output(const char *format, ...) __attribute__((format(printf, 1, 2)));

void report_warning(const char *hint, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void report_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * die - print the message, with HINT below it unless NULL or empty, and exit 125.
 *
 * Must not be called while a capability is effective: writing to the user's
 * standard error is the user's business alone.
 */
_Noreturn void die(const char *hint, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The same for an exit status other than 125. */
_Noreturn void die_status(int status, const char *hint, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for what a function of src/common left in a struct diag. */
_Noreturn void die_diag(const struct diag *diag);

#endif
