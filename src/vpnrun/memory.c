/* SPDX-License-Identifier: MIT */
/* memory - strings of one's own; without memory the program ends with 125. */
#include "memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "report.h"

char *memory_copy(struct slice text)
{
	char *result = strndup(text.text, text.size);

	if (!result)
		die(NULL, "cannot go on: out of memory");
	return result;
}

char *memory_format(const char *format, ...)
{
	char *result;
	va_list args;
	int size;

	va_start(args, format);
	size = vasprintf(&result, format, args);
	va_end(args);
	if (size < 0)
		die(NULL, "cannot go on: out of memory");
	return result;
}
