#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Installing gives vpnrun what vpnrun.caps says and no more, or says why it cannot.

# shellcheck source=tests/lib.bash
. "$BATS_TEST_DIRNAME/../lib.bash"

caps()
{
	cat "$VRT_SOURCE/src/vpnrun/vpnrun.caps"
}

@test "the installed program has these capabilities, and is not setuid" {
	is "$(getcap /usr/local/bin/vpnrun)" "/usr/local/bin/vpnrun $(caps)" "capabilities"
	is "$(stat -c %a:%U /usr/local/bin/vpnrun)" 755:root "mode and owner"
}

@test "with DESTDIR none are set, and the package is told how" {
	output=$(DESTDIR=$SHARED/stage cmake --install "$VRT_BUILD" 2>&1)
	matches "$output" "setcap $(caps) /usr/local/bin/vpnrun" "what to run"
	is "$(getcap "$SHARED/stage/usr/local/bin/vpnrun")" "" "capabilities of the staged one"
	[[ -x $SHARED/stage/usr/local/bin/vpnrun ]] || fail "not staged"
}

@test "on a file system that cannot hold them it fails and says what to do, never setuid" {
	mkdir "$SHARED/none"
	mount -t ramfs vrt "$SHARED/none"
	defer umount "$SHARED/none"
	status=0
	output=$(cmake --install "$VRT_BUILD" --prefix "$SHARED/none" 2>&1) || status=$?
	((status != 0)) || fail "it did not fail"
	matches "$output" 'extended attributes' "why"
	matches "$output" "setcap $(caps)" "what to run"
	is "$(stat -c %a "$SHARED/none/bin/vpnrun")" 755 "mode"
	alice "$SHARED/none/bin/vpnrun" vrt-tun true 2>/dev/null && fail "it ran" || true
}
