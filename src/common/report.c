/* SPDX-License-Identifier: MIT */
/* report - messages to the user, on standard error; the one file of src/common that
 * prints. */
#include "report.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "escape.h"

static enum report_level level = REPORT_NORMAL;
static void (*failure_hook)(const char *text);

void report_set_level(enum report_level new_level)
{
	level = new_level;
}

bool report_verbose(void)
{
	return level == REPORT_VERBOSE;
}

void report_on_failure(void (*hook)(const char *text))
{
	failure_hook = hook;
}

/* Appends PREFIX as it is, TEXT escaped, and a line feed. */
static size_t put_line(char *buffer, size_t space, const char *prefix, const char *text)
{
	size_t used = strlen(prefix);

	memcpy(buffer, prefix, used);
	used += escape_text(buffer + used, space - used - 1, text, strlen(text));
	buffer[used++] = '\n';
	return used;
}

static void print(const char *prefix, const char *text, const char *hint)
{
	char buffer[4096];
	size_t used = put_line(buffer, sizeof(buffer) / 2, prefix, text);

	if (hint && hint[0])
		used += put_line(buffer + used, sizeof(buffer) - used, "  ", hint);
	/* Standard error may be closed or full; there is nobody left to tell. */
	if (write(STDERR_FILENO, buffer, used) < 0)
		return;
}

void report_output(const char *format, ...)
{
	char text[4096], line[4096];
	va_list args;
	size_t used;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args); /* cut if long */
	va_end(args);

	used = put_line(line, sizeof(line), "", text);
	if (fwrite(line, 1, used, stdout) != used || fflush(stdout) != 0)
		die(NULL, "cannot write to standard output: %m");
}

void report_warning(const char *hint, const char *format, ...)
{
	char text[1024];
	va_list args;

	if (level == REPORT_QUIET)
		return;
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args); /* cut if long */
	va_end(args);
	print("vpnrun: warning: ", text, hint);
}

void report_note(const char *format, ...)
{
	char text[1024];
	va_list args;

	if (level != REPORT_VERBOSE)
		return;
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args); /* cut if long */
	va_end(args);
	print("vpnrun: ", text, NULL);
}

static _Noreturn void fail(int status, const char *hint, const char *text)
{
	print("vpnrun: ", text, hint);
	if (failure_hook)
		failure_hook(text);
	exit(status);
}

static _Noreturn __attribute__((format(printf, 3, 0))) void
vfail(int status, const char *hint, const char *format, va_list args)
{
	char text[1024];

	(void)vsnprintf(text, sizeof(text), format, args); /* cut if long */
	fail(status, hint, text);
}

_Noreturn void die(const char *hint, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfail(EXIT_VPNRUN, hint, format, args);
}

_Noreturn void die_status(int status, const char *hint, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfail(status, hint, format, args);
}

_Noreturn void die_diag(const struct diag *diag)
{
	fail(EXIT_VPNRUN, diag->hint, diag->text);
}
