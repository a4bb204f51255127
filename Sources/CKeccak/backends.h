/* What every backend offers to ckeccak.c. */
#ifndef CKECCAK_BACKENDS_H
#define CKECCAK_BACKENDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ckeccak.h"

/* Vector backends are written for x86-64; every other CPU has the scalar one. */
#if defined(__x86_64__)
#define CKECCAK_HAS_VECTORS 1
#else
#define CKECCAK_HAS_VECTORS 0
#endif

/* How a hash lies in memory. */
enum order {
  IN_BYTES, /* as it is printed */
  IN_WORDS  /* as four numbers in the CPU's byte order, the most significant first */
};

/* `count` messages of `length` bytes, `stride` apart. */
struct rows {
  const uint8_t *bytes;
  size_t length;
  size_t stride;
  size_t count;
};

/* Hashes rows once or twice; 32 bytes per row. */
typedef void hash_rows(struct rows rows, bool twice, enum order order, uint8_t *hashes);

/* Hashes pairs of nodes of 64 bytes; 32 bytes per pair. */
typedef void hash_pairs(const uint8_t *nodes, size_t count, bool sorted, enum order order,
                        uint8_t *parents);

/* Hashes messages of any lengths; four words per message. */
typedef void hash_messages(const struct ckeccak_message *messages, size_t count,
                           uint8_t *hashes);

hash_rows ckeccak_scalar_rows;
hash_pairs ckeccak_scalar_pairs;
hash_messages ckeccak_scalar_messages;

#if CKECCAK_HAS_VECTORS
hash_rows ckeccak_avx2_rows, ckeccak_avx512_x4_rows, ckeccak_avx512_x8_rows;
hash_pairs ckeccak_avx2_pairs, ckeccak_avx512_x4_pairs, ckeccak_avx512_x8_pairs;
hash_messages ckeccak_avx2_messages, ckeccak_avx512_x4_messages, ckeccak_avx512_x8_messages;
#endif

#endif
