/* SPDX-License-Identifier: MIT */
/*
 * target - find the program that vpnrun executes, and execute it.
 *
 * Everything here is done with the rights of the user that the target runs as.
 */
#ifndef VPNRUN_TARGET_H
#define VPNRUN_TARGET_H

#include <stdbool.h>

#include "slice.h"

/*
 * target_find - which file COMMAND is: a path, or a name on the PATH of ENVIRONMENT.
 *
 * Returns an allocated path that the caller owns.  Ends the program with 127 if
 * there is none, with 126 if it is there but cannot be run.
 */
char *target_find(const char *command, char *const environment[]);

/*
 * target_require_listed - end the program unless FILE is one of COMMANDS, absolute
 * paths of the policy with blanks between them.
 *
 * The files are compared (device and inode), with all links resolved.  Returns an
 * allocated copy of the policy's own path: a path through directories that root
 * alone can write always leads to the file that was compared, which the user's may not.
 */
char *target_require_listed(const char *file, struct slice commands, const char *netns);

/* target_shell - the invoking user's shell: $SHELL, else that of the account. */
char *target_shell(char *const environment[]);

/*
 * target_exec - become the target.  Does not return: ends the program with 126 or
 * 127 if the file cannot be executed.
 *
 * A file without a known format is not handed to a shell, as execvp(3) would do:
 * nothing is executed but what was asked for.
 */
_Noreturn void target_exec(const char *file, char *const arguments[],
			   char *const environment[]);

#endif
