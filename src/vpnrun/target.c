/* SPDX-License-Identifier: MIT */
/* target - find the program that vpnrun executes, and execute it. */
#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "diag.h"
#include "environ.h"
#include "memory.h"
#include "report.h"
#include "safefile.h"

/* 0, or the errno of execve(2) as far as it can be told before. */
static int runnable(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return errno;
	if (!S_ISREG(st.st_mode))
		return EACCES;
	return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) < 0 ? errno : 0;
}

static _Noreturn void not_runnable(const char *command, int error)
{
	struct stat st;

	if (error == ENOENT || error == ENOTDIR)
		die_status(EXIT_NOT_FOUND, NULL, "%s: command not found", command);
	if (stat(command, &st) < 0)
		st.st_mode = 0;
	if (S_ISDIR(st.st_mode))
		die_status(EXIT_NOT_RUNNABLE, NULL, "%s: is a directory", command);
	die_status(EXIT_NOT_RUNNABLE,
		   S_ISREG(st.st_mode) && !(st.st_mode & 0111)
			   ? "make it executable: chmod +x FILE"
			   : NULL,
		   "cannot run %s: %s", command, strerror(error));
}

/* DIRECTORY/NAME; an empty directory in PATH is the working directory. */
static char *candidate(struct slice directory, const char *name)
{
	return memory_format("%.*s%s%s", (int)directory.size, directory.text,
			     directory.size ? "/" : "", name);
}

static char *search(const char *name, const char *path)
{
	int worst = ENOENT;

	for (;;) {
		struct slice directory = {path, strcspn(path, ":")};
		char *file = candidate(directory, name);
		int error = runnable(file);

		if (error == 0)
			return file;
		/* As the shell does: found but not executable beats not found; a
		 * directory that cannot be searched is one where nothing was found. */
		if (error == EACCES && access(file, F_OK) == 0)
			worst = EACCES;
		free(file);
		if (path[directory.size] == '\0')
			not_runnable(name, worst);
		path += directory.size + 1;
	}
}

char *target_find(const char *command, char *const environment[])
{
	const char *path = environ_get(environment, "PATH");
	int error;

	if (!command[0])
		not_runnable("\"\"", ENOENT);
	if (!strchr(command, '/'))
		return search(command, path ? path : _PATH_DEFPATH);
	error = runnable(command);
	if (error)
		not_runnable(command, error);
	return memory_copy(slice_from(command));
}

char *target_require_listed(const char *file, struct slice commands, const char *netns)
{
	struct stat wanted, st;
	struct slice rest = commands, word;
	struct diag diag;

	if (stat(file, &wanted) < 0)
		die(NULL, "cannot look at %s: %m", file);
	while (slice_next_word(&rest, &word)) {
		char *path = memory_copy(word);
		int rc = stat(path, &st);

		if (rc < 0 || st.st_dev != wanted.st_dev || st.st_ino != wanted.st_ino) {
			free(path);
			continue;
		}
		/* The policy names it: it must also be root's to decide what that is. */
		rc = safefile_stat(path, &st, &diag);
		if (rc < 0)
			die_diag(&diag);
		if (st.st_dev == wanted.st_dev && st.st_ino == wanted.st_ino)
			return path;
		free(path);
	}
	diag_set(&diag, "%s: %s is not one of the commands that may be run in it", netns,
		 file);
	diag_hint(&diag, "they are: %.*s", (int)commands.size, commands.text);
	die_diag(&diag);
}

char *target_shell(char *const environment[])
{
	const char *shell = environ_get(environment, "SHELL");
	const struct passwd *account;

	if (!shell || shell[0] != '/') {
		account = getpwuid(getuid());
		shell = account ? account->pw_shell : NULL;
	}
	if (!shell || !shell[0])
		shell = _PATH_BSHELL;
	return memory_copy(slice_from(shell));
}

_Noreturn void target_exec(const char *file, char *const arguments[],
			   char *const environment[])
{
	int error;

	(void)execve(file, arguments, environment); /* returns only when it failed */
	error = errno;
	if (error == ENOEXEC)
		die_status(
			EXIT_NOT_RUNNABLE,
			"if it is a script, its first line must name the interpreter: #!/bin/sh",
			"cannot run %s: not a program", file);
	if (error == ENOENT && access(file, F_OK) == 0)
		die_status(EXIT_NOT_RUNNABLE, NULL,
			   "cannot run %s: the interpreter that it names is missing",
			   file);
	not_runnable(file, error);
}
