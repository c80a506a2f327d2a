#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The parser, --help, the README and the manual know the same options.

load lib

# Long options in the text on standard input, sorted.
long_options()
{
	grep -oE -- '(^|[^-[:alnum:]])--[a-z][a-z-]+' | grep -oE -- '--[a-z][a-z-]+' | sort -u
}

# From the table in options.c: {"name", 'c', ...
table()
{
	sed -nE 's/^\t\{"([a-z-]+)", ([^,]+),.*/\1 \2/p' "$VRT_SOURCE/src/vpnrun/options.c"
}

@test "the table can be read, and each row is in --help" {
	local name code
	(($(table | wc -l) >= 8))
	"$VRT_VPNRUN" --help >"$BATS_TEST_TMPDIR/help"
	while read -r name code; do
		if [[ $code == "'"?"'" ]]; then
			grep -qE -- "^ +-${code:1:1}, --$name( |\$)" "$BATS_TEST_TMPDIR/help"
		else
			grep -qE -- "^ +--$name( |\$)" "$BATS_TEST_TMPDIR/help"
		fi || {
			echo "not in --help: --$name $code"
			return 1
		}
	done < <(table)
}

@test "--help names no option that the parser lacks" {
	local unknown
	unknown=$(comm -13 <(table | sed 's/^/--/; s/ .*//' | sort -u) \
		<("$VRT_VPNRUN" --help | long_options))
	is_empty "$unknown" "options in --help alone"
}

@test "the parser takes each option of the table" {
	local name code rc
	while read -r name code; do
		rc=0
		# Not a namespace: whatever else it says, it must not be "unknown option".
		"$VRT_VPNRUN" "--$name" >"$BATS_TEST_TMPDIR/out" 2>&1 </dev/null || rc=$?
		((rc == 0 || rc == 125))
		! grep -q 'unknown option' "$BATS_TEST_TMPDIR/out" || {
			echo "unknown to the parser: --$name"
			return 1
		}
	done < <(table)
}

@test "options of vpnrun that the README mentions exist" {
	local known mentioned
	[[ -f $VRT_SOURCE/README.md ]]
	known=$(table | sed 's/^/--/; s/ .*//' | sort -u)
	# Lines in which vpnrun is called, as far as its first word.
	# shellcheck disable=SC2016 # for the inner shell
	mentioned=$(grep -oE '\bvpnrun( +-[^` ]+( +[a-z/][^` -]*)?)+' "$VRT_SOURCE/README.md" |
		long_options || true)
	is_empty "$(comm -13 <(printf '%s\n' "$known") <(printf '%s\n' "$mentioned" | grep . || true))" \
		"options in the README alone"
}

@test "the README has a row for each option" {
	local name code
	while read -r name code; do
		grep -qE -- "--$name\b" "$VRT_SOURCE/README.md" || {
			echo "not in the README: --$name"
			return 1
		}
	done < <(table)
}
