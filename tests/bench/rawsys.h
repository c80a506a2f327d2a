/* SPDX-License-Identifier: MIT */
/*
 * System calls and a program entry without a C library.
 *
 * The no-op target and the floor must cost nothing but what the kernel does for them, so
 * they have no start-up code, no loader and no library. Every call returns what the
 * kernel returns: a value, or a negative errno.
 */
#ifndef BENCH_RAWSYS_H
#define BENCH_RAWSYS_H

#include <asm/unistd.h>

#if defined(__x86_64__)

static inline long raw5(long nr, long a, long b, long c, long d, long e)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
			 : "rcx", "r11", "memory");
	return ret;
}

/* The kernel starts a program with argc, argv, envp on the stack, no return address. */
#define RAW_ENTRY                                                                        \
	__asm__(".globl _start\n"                                                        \
		"_start:\n"                                                              \
		"	xor %ebp, %ebp\n"                                                      \
		"	mov %rsp, %rdi\n"                                                      \
		"	and $-16, %rsp\n"                                                      \
		"	call raw_main\n"                                                       \
		"	hlt\n")

#elif defined(__aarch64__)

static inline long raw5(long nr, long a, long b, long c, long d, long e)
{
	register long x8 __asm__("x8") = nr;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;

	__asm__ volatile("svc #0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4)
			 : "memory");
	return x0;
}

#define RAW_ENTRY                                                                        \
	__asm__(".globl _start\n"                                                        \
		"_start:\n"                                                              \
		"	mov x29, #0\n"                                                         \
		"	mov x30, #0\n"                                                         \
		"	mov x0, sp\n"                                                          \
		"	b raw_main\n")

#else
#error "the launch benchmark knows x86_64 and aarch64 only"
#endif

static inline long raw1(long nr, long a)
{
	return raw5(nr, a, 0, 0, 0, 0);
}

static inline long raw2(long nr, long a, long b)
{
	return raw5(nr, a, b, 0, 0, 0);
}

static inline long raw3(long nr, long a, long b, long c)
{
	return raw5(nr, a, b, c, 0, 0);
}

static inline long raw4(long nr, long a, long b, long c, long d)
{
	return raw5(nr, a, b, c, d, 0);
}

static inline _Noreturn void raw_exit(int status)
{
	for (;;)
		(void)raw1(__NR_exit_group, status); /* does not return */
}

#endif
