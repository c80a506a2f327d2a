/* SPDX-License-Identifier: MIT */
/*
 * priv - PRIVILEGED: the process's capabilities; the only user of libcap-ng.
 *
 * vpnrun starts with the set of vpnrun.caps permitted and nothing effective.  A
 * step raises what it needs and lowers it again at once; after the last one
 * everything is dropped for good.  What capset(2) and prctl(2) report is not
 * believed: the sets are read back each time (capget(2)).
 *
 * The sequence is priv_start, then any number of raise and lower, then
 * priv_drop_forever.  Whatever fails here ends the program, 125, with nothing effective.
 */
#ifndef VPNRUN_PRIV_H
#define VPNRUN_PRIV_H

#include <stdbool.h>
#include <stdint.h>

/*
 * priv_start - make the process safe to read the user's input in.
 *
 * On return nothing is effective, inheritable or ambient, permitted holds no
 * more than the program can need, and the process is not dumpable: nobody
 * without CAP_SYS_PTRACE can trace it, read its memory or take its descriptors,
 * and it leaves no core (PR_SET_DUMPABLE in prctl(2), ptrace(2)).
 */
void priv_start(void);

/* priv_undumpable - once more, after setresuid(2), which undoes it where fs.suid_dumpable
 * is 1. */
void priv_undumpable(void);

/*
 * priv_require - end the program, saying why and what to do, unless everything
 * that vpnrun.caps grants is permitted.
 */
void priv_require(void);

/*
 * priv_require_host - end the program, saying so, if this is another user namespace
 * than the host's.
 *
 * Root's files look like a stranger's from in there, and root in there is none.
 */
void priv_require_host(void);

/* Sets of capabilities, as bits 1 << CAP_NAME of <linux/capability.h>. */
#define PRIV_BIT(capability) (UINT64_C(1) << (capability))

/*
 * priv_raise - make the capabilities in WANTED effective, and only those.
 *
 * Nothing that the user controls may be touched, and no message written, until
 * priv_lower().
 */
void priv_raise(uint64_t wanted);

/* priv_lower - make nothing effective; keeps errno. */
void priv_lower(void);

/*
 * priv_may_switch_user - may this process, root's, become another user?
 *
 * CAP_SETUID and CAP_SETGID are not in vpnrun.caps; root has them of its own.
 */
bool priv_may_switch_user(void);

/* priv_forget_switch_user - drop those two, once the ids are set. */
void priv_forget_switch_user(void);

/*
 * priv_drop_forever - empty every set for good, and prove it.
 *
 * @netns: a network namespace.  Joining it, which was allowed before, must fail
 * now; that, and not what capset(2) reported, shows that the drop is real.
 * On return the process stays undumpable until execve(2).
 */
void priv_drop_forever(int netns);

#endif
