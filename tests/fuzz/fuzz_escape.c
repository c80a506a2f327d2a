/* SPDX-License-Identifier: MIT */
/* Escaped text: printable UTF-8, in its buffer, and the input can be had back from it. */
#include "escape.h"

#include <stdbool.h>
#include <string.h>

#include "fuzz.h"

/* By the table of well-formed sequences in RFC 3629, section 4; 0 if it is none. */
static size_t well_formed(const unsigned char *text, size_t size, uint32_t *ret_point)
{
	static const struct {
		unsigned char first_low, first_high, second_low, second_high;
		size_t length;
	} rows[] = {
		{0x00, 0x7f, 0, 0, 1},	     {0xc2, 0xdf, 0x80, 0xbf, 2},
		{0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
		{0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
		{0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4},
		{0xf4, 0xf4, 0x80, 0x8f, 4},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t length = rows[i].length;

		if (text[0] < rows[i].first_low || text[0] > rows[i].first_high ||
		    length > size)
			continue;
		*ret_point = length == 1 ? text[0] : text[0] & (0x7fu >> length);
		for (size_t j = 1; j < length; j++) {
			unsigned char low = j == 1 ? rows[i].second_low : 0x80;
			unsigned char high = j == 1 ? rows[i].second_high : 0xbf;

			if (text[j] < low || text[j] > high)
				return 0;
			*ret_point = *ret_point << 6 | (text[j] & 0x3fu);
		}
		return length;
	}
	return 0;
}

static bool harmless(uint32_t point)
{
	return point >= 0x20 && (point < 0x7f || point > 0x9f) && point != 0x61c &&
	       point != 0x200e && point != 0x200f &&
	       !(point >= 0x2028 && point <= 0x202e) &&
	       !(point >= 0x2066 && point <= 0x2069);
}

static void check_harmless(const char *text, size_t size)
{
	for (size_t i = 0; i < size;) {
		uint32_t point = 0;
		size_t length =
			well_formed((const unsigned char *)text + i, size - i, &point);

		CHECK(length > 0 && harmless(point));
		i += length;
	}
}

static int hex(char digit)
{
	const char *at = strchr("0123456789abcdef", digit);

	CHECK(digit && at);
	return (int)(at - "0123456789abcdef") & 15;
}

/* What stands for how many bytes of the input; they are compared. */
static size_t check_back(const char *text, size_t size, const uint8_t *data,
			 size_t data_size)
{
	size_t taken = 0;

	for (size_t i = 0; i < size; taken++) {
		unsigned char byte = (unsigned char)text[i];

		if (text[i] == '\\') {
			CHECK(size - i >= 4 && text[i + 1] == 'x');
			byte = (unsigned char)(hex(text[i + 2]) << 4 | hex(text[i + 3]));
			i += 4;
		} else {
			i++;
		}
		CHECK(taken < data_size && data[taken] == byte);
	}
	return taken;
}

static void check_space(const uint8_t *data, size_t size, size_t space)
{
	char *buffer = malloc(space);
	size_t length;

	CHECK(buffer);
	length = escape_text(buffer, space, (const char *)data, size);
	CHECK(length < space);
	CHECK(strlen(buffer) == length);
	check_harmless(buffer, length);
	if (check_back(buffer, length, data, size) < size)
		/* It was cut: no character takes more than four bytes. */
		CHECK(length + 4 >= space);
	free(buffer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_space(data, size, 4 * size + 1);
	check_space(data, size, size + 1);
	check_space(data, size, size / 2 + 1);
	for (size_t space = 1; space <= 9; space++)
		check_space(data, size, space);
	return 0;
}
