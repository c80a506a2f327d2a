#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# A terminal works inside as outside: job control, its size, its end.

# shellcheck source=tests/lib.bash
. "$BATS_TEST_DIRNAME/../lib.bash"

setup()
{
	reset_machine
	command -v tmux >/dev/null || skip "no tmux"
	cat >/home/vrt-alice/.bashrc <<-'END'
		PS1='ready> '
		unset HISTFILE
	END
}

teardown()
{
	alice tmux -S "$SHARED/tmux" kill-server 2>/dev/null || true
}

tmux_()
{
	alice tmux -S "$SHARED/tmux" -f /dev/null "$@" 3>&-
}

# open_terminal COMMAND: in a terminal of 100 by 30.
open_terminal()
{
	tmux_ new-session -d -x 100 -y 30 "$1; sleep 60"
	until_true shows 'ready>$'
}

screen()
{
	tmux_ capture-pane -p -J
}

shows()
{
	screen | sed 's/ *$//' | grep -qE -- "$1"
}

type_line()
{
	tmux_ send-keys -l -- "$1"
	tmux_ send-keys Enter
}

@test "an interactive shell, without complaints" {
	open_terminal 'vpnrun vrt-tun bash -i'
	! screen | grep -q 'no job control' || fail "$(screen)"
	# shellcheck disable=SC2016 # for the inner shell
	type_line 'echo in:$VPNRUN_NAMESPACE:$(tty | cut -c1-8)'
	until_true shows '^in:vrt-tun:/dev/pts'
}

@test "^Z stops, jobs lists, fg goes on, ^C ends" {
	open_terminal 'vpnrun vrt-tun bash -i'
	type_line 'sleep 1000'
	until_true foreground sleep
	tmux_ send-keys C-z
	until_true shows 'Stopped +sleep 1000'
	# shellcheck disable=SC2016 # for the inner shell
	type_line 'jobs; echo "count $(jobs | wc -l)"'
	until_true shows '^count 1$'
	type_line fg
	until_true foreground sleep
	tmux_ send-keys C-c
	until_true foreground bash
	# shellcheck disable=SC2016 # for the inner shell
	type_line 'echo "status $?"; jobs; echo "count $(jobs | wc -l)"'
	until_true shows '^status 130$'
	until_true shows '^count 0$'
}

foreground()
{
	[[ $(tmux_ display-message -p '#{pane_current_command}') == "$1" ]]
}

@test "^Z stops vpnrun's own target in the shell outside, fg brings it back" {
	open_terminal 'bash -i'
	type_line 'vpnrun vrt-tun sleep 1000'
	until_true foreground sleep
	tmux_ send-keys C-z
	until_true shows 'Stopped +vpnrun vrt-tun sleep 1000'
	type_line 'fg'
	until_true foreground sleep
	tmux_ send-keys C-c
	until_true foreground bash
}

@test "size, and a change of it" {
	open_terminal 'vpnrun vrt-tun bash -i'
	type_line 'stty size'
	until_true shows '^30 100$'
	tmux_ resize-window -x 80 -y 24
	type_line 'stty size'
	until_true shows '^24 80$'
}

@test "the terminal's end ends the target" {
	open_terminal 'exec vpnrun vrt-tun bash -i'
	type_line 'sleep 1234'
	until_true foreground sleep
	tmux_ kill-server
	until_true gone 'sleep 1234'
}

gone()
{
	! pgrep -f "^$1" >/dev/null
}

@test "the shell that is the default gets job control, too" {
	open_terminal 'vpnrun vrt-tun'
	type_line 'set -o | grep monitor'
	until_true shows '^monitor +on'
}
