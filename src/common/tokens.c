/* SPDX-License-Identifier: MIT */
/* tokens - read "[section]" and "key = value" lines, one at a time. */
#include "tokens.h"

#include <stdbool.h>
#include <string.h>

static bool is_control_byte(unsigned char c)
{
	return (c < 0x20 && c != '\t') || c == 0x7f;
}

static bool has_control_byte(struct slice line)
{
	for (size_t i = 0; i < line.size; i++) {
		if (is_control_byte((unsigned char)line.text[i]))
			return true;
	}
	return false;
}

/*
 * Is no byte of the text a control byte, but for line feeds?  A policy may be long,
 * and this is asked at every launch: blocks of a fixed size and no early exit let
 * the compiler look at many bytes at once.
 */
static bool is_clean(struct slice text)
{
	const unsigned char *bytes = (const unsigned char *)text.text;
	size_t done = 0;
	unsigned char bad = 0;

	for (; text.size - done >= 64; done += 64) {
		for (size_t i = 0; i < 64; i++) {
			unsigned char c = bytes[done + i];

			bad |= (unsigned char)((c < 0x20) & (c != '\t') & (c != '\n')) |
			       (unsigned char)(c == 0x7f);
		}
	}
	for (; done < text.size; done++)
		bad |= is_control_byte(bytes[done]) && bytes[done] != '\n';
	return !bad;
}

struct tokens tokens_begin(struct slice text, unsigned int line)
{
	return (struct tokens){text, line - 1, is_clean(text)};
}

/* Takes the next line, without its line feed, off the text. */
static struct slice take_line(struct tokens *tokens)
{
	struct slice line = tokens->rest;
	const char *end = memchr(line.text, '\n', line.size);

	if (end) {
		line.size = (size_t)(end - line.text);
		tokens->rest.text = end + 1;
		tokens->rest.size -= line.size + 1;
	} else {
		tokens->rest.text += line.size;
		tokens->rest.size = 0;
	}
	tokens->line++;
	return line;
}

static struct token error_at(struct token token, const char *error)
{
	token.kind = TOKEN_ERROR;
	token.error = error;
	return token;
}

static struct token read_section(struct token token, struct slice line)
{
	const char *end = memchr(line.text, ']', line.size);

	if (!end)
		return error_at(token, "a section's name has no closing bracket");
	if (end != line.text + line.size - 1)
		return error_at(token,
				"there is text behind the section's closing bracket");
	token.kind = TOKEN_SECTION;
	token.name = slice_trim((struct slice){line.text + 1, line.size - 2});
	return token;
}

static struct token read_pair(struct token token, struct slice line)
{
	const char *equals = memchr(line.text, '=', line.size);
	size_t before;

	if (!equals)
		return error_at(token, "this is neither a section nor key = value");
	before = (size_t)(equals - line.text);
	token.kind = TOKEN_PAIR;
	token.name = slice_trim((struct slice){line.text, before});
	token.value = slice_trim((struct slice){equals + 1, line.size - before - 1});
	if (token.name.size == 0)
		return error_at(token, "there is no key before the equals sign");
	return token;
}

struct token tokens_next(struct tokens *tokens)
{
	while (tokens->rest.size > 0) {
		struct slice whole = take_line(tokens), line;
		struct token token = {.line = tokens->line};

		if (whole.size > TOKENS_LINE_MAX)
			return error_at(token, "the line is longer than 4096 bytes");
		if (!tokens->clean && has_control_byte(whole))
			return error_at(token, "the line has a control byte in it");
		line = slice_trim(whole);
		if (line.size == 0 || line.text[0] == '#' || line.text[0] == ';')
			continue;
		if (line.text[0] == '[')
			return read_section(token, line);
		return read_pair(token, line);
	}
	return (struct token){.kind = TOKEN_END, .line = tokens->line};
}
