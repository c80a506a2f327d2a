/* SPDX-License-Identifier: MIT */
/*
 * launch-driver - starts a no-op many times in several ways and compares what that costs.
 *
 * A contender is a command that runs the no-op target. In every round each contender is
 * launched once, in an order shuffled anew, and every comparison is the median of the
 * ratios within the rounds: what disturbs the machine for a while disturbs all alike.
 *
 * The driver starts as root and hands the launches to workers, one for each place (the
 * user, root only for a contender that nobody else can run; with a terminal or not; the
 * mount namespace); then it becomes the ordinary user itself. A worker forks, execs and
 * waits.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "record.h"

#define MAX_CONTENDERS	  32
#define MAX_WORDS	  32
#define MAX_EXTRAS	  16 /* references, growths and limits, each */
#define WARMUP_ROUNDS	  3
#define ANSWER_TIMEOUT_MS 60000

enum { EXIT_MISSED = 1, EXIT_USAGE = 2, EXIT_SKIPPED = 77 };

enum metric { WALL, CPU, FIRST, METRICS };

static const char *const metric_name[METRICS] = {"wall", "cpu", "first"};
static const char *const metric_title[METRICS] = {
	"Wall time, from fork until the child is reaped",
	"Processor time, user and system, of the child and the children that were waited for",
	"Time to the target's first instruction, from fork",
};

enum verdict { MEASURED, NOT_INSTALLED, FAILED };

struct sample {
	double us[METRICS];
};

/* Who launches, and from where: contenders that agree in it share a worker. */
struct place {
	bool as_root;	   /* else as the ordinary user */
	bool terminal;	   /* has a controlling terminal, which is also standard input */
	const char *world; /* file of a mount namespace, or "-" for the driver's own */
};

struct contender {
	char *name;
	struct place place;
	char netns[44]; /* where the target must be, as /proc/self/ns/net reads */
	char *argv[MAX_WORDS + 3];
	unsigned int argc; /* words of the command without the target */
	unsigned int worker;
	enum verdict verdict;
	char why[200];
	struct sample *samples; /* one for each round */
};

struct worker {
	struct place place;
	int to;	  /* requests */
	int from; /* answers */
};

struct request {
	unsigned int contender;
	bool prove;
};

struct answer {
	int error;  /* errno of the worker's own calls */
	int status; /* as wait4(2) gives it */
	bool told;  /* the target reached its end and told its record */
	struct record record;
	struct sample sample;
};

struct limit {
	enum metric metric;
	char above[48], below[48]; /* the ratio is above / below */
	bool at_least;
	double bound;
	/* Worlds. If not empty, the ratio is that of what each grows between them. */
	char from[24], to[24];
};

struct growth {
	char from[24], to[24];
};

static struct contender contenders[MAX_CONTENDERS];
static unsigned int contender_count;
static struct worker workers[MAX_CONTENDERS];
static unsigned int worker_count;
static const char *references[MAX_EXTRAS];
static unsigned int reference_count;
static struct limit limits[MAX_EXTRAS];
static unsigned int limit_count;
static struct growth growths[MAX_EXTRAS];
static unsigned int growth_count;

static unsigned int rounds = 200;
static bool json;
static char *target;
static struct passwd *user;

/* The environment of every launch: small, and the same for all. */
static char env_home[PATH_MAX + 8], env_user[64], env_logname[64];
static char env_path[] =
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
static char env_lang[] = "LANG=C.UTF-8";
static char env_shell[] = "SHELL=/bin/sh";
static char *const launch_env[] = {env_path, env_lang,	  env_shell, env_home,
				   env_user, env_logname, NULL};

static _Noreturn void __attribute__((format(printf, 1, 2))) die(const char *format, ...)
{
	va_list args;

	fputs("launch-driver: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(EXIT_USAGE);
}

/* ---- One launch ------------------------------------------------------------------- */

static long long now_ns(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) < 0)
		die("no monotonic clock: %s", strerror(errno));
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static double timeval_us(struct timeval value)
{
	return (double)value.tv_sec * 1e6 + (double)value.tv_usec;
}

/* The last record in the pipe: a wrapper may have written before its target did. */
static bool read_record(int fd, struct record *ret_record)
{
	unsigned char buf[4096];
	struct record record;
	ssize_t len = read(fd, buf, sizeof(buf));

	if (len < (ssize_t)sizeof(record))
		return false;
	memcpy(&record, buf + (size_t)len - sizeof(record), sizeof(record));
	if (record.magic != RECORD_MAGIC)
		return false;
	record.netns[sizeof(record.netns) - 1] = '\0';
	*ret_record = record;
	return true;
}

static _Noreturn void exec_contender(char *const *argv, int out)
{
	if (dup2(out, STDOUT_FILENO) < 0)
		_exit(126);
	execve(argv[0], argv, launch_env);
	_exit(127);
}

static int launch(char *const *argv, struct answer *ret_answer)
{
	struct answer answer = {0};
	struct rusage usage;
	long long start, end;
	int fds[2];
	pid_t pid;

	/* Non-blocking: a daemon that a wrapper left behind may hold the other end. */
	if (pipe2(fds, O_CLOEXEC) < 0 || fcntl(fds[0], F_SETFL, O_NONBLOCK) < 0)
		return -errno;

	start = now_ns();
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		exec_contender(argv, fds[1]);
	while (wait4(pid, &answer.status, 0, &usage) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	end = now_ns();

	answer.told = read_record(fds[0], &answer.record);
	(void)close(fds[0]); /* nothing was written through it that could be lost */
	(void)close(fds[1]);
	answer.sample.us[WALL] = (double)(end - start) / 1e3;
	answer.sample.us[CPU] = timeval_us(usage.ru_utime) + timeval_us(usage.ru_stime);
	answer.sample.us[FIRST] = (double)(answer.record.first_ns - start) / 1e3;
	*ret_answer = answer;
	return 0;
}

/* ---- Workers ---------------------------------------------------------------------- */

static bool read_all(int fd, void *buf, size_t len)
{
	for (size_t done = 0; done < len;) {
		ssize_t got = read(fd, (char *)buf + done, len - done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		done += (size_t)got;
	}
	return true;
}

static void become_user(void)
{
	if (setgroups(1, &user->pw_gid) < 0 ||
	    setresgid(user->pw_gid, user->pw_gid, user->pw_gid) < 0 ||
	    setresuid(user->pw_uid, user->pw_uid, user->pw_uid) < 0)
		die("cannot become %s: %s", user->pw_name, strerror(errno));
}

static void enter_world(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || setns(fd, CLONE_NEWNS) < 0)
		die("cannot enter the mount namespace %s: %s", path, strerror(errno));
	(void)close(fd); /* read only */
}

/* A terminal that nobody looks at. Its other end stays open for as long as we run. */
static int open_terminal(void)
{
	int terminal, other = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (other < 0 || grantpt(other) < 0 || unlockpt(other) < 0)
		die("cannot make a terminal: %s", strerror(errno));
	terminal = open(ptsname(other), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (terminal < 0 || ioctl(terminal, TIOCSCTTY, 0) < 0)
		die("cannot use %s as terminal: %s", ptsname(other), strerror(errno));
	return terminal;
}

static _Noreturn void work(const struct worker *self, int in, int out)
{
	struct request request;
	int input;

	if (strcmp(self->place.world, "-") != 0)
		enter_world(self->place.world);
	/* What we launch inherits an ignored signal. */
	if (signal(SIGPIPE, SIG_DFL) == SIG_ERR || setsid() < 0 || chdir("/") < 0)
		die("cannot start a worker: %s", strerror(errno));
	if (!self->place.as_root)
		become_user();
	input = self->place.terminal ? open_terminal()
				     : open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (input < 0 || dup2(input, STDIN_FILENO) < 0)
		die("cannot set standard input: %s", strerror(errno));

	while (read_all(in, &request, sizeof(request))) {
		struct contender *c = &contenders[request.contender];
		struct answer answer = {0};
		static char prove[] = RECORD_PROVE;

		c->argv[c->argc + 1] = request.prove ? prove : NULL;
		answer.error = launch(c->argv, &answer);
		if (write(out, &answer, sizeof(answer)) != (ssize_t)sizeof(answer))
			break; /* the driver is gone */
	}
	_exit(0);
}

static void start_worker(struct worker *w)
{
	int requests[2], answers[2];
	pid_t pid;

	if (pipe2(requests, O_CLOEXEC) < 0 || pipe2(answers, O_CLOEXEC) < 0)
		die("cannot make a pipe: %s", strerror(errno));
	(void)fflush(NULL); /* or the worker would write our text again */
	pid = fork();
	if (pid < 0)
		die("cannot fork: %s", strerror(errno));
	if (pid == 0) {
		/* Its own ends only, or it would never see the driver end. */
		(void)close(requests[1]);
		(void)close(answers[0]);
		for (const struct worker *other = workers; other != w; other++) {
			(void)close(other->to);
			(void)close(other->from);
		}
		work(w, requests[0], answers[1]);
	}
	(void)close(requests[0]);
	(void)close(answers[1]);
	w->to = requests[1];
	w->from = answers[0];
}

static bool place_equal(const struct place *a, const struct place *b)
{
	return a->as_root == b->as_root && a->terminal == b->terminal &&
	       strcmp(a->world, b->world) == 0;
}

static unsigned int worker_for(const struct place *place)
{
	unsigned int i;

	for (i = 0; i < worker_count; i++) {
		if (place_equal(&workers[i].place, place))
			return i;
	}
	workers[i].place = *place;
	worker_count++;
	return i;
}

/* ---- Proving and measuring -------------------------------------------------------- */

static void __attribute__((format(printf, 3, 4)))
reject(struct contender *c, enum verdict verdict, const char *format, ...)
{
	va_list args;

	c->verdict = verdict;
	va_start(args, format);
	vsnprintf(c->why, sizeof(c->why), format, args);
	va_end(args);
	fprintf(stderr, "launch-driver: %s is NOT MEASURED: %s\n", c->name, c->why);
}

static bool ask(struct contender *c, bool prove, struct answer *ret_answer)
{
	struct worker *w = &workers[c->worker];
	struct request request = {(unsigned int)(c - contenders), prove};
	struct pollfd wait = {.fd = w->from, .events = POLLIN};
	int ready;

	if (write(w->to, &request, sizeof(request)) != (ssize_t)sizeof(request)) {
		reject(c, FAILED, "its worker is gone");
		return false;
	}
	do {
		ready = poll(&wait, 1, ANSWER_TIMEOUT_MS);
	} while (ready < 0 && errno == EINTR);
	if (ready == 0) {
		/* The worker is still busy with it, and its other contenders with it. */
		die("%s does not end within %d s", c->name, ANSWER_TIMEOUT_MS / 1000);
	}
	if (!read_all(w->from, ret_answer, sizeof(*ret_answer))) {
		reject(c, FAILED, "its worker is gone");
		return false;
	}
	return true;
}

/* One launch that must have gone well: a failed one is not fast, it is no launch. */
static bool ask_for_success(struct contender *c, bool prove, struct answer *ret_answer)
{
	if (!ask(c, prove, ret_answer))
		return false;
	if (ret_answer->error != 0) {
		reject(c, FAILED, "cannot launch: %s", strerror(-ret_answer->error));
		return false;
	}
	if (WIFSIGNALED(ret_answer->status)) {
		reject(c, FAILED, "ended by signal %d", WTERMSIG(ret_answer->status));
		return false;
	}
	if (ret_answer->status != 0) {
		reject(c, FAILED, "exit status %d", WEXITSTATUS(ret_answer->status));
		return false;
	}
	if (!ret_answer->told) {
		reject(c, FAILED, "exit status 0, but the target did not run");
		return false;
	}
	return true;
}

static void prove(struct contender *c)
{
	uid_t uid = c->place.as_root ? 0 : user->pw_uid;
	struct answer answer;

	if (access(c->argv[0], X_OK) < 0) {
		reject(c, NOT_INSTALLED, "%s: %s", c->argv[0], strerror(errno));
		return;
	}
	if (!ask_for_success(c, true, &answer))
		return;
	if (strcmp(answer.record.netns, c->netns) != 0) {
		reject(c, FAILED, "its target ran in %s, not in %s", answer.record.netns,
		       c->netns);
		return;
	}
	if (answer.record.uid != uid)
		reject(c, FAILED, "its target ran as uid %u, not %u", answer.record.uid,
		       uid);
}

static void shuffle(unsigned int *order, unsigned int count)
{
	/* Always the same sequence of orders: a run can be repeated (xorshift). */
	static uint32_t state = 2463534242U;

	for (unsigned int i = count; i > 1; i--) {
		unsigned int j, swap;

		state ^= state << 13;
		state ^= state >> 17;
		state ^= state << 5;
		j = state % i;
		swap = order[i - 1];
		order[i - 1] = order[j];
		order[j] = swap;
	}
}

static void measure_all(void)
{
	unsigned int order[MAX_CONTENDERS] = {0};
	struct answer answer;

	for (unsigned int i = 0; i < contender_count; i++)
		order[i] = i;
	for (unsigned int round = 0; round < WARMUP_ROUNDS + rounds; round++) {
		shuffle(order, contender_count);
		for (unsigned int i = 0; i < contender_count; i++) {
			struct contender *c = &contenders[order[i]];

			if (c->verdict != MEASURED || !ask_for_success(c, false, &answer))
				continue;
			if (round >= WARMUP_ROUNDS)
				c->samples[round - WARMUP_ROUNDS] = answer.sample;
		}
	}
}

/* ---- Statistics ------------------------------------------------------------------- */

static int compare_doubles(const void *left, const void *right)
{
	const double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

/* Sorts VALUES, one for each round, and returns the one at PART (0.5: the median). */
static double quantile(double *values, double part)
{
	double position = part * (double)(rounds - 1);
	unsigned int low = (unsigned int)position;
	unsigned int high = low + 1 < rounds ? low + 1 : low;
	double rest = position - (double)low;

	qsort(values, rounds, sizeof(*values), compare_doubles);
	return values[low] * (1 - rest) + values[high] * rest;
}

static double *scratch;

static double time_at(const struct contender *c, enum metric m, double part)
{
	for (unsigned int i = 0; i < rounds; i++)
		scratch[i] = c->samples[i].us[m];
	return quantile(scratch, part);
}

static double median_ratio(const struct contender *above, const struct contender *below,
			   enum metric m)
{
	for (unsigned int i = 0; i < rounds; i++)
		scratch[i] = above->samples[i].us[m] / below->samples[i].us[m];
	return quantile(scratch, 0.5);
}

static double median_difference(const struct contender *more,
				const struct contender *less, enum metric m)
{
	for (unsigned int i = 0; i < rounds; i++)
		scratch[i] = more->samples[i].us[m] - less->samples[i].us[m];
	return quantile(scratch, 0.5);
}

static struct contender *find(const char *name)
{
	for (unsigned int i = 0; i < contender_count; i++) {
		if (strcmp(contenders[i].name, name) == 0)
			return &contenders[i];
	}
	return NULL;
}

static struct contender *find_measured(const char *name)
{
	struct contender *c = find(name);

	return c && c->verdict == MEASURED ? c : NULL;
}

/* ---- Growth ----------------------------------------------------------------------- */

/* PROGRAM@WORLD, measured; NULL otherwise. */
static struct contender *find_in_world(const char *program, size_t len, const char *world)
{
	char name[96];

	snprintf(name, sizeof(name), "%.*s@%s", (int)len, program, world);
	return find_measured(name);
}

struct growth_row {
	const char *program;
	int program_len;
	double small_us, large_us, ratio, difference_us;
};

/* The next program from *CURSOR on that was measured in both worlds. */
static bool next_growth(const struct growth *g, enum metric m, unsigned int *cursor,
			struct growth_row *ret_row)
{
	while (*cursor < contender_count) {
		struct contender *small = &contenders[(*cursor)++], *large;
		const char *at = strchr(small->name, '@');

		if (!at || strcmp(at + 1, g->from) != 0 || small->verdict != MEASURED)
			continue;
		large = find_in_world(small->name, (size_t)(at - small->name), g->to);
		if (!large)
			continue;
		ret_row->program = small->name;
		ret_row->program_len = (int)(at - small->name);
		ret_row->small_us = time_at(small, m, 0.5);
		ret_row->large_us = time_at(large, m, 0.5);
		ret_row->ratio = median_ratio(large, small, m);
		ret_row->difference_us = median_difference(large, small, m);
		return true;
	}
	return false;
}

/* ---- Output ----------------------------------------------------------------------- */

static void print_command(const struct contender *c, void (*put)(const char *))
{
	for (unsigned int i = 0; i < c->argc; i++) {
		put(c->argv[i]);
		put(" ");
	}
	put("TARGET");
}

static void put_plain(const char *text)
{
	fputs(text, stdout);
}

static void print_contenders(void)
{
	puts("Contenders");
	for (unsigned int i = 0; i < contender_count; i++) {
		const struct place *place = &contenders[i].place;

		printf("  %-24s as %s, %s terminal: ", contenders[i].name,
		       place->as_root ? "root" : user->pw_name,
		       place->terminal ? "from a" : "without");
		print_command(&contenders[i], put_plain);
		putchar('\n');
	}
}

static void print_metric(enum metric m)
{
	printf("\n%s\n  %-24s %9s %9s %9s", metric_title[m], "", "median us", "10 %",
	       "90 %");
	for (unsigned int r = 0; r < reference_count; r++)
		printf("  /%-12s", references[r]);
	putchar('\n');

	for (unsigned int i = 0; i < contender_count; i++) {
		const struct contender *c = &contenders[i];

		if (c->verdict != MEASURED) {
			printf("  %-24s NOT MEASURED: %s\n", c->name, c->why);
			continue;
		}
		printf("  %-24s %9.0f %9.0f %9.0f", c->name, time_at(c, m, 0.5),
		       time_at(c, m, 0.1), time_at(c, m, 0.9));
		for (unsigned int r = 0; r < reference_count; r++) {
			const struct contender *reference = find_measured(references[r]);

			if (reference)
				printf("  %-13.2f", median_ratio(c, reference, m));
			else
				printf("  %-13s", "-");
		}
		putchar('\n');
	}
}

static void print_growth(const struct growth *g)
{
	for (enum metric m = 0; m < METRICS; m++) {
		struct growth_row row;
		unsigned int cursor = 0;

		printf("\n%s -> %s: %s\n  %-24s %9s %9s %9s %9s\n", g->from, g->to,
		       metric_title[m], "", "from us", "to us", "ratio", "more us");
		while (next_growth(g, m, &cursor, &row))
			printf("  %-24.*s %9.0f %9.0f %9.3f %+9.1f\n", row.program_len,
			       row.program, row.small_us, row.large_us, row.ratio,
			       row.difference_us);
	}
}

static void put_json(const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 0x20)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
}

static void print_json_metric(const struct contender *c, enum metric m)
{
	bool first = true;

	printf(", \"%s\": {\"median_us\": %.1f, \"p10_us\": %.1f, \"p90_us\": %.1f, \"ratio\": {",
	       metric_name[m], time_at(c, m, 0.5), time_at(c, m, 0.1),
	       time_at(c, m, 0.9));
	for (unsigned int r = 0; r < reference_count; r++) {
		const struct contender *reference = find_measured(references[r]);

		if (!reference)
			continue;
		printf("%s\"%s\": %.4f", first ? "" : ", ", references[r],
		       median_ratio(c, reference, m));
		first = false;
	}
	fputs("}}", stdout);
}

static void print_json_contender(const struct contender *c)
{
	printf("{\"name\": \"%s\", \"as\": \"%s\", \"terminal\": %s, \"command\": \"",
	       c->name, c->place.as_root ? "root" : "user",
	       c->place.terminal ? "true" : "false");
	print_command(c, put_json);
	printf("\", \"measured\": %s", c->verdict == MEASURED ? "true" : "false");
	if (c->verdict != MEASURED) {
		fputs(", \"why\": \"", stdout);
		put_json(c->why);
		putchar('"');
	} else {
		for (enum metric m = 0; m < METRICS; m++)
			print_json_metric(c, m);
	}
	putchar('}');
}

static void print_json_growths(void)
{
	bool first = true;

	for (unsigned int i = 0; i < growth_count; i++) {
		for (enum metric m = 0; m < METRICS; m++) {
			struct growth_row row;
			unsigned int cursor = 0;

			while (next_growth(&growths[i], m, &cursor, &row)) {
				printf("%s\n  {\"program\": \"%.*s\", \"metric\": \"%s\", "
				       "\"from\": \"%s\", \"to\": \"%s\", \"from_us\": %.1f, "
				       "\"to_us\": %.1f, \"ratio\": %.4f, "
				       "\"more_us\": %.1f}",
				       first ? "" : ",", row.program_len, row.program,
				       metric_name[m], growths[i].from, growths[i].to,
				       row.small_us, row.large_us, row.ratio,
				       row.difference_us);
				first = false;
			}
		}
	}
}

/* ---- Limits ----------------------------------------------------------------------- */

/* The contender that a side of LIMIT is about; at WORLD unless that is empty. */
static struct contender *side(const char *name, const char *world)
{
	char full[80];

	snprintf(full, sizeof(full), "%s%s%s", name, *world ? "@" : "", world);
	return find(full);
}

struct judgement {
	const char *word;
	double ratio;
	int rc; /* what the program is to exit with for this alone */
};

static struct judgement judge(const struct limit *l)
{
	/* Without worlds, the same two twice. */
	const struct contender *c[4] = {
		side(l->above, l->from),
		side(l->above, l->to),
		side(l->below, l->from),
		side(l->below, l->to),
	};
	struct judgement j = {.word = "NOT JUDGED", .rc = 0};
	bool held;

	for (size_t i = 0; i < 4; i++) {
		if (!c[i] || c[i]->verdict == FAILED)
			j.rc = EXIT_MISSED;
		else if (c[i]->verdict == NOT_INSTALLED && j.rc == 0)
			j.rc = EXIT_SKIPPED;
	}
	if (j.rc != 0)
		return j;

	if (*l->from)
		j.ratio = median_difference(c[1], c[0], l->metric) /
			  median_difference(c[3], c[2], l->metric);
	else
		j.ratio = median_ratio(c[0], c[2], l->metric);
	held = l->at_least ? j.ratio >= l->bound : j.ratio <= l->bound;
	j.word = held ? "held" : "MISSED";
	j.rc = held ? 0 : EXIT_MISSED;
	return j;
}

static void print_limit(const struct limit *l, const struct judgement *j)
{
	printf("  %-10s %-5s ", j->word, metric_name[l->metric]);
	if (*l->from)
		printf("%s's growth / %s's growth, %s to %s, ", l->above, l->below,
		       l->from, l->to);
	else
		printf("%s / %s ", l->above, l->below);
	if (j->ratio != 0)
		printf("is %.2f, and ", j->ratio);
	printf("must be %s %g\n", l->at_least ? "at least" : "at most", l->bound);
}

static void print_json_limit(const struct limit *l, const struct judgement *j)
{
	printf("\n  {\"metric\": \"%s\", \"above\": \"%s\", \"below\": \"%s\", "
	       "\"from\": \"%s\", \"to\": \"%s\", \"is\": \"%s\", \"bound\": %g, "
	       "\"ratio\": %.4f, \"verdict\": \"%s\"}",
	       metric_name[l->metric], l->above, l->below, l->from, l->to,
	       l->at_least ? "at least" : "at most", l->bound, j->ratio, j->word);
}

/* Returns the exit status: a missed limit weighs more than one not judged. */
static int print_limits(void)
{
	int rc = 0;

	if (!json && limit_count)
		puts("\nLimits");
	for (unsigned int i = 0; i < limit_count; i++) {
		struct judgement j = judge(&limits[i]);

		if (rc == 0 || j.rc == EXIT_MISSED)
			rc = j.rc;
		if (json) {
			fputs(i ? "," : "", stdout);
			print_json_limit(&limits[i], &j);
		} else {
			print_limit(&limits[i], &j);
		}
	}
	return rc;
}

static int print_json(void)
{
	int rc;

	printf("{\"rounds\": %u, \"contenders\": [", rounds);
	for (unsigned int i = 0; i < contender_count; i++) {
		fputs(i ? ",\n  " : "\n  ", stdout);
		print_json_contender(&contenders[i]);
	}
	fputs("\n], \"growth\": [", stdout);
	print_json_growths();
	fputs("\n], \"limits\": [", stdout);
	rc = print_limits();
	puts("\n]}");
	return rc;
}

static void print_growths(void)
{
	printf("%u rounds, each contender once in every round, in shuffled order; ratios and "
	       "differences\nare the medians of those within the rounds.\n",
	       rounds);
	for (unsigned int i = 0; i < growth_count; i++)
		print_growth(&growths[i]);
	for (unsigned int i = 0; i < contender_count; i++) {
		if (contenders[i].verdict != MEASURED)
			printf("\n%s NOT MEASURED: %s\n", contenders[i].name,
			       contenders[i].why);
	}
}

static void print_comparison(void)
{
	printf("%u rounds, each contender once in every round, in shuffled order; the columns "
	       "/NAME are the\nmedians of the ratios to NAME within the rounds.\n\n",
	       rounds);
	print_contenders();
	for (enum metric m = 0; m < METRICS; m++)
		print_metric(m);
}

static int print_text(void)
{
	if (growth_count)
		print_growths();
	else
		print_comparison();
	return print_limits();
}

/* ---- Command line and the file of contenders -------------------------------------- */

static void netns_text(const char *path, char *buf, size_t size)
{
	struct stat st;

	if (stat(path, &st) < 0)
		die("%s: %s", path, strerror(errno));
	snprintf(buf, size, "net:[%llu]", (unsigned long long)st.st_ino);
}

/* One line of the file, see usage(). Words are separated by blanks; the target follows.
 */
static void parse_contender(char *line)
{
	struct contender *c = &contenders[contender_count];
	char *words[MAX_WORDS + 4], *save = NULL;
	unsigned int count = 0;

	for (char *word = strtok_r(line, " \t\n", &save); word;
	     word = strtok_r(NULL, " \t\n", &save)) {
		if (count == MAX_WORDS + 4)
			die("a contender has too many words");
		words[count++] = word;
	}
	if (count == 0 || words[0][0] == '#')
		return;
	if (count < 4 || contender_count == MAX_CONTENDERS)
		die("contender %s: too few words, or too many contenders", words[0]);

	c->name = words[0];
	c->place.as_root = strncmp(words[1], "root", 4) == 0;
	c->place.terminal = strstr(words[1], "+terminal") != NULL;
	c->place.world = words[2];
	netns_text(strcmp(words[3], "-") == 0 ? "/proc/self/ns/net" : words[3], c->netns,
		   sizeof(c->netns));
	c->argc = count - 4;
	for (unsigned int i = 0; i < c->argc; i++)
		c->argv[i] = words[i + 4];
	c->argv[c->argc] = target;
	c->samples = calloc(rounds, sizeof(*c->samples));
	if (!c->samples)
		die("out of memory");
	c->worker = worker_for(&c->place);
	contender_count++;
}

static void read_contenders(const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;

	if (!file)
		die("%s: %s", path, strerror(errno));
	while (getline(&line, &size, file) >= 0) {
		/* The words stay in the line for as long as the program runs. */
		parse_contender(line);
		line = NULL;
		size = 0;
	}
	free(line);
	(void)fclose(file); /* read only */
}

static void parse_limit(const char *text)
{
	struct limit *l = &limits[limit_count];
	char metric[8], relation[4];

	int words =
		limit_count == MAX_EXTRAS
			? 0
			: sscanf(text,
				 "%7[a-z]:%47[^:]:%47[^:]:%2[<>=]:%lf:%23[^:]:%23[^:]",
				 metric, l->above, l->below, relation, &l->bound, l->from,
				 l->to);

	if (words != 5 && words != 7)
		die("bad limit \"%s\"", text);
	l->at_least = strcmp(relation, ">=") == 0;
	if (!l->at_least && strcmp(relation, "<=") != 0)
		die("bad relation in limit \"%s\"", text);
	for (enum metric m = 0; m < METRICS; m++) {
		if (strcmp(metric, metric_name[m]) == 0) {
			l->metric = m;
			limit_count++;
			return;
		}
	}
	die("bad metric in limit \"%s\"", text);
}

static void parse_growth(const char *text)
{
	struct growth *g = &growths[growth_count];

	if (growth_count == MAX_EXTRAS ||
	    sscanf(text, "%23[^:]:%23[^:]", g->from, g->to) != 2)
		die("bad growth \"%s\"", text);
	growth_count++;
}

static void set_user(const char *name)
{
	user = getpwnam(name);
	if (!user || user->pw_uid == 0)
		die("no such ordinary user: %s", name);
	snprintf(env_home, sizeof(env_home), "HOME=%s", user->pw_dir);
	snprintf(env_user, sizeof(env_user), "USER=%s", user->pw_name);
	snprintf(env_logname, sizeof(env_logname), "LOGNAME=%s", user->pw_name);
}

static void parse_rounds(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*end != '\0' || value < 1 || value > 1000000)
		die("bad number of rounds \"%s\"", text);
	rounds = (unsigned int)value;
}

static void usage(FILE *to)
{
	fputs("usage: launch-driver --user NAME --target PROGRAM [--rounds N] [--json]\n"
	      "           [--reference CONTENDER]... [--growth WORLD:WORLD]...\n"
	      "           [--limit METRIC:CONTENDER:CONTENDER:RELATION:NUMBER[:WORLD:WORLD]]...\n"
	      "           FILE\n"
	      "METRIC is wall, cpu or first; RELATION is >= or <=. With worlds, a limit is about\n"
	      "what PROGRAM@WORLD grows from the first to the second. FILE lists the contenders:\n"
	      "NAME user|root[+terminal] MOUNTNAMESPACE|- NETNS|- COMMAND...\n"
	      "Exit status: 0; with limits 1 when one is missed or its contender failed, 77 when\n"
	      "one was not judged since its contender is not installed; 2 on any other failure.\n",
	      to);
}

static const char *parse_options(int argc, char **argv)
{
	static const struct option options[] = {
		{"user", required_argument, NULL, 'u'},
		{"target", required_argument, NULL, 't'},
		{"rounds", required_argument, NULL, 'r'},
		{"json", no_argument, NULL, 'j'},
		{"reference", required_argument, NULL, 'R'},
		{"growth", required_argument, NULL, 'g'},
		{"limit", required_argument, NULL, 'l'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "+h", options, NULL)) != -1) {
		switch (option) {
		case 'u':
			set_user(optarg);
			break;
		case 't':
			target = optarg;
			break;
		case 'r':
			parse_rounds(optarg);
			break;
		case 'j':
			json = true;
			break;
		case 'g':
			parse_growth(optarg);
			break;
		case 'l':
			parse_limit(optarg);
			break;
		case 'R':
			if (reference_count == MAX_EXTRAS)
				die("too many references");
			references[reference_count++] = optarg;
			break;
		case 'h':
			usage(stdout);
			exit(0);
		default:
			usage(stderr);
			exit(EXIT_USAGE);
		}
	}
	if (!user || !target || optind != argc - 1) {
		usage(stderr);
		exit(EXIT_USAGE);
	}
	return argv[optind];
}

int main(int argc, char **argv)
{
	const char *file = parse_options(argc, argv);
	int rc;

	/* A worker that is gone shows as an error of write(2). */
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		die("cannot ignore SIGPIPE: %s", strerror(errno));
	read_contenders(file);
	if (contender_count == 0)
		die("%s: no contenders", file);
	scratch = calloc(rounds, sizeof(*scratch));
	if (!scratch)
		die("out of memory");

	for (unsigned int i = 0; i < worker_count; i++)
		start_worker(&workers[i]);
	become_user();

	for (unsigned int i = 0; i < contender_count; i++)
		prove(&contenders[i]);
	measure_all();
	rc = json ? print_json() : print_text();
	if (fflush(stdout) != 0)
		die("cannot write: %s", strerror(errno));
	return rc;
}
