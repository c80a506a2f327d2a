/* SPDX-License-Identifier: MIT */
/*
 * diag - what a silent function found wrong, for its caller to print.
 *
 * src/common prints nothing: a function that can fail in a way that a user must
 * understand fills a struct diag beside its negative errno.
 */
#ifndef VPNRUN_DIAG_H
#define VPNRUN_DIAG_H

#include <stdarg.h>

struct diag {
	char text[512]; /* what is wrong, with file and line where there is one */
	char hint[512]; /* one line on how to mend it, or empty */
};

/* diag_set - fill in the text; the hint becomes empty. */
void diag_set(struct diag *diag, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* diag_hint - fill in the hint, after diag_set(). */
void diag_hint(struct diag *diag, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
