#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Exit status: 125 vpnrun itself, 126 cannot be run, 127 not found, else the command's own.

# shellcheck source=tests/lib.bash
. "$BATS_TEST_DIRNAME/../lib.bash"

@test "the command's own status" {
	local code
	for code in 0 1 2 77 124 125 126 127 128 255; do
		attempt alice vpnrun vrt-tun sh -c "exit $code"
		is "$status" "$code" "status"
		[[ -z $stderr ]] || fail "a message for the command's own status"
	done
}

@test "a signal ends the very process, so the shell says 128 + signal" {
	local signal
	for signal in TERM KILL INT SEGV; do
		attempt alice bash -c "vpnrun vrt-tun sh -c 'ulimit -c 0; kill -$signal \$\$'"
		is "$status" "$((128 + $(kill -l "$signal")))" "status after SIG$signal"
	done
}

@test "127: no such command on PATH" {
	attempt alice vpnrun vrt-tun vrt-no-such-command
	is "$status" 127 "status"
	well_formed
	matches "$stderr" 'vrt-no-such-command' "the message"
}

@test "127: no such path" {
	attempt alice vpnrun vrt-tun /nowhere/vrt-no-such-command
	is "$status" 127 "status"
	well_formed
	attempt alice vpnrun vrt-tun ./vrt-no-such-command
	is "$status" 127 "status"
	attempt alice vpnrun vrt-tun ''
	is "$status" 127 "status of an empty word"
}

@test "126: a file that is not executable" {
	: >"$SHARED/plain"
	attempt alice vpnrun vrt-tun "$SHARED/plain"
	is "$status" 126 "status"
	well_formed
	matches "$stderr" 'plain.*permission denied' "the message"
	attempt alice env "PATH=$SHARED" /usr/local/bin/vpnrun vrt-tun plain
	is "$status" 126 "status on PATH"
}

@test "126: a directory, a wrong format, an interpreter that is missing" {
	attempt alice vpnrun vrt-tun /usr
	is "$status" 126 "status of a directory"
	printf '\x7fELFjunk' >"$SHARED/broken"
	chmod 755 "$SHARED/broken"
	attempt alice vpnrun vrt-tun "$SHARED/broken"
	is "$status" 126 "status of a broken program"
	printf '#!/nowhere/interpreter\n' >"$SHARED/script"
	chmod 755 "$SHARED/script"
	attempt alice vpnrun vrt-tun "$SHARED/script"
	((status == 126 || status == 127)) || fail "status of a script without interpreter"
}

@test "126: arguments too long" {
	truncate -s 0 "$SHARED/given"
	local i
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
		printf "V$i=%0125000d\0" 0 >>"$SHARED/given"
	done
	# What vpnrun itself could just be started with does not fit with one variable more
	# under a smaller stack limit; whatever it says, the target does not run by halves.
	attempt alice "$PROBE" execenv "$SHARED/given" /usr/local/bin/vpnrun vrt-tun "${target[@]}"
	if ((status == 0)); then
		[[ -e $STARTED ]] || fail "status 0, but the target did not run"
	else
		((status == 125 || status == 126)) || fail "status"
		[[ ! -e $STARTED ]] || fail "the target ran"
	fi
}

@test "PATH: first match that can be run; one that cannot is passed over" {
	mkdir "$SHARED/a" "$SHARED/b"
	: >"$SHARED/a/vrt-tool"
	printf '#!/bin/sh\necho found\n' >"$SHARED/b/vrt-tool"
	chmod 755 "$SHARED/b/vrt-tool"
	attempt alice env "PATH=$SHARED/a:$SHARED/b" /usr/local/bin/vpnrun vrt-tun vrt-tool
	is "$status:$output" "0:found" "the second on PATH"
}

@test "PATH: an empty or missing PATH behaves as the shell's execvp does" {
	attempt alice env -u PATH /usr/local/bin/vpnrun vrt-tun true
	is "$status" 0 "status without PATH"
	cd "$SHARED"
	printf '#!/bin/sh\necho here\n' >vrt-tool
	chmod 755 vrt-tool
	attempt alice env PATH=: /usr/local/bin/vpnrun vrt-tun vrt-tool
	is "$status:$output" "0:here" "an empty entry is the working directory"
	attempt alice env PATH=/usr/bin /usr/local/bin/vpnrun vrt-tun vrt-tool
	is "$status" 127 "status"
}

@test "a script without #! is not run by a shell behind one's back" {
	printf 'touch %q\n' "$STARTED" >"$SHARED/script"
	chmod 755 "$SHARED/script"
	attempt alice vpnrun vrt-tun "$SHARED/script"
	is "$status" 126 "status"
}

@test "125: whatever vpnrun itself fails at" {
	refuses 'no-such' alice vpnrun -n vrt-no-such "${target[@]}"
	refuses 'option|usage|--help' alice vpnrun --no-such-option
	refuses '' bob vpnrun vrt-tun "${target[@]}"
}
