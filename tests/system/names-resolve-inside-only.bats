#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Names are looked up with the namespace's own files, whatever becomes of the host's.

# shellcheck source=tests/lib.bash
. "$BATS_TEST_DIRNAME/../lib.bash"

readonly INSIDE='nameserver 10.99.0.1'
readonly HOST='nameserver 192.0.2.53'

setup()
{
	reset_machine
	rm -f /etc/resolv.conf
	printf '%s\n' "$HOST" >/etc/resolv.conf
	printf '127.0.0.1 localhost\n127.0.1.1 vrt-host\n' >/etc/hosts
	rm -rf /run/resolv /etc/vrt-resolv
	mkdir /run/resolv
}

inside()
{
	attempt alice vpnrun vrt-tun cat /etc/resolv.conf
	is "$status:$output" "0:$INSIDE" "resolv.conf inside"
}

# The host's program replaces, removes, makes anew, in every way, while the target runs.
stays_inside()
{
	start_waiting alice vpnrun vrt-tun
	"$@"
	finish 'cat /etc/resolv.conf; exec cat /etc/resolv.conf'
	is "$status:$output" "0:$INSIDE"$'\n'"$INSIDE" "resolv.conf inside after $*"
}

@test "the host's is a file" {
	inside
	is "$(cat /etc/resolv.conf)" "$HOST" "the host's"
}

@test "the host's is an absolute link" {
	printf '%s\n' "$HOST" >/run/resolv/resolv.conf
	ln -sf /run/resolv/resolv.conf /etc/resolv.conf
	inside
	is "$(readlink /etc/resolv.conf)" /run/resolv/resolv.conf "the host's link"
	is "$(cat /run/resolv/resolv.conf)" "$HOST" "the link's target"
}

@test "the host's is a relative link" {
	printf '%s\n' "$HOST" >/run/resolv/resolv.conf
	ln -sf ../run/resolv/resolv.conf /etc/resolv.conf
	inside
	is "$(cat /run/resolv/resolv.conf)" "$HOST" "the link's target"
}

@test "the host's is a dangling link" {
	ln -sf ../run/resolv/nowhere /etc/resolv.conf
	inside
	[[ ! -e /run/resolv/nowhere ]] || fail "the link's target was made"
}

@test "the host has none" {
	rm /etc/resolv.conf
	inside
	[[ ! -e /etc/resolv.conf ]] || fail "one was made on the host"
}

@test "the host's is a directory, or a device" {
	rm /etc/resolv.conf
	mkdir /etc/resolv.conf
	inside
	rmdir /etc/resolv.conf
	ln -s /dev/null /etc/resolv.conf
	inside
}

replace()
{
	printf 'nameserver 192.0.2.99\n' >/etc/resolv.conf.new
	mv -f /etc/resolv.conf.new /etc/resolv.conf
}

@test "replaced by rename(2) while the target runs" {
	stays_inside replace
}

@test "unlinked while the target runs" {
	stays_inside rm /etc/resolv.conf
}

@test "unlinked and made anew while the target runs" {
	remake()
	{
		rm /etc/resolv.conf
		replace
		replace
	}
	stays_inside remake
}

@test "written to in place while the target runs" {
	rewrite()
	{
		printf 'nameserver 192.0.2.99\n' >/etc/resolv.conf
	}
	stays_inside rewrite
}

@test "its link's target replaced, removed, and the link itself, while the target runs" {
	printf '%s\n' "$HOST" >/run/resolv/resolv.conf
	ln -sf ../run/resolv/resolv.conf /etc/resolv.conf
	replace_target()
	{
		printf 'nameserver 192.0.2.99\n' >/run/resolv/new
		mv /run/resolv/new /run/resolv/resolv.conf
	}
	stays_inside replace_target
	stays_inside rm /run/resolv/resolv.conf
	stays_inside rm -r /run/resolv
	stays_inside replace
}

@test "a file became a link and a link a file while the target runs" {
	printf '%s\n' "$HOST" >/run/resolv/resolv.conf
	stays_inside ln -sf ../run/resolv/resolv.conf /etc/resolv.conf
	stays_inside replace
}

@test "a host that had none gets one while the target runs" {
	rm /etc/resolv.conf
	stays_inside replace
}

@test "the namespace's own file replaced or removed while the target runs" {
	stays_inside rm -r /etc/netns/vrt-tun
	mkdir -p /etc/netns/vrt-tun
	printf '%s\n' "$INSIDE" >/etc/netns/vrt-tun/resolv.conf
	stays_inside chmod 600 /etc/netns/vrt-tun/resolv.conf
}

@test "hosts and nsswitch.conf replaced on the host while the target runs" {
	printf '10.99.0.7 vrt-name\n' >/etc/netns/vrt-tun/hosts
	cp /etc/nsswitch.conf /etc/nsswitch.conf.orig
	defer mv /etc/nsswitch.conf.orig /etc/nsswitch.conf
	start_waiting alice vpnrun vrt-tun
	printf '192.0.2.7 vrt-name\n' >/etc/hosts.new
	mv /etc/hosts.new /etc/hosts
	printf 'hosts: resolve mdns4 dns\n' >/etc/nsswitch.conf.new
	mv /etc/nsswitch.conf.new /etc/nsswitch.conf
	finish 'cat /etc/hosts; getent ahosts vrt-name; grep ^hosts /etc/nsswitch.conf'
	matches "$output" '10.99.0.7' "hosts"
	matches_not "$output" '192.0.2.7|resolve|mdns' "hosts and nsswitch.conf"
}

@test "no resolv.conf for the namespace: refused" {
	rm /etc/netns/vrt-tun/resolv.conf
	refuses_and_helps 'resolv.conf' alice vpnrun vrt-tun "${target[@]}"
	refuses 'resolv.conf' vpnrun vrt-tun "${target[@]}"
	rmdir /etc/netns/vrt-tun
	refuses_and_helps '/etc/netns/vrt-tun' alice vpnrun vrt-tun "${target[@]}"
	rmdir /etc/netns
	refuses 'resolv.conf' alice vpnrun vrt-tun "${target[@]}"
}

@test "hosts alone is no resolv.conf" {
	rm /etc/netns/vrt-tun/resolv.conf
	printf '10.99.0.7 vrt-name\n' >/etc/netns/vrt-tun/hosts
	refuses 'resolv.conf' alice vpnrun vrt-tun "${target[@]}"
}

@test "no resolv.conf, but dns = host: the host's, and the generated nsswitch.conf all the same" {
	rm -r /etc/netns/vrt-tun
	printf '[vrt-tun]\nallow = vrt-alice\ndns = host\n' | policy
	attempt alice vpnrun vrt-tun sh -c 'cat /etc/resolv.conf; grep ^hosts: /etc/nsswitch.conf'
	is "$status" 0 "status"
	is "${lines[0]}" "$HOST" "resolv.conf"
	matches "${lines[1]}" '^hosts: +files( myhostname)? dns' "nsswitch.conf"
}

@test "its own resolv.conf counts with dns = host, too" {
	printf '[vrt-tun]\nallow = vrt-alice\ndns = host\n' | policy
	inside
}

@test "resolv.conf from /run/vpnrun; /etc/netns goes before it" {
	rm -r /etc/netns/vrt-tun
	mkdir -p /run/vpnrun/vrt-tun/etc
	printf 'nameserver 10.99.0.3\n' >/run/vpnrun/vrt-tun/etc/resolv.conf
	printf '10.99.0.8 vrt-run\n' >/run/vpnrun/vrt-tun/etc/hosts
	attempt alice vpnrun vrt-tun sh -c 'cat /etc/resolv.conf /etc/hosts'
	is "$status:$output" $'0:nameserver 10.99.0.3\n10.99.0.8 vrt-run' "files"
	mkdir -p /etc/netns/vrt-tun
	printf '%s\n' "$INSIDE" >/etc/netns/vrt-tun/resolv.conf
	attempt alice vpnrun vrt-tun sh -c 'cat /etc/resolv.conf /etc/hosts'
	is "$status:$output" "0:$INSIDE"$'\n10.99.0.8 vrt-run' "files"
}

@test "/etc/netns/NAME as a link, its file as a link into a root-owned store" {
	mkdir /etc/vrt-store
	defer rm -r /etc/vrt-store
	mv /etc/netns/vrt-tun/resolv.conf /etc/vrt-store/resolv
	ln -s /etc/vrt-store/resolv /etc/netns/vrt-tun/resolv.conf
	inside
	mv /etc/netns/vrt-tun /etc/vrt-store/dir
	ln -s ../vrt-store/dir /etc/netns/vrt-tun
	inside
}

@test "a resolv.conf that a user could have written is not believed" {
	chmod 666 /etc/netns/vrt-tun/resolv.conf
	refuses_and_helps '/etc/netns/vrt-tun' alice vpnrun vrt-tun "${target[@]}"
	chmod 644 /etc/netns/vrt-tun/resolv.conf
	chown vrt-alice /etc/netns/vrt-tun/resolv.conf
	refuses '/etc/netns/vrt-tun' alice vpnrun vrt-tun "${target[@]}"
	chown root /etc/netns/vrt-tun/resolv.conf
	chmod 777 /etc/netns/vrt-tun
	refuses '/etc/netns/vrt-tun' alice vpnrun vrt-tun "${target[@]}"
	chmod 755 /etc/netns/vrt-tun
	chown vrt-alice /etc/netns/vrt-tun
	refuses '/etc/netns/vrt-tun' alice vpnrun vrt-tun "${target[@]}"
	chown root /etc/netns/vrt-tun
	printf '%s\n' "$INSIDE" >/home/vrt-alice/resolv.conf
	ln -sf /home/vrt-alice/resolv.conf /etc/netns/vrt-tun/resolv.conf
	refuses '' alice vpnrun vrt-tun "${target[@]}"
}

@test "a resolv.conf that is no file: no waiting" {
	rm /etc/netns/vrt-tun/resolv.conf
	mkfifo /etc/netns/vrt-tun/resolv.conf
	refuses '/etc/netns/vrt-tun' alice timeout 5 vpnrun vrt-tun "${target[@]}"
	rm /etc/netns/vrt-tun/resolv.conf
	mkdir /etc/netns/vrt-tun/resolv.conf
	refuses '/etc/netns/vrt-tun' alice timeout 5 vpnrun vrt-tun "${target[@]}"
	rmdir /etc/netns/vrt-tun/resolv.conf
	ln -s nowhere /etc/netns/vrt-tun/resolv.conf
	refuses 'resolv.conf' alice timeout 5 vpnrun vrt-tun "${target[@]}"
}

@test "a closed file there is not opened to users by us" {
	printf 'secret\n' >/etc/netns/vrt-tun/vrt-secret
	chmod 600 /etc/netns/vrt-tun/vrt-secret
	attempt alice vpnrun vrt-tun cat /etc/vrt-secret
	[[ $output != *secret* ]] || fail "readable inside"
}

@test "further files of /etc/netns/NAME are in /etc as well" {
	printf 'other\n' >/etc/netns/vrt-tun/vrt-other
	printf 'vrt-inside\n' >/etc/netns/vrt-tun/hostname
	attempt alice vpnrun vrt-tun cat /etc/vrt-other /etc/hostname
	is "$output" $'other\nvrt-inside' "files"
	[[ ! -e /etc/vrt-other ]] || fail "it is on the host, too"
}

@test "nsswitch.conf: of hosts only files, myhostname and dns remain, in their order" {
	local given wanted
	cp /etc/nsswitch.conf /etc/nsswitch.conf.orig
	defer mv /etc/nsswitch.conf.orig /etc/nsswitch.conf
	while IFS='|' read -r given wanted; do
		printf 'passwd: files systemd\n%s\nservices: db files\n' "$given" >/etc/nsswitch.conf
		attempt alice vpnrun vrt-tun cat /etc/nsswitch.conf
		is "$status" 0 "status"
		matches "$(grep '^hosts:' <<<"$output" | tr -s ' \t' ' ')" "^hosts: $wanted\$" "$given"
		grep -q '^passwd:.*files' <<<"$output" || fail "passwd is lost"
		matches_not "$output" 'resolve|mdns|mymachines|wins' "nsswitch.conf"
	done <<-'END'
		hosts: files mdns4_minimal [NOTFOUND=return] dns|files dns
		hosts: mymachines resolve [!UNAVAIL=return] files myhostname dns|files myhostname dns
		hosts:	files	dns|files dns
		hosts: files resolve|files( dns)?
		hosts: wins files dns # mdns|files dns
	END
}

@test "nsswitch.conf is there even if the host has none, and is never one of /etc/netns's with daemons" {
	mv /etc/nsswitch.conf /etc/nsswitch.conf.orig
	defer mv /etc/nsswitch.conf.orig /etc/nsswitch.conf
	attempt alice vpnrun vrt-tun grep ^hosts: /etc/nsswitch.conf
	matches "$output" '^hosts:\s+files( myhostname)? dns$' "nsswitch.conf"
	printf 'hosts: resolve mdns dns\n' >/etc/netns/vrt-tun/nsswitch.conf
	attempt alice vpnrun vrt-tun grep ^hosts: /etc/nsswitch.conf
	((status == 125)) || matches_not "$output" 'resolve|mdns' "nsswitch.conf"
}

@test "a real look-up asks the namespace's server, one outside the host's" {
	printf 'nameserver 127.0.0.1\n' >/etc/netns/vrt-tun/resolv.conf
	printf 'nameserver 127.0.0.1\n' >/etc/resolv.conf
	spawn ip netns exec vrt-tun "$PROBE" dns 127.0.0.1 192.0.2.11 >"$SHARED/dns1"
	spawn "$PROBE" dns 127.0.0.1 192.0.2.12 >"$SHARED/dns2"
	until_true has_line ready "$SHARED/dns1"
	until_true has_line ready "$SHARED/dns2"
	attempt alice vpnrun vrt-tun getent ahosts vrt-name.example
	matches "$output" '^192.0.2.11 ' "the answer inside"
	attempt alice getent ahosts vrt-name.example
	matches "$output" '^192.0.2.12 ' "the answer outside"
}
