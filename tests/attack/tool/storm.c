/* SPDX-License-Identifier: MIT */
/* storm - while vpnrun starts, a process of the same user does to it what it may. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "attack.h"

struct weather {
	char **command;
	const char *kind;
	unsigned int launches;
};

static void pause_for(long microseconds)
{
	const struct timespec pause = {.tv_nsec = microseconds * 1000};

	nanosleep(&pause, NULL);
}

/* Most of them do no harm, so that many a launch gets through. */
static void send_signals(pid_t pid)
{
	static const int harmless[] = {SIGSTOP, SIGCONT, SIGSTOP, SIGCONT,
				       SIGTSTP, SIGCHLD, SIGURG,  SIGWINCH};
	static const int deadly[] = {SIGALRM, SIGTERM, SIGHUP,	SIGINT,	 SIGUSR1,
				     SIGPIPE, SIGQUIT, SIGSEGV, SIGABRT, SIGXCPU};
	int kill_at = rand() % 400;

	for (int i = 0; i < 100; i++) {
		int number = harmless[rand() % 8];

		if (i == kill_at)
			number = rand() % 4 ? deadly[rand() % 10]
					    : 1 + rand() % (SIGRTMAX - 1);
		if (kill(pid, number) < 0)
			break;
		pause_for(rand() % 60);
		(void)kill(pid, SIGCONT);
	}
}

static void send_limits(pid_t pid)
{
	static const int resources[] = {RLIMIT_NOFILE, RLIMIT_AS,     RLIMIT_DATA,
					RLIMIT_STACK,  RLIMIT_FSIZE,  RLIMIT_NPROC,
					RLIMIT_CPU,    RLIMIT_MEMLOCK};
	static const rlim_t values[] = {0, 1, 4, 6, 8, 10, 4096, 1 << 20};

	for (int i = 0; i < 3; i++) {
		int resource = resources[rand() % 8];
		struct rlimit limit;

		pause_for(rand() % 1500);
		if (prlimit(pid, (__rlimit_resource_t)resource, NULL, &limit) < 0)
			break;
		limit.rlim_cur = values[rand() % 8];
		if (prlimit(pid, (__rlimit_resource_t)resource, &limit, NULL) < 0)
			break;
	}
}

static void nothing(pid_t pid)
{
	(void)pid;
}

/* A timer set before execve(2) goes on after it. */
static void set_timer(struct launch *launch)
{
	static const int clocks[] = {ITIMER_REAL, ITIMER_REAL, ITIMER_PROF,
				     ITIMER_VIRTUAL};
	struct itimerval timer = {.it_value.tv_usec = 1 + launch->value % 6000};

	if (setitimer((__itimer_which_t)clocks[launch->value % 4], &timer, NULL) < 0)
		_exit(98);
}

static const struct {
	const char *kind;
	void (*disturb)(pid_t pid);
	void (*prepare)(struct launch *launch);
} kinds[] = {
	{"signals", send_signals, NULL},
	{"limits", send_limits, NULL},
	{"timer", nothing, set_timer},
};

static void storm(struct tally *tally, unsigned int part, void *data)
{
	const struct weather *weather = data;
	size_t kind = 0;

	while (strcmp(kinds[kind].kind, weather->kind) != 0)
		kind++;
	for (unsigned int i = part; i < weather->launches; i += 2) {
		struct launch launch = {.prepare = kinds[kind].prepare,
					.value = rand(),
					.may_be_blind = true};
		pid_t attacker;

		srand(i + 1); /* the same storm each time */
		launch_prepare(&launch, weather->command);
		attacker = fork();
		if (attacker < 0)
			fatal("fork");
		if (attacker == 0) {
			srand(i + 1);
			(void)close(launch.gate);
			launch_become_user();
			kinds[kind].disturb(launch.pid);
			_exit(0);
		}
		launch_open_gate(&launch);
		launch_end(&launch);
		(void)kill(attacker, SIGKILL);
		(void)waitpid(attacker, NULL, 0);
		tally_judge(tally, &launch, weather->kind);
	}
}

/* storm KIND LAUNCHES */
int attack_storm(char **words, char **command)
{
	struct weather weather = {.command = command};

	for (size_t i = 0; words[0] && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].kind, words[0]) == 0)
			weather.kind = words[0];
	}
	if (!weather.kind || !words[1])
		return 99;
	weather.launches = (unsigned int)atoi(words[1]);
	return tally_in_parallel(storm, 2, &weather);
}
