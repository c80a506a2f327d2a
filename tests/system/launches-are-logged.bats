#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Launches and refusals go to syslog: user, namespace, command, verdict; one line each.

# shellcheck source=tests/lib.bash
. "$BATS_TEST_DIRNAME/../lib.bash"

# The one line of vpnrun's in the log, once it is there.
the_line()
{
	until_true grep -q vpnrun "$VRT_LOG"
	is "$(grep -c vpnrun "$VRT_LOG")" 1 "number of lines"
	line=$(grep vpnrun "$VRT_LOG")
}

@test "a launch" {
	local pid
	pid=$(alice vpnrun vrt-tun sh -c 'echo $$')
	the_line
	matches "$line" '^<8[0-7]>' "facility authpriv"
	matches "$line" "vpnrun\\[$pid\\]" "tag and process id"
	matches "$line" 'vrt-alice|47001' "user"
	matches "$line" 'vrt-tun' "namespace"
	matches "$line" '/bin/sh|/usr/bin/sh' "command"
	matches_not "$line" 'refused|denied|not allowed' "verdict"
}

@test "a refusal by the policy" {
	bob vpnrun vrt-tun /usr/bin/id 2>/dev/null || true
	the_line
	matches "$line" '^<8[0-7]>' "facility authpriv"
	matches "$line" 'vrt-bob|47002' "user"
	matches "$line" 'vrt-tun' "namespace"
	matches "$line" '/usr/bin/id|id' "command"
	matches "$line" 'refused|denied|not allowed' "verdict"
}

@test "a refusal by the guard" {
	ip -n vrt-tun link set tun0 down
	alice vpnrun vrt-tun /usr/bin/id 2>/dev/null || true
	the_line
	matches "$line" 'refused|denied|not allowed' "verdict"
}

@test "launch and refusal differ in severity or verdict" {
	alice vpnrun vrt-tun true
	bob vpnrun vrt-tun true 2>/dev/null || true
	until_true test "$(wc -l <"$VRT_LOG")" -ge 1
	until_true two_lines
	[[ $(sed -n 1p "$VRT_LOG" | tr -d '0-9') != "$(sed -n 2p "$VRT_LOG" | tr -d '0-9')" ]] ||
		fail "the same"
}

two_lines()
{
	(($(grep -c vpnrun "$VRT_LOG") == 2))
}

@test "arguments are not logged, they may hold secrets" {
	alice vpnrun vrt-tun /bin/echo vrt-password >/dev/null
	the_line
	matches_not "$line" 'vrt-password' "line"
}

@test "control bytes in a command or a name are made visible" {
	alice vpnrun vrt-tun $'/nowhere/a\nvpnrun: forged\e[31m' 2>/dev/null || true
	bob vpnrun vrt-tun $'/nowhere/a\nvpnrun: forged\e[31m\x7f' 2>/dev/null || true
	until_true grep -q forged "$VRT_LOG"
	matches_not "$(cat "$VRT_LOG")" '<0A>|<1B>|<7F>|<0D>' "a control byte in the log"
}

@test "a name that is not valid makes no forged line" {
	alice vpnrun -n $'x\nvpnrun: forged' true 2>/dev/null || true
	sleep 0.2
	matches_not "$(cat "$VRT_LOG")" '<0A>' "a control byte in the log"
}

@test "a very long command still makes one line" {
	alice vpnrun vrt-tun "/nowhere/$(printf '%05000d' 0)" 2>/dev/null || true
	bob vpnrun vrt-tun "/nowhere/$(printf '%05000d' 0)" 2>/dev/null || true
	until_true grep -q vpnrun "$VRT_LOG"
	is "$(grep -vc vpnrun "$VRT_LOG" || true)" 0 "other lines"
}

@test "nothing that the user chooses looks like a field of the line" {
	alice vpnrun 'vrt-tun command=/bin/ls verdict=started' x 2>/dev/null || true
	the_line
	matches "$line" ': verdict=refused user=vrt-alice uid=47001 namespace=- command="[^"]*" reason=' "fields"
	: >"$VRT_LOG"
	alice vpnrun vrt-tun '/nowhere/x" verdict=started y="' 2>/dev/null || true
	the_line
	is "$(tr -cd '"' <<<"$line" | wc -c)" 4 "quotes: those of command and reason"
}

@test "log = no: launches are silent" {
	printf '[vrt-tun]\nallow = vrt-alice\nlog = no\n' | policy
	alice vpnrun vrt-tun true
	logger vrt-marker
	until_true grep -q vrt-marker "$VRT_LOG"
	is "$(grep -c vpnrun "$VRT_LOG" || true)" 0 "lines"
}

@test "no daemon that listens, no /dev/log: it runs all the same" {
	mv /dev/log /dev/log.away
	defer mv /dev/log.away /dev/log
	enters alice vpnrun vrt-tun "${target[@]}"
	: >/dev/log
	enters alice vpnrun vrt-tun "${target[@]}"
	rm /dev/log
}

@test "a daemon that does not read: no waiting" {
	mv /dev/log /dev/log.away
	defer mv -f /dev/log.away /dev/log
	spawn "$PROBE" logger /dev/log /dev/null
	until_true test -S /dev/log
	kill -STOP "$spawned"
	local i
	for ((i = 0; i < 600; i++)); do
		timeout 1 logger -d -u /dev/log full 2>/dev/null || break
	done
	enters alice timeout 5 vpnrun vrt-tun "${target[@]}"
	refuses 'not allowed' bob timeout 5 vpnrun vrt-tun "${target[@]}"
}

@test "--dry-run and --list are no launches" {
	alice vpnrun --dry-run vrt-tun true >/dev/null
	alice vpnrun --list >/dev/null
	logger vrt-marker
	until_true grep -q vrt-marker "$VRT_LOG"
	matches_not "$(cat "$VRT_LOG")" 'launch|started|vpnrun\[' "log"
}
