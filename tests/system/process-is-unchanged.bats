#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The target is the process that the caller started: same PID, directory, limits, signals.

# shellcheck source=tests/lib.bash
. "$BATS_TEST_DIRNAME/../lib.bash"

@test "same process id, parent, group and session" {
	local before after
	# shellcheck disable=SC2016 # for the inner shell
	attempt alice bash -c 'echo "$$ $PPID"; exec vpnrun vrt-tun '"$PROBE ids"
	((status == 0)) || fail "did not run"
	before=${lines[0]}
	after=${lines[1]}
	is "${after% * *}" "$before" "pid and parent"
}

@test "no process of vpnrun's is left beside it" {
	attempt alice vpnrun vrt-tun ps -e -o comm=
	((status == 0)) || fail "did not run"
	! grep -qx vpnrun <<<"$output" || fail "a vpnrun is running"
}

@test "the working directory" {
	local dir
	for dir in / /tmp /home/vrt-alice /usr/share /dev /proc /run; do
		cd "$dir"
		attempt alice vpnrun vrt-tun pwd -P
		is "$status:$output" "0:$dir" "the working directory"
	done
}

@test "a working directory under /etc is the one that the target sees there" {
	mkdir /etc/vrt-dir
	defer rm -r /etc/vrt-dir
	printf 'here\n' >/etc/vrt-dir/file
	cd /etc/vrt-dir
	attempt alice vpnrun vrt-tun sh -c 'pwd -P; cat file; stat -c %d . /etc | uniq | wc -l'
	is "$status:$output" $'0:/etc/vrt-dir\nhere\n1' "directory, file, number of file systems"
	cd /etc
	attempt alice vpnrun vrt-tun sh -c 'pwd -P; cat resolv.conf'
	is "$status:$output" $'0:/etc\nnameserver 10.99.0.1' "directory and resolv.conf in it"
}

@test "a working directory under /sys is the one that the target sees there" {
	cd /sys/class/net
	attempt alice vpnrun vrt-tun sh -c 'pwd -P; ls'
	is "$status:$output" $'0:/sys/class/net\nlo\ntun0' "directory and devices"
	cd /sys/fs/cgroup/inner
	attempt alice vpnrun vrt-tun sh -c 'pwd -P; cat vrt-kept'
	is "$status:$output" $'0:/sys/fs/cgroup/inner\ninner' "directory and file"
}

@test "a working directory that was removed or may not be searched" {
	mkdir "$SHARED/gone"
	cd "$SHARED/gone"
	rmdir "$SHARED/gone"
	attempt alice vpnrun vrt-tun "$PROBE" ids
	((status == 0 || status == 125)) || fail "neither run nor refused"
	install -d -m 711 "$SHARED/closed"
	install -d -m 755 "$SHARED/closed/open"
	cd "$SHARED/closed/open"
	chmod 700 "$SHARED/closed"
	attempt alice vpnrun vrt-tun "$PROBE" ids
	((status == 0)) || fail "the caller stays where he is, reachable by path or not"
}

@test "umask" {
	local mask
	for mask in 0000 0022 0077 0777; do
		umask "$mask"
		attempt alice vpnrun vrt-tun sh -c umask
		is "$status:$output" "0:$mask" "umask"
	done
}

@test "a strict umask does not make the namespace's files unreadable" {
	umask 0777
	attempt alice vpnrun vrt-tun cat /etc/resolv.conf /etc/nsswitch.conf
	((status == 0)) || fail "cannot be read"
}

@test "resource limits, soft and hard" {
	local given
	given=$(alice prlimit --nofile=64:128 --fsize=100000:200000 --core=0:1000000 \
		--stack=4194304:8388608 --cpu=100:200 cat /proc/self/limits)
	attempt alice prlimit --nofile=64:128 --fsize=100000:200000 --core=0:1000000 \
		--stack=4194304:8388608 --cpu=100:200 vpnrun vrt-tun cat /proc/self/limits
	is "$status:$output" "0:$given" "limits"
}

@test "the core size limit is given back, soft and hard" {
	attempt alice prlimit --core=4096:8192 vpnrun vrt-tun cat /proc/self/limits
	matches "$output" 'core file size +4096 +8192 ' "limits"
}

@test "blocked and ignored signals, default ones, and none caught" {
	local wrap
	for wrap in "env --block-signal=USR1,TERM,CHLD,PIPE --ignore-signal=HUP,INT,CHLD" \
		"env --default-signal" "env --ignore-signal=PIPE" "env --block-signal"; do
		# shellcheck disable=SC2086 # words
		given=$(alice $wrap grep '^Sig[BIC]' /proc/self/status)
		# shellcheck disable=SC2086 # words
		attempt alice $wrap vpnrun vrt-tun grep '^Sig[BIC]' /proc/self/status
		is "$status:$output" "0:$given" "signals after $wrap"
	done
}

@test "nice value, oom score, CPU set and scheduling policy" {
	attempt alice nice -n 7 taskset -c 0 chrt --batch 0 vpnrun vrt-tun \
		sh -c 'nice; taskset -p $$; chrt -p $$; cat /proc/self/oom_score_adj'
	((status == 0)) || fail "did not run"
	is "${lines[0]}" 7 "nice value"
	matches "${lines[1]}" 'mask: 1$' "CPU set"
	matches "$output" SCHED_BATCH "scheduling policy"
}

@test "prctl flags, dumpable as ever" {
	local given
	given=$(alice "$PROBE" prctl)
	attempt alice vpnrun vrt-tun "$PROBE" prctl
	is "$status:$output" "0:$given" "flags"
	# Not dumpable: then the files of /proc/self would be root's.
	attempt alice vpnrun vrt-tun sh -c 'stat -c %U /proc/$$/environ'
	is "$output" vrt-alice "the owner of /proc/PID"
}

@test "standard input from a pipe" {
	attempt alice bash -c 'seq 100000 | vpnrun vrt-tun tail -n 1'
	is "$status:$output" "0:100000" "standard input"
}

@test "nothing of standard input is consumed" {
	attempt alice bash -c 'seq 3 | { read -r x; vpnrun vrt-tun cat; }'
	is "$output" $'2\n3' "what is left of standard input"
}

@test "standard output and error stay apart" {
	attempt alice vpnrun vrt-tun sh -c 'echo out; echo err >&2'
	is "$output|$stderr" 'out|err' "outputs"
}

# descriptors COMMAND...: the numbers that are open in it, when nothing else is open here.
descriptors()
{
	(
		close_further_descriptors
		"$@" </dev/null 2>/dev/null
	) | cut -d' ' -f1 | tr '\n' ' '
}

@test "no descriptor beside the caller's" {
	is "$(descriptors alice vpnrun vrt-tun "$PROBE" fds)" '0 1 2 ' "descriptors"
	is "$(descriptors vpnrun vrt-tun "$PROBE" fds)" '0 1 2 ' "root's"
	is "$(descriptors vpnrun -u vrt-alice vrt-tun "$PROBE" fds)" '0 1 2 ' "with -u"
	is "$(descriptors alice vpnrun vrt-tun vpnrun vrt-tun "$PROBE" fds)" '0 1 2 ' "inside"
}

@test "the caller's further descriptors are handed on" {
	is "$(descriptors alice bash -c \
		"exec 5</etc/passwd 200</usr; exec vpnrun vrt-tun $PROBE fds")" \
		'0 1 2 5 200 ' "descriptors"
	is "$(alice bash -c "exec 200</usr; vpnrun vrt-tun readlink /proc/self/fd/200")" /usr \
		"descriptor 200"
}

@test "closed standard descriptors stay closed in the target, or it does not start" {
	local closed number
	for closed in 0 1 2 '0 1' '0 2' '1 2' '0 1 2'; do
		rm -f "$SHARED/fds"
		local redirections=''
		for number in $closed; do
			redirections+=" $number<&-"
		done
		# The probe writes to a file that a shell opens, so a closed 1 is opened again there.
		attempt alice bash -c "exec 3>&- 4>&-; vpnrun vrt-tun sh -c \
			'ls -l /proc/\$\$/fd >$SHARED/fds' $redirections"
		if ((status == 0)); then
			for number in $closed; do
				# sh's own redirection of 1 is in a child: its list shows what sh holds.
				! grep -E " $number -> " "$SHARED/fds" | grep -v "$SHARED/fds" ||
					fail "descriptor $number was closed and is open ($closed)"
			done
		else
			is "$status" 125 "closed $closed"
			[[ ! -e $SHARED/fds ]] || fail "refused, but the target ran"
		fi
	done
}

# argv as the target saw it, one word on a line, against what was given.
same_words()
{
	local got
	mapfile -t -d '' got < <(alice vpnrun vrt-tun "$PROBE" argv "$@")
	is "${#got[@]}" "$(($# + 2))" "number of words"
	is "${got[*]:2}" "$*" "the words"
}

@test "every word after the namespace is the command's" {
	# shellcheck disable=SC2016 # for the inner shell
	same_words -n other -- --help -u root --list -V '' ' ' $'a\nb' '*' "'" '"' '$HOME' '\n'
}

@test "a word that is no text" {
	same_words $'\xff\xfe' $'\x01\x7f'
}

@test "3000 words, and one of 100 kB" {
	local many
	mapfile -t many < <(seq 3000)
	same_words "${many[@]}"
	same_words "$(printf '%0100000d' 0)"
}

@test "-- after the namespace belongs to the command, as far as it can" {
	attempt alice vpnrun vrt-tun printf '%s|' -- a --
	is "$output" '--|a|--|' "the words"
}

@test "argument zero is the command as it was typed" {
	ln -s /bin/bash "$SHARED/some-name"
	# shellcheck disable=SC2016 # for the inner shell
	attempt alice env "PATH=$SHARED:$PATH" vpnrun vrt-tun some-name -c 'echo "$0"'
	is "$output" some-name "argument zero"
}
