/* SPDX-License-Identifier: MIT */
/*
 * nsswitch.conf: read as libc reads it, the result asks nobody but files, myhostname and
 * dns for hosts, asks somebody, and is not changed any further.
 */
#include "nsswitch.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "fuzz.h"

/*
 * As process_line() in glibc's nss/nss_database.c: the database's name ends at white
 * space or a colon, and any number of both may follow it.  LINE ends with a NUL.
 */
static bool libc_hosts(char *line, char **ret_services)
{
	char *name;

	*strchrnul(line, '#') = '\0';
	while (isspace((unsigned char)*line))
		line++;
	name = line;
	while (*line && !isspace((unsigned char)*line) && *line != ':')
		line++;
	if (!*line || line == name)
		return false;
	while (*line && (isspace((unsigned char)*line) || *line == ':'))
		*line++ = '\0';
	*ret_services = line;
	return strcmp(name, "hosts") == 0;
}

/* As nss_action_parse() in glibc's nss/nss_action_parse.c; how many services there are.
 */
static size_t check_services(const char *at)
{
	size_t services = 0;

	for (;;) {
		const char *begin;
		size_t size;

		while (isspace((unsigned char)*at))
			at++;
		if (*at == '[') {
			at += strcspn(at, "]");
			at += *at == ']';
			continue;
		}
		begin = at;
		while (*at && !isspace((unsigned char)*at) && *at != '[')
			at++;
		size = (size_t)(at - begin);
		if (size == 0)
			return services;
		CHECK((size == 5 && memcmp(begin, "files", size) == 0) ||
		      (size == 10 && memcmp(begin, "myhostname", size) == 0) ||
		      (size == 3 && memcmp(begin, "dns", size) == 0));
		services++;
	}
}

/* Each line as libc sees it; how many hosts lines there are. */
static size_t check_lines(const char *text, size_t size)
{
	size_t hosts = 0;

	while (size > 0) {
		const char *end = memchr(text, '\n', size);
		size_t length;
		char *line, *services;

		CHECK(end); /* each line is ended */
		length = (size_t)(end - text);
		line = strndup(text, length);
		CHECK(line);
		if (libc_hosts(line, &services)) {
			CHECK(check_services(services) > 0);
			hosts++;
		}
		free(line);
		text += length + 1;
		size -= length + 1;
	}
	return hosts;
}

static size_t count_lines(const void *text, size_t size)
{
	const char *at = text;
	size_t lines = 0;

	for (size_t i = 0; i < size; i++)
		lines += at[i] == '\n' || i + 1 == size;
	return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *out, *again;
	size_t out_size, again_size, lines = count_lines(data, size), out_lines;

	CHECK(nsswitch_confine((struct slice){(const char *)data, size}, &out,
			       &out_size) == 0);
	CHECK(check_lines(out, out_size) > 0);
	out_lines = count_lines(out, out_size);
	CHECK(out_lines == lines || out_lines == lines + 1);

	CHECK(nsswitch_confine((struct slice){out, out_size}, &again, &again_size) == 0);
	CHECK(again_size == out_size && memcmp(again, out, out_size) == 0);
	free(again);
	free(out);
	return 0;
}
