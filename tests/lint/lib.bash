# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What the lint tests share.

bats_require_minimum_version 1.5.0

# Files of the project, one on a line, relative to its top; not what a build leaves there.
project_files()
{
	cd "$VRT_SOURCE" || return
	if git -c safe.directory='*' rev-parse --git-dir >/dev/null 2>&1; then
		git -c safe.directory='*' ls-files --cached --others --exclude-standard
	else
		find . -type f -printf '%P\n'
	fi | grep -vE '^(build[^/]*|\.git)/' | while IFS= read -r file; do
		[[ ! -f $file ]] || printf '%s\n' "$file"
	done
}

# Those of the files that are shell scripts, by name or by first line.
shell_files()
{
	project_files | while IFS= read -r file; do
		if [[ $file == *.@(bash|bats|sh) || $file == tests/packages ]] ||
			head -c 64 -- "$file" | head -n 1 | grep -qaE '^#!.*(bash|/sh|bats)\b'; then
			printf '%s\n' "$file"
		fi
	done
}

c_files()
{
	project_files | grep -E '\.[ch]$' | grep -E '^(src|tests)/'
}

# is_empty TEXT WHAT: lines of TEXT are complaints.
is_empty()
{
	[[ -z $1 ]] || {
		printf '%s:\n%s\n' "$2" "$1"
		return 1
	}
}
