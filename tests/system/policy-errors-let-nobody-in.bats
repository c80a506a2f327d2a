#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# What is not plain and known in the policy file is an error with its line; nobody gets in.

# shellcheck source=tests/lib.bash
. "$BATS_TEST_DIRNAME/../lib.bash"

# wrong LINE REGEX: the policy on standard input is refused at that line.
wrong()
{
	policy
	refuses_and_helps "$POLICY:$1: .*$2" alice vpnrun vrt-tun "${target[@]}"
	refuses "$POLICY:$1: .*$2" bob vpnrun vrt-tun "${target[@]}"
	refuses "$POLICY:$1: " vpnrun vrt-tun "${target[@]}"
}

@test "an unknown key" {
	printf '[vrt-tun]\nallow = *\n\nalow = x\n' | wrong 4 'unknown key "alow"'
	printf '[vrt-tun]\nallow = *\nAllow = x\n' | wrong 3 'Allow'
}

@test "an unknown key in another section" {
	printf '[vrt-tun]\nallow = *\n[vrt-other]\nfoo = 1\n' | wrong 4 'unknown key "foo"'
	printf '[*]\nfoo = 1\n[vrt-tun]\nallow = *\n' | wrong 2 'unknown key "foo"'
}

@test "keys of later stages are unknown as yet" {
	local key
	for key in sockets hide share session-bus system-bus forward forwards; do
		printf '[vrt-tun]\nallow = *\n%s = x\n' "$key" | wrong 3 'unknown key'
	done
}

@test "a section whose name could be no namespace" {
	local name
	for name in '' '../x' '.x' '-x' 'a/b' 'a b' '**' '@x' "$(printf '%065d' 0)"; do
		printf '[vrt-tun]\nallow = *\n[%s]\n' "$name" | wrong 3 ''
	done
}

@test "a section that is not closed, or with something after it" {
	printf '[vrt-tun\nallow = *\n' | wrong 1 ''
	printf '[vrt-tun] allow = *\n' | wrong 1 ''
	printf '[vrt-tun] # mine\nallow = *\n' | wrong 1 ''
}

@test "a key before any section" {
	printf 'allow = *\n[vrt-tun]\n' | wrong 1 ''
}

@test "a line that is neither" {
	printf '[vrt-tun]\nallow = *\nallow\n' | wrong 3 ''
	printf '[vrt-tun]\nallow = *\n= x\n' | wrong 3 ''
	printf '[vrt-tun]\nallow = *\nallow: vrt-bob\n' | wrong 3 ''
}

@test "a section or a key twice" {
	printf '[vrt-tun]\nallow = vrt-bob\n[vrt-x]\n[vrt-tun]\nallow = *\n' | wrong 4 'vrt-tun|twice|duplicate'
	printf '[vrt-tun]\nallow = vrt-bob\nallow = *\n' | wrong 3 'allow'
	printf '[*]\n[vrt-tun]\nallow = *\n[*]\n' | wrong 4 ''
}

@test "an unknown value" {
	local line
	for line in 'guard = lax' 'guard =' 'guard = strict route' 'guard = STRICT' 'dns = maybe' \
		'no-new-privileges = 1' 'no-new-privileges = true' 'log = on' 'log =' \
		'interfaces = a/b' 'interfaces = name-that-is-too-long' 'commands = true' \
		'commands = ../x'; do
		printf '[vrt-tun]\nallow = *\n%s\n' "$line" | wrong 3 ''
	done
}

@test "a comment inside a value" {
	printf '[vrt-tun]\nallow = * # everyone\n' | wrong 2 ''
	printf '[vrt-tun]\nallow = vrt-alice ; vrt-bob\n' | wrong 2 ''
	printf '[vrt-tun]\nallow = *\nguard = off # for now\n' | wrong 3 ''
}

@test "odd names in allow" {
	local value
	for value in '@' '"vrt-alice"' 'vrt-alice,' '!vrt-bob' 'vrt/alice' '@*' '%vrt-family' ; do
		printf '[vrt-tun]\nallow = %s\n' "$value" | wrong 2 ''
	done
}

@test "NUL bytes" {
	printf '[vrt-tun]\nallow = *\0vrt-bob\n' | wrong 2 ''
	printf '[vrt-tun]\n\0\nallow = *\n' | wrong 2 ''
	printf '\0' | wrong 1 ''
}

@test "control bytes, also carriage returns, also in comments" {
	printf '[vrt-tun]\r\nallow = *\r\n' | wrong 1 ''
	printf '[vrt-tun]\nallow = *\n# \e[31m\n' | wrong 3 ''
	printf '[vrt-tun]\nallow = vrt-alice\vvrt-bob\n' | wrong 2 ''
	printf '[vrt-tun]\nallow = *\n\x7f\n' | wrong 3 ''
}

@test "a byte order mark" {
	printf '\xef\xbb\xbf[vrt-tun]\nallow = *\n' | wrong 1 ''
}

@test "a message shows control bytes and never more than a line" {
	printf '[vrt-tun]\nallow = *\n%s = x\n' $'a\xc2\x9bb' | policy
	refuses "$POLICY:3" alice vpnrun vrt-tun "${target[@]}"
}

@test "a line of 5000 bytes" {
	printf '[vrt-tun]\nallow = *\n# %05000d\n' 0 | wrong 3 'long'
}

@test "a line of 4000 bytes is fine" {
	printf '[vrt-tun]\nallow = *\n# %04000d\n' 0 | policy
	enters alice vpnrun vrt-tun "${target[@]}"
}

@test "a file of more than 1 MiB, and one of 100 MB, without a long wait" {
	{
		printf '[vrt-tun]\nallow = *\n'
		yes '# comment' | head -n 110000
	} | policy
	refuses_and_helps "$POLICY.*(large|big|long|MiB)" alice timeout 5 vpnrun vrt-tun "${target[@]}"
	{
		printf '[vrt-tun]\nallow = *\n'
		yes '# comment' | head -c 100000000
	} | policy
	refuses_and_helps "$POLICY.*(large|big|long|MiB)" alice timeout 5 vpnrun vrt-tun "${target[@]}"
	truncate -s 1T "$POLICY"
	refuses_and_helps "$POLICY.*(large|big|long|MiB)" alice timeout 5 vpnrun vrt-tun "${target[@]}"
}

@test "a continued line, an include: nothing of that kind" {
	printf '[vrt-tun]\nallow = vrt-bob\n  vrt-alice\n' | wrong 3 ''
	printf '[vrt-tun]\nallow = *\ninclude /etc/x\n' | wrong 3 ''
}
