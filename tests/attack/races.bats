#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# At each system call of vpnrun's own, one launch each, somebody else changes what it looks at:
# the target runs exactly right, as things stood before or after, or it does not run.

# shellcheck source=tests/attack/lib.bash
. "$BATS_TEST_DIRNAME/lib.bash"

setup()
{
	need_own_calls
	set_up
}

# race ACT UNDO [OPTION]... [COMMAND]: the witness is the target, if nothing else is given.
race()
{
	local act=$1 undo=$2 rc=0 words
	shift 2

	before=$(processes_and_mounts)
	output=$("$ATTACK" race "$act" "$undo" -- /usr/local/bin/vpnrun "$@" "${expected[@]}" 2>&1) ||
		rc=$?
	printf '%s\n' "$output"
	sort "$COMPLAINTS" | uniq -c | sort -rn | head -n 20
	is "$(processes_and_mounts)" "$before" "processes and mounts" || return
	read -ra words <<<"$(tail -n 1 <<<"$output")"
	launches=${words[1]} right=${words[3]} refused=${words[5]}
	at_least "$launches" 150 launches || return
	return "$rc"
}

race_witness()
{
	race "$1" "$2" vrt-tun "$WITNESS"
}

# put TEXT FILE: as a command, FILE is replaced by rename(2).
put()
{
	printf 'printf %q >%q.new && mv -fT %q.new %q' "$1" "$2" "$2" "$2"
}

@test "root replaces the host's resolv.conf" {
	race_witness "$(put 'nameserver 192.0.2.66\n' /etc/resolv.conf)" \
		"$(put 'nameserver 192.0.2.53\n' /etc/resolv.conf)"
	is "$right" "$launches" "right launches"
}

@test "root removes the host's resolv.conf" {
	race_witness "rm /etc/resolv.conf" "$(put 'nameserver 192.0.2.53\n' /etc/resolv.conf)"
	is "$right" "$launches" "right launches"
}

@test "root replaces the namespace's resolv.conf" {
	set_expected vrt-tun dns=10.99.0.1,10.99.0.9
	race_witness "$(put 'nameserver 10.99.0.9\n' /etc/netns/vrt-tun/resolv.conf)" \
		"$(put 'nameserver 10.99.0.1\n' /etc/netns/vrt-tun/resolv.conf)"
	at_least "$right" 150 "right launches"
}

@test "root removes the namespace's resolv.conf" {
	race_witness "rm /etc/netns/vrt-tun/resolv.conf" \
		"$(put 'nameserver 10.99.0.1\n' /etc/netns/vrt-tun/resolv.conf)"
	at_least "$right" 50 "right launches"
	at_least "$refused" 20 "refused launches"
}

@test "root replaces the directory of generated files" {
	mkdir -p /run/vpnrun/vrt-tun/etc /run/vpnrun/vrt-tun/other
	rm /etc/netns/vrt-tun/resolv.conf
	printf 'nameserver 10.99.0.1\n' >/run/vpnrun/vrt-tun/etc/resolv.conf
	printf 'nameserver 10.99.0.9\n' >/run/vpnrun/vrt-tun/other/resolv.conf
	set_expected vrt-tun dns=10.99.0.1,10.99.0.9
	local swap='cd /run/vpnrun/vrt-tun && mv etc third && mv other etc && mv third other'
	race_witness "$swap" "$swap"
	at_least "$right" 50 "right launches"
}

# Keeps the namespace itself when its file goes.
keep_netns()
{
	: >/run/vrt-keep
	mount --bind /run/netns/vrt-tun /run/vrt-keep
	defer rm /run/vrt-keep
	defer umount /run/vrt-keep
	export VRT_MOUNTS_CHANGE=1
}

readonly gone='umount -l /run/netns/vrt-tun && rm /run/netns/vrt-tun'
readonly back=': >/run/netns/vrt-tun && mount --bind /run/vrt-keep /run/netns/vrt-tun'

@test "root removes the namespace's file" {
	keep_netns
	race_witness "$gone" "$back"
	at_least "$right" 50 "right launches"
	at_least "$refused" 20 "refused launches"
}

@test "root puts another namespace in its place" {
	keep_netns
	new_netns vrt-other tun
	set_expected vrt-tun net="$(netns_inode vrt-tun),$(netns_inode vrt-other)"
	race_witness "$gone && : >/run/netns/vrt-tun &&
		mount --bind /run/netns/vrt-other /run/netns/vrt-tun" "$gone && $back"
	at_least "$right" 150 "right launches"
}

@test "a link to a namespace that the user may not enter appears in its place" {
	keep_netns
	new_netns vrt-other tun
	race_witness "$gone && ln -s vrt-other /run/netns/vrt-tun" \
		"rm /run/netns/vrt-tun && $back"
	at_least "$refused" 20 "refused launches"
}

@test "a FIFO appears in its place" {
	keep_netns
	race_witness "$gone && mkfifo /run/netns/vrt-tun" "rm /run/netns/vrt-tun && $back"
	at_least "$refused" 20 "refused launches"
}

@test "the policy comes to deny, is removed, anyone may write it, it becomes a FIFO" {
	local file=/etc/vpnrun/vpnrun.conf undo act
	undo=$(put '[vrt-tun]\nallow = vrt-alice\n' "$file")
	for act in "$(put '[vrt-tun]\nallow = vrt-bob\n' "$file")" "rm $file" "chmod 666 $file" \
		"rm $file && mkfifo $file"; do
		race_witness "$act" "rm -f $file && $undo"
		at_least "$right" 50 "right launches"
		at_least "$refused" 5 "refused launches"
	done
}

# Not to be run: ends with a status that is neither right nor refused.
make_unlisted()
{
	printf '#!/bin/sh\nexit 46\n' >/usr/local/libexec/vrt/unlisted
	chmod 755 /usr/local/libexec/vrt/unlisted
	ln -sfn "$WITNESS" "$SHARED/command"
	swap="ln -sfn /usr/local/libexec/vrt/unlisted $SHARED/command"
	swap_back="ln -sfn $WITNESS $SHARED/command"
}

@test "the user swaps the command for one that is not listed" {
	make_unlisted
	printf '[vrt-tun]\nallow = vrt-alice\ncommands = %s\n' "$WITNESS" | policy
	race "$swap" "$swap_back" vrt-tun "$SHARED/command"
	at_least "$right" 20 "right launches"
	at_least "$refused" 20 "refused launches"
}

@test "where all commands are allowed, the swap meets its mark" {
	make_unlisted
	run ! race "$swap" "$swap_back" vrt-tun "$SHARED/command"
	matches "$output" 'status 46, the target was started' "the swapped command"
}

@test "the user swaps the directory that -C names" {
	mkdir "$SHARED"/{a,b}
	ln -sfn "$SHARED/a" "$SHARED/here"
	set_expected vrt-tun cwd="$SHARED/a,$SHARED/b"
	race "ln -sfn $SHARED/b $SHARED/here" "ln -sfn $SHARED/a $SHARED/here" \
		-C "$SHARED/here" vrt-tun "$WITNESS"
	is "$right" "$launches" "right launches"
}

@test "the user moves the working directory" {
	mkdir "$SHARED/a"
	cd "$SHARED/a"
	set_expected vrt-tun cwd="$SHARED/a,$SHARED/b"
	race_witness "mv $SHARED/a $SHARED/b" "mv $SHARED/b $SHARED/a"
	is "$right" "$launches" "right launches"
}

@test "another user's locks do not stop it" {
	local path
	for path in "$POLICY" /run/netns /run/netns/vrt-tun /etc/netns/vrt-tun/resolv.conf; do
		spawn bob flock -x "$path" sleep 60
		disown "$spawned" # nobody tells that it was killed
		until_true is_locked "$path"
	done
	"$ATTACK" clean -- /usr/local/bin/vpnrun vrt-tun "$WITNESS" "${expected[@]}"
}

is_locked()
{
	! flock -n -x "$1" true
}
