/* SPDX-License-Identifier: MIT */
/* Tokens: inside the text, clean, in order, and the same when written out and read again.
 */
#include "tokens.h"

#include <stdbool.h>
#include <string.h>

#include "fuzz.h"

static void check_inside(struct slice part, struct slice text)
{
	CHECK(part.text >= text.text);
	CHECK(part.text + part.size <= text.text + text.size);
}

static bool has_control_byte(struct slice text)
{
	for (size_t i = 0; i < text.size; i++) {
		unsigned char byte = (unsigned char)text.text[i];

		if (byte == 0x7f || (byte < 0x20 && byte != '\t'))
			return true;
	}
	return false;
}

static void check_clean(struct slice part)
{
	struct slice trimmed = slice_trim(part);

	CHECK(part.size <= TOKENS_LINE_MAX);
	CHECK(!has_control_byte(part));
	CHECK(trimmed.size == part.size);
}

static bool same(struct slice a, struct slice b)
{
	return a.size == b.size && memcmp(a.text, b.text, a.size) == 0;
}

/* Written plainly, the token is read as the same token. */
static void check_again(const struct token *token)
{
	char line[TOKENS_LINE_MAX + 8];
	struct slice text = {line, 0};
	struct tokens tokens;
	struct token again;
	int size;

	if (token->kind == TOKEN_SECTION)
		size = snprintf(line, sizeof(line), "[%.*s]", (int)token->name.size,
				token->name.text);
	else
		size = snprintf(line, sizeof(line), "%.*s=%.*s\n", (int)token->name.size,
				token->name.text, (int)token->value.size,
				token->value.text);
	CHECK(size > 0 && (size_t)size < sizeof(line));
	text.size = (size_t)size;
	tokens = tokens_begin(text, 1);
	again = tokens_next(&tokens);
	CHECK(again.kind == token->kind);
	CHECK(same(again.name, token->name));
	CHECK(token->kind != TOKEN_PAIR || same(again.value, token->value));
}

static void check_token(const struct token *token, struct slice text)
{
	if (token->kind == TOKEN_ERROR) {
		CHECK(token->error && token->error[0]);
		return;
	}
	check_inside(token->name, text);
	check_clean(token->name);
	if (token->kind == TOKEN_PAIR) {
		check_inside(token->value, text);
		check_clean(token->value);
		CHECK(token->name.size > 0);
		CHECK(!memchr(token->name.text, '=', token->name.size));
		CHECK(!strchr("#;[", token->name.text[0]));
	} else {
		CHECK(!memchr(token->name.text, ']', token->name.size));
	}
	check_again(token);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = {(const char *)data, size};
	struct tokens tokens = tokens_begin(text, 1);
	unsigned int last = 0, lines = 0;
	struct token token;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n' || i + 1 == size;
	while ((token = tokens_next(&tokens)).kind != TOKEN_END) {
		CHECK(token.line > last && token.line <= lines);
		last = token.line;
		check_token(&token, text);
	}
	CHECK(token.line == lines);
	CHECK(tokens_next(&tokens).kind == TOKEN_END);
	return 0;
}
