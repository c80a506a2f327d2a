/* SPDX-License-Identifier: MIT */
/* Environments: nothing is lost when split, and setting a name changes that name alone.
 */
#include "environ.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "fuzz.h"

static size_t count(char *const strings[])
{
	size_t number = 0;

	while (strings[number])
		number++;
	return number;
}

/* Joined again, the strings are the block. */
static void check_split(char *const strings[], struct slice block)
{
	const char *at = block.text;

	for (size_t i = 0; strings[i]; i++) {
		CHECK(strings[i] == at);
		at += strlen(at) + 1;
	}
	CHECK(at == block.text + block.size);
}

static bool is_of(const char *string, const char *name)
{
	const char *equals = strchr(string, '=');
	size_t size = strlen(name);

	return equals && (size_t)(equals - string) == size &&
	       memcmp(string, name, size) == 0;
}

/* What environ_set() must make of OLD: one ASSIGNMENT, and all others as they were. */
static void check_set(char *const old[], char *const new[], const char *name,
		      const char *assignment)
{
	size_t j = 0;
	bool placed = false;

	for (size_t i = 0; old[i]; i++) {
		if (!is_of(old[i], name)) {
			CHECK(new[j++] == old[i]);
		} else if (!placed) {
			CHECK(new[j++] == assignment);
			placed = true;
		}
	}
	if (!placed)
		CHECK(new[j++] == assignment);
	CHECK(new[j] == NULL);
}

static const char *first_value(char *const strings[], const char *name)
{
	for (size_t i = 0; strings[i]; i++) {
		if (is_of(strings[i], name))
			return strings[i] + strlen(name) + 1;
	}
	return NULL;
}

static void check_name(struct slice block, char *const strings[], const char *name)
{
	size_t space = strlen(name) + sizeof("=new");
	char *assignment = malloc(space), **changed;

	CHECK(assignment);
	(void)snprintf(assignment, space, "%s=new", name); /* fits */
	CHECK(environ_get(strings, name) == first_value(strings, name));
	CHECK(environ_split(block, &changed) == 0);
	CHECK(environ_set(&changed, assignment) == 0);
	check_set(strings, changed, name, assignment);
	CHECK(strcmp(environ_get(changed, name), "new") == 0);
	free(changed);
	free(assignment);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice block = {(const char *)data, size};
	char **strings = NULL;
	int rc = environ_split(block, &strings);

	if (size > 0 && data[size - 1] != '\0') {
		CHECK(rc == -EINVAL && !strings);
		return 0;
	}
	CHECK(rc == 0);
	check_split(strings, block);
	check_name(block, strings, "NAME");
	/* The first few names that are there, and a part of each. */
	for (size_t i = 0; i < count(strings) && i < 8; i++) {
		size_t length = strcspn(strings[i], "=");
		char *name = strndup(strings[i], length);

		CHECK(name);
		check_name(block, strings, name);
		name[length / 2] = '\0';
		check_name(block, strings, name);
		free(name);
	}
	free(strings);
	return 0;
}
