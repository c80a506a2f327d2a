/* SPDX-License-Identifier: MIT */
/* escape - make text from anywhere safe to show on a terminal and in a log. */
#include "escape.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* The number of bytes that a character beginning with LEAD has, 0 if none can. */
static size_t utf8_length(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef)
		return 3;
	if (lead >= 0xf0 && lead <= 0xf4)
		return 4;
	return 0;
}

/* Decodes one character; returns its length, or 0 if the bytes are not UTF-8 (RFC 3629).
 */
static size_t utf8_decode(const unsigned char *text, size_t size, uint32_t *ret_point)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	static const unsigned char mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	size_t length = utf8_length(text[0]);
	uint32_t point;

	if (length == 0 || length > size)
		return 0;
	point = text[0] & mask[length];
	for (size_t i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (text[i] & 0x3f);
	}
	if (length > 1 && point < smallest[length])
		return 0;
	if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return 0;
	*ret_point = point;
	return length;
}

static bool point_harmless(uint32_t point)
{
	if (point < 0x20 || (point >= 0x7f && point <= 0x9f))
		return false;
	if (point == '\\')
		return false;
	/* Separators, marks and overrides that reorder or break a line. */
	if (point == 0x061c || (point >= 0x200e && point <= 0x200f))
		return false;
	if ((point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069))
		return false;
	return true;
}

static void put_hex(char *buffer, unsigned char byte)
{
	static const char digits[] = "0123456789abcdef";

	buffer[0] = '\\';
	buffer[1] = 'x';
	buffer[2] = digits[byte >> 4];
	buffer[3] = digits[byte & 15];
}

size_t escape_text(char *buffer, size_t space, const char *text, size_t size)
{
	const unsigned char *in = (const unsigned char *)text;
	size_t used = 0;

	for (size_t i = 0; i < size;) {
		uint32_t point = 0;
		size_t length = utf8_decode(in + i, size - i, &point);
		bool plain = length > 0 && point_harmless(point);
		size_t need = plain ? length : 4;

		if (used + need >= space)
			break;
		if (plain) {
			memcpy(buffer + used, in + i, length);
			i += length;
		} else {
			put_hex(buffer + used, in[i]);
			i++;
		}
		used += need;
	}
	buffer[used] = '\0';
	return used;
}
