/* SPDX-License-Identifier: MIT */
/*
 * Tests of environ: the environment as the invoking user gave it.
 *
 * The program starts itself anew to be given an environment: with "recover" for its
 * last argument, or with RECOVER in its environment, it prints what it recovers.
 */
#include "environ.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "unit.h"

static void free_strings(char ***strings)
{
	free(*strings);
}

#define auto_strings __attribute__((cleanup(free_strings)))

/* execve(2) and its like change no string, but say so for none. */
static char *const *loose(const char *const strings[])
{
	return (char *const *)(uintptr_t)strings;
}

static void expect_strings(char *const strings[], const char *const wanted[])
{
	size_t i = 0;

	for (; wanted[i]; i++) {
		assert_non_null(strings[i]);
		assert_string_equal(strings[i], wanted[i]);
	}
	assert_null(strings[i]);
}

static void split_finds_every_string(void **state)
{
	static const char block[] = "A=1\0B\0\0A=2\0=x\0C=a=b";
	static const char *const wanted[] = {"A=1", "B", "", "A=2", "=x", "C=a=b", NULL};
	struct slice text = exact(block, sizeof(block));
	auto_strings char **strings = NULL;

	(void)state;
	assert_int_equal(environ_split(text, &strings), 0);
	expect_strings(strings, wanted);
	assert_ptr_equal(strings[0], text.text);
	exact_free(text);
}

static void split_of_nothing_is_empty(void **state)
{
	struct slice text = exact("", 0);
	auto_strings char **strings = NULL;

	(void)state;
	assert_int_equal(environ_split(text, &strings), 0);
	assert_null(strings[0]);
	exact_free(text);
}

static void split_refuses_a_block_that_does_not_end(void **state)
{
	struct slice text = exact("A=1\0B", 5);
	char *none[] = {NULL}, **strings = none;

	(void)state;
	assert_int_equal(environ_split(text, &strings), -EINVAL);
	assert_ptr_equal(strings, none);
	exact_free(text);
}

static void split_counts_empty_strings(void **state)
{
	static const char *const wanted[] = {"", "", "", NULL};
	auto_strings char **strings = NULL;

	(void)state;
	assert_int_equal(environ_split((struct slice){"\0\0", 3}, &strings), 0);
	expect_strings(strings, wanted);
}

static void get_finds_the_first_of_that_very_name(void **state)
{
	const char *const strings[] = {"PATHX=0", "PATH",   "PAT=1",  "",
				       "PATH=2",  "PATH=3", "EMPTY=", NULL};
	char *none[] = {NULL};

	(void)state;
	assert_string_equal(environ_get(loose(strings), "PATH"), "2");
	assert_string_equal(environ_get(loose(strings), "PATHX"), "0");
	assert_string_equal(environ_get(loose(strings), "EMPTY"), "");
	assert_null(environ_get(loose(strings), "PA"));
	assert_null(environ_get(loose(strings), "PATHXY"));
	assert_null(environ_get(loose(strings), "path"));
	assert_null(environ_get(none, "PATH"));
}

/* What setting ASSIGNMENT makes of BLOCK. */
static void expect_set(const char *block, size_t size, const char *assignment,
		       const char *const wanted[])
{
	auto_free char *copy = strdup(assignment);
	auto_strings char **strings = NULL;

	assert_non_null(copy);
	assert_int_equal(environ_split((struct slice){block, size}, &strings), 0);
	assert_int_equal(environ_set(&strings, copy), 0);
	expect_strings(strings, wanted);
}

static void set_puts_a_new_name_at_the_end(void **state)
{
	(void)state;
	expect_set("", 0, "N=1", (const char *const[]){"N=1", NULL});
	expect_set("A=1", 4, "N=1", (const char *const[]){"A=1", "N=1", NULL});
	expect_set("N", 2, "N=1", (const char *const[]){"N", "N=1", NULL});
	expect_set("NN=2\0", 5, "N=1", (const char *const[]){"NN=2", "N=1", NULL});
}

static void set_takes_the_place_of_the_first(void **state)
{
	static const char block[] = "A=1\0N=old\0\0B\0N=older\0N=";

	(void)state;
	expect_set(block, sizeof(block), "N=new",
		   (const char *const[]){"A=1", "N=new", "", "B", NULL});
	expect_set("N=1", 4, "N=", (const char *const[]){"N=", NULL});
	expect_set("N=1", 4, "N=a=b", (const char *const[]){"N=a=b", NULL});
}

/* The child's part. */

static int print_recovered(int argc, char *argv[])
{
	auto_strings char **strings = NULL;
	int rc;

	/* What the loader does to it in secure-execution mode, and more. */
	if (clearenv() != 0)
		return 3;
	rc = environ_recover(argc, argv, &strings);
	if (rc < 0)
		return -rc;
	for (size_t i = 0; strings[i]; i++) {
		if (fwrite(strings[i], 1, strlen(strings[i]) + 1, stdout) == 0)
			return 4;
	}
	return fflush(stdout) == 0 ? 0 : 4;
}

/* How the child is started. */
struct start {
	const char *file;
	const char *const *argv;
	const char *const *envp;
	uid_t uid;
};

static void start(void *argument)
{
	const struct start *how = argument;

	if (how->uid != 0 && setresuid(how->uid, how->uid, how->uid) < 0)
		_exit(98);
	(void)execve(how->file, loose(how->argv),
		     loose(how->envp)); /* returns only when it failed */
	_exit(97);
}

static void expect_recovered_by(const struct start *how)
{
	struct captured captured;
	const char *at = captured.out;

	capture(&captured, start, (void *)(uintptr_t)how);
	if (captured.status != 0)
		fail_msg("ended with %d: %s", captured.status, captured.err);
	for (size_t i = 0; how->envp[i]; i++) {
		assert_true(at < captured.out + captured.out_size);
		assert_string_equal(at, how->envp[i]);
		at += strlen(at) + 1;
	}
	assert_ptr_equal(at, captured.out + captured.out_size);
}

static void expect_recovered(const char *const envp[])
{
	const char *const argv[] = {"environ", "an argument", "recover", NULL};

	expect_recovered_by(&(struct start){"/proc/self/exe", argv, envp, 0});
}

static void recover_gives_back_every_string(void **state)
{
	(void)state;
	expect_recovered((const char *const[]){"LD_LIBRARY_PATH=/x", "TMPDIR=/t",
					       "RES_OPTIONS=y", "A=1", NULL});
	expect_recovered((const char *const[]){"A=1", "", "A=2", "no equals sign", "=",
					       "", "", NULL});
	expect_recovered((const char *const[]){"", NULL});
	expect_recovered((const char *const[]){"BYTES=\x01\n\xff\x1b", "PATH=", NULL});
}

static void recover_knows_an_empty_environment(void **state)
{
	(void)state;
	expect_recovered((const char *const[]){NULL});
}

static void recover_gives_back_a_large_environment(void **state)
{
	enum { STRINGS = 400 };
	static char text[STRINGS][32];
	const char *envp[STRINGS + 1] = {NULL};

	(void)state;
	for (size_t i = 0; i < STRINGS; i++) {
		(void)snprintf(text[i], sizeof(text[i]), "VARIABLE_%zu=%zu", i,
			       i * i); /* fits */
		envp[i] = text[i];
	}
	expect_recovered(envp);
}

static void recover_copes_with_odd_arguments(void **state)
{
	const char *const envp[] = {"RECOVER=1", "A=1", NULL}, *const none[] = {NULL};
	const char *const empty[] = {"", "", NULL}, *const one[] = {"", NULL};

	(void)state;
	expect_recovered_by(&(struct start){"/proc/self/exe", empty, envp, 0});
	expect_recovered_by(&(struct start){"/proc/self/exe", one, envp, 0});
	/* No argument at all: Linux 5.18 and later put an empty one there. */
	expect_recovered_by(&(struct start){"/proc/self/exe", none, envp, 0});
}

static void recover_works_behind_an_interpreter_line(void **state)
{
	char script[] = "/tmp/vrt-environ-XXXXXX", self[256] = "", line[300];
	ssize_t size = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int fd = mkstemp(script), written;
	const char *const envp[] = {"RECOVER=1", "LD_LIBRARY_PATH=/x", "", NULL};
	const char *const argv[] = {"script", NULL}, *const more[] = {"script", "a", "b",
								      NULL};

	(void)state;
	assert_true(fd >= 0 && size > 0);
	written = snprintf(line, sizeof(line), "#!%s\n", self);
	assert_true(written > 0 && (size_t)written < sizeof(line));
	assert_int_equal(write(fd, line, (size_t)written), written);
	assert_int_equal(fchmod(fd, 0755), 0);
	assert_int_equal(close(fd), 0);

	expect_recovered_by(&(struct start){script, argv, envp, 0});
	expect_recovered_by(&(struct start){script, more, envp, 0});
	assert_int_equal(unlink(script), 0);
}

/* The last argument stands before the environment's strings; nothing else does. */
static void recover_needs_the_arguments_of_this_process(void **state)
{
	char *argv[] = {NULL}, *none[] = {NULL}, **strings = none;
	char *beyond[] = {(char *)getauxval(AT_EXECFN), NULL}; /* NOLINT: a pointer */

	(void)state;
	assert_int_equal(environ_recover(0, argv, &strings), -EINVAL);
	assert_int_equal(environ_recover(1, argv, &strings), -EINVAL);
	assert_int_equal(environ_recover(1, beyond, &strings), -EINVAL);
	assert_ptr_equal(strings, none);
}

static void copy_file(const char *from, const char *to)
{
	char buffer[65536];
	ssize_t got;
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);

	assert_true(in >= 0 && out >= 0);
	while ((got = read(in, buffer, sizeof(buffer))) > 0)
		assert_int_equal(write(out, buffer, (size_t)got), got);
	assert_int_equal(got, 0);
	(void)close(in); /* only read from */
	assert_int_equal(close(out), 0);
}

/* The real thing: a privileged program, whose environment the loader cuts. */
static void recover_undoes_what_the_loader_takes_away(void **state)
{
	static const char copy[] = "/run/privileged";
	const char *const envp[] = {
		"A=1", "LD_LIBRARY_PATH=/x", "TMPDIR=/t", "RES_OPTIONS=y", "B=2", NULL};
	const char *const argv[] = {"environ", "secure", "recover", NULL};

	(void)state;
	need_root();
	assert_int_equal(unshare(CLONE_NEWNS), 0);
	assert_int_equal(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	assert_int_equal(mount("vrt", "/run", "tmpfs", 0, "mode=755"), 0);
	copy_file("/proc/self/exe", copy);
	assert_int_equal(chown(copy, USER + 1, GROUP), 0);
	assert_int_equal(chmod(copy, 04755), 0);
	expect_recovered_by(&(struct start){copy, argv, envp, USER});
}

/* In secure-execution mode it must be true that the loader took something away. */
static int check_secure(void)
{
	return getauxval(AT_SECURE) != 0 && !getenv("LD_LIBRARY_PATH") ? 0 : 96;
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(split_finds_every_string),
		cmocka_unit_test(split_of_nothing_is_empty),
		cmocka_unit_test(split_refuses_a_block_that_does_not_end),
		cmocka_unit_test(split_counts_empty_strings),
		cmocka_unit_test(get_finds_the_first_of_that_very_name),
		cmocka_unit_test(set_puts_a_new_name_at_the_end),
		cmocka_unit_test(set_takes_the_place_of_the_first),
		cmocka_unit_test(recover_gives_back_every_string),
		cmocka_unit_test(recover_knows_an_empty_environment),
		cmocka_unit_test(recover_gives_back_a_large_environment),
		cmocka_unit_test(recover_copes_with_odd_arguments),
		cmocka_unit_test(recover_works_behind_an_interpreter_line),
		cmocka_unit_test(recover_needs_the_arguments_of_this_process),
		cmocka_unit_test(recover_undoes_what_the_loader_takes_away),
	};
	bool child = getenv("RECOVER") || (argc == 3 && strcmp(argv[2], "recover") == 0);

	if (child && argc == 3 && strcmp(argv[1], "secure") == 0 && check_secure() != 0)
		return check_secure();
	/* Without exit(3): LeakSanitizer cannot look at a process that is not dumpable.
	 */
	if (child)
		_exit(print_recovered(argc, argv));
	return cmocka_run_group_tests_name("environ", tests, NULL, NULL);
}
