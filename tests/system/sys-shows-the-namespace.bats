#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# /sys shows the namespace's devices; what is mounted in it stays.

# shellcheck source=tests/lib.bash
. "$BATS_TEST_DIRNAME/../lib.bash"

@test "/sys/class/net lists the namespace's devices, and only these" {
	attempt alice vpnrun vrt-tun ls /sys/class/net
	is "$status:$output" $'0:lo\ntun0' "devices"
	[[ ! -e /sys/class/net/tun0 ]] || fail "the device is on the host"
}

@test "a device of the host's is not seen" {
	ip link add vrt-host0 type veth peer name vrt-host1
	defer ip link delete vrt-host0
	[[ -e /sys/class/net/vrt-host0 ]] || fail "the test is wrong: not even the host sees it"
	attempt alice vpnrun vrt-tun ls /sys/class/net
	is "$output" $'lo\ntun0' "devices"
}

@test "mounts inside /sys are kept, with those in them" {
	attempt alice vpnrun vrt-tun cat /sys/fs/cgroup/vrt-kept /sys/fs/cgroup/inner/vrt-kept
	is "$status:$output" $'0:outer\ninner' "files"
}

@test "a read-only mount inside /sys stays read-only" {
	mount -o remount,bind,ro /sys/fs/cgroup
	defer mount -o remount,bind,rw /sys/fs/cgroup
	attempt vpnrun vrt-tun touch /sys/fs/cgroup/x
	matches "$stderr" 'read-only' "the error"
}

@test "a read-only /sys stays read-only, and nosuid, nodev, noexec stay" {
	mount -o remount,bind,ro,nosuid,nodev,noexec /sys
	defer mount -o remount,bind,rw,suid,dev,exec /sys
	attempt alice vpnrun vrt-tun findmnt -n -o OPTIONS -M /sys
	is "$status" 0 "status"
	local option
	for option in ro nosuid nodev noexec; do
		# The last line is the one on top.
		matches "${lines[-1]}" "(^|,)$option(,|\$)" "options of /sys"
	done
	attempt vpnrun vrt-tun sh -c 'echo 1500 >/sys/class/net/lo/mtu'
	matches "$stderr" 'read-only' "the error"
}

@test "without /sys mounted it works as before" {
	attempt unshare -m --propagation slave sh -c '
		while mountpoint -q /sys; do umount -R -l /sys; done
		exec setpriv --reuid=vrt-alice --regid=vrt-alice --init-groups -- \
		/usr/local/bin/vpnrun vrt-tun sh -c "ls -A /sys/class/net 2>/dev/null"'
	((status != 125)) || return 0
	[[ -z $output || $output == $'lo\ntun0' ]] || fail "other devices"
}
