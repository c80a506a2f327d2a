/* SPDX-License-Identifier: MIT */
/*
 * fuzz - what the fuzzers share: the entry point, and how a broken property ends it.
 *
 * libFuzzer hands each input over in memory that ends where the input ends, so that
 * AddressSanitizer sees a read beyond it.
 */
#ifndef VPNRUN_FUZZ_H
#define VPNRUN_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Not assert(3), which a released build would leave out. */
#define CHECK(condition)                                                                 \
	do {                                                                             \
		if (!(condition)) {                                                      \
			(void)fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__,    \
				      __LINE__, #condition);                             \
			abort();                                                         \
		}                                                                        \
	} while (0)

#endif
