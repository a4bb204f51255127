/* Keccak-256 of many messages at once, in the lanes of the CPU's vector registers.
 *
 * Every function is pure: no allocation, no state between calls; any thread may call any of them at
 * any time. All backends give the same hashes. Bytes may have any alignment, words have their own.
 * Results never overlap what they are made of. */
#ifndef CKECCAK_H
#define CKECCAK_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How the messages are hashed. */
enum {
  CKECCAK_SCALAR = 0,    /* one by one; every CPU has it */
  CKECCAK_AVX2 = 1,      /* four at once */
  CKECCAK_AVX512_X4 = 2, /* four at once, with AVX-512F and AVX-512VL */
  CKECCAK_AVX512_X8 = 3  /* eight at once, with AVX-512F and AVX-512VL */
};

/* The longest message: one block of 136 bytes holds it and at least one byte of padding. */
enum { CKECCAK_MAX_LENGTH = 135 };

/* 1 where this CPU and its system have the backend; 0 otherwise, and for every other number. */
int ckeccak_supported(int backend);

/* The fastest supported backend. */
int ckeccak_best(void);

/* Preconditions of all functions below, checked, a trap where one does not hold: `backend` is
 * supported, `length` is at most CKECCAK_MAX_LENGTH, `stride` is at least `length`. */

/* The hash of `count` messages of `length` bytes each. Message i is read at messages + i * stride,
 * nothing beyond its `length` bytes; its hash is written to hashes[32 * i ..< 32 * i + 32]. */
void ckeccak256_many(int backend, const uint8_t *messages, size_t length, size_t stride,
                     uint8_t *hashes, size_t count);

/* The same, with the hash of the hash in place of the hash. */
void ckeccak256_twice_many(int backend, const uint8_t *messages, size_t length, size_t stride,
                           uint8_t *hashes, size_t count);

/* The parents of `count` pairs of nodes: the hash of nodes[64 * i ..< 64 * i + 64] is written to
 * parents[32 * i ..< 32 * i + 32]. With `sorted` other than 0, the smaller node of each pair is
 * hashed first, wherever it stands; nodes are compared byte by byte. */
void ckeccak256_pairs(int backend, const uint8_t *nodes, uint8_t *parents, size_t count,
                      int sorted);

/* The three functions for hashes that are kept as numbers: four words in the CPU's byte order, the
 * most significant first. A pair is eight words, a hash or a parent four. */
void ckeccak256_many_words(int backend, const uint8_t *messages, size_t length, size_t stride,
                           uint64_t *hashes, size_t count);
void ckeccak256_twice_many_words(int backend, const uint8_t *messages, size_t length,
                                 size_t stride, uint64_t *hashes, size_t count);
void ckeccak256_pairs_words(int backend, const uint64_t *nodes, uint64_t *parents, size_t count,
                            int sorted);

/* A message of any length. */
struct ckeccak_message {
  const uint8_t *bytes;
  size_t length;
};

/* The hash of each of `count` messages, four words each, as above: messages side by side take as
 * long as the longest of them. `backend` is supported. */
void ckeccak256_messages_words(int backend, const struct ckeccak_message *messages, size_t count,
                               uint64_t *hashes);

#ifdef __cplusplus
}
#endif

#endif
