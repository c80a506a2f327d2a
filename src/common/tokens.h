/* SPDX-License-Identifier: MIT */
/*
 * tokens - read "[section]" and "key = value" lines, one at a time.
 *
 * A line whose first visible character is # or ; is a comment; inside a value
 * they are ordinary characters.  Blanks (space, tab) around names and values do
 * not count.  The tokenizer allocates nothing: tokens point into the text.
 */
#ifndef VPNRUN_TOKENS_H
#define VPNRUN_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

#include "slice.h"

/* The longest line that is accepted, in bytes, without its line feed. */
#define TOKENS_LINE_MAX 4096

enum token_kind {
	TOKEN_END,     /* the text is over */
	TOKEN_SECTION, /* name: what stands between the brackets */
	TOKEN_PAIR,    /* name = value; the value may be empty */
	TOKEN_ERROR,   /* error: what is wrong with the line */
};

struct token {
	enum token_kind kind;
	unsigned int line; /* counted from 1 */
	struct slice name;
	struct slice value;
	const char *error; /* a constant string */
};

struct tokens {
	struct slice rest;
	unsigned int line;
	bool clean; /* no control byte anywhere: lines need not be looked through */
};

/* tokens_begin - read TEXT, whose first line has the number LINE. */
struct tokens tokens_begin(struct slice text, unsigned int line);

/*
 * tokens_next - the next section, pair or error.
 *
 * Errors: a control byte (NUL and carriage return among them), an over-long
 * line, a section without its bracket or with text behind it, a line that is
 * neither, a pair without a key.  The caller stops at an error or goes on with
 * the line after it.
 */
struct token tokens_next(struct tokens *tokens);

#endif
