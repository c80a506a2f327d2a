#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# In another named namespace it refuses; in the one that is asked for it simply execs.

# shellcheck source=tests/lib.bash
. "$BATS_TEST_DIRNAME/../lib.bash"

setup()
{
	reset_machine
	new_netns vrt-other tun
	printf '[*]\nallow = vrt-alice\n[vrt-tun]\n[vrt-other]\n' | policy
}

@test "the same one: it execs, nothing is mounted or joined" {
	enters alice vpnrun vrt-tun vpnrun vrt-tun "${target[@]}"
	attempt alice vpnrun vrt-tun sh -c 'readlink /proc/self/ns/mnt; vpnrun vrt-tun readlink /proc/self/ns/mnt'
	is "${lines[0]}" "${lines[1]}" "mount namespaces"
	attempt alice vpnrun vrt-tun vpnrun vrt-tun readlink /proc/self/ns/net
	is "$output" "net:[$(netns_inode vrt-tun)]" "namespace"
}

@test "the same one: everything is as before, arguments, environment, exit status" {
	# shellcheck disable=SC2016 # for the inner shell
	attempt alice vpnrun vrt-tun vpnrun vrt-tun sh -c 'echo "$VPNRUN_NAMESPACE"; cat /etc/resolv.conf; exit 9'
	is "$status:$output" $'9:vrt-tun\nnameserver 10.99.0.1' "status and output"
	attempt alice vpnrun vrt-tun vpnrun -n vrt-tun -C /usr pwd
	is "$output" /usr "-C"
}

@test "another one: refused, start it from outside" {
	refuses_and_helps 'vrt-tun|inside|outside' alice vpnrun vrt-tun vpnrun vrt-other "${target[@]}"
	matches "$stderr" 'outside' "message"
	refuses '' vpnrun vrt-tun vpnrun vrt-other "${target[@]}"
}

@test "another one, though the variable lies about where one is" {
	refuses 'outside' alice vpnrun vrt-tun env VPNRUN_NAMESPACE=vrt-other vpnrun vrt-other "${target[@]}"
	refuses 'outside' alice vpnrun vrt-tun env -u VPNRUN_NAMESPACE vpnrun vrt-other "${target[@]}"
}

@test "the variable cannot make it exec outside" {
	attempt alice env VPNRUN_NAMESPACE=vrt-tun vpnrun vrt-tun readlink /proc/self/ns/net
	is "$output" "net:[$(netns_inode vrt-tun)]" "namespace"
}

@test "joined by other means, without our view: not taken for the same and left leaking" {
	# ip netns exec has its own resolv.conf bind, but no generated nsswitch.conf.
	printf 'hosts: files resolve dns\n' >/etc/nsswitch.conf.vrt
	defer rm /etc/nsswitch.conf.vrt
	attempt nsenter --net=/run/netns/vrt-tun setpriv --reuid=vrt-alice --regid=vrt-alice \
		--init-groups -- /usr/local/bin/vpnrun vrt-tun sh -c 'cat /etc/resolv.conf'
	if ((status == 0)); then
		is "$output" 'nameserver 10.99.0.1' "the namespace's resolv.conf"
	else
		is "$status" 125 "status"
	fi
}

@test "joined by ip netns exec, which has a /sys of its own: the view is made, nothing else" {
	attempt ip netns exec vrt-tun setpriv --reuid vrt-alice --regid vrt-alice --init-groups \
		vpnrun vrt-tun sh -c 'readlink /proc/self/ns/net; grep ^hosts: /etc/nsswitch.conf; ls /sys/class/net'
	is "$status" 0 "status"
	matches "$output" "^net:\\[$(netns_inode vrt-tun)\\]" "namespace"
	matches_not "$output" 'resolve|mdns' "nsswitch.conf"
	matches "$output" 'tun0' "/sys"
}

@test "from a namespace without a name" {
	attempt unshare --net setpriv --reuid=vrt-alice --regid=vrt-alice --init-groups -- \
		/usr/local/bin/vpnrun vrt-tun readlink /proc/self/ns/net
	if ((status == 0)); then
		is "$output" "net:[$(netns_inode vrt-tun)]" "namespace"
	else
		is "$status" 125 "status"
	fi
}

@test "the policy holds inside as well" {
	printf '[vrt-tun]\nallow = vrt-bob\n' | policy
	attempt vpnrun vrt-tun setpriv --reuid=vrt-alice --regid=vrt-alice --init-groups -- \
		vpnrun vrt-tun "${target[@]}"
	is "$status" 125 "status"
	[[ ! -e $STARTED ]] || fail "ran"
}
