/* SPDX-License-Identifier: MIT */
/*
 * nsswitch - an nsswitch.conf(5) whose host lookups ask nobody outside.
 *
 * Modules such as `resolve`, `mdns*`, `mymachines` and `wins` pass a lookup to a
 * daemon over a unix socket; the daemon lives in the host's network namespace and
 * asks from there.  What stays asks files, the local host's own names, and the
 * name servers of resolv.conf from this process.
 */
#ifndef VPNRUN_NSSWITCH_H
#define VPNRUN_NSSWITCH_H

#include <stddef.h>

#include "slice.h"

/*
 * nsswitch_confine - TEXT with a `hosts:` line that keeps only files, myhostname and dns.
 *
 * An action in brackets stays with the service before it.  Where a service was taken
 * out and dns is not among the rest, it is added: the service may have been what asked
 * name servers.  If nothing is left, or there was no `hosts:` line, it becomes
 * "files dns".  Every other line stays as it is.
 *
 * Returns 0 and an allocated text that the caller owns (*RET_SIZE bytes, no NUL
 * counted), or -ENOMEM.
 */
int nsswitch_confine(struct slice text, char **ret_text, size_t *ret_size)
	__attribute__((warn_unused_result));

#endif
