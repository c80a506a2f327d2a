/* SPDX-License-Identifier: MIT */
/*
 * memory - strings of one's own; without memory the program ends with 125.
 *
 * Must not be called while a capability is effective: it may have to say something.
 */
#ifndef VPNRUN_MEMORY_H
#define VPNRUN_MEMORY_H

#include "slice.h"

/* memory_copy - a copy of TEXT, ended by NUL, that the caller owns. */
char *memory_copy(struct slice text) __attribute__((warn_unused_result));

/* memory_format - what printf(3) would write, as a string that the caller owns. */
char *memory_format(const char *format, ...)
	__attribute__((format(printf, 1, 2), warn_unused_result));

#endif
