#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# sudo and su still work inside: they read root's own files in /etc.

# shellcheck source=tests/lib.bash
. "$BATS_TEST_DIRNAME/../lib.bash"

setup()
{
	reset_machine
	install -m 440 /dev/null /etc/sudoers.d/vrt
	printf 'vrt-alice ALL=(ALL) NOPASSWD: ALL\nDefaults:vrt-alice !requiretty, !lecture\n' \
		>/etc/sudoers.d/vrt
	# Password "vrt": crypt(3) of it.
	usermod -p "$(openssl passwd -6 -salt vrtvrt vrt)" vrt-bob
	usermod -p "$(openssl passwd -6 -salt vrtvrt vrt)" vrt-alice
	printf '[vrt-tun]\nallow = vrt-alice\n' | policy
}

@test "sudo without a password, by a rule in a file of mode 0440" {
	attempt alice vpnrun vrt-tun sudo -n id -u
	is "$status:$output" 0:0 "status and user id"
}

@test "sudo -u another user" {
	attempt alice vpnrun vrt-tun sudo -n -u vrt-bob id -un
	is "$status:$output" 0:vrt-bob "status and user"
}

@test "sudo stays in the namespace, with its resolv.conf" {
	attempt alice vpnrun vrt-tun sudo -n sh -c 'readlink /proc/self/ns/net; cat /etc/resolv.conf'
	is "$output" "net:[$(netns_inode vrt-tun)]"$'\nnameserver 10.99.0.1' "namespace and file"
}

@test "sudo with a password, which is checked against /etc/shadow" {
	printf 'vrt-alice ALL=(ALL) ALL\n' >/etc/sudoers.d/vrt
	attempt alice sh -c 'echo vrt | vpnrun vrt-tun sudo -S -p "" id -u'
	is "$status:$output" 0:0 "status and user id"
	attempt alice sh -c 'echo wrong | vpnrun vrt-tun sudo -k -S -p "" id -u'
	((status != 0)) || fail "a wrong password was taken"
}

@test "su with a password" {
	attempt alice sh -c 'echo vrt | vpnrun vrt-tun su vrt-bob -c "id -un"'
	matches "$output" 'vrt-bob$' "the user"
	is "$status" 0 "status"
	attempt alice sh -c 'echo wrong | vpnrun vrt-tun su vrt-bob -c "id -un"'
	((status != 0)) || fail "a wrong password was taken"
}

@test "su by root inside" {
	attempt vpnrun vrt-tun su vrt-alice -c 'id -un; id -Gn'
	is "$status:$output" $'0:vrt-alice\nvrt-alice vrt-family' "user and groups"
}

@test "root through sudo can read what root can" {
	attempt alice vpnrun vrt-tun sudo -n grep -c vrt-bob /etc/shadow
	is "$status:$output" 0:1 "status and count"
}

@test "a right that root takes away is gone inside, too, whatever the target holds open" {
	# shellcheck disable=SC2016 # the target's own
	start_waiting alice vpnrun vrt-tun python3 -c \
		'import os, sys
for name in "sudoers", "sudoers.d", "shadow", "passwd", "group":
    os.set_inheritable(os.open("/etc/" + name, os.O_PATH), True)
if os.system("sudo -n true") != 0:
    sys.exit("sudo does not work before")
os.execv(sys.argv[1], sys.argv[1:])'
	printf '# nobody\n' >/etc/sudoers.d/vrt.new
	chmod 440 /etc/sudoers.d/vrt.new
	mv /etc/sudoers.d/vrt.new /etc/sudoers.d/vrt
	usermod -L vrt-bob
	finish 'sudo -n id -u; echo vrt | su vrt-bob -c "id -un"'
	[[ $output != *0* && $output != *vrt-bob* ]] || fail "still allowed: $output"
}

@test "with --no-new-privileges sudo cannot work, and says so itself" {
	attempt alice vpnrun --no-new-privileges vrt-tun sudo -n id -u
	((status != 0)) || fail "sudo worked"
	[[ $output != 0 ]] || fail "root"
}
