# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What the attacks share: the tools, and what the witness is to find.

# shellcheck source=tests/lib.bash
. "$BATS_TEST_DIRNAME/../lib.bash"

readonly ATTACK=/usr/local/libexec/vrt/attack
# shellcheck disable=SC2034 # for the tests
readonly WITNESS=/usr/local/libexec/vrt/witness
readonly COMPLAINTS=$SHARED/complaints

# The tracer knows the registers of this processor alone.
need_tracer()
{
	[[ $(uname -m) == x86_64 ]] || skip "tampering with system calls is written for x86_64"
}

# Under sanitizers a launch makes many calls that are the sanitizers' own.
need_own_calls()
{
	need_tracer
	! is_sanitized || skip "most system calls are the sanitizers' own"
}

is_sanitized()
{
	grep -q '^VPNRUN_SANITIZE:BOOL=ON' "$VRT_BUILD/CMakeCache.txt"
}

# The machine as it is before each attack.
set_up()
{
	reset_machine
	local tool
	for tool in attack witness drop-proof drop-left-out; do
		install -m 755 "$VRT_BUILD/tests/attack/tool/$tool" /usr/local/libexec/vrt/
	done
	install -m 666 /dev/null "$COMPLAINTS"
	as_invoking_user vrt-alice
	set_expected vrt-tun
	before=$(world)
}

setup()
{
	set_up
}

teardown()
{
	clean_up
}

# Whom `attack` starts things as.
as_invoking_user()
{
	unset VRT_AS_ROOT
	VRT_UID=$(id -u "$1")
	VRT_GID=$(id -g "$1")
	VRT_GROUPS=$(id -G "$1" | tr ' ' ,)
	export VRT_UID VRT_GID VRT_GROUPS
}

# set_expected NETNS [KEY=VALUE]...: the witness's words, in $expected; VALUE none leaves one out.
set_expected()
{
	local netns=$1 word
	local -A words
	shift

	words=([log]=$COMPLAINTS [fds]=7 [net]=$(netns_inode "$netns")
		[hostmnt]=$(stat -L -c %i /proc/self/ns/mnt) [mounts]=- [dns]=10.99.0.1
		[nsswitch]=- [etc]=overlay [sys]=tun0 [sets]=- [bits]=0 [uid]=$VRT_UID
		[gid]=$VRT_GID [groups]=$VRT_GROUPS [cwd]=$PWD [name]=$netns
		[hosts]="127.0.0.1 localhost")
	for word; do
		words[${word%%=*}]=${word#*=}
	done
	expected=("log=${words[log]}")
	unset 'words[log]'
	for word in "${!words[@]}"; do
		[[ ${words[$word]} != none ]] || continue
		expected+=("$word=${words[$word]}")
	done
}

# What must be as it was after everything: processes, mounts, files with their owners, modes
# and times.
world()
{
	processes_and_mounts
	find /run /etc /usr/local /dev/shm /home /var/log -xdev ! -path "$VRT_LOG" \
		-printf '%p %i %s %m %U %G %T@ %l\n' | sort
	find /tmp -xdev ! -path '/tmp/bats*' ! -path /tmp ! -path "$COMPLAINTS" \
		! -path "$VRT_BUILD/*" ! -path "$VRT_SOURCE/*" -printf '%p %s %m %U %G\n' | sort
}

processes_and_mounts()
{
	cat /proc/[0-9]*/comm 2>/dev/null | grep -vxE 'grep|sort|bats.*|bash|cat|find|cut|sed' | sort
	# Without the ids, which are others when root unmounts and mounts again.
	cut -d' ' -f4- /proc/self/mountinfo | sed 's/ shared:[0-9]*//' | sort
}

# attack METHOD [WORD]... -- COMMAND...: no launch may break the rule, and nothing is left
# behind. Sets $launches, $right, $refused, $other.
attack()
{
	local rc=0 out words

	out=$("$ATTACK" "$@" 2>&1) || rc=$?
	printf '%s\n' "$out"
	if [[ -s $COMPLAINTS ]]; then
		printf 'the witness says:\n'
		sort "$COMPLAINTS" | uniq -c | sort -rn | head -n 20
	fi
	((rc == 0)) || {
		printf 'attack %s ended with status %d\n' "$1" "$rc"
		return 1
	}
	read -ra words <<<"$(tail -n 1 <<<"$out")"
	# shellcheck disable=SC2034 # for the tests
	launches=${words[1]} right=${words[3]} refused=${words[5]} other=${words[7]}
	nothing_left_behind
}

nothing_left_behind()
{
	local now
	now=$(world)
	[[ $now == "$before" ]] || {
		diff <(printf '%s\n' "$before") <(printf '%s\n' "$now")
		return 1
	}
}

# at_least NUMBER MINIMUM WHAT: an attack that met nothing proves nothing.
at_least()
{
	(($1 >= $2)) || {
		printf '%s: %d, fewer than %d\n' "$3" "$1" "$2"
		return 1
	}
}
