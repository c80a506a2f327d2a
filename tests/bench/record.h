/* SPDX-License-Identifier: MIT */
/*
 * What the no-op target tells the driver, on its standard output: the only descriptor
 * that every wrapper hands on (sudo closes all from 3 on).
 */
#ifndef BENCH_RECORD_H
#define BENCH_RECORD_H

#define RECORD_MAGIC 0x76706e72756e3031ULL

/* The argument that asks the target for uid and netns, too. */
#define RECORD_PROVE "prove"

struct record {
	unsigned long long magic;
	long long first_ns; /* CLOCK_MONOTONIC at the target's first instructions */
	unsigned int uid;   /* real uid */
	char netns[44]; /* what /proc/self/ns/net points to, such as net:[4026531840] */
};

#endif
