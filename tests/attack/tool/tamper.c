/* SPDX-License-Identifier: MIT */
/* tamper - each system call on the way to the target fails, lies, or is the moment when
 * something else happens. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attack.h"
#include "trace.h"

/* What all workers know. */
struct job {
	char **command;
	enum deed deed;
	int64_t value;
	int64_t descriptor; /* that lying calls return */
	const char *label;
	bool (*wanted)(const struct job *job, size_t index);
	void (*judge)(struct tally *tally, const struct job *job, size_t index,
		      const struct launch *launch, const struct trace *trace);
	void (*hook)(struct launch *launch, void *data);
	const char *act, *undo; /* shell commands */
	unsigned int parts;
	bool refused; /* the untouched launch is, and so must be all others */
	size_t own; /* the first call after the loader and the libraries' constructors */
};

static struct call calls[CALLS_MAX];
static size_t call_count;

static const long privileged[] = {
	SYS_setns,     SYS_unshare,    SYS_mount,     SYS_fsopen,	 SYS_fsconfig,
	SYS_fsmount,   SYS_move_mount, SYS_open_tree, SYS_mount_setattr, SYS_capset,
	SYS_capget,    SYS_prctl,      SYS_fchown,    SYS_fchownat,	 SYS_fchmod,
	SYS_setresuid, SYS_setresgid,  SYS_setgroups,
};

static const long when_raised[] = {SYS_openat, SYS_mkdirat, SYS_write, SYS_symlinkat};

static bool is_in(uint64_t number, const long *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if ((uint64_t)list[i] == number)
			return true;
	}
	return false;
}

#define IS_IN(number, list) is_in(number, list, sizeof(list) / sizeof((list)[0]))

/* The options of prctl(2) that vpnrun uses; modules of the name service use others. */
static const long options[] = {
	PR_SET_DUMPABLE, PR_GET_DUMPABLE,     PR_GET_SECUREBITS,   PR_SET_KEEPCAPS,
	PR_GET_KEEPCAPS, PR_SET_NO_NEW_PRIVS, PR_GET_NO_NEW_PRIVS,
};

/* A call that the launch rests on; not those of libcap-ng's constructor. */
static bool is_privileged(const struct job *job, size_t index)
{
	const struct call *call = &calls[index];

	if (index < job->own)
		return false;
	if (call->number == SYS_prctl)
		return IS_IN(call->args[0], options);
	return IS_IN(call->number, privileged) ||
	       (call->raised && IS_IN(call->number, when_raised));
}

static bool any_call(const struct job *job, size_t index)
{
	(void)job;
	(void)index;
	return true;
}

static bool own_call(const struct job *job, size_t index)
{
	return index >= job->own;
}

static const char *describe(const struct job *job, size_t index)
{
	static char text[256];
	const struct call *call = &calls[index];

	(void)snprintf(text, sizeof(text), "%s at call %zu, %s %s(%s) number %u",
		       job->label, index, call->raised ? "raised" : "plain",
		       trace_call_name(call->number), call->text, call->nth);
	return text;
}

/* Runs the command once, and fills in calls[]. */
static void record(struct job *job)
{
	struct launch launch = {0};
	struct trace trace = {.deed = DEED_RECORD, .calls = calls};
	size_t i;

	trace_run(&launch, &trace, job->command);
	call_count = trace.count;
	job->refused = getenv("VRT_REFUSED") != NULL;
	if (job->refused ? !launch_refused_aloud(&launch)
			 : !launch_right(&launch) || !launch.started) {
		printf("# the untouched launch: %s: %s\n", launch_ending(&launch),
		       launch.text);
		exit(1);
	}
	/* vpnrun's first capget is the one with a place for the answer. */
	for (i = 0; i < call_count; i++) {
		if (calls[i].number == SYS_capget && calls[i].args[1])
			break;
	}
	if (i == call_count)
		fatal("vpnrun never asked for its capabilities");
	job->own = i;
}

static void hook_squeeze(struct launch *launch, void *data);

/* What the call returns when it succeeds. */
static int64_t success(const struct job *job, const struct call *call)
{
	static const long openers[] = {SYS_fsopen, SYS_fsmount, SYS_open_tree,
				       SYS_openat};

	if (call->number == SYS_write)
		return (int64_t)call->args[2];
	return IS_IN(call->number, openers) ? job->descriptor : 0;
}

static void work(struct tally *tally, unsigned int part, void *data)
{
	const struct job *job = data;
	unsigned int turn = 0, hung = 0;

	/* Each one that hangs takes its ten seconds; a few are enough to know. */
	for (size_t i = 0; i < call_count && hung < 3; i++) {
		struct launch launch = {.may_be_blind = job->hook == hook_squeeze};
		struct trace trace = {.deed = job->deed,
				      .number = calls[i].number,
				      .nth = calls[i].nth,
				      .value = job->value,
				      .hook = job->hook,
				      .data = data};

		if (!job->wanted(job, i) || turn++ % job->parts != part)
			continue;
		if (job->deed == DEED_RESULT && job->value == 0)
			trace.value = success(job, &calls[i]);
		trace_run(&launch, &trace, job->command);
		hung += launch.hung;
		if (job->undo && system(job->undo) != 0)
			fatal(job->undo);
		if (!trace.done)
			tally_problem(tally, "%s: it was not reached", describe(job, i));
		tally_judge(tally, &launch, describe(job, i));
		if (job->refused && !launch_refused(&launch))
			tally_problem(tally, "%s: it was to be refused",
				      describe(job, i));
		if (job->judge && !job->refused)
			job->judge(tally, job, i, &launch, &trace);
	}
}

static int run(struct job *job)
{
	if (!job->parts)
		job->parts = 2;
	record(job);
	printf("# %zu calls, vpnrun's own from number %zu\n", call_count, job->own);
	return tally_in_parallel(work, job->parts, job);
}

static const struct {
	const char *name;
	int number;
} errors[] = {
	{"EPERM", EPERM},   {"ENOSYS", ENOSYS}, {"ENOMEM", ENOMEM}, {"EINTR", EINTR},
	{"EIO", EIO},	    {"ENODEV", ENODEV}, {"EINVAL", EINVAL}, {"EACCES", EACCES},
	{"ENOSPC", ENOSPC}, {"ENOENT", ENOENT}, {"EMFILE", EMFILE},
};

static int error_from(const char *name)
{
	for (size_t i = 0; name && i < sizeof(errors) / sizeof(errors[0]); i++) {
		if (strcmp(errors[i].name, name) == 0)
			return errors[i].number;
	}
	errno = EINVAL;
	fatal("unknown error");
}

/* The kernel has no overlayfs: the one failure that has a way round. */
static bool opens_overlay(const struct job *job, size_t index)
{
	(void)job;
	return calls[index].number == SYS_fsopen &&
	       strcmp(calls[index].text, "overlay") == 0;
}

static bool wanted_fault(const struct job *job, size_t index)
{
	return job->value != -ENODEV || !opens_overlay(job, index);
}

static bool wanted_fault_privileged(const struct job *job, size_t index)
{
	return is_privileged(job, index) && wanted_fault(job, index);
}

/* Nothing that the launch rests on may fail unheard. */
static void judge_fault(struct tally *tally, const struct job *job, size_t index,
			const struct launch *launch, const struct trace *trace)
{
	(void)trace;
	if (!is_privileged(job, index) || calls[index].result == job->value)
		return;
	/* What is effective is not known then: vpnrun may not even write. */
	if (calls[index].number == SYS_capget && launch_refused(launch) &&
	    WIFEXITED(launch->status) && WEXITSTATUS(launch->status) == 125)
		return;
	if (!launch_refused_aloud(launch))
		tally_problem(tally, "%s: %s and not 125 with a message: %s",
			      describe(job, index), launch_ending(launch), launch->text);
}

static void judge_fallback(struct tally *tally, const struct job *job, size_t index,
			   const struct launch *launch, const struct trace *trace)
{
	(void)trace;
	if (!launch_right(launch) || !strstr(launch->text, "warning: overlayfs"))
		tally_problem(tally, "%s: %s: %s", describe(job, index),
			      launch_ending(launch), launch->text);
}

/* fault ERROR all|privileged|overlay */
int attack_fault(char **words, char **command)
{
	struct job job = {.command = command,
			  .deed = DEED_RESULT,
			  .value = -error_from(words[0]),
			  .label = words[0],
			  .wanted = wanted_fault,
			  .judge = judge_fault};

	if (words[1] && strcmp(words[1], "privileged") == 0)
		job.wanted = wanted_fault_privileged;
	if (words[1] && strcmp(words[1], "overlay") == 0) {
		job.wanted = opens_overlay;
		job.judge = judge_fallback;
	}
	return run(&job);
}

static bool is_execve(const struct job *job, size_t index)
{
	(void)job;
	return calls[index].number == SYS_execve;
}

static bool wanted_lie(const struct job *job, size_t index)
{
	return is_privileged(job, index) && !is_execve(job, index);
}

/* lie DESCRIPTOR: success is reported, and by calls that return one this descriptor, but
 * nothing was done. */
int attack_lie(char **words, char **command)
{
	struct job job = {.command = command,
			  .deed = DEED_RESULT,
			  .label = "a lie",
			  .wanted = wanted_lie};

	if (!words[0])
		return 99;
	job.descriptor = atol(words[0]);
	return run(&job);
}

static void judge_kill(struct tally *tally, const struct job *job, size_t index,
		       const struct launch *launch, const struct trace *trace)
{
	(void)trace;
	if (!WIFSIGNALED(launch->status) || launch->started)
		tally_problem(tally, "%s: %s", describe(job, index),
			      launch_ending(launch));
}

/* kill: SIGKILL at each call. */
int attack_kill(char **words, char **command)
{
	struct job job = {.command = command,
			  .deed = DEED_KILL,
			  .label = "SIGKILL",
			  .wanted = any_call,
			  .judge = judge_kill};

	(void)words;
	return run(&job);
}

static unsigned int ways_found;

static void hook_pry(struct launch *launch, void *data)
{
	(void)data;
	ways_found = pry_as_user(launch->pid);
}

static void judge_stop(struct tally *tally, const struct job *job, size_t index,
		       const struct launch *launch, const struct trace *trace)
{
	(void)trace;
	if (!launch_right(launch))
		tally_problem(tally, "%s: %s: %s", describe(job, index),
			      launch_ending(launch), launch->text);
	if (ways_found)
		tally_problem(tally, "%s: its user could: %s", describe(job, index),
			      pry_names(ways_found));
	ways_found = 0;
}

static bool before_execve(const struct job *job, size_t index)
{
	(void)job;
	return index + 1 < call_count;
}

static bool after_setresuid(const struct job *job, size_t index)
{
	static size_t from;

	for (size_t i = 0; !from && i < call_count; i++) {
		if (calls[i].number == SYS_setresuid)
			from = i;
	}
	return from && index >= from && before_execve(job, index);
}

/* From when on it is vpnrun itself that keeps its user out. */
static bool after_undumpable(const struct job *job, size_t index)
{
	static size_t from;

	for (size_t i = 0; !from && i < call_count; i++) {
		if (calls[i].number == SYS_prctl && calls[i].args[0] == PR_SET_DUMPABLE)
			from = i;
	}
	return from && index >= from && before_execve(job, index);
}

/*
 * stop [pry|pry-undumpable|pry-switched]: SIGSTOP at each call, and then its user tries
 * what he can; only once it has made itself undumpable; once it is the user's (-u).
 */
int attack_stop(char **words, char **command)
{
	struct job job = {.command = command,
			  .deed = DEED_STOP,
			  .label = "SIGSTOP",
			  .wanted = before_execve,
			  .hook = words[0] ? hook_pry : NULL,
			  .judge = judge_stop};

	if (words[0] && strcmp(words[0], "pry-switched") == 0)
		job.wanted = after_setresuid;
	if (words[0] && strcmp(words[0], "pry-undumpable") == 0)
		job.wanted = after_undumpable;
	return run(&job);
}

static int squeezed;

/* What the user may do to any process of his; the hard limit is left. */
static void squeeze(pid_t pid, rlim_t value)
{
	struct rlimit limit;

	launch_become_user();
	if (prlimit(pid, (__rlimit_resource_t)squeezed, NULL, &limit) < 0)
		_exit(1);
	limit.rlim_cur = value;
	_exit(prlimit(pid, (__rlimit_resource_t)squeezed, &limit, NULL) < 0 ? 1 : 0);
}

static void hook_squeeze(struct launch *launch, void *data)
{
	const struct job *job = data;
	pid_t pid = fork();
	int status;

	if (pid == 0)
		squeeze(launch->pid, (rlim_t)job->value);
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || status != 0)
		fatal("prlimit");
}

/* squeeze RESOURCE VALUE: the limit is set at each call. */
int attack_squeeze(char **words, char **command)
{
	struct job job = {.command = command,
			  .deed = DEED_HOOK,
			  .label = words[0],
			  .wanted = any_call,
			  .hook = hook_squeeze};

	if (!words[0] || !words[1])
		return 99;
	squeezed = launch_resource(words[0]);
	job.value = atol(words[1]);
	return run(&job);
}

static void hook_act(struct launch *launch, void *data)
{
	const struct job *job = data;

	(void)launch;
	if (system(job->act) != 0)
		fatal(job->act);
}

/* race ACT UNDO: ACT at each call, UNDO after each launch. */
int attack_race(char **words, char **command)
{
	struct job job = {.command = command,
			  .deed = DEED_HOOK,
			  .label = words[0],
			  .wanted = own_call,
			  .hook = hook_act,
			  .act = words[0],
			  .undo = words[1],
			  .parts = 1};

	return run(&job);
}

static void print_status(struct launch *launch, void *data)
{
	char path[64], line[256];
	FILE *status;

	(void)data;
	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)launch->pid);
	status = fopen(path, "re");
	if (!status)
		fatal(path);
	printf("execve\n");
	while (fgets(line, sizeof(line), status)) {
		if (strncmp(line, "Cap", 3) == 0 ||
		    strncmp(line, "NoNewPrivs", 10) == 0 || strncmp(line, "Uid", 3) == 0)
			printf("%s", line);
	}
	(void)fclose(status);
}

/* execve: how the process stands before each execve. */
int attack_execve(char **words, char **command)
{
	struct launch launch = {0};
	struct trace trace = {.deed = DEED_EXECVES, .hook = print_status};

	(void)words;
	trace_run(&launch, &trace, command);
	printf("end: %s: %s\n", launch_ending(&launch), launch.text);
	return 0;
}
