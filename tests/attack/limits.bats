#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Started with odd arguments, descriptors, limits, environments: the target runs exactly right,
# or it does not run and the status tells (D2).

# shellcheck source=tests/attack/lib.bash
. "$BATS_TEST_DIRNAME/lib.bash"

launch()
{
	attack "$@" -- /usr/local/bin/vpnrun vrt-tun "$WITNESS" "${expected[@]}"
}

# AddressSanitizer reserves terabytes of address space, and much of the rest.
need_plain_memory()
{
	! is_sanitized || skip "AddressSanitizer does not start with little memory"
}

@test "no argv[0], odd ones, huge command lines" {
	launch argv
	at_least "$right" 12 "right launches"
	at_least "$refused" 1 "refused launches"
}

@test "every combination of closed standard descriptors, and up to nine more" {
	launch fds
	is "$right" 80 "right launches"
}

@test "RLIMIT_NOFILE from 0 to 40" {
	launch limits nofile 0 40 1
	at_least "$right" 20 "right launches"
	at_least "$refused" 6 "refused launches"
}

# A limit lasts: a name service that cannot open its files says the same however often.
@test "RLIMIT_NOFILE from 0 to 40, root for another user, -u" {
	VRT_AS_ROOT=1 attack limits nofile 0 40 1 -- /usr/local/bin/vpnrun -u vrt-alice vrt-tun \
		"$WITNESS" "${expected[@]}"
	at_least "$right" 20 "right launches"
	at_least "$refused" 6 "refused launches"
}

@test "RLIMIT_AS" {
	need_plain_memory
	launch limits as 0 12000000 100000
	at_least "$right" 10 "right launches"
	at_least "$refused" 10 "refused launches"
}

@test "RLIMIT_DATA" {
	need_plain_memory
	launch limits data 0 6000000 40000
	at_least "$right" 10 "right launches"
	at_least "$refused" 10 "refused launches"
}

@test "RLIMIT_STACK" {
	need_plain_memory
	launch limits stack 0 400000 4096
	at_least "$right" 10 "right launches"
	at_least "$refused" 4 "refused launches"
}

@test "RLIMIT_FSIZE" {
	launch limits fsize 0 2048 64
	at_least "$refused" 1 "refused launches"
	at_least "$right" 1 "right launches"
}

@test "RLIMIT_NPROC, RLIMIT_CPU, RLIMIT_MEMLOCK, RLIMIT_CORE" {
	local resource
	for resource in nproc cpu memlock core; do
		launch limits "$resource" 0 4 1
		at_least "$right" 4 "right launches" # no processor time at all kills it
	done
}

@test "huge and odd environments" {
	launch environ
	at_least "$right" 15 "right launches"
}

@test "standard error full, broken, closed, read-only: a launch" {
	set_expected vrt-tun fds=none
	launch stderr started
	is "$right" 8 "right launches"
}

@test "standard error full, broken, closed, read-only: a refusal stays one" {
	attack stderr refused -- /usr/local/bin/vpnrun vrt-nowhere "$WITNESS" "${expected[@]}"
	is "$right" 0 "right launches"
}
