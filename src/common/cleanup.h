/* SPDX-License-Identifier: MIT */
/*
 * cleanup - descriptors and memory that are released when their scope ends.
 *
 *	auto_close int fd = open(...);		closed unless -1
 *	auto_free char *s = strdup(...);	freed, NULL is fine
 *
 * steal_fd() hands a descriptor on to the caller: the variable becomes -1.
 */
#ifndef VPNRUN_CLEANUP_H
#define VPNRUN_CLEANUP_H

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static inline void cleanup_close(const int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		(void)close(*fd); /* nothing was written through it */
	errno = saved;
}

static inline void cleanup_free(void *pointer)
{
	free(*(void **)pointer);
}

static inline int steal_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

#define auto_close __attribute__((cleanup(cleanup_close)))
#define auto_free  __attribute__((cleanup(cleanup_free)))

#endif
