/* SPDX-License-Identifier: MIT */
/* trace - run a launch under ptrace(2), and do something at one of its system calls. */
#include "trace.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/ptrace.h>

#define OPTIONS (PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL)

static const struct {
	long number;
	const char *name;
} names[] = {
#define NAME(name)                                                                       \
	{                                                                                \
		SYS_##name, #name                                                        \
	}
	NAME(setns),	     NAME(unshare),    NAME(mount),	 NAME(fsopen),
	NAME(fsconfig),	     NAME(fsmount),    NAME(move_mount), NAME(open_tree),
	NAME(mount_setattr), NAME(capset),     NAME(capget),	 NAME(prctl),
	NAME(fchown),	     NAME(fchownat),   NAME(fchmod),	 NAME(setresuid),
	NAME(setresgid),     NAME(setgroups),  NAME(openat),	 NAME(mkdirat),
	NAME(symlinkat),     NAME(write),      NAME(read),	 NAME(close),
	NAME(execve),	     NAME(newfstatat), NAME(statx),	 NAME(statfs),
	NAME(fstatfs),	     NAME(ioctl),      NAME(fcntl),	 NAME(mmap),
	NAME(brk),	     NAME(socket),     NAME(sendto),	 NAME(recvmsg),
	NAME(bind),	     NAME(getcwd),     NAME(getdents64), NAME(chdir),
	NAME(connect),	     NAME(getgroups),  NAME(readlinkat),
#undef NAME
};

const char *trace_call_name(uint64_t number)
{
	static char text[32];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if ((uint64_t)names[i].number == number)
			return names[i].name;
	}
	(void)snprintf(text, sizeof(text), "call number %lu", (unsigned long)number);
	return text;
}

#ifdef __x86_64__
/* Before the call: none is made. */
static void skip_call(pid_t pid)
{
	if (ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, orig_rax),
		   -1L) < 0)
		fatal("PTRACE_POKEUSER");
}

static void set_result(pid_t pid, int64_t value)
{
	if (ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, rax), value) <
	    0)
		fatal("PTRACE_POKEUSER");
}
#else
static void skip_call(pid_t pid)
{
	(void)pid;
	errno = ENOSYS;
	fatal("not written for this processor");
}

static void set_result(pid_t pid, int64_t value)
{
	(void)value;
	skip_call(pid);
}
#endif

static bool is_raised(pid_t pid)
{
	char path[64], text[4096], *at;
	int fd;
	ssize_t got;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		fatal(path);
	got = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[got > 0 ? got : 0] = '\0';
	at = strstr(text, "\nCapEff:");
	return at && strtoull(at + 8, NULL, 16) != 0;
}

/* The string argument that says most about the call. */
static void take_text(pid_t pid, struct call *call)
{
	uint64_t address = 0;
	struct iovec local, remote;
	ssize_t got;

	switch (call->number) {
	case SYS_fsopen:
		address = call->args[0];
		break;
	case SYS_openat:
	case SYS_open_tree:
	case SYS_newfstatat:
	case SYS_mkdirat:
		address = call->args[1];
		break;
	case SYS_move_mount:
		address = call->args[3];
		break;
	case SYS_fsconfig:
		address = call->args[2];
		break;
	default:
		break;
	}
	call->text[0] = '\0';
	if (!address)
		return;
	local = (struct iovec){call->text, sizeof(call->text) - 1};
	remote = (struct iovec){(void *)address, sizeof(call->text) - 1};
	got = process_vm_readv(pid, &local, 1, &remote, 1, 0);
	call->text[got > 0 ? got : 0] = '\0';
}

static void take_call(struct launch *launch, struct call *call,
		      const struct ptrace_syscall_info *info)
{
	call->number = info->entry.nr;
	memcpy(call->args, info->entry.args, sizeof(call->args));
	call->result = 0;
	take_text(launch->pid, call);
	call->raised = is_raised(launch->pid);
}

/* Let it go, stopped; do the hook's worst; let it go on. */
static void stop_and_continue(struct launch *launch, struct trace *trace)
{
	int status;

	(void)kill(launch->pid, SIGSTOP);
	if (ptrace(PTRACE_DETACH, launch->pid, 0, 0) < 0)
		fatal("PTRACE_DETACH");
	(void)launch_wait(launch, &status, WUNTRACED);
	if (WIFSTOPPED(status) && trace->hook)
		trace->hook(launch, trace->data);
	if (!WIFSTOPPED(status)) {
		launch->status = status;
		return;
	}
	(void)kill(launch->pid, SIGCONT);
	(void)launch_wait(launch, &launch->status, 0);
}

enum next { NEXT_CALL, NEXT_EVENT, NEXT_NONE };

/* What is done at the entry of a call, the INDEXth; says how to go on. */
static enum next at_entry(struct launch *launch, struct trace *trace, size_t index,
			  const struct ptrace_syscall_info *info)
{
	unsigned int nth = ++trace->met[info->entry.nr % NUMBERS_MAX];

	if (trace->deed == DEED_RECORD) {
		if (index >= CALLS_MAX)
			fatal("too many calls");
		take_call(launch, &trace->calls[index], info);
		trace->calls[index].nth = nth;
		trace->count = index + 1;
		return NEXT_CALL;
	}
	if (trace->deed == DEED_EXECVES) {
		if (info->entry.nr == SYS_execve)
			trace->hook(launch, trace->data);
		return NEXT_CALL;
	}
	if (info->entry.nr != trace->number || nth != trace->nth)
		return NEXT_CALL;

	trace->done = true;
	switch (trace->deed) {
	case DEED_RESULT:
		/* Linux closes the descriptor, whatever close(2) then reports. */
		if (info->entry.nr != SYS_close)
			skip_call(launch->pid);
		return NEXT_CALL;
	case DEED_KILL:
		(void)kill(launch->pid, SIGKILL);
		return NEXT_EVENT;
	case DEED_STOP:
		stop_and_continue(launch, trace);
		return NEXT_NONE;
	default:
		trace->hook(launch, trace->data);
		return NEXT_EVENT;
	}
}

/* A system call begins or ends. */
static enum next at_call(struct launch *launch, struct trace *trace, size_t *count)
{
	struct ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, launch->pid, sizeof(info), &info) < 0)
		return NEXT_EVENT; /* killed meanwhile */
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
		return at_entry(launch, trace, (*count)++, &info);
	if (*count == 0) /* the end of vpnrun's own execve */
		return NEXT_CALL;
	if (trace->deed == DEED_RECORD)
		trace->calls[*count - 1].result = info.exit.rval;
	if (trace->deed == DEED_RESULT && trace->done) {
		set_result(launch->pid, trace->value);
		return NEXT_EVENT;
	}
	return NEXT_CALL;
}

static enum next at_stop(struct launch *launch, struct trace *trace, int status,
			 size_t *count, bool *execed, int *signal)
{
	*signal = 0;
	if (WSTOPSIG(status) == (SIGTRAP | 0x80))
		return at_call(launch, trace, count);
	if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8)) {
		if (*execed)
			launch->started = true;
		*execed = true;
		return launch->started ? NEXT_EVENT : NEXT_CALL;
	}
	if (status >> 16 == 0)
		*signal = WSTOPSIG(status);
	return launch->started || trace->done ? NEXT_EVENT : NEXT_CALL;
}

void trace_run(struct launch *launch, struct trace *trace, char **command)
{
	enum next next = NEXT_EVENT;
	bool execed = false;
	size_t count = 0;
	int status, signal;

	trace->done = false;
	memset(trace->met, 0, sizeof(trace->met));
	launch_prepare(launch, command);
	if (ptrace(PTRACE_SEIZE, launch->pid, 0, OPTIONS) < 0)
		fatal("PTRACE_SEIZE");
	launch_open_gate(launch);
	for (;;) {
		(void)launch_wait(launch, &status, __WALL);
		if (!WIFSTOPPED(status)) {
			launch->status = status;
			break;
		}
		next = at_stop(launch, trace, status, &count, &execed, &signal);
		if (next == NEXT_NONE)
			break;
		(void)ptrace(next == NEXT_CALL ? PTRACE_SYSCALL : PTRACE_CONT,
			     launch->pid, 0, signal); /* it may be dead by now */
	}
	launch_take_text(launch);
}
