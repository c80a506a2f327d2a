#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# A process of the same user does to vpnrun what it may while that starts: the target runs
# exactly right or not at all, nothing is left behind (D15), and from exec to exec nobody looks
# into vpnrun (D17).

# shellcheck source=tests/attack/lib.bash
. "$BATS_TEST_DIRNAME/lib.bash"

launch()
{
	attack "$@" -- "${vpnrun-/usr/local/bin/vpnrun}" vrt-tun "$WITNESS" "${expected[@]}"
}

# A launch under sanitizers takes ten times as long.
launches_of()
{
	if is_sanitized; then echo $(($1 / 5)); else echo "$1"; fi
}

@test "signals at any moment" {
	launch storm signals "$(launches_of 600)"
	at_least "$right" "$(launches_of 200)" "launches that got through"
	at_least "$refused" "$(launches_of 10)" "launches that did not"
}

@test "a timer that was set before" {
	launch storm timer "$(launches_of 600)"
	at_least "$refused" "$(launches_of 100)" "launches that did not get through"
}

@test "prlimit at any moment" {
	! is_sanitized || skip "AddressSanitizer, without memory, ends with status 0"
	launch storm limits "$(launches_of 600)"
	at_least "$right" "$(launches_of 50)" "launches that got through"
	at_least "$refused" "$(launches_of 10)" "launches that did not"
}

@test "prlimit at every system call" {
	need_own_calls
	local limit through=0
	for limit in "nofile 0" "nofile 5" "as 0" "data 0" "stack 0" "fsize 0" "fsize 5" "nproc 0"; do
		# shellcheck disable=SC2086 # two words
		launch squeeze $limit
		at_least "$launches" 200 launches
		through=$((through + right))
	done
	at_least "$through" 20 "right launches"
}

@test "SIGKILL at every system call" {
	need_own_calls
	launch kill
	is "$right" 0 "right launches"
	at_least "$refused" 200 "killed launches"
}

@test "an ordinary process of the user is open to each of the ways that are tried here" {
	"$ATTACK" pry -- /bin/sleep 60
}

@test "SIGSTOP at every system call: its user finds no way in, and it goes on" {
	need_own_calls
	launch stop pry
	is "$right" "$launches" "right launches"
	at_least "$launches" 200 launches
}

# As NixOS's wrappers do: the kernel does not take it for a privileged program then, so that
# vpnrun has to keep others out, as soon as it can.
@test "the same for a copy that is handed its capabilities as ambient" {
	need_own_calls
	install -m 755 /usr/local/bin/vpnrun "$SHARED/vpnrun"
	before=$(world)
	export VRT_AMBIENT=1
	vpnrun=$SHARED/vpnrun
	launch clean
	is "$right" 1 "right launches"
	launch stop pry-undumpable
	is "$right" "$launches" "right launches"
	at_least "$launches" 180 launches
}

@test "the same for root who becomes the user, from then on" {
	need_own_calls
	VRT_AS_ROOT=1 attack stop pry-switched -- /usr/local/bin/vpnrun -u vrt-alice vrt-tun \
		"$WITNESS" "${expected[@]}"
	is "$right" "$launches" "right launches"
	at_least "$launches" 100 launches
}
