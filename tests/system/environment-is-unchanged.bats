#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The target's environment is the caller's, byte for byte, and VPNRUN_NAMESPACE.

# shellcheck source=tests/lib.bash
. "$BATS_TEST_DIRNAME/../lib.bash"

# Variables that the loader takes away from a program with capabilities (ld.so(8)).
readonly unsecure=(
	LD_LIBRARY_PATH=/x LD_PRELOAD= LD_AUDIT= LD_DEBUG_OUTPUT=/x LD_PROFILE_OUTPUT=/x
	LD_DYNAMIC_WEAK=1 LD_BIND_NOT=1 TMPDIR=/t RES_OPTIONS=timeout:1 LOCALDOMAIN=x
	HOSTALIASES=/x NLSPATH=/x LOCPATH=/x GCONV_PATH=/x GETCONF_DIR=/x MALLOC_TRACE=/x
	NIS_PATH=x RESOLV_HOST_CONF=/x TZDIR=/x GLIBC_TUNABLES=glibc.malloc.perturb=0
	LD_ORIGIN_PATH=/x LD_USE_LOAD_BIAS=1 MALLOC_ARENA_MAX=1
)

# environment ENTRY...: what the target sees of such an environment is in $SHARED/got.
environment()
{
	printf '%s\0' "$@" >"$SHARED/given"
	attempt setpriv --reuid=vrt-alice --regid=vrt-alice --init-groups -- \
		"$PROBE" execenv "$SHARED/given" /usr/local/bin/vpnrun vrt-tun \
		/bin/sh -c "exec $PROBE environ >$SHARED/got"
	succeeded
}

succeeded()
{
	((status == 0)) || fail "the target did not run"
	[[ -z $stderr ]] || fail "something on stderr"
}

# The same without a shell between, for it would drop what is no variable.
raw_environment()
{
	if (($#)); then
		printf '%s\0' "$@" >"$SHARED/given"
	else
		: >"$SHARED/given"
	fi
	status=0
	setpriv --reuid=vrt-alice --regid=vrt-alice --init-groups -- \
		"$PROBE" execenv "$SHARED/given" /usr/local/bin/vpnrun vrt-tun \
		"$PROBE" environ >"$SHARED/got" 2>"$SHARED/err" || status=$?
	stderr=$(<"$SHARED/err")
	succeeded
}

# What the target got is what was given, and one entry more; the order of those given is kept.
same_but_for_the_name()
{
	cp "$SHARED/given" "$SHARED/wanted"
	printf 'VPNRUN_NAMESPACE=vrt-tun\0' >>"$SHARED/wanted"
	cmp "$SHARED/wanted" "$SHARED/got" || {
		diff <(tr '\0' '\n' <"$SHARED/wanted") <(tr '\0' '\n' <"$SHARED/got") | head -20
		fail "the environment is not the same"
	}
}

@test "a plain environment" {
	raw_environment PATH=/usr/bin:/bin HOME=/home/vrt-alice LANG=C
	same_but_for_the_name
}

@test "an empty environment" {
	raw_environment
	same_but_for_the_name
}

@test "every variable that the loader removes from privileged programs" {
	raw_environment A=1 "${unsecure[@]}" Z=1
	same_but_for_the_name
}

@test "each of these alone, so that none hides behind another" {
	local entry
	for entry in "${unsecure[@]}"; do
		raw_environment "$entry"
		same_but_for_the_name
	done
}

@test "duplicates, in their order" {
	raw_environment A=1 A=2 LD_LIBRARY_PATH=/a LD_LIBRARY_PATH=/b A=1
	same_but_for_the_name
}

@test "empty strings, entries without =, an empty name, values with =" {
	raw_environment A=1 '' WORD LD_LIBRARY_PATH '' =x = A==b LD_PRELOAD=
	same_but_for_the_name
}

@test "an empty string first and last" {
	raw_environment '' A=1 ''
	same_but_for_the_name
}

@test "bytes that are no text" {
	raw_environment $'A=\xff\xfe\x01\x7f' $'\xc3=\n\t\e[31m' TMPDIR=$'\xff'
	same_but_for_the_name
}

@test "an entry of 120 kB, and 5000 entries" {
	raw_environment "A=$(printf '%0120000d' 0)" LD_LIBRARY_PATH=/x
	same_but_for_the_name
	local many
	mapfile -t many < <(seq -f 'NAME%g=value' 5000)
	raw_environment "${many[@]}" TMPDIR=/t
	same_but_for_the_name
}

@test "VPNRUN_NAMESPACE of the caller does not survive" {
	raw_environment A=1 VPNRUN_NAMESPACE=other B=2 VPNRUN_NAMESPACE=third
	local got
	got=$(tr '\0' '\n' <"$SHARED/got" | sort)
	is "$got" $'A=1\nB=2\nVPNRUN_NAMESPACE=vrt-tun' "the environment"
}

@test "root's environment, too" {
	printf '%s\0' LD_LIBRARY_PATH=/x TMPDIR=/t A=1 A=2 >"$SHARED/given"
	"$PROBE" execenv "$SHARED/given" /usr/local/bin/vpnrun vrt-tun "$PROBE" environ \
		>"$SHARED/got"
	same_but_for_the_name
}

@test "a variable that names a file makes vpnrun neither read nor write it" {
	environment LD_DEBUG=all "LD_DEBUG_OUTPUT=$SHARED/debug" "MALLOC_TRACE=$SHARED/trace" \
		"LD_PROFILE_OUTPUT=$SHARED"
	# The shell that runs as the target is an ordinary program and may write there;
	# vpnrun's own process would be the one with the name of the program.
	! grep -rlqs 'vpnrun' "$SHARED"/debug.* || fail "the loader wrote for vpnrun"
}
