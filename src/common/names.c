/* SPDX-License-Identifier: MIT */
/* names - what may be the name of a network namespace, and which name was meant. */
#include "names.h"

#include <string.h>

static bool is_alnum(char c)
{
	/* Not isalnum(3): the answer must not depend on a locale. */
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool netns_name_valid(struct slice name)
{
	if (name.size < 1 || name.size > NETNS_NAME_MAX)
		return false;
	if (name.text[0] == '.' || name.text[0] == '-')
		return false;
	for (size_t i = 0; i < name.size; i++) {
		char c = name.text[i];

		if (!is_alnum(c) && c != '.' && c != '_' && c != '-')
			return false;
	}
	return true;
}

bool account_name_valid(struct slice name)
{
	if (name.size < 1 || name.size > 255)
		return false;
	if (strchr("-+@", name.text[0]))
		return false;
	for (size_t i = 0; i < name.size; i++) {
		char c = name.text[i];

		if (!is_alnum(c) && (c == '\0' || !strchr("._-+$\\@", c)))
			return false;
	}
	return true;
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

size_t names_distance(const char *a, const char *b)
{
	size_t rows[3][NETNS_NAME_MAX + 1];
	size_t size_a = strlen(a), size_b = strlen(b);

	if (size_a > NETNS_NAME_MAX || size_b > NETNS_NAME_MAX)
		return NETNS_NAME_MAX;

	for (size_t j = 0; j <= size_b; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= size_a; i++) {
		size_t *row = rows[i % 3], *above = rows[(i - 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= size_b; j++) {
			size_t change = above[j - 1] + (a[i - 1] != b[j - 1]);

			row[j] = min3(above[j] + 1, row[j - 1] + 1, change);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1]) {
				size_t swap = rows[(i - 2) % 3][j - 2] + 1;

				row[j] = row[j] < swap ? row[j] : swap;
			}
		}
	}
	return rows[size_a % 3][size_b];
}

bool names_near(const char *word, size_t distance)
{
	return distance <= 2 && distance * 2 < strlen(word);
}
