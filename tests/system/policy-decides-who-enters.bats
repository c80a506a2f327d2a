#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Who enters is what root's policy says, and nobody else.

# shellcheck source=tests/lib.bash
. "$BATS_TEST_DIRNAME/../lib.bash"

# only ALLOW ALICE BOB: with `allow = ALLOW`, are vrt-alice and vrt-bob let in (yes or no)?
only()
{
	printf '[vrt-tun]\nallow = %s\n' "$1" | policy
	check alice "$2"
	check bob "$3"
}

check()
{
	if [[ $2 == yes ]]; then
		enters "$1" vpnrun vrt-tun "${target[@]}"
	else
		refuses_and_helps 'vrt-tun.*not allowed' "$1" vpnrun vrt-tun "${target[@]}"
	fi
}

@test "a user that is named" {
	only vrt-alice yes no
	only vrt-bob no yes
	only 'vrt-alice vrt-bob' yes yes
}

@test "a group, primary and supplementary" {
	only @vrt-family yes no
	only @vrt-alice yes no
	only @vrt-bob no yes
	only '@vrt-family vrt-bob' yes yes
}

@test "* is everyone" {
	only '*' yes yes
}

@test "an empty list, no allow at all, no section: nobody but root" {
	local text
	for text in '[vrt-tun]\nallow =\n' '[vrt-tun]\n' '[vrt-tun]\nguard = strict\n' '' \
		'[vrt-other]\nallow = *\n'; do
		# shellcheck disable=SC2059 # escapes
		printf "$text" | policy
		check alice no
		check bob no
		enters vpnrun vrt-tun "${target[@]}"
	done
}

@test "no policy file: root alone, and the message names the file" {
	rm "$POLICY"
	check alice no
	matches "$stderr" "$POLICY" "message"
	enters vpnrun vrt-tun "${target[@]}"
	rmdir /etc/vpnrun
	check alice no
	enters vpnrun vrt-tun "${target[@]}"
}

@test "the message names the user" {
	refuses 'user vrt-bob|vrt-bob' bob vpnrun vrt-tun "${target[@]}"
}

@test "[*] holds the defaults, a section's own key replaces them" {
	printf '[*]\nallow = vrt-alice\n[vrt-tun]\n' | policy
	check alice yes
	check bob no
	printf '[*]\nallow = vrt-alice\n[vrt-tun]\nallow = vrt-bob\n' | policy
	check alice no
	check bob yes
	printf '[*]\nallow = *\n[vrt-tun]\nallow =\n' | policy
	check alice no
}

@test "[*] after the section counts as well" {
	printf '[vrt-tun]\nguard = strict\n[*]\nallow = vrt-alice\n' | policy
	check alice yes
	check bob no
}

@test "[*] alone opens no namespace that has no section, or every one: but not by accident" {
	# Whichever the manual says, the list and the entry agree.
	printf '[*]\nallow = vrt-alice\n' | policy
	attempt alice vpnrun --list
	local listed=$output
	attempt alice vpnrun -n vrt-tun "${target[@]}"
	if [[ $listed == *vrt-tun* ]]; then
		is "$status" 0 "listed, so it may be entered"
	else
		is "$status" 125 "not listed, so it may not"
	fi
}

@test "names match as a whole, with their case" {
	only 'vrt-alic' no no
	only 'vrt-alicee' no no
	only 'VRT-ALICE' no no
	printf '[vrt-tun]\nallow = vrt-alice,vrt-bob\n' | policy
	refuses '' alice vpnrun vrt-tun "${target[@]}"
	only '@vrt-famil' no no
	only 'vrt-family' no no
	only '@vrt-alicee' no no
}

@test "a user is not a group, a group not a user" {
	only '@vrt-family' yes no
	only 'vrt-family' no no
}

@test "a user or group that does not exist matches nobody; -v says so" {
	only 'vrt-gone @vrt-gone-too' no no
	printf '[vrt-tun]\nallow = vrt-gone @vrt-gone-too vrt-alice\n' | policy
	enters alice vpnrun vrt-tun "${target[@]}"
	attempt alice vpnrun -v vrt-tun "${target[@]}"
	is "$status" 0 "status"
	matches "$stderr" 'vrt-gone([^-]|$)' "what -v says"
	matches "$stderr" 'vrt-gone-too' "what -v says"
	attempt bob vpnrun -v vrt-tun "${target[@]}"
	is "$status" 125 "status"
	matches "$stderr" 'vrt-gone([^-]|$)' "what -v says"
}

@test "neither variables nor options say who one is, or which file counts" {
	local variable
	for variable in USER=vrt-alice LOGNAME=vrt-alice SUDO_UID=47001 SUDO_USER=vrt-alice \
		PKEXEC_UID=47001 UID=0 HOME=/home/vrt-alice VPNRUN_NAMESPACE=vrt-tun \
		VPNRUN_CONFIG=/tmp/x VPNRUN_CONF=/tmp/x XDG_CONFIG_DIRS=/tmp NSS_FILES=/tmp; do
		refuses 'not allowed' as_user vrt-bob env "$variable" vpnrun vrt-tun "${target[@]}"
	done
}

@test "a group dropped from the process does not count" {
	printf '[vrt-tun]\nallow = @vrt-family\n' | policy
	refuses 'not allowed' setpriv --reuid=vrt-alice --regid=vrt-alice --clear-groups -- \
		vpnrun vrt-tun "${target[@]}"
}

@test "a group that the process has, though no database says so, counts" {
	printf '[vrt-tun]\nallow = @vrt-family\n' | policy
	enters setpriv --reuid=vrt-bob --regid=vrt-bob --groups=47100 -- \
		vpnrun vrt-tun "${target[@]}"
}

@test "another user's lock on the file does not stop anyone" {
	spawn bob flock -s "$POLICY" sleep 5
	sleep 0.2
	enters alice timeout 3 vpnrun vrt-tun "${target[@]}"
}

@test "nothing was entered when it refuses: no setns for it" {
	strace -f -o "$SHARED/trace" -e trace=setns,unshare,mount,execve -u vrt-bob \
		/usr/local/bin/vpnrun vrt-tun "${target[@]}" || true
	is "$(grep -cE 'setns|unshare|mount' "$SHARED/trace" || true)" 0 "calls"
}

@test "1000 sections" {
	{
		seq -f '[vrt-n%g]
allow = vrt-bob' 1000
		printf '[vrt-tun]\nallow = vrt-alice\n'
	} | policy
	check alice yes
	check bob no
}

@test "comments and blank lines" {
	policy <<-'END'
		# a comment
		; another

		[vrt-tun]
		# allow = vrt-bob
		;allow = vrt-bob
		allow = vrt-alice
	END
	check alice yes
	check bob no
}

@test "blanks around names, keys and values" {
	printf '[vrt-tun]\n\tallow\t=  vrt-alice \t @vrt-bob  \n' | policy
	check alice yes
	check bob yes
	printf '[vrt-tun]\nallow=vrt-alice\n' | policy
	check alice yes
}

@test "a last line without newline" {
	printf '[vrt-tun]\nallow = vrt-alice' | policy
	check alice yes
}
