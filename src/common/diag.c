/* SPDX-License-Identifier: MIT */
/* diag - what a silent function found wrong, for its caller to print. */
#include "diag.h"

#include <stdio.h>

void diag_set(struct diag *diag, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(diag->text, sizeof(diag->text), format, args); /* cut if long */
	va_end(args);
	diag->hint[0] = '\0';
}

void diag_hint(struct diag *diag, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(diag->hint, sizeof(diag->hint), format, args); /* cut if long */
	va_end(args);
}
