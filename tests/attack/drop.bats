#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The capabilities are given up for good before the target is executed, not by it (D3).

# shellcheck source=tests/attack/lib.bash
. "$BATS_TEST_DIRNAME/lib.bash"

# prove PROGRAM: run it as vrt-alice, with the capabilities that vpnrun gets.
prove()
{
	setcap "$(<"$VRT_SOURCE/src/vpnrun/vpnrun.caps")" "/usr/local/libexec/vrt/$1"
	status=0
	output=$(alice "/usr/local/libexec/vrt/$1" /run/netns/vrt-tun 2>&1) || status=$?
	printf '%s\n' "$output"
}

@test "after the drop capset, setns, unshare, mount, chown are refused" {
	prove drop-proof
	is "$status" 0 "status"
	is "$(grep -c ': Operation not permitted' <<<"$output")" 5 "refused by EPERM"
}

@test "without the drop the same attempts succeed, so they prove something" {
	prove drop-left-out
	is "$status" 0 "status"
	is "$(grep -c ': done$' <<<"$output")" 5 "attempts that succeeded"
}

@test "vpnrun.caps grants nothing but what the proof tries out" {
	prove drop-left-out
	getcap /usr/local/bin/vpnrun
	is "$(getcap /usr/local/bin/vpnrun | cut -d' ' -f2)" \
		"$(getcap /usr/local/libexec/vrt/drop-left-out | cut -d' ' -f2)" "capabilities"
}

# What stands in /proc/PID/status when execve is called. Sets $output; $1 executions expected.
at_execve()
{
	local executions=$1 key
	shift
	need_tracer
	output=$("$ATTACK" execve -- "$@")
	printf '%s\n' "$output"
	is "$(grep -c '^execve$' <<<"$output")" "$executions" "executions" || return
	for key in CapInh CapPrm CapEff CapAmb; do
		is "$(grep -c "^$key:"$'\t0000000000000000$' <<<"$output")" "$executions" "empty $key" || return
	done
}

@test "at the execve all four sets are empty" {
	at_execve 1 /usr/local/bin/vpnrun vrt-tun /bin/true
	is "$(grep -c $'^NoNewPrivs:\t0$' <<<"$output")" 1 "without no_new_privs"
	matches "$output" 'end: status 0, the target was started' "the end"
}

@test "at the execve that is refused" {
	printf '#!/nowhere\n' >"$SHARED/script"
	chmod 755 "$SHARED/script"
	at_execve 1 /usr/local/bin/vpnrun vrt-tun "$SHARED/script"
	matches "$output" 'end: status 126' "the end"
	printf 'exit 7\n' >"$SHARED/script"
	at_execve 1 /usr/local/bin/vpnrun vrt-tun "$SHARED/script"
	matches "$output" 'end: status 126' "the end"
}

@test "nothing on PATH is executed before the one that is meant" {
	mkdir "$SHARED"/{a,b}
	printf '#!/bin/sh\nexit 7\n' | tee "$SHARED"/{a,b}/vrt-command >/dev/null
	chmod 644 "$SHARED/a/vrt-command"
	chmod 755 "$SHARED/b/vrt-command"
	VRT_PATH="PATH=/nowhere:$SHARED/a:$SHARED/b" at_execve 1 /usr/local/bin/vpnrun vrt-tun \
		vrt-command
	matches "$output" 'end: status 7' "the end"
}

@test "for root, who has everything again after execve" {
	VRT_AS_ROOT=1 at_execve 1 /usr/local/bin/vpnrun vrt-tun /bin/true
}

@test "for root who becomes another user" {
	VRT_AS_ROOT=1 at_execve 1 /usr/local/bin/vpnrun -u vrt-alice vrt-tun /bin/true
	is "$(grep -c $'^Uid:\t47001\t47001\t47001\t47001$' <<<"$output")" 1 "user ids at execve"
}

@test "no_new_privs is set before the execve, where it is asked for" {
	at_execve 1 /usr/local/bin/vpnrun --no-new-privileges vrt-tun /bin/true
	is "$(grep -c $'^NoNewPrivs:\t1$' <<<"$output")" 1 "with no_new_privs"
}
