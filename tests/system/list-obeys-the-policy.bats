#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# -l shows the namespaces that this user may enter, and their state; nothing else.

# shellcheck source=tests/lib.bash
. "$BATS_TEST_DIRNAME/../lib.bash"

setup()
{
	reset_machine
	new_netns vrt-lo lo
	new_netns vrt-bobs tun
	new_netns vrt-unlisted tun
	policy <<-'END'
		[vrt-tun]
		allow = vrt-alice

		[vrt-lo]
		allow = @vrt-family

		[vrt-down]
		allow = *

		[vrt-bobs]
		allow = vrt-bob
	END
}

@test "names that the user may enter, one on a line, and no other" {
	local option
	for option in -l --list; do
		succeeds alice vpnrun "$option"
		is "$(awk '{ print $1 }' <<<"$output" | grep '^vrt-' | sort | tr '\n' ' ')" \
			'vrt-down vrt-lo vrt-tun ' "names"
		matches_not "$output" 'vrt-bobs|vrt-unlisted' "list"
	done
	succeeds bob vpnrun -l
	is "$(awk '{ print $1 }' <<<"$output" | grep '^vrt-' | sort | tr '\n' ' ')" \
		'vrt-bobs vrt-down ' "names"
}

@test "their state: up or down" {
	succeeds alice vpnrun --list
	matches "$(grep vrt-tun <<<"$output")" 'up' "a namespace that is there"
	matches "$(grep vrt-down <<<"$output")" 'down' "a namespace that is configured only"
}

@test "root sees all" {
	succeeds vpnrun --list
	matches "$output" 'vrt-bobs' "list"
}

@test "--json is JSON, with the same names" {
	succeeds alice vpnrun --list --json
	is "$(jq -r '.. | .name? // .namespace? // empty' <<<"$output" | sort | tr '\n' ' ')" \
		'vrt-down vrt-lo vrt-tun ' "names"
	succeeds alice vpnrun --json -l
	jq -e . <<<"$output" >/dev/null || fail "no JSON"
}

@test "--json when there is nothing to list is JSON" {
	policy </dev/null
	succeeds alice vpnrun --list --json
	jq -e 'length == 0 or (.. | arrays | length == 0)' <<<"$output" >/dev/null ||
		fail "not an empty list"
}

@test "nothing may be entered: an empty list, status 0" {
	policy </dev/null
	attempt alice vpnrun --list
	is "$status" 0 "status"
	matches_not "$output" 'vrt-' "list"
}

@test "--json belongs to --list" {
	refuses 'json' alice vpnrun --json vrt-tun "${target[@]}"
}

@test "no word may follow --list" {
	attempt alice vpnrun --list vrt-bobs
	[[ $output != *vrt-bobs* ]] || fail "listed what is not the user's"
	is "$status" 125 "status"
}

@test "a broken policy lists nothing" {
	printf '[vrt-tun\nallow = *\n' | policy
	refuses "$POLICY:1" alice vpnrun --list
	printf '[vrt-tun]\nallow = *\n' | policy
	chmod 666 "$POLICY"
	refuses "$POLICY" alice vpnrun --list
}

@test "no namespace is joined for it" {
	strace -f -o "$SHARED/trace" -e trace=setns,unshare,mount -u vrt-alice \
		/usr/local/bin/vpnrun --list >/dev/null
	! grep -E 'setns|unshare|mount' "$SHARED/trace" || fail "a namespace was joined"
}

@test "without a word it may be, a message names what may be entered, and the nearest spelling" {
	refuses 'vrt-tun' alice vpnrun vrt-tum "${target[@]}"
	matches_not "$stderr" 'vrt-bobs' "message"
}
