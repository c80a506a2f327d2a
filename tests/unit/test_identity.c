/* SPDX-License-Identifier: MIT */
/* Tests of identity: who the invoking user is, and which names that has. */
#include "identity.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

/*
 * In the place of the name service: it knows the user and the group `vrt-remote`, fails
 * as it is told for other names, and counts how often it is asked.
 */
struct passwd *__wrap_getpwnam(const char *name);
struct group *__wrap_getgrnam(const char *name);

static int asked;
static int service_error;

struct passwd *__wrap_getpwnam(const char *name)
{
	static struct passwd entry = {.pw_uid = USER + 10};

	asked++;
	errno = service_error;
	return strcmp(name, "vrt-remote") == 0 ? &entry : NULL;
}

struct group *__wrap_getgrnam(const char *name)
{
	static struct group entry = {.gr_gid = GROUP + 10};

	asked++;
	errno = service_error;
	return strcmp(name, "vrt-remote") == 0 ? &entry : NULL;
}

static int is_user(uid_t uid, const char *name)
{
	struct identity identity = {.uid = uid, .gid = GROUP};
	struct slice slice = exact(name, strlen(name));
	int rc = identity_is_user(&identity, slice);

	exact_free(slice);
	return rc;
}

static int in_group(gid_t gid, gid_t supplementary, const char *name)
{
	gid_t groups[] = {GROUP + 50, supplementary};
	struct identity identity = {
		.uid = USER, .gid = gid, .groups = groups, .group_count = 2};
	struct slice slice = exact(name, strlen(name));
	int rc = identity_in_group(&identity, slice);

	exact_free(slice);
	return rc;
}

/* A child's part: what it reads goes to memory that the parent sees. */
struct seen {
	int rc;
	struct identity identity;
	gid_t groups[8];
};

static void read_identity(void *argument)
{
	struct seen *seen = argument;

	seen->rc = identity_read(&seen->identity);
	if (seen->rc < 0 || seen->identity.group_count > COUNT(seen->groups))
		return;
	memcpy(seen->groups, seen->identity.groups,
	       seen->identity.group_count * sizeof(seen->groups[0]));
	identity_free(&seen->identity);
	if (seen->identity.groups)
		seen->rc = -EFAULT;
}

static void read_takes_this_process(void **state)
{
	struct identity identity;

	(void)state;
	assert_int_equal(identity_read(&identity), 0);
	assert_int_equal(identity.uid, getuid());
	assert_int_equal(identity.gid, getgid());
	assert_int_equal(identity.group_count, getgroups(0, NULL));
	identity_free(&identity);
	assert_null(identity.groups);
}

static void read_takes_an_ordinary_user(void **state)
{
	struct seen *seen = shared_new(sizeof(*seen));

	(void)state;
	need_root();
	in_child(USER, read_identity, seen);
	assert_int_equal(seen->rc, 0);
	assert_int_equal(seen->identity.uid, USER);
	assert_int_equal(seen->identity.gid, GROUP);
	assert_int_equal(seen->identity.group_count, 1);
	assert_int_equal(seen->groups[0], GROUP);
}

/* The real ids count: who starts a set-user-ID program does not become its owner. */
static void read_real_ids(void *argument)
{
	static const gid_t groups[] = {GROUP + 3, GROUP + 1};

	if (setgroups(2, groups) < 0 || setresgid(GROUP, 0, 0) < 0 ||
	    setresuid(USER, 0, 0) < 0)
		_exit(99);
	read_identity(argument);
}

static void read_takes_the_real_ids(void **state)
{
	struct seen *seen = shared_new(sizeof(*seen));

	(void)state;
	need_root();
	in_child(0, read_real_ids, seen);
	assert_int_equal(seen->rc, 0);
	assert_int_equal(seen->identity.uid, USER);
	assert_int_equal(seen->identity.gid, GROUP);
	assert_int_equal(seen->identity.group_count, 2);
	/* The kernel keeps them sorted. */
	assert_int_equal(seen->groups[0], GROUP + 1);
	assert_int_equal(seen->groups[1], GROUP + 3);
}

static void read_without_groups(void *argument)
{
	if (setgroups(0, NULL) < 0)
		_exit(99);
	read_identity(argument);
}

static void read_knows_that_there_are_no_groups(void **state)
{
	struct seen *seen = shared_new(sizeof(*seen));

	(void)state;
	need_root();
	in_child(0, read_without_groups, seen);
	assert_int_equal(seen->rc, 0);
	assert_int_equal(seen->identity.group_count, 0);
}

/* Accounts of the tests' own. */
static void write_accounts(void)
{
	static const char passwd[] = "root:x:0:0:root:/root:/bin/sh\n"
				     "# a comment\n"
				     "\n"
				     "no account\n"
				     "alice:x:47101:47102::/home/alice:/bin/sh\n"
				     "alice2:x:47103:47102::/home/alice:/bin/sh\n"
				     "twin:x:47101:47102::/home/alice:/bin/sh\n"
				     "last:x:47104:47102::/:/bin/sh";
	static const char group[] = "root:x:0:\n"
				    "family:x:47102:bob\n"
				    "work:x:47105:alice,bob\n";

	file_put("/etc/passwd", passwd, 0644);
	file_put("/etc/group", group, 0644);
}

static int make_accounts(void **state)
{
	int rc = world_make(state);

	if (rc < 0 || geteuid() != 0)
		return rc;
	dir_make("/etc", 0755);
	write_accounts();
	return 0;
}

static void users_of_the_file_are_known(void **state)
{
	(void)state;
	need_root();
	asked = 0;
	assert_int_equal(is_user(USER, "alice"), 1);
	assert_int_equal(is_user(USER, "twin"), 1);
	assert_int_equal(is_user(USER, "alice2"), 0);
	assert_int_equal(is_user(USER + 2, "alice2"), 1);
	assert_int_equal(is_user(USER + 3, "last"), 1);
	assert_int_equal(is_user(USER, "root"), 0);
	assert_int_equal(is_user(0, "root"), 1);
	/* The name service is slow: it is not asked for what the file says. */
	assert_int_equal(asked, 0);
}

static void groups_of_the_file_are_known(void **state)
{
	(void)state;
	need_root();
	asked = 0;
	assert_int_equal(in_group(GROUP, GROUP + 60, "family"), 1);
	assert_int_equal(in_group(GROUP + 1, GROUP, "family"), 1);
	assert_int_equal(in_group(GROUP + 1, GROUP + 2, "family"), 0);
	/* Whom the file lists as a member does not matter: the kernel says who is one. */
	assert_int_equal(in_group(GROUP, GROUP, "work"), 0);
	assert_int_equal(in_group(GROUP, GROUP + 3, "work"), 1);
	assert_int_equal(asked, 0);
}

static void names_count_as_a_whole(void **state)
{
	static const char *const names[] = {
		"alic",	 "Alice",   "alice3",	   "a",		"",
		"47101", "alice:x", "# a comment", "no account"};

	(void)state;
	need_root();
	service_error = 0;
	for (size_t i = 0; i < COUNT(names); i++) {
		if (is_user(USER, names[i]) != -ENOENT)
			fail_msg("there is a user \"%s\"", names[i]);
	}
	assert_int_equal(in_group(GROUP, GROUP, "famil"), -ENOENT);
	assert_int_equal(in_group(GROUP, GROUP, "alice"), -ENOENT);
}

static void others_are_asked_for(void **state)
{
	(void)state;
	service_error = 0;
	asked = 0;
	assert_int_equal(is_user(USER + 10, "vrt-remote"), 1);
	assert_int_equal(is_user(USER, "vrt-remote"), 0);
	assert_int_equal(in_group(GROUP + 10, GROUP, "vrt-remote"), 1);
	assert_int_equal(in_group(GROUP, GROUP + 10, "vrt-remote"), 1);
	assert_int_equal(in_group(GROUP, GROUP + 1, "vrt-remote"), 0);
	assert_int_equal(asked, 5);
}

/* Those of getpwnam(3) that mean "no such name", and those that do not. */
static void errors_of_the_name_service_are_told_apart(void **state)
{
	static const int unknown[] = {0, ENOENT, ESRCH, EBADF, EPERM};
	static const int broken[] = {EMFILE, ENFILE, ENOMEM, EINTR, EIO};

	(void)state;
	for (size_t i = 0; i < COUNT(unknown); i++) {
		service_error = unknown[i];
		assert_int_equal(is_user(USER, "vrt-gone"), -ENOENT);
		assert_int_equal(in_group(GROUP, GROUP, "vrt-gone"), -ENOENT);
	}
	for (size_t i = 0; i < COUNT(broken); i++) {
		service_error = broken[i];
		assert_int_equal(is_user(USER, "vrt-gone"), -broken[i]);
		assert_int_equal(in_group(GROUP, GROUP, "vrt-gone"), -broken[i]);
	}
	service_error = 0;
}

static void odd_names_belong_to_nobody(void **state)
{
	struct identity identity = {.uid = 0, .gid = 0};
	char name[300];

	(void)state;
	service_error = 0;
	memset(name, 'x', sizeof(name));
	for (size_t size = 250; size <= sizeof(name); size++) {
		struct slice slice = exact(name, size);

		assert_int_equal(identity_is_user(&identity, slice), -ENOENT);
		assert_int_equal(identity_in_group(&identity, slice), -ENOENT);
		exact_free(slice);
	}
	/* What stands behind a NUL counts, too. */
	assert_int_equal(identity_is_user(&identity, (struct slice){"root\0x", 6}),
			 -ENOENT);
	assert_int_equal(identity_in_group(&identity, (struct slice){"root\0", 5}),
			 -ENOENT);
}

static void without_files_the_service_is_asked(void **state)
{
	(void)state;
	need_root();
	assert_int_equal(unlink("/etc/passwd"), 0);
	assert_int_equal(unlink("/etc/group"), 0);
	asked = 0;
	assert_int_equal(is_user(USER, "alice"), -ENOENT);
	assert_int_equal(is_user(USER + 10, "vrt-remote"), 1);
	assert_int_equal(in_group(GROUP + 10, GROUP, "vrt-remote"), 1);
	assert_int_equal(asked, 3);
	write_accounts();
}

/* A group with more members than any buffer holds hides none that come after it. */
static void a_huge_entry_hides_nobody_else(void **state)
{
	FILE *file;

	(void)state;
	need_root();
	file = fopen("/etc/group", "we");
	assert_non_null(file);
	(void)fputs("huge:x:47200:", file);
	for (int i = 0; i < 10000; i++)
		(void)fprintf(file, "user%d,", i);
	(void)fputs("last\nvrt-remote:x:47102:\n", file);
	assert_int_equal(fclose(file), 0);
	/* Known to the file with one number and to the service with another; either is
	 * right, as long as the user gets an answer. */
	assert_true(in_group(GROUP, GROUP + 10, "vrt-remote") == 1);
	write_accounts();
}

static void name_is_for_messages(void **state)
{
	char buffer[64], small[4];

	(void)state;
	need_root();
	asked = 0;
	assert_ptr_equal(identity_name(USER, buffer, sizeof(buffer)), buffer);
	assert_string_equal(buffer, "alice");
	assert_string_equal(identity_name(0, buffer, sizeof(buffer)), "root");
	assert_string_equal(identity_name(USER + 50, buffer, sizeof(buffer)), "47151");
	assert_string_equal(identity_name((uid_t)-2, buffer, sizeof(buffer)),
			    "4294967294");
	assert_string_equal(identity_name(USER, small, sizeof(small)), "ali");
	assert_int_equal(asked, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_takes_this_process),
		cmocka_unit_test(read_takes_an_ordinary_user),
		cmocka_unit_test(read_takes_the_real_ids),
		cmocka_unit_test(read_knows_that_there_are_no_groups),
		cmocka_unit_test(users_of_the_file_are_known),
		cmocka_unit_test(groups_of_the_file_are_known),
		cmocka_unit_test(names_count_as_a_whole),
		cmocka_unit_test(others_are_asked_for),
		cmocka_unit_test(errors_of_the_name_service_are_told_apart),
		cmocka_unit_test(odd_names_belong_to_nobody),
		cmocka_unit_test(without_files_the_service_is_asked),
		cmocka_unit_test(a_huge_entry_hides_nobody_else),
		cmocka_unit_test(name_is_for_messages),
	};

	return cmocka_run_group_tests_name("identity", tests, make_accounts, NULL);
}
