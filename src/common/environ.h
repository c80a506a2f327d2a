/* SPDX-License-Identifier: MIT */
/*
 * environ - the environment as the invoking user gave it.
 *
 * For a program with file capabilities the loader takes LD_LIBRARY_PATH, TMPDIR,
 * RES_OPTIONS and others out of the environment (ld.so(8), "secure-execution
 * mode").  It removes the pointers only: the strings stay on the initial stack,
 * between the last argument and the name of the executed file, where execve(2)
 * put them (fs/exec.c, do_execveat_common()).
 */
#ifndef VPNRUN_ENVIRON_H
#define VPNRUN_ENVIRON_H

#include <stddef.h>

#include "slice.h"

/*
 * environ_split - the strings of BLOCK, each ended by a NUL.
 *
 * Every string counts, in its order: also doubled names, empty strings and
 * strings without an equals sign.
 *
 * Returns 0 and an allocated array, ended by NULL, of pointers into BLOCK, or
 *   -EINVAL  the block does not end with a NUL;
 *   -ENOMEM  there is not enough memory.
 */
int environ_split(struct slice block, char ***ret_strings)
	__attribute__((warn_unused_result));

/*
 * environ_recover - the strings that execve(2) was given for this process.
 *
 * @argc, @argv: as main() got them, unchanged.
 *
 * Returns as environ_split(); also -EINVAL when ARGC is 0 or the kernel did not
 * say where the strings end (AT_EXECFN, getauxval(3)).
 */
int environ_recover(int argc, char *const argv[], char ***ret_strings)
	__attribute__((warn_unused_result));

/* environ_get - the value of NAME in STRINGS, or NULL; the first one counts, as in
 * getenv(3). */
const char *environ_get(char *const strings[], const char *name);

/*
 * environ_set - put the string ASSIGNMENT, "NAME=VALUE", in the place of the first NAME,
 * or at the end.
 *
 * Further strings for the same NAME are taken out.  ASSIGNMENT must live as long as the
 * array. Returns 0 or -ENOMEM; *STRINGS may move.
 */
int environ_set(char ***strings, char *assignment) __attribute__((warn_unused_result));

#endif
