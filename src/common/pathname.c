/* SPDX-License-Identifier: MIT */
/* pathname - questions about paths that their text alone answers. */
#include "pathname.h"

#include <string.h>

bool pathname_below(const char *path, const char *directory)
{
	size_t size = strlen(directory);

	return strncmp(path, directory, size) == 0 &&
	       (path[size] == '/' || path[size] == '\0');
}
