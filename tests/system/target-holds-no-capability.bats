#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The target has what an ordinary process of its user has: ids, groups, and no capability.

# shellcheck source=tests/lib.bash
. "$BATS_TEST_DIRNAME/../lib.bash"

# Ids and capability sets of whoever runs `cat /proc/self/status` through the words given.
credentials()
{
	"$@" cat /proc/self/status |
		grep -E '^(Uid|Gid|Groups|Cap(Inh|Prm|Eff|Bnd|Amb)|NoNewPrivs|Seccomp):'
}

@test "ids, groups, capability sets and securebits equal those without vpnrun" {
	local without
	without=$(credentials alice)
	is "$(credentials alice vpnrun vrt-tun)" "$without" "credentials"
	is "$(alice vpnrun vrt-tun "$PROBE" creds)" "$(alice "$PROBE" creds)" "ids and groups"
	is "$(alice vpnrun vrt-tun "$PROBE" prctl)" "$(alice "$PROBE" prctl)" "securebits"
}

@test "permitted, effective, inheritable and ambient are empty" {
	local status_file set
	status_file=$(alice vpnrun vrt-tun cat /proc/self/status)
	for set in CapInh CapPrm CapEff CapAmb; do
		is "$(field "$set" <<<"$status_file")" 0000000000000000 "$set"
	done
}

@test "groups that no database knows are kept" {
	attempt setpriv --reuid=vrt-alice --regid=vrt-alice --groups=47100,60001,60002 -- \
		vpnrun vrt-tun "$PROBE" creds
	is "$status" 0 "status"
	matches "$output" 'groups 47100 60001 60002' "groups"
}

@test "no groups at all, and a user that no database knows" {
	attempt setpriv --reuid=vrt-alice --regid=vrt-alice --clear-groups -- \
		vpnrun vrt-tun "$PROBE" creds
	is "$(tail -n 1 <<<"$output")" groups "groups"
	printf '[vrt-tun]\nallow = *\n' | policy
	attempt setpriv --reuid=60123 --regid=60124 --clear-groups -- \
		vpnrun vrt-tun "$PROBE" creds
	is "$status" 0 "status"
	matches "$output" 'uid 60123 60123 60123 60123' "user ids"
	matches "$output" 'gid 60124 60124 60124 60124' "group ids"
}

@test "capabilities handed over as inheritable and ambient do not reach the target" {
	# As NixOS's wrappers do it: a plain copy without file capabilities, started with them.
	cp /usr/local/bin/vpnrun "$SHARED/vpnrun"
	local caps set
	caps=$(ambient_caps)
	attempt setpriv --reuid=vrt-alice --regid=vrt-alice --init-groups \
		--inh-caps="$caps" --ambient-caps="$caps" -- \
		"$SHARED/vpnrun" vrt-tun cat /proc/self/status
	is "$status" 0 "status"
	for set in CapInh CapPrm CapEff CapAmb; do
		is "$(field "$set" <<<"$output")" 0000000000000000 "$set"
	done
}

# The set of vpnrun.caps, as setpriv(1) spells it.
ambient_caps()
{
	local caps
	caps=$(grep -v '^#' "$VRT_SOURCE/src/vpnrun/vpnrun.caps" | tr -d ' \n')
	caps=${caps%=*}
	caps=${caps//cap_/+}
	printf '%s\n' "$caps"
}

@test "further capabilities in the caller's inheritable set do not reach the target" {
	local set
	attempt setpriv --reuid=vrt-alice --regid=vrt-alice --init-groups \
		--inh-caps=+net_raw,+setuid,+sys_admin,+chown -- \
		vpnrun vrt-tun cat /proc/self/status
	is "$status" 0 "status"
	for set in CapInh CapPrm CapEff CapAmb; do
		is "$(field "$set" <<<"$output")" 0000000000000000 "$set"
	done
}

@test "further ambient ones, with the installed program, do not reach the target" {
	local set
	attempt setpriv --reuid=vrt-alice --regid=vrt-alice --init-groups \
		--inh-caps=+net_raw,+sys_admin --ambient-caps=+net_raw,+sys_admin -- \
		vpnrun vrt-tun cat /proc/self/status
	is "$status" 0 "status"
	for set in CapInh CapPrm CapEff CapAmb; do
		is "$(field "$set" <<<"$output")" 0000000000000000 "$set"
	done
}

@test "securebits of the caller do not make root of the target, nor stay for its children" {
	local bits
	for bits in +noroot +no_setuid_fixup +keep_caps_locked +noroot,+noroot_locked; do
		attempt setpriv --reuid=vrt-alice --regid=vrt-alice --init-groups \
			--securebits="$bits" -- vpnrun vrt-tun "$PROBE" prctl
		if ((status == 0)); then
			is "${lines[0]}" 'securebits 0' "securebits after $bits"
		else
			is "$status" 125 "status"
			well_formed
		fi
	done
}

# The kernel shows vpnrun at the moment it executes the target: that it has dropped by then,
# not that execve(2) did it. $1 is the user, the rest vpnrun's words; sets $seen.
at_execve()
{
	local user=$1 end=$((SECONDS + 20))
	shift
	# strace does not count the first execve, vpnrun's own start; each later one is held.
	spawn strace -f -o "$SHARED/trace" -e trace=execve \
		-e inject=execve:delay_enter=2000000:when=1+ -u "$user" \
		/usr/local/bin/vpnrun "$@" >"$SHARED/out" 2>&1
	until held; do
		((SECONDS < end)) || {
			cat "$SHARED/out" "$SHARED/trace"
			fail "the target's execve was not seen"
			return 1
		}
		sleep 0.05
	done
}

# Held is a process that stands still in one system call; vpnrun never waits elsewhere.
held()
{
	local pid call

	pid=$(pgrep -x vpnrun) || return
	call=$(cat "/proc/$pid/syscall") || return
	[[ $call == [0-9]* ]] || return
	sleep 0.4
	[[ $(cat "/proc/$pid/syscall") == "$call" ]] || return
	seen=$(cat "/proc/$pid/status")
}

@test "everything is dropped before the target is executed, not by it" {
	local set
	at_execve vrt-alice vrt-tun /bin/true
	for set in CapInh CapPrm CapEff CapAmb; do
		is "$(field "$set" <<<"$seen")" 0000000000000000 "$set at execve"
	done
}

@test "everything is dropped before the first candidate on PATH is tried" {
	local set
	at_execve vrt-alice vrt-tun true
	for set in CapInh CapPrm CapEff CapAmb; do
		is "$(field "$set" <<<"$seen")" 0000000000000000 "$set at execve"
	done
}

@test "for root, too" {
	local set
	at_execve root vrt-tun /bin/true
	for set in CapInh CapPrm CapEff CapAmb; do
		is "$(field "$set" <<<"$seen")" 0000000000000000 "$set at execve"
	done
}

@test "the drop is tried by vpnrun itself: a setns that must fail" {
	strace -f -o "$SHARED/trace" -e trace=setns,execve -u vrt-alice \
		/usr/local/bin/vpnrun vrt-tun /bin/true
	grep setns "$SHARED/trace"
	grep -A1 'setns.*= -1 EPERM' "$SHARED/trace" | grep -q 'execve("/bin/true"' ||
		fail "no refused setns just before the execve"
}

@test "the target can neither leave nor join a namespace" {
	new_netns vrt-other tun
	attempt alice vpnrun vrt-tun "$PROBE" setns /run/netns/vrt-other
	matches "$output" 'not permitted' "setns"
	attempt alice vpnrun vrt-tun "$PROBE" setns /proc/1/ns/net
	matches "$output$stderr" 'not permitted|permission denied' "setns"
	attempt alice vpnrun vrt-tun unshare --net true
	matches "$stderr" 'not permitted' "unshare"
	attempt alice vpnrun vrt-tun mount -t tmpfs none /tmp
	((status != 0)) || fail "the target could mount"
	attempt alice vpnrun vrt-tun umount /etc
	((status != 0)) || fail "the target could unmount"
}

@test "it is in the namespace that was asked for, and in a mount namespace of its own" {
	attempt alice vpnrun vrt-tun readlink /proc/self/ns/net /proc/self/ns/mnt
	is "${lines[0]}" "net:[$(netns_inode vrt-tun)]" "network namespace"
	[[ ${lines[1]} != "$(readlink /proc/self/ns/mnt)" ]] || fail "the caller's mount namespace"
}

@test "the other namespaces are the caller's" {
	local kind
	for kind in user pid ipc uts cgroup time; do
		is "$(alice vpnrun vrt-tun readlink "/proc/self/ns/$kind")" \
			"$(readlink "/proc/self/ns/$kind")" "$kind namespace"
	done
}

@test "no seccomp filter is on it" {
	is "$(alice vpnrun vrt-tun cat /proc/self/status | field Seccomp)" 0 Seccomp
}
