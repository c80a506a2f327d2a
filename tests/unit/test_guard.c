/* SPDX-License-Identifier: MIT */
/*
 * Tests of guard: is the network namespace a VPN's?
 *
 * The kernel's answers are made here, as it would send them over rtnetlink(7), so
 * that every kind of link and route can be had, malformed ones too.  That a real
 * kernel answers so is for the system tests.
 */
#include "guard.h"

#include <errno.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "paths.h"
#include "unit.h"

/* The namespace that is asked about. */

struct fake_link {
	unsigned int index, flags;
	const char *name, *kind;
};

struct fake_route {
	unsigned char family, length;
	unsigned int oif;     /* 0: none */
	unsigned int hops[2]; /* of a multipath route, ended by 0 */
	unsigned char type;   /* 0: RTN_UNICAST */
	unsigned int table;   /* 0: RT_TABLE_MAIN */
};

static struct {
	struct fake_link links[8];
	struct fake_route routes[8];
	int interrupted; /* dumps that end with NLM_F_DUMP_INTR */
	int open_error, bind_error, send_error, receive_error, answer_error;
	bool bad_kind; /* the kind of each link has no NUL at its end */
	bool cut;      /* the last attribute is longer than its message */
	/* What was done. */
	int opened, closed;
} world;

#define LO                                                                               \
	{                                                                                \
		1, IFF_LOOPBACK | IFF_UP, "lo", ""                                       \
	}
#define WG(number)                                                                       \
	{                                                                                \
		number, IFF_UP, "wg0", "wireguard"                                       \
	}
#define VETH(number)                                                                     \
	{                                                                                \
		number, IFF_UP, "veth0", "veth"                                          \
	}

/* One dump that is under way. */
static struct {
	uint16_t type;
	uint32_t sequence;
	size_t next;
	bool done;
} dump;

static char fake_socket;

struct mnl_socket *__wrap_mnl_socket_open2(int bus, int flags);
int __wrap_mnl_socket_bind(struct mnl_socket *socket, unsigned int groups, pid_t pid);
int __wrap_mnl_socket_close(struct mnl_socket *socket);
unsigned int __wrap_mnl_socket_get_portid(const struct mnl_socket *socket);
ssize_t __wrap_mnl_socket_sendto(const struct mnl_socket *socket, const void *request,
				 size_t size);
ssize_t __wrap_mnl_socket_recvfrom(const struct mnl_socket *socket, void *buffer,
				   size_t space);

static int fails(int error)
{
	errno = error;
	return error ? -1 : 0;
}

struct mnl_socket *__wrap_mnl_socket_open2(int bus, int flags)
{
	(void)flags;
	assert_int_equal(bus, NETLINK_ROUTE);
	if (fails(world.open_error))
		return NULL;
	world.opened++;
	return (struct mnl_socket *)&fake_socket;
}

int __wrap_mnl_socket_bind(struct mnl_socket *socket, unsigned int groups, pid_t pid)
{
	(void)groups;
	(void)pid;
	assert_ptr_equal(socket, &fake_socket);
	return fails(world.bind_error);
}

int __wrap_mnl_socket_close(struct mnl_socket *socket)
{
	assert_ptr_equal(socket, &fake_socket);
	world.closed++;
	errno = EBADF; /* must not become the result */
	return 0;
}

unsigned int __wrap_mnl_socket_get_portid(const struct mnl_socket *socket)
{
	assert_ptr_equal(socket, &fake_socket);
	return 4711;
}

ssize_t __wrap_mnl_socket_sendto(const struct mnl_socket *socket, const void *request,
				 size_t size)
{
	const struct nlmsghdr *message = request;

	assert_ptr_equal(socket, &fake_socket);
	if (fails(world.send_error))
		return -1;
	assert_int_equal(message->nlmsg_len, size);
	assert_int_equal(message->nlmsg_flags, NLM_F_REQUEST | NLM_F_DUMP);
	assert_true(message->nlmsg_type == RTM_GETLINK ||
		    message->nlmsg_type == RTM_GETROUTE);
	/* No family and no table: all of them. */
	assert_int_equal(
		((const struct rtgenmsg *)mnl_nlmsg_get_payload(message))->rtgen_family,
		AF_UNSPEC);
	dump.type = message->nlmsg_type;
	dump.sequence = message->nlmsg_seq;
	dump.next = 0;
	dump.done = false;
	return (ssize_t)size;
}

static void put_link(struct nlmsghdr *message, const struct fake_link *link)
{
	struct ifinfomsg *info = mnl_nlmsg_put_extra_header(message, sizeof(*info));
	struct nlattr *nest;

	message->nlmsg_type = RTM_NEWLINK;
	info->ifi_index = (int)link->index;
	info->ifi_flags = link->flags;
	mnl_attr_put_u32(message, IFLA_MTU, 1420);
	mnl_attr_put_strz(message, IFLA_IFNAME, link->name);
	if (!link->kind[0])
		return;
	nest = mnl_attr_nest_start(message, IFLA_LINKINFO);
	mnl_attr_put(message, IFLA_INFO_KIND,
		     strlen(link->kind) + (world.bad_kind ? 0 : 1), link->kind);
	mnl_attr_put_u32(message, IFLA_INFO_DATA, 0);
	mnl_attr_nest_end(message, nest);
}

static void put_hops(struct nlmsghdr *message, const struct fake_route *route)
{
	struct rtnexthop hops[2];
	size_t count = 0;

	memset(hops, 0, sizeof(hops));
	while (count < 2 && route->hops[count]) {
		hops[count].rtnh_len = sizeof(hops[0]);
		hops[count].rtnh_ifindex = (int)route->hops[count];
		count++;
	}
	if (count > 0)
		mnl_attr_put(message, RTA_MULTIPATH, count * sizeof(hops[0]), hops);
}

static void put_route(struct nlmsghdr *message, const struct fake_route *route)
{
	struct rtmsg *header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	unsigned int table = route->table ? route->table : RT_TABLE_MAIN;

	message->nlmsg_type = RTM_NEWROUTE;
	header->rtm_family = route->family;
	header->rtm_dst_len = route->length;
	header->rtm_type = route->type ? route->type : RTN_UNICAST;
	header->rtm_table = table < 256 ? (unsigned char)table : RT_TABLE_COMPAT;
	mnl_attr_put_u32(message, RTA_TABLE, table);
	if (route->oif)
		mnl_attr_put_u32(message, RTA_OIF, route->oif);
	put_hops(message, route);
}

/* The next entry, or the message that ends the dump; each in a datagram of its own. */
ssize_t __wrap_mnl_socket_recvfrom(const struct mnl_socket *socket, void *buffer,
				   size_t space)
{
	struct nlmsghdr *message;
	size_t at = dump.next++;
	bool links = dump.type == RTM_GETLINK;

	assert_ptr_equal(socket, &fake_socket);
	assert_true(space >= 4096);
	assert_false(dump.done); /* nobody waits for more */
	if (fails(world.receive_error))
		return -1;
	memset(buffer, 0, space);
	message = mnl_nlmsg_put_header(buffer);
	message->nlmsg_seq = dump.sequence;
	message->nlmsg_pid = 4711;
	message->nlmsg_flags = NLM_F_MULTI;
	if (world.answer_error) {
		struct nlmsgerr *error =
			mnl_nlmsg_put_extra_header(message, sizeof(*error));

		message->nlmsg_type = NLMSG_ERROR;
		error->error = -world.answer_error;
		dump.done = true;
	} else if (links && at < COUNT(world.links) && world.links[at].index) {
		put_link(message, &world.links[at]);
	} else if (!links && at < COUNT(world.routes) && world.routes[at].family) {
		put_route(message, &world.routes[at]);
	} else {
		message->nlmsg_type = NLMSG_DONE;
		(void)mnl_nlmsg_put_extra_header(message,
						 sizeof(int)); /* its status, 0 */
		if (world.interrupted > 0) {
			message->nlmsg_flags |= NLM_F_DUMP_INTR;
			world.interrupted--;
		}
		dump.done = true;
	}
	if (world.cut && message->nlmsg_type == RTM_NEWROUTE)
		((struct nlattr *)((char *)message + sizeof(*message) +
				   sizeof(struct rtmsg)))
			->nla_len = 4096;
	return (ssize_t)message->nlmsg_len;
}

static int fresh(void **state)
{
	(void)state;
	memset(&world, 0, sizeof(world));
	return 0;
}

/* Puts a list of links or routes into the world. */
#define LINKS(...)                                                                       \
	do {                                                                             \
		static const struct fake_link list[] = {__VA_ARGS__};                    \
		memset(world.links, 0, sizeof(world.links));                             \
		memcpy(world.links, list, sizeof(list));                                 \
	} while (0)
#define ROUTES(...)                                                                      \
	do {                                                                             \
		static const struct fake_route list[] = {__VA_ARGS__};                   \
		memset(world.routes, 0, sizeof(world.routes));                           \
		memcpy(world.routes, list, sizeof(list));                                \
	} while (0)

static int check(enum policy_guard guard, const char *interfaces, struct diag *ret_diag)
{
	struct policy_rules rules = {
		.guard = guard,
		.interfaces = slice_from(interfaces),
	};
	int rc;

	*ret_diag = (struct diag){"", ""};
	rc = guard_check("vpn", &rules, ret_diag);
	assert_int_equal(world.opened, world.closed);
	return rc;
}

static void accepted(enum policy_guard guard, const char *interfaces)
{
	struct diag diag;
	int rc = check(guard, interfaces, &diag);

	if (rc != 0)
		fail_msg("refused (%d): %s", rc, diag.text);
}

static void refused(enum policy_guard guard, const char *text, const char *hint)
{
	struct diag diag;
	int rc = check(guard, "", &diag);

	assert_string_equal(diag.text, text);
	assert_string_equal(diag.hint, hint);
	assert_int_equal(rc, -EPERM);
}

static void a_tunnel_with_a_default_route_is_a_vpn(void **state)
{
	static const char *const kinds[] = {"wireguard", "amneziawg", "tun", "ppp",
					    "ovpn",	 "ovpn-dco",  "xfrm"};

	(void)state;
	LINKS(LO, WG(2));
	ROUTES({AF_INET, 0, .oif = 2});
	for (size_t i = 0; i < COUNT(kinds); i++) {
		world.links[1].kind = kinds[i];
		accepted(GUARD_STRICT, "");
		accepted(GUARD_ROUTE, "");
	}
}

static void other_kinds_are_no_tunnels(void **state)
{
	static const char *const kinds[] = {
		"veth", "macvlan",  "ipvlan",	  "bridge",    "dummy",
		"vlan", "wireguar", "wireguardx", "WireGuard", "tunnel",
		"tu",	"ipip",	    "gre",	  "bond",      "netkit"};

	(void)state;
	ROUTES({AF_INET, 0, .oif = 2});
	LINKS(LO, WG(2));
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct diag diag;

		world.links[1].kind = kinds[i];
		assert_int_equal(check(GUARD_STRICT, "", &diag), -EPERM);
		assert_int_equal(check(GUARD_ROUTE, "", &diag), -EPERM);
	}
	/* Its name makes none, either. */
	world.links[1] = (struct fake_link){2, IFF_UP, "wireguard", ""};
	refused(GUARD_ROUTE,
		"vpn: a default route (IPv4, /0) leaves by wireguard (a network card or the "
		"like), which is not a tunnel",
		"delete the route, or if wireguard is a tunnel list it: interfaces = wireguard, "
		"in " PATH_POLICY);
}

static void one_family_is_enough(void **state)
{
	(void)state;
	LINKS(LO, WG(2));
	ROUTES({AF_INET6, 0, .oif = 2});
	accepted(GUARD_STRICT, "");
	ROUTES({AF_INET, 0, .oif = 2}, {AF_INET6, 0, .oif = 2});
	accepted(GUARD_STRICT, "");
}

static void split_default_routes_count(void **state)
{
	(void)state;
	LINKS(LO, WG(2));
	ROUTES({AF_INET, 1, .oif = 2}, {AF_INET, 1, .oif = 2});
	accepted(GUARD_STRICT, "");
	ROUTES({AF_INET6, 3, .oif = 2});
	accepted(GUARD_STRICT, "");
	/* 16 of them would cover all addresses, but that is no default route. */
	ROUTES({AF_INET, 4, .oif = 2});
	refused(GUARD_STRICT, "vpn: no default route leaves by the tunnel wg0",
		"add one: ip -n vpn route add default dev wg0; if only some networks are behind "
		"the tunnel: guard = route in " PATH_POLICY);
}

static void only_lo_is_no_vpn(void **state)
{
	static const char text[] = "vpn: there is no tunnel, only lo";
	static const char hint[] =
		"move the tunnel's interface in: ip link set INTERFACE netns vpn";

	(void)state;
	LINKS(LO);
	refused(GUARD_STRICT, text, hint);
	LINKS({1, IFF_LOOPBACK, "lo", ""});
	refused(GUARD_STRICT, text, hint);
	/* What leaves by lo stays here: no way in and no way out. */
	LINKS(LO);
	ROUTES({AF_INET, 0, .oif = 1});
	refused(GUARD_STRICT, text, hint);
	accepted(GUARD_ROUTE, "");
}

static void a_tunnel_that_is_down_is_told(void **state)
{
	(void)state;
	LINKS(LO, {2, 0, "wg0", "wireguard"});
	refused(GUARD_STRICT, "vpn: the tunnel wg0 is down",
		"bring it up: ip -n vpn link set wg0 up, and its routes");
	accepted(GUARD_ROUTE, "");
}

static void an_interface_beside_the_tunnel_is_refused(void **state)
{
	(void)state;
	LINKS(LO, WG(2), VETH(3));
	ROUTES({AF_INET, 0, .oif = 2}, {AF_INET, 24, .oif = 3});
	refused(GUARD_STRICT, "vpn: interface veth0 (veth) is not a tunnel",
		"delete it; if it is a tunnel list it: interfaces = veth0; if no default route "
		"leaves by it: guard = route; in " PATH_POLICY);
	/* Down, too: it may be up the next moment. */
	world.links[2].flags = 0;
	refused(GUARD_STRICT, "vpn: interface veth0 (veth) is not a tunnel",
		"delete it; if it is a tunnel list it: interfaces = veth0; if no default route "
		"leaves by it: guard = route; in " PATH_POLICY);
	accepted(GUARD_ROUTE, "");
	accepted(GUARD_STRICT, "veth0");
	accepted(GUARD_STRICT, "eth9\tveth0 tap3");
}

static void interfaces_are_listed_by_whole_names(void **state)
{
	static const char *const lists[] = {"veth",  "veth00", "eth0",
					    "VETH0", "veth*",  "*"};

	(void)state;
	LINKS(LO, VETH(2));
	ROUTES({AF_INET, 0, .oif = 2});
	for (size_t i = 0; i < COUNT(lists); i++) {
		struct diag diag;

		assert_int_equal(check(GUARD_STRICT, lists[i], &diag), -EPERM);
		assert_int_equal(check(GUARD_ROUTE, lists[i], &diag), -EPERM);
	}
	accepted(GUARD_STRICT, "veth0");
	accepted(GUARD_ROUTE, "veth0");
}

static void a_name_does_not_make_a_loopback(void **state)
{
	(void)state;
	LINKS({1, IFF_UP, "lo", "dummy"}, WG(2));
	ROUTES({AF_INET, 0, .oif = 2});
	refused(GUARD_STRICT, "vpn: interface lo (dummy) is not a tunnel",
		"delete it; if it is a tunnel list it: interfaces = lo; if no default route "
		"leaves by it: guard = route; in " PATH_POLICY);
}

static void fallback_devices_count_when_they_are_up(void **state)
{
	static const struct {
		const char *name, *kind;
	} devices[] = {{"tunl0", "ipip"},     {"gre0", "gre"},	  {"gretap0", "gretap"},
		       {"erspan0", "erspan"}, {"sit0", "sit"},	  {"ip6tnl0", "ip6tnl"},
		       {"ip6gre0", "ip6gre"}, {"ip_vti0", "vti"}, {"ip6_vti0", "vti6"}};
	struct diag diag;

	(void)state;
	LINKS(LO, WG(2), {3, 0, "tunl0", "ipip"});
	ROUTES({AF_INET, 0, .oif = 2});
	for (size_t i = 0; i < COUNT(devices); i++) {
		world.links[2].name = devices[i].name;
		world.links[2].kind = devices[i].kind;
		world.links[2].flags = 0;
		accepted(GUARD_STRICT, "");
		world.links[2].flags = IFF_UP;
		assert_int_equal(check(GUARD_STRICT, "", &diag), -EPERM);
		/* Another device under that name is none of the kernel's. */
		world.links[2].kind = "veth";
		world.links[2].flags = 0;
		assert_int_equal(check(GUARD_STRICT, "", &diag), -EPERM);
	}
	world.links[2].kind = "ipip";
	world.links[2].flags = 0;
	world.links[2].name = "tunl1";
	refused(GUARD_STRICT, "vpn: interface tunl1 (ipip) is not a tunnel",
		"delete it; if it is a tunnel list it: interfaces = tunl1; if no default route "
		"leaves by it: guard = route; in " PATH_POLICY);
}

static void default_routes_beside_the_tunnel_are_refused(void **state)
{
	static const char hint[] =
		"delete the route, or if veth0 is a tunnel list it: interfaces "
		"= veth0, in " PATH_POLICY;

	(void)state;
	LINKS(LO, WG(2), VETH(3));
	ROUTES({AF_INET, 0, .oif = 2}, {AF_INET, 0, .oif = 3});
	refused(GUARD_ROUTE,
		"vpn: a default route (IPv4, /0) leaves by veth0 (veth), which is not a tunnel",
		hint);
	refused(GUARD_STRICT,
		"vpn: a default route (IPv4, /0) leaves by veth0 (veth), which is not a tunnel",
		hint);
	ROUTES({AF_INET, 0, .oif = 2}, {AF_INET6, 0, .oif = 3});
	refused(GUARD_ROUTE,
		"vpn: a default route (IPv6, /0) leaves by veth0 (veth), which is not a tunnel",
		hint);
	/* Halves and eighths. */
	ROUTES({AF_INET, 0, .oif = 2}, {AF_INET, 1, .oif = 3});
	refused(GUARD_ROUTE,
		"vpn: a default route (IPv4, /1) leaves by veth0 (veth), which is not a tunnel",
		hint);
	ROUTES({AF_INET6, 3, .oif = 3});
	refused(GUARD_ROUTE,
		"vpn: a default route (IPv6, /3) leaves by veth0 (veth), which is not a tunnel",
		hint);
	ROUTES({AF_INET, 4, .oif = 3});
	accepted(GUARD_ROUTE, "");
	/* In a table that only a rule leads to. */
	ROUTES({AF_INET, 0, .oif = 2}, {AF_INET, 0, .oif = 3, .table = 100});
	refused(GUARD_ROUTE,
		"vpn: a default route (IPv4, /0) leaves by veth0 (veth), which is not a tunnel",
		hint);
	ROUTES({AF_INET, 0, .oif = 2}, {AF_INET6, 0, .oif = 3, .table = 51820});
	refused(GUARD_ROUTE,
		"vpn: a default route (IPv6, /0) leaves by veth0 (veth), which is not a tunnel",
		hint);
}

static void each_next_hop_counts(void **state)
{
	static const char hint[] =
		"delete the route, or if veth0 is a tunnel list it: interfaces "
		"= veth0, in " PATH_POLICY;
	static const char text[] =
		"vpn: a default route (IPv4, /0) leaves by veth0 (veth), which is not a tunnel";

	(void)state;
	LINKS(LO, WG(2), VETH(3));
	ROUTES({AF_INET, 0, .hops = {2, 3}});
	refused(GUARD_ROUTE, text, hint);
	ROUTES({AF_INET, 0, .hops = {3, 2}});
	refused(GUARD_ROUTE, text, hint);
	ROUTES({AF_INET, 0, .hops = {3}});
	refused(GUARD_ROUTE, text, hint);
	ROUTES({AF_INET, 0, .hops = {2, 2}});
	accepted(GUARD_ROUTE, "");
	LINKS(LO, WG(2));
	accepted(GUARD_STRICT, "");
}

static void what_cannot_be_judged_is_refused(void **state)
{
	static const char text[] =
		"vpn: a default route (IPv4, /0) leaves by an interface that the kernel does not "
		"name";
	static const char hint[] =
		"if it uses a nexthop object, set in that namespace: sysctl "
		"net.ipv4.nexthop_compat_mode=1; else delete the route";

	(void)state;
	LINKS(LO, WG(2));
	ROUTES({AF_INET, 0, .oif = 2}, {AF_INET, 0, .oif = 9});
	refused(GUARD_ROUTE, text, hint);
	/* A nexthop object, which is not spelled out. */
	ROUTES({AF_INET, 0, .oif = 2}, {AF_INET, 0, .oif = 0});
	refused(GUARD_ROUTE, text, hint);
	refused(GUARD_STRICT, text, hint);
}

static void routes_that_carry_nothing_do_not_count(void **state)
{
	(void)state;
	LINKS(LO, WG(2), VETH(3));
	ROUTES({AF_INET, 0, .oif = 2}, {AF_INET6, 0, .type = RTN_UNREACHABLE, .oif = 1},
	       {AF_INET, 0, .type = RTN_BLACKHOLE}, {AF_INET, 0, .type = RTN_THROW},
	       {AF_INET, 3, .type = RTN_LOCAL, .oif = 3}, {128, 0, .oif = 3});
	accepted(GUARD_ROUTE, "");
	/* Nor do they make a VPN. */
	LINKS(LO, WG(2));
	ROUTES({AF_INET, 0, .type = RTN_BLACKHOLE, .oif = 2});
	refused(GUARD_STRICT, "vpn: no default route leaves by the tunnel wg0",
		"add one: ip -n vpn route add default dev wg0; if only some networks are behind "
		"the tunnel: guard = route in " PATH_POLICY);
}

/* Packets to such addresses need no more than a socket option, or not even that. */
static void broadcast_and_multicast_routes_lead_out(void **state)
{
	static const unsigned char types[] = {RTN_BROADCAST, RTN_MULTICAST, RTN_ANYCAST};

	(void)state;
	LINKS(LO, WG(2), VETH(3));
	for (size_t i = 0; i < COUNT(types); i++) {
		ROUTES({AF_INET, 0, .oif = 2}, {AF_INET, 1, .oif = 3});
		world.routes[1].type = types[i];
		refused(GUARD_ROUTE,
			"vpn: a default route (IPv4, /1) leaves by veth0 (veth), which is not a "
			"tunnel",
			"delete the route, or if veth0 is a tunnel list it: interfaces = veth0, "
			"in " PATH_POLICY);
	}
}

static void off_asks_nothing(void **state)
{
	(void)state;
	world.open_error = EACCES;
	accepted(GUARD_OFF, "");
	assert_int_equal(world.opened, 0);
}

static void an_interrupted_dump_is_begun_anew(void **state)
{
	(void)state;
	LINKS(LO, WG(2));
	ROUTES({AF_INET, 0, .oif = 2});
	world.interrupted = 1;
	accepted(GUARD_STRICT, "");
	world.interrupted = 5;
	accepted(GUARD_STRICT, "");
	/* What was found in a dump that was interrupted is forgotten. */
	world.interrupted = 1;
	ROUTES({AF_INET, 0, .oif = 2}, {AF_INET, 0, .oif = 9});
	LINKS(LO, WG(2), VETH(9));
	refused(GUARD_ROUTE,
		"vpn: a default route (IPv4, /0) leaves by veth0 (veth), which is not a tunnel",
		"delete the route, or if veth0 is a tunnel list it: interfaces = veth0, "
		"in " PATH_POLICY);
}

static void fails_with(int error)
{
	struct diag diag;
	char text[128];

	(void)snprintf(text, sizeof(text),
		       "vpn: cannot list its interfaces and routes: %s",
		       strerror(error)); /* fits */
	assert_int_equal(check(GUARD_STRICT, "", &diag), -error);
	assert_string_equal(diag.text, text);
	assert_int_equal(check(GUARD_ROUTE, "", &diag), -error);
	assert_string_equal(diag.text, text);
}

static void what_cannot_be_asked_is_refused(void **state)
{
	int *const errors[] = {&world.open_error, &world.bind_error, &world.send_error,
			       &world.receive_error, &world.answer_error};

	(void)state;
	LINKS(LO, WG(2));
	ROUTES({AF_INET, 0, .oif = 2});
	for (size_t i = 0; i < COUNT(errors); i++) {
		*errors[i] = ENOBUFS;
		fails_with(ENOBUFS);
		*errors[i] = EPERM;
		fails_with(EPERM);
		*errors[i] = 0;
	}
	world.interrupted = 1000;
	fails_with(EINTR);
	world.interrupted = 0;
	accepted(GUARD_STRICT, "");
}

static void malformed_answers_make_no_tunnel(void **state)
{
	struct diag diag;

	(void)state;
	LINKS(LO, WG(2));
	ROUTES({AF_INET, 0, .oif = 2});
	world.bad_kind = true;
	assert_true(check(GUARD_STRICT, "", &diag) < 0);
	assert_true(check(GUARD_ROUTE, "", &diag) < 0);
	world.bad_kind = false;
	world.cut = true;
	assert_true(check(GUARD_STRICT, "", &diag) < 0);
	assert_true(check(GUARD_ROUTE, "", &diag) < 0);
	world.cut = false;
	/* A kind too long for us is none that we know. */
	world.links[1].kind = "wireguard-with-a-name-longer-than-any-kind";
	assert_true(check(GUARD_STRICT, "", &diag) < 0);
}

#define TEST(function) cmocka_unit_test_setup(function, fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_tunnel_with_a_default_route_is_a_vpn),
		TEST(other_kinds_are_no_tunnels),
		TEST(one_family_is_enough),
		TEST(split_default_routes_count),
		TEST(only_lo_is_no_vpn),
		TEST(a_tunnel_that_is_down_is_told),
		TEST(an_interface_beside_the_tunnel_is_refused),
		TEST(interfaces_are_listed_by_whole_names),
		TEST(a_name_does_not_make_a_loopback),
		TEST(fallback_devices_count_when_they_are_up),
		TEST(default_routes_beside_the_tunnel_are_refused),
		TEST(each_next_hop_counts),
		TEST(what_cannot_be_judged_is_refused),
		TEST(routes_that_carry_nothing_do_not_count),
		TEST(broadcast_and_multicast_routes_lead_out),
		TEST(off_asks_nothing),
		TEST(an_interrupted_dump_is_begun_anew),
		TEST(what_cannot_be_asked_is_refused),
		TEST(malformed_answers_make_no_tunnel),
	};

	return cmocka_run_group_tests_name("guard", tests, NULL, NULL);
}
