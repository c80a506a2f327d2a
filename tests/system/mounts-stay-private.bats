#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# vpnrun's mounts never reach the host; the host's later mounts reach the target.

# shellcheck source=tests/lib.bash
. "$BATS_TEST_DIRNAME/../lib.bash"

host_mounts()
{
	cut -d' ' -f4- /proc/1/mountinfo
}

# cgroup and sysfs lines have no numbers that change; device numbers and ids are cut off.
@test "the host's mount table is the same before, while and after" {
	local before
	before=$(host_mounts)
	start_waiting alice vpnrun vrt-tun
	is "$(host_mounts)" "$before" "the mount table while the target runs"
	finish true
	is "$(host_mounts)" "$before" "the mount table after"
}

@test "the same for root, for a refusal, for a command that is not found" {
	local before
	before=$(host_mounts)
	vpnrun vrt-tun true
	bob vpnrun vrt-tun true 2>/dev/null || true
	alice vpnrun vrt-tun /nowhere 2>/dev/null || true
	alice vpnrun --dry-run vrt-tun true >/dev/null
	is "$(host_mounts)" "$before" "the mount table"
}

@test "the same when vpnrun or the target is killed" {
	local before
	before=$(host_mounts)
	start_waiting alice vpnrun vrt-tun
	kill -KILL "$waiter"
	wait "$waiter" || true
	is "$(host_mounts)" "$before" "the mount table"
}

@test "a later mount on the host appears inside, and goes again" {
	mkdir "$SHARED/usb"
	start_waiting alice vpnrun vrt-tun
	mount -t tmpfs vrt "$SHARED/usb"
	printf 'stick\n' >"$SHARED/usb/file"
	finish "cat $SHARED/usb/file"
	umount "$SHARED/usb"
	is "$status:$output" 0:stick "the file on it"
}

@test "an unmount on the host is not held up by the target" {
	mkdir "$SHARED/usb"
	mount -t tmpfs vrt "$SHARED/usb"
	start_waiting alice vpnrun vrt-tun
	umount "$SHARED/usb"
	finish "test ! -e $SHARED/usb/file && grep -c ' $SHARED/usb ' /proc/self/mountinfo"
	is "$output" 0 "mounts left inside"
}

@test "a mount that root makes inside does not reach the host" {
	mkdir "$SHARED/dir"
	attempt vpnrun vrt-tun sh -c "mount -t tmpfs vrt $SHARED/dir && : >$SHARED/dir/inside && ls $SHARED/dir"
	is "$output" inside "inside"
	is "$(ls "$SHARED/dir")" '' "on the host"
}

@test "every mount inside is a slave or private, none is shared with the host" {
	attempt alice vpnrun vrt-tun cat /proc/self/mountinfo
	is "$status" 0 "status"
	! grep ' shared:' <<<"$output" | grep -v master || fail "a shared mount"
}

@test "nothing is left in /run, /tmp, /dev/shm" {
	local before
	list() { find /run /tmp /dev/shm -xdev ! -path "$SHARED/*" ! -path '/tmp/bats*' | sort; }
	before=$(list)
	alice vpnrun vrt-tun true
	vpnrun vrt-tun true
	is "$(list)" "$before" "files"
}

@test "500 mounts on the host" {
	mkdir "$SHARED/many"
	mount -t tmpfs vrt "$SHARED/many"
	defer umount -R -l "$SHARED/many"
	local i
	for ((i = 0; i < 500; i++)); do
		mkdir "$SHARED/many/$i"
		mount --bind "$SHARED/many/$i" "$SHARED/many/$i"
	done
	enters alice vpnrun vrt-tun "${target[@]}"
}
