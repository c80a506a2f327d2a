/* SPDX-License-Identifier: MIT */
/* nsswitch - an nsswitch.conf(5) whose host lookups ask nobody outside. */
#include "nsswitch.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

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

/* The new text while it grows; its space is enough from the start, see
 * nsswitch_confine(). */
struct output {
	char *text;
	size_t size;
};

static const char fallback[] = " files dns";

static void put(struct output *out, struct slice text)
{
	memcpy(out->text + out->size, text.text, text.size);
	out->size += text.size;
}

static void put_services(struct output *out, struct slice services)
{
	struct slice item;
	bool kept = false, any = false;

	put(out, slice_from("hosts:"));
	while (next_item(&services, &item)) {
		if (item.text[0] != '[')
			kept = is_confined(item);
		if (!kept)
			continue;
		put(out, slice_from(" "));
		put(out, item);
		any = true;
	}
	if (!any)
		put(out, slice_from(fallback));
	put(out, slice_from("\n"));
}

/* Takes the next line off *TEXT, without its line feed. */
static struct slice take_line(struct slice *text)
{
	const char *end = memchr(text->text, '\n', text->size);
	size_t size = end ? (size_t)(end - text->text) : text->size;
	struct slice line = {text->text, size};

	size += end ? 1 : 0;
	*text = (struct slice){text->text + size, text->size - size};
	return line;
}

static size_t count_lines(struct slice text)
{
	size_t count = 0;

	while (text.size > 0) {
		(void)take_line(&text);
		count++;
	}
	return count;
}

/*
 * A line grows by no more than "hosts:", the fallback and a line feed, but for a
 * blank before each of its services, and that was there or a bracket was: twice
 * the line is enough for all of them.
 */
static size_t space_for(struct slice text)
{
	size_t growth = strlen("hosts:") + strlen(fallback) + 1;

	return 2 * text.size + (count_lines(text) + 1) * growth + 1;
}

int nsswitch_confine(struct slice text, char **ret_text, size_t *ret_size)
{
	struct output out = {.text = malloc(space_for(text))};
	bool seen = false;

	if (!out.text)
		return -ENOMEM;
	while (text.size > 0) {
		struct slice line = take_line(&text), services;

		if (is_hosts_line(line, &services)) {
			put_services(&out, services);
			seen = true;
		} else {
			put(&out, line);
			put(&out, slice_from("\n"));
		}
	}
	if (!seen)
		put_services(&out, slice_from(""));
	out.text[out.size] = '\0';
	*ret_text = out.text;
	*ret_size = out.size;
	return 0;
}
