#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# A namespace that is no VPN, or has a way past it, is refused by name of what was found.

# shellcheck source=tests/lib.bash
. "$BATS_TEST_DIRNAME/../lib.bash"

setup()
{
	reset_machine
	new_netns vrt-x lo
	guard strict
}

# guard VALUE [LINE]: the policy for vrt-x.
guard()
{
	printf '[vrt-x]\nallow = vrt-alice\nguard = %s\n%s\n' "$1" "${2-}" | policy
}

inside()
{
	ip -n vrt-x "$@"
}

# A tunnel with addresses of both families and no route.
tunnel()
{
	add_tun vrt-x tun0
	inside address add 10.99.0.2/32 dev tun0
	inside address add fd99::2/128 dev tun0 nodad
}

accepted()
{
	enters alice vpnrun vrt-x "${target[@]}"
	enters vpnrun vrt-x "${target[@]}"
}

refused()
{
	refuses_and_helps "vrt-x.*$1|$1.*vrt-x" alice vpnrun vrt-x "${target[@]}"
	refuses "$1" vpnrun vrt-x "${target[@]}"
}

# each GUARD... -- REGEX: refused under each of these guards, accepted under `off`.
each()
{
	local guards=()
	while [[ $1 != -- ]]; do
		guards+=("$1")
		shift
	done
	local value
	for value in "${guards[@]}"; do
		guard "$value"
		refused "$2"
	done
	guard off
	accepted
}

@test "strict is what holds when the policy says nothing" {
	printf '[vrt-x]\nallow = vrt-alice\n' | policy
	refused ''
}

@test "only lo" {
	guard strict
	refused 'no tunnel|tunnel|default route'
	guard off
	accepted
}

@test "only lo, down" {
	inside link set lo down
	refused ''
}

@test "a tunnel with default routes of both families" {
	tunnel
	inside route add default dev tun0
	inside -6 route add default dev tun0
	accepted
	guard route
	accepted
}

@test "a tunnel of IPv4 alone" {
	tunnel
	inside route add default dev tun0
	accepted
	guard route
	accepted
}

@test "a tunnel of IPv6 alone" {
	tunnel
	inside -6 route add default dev tun0
	accepted
	guard route
	accepted
}

@test "a tunnel with split default routes" {
	tunnel
	inside route add 0.0.0.0/1 dev tun0
	inside route add 128.0.0.0/1 dev tun0
	accepted
	guard route
	accepted
}

@test "a tap device is a tunnel" {
	inside tuntap add mode tap tap0
	inside link set tap0 up
	inside address add 10.99.0.2/24 dev tap0
	inside route add default via 10.99.0.1
	accepted
}

@test "a tunnel without a route" {
	tunnel
	refused 'default route'
}

@test "a tunnel with a route to a part only" {
	tunnel
	inside route add 10.0.0.0/8 dev tun0
	refused 'default route'
}

@test "the tunnel is down" {
	tunnel
	inside route add default dev tun0
	inside -6 route add default dev tun0
	inside link set tun0 down
	refused 'tun0|down|default route'
}

@test "only a veth with the default route" {
	add_veth vrt-x veth0
	inside route add default via 10.98.0.1
	each strict route -- 'veth0'
}

@test "a veth beside the tunnel, without a default route" {
	tunnel
	inside route add default dev tun0
	add_veth vrt-x veth0
	guard strict
	refused 'veth0'
	guard route
	accepted
	guard strict 'interfaces = veth0'
	accepted
	guard strict 'interfaces = eth7 veth0'
	accepted
	guard strict 'interfaces = veth'
	refused 'veth0'
	guard strict 'interfaces = veth00'
	refused 'veth0'
}

@test "a veth that is down, beside the tunnel" {
	tunnel
	inside route add default dev tun0
	add_veth vrt-x veth0
	inside link set veth0 down
	guard strict
	refused 'veth0'
	guard route
	accepted
}

@test "a listed interface may hold the default route" {
	add_veth vrt-x veth0
	inside route add default via 10.98.0.1
	guard strict 'interfaces = veth0'
	accepted
	guard route 'interfaces = veth0'
	accepted
}

@test "the veth has the default route of the other family" {
	tunnel
	inside route add default dev tun0
	add_veth vrt-x veth0
	inside address add fd98::2/64 dev veth0 nodad
	inside -6 route add default via fd98::1 dev veth0
	each strict route -- 'veth0'
}

@test "the veth has a default route as backup, with a worse metric" {
	tunnel
	inside route add default dev tun0 metric 10
	add_veth vrt-x veth0
	inside route add default via 10.98.0.1 metric 1000
	each strict route -- 'veth0'
}

@test "0.0.0.0/1 and 128.0.0.0/1 by the veth, past the tunnel's default route" {
	tunnel
	inside route add default dev tun0
	add_veth vrt-x veth0
	inside route add 0.0.0.0/1 via 10.98.0.1
	inside route add 128.0.0.0/1 via 10.98.0.1
	each strict route -- 'veth0'
}

@test "one half of the addresses is enough, of either family; and so is an eighth" {
	tunnel
	inside route add default dev tun0
	inside -6 route add default dev tun0
	add_veth vrt-x veth0
	inside address add fd98::2/64 dev veth0 nodad
	local prefix
	for prefix in 0.0.0.0/1 128.0.0.0/1 64.0.0.0/2 32.0.0.0/3 224.0.0.0/3; do
		inside route add "$prefix" via 10.98.0.1
		guard route
		refused 'veth0'
		inside route delete "$prefix"
	done
	for prefix in ::/1 8000::/1 4000::/2 2000::/3; do
		inside -6 route add "$prefix" via fd98::1 dev veth0
		guard route
		refused 'veth0'
		inside -6 route delete "$prefix"
	done
	guard route
	accepted
}

@test "a prefix of four bits is no default route" {
	tunnel
	inside route add default dev tun0
	add_veth vrt-x veth0
	inside route add 16.0.0.0/4 via 10.98.0.1
	guard route
	accepted
}

@test "a default route in another table, with a rule that leads to it, and without" {
	tunnel
	inside route add default dev tun0
	add_veth vrt-x veth0
	inside route add default via 10.98.0.1 table 100
	each strict route -- 'veth0'
	inside rule add to 192.0.2.0/24 lookup 100
	each strict route -- 'veth0'
}

@test "the tunnel's default route in another table alone, as wg-quick makes it" {
	tunnel
	inside route add default dev tun0 table 51820
	inside rule add not fwmark 51820 lookup 51820
	accepted
	guard route
	accepted
}

@test "an IPv6 default route in another table" {
	tunnel
	inside -6 route add default dev tun0
	add_veth vrt-x veth0
	inside address add fd98::2/64 dev veth0 nodad
	inside -6 route add default via fd98::1 dev veth0 table 4000
	each strict route -- 'veth0'
}

@test "multipath: one of the hops goes by the veth" {
	tunnel
	add_veth vrt-x veth0
	inside route add default nexthop dev tun0 weight 100 nexthop via 10.98.0.1 dev veth0 weight 1
	each strict route -- 'veth0'
}

@test "multipath, IPv6" {
	tunnel
	inside route add default dev tun0
	add_veth vrt-x veth0
	inside address add fd98::2/64 dev veth0 nodad
	inside address add fd97::2/64 dev tun0 nodad
	inside -6 route add default nexthop via fd97::1 dev tun0 nexthop via fd98::1 dev veth0
	each strict route -- 'veth0'
}

@test "multipath by two tunnels" {
	tunnel
	add_tun vrt-x tun1
	inside address add 10.99.1.2/32 dev tun1
	inside route add default nexthop dev tun0 nexthop dev tun1
	accepted
}

@test "nexthop objects: one by the veth, a group with one by the veth, one by the tunnel" {
	tunnel
	add_veth vrt-x veth0
	# The kernel wants carrier for these: somebody has to hold the device.
	spawn ip netns exec vrt-x "$PROBE" tun tun0 >"$SHARED/tun"
	until_true has_line ready "$SHARED/tun"
	inside nexthop list || skip "this kernel has no nexthop objects"
	inside nexthop add id 1 dev tun0
	inside nexthop add id 2 via 10.98.0.1 dev veth0
	inside nexthop add id 3 group 1/2
	inside route add default nhid 2
	each strict route -- 'veth0'
	inside route replace default nhid 3
	each strict route -- 'veth0'
	inside route replace default nhid 1
	guard route
	accepted
}

@test "a nexthop object for IPv6" {
	tunnel
	inside route add default dev tun0
	add_veth vrt-x veth0
	inside address add fd98::2/64 dev veth0 nodad
	inside nexthop list || skip "this kernel has no nexthop objects"
	inside nexthop add id 5 via fd98::1 dev veth0
	inside -6 route add default nhid 5
	each strict route -- 'veth0'
}

@test "an IPv4 route with an IPv6 gateway" {
	tunnel
	inside -6 route add default dev tun0
	add_veth vrt-x veth0
	inside address add fd98::2/64 dev veth0 nodad
	inside -4 route add default via inet6 fd98::1 dev veth0
	each strict route -- 'veth0'
}

@test "a blackhole, unreachable or prohibit default beside the tunnel's is no way out" {
	tunnel
	inside route add default dev tun0
	local kind
	for kind in blackhole unreachable prohibit; do
		inside route add "$kind" default metric 9999
		inside -6 route add "$kind" default metric 9999
		guard strict
		accepted
		guard route
		accepted
		inside route delete "$kind" default metric 9999
		inside -6 route delete "$kind" default metric 9999
	done
}

@test "a blackhole default alone is no tunnel" {
	tunnel
	inside route add blackhole default
	refused 'default route'
}

@test "a bridge, a macvlan, an ifb: no tunnels" {
	tunnel
	inside route add default dev tun0
	inside link add br0 type bridge
	refused 'br0'
	inside link delete br0
	inside link add ifb9 type ifb || skip "no ifb"
	refused 'ifb9'
	inside link delete ifb9
	ip link add vrt-base type veth peer name vrt-peer
	defer ip link delete vrt-base
	ip link add link vrt-base name mv0 netns vrt-x type macvlan || skip "no macvlan"
	refused 'mv0'
}

@test "a veth that is named like a tunnel" {
	add_veth vrt-x wg0
	inside route add default via 10.98.0.1
	each strict route -- 'wg0'
}

@test "a tunnel that is named like anything" {
	add_tun vrt-x eth0
	inside address add 10.99.0.2/32 dev eth0
	inside route add default dev eth0
	accepted
}

@test "the kernel's own fallback devices, down, are nothing to worry about" {
	tunnel
	inside route add default dev tun0
	ip netns exec vrt-x sh -c 'modprobe -q sit; modprobe -q ip_gre; true' 2>/dev/null
	inside -o link | grep -qE ' (sit0|gre0|tunl0|ip6tnl0)[@:]' ||
		skip "this kernel makes no fallback devices"
	accepted
	inside link set sit0 up
	refused 'sit0'
}

@test "WireGuard is a tunnel" {
	inside link add wg0 type wireguard 2>/dev/null || skip "this kernel has no WireGuard"
	inside address add 10.99.0.2/32 dev wg0
	inside link set wg0 up
	inside route add default dev wg0
	accepted
}

@test "3000 routes and the one by the veth among them" {
	tunnel
	inside route add default dev tun0
	add_veth vrt-x veth0
	local i
	for ((i = 0; i < 3000; i++)); do
		printf 'route add 172.%d.%d.0/24 dev tun0\n' "$((16 + i / 256))" "$((i % 256))"
	done | inside -batch -
	guard route
	accepted
	inside route add 128.0.0.0/1 via 10.98.0.1
	refused 'veth0'
}

@test "60 interfaces, of which one is a veth" {
	tunnel
	inside route add default dev tun0
	local i
	for ((i = 1; i < 60; i++)); do
		printf 'tuntap add mode tun t%d\n' "$i"
	done | inside -batch -
	accepted
	add_veth vrt-x veth0
	refused 'veth0'
}

@test "an interface of the host's does not count: it is the namespace that is asked" {
	tunnel
	inside route add default dev tun0
	ip link add vrt-h0 type veth peer name vrt-h1
	defer ip link delete vrt-h0
	accepted
}

@test "a device name with odd bytes is shown without them" {
	add_veth vrt-x $'v\e[31m'
	refused ''
}

@test "a remedy is named: guard in the policy file" {
	refused ''
	matches "$stderr" 'guard|interfaces|ip |route|up' "remedy"
}
