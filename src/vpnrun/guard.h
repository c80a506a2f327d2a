/* SPDX-License-Identifier: MIT */
/*
 * guard - is the network namespace a VPN's: links and routes, over rtnetlink(7).
 *
 * A namespace that has a way out beside its tunnel looks like any other to the
 * programs in it.  Needs no capability: everybody may list links and routes.
 */
#ifndef VPNRUN_GUARD_H
#define VPNRUN_GUARD_H

#include "diag.h"
#include "policy.h"

/*
 * guard_check - does the network namespace that this process is in satisfy RULES?
 *
 * strict: every interface but lo is a tunnel, and a default route leaves through one.
 * route:  every default route leaves through a tunnel.
 * off:    nothing is asked.
 *
 * Tunnels are links of the kinds wireguard, amneziawg, tun (tap, too), ppp, ovpn,
 * ovpn-dco and xfrm, and those that the rules list.  Default routes are
 * routes of prefix length 3 or less that lead out (broadcast and multicast ones, too), in
 * every table, of both families; so 0/1 and 128/1 count.  The links that the kernel makes
 * in every namespace by itself (sit0, tunl0...) do not count while they are down.
 *
 * Returns 0, or a negative errno with DIAG filled in: -EPERM when the namespace
 * does not satisfy the rules, saying what was found; others when it could not be asked.
 */
int guard_check(const char *name, const struct policy_rules *rules, struct diag *diag)
	__attribute__((warn_unused_result));

#endif
