#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# In the target's /etc nothing is writable, readable or owned that was not so outside.

# shellcheck source=tests/lib.bash
. "$BATS_TEST_DIRNAME/../lib.bash"

@test "it belongs to root, and so does each file that vpnrun put there" {
	printf '10.99.0.7 vrt-name\n' >/etc/netns/vrt-tun/hosts
	attempt alice vpnrun vrt-tun stat -c '%n %u:%g %a' /etc /etc/resolv.conf /etc/nsswitch.conf /etc/hosts
	is "$output" $'/etc 0:0 755\n/etc/resolv.conf 0:0 644\n/etc/nsswitch.conf 0:0 644\n/etc/hosts 0:0 644' "owners and modes"
}

@test "the user can neither write, make, rename, remove, chmod nor link anything in it" {
	local command
	for command in ': >/etc/vrt-new' ': >>/etc/resolv.conf' ': >>/etc/passwd' \
		'mkdir /etc/vrt-new' 'rm -f /etc/resolv.conf' 'mv /etc/resolv.conf /etc/x' \
		'chmod 666 /etc/resolv.conf' 'chmod 777 /etc' 'ln -s x /etc/x' \
		'ln /etc/resolv.conf /etc/x' 'touch /etc/nsswitch.conf' 'chown vrt-alice /etc/hosts'; do
		attempt alice vpnrun vrt-tun sh -c "$command"
		((status != 0 && status != 125)) || fail "done: $command"
	done
}

@test "nor can root inside, by mistake: it is read-only" {
	local command
	for command in ': >/etc/vrt-new' ': >>/etc/resolv.conf' 'touch /etc/passwd'; do
		attempt vpnrun vrt-tun sh -c "$command"
		((status != 0 && status != 125)) || fail "done: $command"
		matches "$stderr" 'read-only' "the error"
	done
	[[ ! -e /etc/vrt-new ]] || fail "made on the host"
}

@test "a writable file of the user's in the host's /etc is not more than it was" {
	install -m 600 -o vrt-alice /dev/null /etc/vrt-mine
	defer rm /etc/vrt-mine
	attempt alice vpnrun vrt-tun sh -c 'cat /etc/vrt-mine && stat -c %U:%a /etc/vrt-mine'
	is "$status:$output" 0:vrt-alice:600 "status, owner, mode"
}

# What decides about rights is a link to the host's own, see src/vpnrun/view_etc.c.
live='passwd|group|shadow|gshadow|sudoers|sudoers\.d|pam\.d|security|doas\.conf'
readonly live

@test "everything else is the host's, with owners, modes, times and links" {
	list() { "$@" find /etc -xdev ! -path '/etc/netns*' ! -name resolv.conf ! -name nsswitch.conf \
		! -path /etc -printf '%p %u %g %m %y %l %T@ %s\n' 2>/dev/null |
		grep -v ' d .*' | grep -Ev "^/etc/($live)[ /]" | sort; }
	diff <(list alice) <(list alice vpnrun vrt-tun) || fail "/etc differs"
}

@test "what decides about rights is the host's own, seen through links of root's" {
	local name
	for name in passwd group shadow sudoers pam.d; do
		attempt alice vpnrun vrt-tun sh -c "readlink /etc/$name; stat -c %u /etc/$name; \
			stat -L -c %d:%i:%u:%a /etc/$name"
		is "$output" ".host/$name"$'\n0\n'"$(stat -c %d:%i:%u:%a "/etc/$name")" "$name"
	done
	attempt vpnrun vrt-tun sh -c ': >>/etc/passwd'
	((status != 0)) || fail "it can be written"
}

@test "what root closes while the program runs is closed inside, too" {
	install -m 644 /dev/null /etc/vrt-late
	install -d -m 755 /etc/vrt-late.d
	defer rm -r /etc/vrt-late /etc/vrt-late.d
	# shellcheck disable=SC2016 # the target's own
	start_waiting alice vpnrun vrt-tun sh -c \
		'cat /etc/vrt-late; ls /etc/vrt-late.d; stat /etc/vrt-late >&2; exec "$@"' sh
	chmod 600 /etc/vrt-late
	echo SECRET >/etc/vrt-late
	chmod 700 /etc/vrt-late.d
	echo SECRET >/etc/vrt-late.d/new
	finish 'cat /etc/vrt-late /etc/vrt-late.d/new; ls /etc/vrt-late.d'
	((status != 0)) || fail "open"
	[[ $output != *SECRET* && $output != *new* ]] || fail "read: $output"
}

@test "a directory of the namespace's own opens none of the host's that is closed" {
	install -d -m 700 /etc/vrt-closed
	install -d -m 755 /etc/netns/vrt-tun/vrt-closed
	echo SECRET >/etc/vrt-closed/key
	chmod 644 /etc/vrt-closed/key
	defer rm -r /etc/vrt-closed /etc/netns/vrt-tun/vrt-closed
	attempt alice vpnrun vrt-tun sh -c 'cat /etc/vrt-closed/key; ls /etc/vrt-closed'
	((status != 0)) || fail "open"
	[[ $output != *SECRET* && $output != *key* ]] || fail "read: $output"
}

@test "an /etc that cannot be listed cannot be listed inside" {
	chmod 711 /etc
	defer chmod 755 /etc
	attempt alice vpnrun vrt-tun ls /etc
	is "$status" 2 "status of ls"
}

@test "a file of the namespace's own keeps its group" {
	install -m 640 -g vrt-family /dev/stdin /etc/netns/vrt-tun/vrt-shared <<<"for the family"
	defer rm /etc/netns/vrt-tun/vrt-shared
	attempt alice vpnrun vrt-tun cat /etc/vrt-shared
	is "$output" 'for the family' "what a member reads"
	refuses '' bob vpnrun vrt-tun cat /etc/vrt-shared
}

@test "what root alone may read stays closed to the user" {
	local file
	printf 'secret\n' >/etc/vrt-secret
	chmod 600 /etc/vrt-secret
	defer rm /etc/vrt-secret
	for file in /etc/shadow /etc/vrt-secret /etc/gshadow; do
		attempt alice vpnrun vrt-tun cat "$file"
		is "$status" 1 "status of cat $file"
		matches "$stderr" 'permission denied' "the error"
	done
	mkdir -m 700 /etc/vrt-closed
	defer rm -r /etc/vrt-closed
	: >/etc/vrt-closed/file
	attempt alice vpnrun vrt-tun ls /etc/vrt-closed
	is "$status" 2 "status of ls"
	attempt alice vpnrun vrt-tun cat /etc/vrt-closed/file
	is "$status" 1 "status of cat"
}

@test "a group that may read a file may do so inside, others not" {
	printf 'family\n' >/etc/vrt-family
	chgrp vrt-family /etc/vrt-family
	chmod 640 /etc/vrt-family
	defer rm /etc/vrt-family
	printf '[vrt-tun]\nallow = *\n' | policy
	attempt alice vpnrun vrt-tun cat /etc/vrt-family
	is "$output" family "what alice reads"
	attempt bob vpnrun vrt-tun cat /etc/vrt-family
	is "$status" 1 "status for bob"
}

@test "the host's later changes appear inside" {
	start_waiting alice vpnrun vrt-tun
	printf 'late\n' >/etc/vrt-late
	defer rm -f /etc/vrt-late
	finish 'cat /etc/vrt-late'
	is "$output" late "a file made later"
}

@test "a mount below a directory of the user's cannot be kept: refused" {
	install -d -o vrt-alice /etc/vrt-app /etc/vrt-app/dir
	mount -t tmpfs vrt /etc/vrt-app/dir
	defer umount /etc/vrt-app/dir
	defer rm -r /etc/vrt-app
	refuses_and_helps '/etc/vrt-app' alice vpnrun vrt-tun true
}

@test "a directory of the namespace's own does not uncover what a mount of that name hides" {
	mkdir /etc/vrt-hidden /etc/netns/vrt-tun/vrt-hidden
	echo SECRET >/etc/vrt-hidden/file
	mount -t tmpfs vrt /etc/vrt-hidden
	defer rm -r /etc/netns/vrt-tun/vrt-hidden /etc/vrt-hidden
	defer umount /etc/vrt-hidden
	refuses_and_helps '/etc/vrt-hidden' alice vpnrun vrt-tun cat /etc/vrt-hidden/file
}

@test "of mounts on top of each other the topmost is seen" {
	mkdir -p /etc/vrt-a/b
	mount -t tmpfs vrt /etc/vrt-a/b
	mount -t tmpfs vrt /etc/vrt-a
	echo top >/etc/vrt-a/file
	defer rm -r /etc/vrt-a
	defer umount /etc/vrt-a/b
	defer umount /etc/vrt-a
	attempt alice vpnrun vrt-tun cat /etc/vrt-a/file
	is "$status:$output" 0:top "status and file"
}

@test "a file that was mounted over is the one on top inside, too: /dev/null over a readable one" {
	printf 'under\n' >/etc/vrt-file
	defer rm /etc/vrt-file
	mount --bind /dev/null /etc/vrt-file
	defer umount /etc/vrt-file
	attempt alice vpnrun vrt-tun sh -c 'cat /etc/vrt-file; stat -c %F /etc/vrt-file'
	is "$status:$output" '0:character special file' "what is there"
}

@test "mounts on files and directories of /etc are carried along, with mounts in mounts" {
	mkdir -p /etc/vrt-dir
	defer rmdir /etc/vrt-dir
	mount -t tmpfs vrt /etc/vrt-dir
	defer umount -R /etc/vrt-dir
	printf 'outer\n' >/etc/vrt-dir/file
	mkdir /etc/vrt-dir/inner
	mount -t tmpfs -o ro vrt /etc/vrt-dir/inner
	attempt vpnrun vrt-tun sh -c 'cat /etc/vrt-dir/file; touch /etc/vrt-dir/inner/x'
	is "$output" outer "what is there"
	matches "$stderr" 'read-only' "the mount in it"
}

@test "a mount on resolv.conf, as containers have it, does not come before the namespace's" {
	printf 'nameserver 192.0.2.77\n' >"$SHARED/resolv"
	mount --bind "$SHARED/resolv" /etc/resolv.conf
	defer umount /etc/resolv.conf
	attempt alice vpnrun vrt-tun cat /etc/resolv.conf
	is "$status:$output" '0:nameserver 10.99.0.1' "resolv.conf"
}

@test "mounts on hosts and hostname, as containers have them, do not come before the namespace's" {
	printf '10.99.0.7 vrt-name\n' >/etc/netns/vrt-tun/hosts
	printf '192.0.2.7 vrt-name\n' >"$SHARED/hosts"
	mount --bind "$SHARED/hosts" /etc/hosts
	defer umount /etc/hosts
	attempt alice vpnrun vrt-tun cat /etc/hosts
	is "$status:$output" '0:10.99.0.7 vrt-name' "hosts"
}

@test "a file mounted over nsswitch.conf does not come before the generated one" {
	printf 'hosts: resolve mdns dns\n' >"$SHARED/nsswitch"
	mount --bind "$SHARED/nsswitch" /etc/nsswitch.conf
	defer umount /etc/nsswitch.conf
	attempt alice vpnrun vrt-tun grep ^hosts: /etc/nsswitch.conf
	matches "$output" '^hosts:.* dns$' "nsswitch.conf"
	matches_not "$output" 'resolve|mdns' "nsswitch.conf"
}

@test "a mount made on /etc's files later, on the host, is not let in over the namespace's" {
	printf 'nameserver 192.0.2.77\n' >"$SHARED/resolv"
	start_waiting alice vpnrun vrt-tun
	mount --bind "$SHARED/resolv" /etc/resolv.conf
	defer umount /etc/resolv.conf
	finish 'cat /etc/resolv.conf'
	is "$output" 'nameserver 10.99.0.1' "resolv.conf"
}
