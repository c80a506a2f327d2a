/* SPDX-License-Identifier: MIT */
/* Finds the method. */
#include <stdio.h>
#include <string.h>

#include "attack.h"

static const struct {
	const char *name;
	int (*run)(char **words, char **command);
} methods[] = {
	{"clean", attack_clean},     {"fault", attack_fault},
	{"lie", attack_lie},	     {"kill", attack_kill},
	{"stop", attack_stop},	     {"race", attack_race},
	{"squeeze", attack_squeeze}, {"execve", attack_execve},
	{"limits", attack_limits},   {"fds", attack_fds},
	{"argv", attack_argv},	     {"environ", attack_environ},
	{"stderr", attack_stderr},   {"storm", attack_storm},
	{"pry", attack_pry},
};

int attack_clean(char **words, char **command)
{
	struct launch launch = {0};
	struct tally tally = {0};

	(void)words;
	launch_prepare(&launch, command);
	launch_open_gate(&launch);
	launch_end(&launch);
	tally_judge(&tally, &launch, "untouched");
	if (!launch_right(&launch))
		tally_problem(&tally, "untouched: %s: %s", launch_ending(&launch),
			      launch.text);
	return tally_end(&tally);
}

int main(int argc, char *argv[])
{
	char **command = argv + 2;

	while (argc > 2 && *command && strcmp(*command, "--") != 0)
		command++;
	if (argc < 4 || !command[0] || !command[1]) {
		fprintf(stderr, "usage: attack METHOD [WORD]... -- COMMAND...\n");
		return 99;
	}
	*command++ = NULL;
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (strcmp(argv[1], methods[i].name) == 0)
			return methods[i].run(argv + 2, command);
	}
	fprintf(stderr, "attack: no method %s\n", argv[1]);
	return 99;
}
