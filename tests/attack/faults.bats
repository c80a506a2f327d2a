#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Each system call on the way to the target fails, or claims a success that did not happen:
# the target runs exactly right, or it does not run and the status tells (D1, D12).

# shellcheck source=tests/attack/lib.bash
. "$BATS_TEST_DIRNAME/lib.bash"

setup()
{
	need_tracer
	set_up
}

launch()
{
	attack "$@" -- /usr/local/bin/vpnrun vrt-tun "$WITNESS" "${expected[@]}"
}

setup_file()
{
	! is_sanitized || printf '# with sanitizers: the privileged calls only\n' >&3
}

# Under sanitizers most calls are the sanitizers' own; those of the launch itself are left.
every()
{
	if is_sanitized; then echo privileged; else echo all; fi
}

@test "the untouched launch is right, and the witness can tell" {
	launch clean
	is "$right" 1 "right launches"
	local key
	for key in net hostmnt dns uid gid groups cwd name fds; do
		set_expected vrt-tun "$key=0" "hostmnt=0"
		[[ $key != hostmnt ]] || set_expected vrt-tun \
			hostmnt="$(alice vpnrun vrt-tun stat -L -c %i /proc/self/ns/mnt)"
		[[ $key == hostmnt ]] || ! launch clean || fail "a wrong $key went unnoticed"
	done
}

@test "EPERM" {
	launch fault EPERM "$(every)"
	at_least "$launches" 60 launches
	at_least "$refused" 50 "refused launches"
}

@test "ENOSYS" {
	launch fault ENOSYS "$(every)"
	at_least "$refused" 50 "refused launches"
}

@test "ENOMEM" {
	launch fault ENOMEM "$(every)"
	at_least "$refused" 50 "refused launches"
}

@test "EINTR" {
	launch fault EINTR "$(every)"
	at_least "$refused" 50 "refused launches"
}

# That is an answer, too: where there is no /sys the target needs none.
@test "ENOENT" {
	set_expected vrt-tun sys=none
	launch fault ENOENT "$(every)"
	at_least "$refused" 50 "refused launches"
}

@test "EIO, ENODEV, EINVAL, ENOSPC and EACCES for the privileged calls" {
	local error
	for error in EIO ENODEV EINVAL ENOSPC EACCES; do
		launch fault "$error" privileged
		at_least "$refused" 50 "refused launches"
	done
}

@test "a kernel without overlayfs: bind mounts and a warning" {
	set_expected vrt-tun etc=any
	launch fault ENODEV overlay
	is "$launches $right" "1 1" "launches, right ones"
}

# With guard = off nothing but the reading back can notice that the namespace is not joined.
@test "success that did not happen" {
	local descriptor
	printf '[vrt-tun]\nallow = vrt-alice\nguard = off\n' | policy
	before=$(world)
	for descriptor in 0 999; do
		launch lie "$descriptor"
		at_least "$launches" 60 launches
		at_least "$refused" 40 "refused launches"
	done
}

# Whatever fails, what is refused stays refused.
stays_refused()
{
	local error
	before=$(world)
	for error in EPERM ENOENT ENOMEM EINTR; do
		VRT_REFUSED=1 launch fault "$error" "$(every)"
		is "$right" 0 "right launches"
		at_least "$refused" 5 "refused launches"
	done
}

@test "a user who is not allowed stays so, whatever call fails" {
	as_invoking_user vrt-bob
	set_expected vrt-tun cwd=none
	stays_refused
}

@test "a command that is not listed stays so" {
	printf '[vrt-tun]\nallow = vrt-alice\ncommands = /bin/true\n' | policy
	stays_refused
}

@test "a policy that anyone may write stays one" {
	chmod 666 "$POLICY"
	stays_refused
}

@test "a namespace that is no VPN stays so" {
	ip -n vrt-tun route del default
	ip -n vrt-tun -6 route del default
	stays_refused
}

@test "a namespace without name servers stays so" {
	rm /etc/netns/vrt-tun/resolv.conf
	stays_refused
}

# The same launch with everything that a machine may have: files that vpnctl generated, mounts
# below /etc, no_new_privs.
furnish()
{
	install -D -m 644 /dev/stdin /run/vpnrun/vrt-tun/etc/hosts <<<'127.0.0.1 generated'
	install -m 644 /dev/null /etc/vrt-file
	mkdir /etc/vrt-dir
	mount --bind /dev/null /etc/vrt-file
	mount -t tmpfs vrt /etc/vrt-dir
	defer rm -r /etc/vrt-file /etc/vrt-dir
	defer umount /etc/vrt-file /etc/vrt-dir
	set_expected vrt-tun bits=1 hosts='127.0.0.1 generated' mounted=/etc/vrt-file,/etc/vrt-dir
	before=$(world)
}

@test "the same with generated files, mounts below /etc, no_new_privs" {
	furnish
	local error
	for error in EPERM ENOSYS ENOMEM EINTR EINVAL; do
		attack fault "$error" privileged -- /usr/local/bin/vpnrun --no-new-privileges \
			vrt-tun "$WITNESS" "${expected[@]}"
		at_least "$refused" 60 "refused launches"
	done
	attack lie 999 -- /usr/local/bin/vpnrun --no-new-privileges vrt-tun "$WITNESS" "${expected[@]}"
	at_least "$refused" 45 "refused launches"
}

as_root_for_alice()
{
	VRT_AS_ROOT=1 attack "$@" -- /usr/local/bin/vpnrun -u vrt-alice vrt-tun \
		"$WITNESS" "${expected[@]}"
}

@test "root for another user, -u: every call" {
	local error
	for error in EPERM ENOMEM EINTR; do
		as_root_for_alice fault "$error" "$(every)"
		at_least "$refused" 60 "refused launches"
	done
}

@test "root for another user, -u: success that did not happen" {
	as_root_for_alice lie 999
	at_least "$refused" 45 "refused launches"
}

# An overlay on an overlay, with few files: the kernel makes no third one upon it.
make_deep_etc()
{
	local layers=$SHARED/layers file
	mkdir -p "$layers"/{few,none,lower,more}
	for file in passwd group shadow nsswitch.conf ld.so.cache netns vpnrun resolv.conf hosts; do
		cp -a "/etc/$file" "$layers/few/"
	done
	ln -s hosts "$layers/few/link"
	mount -t overlay -o "lowerdir=$layers/none:$layers/few" vrt "$layers/lower"
	mount -t overlay -o "lowerdir=$layers/more:$layers/lower" vrt /etc
	defer umount "$layers/lower"
	defer umount /etc
	set_expected vrt-tun etc=any
	before=$(world)
}

@test "an overlay that cannot be had: every privileged call of the way round" {
	make_deep_etc
	launch clean
	local error
	for error in EPERM ENOMEM; do
		launch fault "$error" privileged
		at_least "$refused" 100 "refused launches"
	done
	launch lie 999
	at_least "$refused" 60 "refused launches"
}
