/* SPDX-License-Identifier: MIT */
/*
 * log - launches and refusals, to the system log.
 *
 * Not by syslog(3), which holds state and waits on a full socket: each line is one
 * datagram to /dev/log (facility authpriv), sent without waiting, with nothing
 * effective and every odd byte escaped.  A log that cannot be written stops nothing.
 */
#ifndef VPNRUN_LOG_H
#define VPNRUN_LOG_H

#include <sys/types.h>

/*
 * log_open - connect to the log, while the host's /dev is in view.
 *
 * From then on a message that ends the program is logged, too.
 */
void log_open(uid_t invoking_user);

/* log_close - the policy wants no log for this namespace. */
void log_close(void);

/* What later lines name; the strings must stay valid.  NULL leaves one as it is. */
void log_context(const char *netns, const char *command);

/* log_started - the target is about to be executed. */
void log_started(void);

#endif
