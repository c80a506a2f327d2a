/* SPDX-License-Identifier: MIT */
/* environ - the environment as the invoking user gave it. */
#include "environ.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

static size_t count_strings(struct slice block)
{
	size_t count = 0;

	for (size_t i = 0; i < block.size; i++)
		count += block.text[i] == '\0';
	return count;
}

int environ_split(struct slice block, char ***ret_strings)
{
	size_t count = count_strings(block);
	char **strings;

	if (block.size > 0 && block.text[block.size - 1] != '\0')
		return -EINVAL;
	strings = calloc(count + 1, sizeof(*strings));
	if (!strings)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		/* The strings are this process's own stack: const only for the slice. */
		strings[i] = (char *)(uintptr_t)block.text;
		block.text += strlen(block.text) + 1;
	}
	*ret_strings = strings;
	return 0;
}

int environ_recover(int argc, char *const argv[], char ***ret_strings)
{
	const char *end = (const char *)getauxval(
		AT_EXECFN); /* NOLINT: a pointer, by getauxval(3) */
	const char *begin;

	if (argc < 1 || !argv[argc - 1] || !end)
		return -EINVAL;
	begin = argv[argc - 1] + strlen(argv[argc - 1]) + 1;
	if (begin > end)
		return -EINVAL;
	return environ_split((struct slice){begin, (size_t)(end - begin)}, ret_strings);
}

static bool has_name(const char *string, const char *name, size_t size)
{
	return strncmp(string, name, size) == 0 && string[size] == '=';
}

const char *environ_get(char *const strings[], const char *name)
{
	size_t size = strlen(name);

	for (; *strings; strings++) {
		if (has_name(*strings, name, size))
			return *strings + size + 1;
	}
	return NULL;
}

int environ_set(char ***strings, char *assignment)
{
	size_t name = strcspn(assignment, "="), kept = 0, count = 0;
	bool placed = false;
	char **list;

	while ((*strings)[count])
		count++;
	list = reallocarray(*strings, count + 2, sizeof(*list));
	if (!list)
		return -ENOMEM;
	*strings = list;

	for (size_t i = 0; i < count; i++) {
		if (!has_name(list[i], assignment, name)) {
			list[kept++] = list[i];
		} else if (!placed) {
			list[kept++] = assignment;
			placed = true;
		}
	}
	if (!placed)
		list[kept++] = assignment;
	list[kept] = NULL;
	return 0;
}
