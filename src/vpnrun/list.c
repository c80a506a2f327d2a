/* SPDX-License-Identifier: MIT */
/* list - the network namespaces that a user may enter. */
#include "list.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "access.h"
#include "cleanup.h"
#include "diag.h"
#include "names.h"
#include "netns.h"
#include "paths.h"
#include "report.h"

struct names {
	char (*list)[NETNS_NAME_MAX + 1];
	size_t count;
};

static void add_name(struct names *names, struct slice name)
{
	char(*list)[NETNS_NAME_MAX + 1];

	if (!netns_name_valid(name))
		return;
	list = reallocarray(names->list, names->count + 1, sizeof(*list));
	if (!list)
		die(NULL, "cannot list the network namespaces: %m");
	names->list = list;
	memcpy(list[names->count], name.text, name.size);
	list[names->count++][name.size] = '\0';
}

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void sort_unique(struct names *names)
{
	size_t kept = 0;

	if (names->count == 0)
		return;
	qsort(names->list, names->count, sizeof(*names->list), compare);
	for (size_t i = 1; i < names->count; i++) {
		if (strcmp(names->list[kept], names->list[i]) != 0)
			memmove(names->list[++kept], names->list[i],
				sizeof(*names->list));
	}
	names->count = kept + 1;
}

static void add_existing(struct names *names, int dir)
{
	const struct dirent *entry;
	int fd = dup(dir);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);

	if (!stream)
		die(NULL, "cannot list " PATH_NETNS_DIR ": %m");
	while (errno = 0, (entry = readdir(stream)))
		add_name(names, slice_from(entry->d_name));
	if (errno)
		die(NULL, "cannot list " PATH_NETNS_DIR ": %m");
	(void)closedir(stream); /* only read from */
}

/* All that exist or that the policy has a section for, in so far as the user may enter
 * them. */
static struct names collect(const struct policy *policy, const struct identity *identity,
			    int dir)
{
	struct names all = {0}, allowed = {0};

	if (dir >= 0)
		add_existing(&all, dir);
	for (size_t i = 0; i < policy->count; i++)
		add_name(&all, policy->sections[i].name);
	sort_unique(&all);
	for (size_t i = 0; i < all.count; i++) {
		struct policy_rules rules = policy_rules(policy, all.list[i]);

		if (access_allowed(all.list[i], &rules, identity))
			add_name(&allowed, slice_from(all.list[i]));
	}
	free(all.list);
	return allowed;
}

static const char *state_of(int dir, const char *name)
{
	struct netns_id id;
	struct diag diag;
	auto_close int fd = dir < 0 ? -ENOENT : netns_open(dir, name, &id, &diag);

	if (fd >= 0)
		return "up";
	if (fd == -ENOENT)
		return "down";
	report_note("%s", diag.text);
	return "broken";
}

static int open_dir(void)
{
	struct diag diag;
	int dir = netns_dir_open(&diag);

	if (dir < 0 && dir != -ENOENT)
		die_diag(&diag);
	return dir;
}

static void print_json(const struct names *names, int dir)
{
	/* Names and states are of letters, digits and . _ -: nothing to escape. */
	(void)printf("{\"version\": 1, \"namespaces\": [");
	for (size_t i = 0; i < names->count; i++)
		(void)printf("%s\n  {\"name\": \"%s\", \"state\": \"%s\"}", i ? "," : "",
			     names->list[i], state_of(dir, names->list[i]));
	(void)printf("%s]}\n", names->count ? "\n" : "");
}

static void print_table(const struct names *names, int dir)
{
	int width = (int)strlen("NAMESPACE");

	for (size_t i = 0; i < names->count; i++) {
		int size = (int)strlen(names->list[i]);

		width = size > width ? size : width;
	}
	if (names->count > 0)
		(void)printf("%-*s  STATE\n", width, "NAMESPACE");
	for (size_t i = 0; i < names->count; i++)
		(void)printf("%-*s  %s\n", width, names->list[i],
			     state_of(dir, names->list[i]));
}

void list_print(const struct policy *policy, const struct identity *identity, bool json)
{
	auto_close int dir = open_dir();
	struct names names = collect(policy, identity, dir);

	if (names.count == 0 && !json)
		report_warning("root allows it in " PATH_POLICY,
			       "there is no network namespace that you may enter");
	if (json)
		print_json(&names, dir);
	else
		print_table(&names, dir);
	free(names.list);
	if (fflush(stdout) != 0 || ferror(stdout))
		die(NULL, "cannot write to standard output: %m");
}

void list_names(const struct policy *policy, const struct identity *identity,
		const char *word, char *buffer, size_t space, char *nearest)
{
	auto_close int dir = open_dir();
	struct names names = collect(policy, identity, dir);
	size_t used = 0, best = NETNS_NAME_MAX;

	buffer[0] = nearest[0] = '\0';
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.list[i];
		size_t size = strlen(name), distance = names_distance(word, name);

		if (used + size + 2 < space) {
			if (used > 0)
				buffer[used++] = ' ';
			memcpy(buffer + used, name, size + 1);
			used += size;
		}
		if (distance < best && names_near(word, distance)) {
			best = distance;
			memcpy(nearest, name, size + 1);
		}
	}
	free(names.list);
}
