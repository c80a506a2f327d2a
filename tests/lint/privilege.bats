#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Capability, namespace and mount calls stand in the few files that say PRIVILEGED, and only there.

load lib

# Calls that need a capability or change one, by name or by number, and headers that declare them.
readonly calls='\<(setns|unshare|clone3?|mount|umount2?|move_mount|open_tree(_attr)?|fsopen|fspick|fsconfig|fsmount|mount_setattr|pivot_root|chroot|capset|set[a-z]*uid|set[a-z]*gid|setgroups|initgroups|f?chownat|[fl]?chown|mknod(at)?|seccomp|capng_[a-z_]+|cap_set_[a-z]+) *\('
readonly numbers='\<(SYS|__NR)_(setns|unshare|clone3?|mount|umount2?|move_mount|open_tree|fsopen|fspick|fsconfig|fsmount|mount_setattr|pivot_root|chroot|capset|set[a-z]*[ug]id|setgroups|f?chown(at)?|seccomp)\>'
readonly headers='# *include *<(cap-ng|sys/capability|sys/mount)\.h>'

setup()
{
	cd "$VRT_SOURCE" || return
}

# The code of a C file without its comments and strings.
code()
{
	"${CC:-cc}" -fpreprocessed -dD -E -P -x c - <"$1" 2>/dev/null | sed -E 's/"([^"\\]|\\.)*"/""/g'
}

marked()
{
	awk '/\*\// { print; exit } { print } NR > 40 { exit }
		/^#include/ { exit }' "$1" | grep -q 'PRIVILEGED:' ||
		sed -n '2,30p' "$1" | awk '/^#|^[a-z]/ { exit } { print }' | grep -q 'PRIVILEGED:'
}

sources()
{
	project_files | grep -E '^src/.*\.[ch]$'
}

@test "the search finds what it is to find" {
	local count
	count=$(sources | while IFS= read -r file; do
		! code "$file" | grep -qE "$calls|$numbers" || printf '%s\n' "$file"
	done | wc -l)
	((count >= 2)) # or the pattern is broken
}

@test "no other file calls anything of the kind" {
	is_empty "$(sources | while IFS= read -r file; do
		marked "$file" || code "$file" | grep -nE "$calls|$numbers" | sed "s|^|$file: |" || true
	done)" "privileged calls outside the PRIVILEGED files"
}

@test "no other file includes the headers for it" {
	is_empty "$(sources | while IFS= read -r file; do
		marked "$file" || grep -nHE "$headers" "$file" || true
	done)" "headers for privileged calls outside the PRIVILEGED files"
}

@test "only one file includes cap-ng.h" {
	[[ $(sources | xargs grep -lE 'include *<cap-ng.h>' | wc -l) == 1 ]]
}

@test "nothing in src/common is privileged" {
	is_empty "$(sources | grep '^src/common/' | xargs grep -l 'PRIVILEGED:' || true)" "marked"
}

@test "each file that is marked has its reason: a privileged call in it or its header's" {
	is_empty "$(sources | grep '\.c$' | while IFS= read -r file; do
		marked "$file" || continue
		code "$file" | grep -qE "$calls|$numbers|priv_raise|priv_lower" || printf '%s\n' "$file"
	done)" "marked without reason"
}

@test "raise and lower are called by the PRIVILEGED files only" {
	is_empty "$(sources | grep '\.c$' | while IFS= read -r file; do
		marked "$file" || code "$file" | grep -nE '\<priv_(raise|lower)' | sed "s|^|$file: |" || true
	done)" "raised elsewhere"
}

@test "no shell, no helper program: nothing but the target is executed" {
	local allowed
	is_empty "$(sources | while IFS= read -r file; do
		code "$file" | grep -nE '\<(system|popen|posix_spawnp?|fork|vfork) *\(' |
			sed "s|^|$file: |" || true
	done)" "ways to start something"
	allowed=$(sources | while IFS= read -r file; do
		! code "$file" | grep -qE '\<(exec[lv]p?e?|execvpe|f?execveat|fexecve) *\(' ||
			printf '%s\n' "$file"
	done)
	[[ $allowed == src/vpnrun/target.c ]] || {
		printf 'exec in: %s\n' "$allowed"
		return 1
	}
}

@test "the capability set is spelled in one file" {
	is_empty "$(project_files | grep -E '^(src|tests|CMakeLists|\.ci)' |
		grep -v '^src/vpnrun/vpnrun.caps$' | while IFS= read -r file; do
		grep -naHE 'cap_[a-z_]+(,cap_[a-z_]+)+=e?p' -- "$file" || true
	done)" "spelled again"
}
