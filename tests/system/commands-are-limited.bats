#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# commands = PATHS: these programs alone may be run in the namespace.

# shellcheck source=tests/lib.bash
. "$BATS_TEST_DIRNAME/../lib.bash"

setup()
{
	reset_machine
	install -d -m 755 /usr/local/vrt
	# shellcheck disable=SC2016 # for the inner shell
	printf '#!/bin/sh\necho ran "$0" "$@"\n' >/usr/local/vrt/good
	cp /usr/local/vrt/good /usr/local/vrt/other
	chmod 755 /usr/local/vrt/*
	policy <<-'END'
		[vrt-tun]
		allow = vrt-alice
		commands = /usr/local/vrt/good /usr/bin/id
	END
}

@test "a listed command, by path and by name" {
	attempt alice vpnrun vrt-tun /usr/local/vrt/good a b
	is "$status" 0 "status"
	matches "$output" 'ran .* a b' "output"
	attempt alice env "PATH=/usr/local/vrt:$PATH" vpnrun vrt-tun good
	is "$status" 0 "status by name"
	attempt alice vpnrun vrt-tun id -un
	is "$status:$output" 0:vrt-alice "a binary"
}

@test "any other is refused, and the message says what is allowed" {
	refuses_and_helps 'command|not allowed' alice vpnrun vrt-tun /usr/local/vrt/other
	refuses 'touch' alice vpnrun vrt-tun "${target[@]}"
	refuses '' alice vpnrun vrt-tun sh -c "touch $STARTED"
}

@test "without a command the shell is refused" {
	refuses '' alice vpnrun vrt-tun
}

@test "a copy, or another file of the same name" {
	cp /usr/local/vrt/good "$SHARED/good"
	refuses '' alice vpnrun vrt-tun "$SHARED/good"
	refuses '' alice env "PATH=$SHARED:$PATH" vpnrun vrt-tun good
}

@test "a link to it is it, a link from its name elsewhere is not" {
	ln -s /usr/local/vrt/good "$SHARED/alias"
	attempt alice vpnrun vrt-tun "$SHARED/alias"
	is "$status" 0 "status by a link"
	ln -sf /usr/local/vrt/other "$SHARED/good"
	refuses '' alice vpnrun vrt-tun "$SHARED/good"
}

@test "a path in the list that is a link counts as what it leads to" {
	ln -s good /usr/local/vrt/link
	policy <<-'END'
		[vrt-tun]
		allow = *
		commands = /usr/local/vrt/link
	END
	attempt alice vpnrun vrt-tun /usr/local/vrt/good
	is "$status" 0 "status"
	attempt alice vpnrun vrt-tun /usr/local/vrt/link
	is "$status" 0 "status"
}

@test "a path with .. or // in it" {
	attempt alice vpnrun vrt-tun /usr/local/vrt/../vrt//good
	is "$status" 0 "status"
	refuses '' alice vpnrun vrt-tun /usr/local/vrt/../vrt/other
}

@test "a listed path that does not exist allows nothing" {
	policy <<-'END'
		[vrt-tun]
		allow = *
		commands = /nowhere/command
	END
	refuses '' alice vpnrun vrt-tun "${target[@]}"
}

@test "an empty list allows no command, or is an error" {
	printf '[vrt-tun]\nallow = *\ncommands =\n' | policy
	attempt alice vpnrun vrt-tun "${target[@]}"
	[[ $status == 125 || ( $status == 0 && -e $STARTED ) ]] || fail "neither any nor none"
}

@test "a command that is not there is 127, not a question of the policy" {
	attempt alice vpnrun vrt-tun /nowhere/command
	is "$status" 127 "status"
}

@test "the file that was judged is the file that is run" {
	# A user exchanges the file all the time: whatever comes out, other never ran.
	install -d -o vrt-alice "$SHARED/dir"
	spawn alice bash -c "while :; do ln -sfn /usr/local/vrt/good $SHARED/dir/x; \
		ln -sfn /usr/local/vrt/other $SHARED/dir/x; done"
	until_true test -e "$SHARED/dir/x"
	printf '#!/bin/sh\necho OTHER\n' >/usr/local/vrt/other
	local round # not i: `run` has one
	for ((round = 0; round < 60; round++)); do
		attempt alice vpnrun vrt-tun "$SHARED/dir/x"
		[[ $output != *OTHER* ]] || fail "the other file ran"
	done
}

teardown()
{
	clean_up
	rm -r /usr/local/vrt
}
