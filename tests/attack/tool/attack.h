/* SPDX-License-Identifier: MIT */
/*
 * attack - starts vpnrun again and again, each time with another thing going wrong.
 *
 *	attack METHOD [WORD]... -- COMMAND...
 *
 * COMMAND is vpnrun with the witness (witness.h) as its target.  It runs as user
 * $VRT_UID with group $VRT_GID and the supplementary groups $VRT_GROUPS; with
 * $VRT_AS_ROOT as root, and with $VRT_AMBIENT as the user with all of root's capabilities
 * inheritable and ambient.  $VRT_PATH, "PATH=...", replaces that variable.  With
 *$VRT_REFUSED the command is one that vpnrun refuses, whatever is done to it.  Every
 *method prints each launch that broke the rule, a summary, and ends with 1 if there was
 *one.
 *
 * The rule: the target runs exactly right, or it does not run and the status is not 0.
 * And whatever happens, the mount table out here stays as it was.
 */
#ifndef VRT_ATTACK_H
#define VRT_ATTACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Each method gets the words before the -- and the command after it. */
int attack_clean(char **words, char **command);	  /* one launch, untouched */
int attack_fault(char **words, char **command);	  /* tamper.c: calls that fail */
int attack_lie(char **words, char **command);	  /* tamper.c: calls that only say so */
int attack_kill(char **words, char **command);	  /* tamper.c: SIGKILL at each call */
int attack_stop(char **words, char **command);	  /* tamper.c: SIGSTOP at each call */
int attack_race(char **words, char **command);	  /* tamper.c: a shell command at each */
int attack_squeeze(char **words, char **command); /* tamper.c: prlimit at each call */
int attack_execve(char **words, char **command);  /* tamper.c: look at each execve */
int attack_limits(char **words, char **command);  /* limits.c: resource limits */
int attack_fds(char **words, char **command);	  /* limits.c: open descriptors */
int attack_argv(char **words, char **command);	  /* limits.c: odd argv */
int attack_environ(char **words, char **command); /* limits.c: huge environments */
int attack_stderr(char **words, char **command);  /* limits.c: useless standard errors */
int attack_storm(char **words, char **command);	  /* storm.c: signals, timers, prlimit */
int attack_pry(char **words, char **command);	  /* pry.c: one process, from outside */

/* One start of the command, and how it ended. */
struct launch {
	const char *path; /* the program, if not command[0] */
	char **command;
	char **environment;
	void (*prepare)(struct launch *launch); /* in the new process, last of all */
	long value;				/* for prepare() */
	bool as_root;				/* vpnrun -u */
	bool may_be_blind; /* what is done to it hits the target, too, which is no fault
			    */
	pid_t pid;
	int gate;	 /* closed to let the process go on to execve */
	int messages;	 /* a memfd: its standard error */
	int status;	 /* of waitpid(2) */
	bool hung;	 /* it did not end by itself */
	bool started;	 /* the target was executed, where that was observed */
	char text[1024]; /* the beginning of what it said */
};

/* Starts a process that waits at its gate just before execve(2). */
void launch_prepare(struct launch *launch, char **command);
void launch_open_gate(struct launch *launch);
/* Waits for the end, ten seconds at most, and reads what it said. */
void launch_end(struct launch *launch);
void launch_take_text(struct launch *launch);
/* waitpid(2) that gives up on a process which hangs: kills it and sets hung. */
pid_t launch_wait(struct launch *launch, int *status, int options);
/* In a child: become the user. */
void launch_become_user(void);

/* RLIMIT_NAME, from "name". */
int launch_resource(const char *name);

bool launch_right(const struct launch *launch);
/* The target did not run, and the status tells so. */
bool launch_refused(const struct launch *launch);
/* As refused, and by vpnrun itself, which says why. */
bool launch_refused_aloud(const struct launch *launch);
/* "status 125", for people. */
const char *launch_ending(const struct launch *launch);

/* What happened so far, over all workers of a method. */
struct tally {
	unsigned int launches, right, refused, other, problems;
};

void tally_add(struct tally *tally, const struct launch *launch);
/* Prints, in one piece, a line that begins with "# ", and counts the problem. */
void tally_problem(struct tally *tally, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Judges by the rule; WHAT was done to the launch. */
void tally_judge(struct tally *tally, const struct launch *launch, const char *what);
/* Has the mount table changed since the last time? */
void tally_check_world(struct tally *tally, const char *what);
/* Splits the work over two processes; WORK gets its number, 0 or 1. */
int tally_in_parallel(void (*work)(struct tally *tally, unsigned int part, void *data),
		      unsigned int parts, void *data);
/* Prints the sums; the exit status. */
int tally_end(const struct tally *tally);

/* pry.c: what the user could do to the process; bits of ways, 0 is what should be. */
unsigned int pry_as_user(pid_t pid);
const char *pry_names(unsigned int ways);
unsigned int pry_all_ways(void);

_Noreturn void fatal(const char *what);

#endif
