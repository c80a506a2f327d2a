/* SPDX-License-Identifier: MIT */
/*
 * The target of every launch: notes the time, tells it on standard output, and ends.
 *
 * With the argument RECORD_PROVE it also tells its uid and network namespace, by which
 * the driver proves a contender once before it is measured. Static, without libc.
 */
#include <linux/time.h>
#include <linux/time_types.h>

#include "rawsys.h"
#include "record.h"

RAW_ENTRY;

_Noreturn void raw_main(const long *stack);

/* Zeroed by the kernel. A local one would need memset(3), which is not there. */
static struct record record;

_Noreturn void raw_main(const long *stack)
{
	struct __kernel_timespec now = {0, 0};
	long written;

	/*
	 * The real system call, not the vDSO or the time-stamp counter: it costs a
	 * fraction of a microsecond and is right on virtual machines, too.
	 */
	if (raw2(__NR_clock_gettime, CLOCK_MONOTONIC, (long)&now) != 0)
		raw_exit(101);

	record.magic = RECORD_MAGIC;
	record.first_ns = now.tv_sec * 1000000000LL + now.tv_nsec;
	if (stack[0] > 1) {
		record.uid = (unsigned int)raw1(__NR_getuid, 0);
		if (raw4(__NR_readlinkat, -100 /* AT_FDCWD */, (long)"/proc/self/ns/net",
			 (long)record.netns, sizeof(record.netns) - 1) < 0)
			raw_exit(102);
	}

	written = raw3(__NR_write, 1, (long)&record, sizeof(record));
	raw_exit(written == (long)sizeof(record) ? 0 : 103);
}
