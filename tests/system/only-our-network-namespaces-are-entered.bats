#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Only a network namespace of ours, in a directory of root's, is entered.

# shellcheck source=tests/lib.bash
. "$BATS_TEST_DIRNAME/../lib.bash"

setup()
{
	reset_machine
	printf '[vrt-x]\nallow = *\n[vrt-tun]\nallow = *\n' | policy
	mkdir -p /etc/netns/vrt-x
	printf 'nameserver 10.99.0.1\n' >/etc/netns/vrt-x/resolv.conf
	: >/run/netns/.keep
	rm /run/netns/.keep
}

teardown()
{
	clean_up
	while mountpoint -q /run/netns/vrt-x; do
		umount /run/netns/vrt-x
	done
	mkdir -p /run/netns
	rm -rf /run/netns/vrt-x
	chown root:root /run/netns
	chmod 755 /run/netns
}

# refused REGEX: by name vrt-x, for a user and for root, in good time.
refused()
{
	refuses_and_helps "vrt-x.*$1" alice timeout 5 vpnrun vrt-x "${target[@]}"
	refuses "vrt-x.*$1" timeout 5 vpnrun vrt-x "${target[@]}"
	refuses "vrt-x.*$1" alice timeout 5 vpnrun -n vrt-x "${target[@]}"
}

@test "a plain file, as one sees it whose mount namespace does not get root's mounts" {
	: >/run/netns/vrt-x
	refused 'plain file'
}

@test "a directory" {
	mkdir /run/netns/vrt-x
	refused ''
}

@test "a symlink to a namespace, to another name, to nowhere" {
	ln -s vrt-tun /run/netns/vrt-x
	refused 'link'
	ln -sfn /proc/self/ns/net /run/netns/vrt-x
	refused 'link'
	ln -sfn /nowhere /run/netns/vrt-x
	refused 'link'
}

@test "a FIFO: no waiting" {
	mkfifo /run/netns/vrt-x
	refused ''
}

@test "a socket and a device" {
	mknod /run/netns/vrt-x c 1 3
	refused ''
	rm /run/netns/vrt-x
	spawn "$PROBE" logger /run/netns/vrt-x /dev/null
	until_true test -S /run/netns/vrt-x
	refused ''
}

@test "namespaces of other kinds" {
	local kind
	for kind in uts ipc pid user cgroup; do
		: >/run/netns/vrt-x
		mount --bind "/proc/self/ns/$kind" /run/netns/vrt-x
		refused 'another kind|network namespace'
		umount /run/netns/vrt-x
	done
}

@test "a mount namespace" {
	# It can be bound only where nothing propagates.
	mount -t tmpfs -o mode=755 vrt /run/netns
	defer umount -R /run/netns
	mount --make-private /run/netns
	: >/run/netns/vrt-x
	# And in a younger one only; how the kernel counts that depends on the processor.
	local cpu
	for ((cpu = 0; cpu < $(nproc); cpu++)); do
		spawn taskset -c "$cpu" unshare --mount sleep 30
		until_true differs mnt "$spawned"
		! mount --bind "/proc/$spawned/ns/mnt" /run/netns/vrt-x 2>/dev/null || break
	done
	mountpoint -q /run/netns/vrt-x || fail "the test is wrong: no mount namespace was bound"
	refused 'another kind|network namespace'
}

@test "another file of nsfs or proc" {
	: >/run/netns/vrt-x
	mount --bind /proc/self/status /run/netns/vrt-x
	refused ''
}

@test "the host's own" {
	: >/run/netns/vrt-x
	mount --bind /proc/1/ns/net /run/netns/vrt-x
	refused ''
	matches "$stderr" 'own|host|already|same' "message"
}

@test "one that is owned by another user namespace" {
	: >/run/netns/vrt-x
	spawn alice unshare --user --map-root-user --net sleep 30
	until_true differs user "$spawned"
	until_true differs net "$spawned"
	mount --bind "/proc/$spawned/ns/net" /run/netns/vrt-x
	refused 'user namespace|owned'
}

# differs KIND PID: is that process in a namespace of its own?
differs()
{
	[[ $(readlink "/proc/$2/ns/$1") != "$(readlink "/proc/self/ns/$1")" ]]
}

@test "/run/netns writable by others, or owned by a user" {
	local mode
	for mode in 777 1777 775 757; do
		chmod "$mode" /run/netns
		refuses_and_helps '/run/netns' alice vpnrun vrt-tun "${target[@]}"
		refuses '/run/netns' vpnrun vrt-tun "${target[@]}"
	done
	chmod 755 /run/netns
	chown vrt-alice /run/netns
	refuses_and_helps '/run/netns' alice vpnrun vrt-tun "${target[@]}"
	chown root /run/netns
	enters alice vpnrun vrt-tun "${target[@]}"
}

@test "/run/netns that may not be searched: refused, and the message says what to do" {
	# umask 077 at the first `ip netns add` makes it so.
	chmod 700 /run/netns
	refuses_and_helps '/run/netns|permission' alice vpnrun vrt-tun "${target[@]}"
	enters vpnrun vrt-tun "${target[@]}"
}

@test "/run/netns is a link" {
	ip netns delete vrt-tun
	umount /run/netns
	rmdir /run/netns
	install -d -o vrt-alice "$SHARED/netns"
	: >"$SHARED/netns/vrt-tun"
	unshare --net="$SHARED/netns/vrt-tun" true
	defer umount "$SHARED/netns/vrt-tun"
	ln -s "$SHARED/netns" /run/netns
	defer rm /run/netns
	refuses '/run/netns' alice vpnrun vrt-tun "${target[@]}"
}

@test "/run itself writable by others" {
	chmod 777 /run
	defer chmod 755 /run
	attempt alice vpnrun vrt-tun "${target[@]}"
	# The kernel lets nobody rename a mount point, which /run/netns is; without such a
	# reason this must be refused.
	((status == 0 || status == 125)) || fail "status"
}

@test "the mount on it counts, not the file under it" {
	: >/run/netns/vrt-x
	mount --bind /run/netns/vrt-tun /run/netns/vrt-x
	attempt alice vpnrun vrt-x readlink /proc/self/ns/net
	is "$status:$output" "0:net:[$(netns_inode vrt-tun)]" "namespace"
}

@test "removed and made anew under the same name: the new one" {
	ip netns delete vrt-tun
	new_netns vrt-tun tun
	attempt alice vpnrun vrt-tun readlink /proc/self/ns/net
	is "$status:$output" "0:net:[$(netns_inode vrt-tun)]" "namespace"
}
