/* SPDX-License-Identifier: MIT */
/* Finds the subcommand. */
#include <stdio.h>
#include <string.h>

#include "probe.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{"environ", probe_environ}, {"argv", probe_argv},
	{"ids", probe_ids},	    {"creds", probe_creds},
	{"fds", probe_fds},	    {"prctl", probe_prctl},
	{"tiocsti", probe_tiocsti}, {"setns", probe_setns},
	{"execenv", probe_execenv}, {"memfd", probe_memfd},
	{"sharefs", probe_sharefs}, {"waitfor", probe_waitfor},
	{"acl", probe_acl},	    {"logger", probe_logger},
	{"dns", probe_dns},	    {"tun", probe_tun},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 2, argv + 2);
	}
	fprintf(stderr, "probe: no such subcommand\n");
	return 99;
}
