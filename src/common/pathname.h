/* SPDX-License-Identifier: MIT */
/*
 * pathname - questions about paths that their text alone answers.
 */
#ifndef VPNRUN_PATHNAME_H
#define VPNRUN_PATHNAME_H

#include <stdbool.h>

/* pathname_below - is PATH the directory DIRECTORY, or something below it?  Both without
 * links, doubled slashes or a slash at the end. */
bool pathname_below(const char *path, const char *directory);

#endif
