# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What the system tests share. They are run by tests/sandbox, as root, in a throw-away copy of
# the machine, so they may change anything in it: each test finds it as reset_machine leaves it.

bats_require_minimum_version 1.5.0

[[ -n ${VRT_SOURCE-} && -f /run/install.log ]] || {
	echo "system tests run by tests/sandbox only: they rewrite /etc" >&2
	exit 1
}

readonly POLICY=/etc/vpnrun/vpnrun.conf
readonly PROBE=/usr/local/libexec/vrt/probe
readonly SHARED=/tmp/vrt          # everyone may write here
readonly STARTED=$SHARED/started  # made by the target below
# shellcheck disable=SC2034 # for the tests
readonly target=(/usr/bin/touch "$STARTED")
readonly PATH=/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin
export PATH LC_ALL=C

deferred=()

# The same machine before each test: a tunnel namespace vrt-tun that vrt-alice may enter.
reset_machine()
{
	local netns

	umask 022
	for netns in $(ip netns list | cut -d' ' -f1); do
		ip netns delete "$netns"
	done
	rm -rf -- /etc/vpnrun /etc/netns /run/vpnrun "$SHARED"
	mkdir -p /etc/vpnrun /etc/netns
	install -d -m 1777 "$SHARED"
	: >"$VRT_LOG"
	new_netns vrt-tun tun
	policy <<-'END'
		[vrt-tun]
		allow = vrt-alice
	END
	cd /home/vrt-alice || return
}

setup()
{
	reset_machine
}

teardown()
{
	clean_up
}

clean_up()
{
	local i

	cd /
	for ((i = ${#deferred[@]} - 1; i >= 0; i--)); do
		eval "${deferred[i]}" || echo "cleaning up failed: ${deferred[i]}"
	done
}

# Run the words, after the test, in reverse order.
defer()
{
	deferred+=("${*@Q}")
}

# vpnrun.conf from standard input.
policy()
{
	install -D -m 644 -o root -g root /dev/stdin "$POLICY"
}

# new_netns NAME KIND: a named network namespace with a resolv.conf of its own. KIND is
#   bare  nothing but a lo that is down
#   lo    lo alone, up
#   tun   lo, and a tun device with the default routes of both families
new_netns()
{
	local name=$1 kind=$2

	ip netns add "$name"
	mkdir -p "/etc/netns/$name"
	printf 'nameserver 10.99.0.1\n' >"/etc/netns/$name/resolv.conf"
	[[ $kind != bare ]] || return 0
	ip -n "$name" link set lo up
	[[ $kind != lo ]] || return 0
	add_tun "$name" tun0
	ip -n "$name" -batch - <<-'END'
		address add 10.99.0.2/32 dev tun0
		address add fd99::2/128 dev tun0 nodad
		route add default dev tun0
		route add ::/0 dev tun0
	END
}

# add_tun NETNS DEVICE: a tun device that is up, without addresses or routes.
add_tun()
{
	ip -n "$1" tuntap add mode tun "$2"
	ip netns exec "$1" sysctl -q -w "net.ipv6.conf.$2.addr_gen_mode=1"
	ip -n "$1" link set "$2" up
}

# add_veth NETNS DEVICE: a pair, DEVICE with 10.98.0.2/24 inside, its peer up out here.
add_veth()
{
	ip link add "vrt-$2" type veth peer name "$2" netns "$1"
	ip address add 10.98.0.1/24 dev "vrt-$2"
	ip link set "vrt-$2" up
	ip -n "$1" -batch - <<-END
		address add 10.98.0.2/24 dev $2
		link set $2 up
	END
	defer ip link delete "vrt-$2"
}

netns_inode()
{
	stat -L -c %i "/run/netns/$1"
}

# as_user USER COMMAND...: with that user's ids and groups and a plain environment.
as_user()
{
	local user=$1
	shift
	# env between, so that what setpriv still holds does not count for what comes after.
	${exec_word-} setpriv --reuid="$user" --regid="$user" --init-groups -- \
		env -i "HOME=/home/$user" "USER=$user" "LOGNAME=$user" SHELL=/bin/bash \
		"PATH=$PATH" LC_ALL=C TERM=dumb "$@"
}

alice()
{
	as_user vrt-alice "$@"
}

bob()
{
	as_user vrt-bob "$@"
}

# Tell what the last `attempt` did, and fail.
fail()
{
	printf '%s\n' "$*"
	printf 'status: %s\n' "${status-}"
	printf 'stdout: %s\n' "${output-}" | head -c 4000
	printf '\nstderr: %s\n' "${stderr-}" | head -c 4000
	return 1
}

# Run the words; leaves status, output and stderr.
attempt()
{
	rm -f -- "$STARTED"
	run --separate-stderr "$@"
}

# is GOT WANTED WHAT
is()
{
	[[ $1 == "$2" ]] || fail "$3: got ${1@Q}, not ${2@Q}"
}

# matches TEXT REGEX WHAT: without regard to case.
matches()
{
	local rc=0

	shopt -s nocasematch
	[[ $1 =~ $2 ]] || rc=1
	shopt -u nocasematch
	((rc == 0)) || fail "$3: ${1@Q} does not match ${2@Q}"
}

# matches_not TEXT REGEX WHAT
matches_not()
{
	local rc=0

	shopt -s nocasematch
	[[ ! $1 =~ $2 ]] || rc=1
	shopt -u nocasematch
	((rc == 0)) || fail "$3: ${1@Q} matches ${2@Q}"
}

# succeeds COMMAND...: status 0, nothing on stderr.
succeeds()
{
	attempt "$@"
	((status == 0)) || fail "not status 0: $*"
	[[ -z $stderr ]] || fail "something on stderr: $*"
}

# enters COMMAND...: the command was to run ${target[@]}, and did.
enters()
{
	succeeds "$@"
	[[ -e $STARTED ]] || fail "the target did not run: $*"
}

# refuses REGEX COMMAND...: status 125, the target did not run, nothing on stdout, and messages
# of the one form, of which some text matches REGEX.
refuses()
{
	local pattern=$1
	shift
	attempt "$@"
	((status == 125)) || fail "not status 125: $*"
	[[ ! -e $STARTED ]] || fail "the target ran: $*"
	[[ -z $output ]] || fail "something on stdout: $*"
	well_formed
	matches "$stderr" "$pattern" "the message of $*"
}

# refuses_and_helps REGEX COMMAND...: the same, and an indented line says what to do.
refuses_and_helps()
{
	refuses "$@"
	[[ $stderr == *$'\n  '* ]] || fail "no remedy"
}

# Every line of stderr is "vpnrun: WHAT" or, indented, the remedy; no control byte in it.
well_formed()
{
	local line

	while IFS= read -r line; do
		[[ $line == 'vpnrun: '?* || $line == '  '?* ]] || fail "a line of odd form: ${line@Q}"
		[[ $line != *[[:cntrl:]]* ]] || fail "a control byte: ${line@Q}"
	done <<<"$stderr"
	[[ $stderr == 'vpnrun: '* ]] || fail "the first line is no message"
}

# field NAME: the value of that line of a /proc/PID/status on standard input.
field()
{
	awk -v name="$1:" '$1 == name { $1 = ""; sub(/^ /, ""); print }'
}

# until_true COMMAND...: wait for it, 10 seconds at most.
until_true()
{
	local end=$((SECONDS + 10))

	until "$@"; do
		((SECONDS < end)) || fail "waited in vain for: $*"
		sleep 0.02
	done
}

# spawn COMMAND...: in the background, as the very process whose id is then in $spawned; it is
# killed after the test, and holds none of the descriptors that bats waits for.
spawn()
{
	(
		# shellcheck disable=SC2034 # for as_user
		exec_word='exec'
		close_further_descriptors
		if declare -F "$1" >/dev/null; then
			"$@"
		else
			exec "$@"
		fi
	) &
	spawned=$!
	defer kill_waiter "$spawned"
}

# bats leaves some of its own open to what it runs.
close_further_descriptors()
{
	local path number

	for path in /proc/"$BASHPID"/fd/*; do
		number=${path##*/}
		((number <= 2)) || exec {number}>&-
	done
}

# start_waiting COMMAND...: start the words in the background, with `probe waitfor` and what
# finish COMMAND ARG... has it run at the end; that is: vpnrun in the words up to the command.
# Returns when the target waits inside. Sets waiter to its process id.
start_waiting()
{
	rm -f -- "$SHARED/go" "$SHARED/waiting"
	spawn "$@" "$PROBE" waitfor / "$SHARED/go" /bin/sh "$SHARED/last-words" \
		>"$SHARED/waiting" 2>"$SHARED/waiting.err"
	waiter=$spawned
	until_true has_line waiting "$SHARED/waiting" || {
		cat "$SHARED/waiting.err"
		return 1
	}
}

# finish SCRIPT: have the waiting target run the shell script; leaves status and output.
finish()
{
	printf '%s\n' "$1" >"$SHARED/last-words"
	: >"$SHARED/go"
	status=0
	wait "$waiter" || status=$?
	output=$(sed 1d "$SHARED/waiting")
	# shellcheck disable=SC2034 # for the tests
	stderr=$(<"$SHARED/waiting.err")
}

kill_waiter()
{
	kill -KILL "$1" 2>/dev/null || true
}

has_line()
{
	grep -qxF -- "$1" "$2"
}
