/* SPDX-License-Identifier: MIT */
/* Tests of tokens: "[section]" and "key = value" lines, one at a time. */
#include "tokens.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

/* The first token of a text. */
static struct token first(const char *text, size_t size, struct slice *ret_copy)
{
	struct tokens tokens;

	*ret_copy = exact(text, size);
	tokens = tokens_begin(*ret_copy, 1);
	return tokens_next(&tokens);
}

static void expect_pair(const char *text, const char *name, const char *value)
{
	struct slice copy;
	struct token token = first(text, strlen(text), &copy);

	if (token.kind != TOKEN_PAIR || !slice_equal(token.name, name) ||
	    !slice_equal(token.value, value))
		fail_msg("\"%s\" is not read as a pair of \"%s\" and \"%s\"", text, name,
			 value);
	exact_free(copy);
}

static void expect_section(const char *text, const char *name)
{
	struct slice copy;
	struct token token = first(text, strlen(text), &copy);

	if (token.kind != TOKEN_SECTION || !slice_equal(token.name, name))
		fail_msg("\"%s\" is not read as a section called \"%s\"", text, name);
	exact_free(copy);
}

static void expect_error(const char *text, size_t size, const char *error)
{
	struct slice copy;
	struct token token = first(text, size, &copy);

	if (token.kind != TOKEN_ERROR)
		fail_msg("\"%.40s\" is accepted", text);
	assert_string_equal(token.error, error);
	assert_int_equal(token.line, 1);
	exact_free(copy);
}

static void pairs_are_read(void **state)
{
	(void)state;
	expect_pair("key=value", "key", "value");
	expect_pair("key = value\n", "key", "value");
	expect_pair(" \tkey\t = \t value \t\n", "key", "value");
	expect_pair("key =", "key", "");
	expect_pair("key = \t", "key", "");
	expect_pair("two words = a  b\tc", "two words", "a  b\tc");
	expect_pair("key = a = b", "key", "a = b");
	expect_pair("key == b", "key", "= b");
	expect_pair("key = \xc3\xa4\xff", "key", "\xc3\xa4\xff");
}

static void comments_begin_lines_only(void **state)
{
	(void)state;
	expect_pair("# a\n  ; b\n\t#c = d\n\n \t\nkey = value # more ; text", "key",
		    "value # more ; text");
	expect_pair("key = #", "key", "#");
	expect_pair("key#x = 1", "key#x", "1");
	expect_pair("key = [a]", "key", "[a]");
}

static void sections_are_read(void **state)
{
	(void)state;
	expect_section("[mullvad]", "mullvad");
	expect_section(" [ mullvad\t] \n", "mullvad");
	expect_section("[*]", "*");
	expect_section("[]", "");
	expect_section("[ ]", "");
	expect_section("[a b]", "a b");
	expect_section("[a=b]", "a=b");
	expect_section("[[a]", "[a");
}

static void sections_end_with_their_line(void **state)
{
	static const char no_bracket[] = "a section's name has no closing bracket";
	static const char behind[] = "there is text behind the section's closing bracket";

	(void)state;
	expect_error("[", 1, no_bracket);
	expect_error("[a", 2, no_bracket);
	expect_error("[a\n]", 4, no_bracket);
	expect_error("[a] # comment", 13, behind);
	expect_error("[a]]", 4, behind);
	expect_error("[a] b = c", 9, behind);
	expect_error("[][]", 4, behind);
}

static void other_lines_are_errors(void **state)
{
	static const char neither[] = "this is neither a section nor key = value";
	static const char no_key[] = "there is no key before the equals sign";

	(void)state;
	expect_error("word", 4, neither);
	expect_error("key value", 9, neither);
	expect_error("]", 1, neither);
	expect_error("\xef\xbb\xbf[a]", 6, neither);
	expect_error("=", 1, no_key);
	expect_error(" = value", 8, no_key);
}

/* Each control byte, in a comment, a section, a key and a value. */
static void control_bytes_are_errors_everywhere(void **state)
{
	static const char *const lines[] = {"# a?b",   "[a?b]", "a?b = c",
					    "a = b?c", "?",	"a = b?"};

	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		bool control =
			(byte < 0x20 && byte != '\t' && byte != '\n') || byte == 0x7f;

		for (size_t i = 0; i < COUNT(lines); i++) {
			char line[16];
			size_t size = strlen(lines[i]);
			char *mark;

			if (!control)
				continue;
			memcpy(line, lines[i], size + 1);
			mark = strchr(line, '?');
			assert_non_null(mark);
			*mark = (char)byte;
			expect_error(line, size, "the line has a control byte in it");
		}
	}
	expect_error("a = b\r\n", 7, "the line has a control byte in it");
}

/* At each place of a text that is looked through in blocks. */
static void control_bytes_are_found_at_any_place(void **state)
{
	char text[200];

	(void)state;
	for (size_t size = 1; size <= sizeof(text); size++) {
		for (size_t at = size < 140 ? 0 : size - 1; at < size; at++) {
			struct slice copy;

			memset(text, '#', size);
			text[at] = at % 2 ? '\x7f' : '\0';
			assert_int_equal(first(text, size, &copy).kind, TOKEN_ERROR);
			exact_free(copy);
		}
	}
}

/* A control byte is the error of its own line, and of no other. */
static void only_the_line_with_the_byte_is_an_error(void **state)
{
	struct slice copy = exact("a=1\nb=\x01\nc=3\n", 12);
	struct tokens tokens = tokens_begin(copy, 1);

	(void)state;
	assert_int_equal(tokens_next(&tokens).kind, TOKEN_PAIR);
	assert_int_equal(tokens_next(&tokens).kind, TOKEN_ERROR);
	assert_int_equal(tokens_next(&tokens).kind, TOKEN_PAIR);
	assert_int_equal(tokens_next(&tokens).kind, TOKEN_END);
	exact_free(copy);
}

static void lines_have_at_most_4096_bytes(void **state)
{
	static const char long_line[] = "the line is longer than 4096 bytes";
	char line[TOKENS_LINE_MAX + 2];
	struct slice copy;
	struct token token;

	(void)state;
	memset(line, 'v', sizeof(line));
	memcpy(line, "k=", 2);
	line[TOKENS_LINE_MAX] = '\n';
	token = first(line, TOKENS_LINE_MAX + 1, &copy);
	assert_int_equal(token.kind, TOKEN_PAIR);
	assert_int_equal(token.value.size, TOKENS_LINE_MAX - 2);
	exact_free(copy);
	token = first(line, TOKENS_LINE_MAX, &copy);
	assert_int_equal(token.kind, TOKEN_PAIR);
	exact_free(copy);

	line[TOKENS_LINE_MAX] = 'v';
	expect_error(line, TOKENS_LINE_MAX + 1, long_line);
	line[TOKENS_LINE_MAX + 1] = '\n';
	expect_error(line, TOKENS_LINE_MAX + 2, long_line);
	/* What is cut off must not be a line of its own; blanks and comments count. */
	memset(line, ' ', TOKENS_LINE_MAX + 1);
	expect_error(line, TOKENS_LINE_MAX + 1, long_line);
	line[0] = '#';
	expect_error(line, TOKENS_LINE_MAX + 1, long_line);
}

static void lines_are_counted(void **state)
{
	static const char text[] = "a = 1\n\n# comment\n[b]\nwrong\nc = 2";
	static const struct {
		enum token_kind kind;
		unsigned int line;
	} expected[] = {
		{TOKEN_PAIR, 1}, {TOKEN_SECTION, 4}, {TOKEN_ERROR, 5},
		{TOKEN_PAIR, 6}, {TOKEN_END, 6},     {TOKEN_END, 6},
	};

	(void)state;
	for (unsigned int begin = 1; begin <= 100; begin += 99) {
		struct tokens tokens = tokens_begin(slice_from(text), begin);

		for (size_t i = 0; i < COUNT(expected); i++) {
			struct token token = tokens_next(&tokens);

			assert_int_equal(token.kind, expected[i].kind);
			assert_int_equal(token.line, expected[i].line + begin - 1);
		}
	}
}

static void reading_goes_on_behind_an_error(void **state)
{
	struct slice copy = exact("[a\nb\nc=d\n", 9);
	struct tokens tokens = tokens_begin(copy, 1);
	struct token token;

	(void)state;
	assert_int_equal(tokens_next(&tokens).kind, TOKEN_ERROR);
	assert_int_equal(tokens_next(&tokens).kind, TOKEN_ERROR);
	token = tokens_next(&tokens);
	assert_int_equal(token.kind, TOKEN_PAIR);
	assert_true(slice_equal(token.name, "c"));
	assert_int_equal(tokens_next(&tokens).kind, TOKEN_END);
	exact_free(copy);
}

static void nothing_but_blank_lines_is_the_end(void **state)
{
	static const char *const texts[] = {"",	       "\n", "\n\n\n",	 "  \t",
					    " \n\t\n", "#",  "# a\n;b\n"};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct slice copy;
		struct token token = first(texts[i], strlen(texts[i]), &copy);

		assert_int_equal(token.kind, TOKEN_END);
		exact_free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs_are_read),
		cmocka_unit_test(comments_begin_lines_only),
		cmocka_unit_test(sections_are_read),
		cmocka_unit_test(sections_end_with_their_line),
		cmocka_unit_test(other_lines_are_errors),
		cmocka_unit_test(control_bytes_are_errors_everywhere),
		cmocka_unit_test(control_bytes_are_found_at_any_place),
		cmocka_unit_test(only_the_line_with_the_byte_is_an_error),
		cmocka_unit_test(lines_have_at_most_4096_bytes),
		cmocka_unit_test(lines_are_counted),
		cmocka_unit_test(reading_goes_on_behind_an_error),
		cmocka_unit_test(nothing_but_blank_lines_is_the_end),
	};

	return cmocka_run_group_tests_name("tokens", tests, NULL, NULL);
}
