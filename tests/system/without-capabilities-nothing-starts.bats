#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Whatever vpnrun lacks of its capabilities, it says so, says what mends it, and starts nothing.

# shellcheck source=tests/lib.bash
. "$BATS_TEST_DIRNAME/../lib.bash"

# env between, so that what setpriv still holds does not count for what comes after.
readonly as_alice=(setpriv --reuid=vrt-alice --regid=vrt-alice --init-groups -- env)

# What vpnrun.caps says, as setcap(8) takes it.
wanted_caps()
{
	grep -v '^#' "$VRT_SOURCE/src/vpnrun/vpnrun.caps" | tr -d ' \n'
}

# lacking CAUSE REMEDY COMMAND...: refused with a message that names both.
lacking()
{
	local cause=$1 remedy=$2
	shift 2
	refuses_and_helps "$cause" "$@"
	matches "$stderr" "$remedy" "the remedy"
}

@test "a copy without them" {
	cp /usr/local/bin/vpnrun "$SHARED/copy"
	lacking 'capabilit' 'setcap cap_[a-z_,]+=p /' alice "$SHARED/copy" vrt-tun "${target[@]}"
}

@test "a copy with fewer of them" {
	install -m 755 /usr/local/bin/vpnrun /usr/local/bin/vrt-fewer
	defer rm /usr/local/bin/vrt-fewer
	setcap cap_chown=p /usr/local/bin/vrt-fewer
	lacking 'cap_sys_admin' 'setcap' alice vrt-fewer vrt-tun "${target[@]}"
	setcap cap_sys_admin=p /usr/local/bin/vrt-fewer
	lacking 'cap_chown' 'setcap' alice vrt-fewer vrt-tun "${target[@]}"
}

@test "a copy in a memfd" {
	lacking 'capabilit' '' alice "$PROBE" memfd /usr/local/bin/vpnrun vrt-tun "${target[@]}"
}

@test "under no_new_privs" {
	lacking 'no_new_privs' '' alice setpriv --no-new-privs \
		/usr/local/bin/vpnrun vrt-tun "${target[@]}"
}

@test "on a file system mounted nosuid" {
	mkdir /tmp/nosuid
	defer rmdir /tmp/nosuid
	mount -t tmpfs -o nosuid vrt /tmp/nosuid
	defer umount /tmp/nosuid
	cp /usr/local/bin/vpnrun /tmp/nosuid/vpnrun
	setcap "$(wanted_caps)" /tmp/nosuid/vpnrun
	lacking 'nosuid' 'remount|mount|move|install' alice /tmp/nosuid/vpnrun vrt-tun "${target[@]}"
}

@test "in a user namespace of one's own" {
	lacking 'user namespace' '' alice unshare --user --map-root-user \
		/usr/local/bin/vpnrun vrt-tun "${target[@]}"
	lacking 'user namespace' '' alice unshare --user --map-current-user \
		/usr/local/bin/vpnrun vrt-tun "${target[@]}"
	lacking 'user namespace' '' alice unshare --user \
		/usr/local/bin/vpnrun vrt-tun "${target[@]}"
}

@test "with a bounding set that lacks them" {
	lacking 'bounding set' '' setpriv --bounding-set=-sys_admin --reuid=vrt-alice \
		--regid=vrt-alice --init-groups -- env /usr/local/bin/vpnrun vrt-tun "${target[@]}"
	lacking 'bounding set' '' setpriv --bounding-set=-chown --reuid=vrt-alice \
		--regid=vrt-alice --init-groups -- env /usr/local/bin/vpnrun vrt-tun "${target[@]}"
	lacking 'bounding set' '' setpriv --bounding-set=-all --reuid=vrt-alice \
		--regid=vrt-alice --init-groups -- env /usr/local/bin/vpnrun vrt-tun "${target[@]}"
}

@test "root with a bounding set that lacks them, as in a container" {
	lacking 'capabilit|bounding' '' setpriv --bounding-set=-sys_admin --inh-caps=-all -- \
		/usr/local/bin/vpnrun vrt-tun "${target[@]}"
}

@test "traced by the user" {
	attempt alice strace -qq -o /dev/null /usr/local/bin/vpnrun vrt-tun "${target[@]}"
	is "$status" 125 "status"
	[[ ! -e $STARTED ]] || fail "the target ran"
	matches "$stderr" 'trace' "message"
	[[ $stderr == *$'\n  '* ]] || fail "no remedy"
}

@test "root and working directory shared with another process" {
	attempt alice "$PROBE" sharefs /usr/local/bin/vpnrun vrt-tun "${target[@]}"
	is "$status" 125 "status"
	[[ ! -e $STARTED ]] || fail "the target ran"
	well_formed
}

@test "in a chroot" {
	# A root that is no mount point: mounts cannot be made slave from there.
	mkdir -p /usr/local/root
	defer umount -R /usr/local/root/etc /usr/local/root/run /usr/local/root/dev \
		/usr/local/root/proc /usr/local/root/sys /usr/local/root/usr /usr/local/root/tmp
	local dir
	for dir in etc run dev proc sys usr tmp home; do
		mkdir "/usr/local/root/$dir"
		mount --rbind "/$dir" "/usr/local/root/$dir"
		mount --make-rslave "/usr/local/root/$dir"
	done
	for dir in bin sbin lib lib64 lib32; do
		[[ ! -L /$dir ]] || cp -P "/$dir" /usr/local/root/
	done
	attempt chroot /usr/local/root "${as_alice[@]}" /usr/local/bin/vpnrun vrt-tun \
		/usr/bin/touch "$STARTED"
	is "$status" 125 "status"
	[[ ! -e $STARTED ]] || fail "the target ran"
	well_formed
	matches "$stderr" 'chroot|mount point' "message"
	[[ $stderr == *$'\n  '* ]] || fail "no remedy"
}

@test "installed as it should be, it has them; nothing effective, nothing setuid" {
	local caps
	caps=$(wanted_caps)
	setcap -v "$caps" /usr/local/bin/vpnrun
	[[ $caps == *=p ]] || fail "more than the permitted set: $caps"
	is "$(stat -c '%u:%g:%a' /usr/local/bin/vpnrun)" 0:0:755 "owner and mode"
}

@test "--help and --version work without" {
	cp /usr/local/bin/vpnrun "$SHARED/copy"
	succeeds alice "$SHARED/copy" --help
	succeeds alice "$SHARED/copy" --version
}
