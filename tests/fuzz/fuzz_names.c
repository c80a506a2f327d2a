/* SPDX-License-Identifier: MIT */
/* Names: judged as documented, and the distance is what a plain reckoning says. */
#include "names.h"

#include <stdbool.h>
#include <string.h>

#include "fuzz.h"

#define SPACE 80

static bool only_has(struct slice name, const char *allowed)
{
	for (size_t i = 0; i < name.size; i++) {
		if (name.text[i] == '\0' || !strchr(allowed, name.text[i]))
			return false;
	}
	return true;
}

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static void check_valid(struct slice name)
{
	bool netns = name.size >= 1 && name.size <= 64 && only_has(name, LETTERS "._-") &&
		     name.text[0] != '.' && name.text[0] != '-';
	bool account = name.size >= 1 && name.size <= 255 &&
		       only_has(name, LETTERS "._-+$\\@") && name.text[0] != '-' &&
		       name.text[0] != '+' && name.text[0] != '@';

	CHECK(netns_name_valid(name) == netns);
	CHECK(account_name_valid(name) == account);
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment, with the whole table. */
static size_t reckon(const char *a, const char *b)
{
	static size_t table[SPACE][SPACE];
	size_t size_a = strlen(a), size_b = strlen(b);

	for (size_t i = 0; i <= size_a; i++) {
		for (size_t j = 0; j <= size_b; j++) {
			size_t best = i + j;

			if (i > 0)
				best = least(best, table[i - 1][j] + 1);
			if (j > 0)
				best = least(best, table[i][j - 1] + 1);
			if (i > 0 && j > 0)
				best = least(best,
					     table[i - 1][j - 1] +
						     (a[i - 1] == b[j - 1] ? 0 : 1));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				best = least(best, table[i - 2][j - 2] + 1);
			table[i][j] = best;
		}
	}
	return table[size_a][size_b];
}

static void check_distance(const char *a, const char *b)
{
	size_t distance = names_distance(a, b);

	CHECK(distance == names_distance(b, a));
	if (strlen(a) <= NETNS_NAME_MAX && strlen(b) <= NETNS_NAME_MAX)
		CHECK(distance == reckon(a, b));
	else
		CHECK(distance == NETNS_NAME_MAX);
	CHECK(!names_near(a, distance) || (distance <= 2 && 2 * distance < strlen(a)));
	CHECK(names_distance(a, a) == (strlen(a) <= NETNS_NAME_MAX ? 0 : NETNS_NAME_MAX));
}

/* The input is a name; and, cut at its first line feed, two. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice name = {(const char *)data, size};
	const char *end = size ? memchr(name.text, '\n', size) : NULL;
	size_t first = end ? (size_t)(end - name.text) : size;
	char a[SPACE] = "", b[SPACE] = "";

	check_valid(name);
	check_valid((struct slice){name.text, first});
	memcpy(a, data, least(first, SPACE - 1));
	if (end)
		memcpy(b, end + 1, least(size - first - 1, SPACE - 1));
	check_distance(a, b);
	return 0;
}
