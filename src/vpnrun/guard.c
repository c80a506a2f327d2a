/* SPDX-License-Identifier: MIT */
/* guard - is the network namespace a VPN's: links and routes, over rtnetlink(7). */
#include "guard.h"

#include <errno.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "paths.h"

/* A prefix this short or shorter covers an eighth of all addresses. */
#define DEFAULT_PREFIX_MAX 3
/* A dump that is interrupted this often is given up. */
#define TRIES_MAX 10
/* No message is larger (net/netlink/af_netlink.c, NLMSG_GOODSIZE); a cut one is an error.
 */
#define BUFFER_SIZE 16384

struct link {
	unsigned int index;
	unsigned int flags; /* IFF_UP and kin */
	char name[IFNAMSIZ];
	char kind[32]; /* empty: a physical one, or lo */
};

/* What was found; after a dump that was interrupted it is read anew. */
struct found {
	const char *name; /* of the namespace */
	const struct policy_rules *rules;
	struct diag *diag;
	struct link *links;
	size_t count;
	bool tunnel_route; /* a default route leaves through a tunnel */
	bool failed;	   /* diag says what does not satisfy the rules */
};

static bool is_loopback(const struct link *link)
{
	return (link->flags & IFF_LOOPBACK) != 0;
}

static bool is_tunnel(const struct found *found, const struct link *link)
{
	static const char *const kinds[] = {"wireguard", "amneziawg", "tun", "ppp",
					    "ovpn",	 "ovpn-dco",  "xfrm"};
	struct slice rest = found->rules->interfaces, word;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(link->kind, kinds[i]) == 0)
			return true;
	}
	while (slice_next_word(&rest, &word)) {
		if (slice_equal(word, link->name))
			return true;
	}
	return false;
}

/*
 * The links that modules make in each namespace (net.core.fb_tunnels_only_for_init_net
 * in Documentation/admin-guide/sysctl/net.rst).  Down, they carry nothing.
 */
static bool is_idle_fallback(const struct link *link)
{
	static const struct {
		const char *name, *kind;
	} fallbacks[] = {
		{"tunl0", "ipip"},     {"gre0", "gre"},	   {"gretap0", "gretap"},
		{"erspan0", "erspan"}, {"sit0", "sit"},	   {"ip6tnl0", "ip6tnl"},
		{"ip6gre0", "ip6gre"}, {"ip_vti0", "vti"}, {"ip6_vti0", "vti6"},
	};

	if (link->flags & IFF_UP)
		return false;
	for (size_t i = 0; i < sizeof(fallbacks) / sizeof(fallbacks[0]); i++) {
		if (strcmp(link->name, fallbacks[i].name) == 0)
			return strcmp(link->kind, fallbacks[i].kind) == 0;
	}
	return false;
}

static const struct link *find_link(const struct found *found, unsigned int index)
{
	for (size_t i = 0; i < found->count; i++) {
		if (found->links[i].index == index)
			return &found->links[i];
	}
	return NULL;
}

static const char *kind_of(const struct link *link)
{
	return link->kind[0] ? link->kind : "a network card or the like";
}

/* Appends a string attribute to an empty BUFFER; a malformed one leaves it empty. */
static void take_string(const struct nlattr *attr, char *buffer, size_t space)
{
	if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) == 0)
		(void)strncat(buffer, mnl_attr_get_str(attr), space - 1);
}

static int take_info_attribute(const struct nlattr *attr, void *data)
{
	struct link *link = data;

	if (mnl_attr_get_type(attr) == IFLA_INFO_KIND)
		take_string(attr, link->kind, sizeof(link->kind));
	return MNL_CB_OK;
}

static int take_link_attribute(const struct nlattr *attr, void *data)
{
	struct link *link = data;

	if (mnl_attr_get_type(attr) == IFLA_IFNAME)
		take_string(attr, link->name, sizeof(link->name));
	else if (mnl_attr_get_type(attr) == IFLA_LINKINFO)
		return mnl_attr_parse_nested(attr, take_info_attribute, link);
	return MNL_CB_OK;
}

static int take_link(const struct nlmsghdr *message, void *data)
{
	struct found *found = data;
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(message);
	struct link link = {.index = (unsigned int)info->ifi_index,
			    .flags = info->ifi_flags};
	struct link *links;

	if (message->nlmsg_type != RTM_NEWLINK)
		return MNL_CB_OK;
	if (mnl_attr_parse(message, sizeof(*info), take_link_attribute, &link) < 0)
		return MNL_CB_ERROR;
	links = reallocarray(found->links, found->count + 1, sizeof(*links));
	if (!links)
		return MNL_CB_ERROR;
	found->links = links;
	links[found->count++] = link;
	return MNL_CB_OK;
}

/* Does a route of that type hand packets to an interface? */
static bool leaves(unsigned int type)
{
	switch (type) {
	case RTN_LOCAL:
	case RTN_BLACKHOLE:
	case RTN_UNREACHABLE:
	case RTN_PROHIBIT:
	case RTN_THROW:
		return false;
	default: /* unicast, broadcast, multicast, and what may come yet */
		return true;
	}
}

static void leak(struct found *found, const struct rtmsg *route, const struct link *link)
{
	char family = route->rtm_family == AF_INET ? '4' : '6';

	if (found->failed)
		return;
	found->failed = true;
	if (!link) {
		diag_set(
			found->diag,
			"%s: a default route (IPv%c, /%u) leaves by an interface that the kernel "
			"does not name",
			found->name, family, route->rtm_dst_len);
		diag_hint(found->diag,
			  "if it uses a nexthop object, set in that namespace: sysctl "
			  "net.ipv4.nexthop_compat_mode=1; else delete the route");
		return;
	}
	diag_set(
		found->diag,
		"%s: a default route (IPv%c, /%u) leaves by %s (%s), which is not a tunnel",
		found->name, family, route->rtm_dst_len, link->name, kind_of(link));
	diag_hint(
		found->diag,
		"delete the route, or if %s is a tunnel list it: interfaces = %s, in " PATH_POLICY,
		link->name, link->name);
}

static void take_hop(struct found *found, const struct rtmsg *route, unsigned int index)
{
	const struct link *link = find_link(found, index);

	if (link && is_tunnel(found, link))
		found->tunnel_route = true;
	else if (!link || !is_loopback(link))
		leak(found, route, link);
}

/* All next hops of a route that has several, RTA_MULTIPATH in rtnetlink(7). */
static void take_hops(struct found *found, const struct rtmsg *route,
		      const struct nlattr *attr)
{
	const struct rtnexthop *hop = mnl_attr_get_payload(attr);
	size_t left = mnl_attr_get_payload_len(attr);

	while (left >= sizeof(*hop) && hop->rtnh_len >= sizeof(*hop) &&
	       hop->rtnh_len <= left) {
		size_t size = (hop->rtnh_len + 3u) & ~3u; /* RTNH_ALIGN */

		take_hop(found, route, (unsigned int)hop->rtnh_ifindex);
		if (size >= left)
			break;
		left -= size;
		hop = (const struct rtnexthop *)((const char *)hop + size);
	}
}

struct route {
	struct found *found;
	const struct rtmsg *message;
	bool judged; /* it named at least one interface */
};

static int take_route_attribute(const struct nlattr *attr, void *data)
{
	struct route *route = data;
	uint16_t type = mnl_attr_get_type(attr);

	if (type == RTA_OIF && mnl_attr_validate(attr, MNL_TYPE_U32) == 0) {
		take_hop(route->found, route->message, mnl_attr_get_u32(attr));
		route->judged = true;
	} else if (type == RTA_MULTIPATH) {
		take_hops(route->found, route->message, attr);
		route->judged = true;
	}
	return MNL_CB_OK;
}

static int take_route(const struct nlmsghdr *message, void *data)
{
	const struct rtmsg *payload = mnl_nlmsg_get_payload(message);
	struct route route = {.found = data, .message = payload};

	if (message->nlmsg_type != RTM_NEWROUTE || !leaves(payload->rtm_type) ||
	    payload->rtm_dst_len > DEFAULT_PREFIX_MAX)
		return MNL_CB_OK;
	if (payload->rtm_family != AF_INET && payload->rtm_family != AF_INET6)
		return MNL_CB_OK;
	if (mnl_attr_parse(message, sizeof(*payload), take_route_attribute, &route) < 0)
		return MNL_CB_ERROR;
	/* A nexthop object that the kernel did not spell out cannot be judged. */
	if (!route.judged)
		leak(route.found, payload, NULL);
	return MNL_CB_OK;
}

static int receive(struct mnl_socket *socket, unsigned int sequence, mnl_cb_t take,
		   struct found *found)
{
	char buffer[BUFFER_SIZE];
	unsigned int port = mnl_socket_get_portid(socket);
	int rc = MNL_CB_OK;

	while (rc == MNL_CB_OK) {
		ssize_t size = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));

		if (size < 0)
			return -errno;
		rc = mnl_cb_run(buffer, (size_t)size, sequence, port, take, found);
	}
	return rc < 0 ? -errno : 0;
}

/* Begins the request for a dump in BUFFER; the caller adds what the TYPE wants. */
static struct nlmsghdr *begin_dump(char *buffer, uint16_t type)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	message->nlmsg_seq = type; /* tells the two dumps apart */
	return message;
}

static int dump(struct mnl_socket *socket, const struct nlmsghdr *message, mnl_cb_t take,
		struct found *found)
{
	if (mnl_socket_sendto(socket, message, message->nlmsg_len) < 0)
		return -errno;
	return receive(socket, message->nlmsg_seq, take, found);
}

static int dump_links(struct mnl_socket *socket, struct found *found)
{
	char buffer[512];
	struct nlmsghdr *message = begin_dump(buffer, RTM_GETLINK);
	struct ifinfomsg *info = mnl_nlmsg_put_extra_header(message, sizeof(*info));

	info->ifi_family = AF_UNSPEC;
	mnl_attr_put_u32(message, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	return dump(socket, message, take_link, found);
}

static int dump_routes(struct mnl_socket *socket, struct found *found)
{
	char buffer[512];
	struct nlmsghdr *message = begin_dump(buffer, RTM_GETROUTE);
	struct rtmsg *route = mnl_nlmsg_put_extra_header(message, sizeof(*route));

	route->rtm_family = AF_UNSPEC; /* all families, and without a table all tables */
	return dump(socket, message, take_route, found);
}

static int look(struct found *found)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	int rc;

	if (!socket)
		return -errno;
	rc = mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ? -errno : 0;
	if (rc == 0)
		rc = dump_links(socket, found);
	if (rc == 0)
		rc = dump_routes(socket, found);
	(void)mnl_socket_close(socket); /* only asked through it */
	return rc;
}

static void check_interfaces(struct found *found)
{
	for (size_t i = 0; i < found->count && !found->failed; i++) {
		const struct link *link = &found->links[i];

		if (is_loopback(link) || is_tunnel(found, link) || is_idle_fallback(link))
			continue;
		found->failed = true;
		diag_set(found->diag, "%s: interface %s (%s) is not a tunnel",
			 found->name, link->name, kind_of(link));
		diag_hint(
			found->diag,
			"delete it; if it is a tunnel list it: interfaces = %s; if no default "
			"route leaves by it: guard = route; in " PATH_POLICY,
			link->name);
	}
}

/* Says why no default route leaves through a tunnel, as far as the links tell. */
static void no_route(struct found *found)
{
	const struct link *down = NULL, *up = NULL;

	for (size_t i = 0; i < found->count; i++) {
		const struct link *link = &found->links[i];

		if (is_tunnel(found, link) && (link->flags & IFF_UP))
			up = link;
		else if (is_tunnel(found, link))
			down = link;
	}
	found->failed = true;
	if (up) {
		diag_set(found->diag, "%s: no default route leaves by the tunnel %s",
			 found->name, up->name);
		diag_hint(found->diag,
			  "add one: ip -n %s route add default dev %s; if only some "
			  "networks are behind the tunnel: guard = route in " PATH_POLICY,
			  found->name, up->name);
	} else if (down) {
		diag_set(found->diag, "%s: the tunnel %s is down", found->name,
			 down->name);
		diag_hint(found->diag,
			  "bring it up: ip -n %s link set %s up, and its routes",
			  found->name, down->name);
	} else {
		diag_set(found->diag, "%s: there is no tunnel, only lo", found->name);
		diag_hint(found->diag,
			  "move the tunnel's interface in: ip link set INTERFACE "
			  "netns %s",
			  found->name);
	}
}

int guard_check(const char *name, const struct policy_rules *rules, struct diag *diag)
{
	struct found found;
	int rc = -EINTR;

	if (rules->guard == GUARD_OFF)
		return 0;
	for (int i = 0; i < TRIES_MAX && rc == -EINTR; i++) {
		found = (struct found){.name = name, .rules = rules, .diag = diag};
		rc = look(&found);
		if (rc == 0 && rules->guard == GUARD_STRICT && !found.failed)
			check_interfaces(&found);
		if (rc == 0 && rules->guard == GUARD_STRICT && !found.failed &&
		    !found.tunnel_route)
			no_route(&found);
		free(found.links);
	}
	if (rc < 0) {
		diag_set(diag, "%s: cannot list its interfaces and routes: %s", name,
			 strerror(-rc));
		return rc;
	}
	return found.failed ? -EPERM : 0;
}
