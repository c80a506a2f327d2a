#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# No name leads anywhere but to an entry of /run/netns.

# shellcheck source=tests/lib.bash
. "$BATS_TEST_DIRNAME/../lib.bash"

setup()
{
	reset_machine
	printf '[*]\nallow = *\n[vrt-tun]\n' | policy
	mkdir -p "$SHARED/x"
}

# stays_beneath NAME: refused as a namespace, and no file is asked for because of it.
stays_beneath()
{
	local name=$1 user

	refuses '' alice timeout 5 vpnrun -n "$name" "${target[@]}"
	refuses '' timeout 5 vpnrun -n "$name" "${target[@]}"
	refuses '' alice timeout 5 vpnrun -- "$name" "${target[@]}"
	for user in vrt-alice root; do
		no_file_for "$name" "$user"
	done
}

# A name that cannot be one must not reach the file system: every call with a path is one that
# is made for a name that is merely unknown, too.
no_file_for()
{
	local name=$1 user=$2 more

	file_calls "$user" vrt-unknown >"$SHARED/calls.unknown"
	file_calls "$user" "$name" >"$SHARED/calls.name"
	grep -q 'vrt-unknown' "$SHARED/calls.unknown" || fail "the test is wrong: nothing is looked up"
	(($(wc -l <"$SHARED/calls.name") > 5)) || fail "the test is wrong: no calls"
	more=$(comm -13 "$SHARED/calls.unknown" "$SHARED/calls.name")
	[[ -z $more ]] || fail "for ${name@Q}, as $user: $more"
	! grep -qE '^(setns|unshare|mount|fsopen|move_mount)\(' "$SHARED/calls.name" ||
		fail "joined or mounted"
}

# The calls with a path that vpnrun makes for a name, sorted: no results, no addresses.
file_calls()
{
	strace -qq -y -s 1000 -o "$SHARED/trace" -e trace=%file,setns,unshare,mount -u "$1" \
		/usr/local/bin/vpnrun -n "$2" "${target[@]}" >/dev/null 2>&1 || true
	grep -vE '^(execve\(|\+\+\+|---)' "$SHARED/trace" |
		sed -E 's/\) += .*/)/; s/\{[^}]*\}/{}/g; s/0x[0-9a-f]+/0x/g' | sort -u
}

@test "empty" {
	stays_beneath ''
}

@test ". and .." {
	stays_beneath .
	stays_beneath ..
}

@test "../x, ../../x, x/../y, /x, x/" {
	local name
	for name in ../x "../..$SHARED/x" x/../y "$SHARED/x" vrt-tun/ vrt-tun/. ./vrt-tun /run/netns/vrt-tun; do
		stays_beneath "$name"
	done
}

@test "-x and .x" {
	ip netns add .vrt 2>/dev/null || touch /run/netns/.vrt
	stays_beneath -x
	stays_beneath --
	stays_beneath .vrt
}

@test "65 and 300 characters, 64 is fine" {
	stays_beneath "$(printf 'x%064d' 0)"
	stays_beneath "$(printf 'x%0299d' 0)"
	local long
	long=$(printf 'vrt-%060d' 0)
	new_netns "$long" tun
	printf '[%s]\nallow = *\n' "$long" | policy
	enters alice vpnrun "$long" "${target[@]}"
}

@test "newline, blank, escape, other control bytes" {
	local name
	for name in $'vrt-tun\n' $'\n' 'vrt tun' ' vrt-tun' $'vrt-tun\e[31m' $'\x01' $'\x7f' $'vrt-tun\r'; do
		stays_beneath "$name"
	done
}

@test "bytes that are no UTF-8, letters that are no ASCII" {
	local name
	for name in $'vrt-\xff' $'\xc0\xae\xc0\xae' 'vrt-tün' $'\xc2\x9b31m'; do
		stays_beneath "$name"
	done
}

@test "signs with a meaning elsewhere" {
	local name
	# shellcheck disable=SC2016 # for the inner shell
	for name in '*' '?' '[vrt-tun]' '@vrt-tun' 'vrt:tun' '~' '$HOME' '%s%s%n' '#x' ';x' 'a=b' 'vrt,tun'; do
		stays_beneath "$name"
	done
}

@test "every sign that is allowed" {
	new_netns vrt-A.z_0-9 tun
	printf '[vrt-A.z_0-9]\nallow = *\n' | policy
	enters alice vpnrun vrt-A.z_0-9 "${target[@]}"
}

@test "an unknown name: what may be entered, and the nearest spelling" {
	refuses_and_helps 'vrt-tin' alice vpnrun vrt-tin "${target[@]}"
	matches "$stderr" 'vrt-tun' "the nearest"
}

@test "a namespace that is configured but down: how to bring it up" {
	printf '[vrt-down]\nallow = *\n' | policy
	refuses_and_helps 'vrt-down' alice vpnrun vrt-down "${target[@]}"
	matches "$stderr" 'down|not up|no such|does not exist' "message"
	refuses_and_helps 'vrt-down' vpnrun vrt-down "${target[@]}"
}

@test "no /run/netns at all" {
	ip netns delete vrt-tun
	umount /run/netns
	rmdir /run/netns
	refuses_and_helps 'vrt-tun' alice vpnrun vrt-tun "${target[@]}"
	refuses '' alice vpnrun vrt-other "${target[@]}"
}
