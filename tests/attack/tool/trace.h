/* SPDX-License-Identifier: MIT */
/*
 * trace - run a launch under ptrace(2), and do something at one of its system calls.
 *
 * The calls are counted from vpnrun's own execve to that of the target, which is the
 * last one.  strace's fault injection would do; this one needs no start of its own for
 * each launch, knows when the target is executed, and can stop or look at any call.
 */
#ifndef VRT_TRACE_H
#define VRT_TRACE_H

#include "attack.h"

#define CALLS_MAX   8192
#define NUMBERS_MAX 1024 /* of system calls */

struct call {
	uint64_t number;
	uint64_t args[6];
	int64_t result;
	unsigned int nth; /* such call, from 1 */
	bool raised;	  /* a capability was effective */
	char text[24];	  /* of the argument that names a file system, or the path */
};

enum deed {
	DEED_RESULT,  /* skip the call, report VALUE instead */
	DEED_KILL,    /* SIGKILL before it */
	DEED_STOP,    /* SIGSTOP, and nothing traces it any more; hook; SIGCONT */
	DEED_HOOK,    /* hook, the process being held before the call */
	DEED_RECORD,  /* fill in calls[] */
	DEED_EXECVES, /* hook before each execve */
};

struct trace {
	enum deed deed;
	/* The call at which it is done; how many others come between may differ from one
	 * launch to the next. */
	uint64_t number;
	unsigned int nth;
	int64_t value;
	void (*hook)(struct launch *launch, void *data);
	void *data;
	struct call *calls; /* of the recording */
	size_t count;
	bool done;
	unsigned int met[NUMBERS_MAX]; /* such calls so far */
};

void trace_run(struct launch *launch, struct trace *trace, char **command);
const char *trace_call_name(uint64_t number);

#endif
