#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The policy file is believed only if root alone can have written it.

# shellcheck source=tests/lib.bash
. "$BATS_TEST_DIRNAME/../lib.bash"

# shellcheck disable=SC2120
setup()
{
	reset_machine
	printf '[vrt-tun]\nallow = *\n' | policy
}

refused()
{
	refuses_and_helps "$1" alice timeout 5 vpnrun vrt-tun "${target[@]}"
	# Root is told as well: what anyone could have written is no word of root's.
	refuses "$1" timeout 5 vpnrun vrt-tun "${target[@]}"
}

entered()
{
	enters alice vpnrun vrt-tun "${target[@]}"
}

@test "root's, writable by root alone: any mode that is so" {
	local mode
	for mode in 644 640 600 444 400 744; do
		chmod "$mode" "$POLICY"
		attempt alice vpnrun vrt-tun "${target[@]}"
		# Users must be able to read it, vpnrun has no right of its own to.
		((status == 0)) || well_formed
		((status == 0 || status == 125)) || fail "status with mode $mode"
	done
	chmod 644 "$POLICY"
	entered
}

@test "a file that the user cannot read: refused, and the message says so" {
	chmod 600 "$POLICY"
	refuses_and_helps "$POLICY.*permission denied" alice vpnrun vrt-tun "${target[@]}"
	enters vpnrun vrt-tun "${target[@]}"
}

@test "writable by group or others" {
	local mode
	for mode in 664 646 666 622 777 1666; do
		chmod "$mode" "$POLICY"
		refused "$POLICY"
	done
}

@test "group root and group-writable is still not root alone" {
	chgrp root "$POLICY"
	chmod 664 "$POLICY"
	refused "$POLICY"
}

@test "owned by a user" {
	chown vrt-alice "$POLICY"
	refused "$POLICY"
}

@test "owned by another user, even with mode 0444" {
	chown vrt-bob "$POLICY"
	chmod 444 "$POLICY"
	refused "$POLICY"
}

@test "an access list that lets a user write" {
	"$PROBE" acl "$POLICY" 47002 || skip "no access lists on this file system"
	bob test -w "$POLICY" || fail "the test is wrong: bob cannot write"
	refused "$POLICY"
}

@test "the directory is writable by group or others, or owned by a user" {
	chmod 775 /etc/vpnrun
	refused /etc/vpnrun
	chmod 757 /etc/vpnrun
	refused /etc/vpnrun
	chmod 755 /etc/vpnrun
	chown vrt-alice /etc/vpnrun
	refused /etc/vpnrun
	chown root /etc/vpnrun
	chmod 1777 /etc/vpnrun
	refused /etc/vpnrun
}

@test "so with /etc" {
	defer chown root:root /etc
	defer chmod 755 /etc
	chmod 775 /etc
	refused '/etc'
	chmod 1777 /etc
	refused '/etc'
	chmod 755 /etc
	chown vrt-alice /etc
	refused '/etc'
}

@test "so with /" {
	# The root directory of the machine itself is not ours to change: a root of our own.
	mkdir /tmp/root
	defer umount -R /tmp/root
	mount --bind / /tmp/root
	mount --make-rprivate /tmp/root
	mount -t overlay -o "lowerdir=/tmp/root,upperdir=$(mkdir -p "$SHARED/u" && echo "$SHARED/u"),workdir=$(mkdir -p "$SHARED/w" && echo "$SHARED/w")" vrt /tmp/root ||
		skip "no overlay on this file system"
	local dir
	for dir in /etc /run /dev /proc /sys /usr/local /tmp /home; do
		mount --rbind "$dir" "/tmp/root$dir"
		mount --make-rslave "/tmp/root$dir"
	done
	attempt unshare -m --propagation slave bash -c "cd /tmp/root && pivot_root . tmp &&
		umount -l /tmp; cd /; setpriv --reuid=vrt-alice --regid=vrt-alice --init-groups -- \
		/usr/local/bin/vpnrun vrt-tun /bin/true"
	is "$status" 0 "status with / as it is"
	chmod 777 /tmp/root
	attempt unshare -m --propagation slave bash -c "cd /tmp/root && pivot_root . tmp &&
		umount -l /tmp; cd /; setpriv --reuid=vrt-alice --regid=vrt-alice --init-groups -- \
		/usr/local/bin/vpnrun vrt-tun /bin/true"
	is "$status" 125 "status with / writable"
}

@test "a link into a user's directory" {
	printf '[vrt-tun]\nallow = *\n' >/home/vrt-alice/vpnrun.conf
	rm "$POLICY"
	ln -s /home/vrt-alice/vpnrun.conf "$POLICY"
	refused '/home/vrt-alice'
}

@test "a link into /tmp, though the file is root's" {
	printf '[vrt-tun]\nallow = *\n' >/tmp/vrt-policy
	defer rm /tmp/vrt-policy
	rm "$POLICY"
	ln -s /tmp/vrt-policy "$POLICY"
	refused '/tmp'
}

@test "a link to a link of which one lies in a user's directory" {
	mkdir /etc/vrt-store
	defer rm -r /etc/vrt-store
	printf '[vrt-tun]\nallow = *\n' >/etc/vrt-store/vpnrun.conf
	ln -s /etc/vrt-store/vpnrun.conf /home/vrt-alice/link
	rm "$POLICY"
	ln -s /home/vrt-alice/link "$POLICY"
	refused '/home/vrt-alice'
	rm /home/vrt-alice/link
}

@test "/etc/vpnrun itself is a link into a user's directory" {
	install -d /home/vrt-alice/vpnrun
	cp "$POLICY" /home/vrt-alice/vpnrun/
	rm -r /etc/vpnrun
	ln -s /home/vrt-alice/vpnrun /etc/vpnrun
	defer rm -r /etc/vpnrun /home/vrt-alice/vpnrun
	refused '/home/vrt-alice'
}

@test "a link through .. into a user's directory" {
	printf '[vrt-tun]\nallow = *\n' >/home/vrt-alice/vpnrun.conf
	rm "$POLICY"
	ln -s ../../home/vrt-alice/vpnrun.conf "$POLICY"
	refused '/home/vrt-alice'
}

@test "links into a root-owned store, absolute and relative, of file and directory" {
	mkdir -p /etc/static/vpnrun /etc/vrt-store
	defer rm -rf /etc/static /etc/vrt-store /etc/vpnrun
	mv "$POLICY" /etc/vrt-store/file
	ln -s /etc/vrt-store/file /etc/static/vpnrun/vpnrun.conf
	ln -s ../static/vpnrun/vpnrun.conf "$POLICY"
	entered
	rm -r /etc/vpnrun
	ln -s static/vpnrun /etc/vpnrun
	entered
}

@test "a store as NixOS has it: group-writable, sticky, but mounted read-only" {
	mkdir /etc/vrt-store
	defer rm -rf /etc/vrt-store
	mount -t tmpfs vrt /etc/vrt-store
	defer umount /etc/vrt-store
	chgrp vrt-family /etc/vrt-store
	chmod 1775 /etc/vrt-store
	mkdir -m 555 /etc/vrt-store/hash-vpnrun
	cp "$POLICY" /etc/vrt-store/hash-vpnrun/vpnrun.conf
	chmod 444 /etc/vrt-store/hash-vpnrun/vpnrun.conf
	rm "$POLICY"
	ln -s /etc/vrt-store/hash-vpnrun/vpnrun.conf "$POLICY"
	refused '/etc/vrt-store'
	mount -o remount,ro /etc/vrt-store
	entered
}

@test "a link that leads nowhere, and one that leads to itself" {
	rm "$POLICY"
	ln -s nowhere "$POLICY"
	refuses '' alice vpnrun vrt-tun "${target[@]}"
	ln -sf vpnrun.conf "$POLICY"
	refuses "$POLICY" alice vpnrun vrt-tun "${target[@]}"
}

@test "a FIFO: no waiting for a writer" {
	rm "$POLICY"
	mkfifo -m 644 "$POLICY"
	refused "$POLICY"
}

@test "a directory, a socket, devices" {
	rm "$POLICY"
	mkdir "$POLICY"
	refused "$POLICY"
	rmdir "$POLICY"
	mknod -m 644 "$POLICY" c 1 5
	refused "$POLICY"
	rm "$POLICY"
	mknod -m 444 "$POLICY" c 1 3
	refused "$POLICY"
	rm "$POLICY"
	spawn "$PROBE" logger "$POLICY" /dev/null
	until_true test -S "$POLICY"
	chmod 644 "$POLICY"
	refused "$POLICY"
}
