/* SPDX-License-Identifier: MIT */
/* limits - odd states of a process to start vpnrun in. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "attack.h"

struct range {
	char **command;
	const char *name;
	int resource;
	long first, last, step;
};

static int resource;

static void set_limit(struct launch *launch)
{
	struct rlimit limit = {(rlim_t)launch->value, (rlim_t)launch->value};

	if (setrlimit((__rlimit_resource_t)resource, &limit) < 0)
		_exit(98);
}

static void try_limits(struct tally *tally, unsigned int part, void *data)
{
	const struct range *range = data;
	unsigned int turn = 0;
	char what[64];

	resource = range->resource;
	for (long value = range->first; value <= range->last; value += range->step) {
		struct launch launch = {.prepare = set_limit, .value = value};

		if (turn++ % 2 != part)
			continue;
		(void)snprintf(what, sizeof(what), "%s limited to %ld", range->name,
			       value);
		launch_prepare(&launch, range->command);
		launch_open_gate(&launch);
		launch_end(&launch);
		tally_judge(tally, &launch, what);
	}
}

/* limits RESOURCE FIRST LAST STEP */
int attack_limits(char **words, char **command)
{
	struct range range = {.command = command};

	if (!words[0] || !words[1] || !words[2] || !words[3])
		return 99;
	range.resource = launch_resource(words[0]);
	range.name = words[0];
	range.first = atol(words[1]);
	range.last = atol(words[2]);
	range.step = atol(words[3]);
	return tally_in_parallel(try_limits, 2, &range);
}

/* value: bits 0-2 which of the standard descriptors are open, the rest: how many more. */
static void set_fds(struct launch *launch)
{
	int further = (int)(launch->value >> 3);

	for (int i = 0; i < further; i++) {
		if (dup2(0, 3 + i) < 0)
			_exit(98);
	}
	for (int fd = 0; fd <= 2; fd++) {
		if (!(launch->value >> fd & 1))
			close(fd);
	}
}

static void try_fds(struct tally *tally, unsigned int part, void *data)
{
	char **command = data, **word = command, what[64], expected[64];

	while (*word && strncmp(*word, "fds=", 4) != 0)
		word++;
	if (!*word)
		fatal("no fds= to adapt");
	*word = expected;
	for (long value = part; value < 10 << 3; value += 2) {
		struct launch launch = {.prepare = set_fds, .value = value};
		long open = (value & 7) | ((1L << (value >> 3)) - 1) << 3;

		(void)snprintf(what, sizeof(what), "descriptors %#lx", open);
		(void)snprintf(expected, sizeof(expected), "fds=%#lx", open);
		launch_prepare(&launch, command);
		launch_open_gate(&launch);
		launch_end(&launch);
		tally_judge(tally, &launch, what);
		if (!launch_right(&launch))
			tally_problem(tally, "%s: %s", what, launch_ending(&launch));
	}
}

/* fds: every combination of 0, 1 and 2, with up to nine more. */
int attack_fds(char **words, char **command)
{
	(void)words;
	return tally_in_parallel(try_fds, 2, command);
}

static char *filled(size_t size, char byte)
{
	char *text = malloc(size + 1);

	if (!text)
		fatal("malloc");
	memset(text, byte, size);
	text[size] = '\0';
	return text;
}

static size_t length(char **list)
{
	size_t count = 0;

	while (list[count])
		count++;
	return count;
}

/* COMMAND with COUNT copies of WORD behind a --. */
static char **with_ballast(char **command, size_t count, char *word)
{
	size_t size = length(command);
	char **list = calloc(size + count + 2, sizeof(*list));

	if (!list)
		fatal("calloc");
	memcpy(list, command, size * sizeof(*list));
	list[size] = "--";
	for (size_t i = 0; i < count; i++)
		list[size + 1 + i] = word;
	return list;
}

static void try_one(struct tally *tally, struct launch *launch, char **command,
		    const char *what)
{
	launch_prepare(launch, command);
	launch_open_gate(launch);
	launch_end(launch);
	tally_judge(tally, launch, what);
}

/* argv: none at all, odd names, many words, long words. */
int attack_argv(char **words, char **command)
{
	static char *none[] = {NULL};
	char *names[] = {
		"",	  "/",	      "-n",	      "--",   "\n",
		"\033",	  "\xff\xfe", "vpnrun extra", "../x", filled(100000, 'n'),
		"firefox"};
	const struct {
		size_t count, size;
	} ballast[] = {{1, 131071}, {100000, 0}, {100000, 5}, {15, 131071}, {200000, 1}};
	struct tally tally = {0};
	struct launch empty = {.path = command[0]};

	(void)words;
	tally_check_world(&tally, "at first");
	try_one(&tally, &empty, none, "no argv[0]");
	if (!launch_refused(&empty))
		tally_problem(&tally, "no argv[0]: %s", launch_ending(&empty));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct launch launch = {.path = command[0]};
		char **list = with_ballast(command, 0, NULL);

		list[0] = names[i];
		try_one(&tally, &launch, list, "an odd argv[0]");
	}
	for (size_t i = 0; i < sizeof(ballast) / sizeof(ballast[0]); i++) {
		struct launch launch = {0};
		char *word = filled(ballast[i].size, 'w');

		try_one(&tally, &launch, with_ballast(command, ballast[i].count, word),
			"a huge argv");
	}
	return tally_end(&tally);
}

static char **environment_of(size_t count, char *string)
{
	char **list = calloc(count + 3, sizeof(*list));

	if (!list)
		fatal("calloc");
	list[0] = "PATH=/usr/bin:/bin";
	for (size_t i = 0; i < count; i++)
		list[1 + i] = string;
	return list;
}

/* environ: none, very many, very long, not of the form NAME=VALUE. */
int attack_environ(char **words, char **command)
{
	char *odd[] = {"",
		       "=",
		       "NAME",
		       "=VALUE",
		       "VPNRUN_NAMESPACE=other",
		       "VPNRUN_NAMESPACE",
		       "LD_PRELOAD=/nowhere.so",
		       "LD_DEBUG=all",
		       "MALLOC_PERTURB_=1",
		       "GLIBC_TUNABLES=glibc.malloc.check=3:glibc.pthread.rseq=0",
		       "A=\n\033"};
	const struct {
		size_t count, size;
	} huge[] = {{1, 131071},  {16, 131000}, {15, 131071}, {100000, 3},
		    {100000, 10}, {2000, 1000}, {180000, 0},  {1000000, 0}};
	static char *none[] = {NULL};
	struct tally tally = {0};
	struct launch empty = {.environment = none};

	(void)words;
	tally_check_world(&tally, "at first");
	try_one(&tally, &empty, command, "no environment");
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		struct launch launch = {.environment = environment_of(3, odd[i])};

		try_one(&tally, &launch, command, odd[i]);
		if (!launch_right(&launch))
			tally_problem(&tally, "%s: %s: %s", odd[i],
				      launch_ending(&launch), launch.text);
	}
	for (size_t i = 0; i < sizeof(huge) / sizeof(huge[0]); i++) {
		char *string = filled(huge[i].size, 'A');
		struct launch launch = {.environment =
						environment_of(huge[i].count, string)};

		if (huge[i].size > 2)
			string[1] = '=';
		try_one(&tally, &launch, command, "a huge environment");
	}
	return tally_end(&tally);
}

enum { STDERR_FULL, STDERR_BROKEN, STDERR_CLOSED, STDERR_READONLY, STDERR_COUNT };

static void spoil_stderr(struct launch *launch)
{
	int ends[2], fd = -1;

	(void)signal(SIGPIPE, launch->value & 8 ? SIG_IGN : SIG_DFL);
	switch (launch->value & 7) {
	case STDERR_FULL:
		fd = open("/dev/full", O_WRONLY);
		break;
	case STDERR_BROKEN:
		if (pipe(ends) < 0 || close(ends[0]) < 0)
			_exit(98);
		fd = ends[1];
		break;
	case STDERR_READONLY:
		fd = open("/dev/null", O_RDONLY);
		break;
	default:
		close(2);
		return;
	}
	if (fd < 0 || dup2(fd, 2) < 0 || close(fd) < 0)
		_exit(98);
}

/* stderr STATUS: messages that cannot be written change nothing but that; if vpnrun is
 * to refuse, the status is 125, or its user's own SIGPIPE. */
int attack_stderr(char **words, char **command)
{
	bool refuse = words[0] && strcmp(words[0], "refused") == 0;
	struct tally tally = {0};

	tally_check_world(&tally, "at first");
	for (int ignore = 0; ignore <= 8; ignore += 8) {
		for (int how = 0; how < STDERR_COUNT; how++) {
			struct launch launch = {.prepare = spoil_stderr,
						.value = how | ignore};
			bool pipe = how == STDERR_BROKEN && !ignore;
			char what[64];

			(void)snprintf(what, sizeof(what),
				       "standard error %d, SIGPIPE %d", how, ignore);
			try_one(&tally, &launch, command, what);
			if (refuse ? launch.status != 125 << 8 &&
					     !(pipe && launch.status == SIGPIPE)
				   : !launch_right(&launch) && how != STDERR_CLOSED)
				tally_problem(&tally, "%s: %s", what,
					      launch_ending(&launch));
		}
	}
	return tally_end(&tally);
}
