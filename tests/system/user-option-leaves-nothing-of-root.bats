#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# -u USER, for root: that user, all of the user's groups, and no terminal to push words into.

# shellcheck source=tests/lib.bash
. "$BATS_TEST_DIRNAME/../lib.bash"

@test "ids, groups and no capability" {
	attempt vpnrun -u vrt-alice vrt-tun "$PROBE" creds
	is "$status" 0 "status"
	is "$output" "$(alice "$PROBE" creds)" "ids and groups"
	local seen set
	seen=$(vpnrun --user vrt-alice vrt-tun cat /proc/self/status)
	for set in CapInh CapPrm CapEff CapAmb; do
		is "$(field "$set" <<<"$seen")" 0000000000000000 "$set"
	done
}

@test "the groups are the user's, none of root's" {
	setpriv --groups=0,4,27,60001 -- vpnrun -u vrt-bob vrt-tun "$PROBE" creds >"$SHARED/got"
	is "$(cat "$SHARED/got")" "$(bob "$PROBE" creds)" "ids and groups"
}

@test "the user can neither be root again nor write what root may" {
	attempt vpnrun -u vrt-alice vrt-tun sh -c ': >/etc/x || : >/root/x || : >/run/x'
	((status != 0)) || fail "could write"
}

@test "root as USER" {
	attempt vpnrun -u root vrt-tun id -u
	is "$status:$output" 0:0 "user id"
}

@test "an unknown user is an error" {
	refuses 'vrt-nobody-at-all' vpnrun -u vrt-nobody-at-all vrt-tun "${target[@]}"
	refuses '' vpnrun -u '' vrt-tun "${target[@]}"
	refuses '' vpnrun -u $'vrt-alice\n' vrt-tun "${target[@]}"
}

@test "a numeric user is that id if it is accepted, never another" {
	attempt vpnrun -u 47001 vrt-tun id -u
	if ((status == 0)); then
		is "$output" 47001 "user id"
	else
		is "$status" 125 "status"
	fi
	refuses '' vpnrun -u -1 vrt-tun "${target[@]}"
	refuses '' vpnrun -u 4294967295 vrt-tun "${target[@]}"
	refuses '' vpnrun -u 4294967296 vrt-tun "${target[@]}"
}

@test "the policy asks root, who starts it, not USER" {
	enters vpnrun -u vrt-bob vrt-tun "${target[@]}"
	is "$(stat -c %U "$STARTED")" vrt-bob "who ran it"
}

@test "HOME, SHELL, USER, LOGNAME are the user's; all else is the caller's, in its order" {
	cd /usr
	attempt env -i A=1 HOME=/root LD_LIBRARY_PATH=/x USER=root "PATH=$PATH" Z=1 \
		vpnrun -u vrt-alice vrt-tun env
	is "$(grep -E '^(HOME|SHELL|USER|LOGNAME)=' <<<"$output" | sort)" \
		$'HOME=/home/vrt-alice\nLOGNAME=vrt-alice\nSHELL=/bin/bash\nUSER=vrt-alice' "the user's"
	is "$(grep -vE '^(HOME|SHELL|USER|LOGNAME)=' <<<"$output")" \
		"A=1"$'\n'"LD_LIBRARY_PATH=/x"$'\n'"PATH=$PATH"$'\nZ=1\nVPNRUN_NAMESPACE=vrt-tun' "the rest"
	attempt vpnrun -u vrt-alice vrt-tun pwd
	is "$output" /usr "directory"
}

@test "root's open descriptors are not handed on, those of a service manager are" {
	attempt sh -c 'exec 5</etc/shadow 9</etc/shadow; exec vpnrun -u vrt-bob vrt-tun ls /proc/self/fd'
	matches_not "$output" '(^|\s)(5|9)(\s|$)' "descriptors"
	attempt sh -c 'exec 3</dev/null 4</dev/null 5</etc/shadow; export LISTEN_PID=$$ LISTEN_FDS=2
		exec vpnrun -u vrt-bob vrt-tun ls -l /proc/self/fd'
	matches "$output" ' 3 -> /dev/null' "the first that is passed"
	matches "$output" ' 4 -> /dev/null' "the second"
	matches_not "$output" 'shadow' "what is not passed"
}

@test "-C is reached with the user's rights" {
	install -d -m 700 "$SHARED/closed"
	refuses 'closed' vpnrun -u vrt-alice -C "$SHARED/closed" vrt-tun "${target[@]}"
}

@test "commands the user may not run are not run" {
	install -m 700 /bin/true "$SHARED/roots"
	attempt vpnrun -u vrt-alice vrt-tun "$SHARED/roots"
	is "$status" 126 "status"
}

@test "no terminal of root's is left to push input into" {
	script -qec "vpnrun -u vrt-alice vrt-tun $PROBE tiocsti" /dev/null \
		>"$SHARED/typescript" </dev/null || true
	matches "$(cat "$SHARED/typescript")" 'no terminal' "what the target got"
	# The probe itself works where there is one.
	script -qec "$PROBE tiocsti" /dev/null >"$SHARED/typescript" </dev/null || true
	matches_not "$(cat "$SHARED/typescript")" 'no terminal' "what a process with terminal got"
}

@test "without -u the terminal is kept" {
	script -qec "vpnrun vrt-tun $PROBE tiocsti" /dev/null \
		>"$SHARED/typescript" </dev/null || true
	matches_not "$(cat "$SHARED/typescript")" 'no terminal' "what root's own target got"
}

@test "the shell of -u without a command is run as the user" {
	attempt bash -c 'echo id -u | vpnrun -u vrt-alice vrt-tun'
	is "$status:$output" 0:47001 "user id"
}
