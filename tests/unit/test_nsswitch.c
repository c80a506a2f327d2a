/* SPDX-License-Identifier: MIT */
/* Tests of nsswitch: an nsswitch.conf(5) whose host lookups ask nobody outside. */
#include "nsswitch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "unit.h"

static void expect_bytes(const char *text, size_t size, const char *wanted,
			 size_t wanted_size)
{
	struct slice in = exact(text, size);
	auto_free char *out = NULL;
	size_t out_size = 0;

	assert_int_equal(nsswitch_confine(in, &out, &out_size), 0);
	if (out_size != wanted_size || memcmp(out, wanted, out_size) != 0)
		fail_msg("\"%s\" became \"%.*s\", not \"%s\"", text, (int)out_size, out,
			 wanted);
	exact_free(in);
}

static void expect(const char *text, const char *wanted)
{
	expect_bytes(text, strlen(text), wanted, strlen(wanted));
}

/* The hosts lines that distributions ship, and what is left of them. */
static void lines_of_distributions(void **state)
{
	static const struct {
		const char *line, *confined;
	} cases[] = {
		/* Debian, plain and with libnss-mdns, libnss-myhostname, libnss-resolve
		 */
		{"hosts:          files dns\n", "hosts: files dns\n"},
		{"hosts:          files mdns4_minimal [NOTFOUND=return] dns\n",
		 "hosts: files dns\n"},
		{"hosts:          files mdns4_minimal [NOTFOUND=return] dns myhostname mymachines\n",
		 "hosts: files dns myhostname\n"},
		{"hosts:          files resolve [!UNAVAIL=return] dns\n",
		 "hosts: files dns\n"},
		/* Ubuntu */
		{"hosts:          files mdns4_minimal [NOTFOUND=return] dns mymachines\n",
		 "hosts: files dns\n"},
		/* Fedora */
		{"hosts:      files myhostname mdns4_minimal [NOTFOUND=return] resolve "
		 "[!UNAVAIL=return] dns\n",
		 "hosts: files myhostname dns\n"},
		/* Arch */
		{"hosts: mymachines resolve [!UNAVAIL=return] files myhostname dns\n",
		 "hosts: files myhostname dns\n"},
		/* NixOS */
		{"hosts:     mymachines resolve [!UNAVAIL=return] files myhostname dns\n",
		 "hosts: files myhostname dns\n"},
		{"hosts:     files mdns_minimal [NOTFOUND=return] mymachines dns myhostname\n",
		 "hosts: files dns myhostname\n"},
		/* openSUSE, with Samba's WINS */
		{"hosts:\t\tfiles mdns_minimal [NOTFOUND=return] dns wins\n",
		 "hosts: files dns\n"},
		/* FreeIPA's and LDAP's */
		{"hosts: files sss ldap dns\n", "hosts: files dns\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		expect(cases[i].line, cases[i].confined);
}

static void actions_stay_with_what_they_follow(void **state)
{
	(void)state;
	expect("hosts: dns [NOTFOUND=return] files\n",
	       "hosts: dns [NOTFOUND=return] files\n");
	expect("hosts: dns [!UNAVAIL=return] resolve [NOTFOUND=return] files\n",
	       "hosts: dns [!UNAVAIL=return] files\n");
	expect("hosts: files [SUCCESS=merge UNAVAIL=continue] dns\n",
	       "hosts: files [SUCCESS=merge UNAVAIL=continue] dns\n");
	expect("hosts: files[NOTFOUND=return]dns\n",
	       "hosts: files [NOTFOUND=return] dns\n");
	expect("hosts: resolve[!UNAVAIL=return]dns\n", "hosts: dns\n");
	/* An action that follows nothing goes with nothing. */
	expect("hosts: [NOTFOUND=return] files dns\n", "hosts: files dns\n");
	/* A word in brackets is no service. */
	expect("hosts: resolve [files dns] dns\n", "hosts: dns\n");
}

static void something_is_always_asked(void **state)
{
	(void)state;
	expect("hosts: resolve\n", "hosts: files dns\n");
	expect("hosts: resolve [!UNAVAIL=return]\n", "hosts: files dns\n");
	expect("hosts:\n", "hosts: files dns\n");
	expect("hosts: \t\n", "hosts: files dns\n");
	expect("hosts: # files\n", "hosts: files dns\n");
}

static void names_count_as_a_whole(void **state)
{
	(void)state;
	expect("hosts: dnsmasq filesystem myhostnames dn dns\n", "hosts: dns\n");
	expect("hosts: DNS Files files\n", "hosts: files dns\n");
}

static void dns_takes_the_place_of_what_is_dropped(void **state)
{
	(void)state;
	expect("hosts: files resolve\n", "hosts: files dns\n");
	expect("hosts: files myhostname mdns4\n", "hosts: files myhostname dns\n");
	expect("hosts: resolve [!UNAVAIL=return] files\n", "hosts: files dns\n");
	expect("hosts: files [NOTFOUND=return resolve\n", "hosts: files dns\n");
	/* Nothing dropped: whoever wrote it wants no name server asked. */
	expect("hosts: files\n", "hosts: files\n");
}

static void a_missing_line_is_added(void **state)
{
	(void)state;
	expect("", "hosts: files dns\n");
	expect("passwd: files systemd\n", "passwd: files systemd\nhosts: files dns\n");
	expect("passwd: files", "passwd: files\nhosts: files dns\n");
	expect("# hosts: files\n", "# hosts: files\nhosts: files dns\n");
	expect("hosts\n", "hosts\nhosts: files dns\n");
	expect("myhosts: resolve\n", "myhosts: resolve\nhosts: files dns\n");
	expect("hostsx: resolve\n", "hostsx: resolve\nhosts: files dns\n");
	expect("passwd: files # hosts: x\n",
	       "passwd: files # hosts: x\nhosts: files dns\n");
}

static void each_line_of_several_is_confined(void **state)
{
	(void)state;
	expect("hosts: files resolve\npasswd: files\nhosts: resolve dns\n",
	       "hosts: files dns\npasswd: files\nhosts: dns\n");
}

static void spellings_that_libc_reads_are_confined(void **state)
{
	(void)state;
	expect(" \thosts: resolve dns\n", "hosts: dns\n");
	expect("hosts : resolve dns\n", "hosts: dns\n");
	expect("hosts\t:resolve dns\n", "hosts: dns\n");
	expect("hosts:resolve dns", "hosts: dns\n");
	expect("hosts: resolve dns # files\n", "hosts: dns\n");
	expect("hosts: dns#files\n", "hosts: dns\n");
}

/*
 * glibc's process_line() (nss/nss_database.c) takes white space for the colon, and
 * what isspace(3) says for white space.  None of these may go through as it is.
 */
static void odd_spellings_that_libc_reads_are_confined(void **state)
{
	static const char *const lines[] = {
		"hosts resolve dns\n",	       "hosts\tresolve\n",
		"\fhosts: resolve\n",	       "\v\r hosts: resolve\n",
		"hosts\f: resolve\n",	       "hosts:\fresolve\n",
		"hosts:\rresolve\n",	       "hosts:: resolve\n",
		"hosts: : resolve\n",	       "hosts: files\rresolve\n",
		"hosts: files\vresolve dns\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		auto_free char *out = NULL, *text = NULL;
		size_t size = 0;

		assert_int_equal(nsswitch_confine(slice_from(lines[i]), &out, &size), 0);
		text = strndup(out, size);
		assert_non_null(text);
		if (strstr(text, "resolve"))
			fail_msg("\"%s\" became \"%s\"", lines[i], text);
	}
}

/* A file that was written elsewhere keeps its name servers. */
static void carriage_returns_are_white_space(void **state)
{
	auto_free char *out = NULL;
	size_t size = 0;

	(void)state;
	assert_int_equal(
		nsswitch_confine(slice_from("hosts: files resolve dns\r\n"), &out, &size),
		0);
	assert_non_null(memmem(out, size, "files dns", 9));
}

static void other_lines_stay_as_they_are(void **state)
{
	static const char before[] =
		"# /etc/nsswitch.conf\n\npasswd:\t files systemd\n  group: x\n";
	static const char after[] =
		"networks:       files\n\nsudoers: files sss\t \n#end";
	char text[512], wanted[512];

	(void)state;
	(void)snprintf(text, sizeof(text), "%shosts: resolve dns\n%s", before, after);
	(void)snprintf(wanted, sizeof(wanted), "%shosts: dns\n%s\n", before, after);
	expect(text, wanted);
}

/* In a child, so that an endless loop is one failed test. */
static void print_confined(void *argument)
{
	const struct slice *text = argument;
	auto_free char *out = NULL;
	size_t size = 0;

	(void)alarm(5); /* seconds */
	if (nsswitch_confine(*text, &out, &size) != 0 ||
	    fwrite(out, 1, size, stdout) != size)
		_exit(99);
}

static void nul_bytes_end_a_line(void **state)
{
	static const struct {
		struct slice text;
		const char *confined;
		size_t size;
	} cases[] = {
		{{"hosts:\0\n", 8}, "hosts: files dns\n", 17},
		{{"hosts: dns \0 resolve\n", 21}, "hosts: dns\n", 11},
		{{"hosts: dns\0resolve\n", 19}, "hosts: dns\n", 11},
		{{"a\0b\nhosts: dns\n", 15}, "a\0b\nhosts: dns\n", 15},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct captured captured;
		struct slice text = cases[i].text;

		capture(&captured, print_confined, &text);
		assert_int_equal(captured.status, 0);
		assert_int_equal(captured.out_size, cases[i].size);
		assert_memory_equal(captured.out, cases[i].confined, cases[i].size);
	}
}

static void a_long_file_is_taken_whole(void **state)
{
	size_t size = 1 << 20, out_size = 0;
	auto_free char *text = malloc(size), *out = NULL;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', size);
	memcpy(text + size - 16, "\nhosts: resolve\n", 16);
	assert_int_equal(nsswitch_confine((struct slice){text, size}, &out, &out_size),
			 0);
	assert_int_equal(out_size, size - 15 + strlen("hosts: files dns\n"));
	assert_memory_equal(out, text, size - 15);
	assert_memory_equal(out + size - 15, "hosts: files dns\n", 17);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_of_distributions),
		cmocka_unit_test(actions_stay_with_what_they_follow),
		cmocka_unit_test(something_is_always_asked),
		cmocka_unit_test(names_count_as_a_whole),
		cmocka_unit_test(dns_takes_the_place_of_what_is_dropped),
		cmocka_unit_test(a_missing_line_is_added),
		cmocka_unit_test(each_line_of_several_is_confined),
		cmocka_unit_test(spellings_that_libc_reads_are_confined),
		cmocka_unit_test(odd_spellings_that_libc_reads_are_confined),
		cmocka_unit_test(carriage_returns_are_white_space),
		cmocka_unit_test(other_lines_stay_as_they_are),
		cmocka_unit_test(nul_bytes_end_a_line),
		cmocka_unit_test(a_long_file_is_taken_whole),
	};

	return cmocka_run_group_tests_name("nsswitch", tests, NULL, NULL);
}
