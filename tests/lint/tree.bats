#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The tree: style, licence lines, headers, nothing of a developer's machine.

load lib

setup()
{
	cd "$VRT_SOURCE" || return
}

@test "shellcheck is silent about every shell script" {
	local files
	mapfile -t files < <(shell_files | grep -v '\.bats$')
	((${#files[@]} > 5)) # the search works
	shellcheck -x -- "${files[@]}"
}

@test "shellcheck is silent about the tests in bats" {
	local files
	mapfile -t files < <(shell_files | grep '\.bats$')
	((${#files[@]} > 5))
	shellcheck -s bats -x -- "${files[@]}"
}

@test "no shellcheck directive silences a whole file" {
	is_empty "$(shell_files | while IFS= read -r file; do
		awk -v file="$file" '/^[^#]/ { exit } /shellcheck disable/ { print file ": " $0 }' "$file"
	done)" "blanket directives"
}

@test "clang-format has nothing to change" {
	local tool files
	tool=$(command -v clang-format-14 || command -v clang-format)
	mapfile -t files < <(c_files)
	((${#files[@]} > 10))
	"$tool" --dry-run -Werror -- "${files[@]}"
}

@test "every source file begins with its licence" {
	is_empty "$(project_files | grep -E '^(src|tests|\.ci|man|CMakeLists.txt)' |
		grep -vE '/(corpus|data)/|\.(md|caps)$|/seed' | while IFS= read -r file; do
		head -n 2 -- "$file" | grep -qaE '^(#|//|/\*|\.\\"|--) ?SPDX-License-Identifier: MIT' ||
			printf '%s\n' "$file"
	done)" "files without SPDX-License-Identifier in the first two lines"
}

@test "each header compiles alone" {
	local header complaints=''
	while IFS= read -r header; do
		[[ $header != *rawsys* ]] || continue # needs the compiler's -ffreestanding
		"${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -fsyntax-only -x c \
			-I src/common -I src/vpnrun -I "$VRT_BUILD/generated" "$header" ||
			complaints+="$header "
	done < <(c_files | grep '\.h$')
	is_empty "$complaints" "headers that do not compile alone"
}

@test "each header has a guard, each C file's first include is its own header" {
	is_empty "$(c_files | grep '\.h$' | while IFS= read -r file; do
		grep -qE '^#(ifndef|pragma once)' "$file" || printf '%s\n' "$file"
	done)" "headers without guard"
	is_empty "$(c_files | grep '^src/.*\.c$' | while IFS= read -r file; do
		own=${file%.c}.h
		[[ ! -f $own ]] || grep -m1 '^#include' "$file" | grep -qF "\"${own##*/}\"" ||
			printf '%s\n' "$file"
	done)" "C files that do not include their own header first"
}

@test "lines of at most 100 columns, strings apart, and no blanks at their ends" {
	is_empty "$(c_files | while IFS= read -r file; do
		expand "$file" | awk -v file="$file" 'length > 100 && !/"/ { print file ":" NR }'
	done)" "long lines"
	is_empty "$(project_files | grep -E '^(src|tests|man)/' | grep -vE '/(corpus|data)/|/seed' |
		while IFS= read -r file; do
			grep -nHE '[[:blank:]]+$' -- "$file" || true
		done | grep -aE '^[^:]+\.(c|h|bash|bats|txt|cmake|in):' || true)" "blanks at the end"
}

@test "no path of a developer's machine and no package registry's host" {
	# Spelled so that this file is not found by itself.
	local words='/(home)/[a-z]+/(src|git|work|dev)|(^|[^[:alnum:]_.}])/(wor)k/|/(tm)p/hb-|/(roo)t/\.|(pypi)\.org|(crates)\.io|(npmjs)\.|(proxy)\.golang'
	is_empty "$(project_files | while IFS= read -r file; do
		grep -naHE -- "$words" "$file" || true
	done)" "found"
}

@test "every executable script can be executed, and nothing else pretends to" {
	is_empty "$(project_files | while IFS= read -r file; do
		if head -c 2 -- "$file" | grep -qa '^#!' && [[ $file != *.bats && ! -x $file ]]; then
			printf '%s\n' "$file"
		fi
	done)" "scripts that are not executable"
}
