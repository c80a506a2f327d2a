/* SPDX-License-Identifier: MIT */
/* slice - a piece of somebody else's text. */
#include "slice.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct slice slice_from(const char *string)
{
	return (struct slice){string, strlen(string)};
}

bool slice_equal(struct slice slice, const char *string)
{
	return strlen(string) == slice.size &&
	       memcmp(string, slice.text, slice.size) == 0;
}

struct slice slice_trim(struct slice slice)
{
	while (slice.size > 0 && is_blank(slice.text[0])) {
		slice.text++;
		slice.size--;
	}
	while (slice.size > 0 && is_blank(slice.text[slice.size - 1]))
		slice.size--;
	return slice;
}

bool slice_next_word(struct slice *rest, struct slice *ret_word)
{
	struct slice text = slice_trim(*rest);
	size_t end = 0;

	if (text.size == 0)
		return false;
	while (end < text.size && !is_blank(text.text[end]))
		end++;

	*ret_word = (struct slice){text.text, end};
	*rest = (struct slice){text.text + end, text.size - end};
	return true;
}
