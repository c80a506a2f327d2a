/* SPDX-License-Identifier: MIT */
/* nsswitch - an nsswitch.conf(5) whose host lookups ask nobody outside. */
#include "nsswitch.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *const confined[] = {"files", "myhostname", "dns"};

/* As isspace(3) in the C locale, for libc splits the file by it. */
static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct slice skip_space(struct slice text)
{
	while (text.size > 0 && is_space(text.text[0])) {
		text.text++;
		text.size--;
	}
	return text;
}

/* What libc reads of a line: up to a NUL byte or a comment. */
static struct slice visible(struct slice line)
{
	size_t size = 0;

	while (size < line.size && line.text[size] != '\0' && line.text[size] != '#')
		size++;
	return (struct slice){line.text, size};
}

/*
 * What follows "hosts:" in the line, if it is that line.  As process_line() in glibc's
 * nss/nss_database.c reads it, white space may stand for the colon.
 */
static bool is_hosts_line(struct slice line, struct slice *ret_services)
{
	static const char key[] = "hosts";
	const size_t size = sizeof(key) - 1;

	line = skip_space(visible(line));
	if (line.size <= size || memcmp(line.text, key, size) != 0)
		return false;
	if (line.text[size] != ':' && !is_space(line.text[size]))
		return false;
	line = (struct slice){line.text + size, line.size - size};
	while (line.size > 0 && (line.text[0] == ':' || is_space(line.text[0]))) {
		line.text++;
		line.size--;
	}
	*ret_services = line;
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
	struct slice text = skip_space(*rest);
	const char *end;
	size_t size = 0;

	if (text.size == 0)
		return false;
	if (text.text[0] == '[') {
		end = memchr(text.text, ']', text.size);
		size = end ? (size_t)(end - text.text) + 1 : text.size;
	} else {
		while (size < text.size && text.text[size] != '[' &&
		       !is_space(text.text[size]))
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

static void put(struct output *out, struct slice text)
{
	memcpy(out->text + out->size, text.text, text.size);
	out->size += text.size;
}

static void put_services(struct output *out, struct slice services)
{
	struct slice item;
	bool any = false, kept = false, dns = false, dropped = false;

	put(out, slice_from("hosts:"));
	while (next_item(&services, &item)) {
		bool action = item.text[0] == '[';
		/* An action that does not end would swallow what is put behind it. */
		bool broken = action && item.text[item.size - 1] != ']';

		if (!action)
			kept = is_confined(item);
		dropped = dropped || !kept || broken;
		if (!kept || broken)
			continue;
		dns = dns || slice_equal(item, "dns");
		put(out, slice_from(" "));
		put(out, item);
		any = true;
	}
	if (!any)
		put(out, slice_from(" files"));
	/* What was dropped may have been the only way to ask a name server. */
	if (!dns && (dropped || !any))
		put(out, slice_from(" dns"));
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
 * A line grows by no more than "hosts: files dns" and a line feed, but for a blank
 * before each of its services, and that was there or a bracket was: twice
 * the line is enough for all of them.
 */
static size_t space_for(struct slice text)
{
	size_t growth = strlen("hosts: files dns\n");

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
