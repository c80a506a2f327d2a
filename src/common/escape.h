/* SPDX-License-Identifier: MIT */
/*
 * escape - make text from anywhere safe to show on a terminal and in a log.
 */
#ifndef VPNRUN_ESCAPE_H
#define VPNRUN_ESCAPE_H

#include <stddef.h>

/*
 * escape_text - copy SIZE bytes of TEXT into BUFFER, made harmless.
 *
 * Printable ASCII and well-formed UTF-8 stay as they are.  Control bytes (C0,
 * DEL, C1), line and paragraph separators, bidirectional overrides, backslash
 * and bytes that are not UTF-8 become \xHH, so that nothing can move the cursor,
 * begin a line of its own, or look like an escape that was not made here.
 *
 * BUFFER holds SPACE bytes, at least 1; the result is always terminated and never
 * cut inside a character.  Returns the length of the result.
 */
size_t escape_text(char *buffer, size_t space, const char *text, size_t size);

#endif
