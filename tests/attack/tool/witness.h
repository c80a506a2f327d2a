/* SPDX-License-Identifier: MIT */
/*
 * The exit statuses of the witness, the target of all attacks.
 *
 * vpnrun itself ends with 125, 126, 127 or by a signal.  So whoever sees one of these
 * three knows that the target ran; and 0, which none of them uses, is always wrong.
 */
#ifndef VRT_WITNESS_H
#define VRT_WITNESS_H

#define WITNESS_RIGHT 43
#define WITNESS_WRONG 44
/* A resource limit, which may come at any moment, kept it from looking. */
#define WITNESS_BLIND 45

#endif
