/* SPDX-License-Identifier: MIT */
/*
 * slice - a piece of somebody else's text, not terminated by NUL.
 *
 * A slice owns nothing; it is valid as long as the text it points into.
 */
#ifndef VPNRUN_SLICE_H
#define VPNRUN_SLICE_H

#include <stdbool.h>
#include <stddef.h>

struct slice {
	const char *text;
	size_t size;
};

/* The whole of a NUL-terminated string. */
struct slice slice_from(const char *string);

bool slice_equal(struct slice slice, const char *string);

/* Without blanks (space, tab) at either end. */
struct slice slice_trim(struct slice slice);

/*
 * slice_next_word - take the first blank-separated word off *REST.
 *
 * Returns false, and leaves *RET_WORD alone, when only blanks are left.
 */
bool slice_next_word(struct slice *rest, struct slice *ret_word);

#endif
