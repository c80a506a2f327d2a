#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Each option does what --help and the manual say.

# shellcheck source=tests/lib.bash
. "$BATS_TEST_DIRNAME/../lib.bash"

@test "-h and --help: usage on standard output, status 0" {
	local option
	for option in -h --help; do
		succeeds alice vpnrun "$option"
		matches "$output" '^usage: vpnrun' "the first line"
	done
}

@test "--help names every option" {
	attempt alice vpnrun --help
	local option
	for option in --namespace --chdir --user --no-new-privileges --dry-run --list --json \
		--quiet --verbose --help --version; do
		matches "$output" "(^|[ ,])$option" "help"
	done
	for option in -n -C -u -l -q -v -h -V; do
		[[ $output == *" $option"[,\ ]* ]] || fail "$option is not in --help"
	done
}

@test "-V and --version" {
	local option
	for option in -V --version; do
		succeeds alice vpnrun "$option"
		matches "$output" '^vpnrun [0-9]+\.[0-9]+' "version"
		is "${#lines[@]}" 1 "lines"
	done
}

@test "--help into a full device is an error" {
	attempt alice bash -c 'vpnrun --help >/dev/full'
	is "$status" 125 "status"
}

@test "no word at all: an error that points to --help" {
	refuses 'help' alice vpnrun
	refuses 'help' alice vpnrun -v
}

@test "an unknown option: one line, and --help" {
	refuses '--help' alice vpnrun --frobnicate vrt-tun "${target[@]}"
	refuses 'frobnicate' alice vpnrun --frobnicate vrt-tun "${target[@]}"
	refuses 'help' alice vpnrun -Z vrt-tun "${target[@]}"
}

@test "an option without its argument, an argument where none belongs" {
	refuses 'help' alice vpnrun -n
	refuses 'help' alice vpnrun --chdir
	refuses 'help' alice vpnrun --dry-run=yes vrt-tun "${target[@]}"
}

@test "an unknown option with control bytes is made visible" {
	refuses 'help' alice vpnrun $'--x\e[31m\nvpnrun: forged' vrt-tun "${target[@]}"
	refuses 'help' alice vpnrun $'-\e' vrt-tun "${target[@]}"
}

@test "-n and --namespace: the first word is the command" {
	local words
	for words in '-n vrt-tun' '-nvrt-tun' '--namespace vrt-tun' '--namespace=vrt-tun'; do
		# shellcheck disable=SC2086 # words
		enters alice vpnrun $words "${target[@]}"
		rm "$STARTED"
	done
	attempt alice vpnrun -n vrt-tun vrt-tun
	is "$status" 127 "status: vrt-tun is the command"
}

@test "-n twice: the last counts or it is an error" {
	attempt alice vpnrun -n vrt-other -n vrt-tun "${target[@]}"
	((status == 0 || status == 125)) || fail "status"
}

@test "-- ends the options" {
	enters alice vpnrun -- vrt-tun "${target[@]}"
	rm "$STARTED"
	enters alice vpnrun -n vrt-tun -- "${target[@]}"
	refuses 'not.*(valid|allowed)|invalid|no such|name' alice vpnrun -- -n vrt-tun "${target[@]}"
}

@test "-- before a command that begins with a dash" {
	printf '#!/bin/sh\necho dashed\n' >"$SHARED/-tool"
	chmod 755 "$SHARED/-tool"
	attempt alice env "PATH=$SHARED:$PATH" vpnrun -n vrt-tun -- -tool
	is "$status:$output" 0:dashed "the command"
}

@test "options after the first word are the command's" {
	attempt alice vpnrun vrt-tun echo -n --help -V
	is "$status:$output" '0:--help -V' "output"
	attempt alice env POSIXLY_CORRECT= vpnrun vrt-tun echo -C /
	is "$status:$output" '0:-C /' "output"
}

@test "-C and --chdir" {
	local words
	for words in '-C /usr' '-C/usr' '--chdir /usr' '--chdir=/usr'; do
		# shellcheck disable=SC2086 # words
		attempt alice vpnrun $words vrt-tun pwd -P
		is "$status:$output" 0:/usr "directory"
	done
}

@test "-C is seen as the target sees it, and relative to where one is" {
	attempt alice vpnrun -C /etc vrt-tun sh -c 'pwd -P; cat resolv.conf'
	is "$output" $'/etc\nnameserver 10.99.0.1' "directory"
	cd /usr
	attempt alice vpnrun -C bin vrt-tun pwd -P
	is "$output" "$(readlink -f /usr/bin)" "directory"
	attempt alice vpnrun -C /sys/class/net vrt-tun ls
	is "$output" $'lo\ntun0' "devices"
}

@test "-C does not change PWD in the environment" {
	attempt alice env PWD=/home/vrt-alice vpnrun -C /usr vrt-tun printenv PWD
	is "$output" /home/vrt-alice "PWD"
}

@test "-C to where the user may not go, or that is no directory, or is not" {
	install -d -m 700 "$SHARED/closed"
	install -d -m 755 "$SHARED/closed/in"
	refuses "$SHARED/closed" alice vpnrun -C "$SHARED/closed" vrt-tun "${target[@]}"
	refuses "closed/in" alice vpnrun -C "$SHARED/closed/in" vrt-tun "${target[@]}"
	refuses "no such" alice vpnrun -C /nowhere vrt-tun "${target[@]}"
	refuses "not a directory" alice vpnrun -C /etc/passwd vrt-tun "${target[@]}"
	refuses "" alice vpnrun -C '' vrt-tun "${target[@]}"
}

@test "--no-new-privileges sets no_new_privs, and only it does" {
	attempt alice vpnrun --no-new-privileges vrt-tun grep NoNewPrivs /proc/self/status
	is "$output" $'NoNewPrivs:\t1' "flag"
	attempt alice vpnrun vrt-tun grep NoNewPrivs /proc/self/status
	is "$output" $'NoNewPrivs:\t0' "flag"
}

@test "no-new-privileges = yes in the policy sets it, too" {
	policy <<-'END'
		[vrt-tun]
		allow = vrt-alice
		no-new-privileges = yes
	END
	attempt alice vpnrun vrt-tun grep NoNewPrivs /proc/self/status
	is "$output" $'NoNewPrivs:\t1' "flag"
}

@test "--dry-run starts nothing and prints the plan" {
	attempt alice vpnrun --dry-run vrt-tun "${target[@]}"
	is "$status" 0 "status"
	[[ ! -e $STARTED ]] || fail "the target ran"
	matches "$output" 'vrt-tun' "the namespace in the plan"
	matches "$output" '/etc/netns/vrt-tun/resolv.conf|resolv.conf' "the DNS file in the plan"
	matches "$output" 'nsswitch.conf' "the generated file in the plan"
	matches "$output" "/usr/bin/touch" "the command in the plan"
}

@test "--dry-run makes control bytes visible" {
	attempt alice vpnrun --dry-run vrt-tun /bin/echo $'\e[31m\nforged'
	is "$status" 0 "status"
	[[ $output != *$'\e'* ]] || fail "a raw escape"
	! grep -qx forged <<<"$output" || fail "a forged line"
}

@test "--dry-run checks everything" {
	refuses 'not allowed' bob vpnrun --dry-run vrt-tun "${target[@]}"
	new_netns vrt-lo lo
	policy <<-'END'
		[*]
		allow = *
		[vrt-lo]
	END
	refuses 'tunnel|default route|interface' alice vpnrun --dry-run vrt-lo "${target[@]}"
	rm -r /etc/netns/vrt-tun
	refuses 'resolv.conf' alice vpnrun --dry-run vrt-tun "${target[@]}"
}

@test "-q is quiet about warnings, not about refusals" {
	enters alice vpnrun -q vrt-tun "${target[@]}"
	refuses 'not allowed' bob vpnrun -q vrt-tun "${target[@]}"
	enters alice vpnrun --quiet vrt-tun "${target[@]}"
}

@test "-v tells what is done, on standard error" {
	attempt alice vpnrun -v vrt-tun echo out
	is "$status:$output" 0:out "output"
	[[ -n $stderr ]] || fail "nothing told"
	well_formed
	matches "$stderr" 'vrt-tun' "what is told"
	attempt alice vpnrun --verbose vrt-tun echo out
	[[ -n $stderr ]] || fail "nothing told"
}

@test "-u is for root alone" {
	refuses 'root' alice vpnrun -u vrt-bob vrt-tun "${target[@]}"
	refuses 'root' alice vpnrun -u vrt-alice vrt-tun "${target[@]}"
	refuses 'root' alice vpnrun -u root vrt-tun "${target[@]}"
}

@test "options of later stages are no options yet" {
	local option
	for option in -p -L -R -D -N --hide --share --listen --check --profile; do
		refuses 'help' alice vpnrun "$option" 1 vrt-tun "${target[@]}"
	done
}

@test "without a command: the user's shell" {
	# shellcheck disable=SC2016 # for the inner shell
	attempt alice bash -c 'echo "echo \$0 in \$VPNRUN_NAMESPACE; ls /sys/class/net" | vpnrun vrt-tun'
	is "$status" 0 "status"
	matches "$output" '^-?(/bin/)?bash in vrt-tun' "the shell"
	matches "$output" 'tun0' "devices"
}

@test "without a command: SHELL of the environment does not lead elsewhere for nothing" {
	# Either word is fine, the environment's or the user database's; a broken one is an error.
	attempt alice bash -c 'echo exit 3 | SHELL=/bin/sh vpnrun vrt-tun'
	is "$status" 3 "status"
	attempt alice bash -c 'echo exit 3 | env -u SHELL vpnrun vrt-tun'
	is "$status" 3 "status"
	attempt alice bash -c 'echo exit 3 | SHELL= vpnrun vrt-tun'
	is "$status" 3 "status"
}

@test "-n without a command: the user's shell" {
	attempt alice bash -c 'echo exit 4 | vpnrun -n vrt-tun'
	is "$status" 4 "status"
}
