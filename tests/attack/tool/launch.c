/* SPDX-License-Identifier: MIT */
/* launch - one start of vpnrun, how it ended, and the sum of many. */
#include "attack.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/close_range.h>

#include "witness.h"

#define SECONDS_MAX 10

static struct launch *waited_for;

_Noreturn void fatal(const char *what)
{
	fprintf(stderr, "attack: %s: %s\n", what, strerror(errno));
	exit(99);
}

static long number_from(const char *variable)
{
	const char *text = getenv(variable);

	if (!text) {
		fprintf(stderr, "attack: $%s is not set\n", variable);
		exit(99);
	}
	return atol(text);
}

void launch_become_user(void)
{
	gid_t groups[16], gid = (gid_t)number_from("VRT_GID");
	uid_t uid = (uid_t)number_from("VRT_UID");
	const char *list = getenv("VRT_GROUPS");
	size_t count = 0;

	for (char *end; list && *list && count < 16; list = end + (*end == ','))
		groups[count++] = (gid_t)strtoul(list, &end, 10);
	if (setgroups(count, groups) < 0 || setresgid(gid, gid, gid) < 0 ||
	    setresuid(uid, uid, uid) < 0)
		fatal("setresuid");
}

static const struct {
	const char *name;
	int number;
} resources[] = {
	{"nofile", RLIMIT_NOFILE}, {"as", RLIMIT_AS},		{"stack", RLIMIT_STACK},
	{"data", RLIMIT_DATA},	   {"fsize", RLIMIT_FSIZE},	{"nproc", RLIMIT_NPROC},
	{"cpu", RLIMIT_CPU},	   {"memlock", RLIMIT_MEMLOCK}, {"core", RLIMIT_CORE},
};

int launch_resource(const char *name)
{
	for (size_t i = 0; i < sizeof(resources) / sizeof(resources[0]); i++) {
		if (strcmp(name, resources[i].name) == 0)
			return resources[i].number;
	}
	errno = EINVAL;
	fatal(name);
}

static char *plain_environment[] = {"PATH=/usr/local/bin:/usr/bin:/bin",
				    "HOME=/home/vrt-alice",
				    "SHELL=/bin/sh",
				    "USER=vrt-alice",
				    "TERM=dumb",
				    NULL};

/*
 * As a sloppy wrapper does it: all that root holds is handed on, as inheritable and
 * ambient, so that a plain copy of vpnrun without file capabilities gets it, and more.
 */
static void become_user_with_everything(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	if (prctl(PR_SET_KEEPCAPS, 1) < 0)
		fatal("PR_SET_KEEPCAPS");
	launch_become_user();
	if (syscall(SYS_capget, &header, data) < 0)
		fatal("capget");
	for (int i = 0; i < 2; i++)
		data[i].effective = data[i].inheritable = data[i].permitted;
	if (syscall(SYS_capset, &header, data) < 0)
		fatal("capset");
	for (unsigned long i = 0; i < 64; i++) {
		if (data[i / 32].permitted & 1u << i % 32)
			(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, i, 0, 0);
	}
}

/* Nothing of ours: the null device, standard error in the memfd, the default signals. */
static _Noreturn void child(struct launch *launch, int gate)
{
	int null = open("/dev/null", O_RDWR);
	sigset_t none;
	char byte;

	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)signal(SIGALRM, SIG_DFL);
	if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 ||
	    dup2(launch->messages, 2) < 0 ||
	    syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
		_exit(98);
	if (getenv("VRT_AMBIENT"))
		become_user_with_everything();
	else if (!launch->as_root)
		launch_become_user();
	if (read(gate, &byte, 1) < 0) /* until it is closed */
		_exit(98);
	if (launch->prepare)
		launch->prepare(launch);
	execve(launch->path, launch->command, launch->environment);
	_exit(97);
}

void launch_prepare(struct launch *launch, char **command)
{
	int gate[2];

	if (getenv("VRT_PATH"))
		plain_environment[0] = getenv("VRT_PATH");
	launch->command = command;
	if (!launch->path)
		launch->path = command[0];
	if (!launch->environment)
		launch->environment = plain_environment;
	launch->as_root = getenv("VRT_AS_ROOT") != NULL;
	launch->messages = memfd_create("messages", MFD_CLOEXEC);
	if (launch->messages < 0 || pipe2(gate, O_CLOEXEC) < 0)
		fatal("pipe");
	launch->pid = fork();
	if (launch->pid < 0)
		fatal("fork");
	if (launch->pid == 0) {
		close(gate[1]);
		child(launch, gate[0]);
	}
	close(gate[0]);
	launch->gate = gate[1];
}

void launch_open_gate(struct launch *launch)
{
	close(launch->gate);
	launch->gate = -1;
}

static void give_up(int signal)
{
	(void)signal;
	if (waited_for) {
		waited_for->hung = true;
		(void)kill(waited_for->pid, SIGKILL);
	}
}

pid_t launch_wait(struct launch *launch, int *status, int options)
{
	struct itimerval limit = {.it_value.tv_sec = SECONDS_MAX}, off = {0};
	struct sigaction action = {.sa_handler = give_up};
	pid_t pid;

	waited_for = launch;
	(void)sigaction(SIGALRM, &action, NULL);
	(void)setitimer(ITIMER_REAL, &limit, NULL);
	do {
		pid = waitpid(launch->pid, status, options);
	} while (pid < 0 && errno == EINTR);
	(void)setitimer(ITIMER_REAL, &off, NULL);
	waited_for = NULL;
	if (pid < 0)
		fatal("waitpid");
	return pid;
}

void launch_take_text(struct launch *launch)
{
	ssize_t got = pread(launch->messages, launch->text, sizeof(launch->text) - 1, 0);

	launch->text[got > 0 ? got : 0] = '\0';
	close(launch->messages);
}

void launch_end(struct launch *launch)
{
	(void)launch_wait(launch, &launch->status, 0);
	launch_take_text(launch);
}

bool launch_right(const struct launch *launch)
{
	return !launch->hung && WIFEXITED(launch->status) &&
	       WEXITSTATUS(launch->status) == WITNESS_RIGHT;
}

bool launch_refused(const struct launch *launch)
{
	int status = WIFEXITED(launch->status) ? WEXITSTATUS(launch->status) : 128;

	return !launch->hung && !launch->started && status != 0 &&
	       status != WITNESS_RIGHT && status != WITNESS_WRONG &&
	       status != WITNESS_BLIND;
}

/* It died of what was done to it, or tells that it could not look. */
static bool was_blind(const struct launch *launch)
{
	return launch->may_be_blind && (WIFSIGNALED(launch->status) ||
					WEXITSTATUS(launch->status) == WITNESS_BLIND);
}

bool launch_refused_aloud(const struct launch *launch)
{
	return launch_refused(launch) && WIFEXITED(launch->status) &&
	       WEXITSTATUS(launch->status) == 125 &&
	       strncmp(launch->text, "vpnrun: ", 8) == 0;
}

const char *launch_ending(const struct launch *launch)
{
	static char text[64];

	if (launch->hung)
		return "it hung";
	if (WIFSIGNALED(launch->status))
		(void)snprintf(text, sizeof(text), "killed by signal %d",
			       WTERMSIG(launch->status));
	else
		(void)snprintf(text, sizeof(text), "status %d%s",
			       WEXITSTATUS(launch->status),
			       launch->started ? ", the target was started" : "");
	return text;
}

void tally_add(struct tally *tally, const struct launch *launch)
{
	tally->launches++;
	if (launch_right(launch))
		tally->right++;
	else if (launch_refused(launch))
		tally->refused++;
	else
		tally->other++;
}

void tally_problem(struct tally *tally, const char *format, ...)
{
	char text[2048] = "# ";
	size_t size;
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text + 2, sizeof(text) - 3, format, args);
	va_end(args);
	for (size = 2; text[size]; size++) {
		if (text[size] == '\n')
			text[size] = '|';
	}
	text[size++] = '\n';
	if (tally->problems++ < 20 && write(STDOUT_FILENO, text, size) < 0)
		_exit(99);
}

void tally_judge(struct tally *tally, const struct launch *launch, const char *what)
{
	tally_add(tally, launch);
	if (!launch_right(launch) && !launch_refused(launch) && !was_blind(launch))
		tally_problem(tally, "%s: %s: %s", what, launch_ending(launch),
			      launch->text);
	tally_check_world(tally, what);
}

void tally_check_world(struct tally *tally, const char *what)
{
	static char before[1 << 18], now[1 << 18];
	int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t got;

	if (fd < 0)
		fatal("mountinfo");
	while ((got = read(fd, now + used, sizeof(now) - 1 - used)) > 0)
		used += (size_t)got;
	close(fd);
	now[used] = '\0';
	if (before[0] && strcmp(before, now) != 0 && !getenv("VRT_MOUNTS_CHANGE"))
		tally_problem(tally, "%s: the mount table out here has changed", what);
	memcpy(before, now, used + 1);
}

int tally_in_parallel(void (*work)(struct tally *tally, unsigned int part, void *data),
		      unsigned int parts, void *data)
{
	struct tally *tallies, sum = {0};
	int status;

	tallies = mmap(NULL, parts * sizeof(*tallies), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tallies == MAP_FAILED)
		fatal("mmap");
	(void)fflush(stdout);
	for (unsigned int part = 0; part < parts; part++) {
		pid_t pid = fork();

		if (pid < 0)
			fatal("fork");
		if (pid == 0) {
			tally_check_world(&tallies[part], "at first");
			work(&tallies[part], part, data);
			_exit(0);
		}
	}
	for (unsigned int part = 0; part < parts; part++) {
		if (wait(&status) < 0 || status != 0)
			tally_problem(&sum, "a worker ended early");
	}
	for (unsigned int part = 0; part < parts; part++) {
		sum.launches += tallies[part].launches;
		sum.right += tallies[part].right;
		sum.refused += tallies[part].refused;
		sum.other += tallies[part].other;
		sum.problems += tallies[part].problems;
	}
	return tally_end(&sum);
}

int tally_end(const struct tally *tally)
{
	printf("launches %u right %u refused %u other %u problems %u\n", tally->launches,
	       tally->right, tally->refused, tally->other, tally->problems);
	(void)fflush(stdout);
	return tally->problems || tally->launches == 0 ? 1 : 0;
}
