/* SPDX-License-Identifier: MIT */
/*
 * view_sys - PRIVILEGED: the namespace's own /sys.
 */
#ifndef VPNRUN_VIEW_SYS_H
#define VPNRUN_VIEW_SYS_H

/*
 * view_sys_build - mount the sysfs of the joined network namespace over /sys.
 *
 * A sysfs shows the network devices of the namespace it was mounted in
 * (sysfs(5), /sys/class/net).  What is mounted below /sys (cgroups, securityfs,
 * and what may hide something there) is carried along, and the new mount has the
 * old one's flags.  Where /sys is no sysfs there is nothing to replace.
 *
 * Must be called in a mount namespace of our own (enter.h) after the network
 * namespace was joined.  Needs CAP_SYS_ADMIN.  On return /sys is what was asked
 * for; otherwise the program ended with 125.
 */
void view_sys_build(void);

#endif
