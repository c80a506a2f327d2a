/* SPDX-License-Identifier: MIT */
/* Tests of escape: text from anywhere, made safe to show. */
#include "escape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

static void expect_bytes(const char *text, size_t size, const char *wanted)
{
	struct slice in = exact(text, size);
	char buffer[512];
	size_t length;

	memset(buffer, 'U', sizeof(buffer));
	length = escape_text(buffer, sizeof(buffer), in.text, in.size);
	assert_string_equal(buffer, wanted);
	assert_int_equal(length, strlen(wanted));
	exact_free(in);
}

static void expect(const char *text, const char *wanted)
{
	expect_bytes(text, strlen(text), wanted);
}

static void plain_text_stays(void **state)
{
	static const char *const texts[] = {
		"",
		"vpnrun: mullvad: not allowed for user alice",
		" !\"#$%&'()*+,-./0123456789:;<=>?@[]^_`{|}~",
		"gr\xc3\xbc\xc3\x9f",
		"\xe2\x82\xac",
		"\xe6\x97\xa5\xe6\x9c\xac",
		"\xf0\x9f\x94\x92",
		"\xc2\xa0",
		"\xed\x9f\xbf\xee\x80\x80",
		"\xf4\x8f\xbf\xbf",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		expect(texts[i], texts[i]);
}

static void control_bytes_are_shown(void **state)
{
	(void)state;
	expect("\x1b[31mred", "\\x1b[31mred");
	expect("\x1b]0;title\a", "\\x1b]0;title\\x07");
	expect("one\nvpnrun: two", "one\\x0avpnrun: two");
	expect("over\rwrite", "over\\x0dwrite");
	expect("a\tb", "a\\x09b");
	expect("\b\v\f\x7f", "\\x08\\x0b\\x0c\\x7f");
	expect_bytes("a\0b", 3, "a\\x00b");
	/* C1 as UTF-8, CSI among them, and as bare bytes. */
	expect("\xc2\x9b"
	       "31m",
	       "\\xc2\\x9b31m");
	expect("\xc2\x80\xc2\x85\xc2\x9f", "\\xc2\\x80\\xc2\\x85\\xc2\\x9f");
	expect("\x9b"
	       "31m",
	       "\\x9b31m");
}

static void backslash_cannot_forge_an_escape(void **state)
{
	(void)state;
	expect("\\x1b", "\\x5cx1b");
	expect("\\", "\\x5c");
	expect("a\\\\b", "a\\x5c\\x5cb");
}

static void what_reorders_or_breaks_a_line_is_shown(void **state)
{
	static const uint32_t points[] = {0x061c, 0x200e, 0x200f, 0x2028, 0x2029,
					  0x202a, 0x202b, 0x202c, 0x202d, 0x202e,
					  0x2066, 0x2067, 0x2068, 0x2069};

	(void)state;
	expect("a\xd8\x9c", "a\\xd8\\x9c");
	for (size_t i = 1; i < COUNT(points); i++) {
		char text[4], wanted[16];

		text[0] = (char)(0xe0 | points[i] >> 12);
		text[1] = (char)(0x80 | (points[i] >> 6 & 0x3f));
		text[2] = (char)(0x80 | (points[i] & 0x3f));
		text[3] = '\0';
		(void)snprintf(wanted, sizeof(wanted), "\\xe2\\x%02x\\x%02x",
			       (unsigned int)(unsigned char)text[1],
			       (unsigned int)(unsigned char)text[2]); /* fits */
		expect(text, wanted);
	}
}

static void bytes_that_are_not_utf8_are_shown(void **state)
{
	(void)state;
	expect("\xff\xfe", "\\xff\\xfe");
	expect("\x80", "\\x80");
	expect("a\xbf"
	       "b",
	       "a\\xbf"
	       "b");
	/* Overlong: slash, NUL, and a C1 byte hidden in three and four bytes. */
	expect("\xc0\xaf", "\\xc0\\xaf");
	expect("\xc1\xbf", "\\xc1\\xbf");
	expect("\xc0\x80", "\\xc0\\x80");
	expect("\xe0\x80\xaf", "\\xe0\\x80\\xaf");
	expect("\xe0\x9f\xbf", "\\xe0\\x9f\\xbf");
	expect("\xf0\x80\x82\x9b", "\\xf0\\x80\\x82\\x9b");
	expect("\xf0\x8f\xbf\xbf", "\\xf0\\x8f\\xbf\\xbf");
	/* Surrogates. */
	expect("\xed\xa0\x80", "\\xed\\xa0\\x80");
	expect("\xed\xbf\xbf", "\\xed\\xbf\\xbf");
	/* Beyond U+10FFFF. */
	expect("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
	expect("\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80");
	expect("\xf8\x88\x80\x80\x80", "\\xf8\\x88\\x80\\x80\\x80");
	/* Cut off, and a character that begins inside another. */
	expect("\xc3", "\\xc3");
	expect("\xe2\x82", "\\xe2\\x82");
	expect("\xf0\x9f\x94", "\\xf0\\x9f\\x94");
	expect("\xe2\x82"
	       "a",
	       "\\xe2\\x82"
	       "a");
	expect("\xe2\xc3\xa4", "\\xe2\xc3\xa4");
	expect("\xc3\x28", "\\xc3(");
}

/* A buffer of each size: terminated, in bounds, and a prefix of the whole result. */
static void the_result_is_cut_between_characters(void **state)
{
	static const char text[] = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x94\x92\x1b\\z";
	static const char whole[] = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x94\x92\\x1b\\x5cz";
	/* Where the result may end. */
	static const size_t ends[] = {0, 1, 3, 6, 10, 14, 18, 19};

	(void)state;
	for (size_t space = 1; space <= sizeof(whole) + 2; space++) {
		char *buffer = malloc(space);
		size_t length, wanted = 0;

		assert_non_null(buffer);
		for (size_t i = 0; i < COUNT(ends); i++) {
			if (ends[i] < space)
				wanted = ends[i];
		}
		length = escape_text(buffer, space, text, sizeof(text) - 1);
		assert_int_equal(length, wanted);
		assert_memory_equal(buffer, whole, length);
		assert_int_equal(buffer[length], '\0');
		free(buffer);
	}
}

/* After something that did not fit, nothing smaller slips in behind the gap. */
static void nothing_follows_what_did_not_fit(void **state)
{
	char buffer[4];

	(void)state;
	assert_int_equal(escape_text(buffer, sizeof(buffer),
				     "a\x1b"
				     "b",
				     3),
			 1);
	assert_string_equal(buffer, "a");
}

/* Every character there is: itself, or only escapes of its own bytes. */
static void every_character_is_kept_or_shown(void **state)
{
	(void)state;
	for (uint32_t point = 0x80; point <= 0x10ffff; point++) {
		char text[5] = "", out[32];
		size_t size = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4, length;
		static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};

		for (size_t i = size - 1; i > 0; i--)
			text[i] = (char)(0x80 | (point >> 6 * (size - 1 - i) & 0x3f));
		text[0] = (char)(lead[size] | point >> 6 * (size - 1));
		length = escape_text(out, sizeof(out), text, size);
		if (length == size && memcmp(out, text, size) == 0)
			assert_false(point <= 0x9f ||
				     (point >= 0xd800 && point <= 0xdfff));
		else
			assert_int_equal(length, 4 * size);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_stays),
		cmocka_unit_test(control_bytes_are_shown),
		cmocka_unit_test(backslash_cannot_forge_an_escape),
		cmocka_unit_test(what_reorders_or_breaks_a_line_is_shown),
		cmocka_unit_test(bytes_that_are_not_utf8_are_shown),
		cmocka_unit_test(the_result_is_cut_between_characters),
		cmocka_unit_test(nothing_follows_what_did_not_fit),
		cmocka_unit_test(every_character_is_kept_or_shown),
	};

	return cmocka_run_group_tests_name("escape", tests, NULL, NULL);
}
