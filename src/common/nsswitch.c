/* SPDX-License-Identifier: MIT */
/* nsswitch - an nsswitch.conf(5) whose host lookups ask nobody outside. */
#include "nsswitch.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"

static const char *const confined[] = {"files", "myhostname", "dns"};

/* What follows "hosts:" in the line, if it is that line. */
static bool is_hosts_line(struct slice line, struct slice *ret_services)
{
	static const char key[] = "hosts";
	const char *comment = memchr(line.text, '#', line.size);

	if (comment)
		line.size = (size_t)(comment - line.text);
	line = slice_trim(line);
	if (line.size <= strlen(key) || memcmp(line.text, key, strlen(key)) != 0)
		return false;
	line = slice_trim(
		(struct slice){line.text + strlen(key), line.size - strlen(key)});
	if (line.size == 0 || line.text[0] != ':')
		return false;
	*ret_services = (struct slice){line.text + 1, line.size - 1};
	return true;
}

static bool is_confined(struct slice service)
{
	for (size_t i = 0; i < sizeof(confined) / sizeof(confined[0]); i++) {
		if (slice_equal(service, confined[i]))
			return true;
	}
	return false;
}

/* Takes "[...]", or a word that ends at a blank or a bracket. */
static bool next_item(struct slice *rest, struct slice *ret_item)
{
	struct slice text = slice_trim(*rest);
	const char *end;
	size_t size = 0;

	if (text.size == 0)
		return false;
	if (text.text[0] == '[') {
		end = memchr(text.text, ']', text.size);
		size = end ? (size_t)(end - text.text) + 1 : text.size;
	} else {
		while (size < text.size && !strchr(" \t[", text.text[size]))
			size++;
	}
	*ret_item = (struct slice){text.text, size};
	*rest = (struct slice){text.text + size, text.size - size};
	return true;
}

static void put(FILE *out, struct slice text)
{
	(void)fwrite(text.text, 1, text.size, out); /* ferror(3) is asked at the end */
}

static void put_services(FILE *out, struct slice services)
{
	struct slice item;
	bool kept = false, any = false;

	(void)fputs("hosts:", out); /* ferror(3) is asked at the end */
	while (next_item(&services, &item)) {
		if (item.text[0] != '[')
			kept = is_confined(item);
		if (!kept)
			continue;
		put(out, slice_from(" "));
		put(out, item);
		any = true;
	}
	put(out, slice_from(any ? "\n" : " files dns\n"));
}

int nsswitch_confine(struct slice text, char **ret_text, size_t *ret_size)
{
	char *result = NULL;
	size_t size = 0;
	bool seen = false, failed;
	FILE *out = open_memstream(&result, &size);

	if (!out)
		return -ENOMEM;
	while (text.size > 0) {
		const char *end = memchr(text.text, '\n', text.size);
		size_t length = end ? (size_t)(end - text.text) : text.size;
		struct slice line = {text.text, length}, services;

		if (is_hosts_line(line, &services)) {
			put_services(out, services);
			seen = true;
		} else {
			put(out, line);
			put(out, slice_from("\n"));
		}
		length += end ? 1 : 0;
		text = (struct slice){text.text + length, text.size - length};
	}
	if (!seen)
		put_services(out, slice_from(""));

	failed = ferror(out) != 0;
	failed = fclose(out) != 0 || failed;
	if (failed) {
		free(result);
		return -ENOMEM;
	}
	*ret_text = result;
	*ret_size = size;
	return 0;
}
