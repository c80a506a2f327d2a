/* SPDX-License-Identifier: MIT */
/*
 * A program that shows what a process was given (observe.c), starts another one in an
 * unusual state (prepare.c), or answers as a daemon would (serve.c).
 *
 * Each function is one subcommand: it gets the words after its name, argv[argc] being
 * NULL, and returns the exit status.
 */
#ifndef VRT_PROBE_H
#define VRT_PROBE_H

/* Write /proc/self/environ, /proc/self/cmdline as they are. */
int probe_environ(int argc, char **argv);
int probe_argv(int argc, char **argv);
/* "pid ppid pgid sid", one line. */
int probe_ids(int argc, char **argv);
/* "real effective saved fs" of the users, then of the groups, then the supplementary
 * groups. */
int probe_creds(int argc, char **argv);
/* Open descriptors, "NUMBER TARGET" each on a line. */
int probe_fds(int argc, char **argv);
/* securebits, keepcaps, no_new_privs, pdeathsig: "NAME VALUE" lines. */
int probe_prctl(int argc, char **argv);
/* Try to push a byte into the controlling terminal's input; print how that ended. */
int probe_tiocsti(int argc, char **argv);
/* FILE: try setns(2) on it; print how that ended. */
int probe_setns(int argc, char **argv);

/* FILE COMMAND...: execve with the NUL-ended strings of FILE as the environment. */
int probe_execenv(int argc, char **argv);
/* FILE ARG...: execute a copy of FILE that lies in a memfd. */
int probe_memfd(int argc, char **argv);
/* COMMAND...: execute it while another process shares root and working directory with it.
 */
int probe_sharefs(int argc, char **argv);
/* DIR: stay in DIR until the file that the second word names exists; then exec the rest.
 */
int probe_waitfor(int argc, char **argv);

/* FILE UID: let that user write the file, by an access list (acl(5)); mode 0644. */
int probe_acl(int argc, char **argv);

/* SOCKET FILE: bind a datagram socket; append to FILE what arrives, control bytes as
 * <XX>. */
int probe_logger(int argc, char **argv);
/* ADDRESS ANSWER: a name server on ADDRESS, port 53, that says ANSWER to every question.
 */
int probe_dns(int argc, char **argv);
/* DEVICE: hold a tun device, so that it has carrier. */
int probe_tun(int argc, char **argv);

#endif
