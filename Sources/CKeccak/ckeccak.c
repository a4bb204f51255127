/* Chooses the backend; the hashing itself is in lanes.h. */
#include "ckeccak.h"

#include "backends.h"

struct backend {
  hash_rows *rows;
  hash_pairs *pairs;
  hash_messages *messages;
};

/* By the numbers of ckeccak.h. */
static const struct backend backends[] = {
  {ckeccak_scalar_rows, ckeccak_scalar_pairs, ckeccak_scalar_messages},
#if CKECCAK_HAS_VECTORS
  {ckeccak_avx2_rows, ckeccak_avx2_pairs, ckeccak_avx2_messages},
  {ckeccak_avx512_x4_rows, ckeccak_avx512_x4_pairs, ckeccak_avx512_x4_messages},
  {ckeccak_avx512_x8_rows, ckeccak_avx512_x8_pairs, ckeccak_avx512_x8_messages},
#endif
};

/* The compiler's runtime asks CPU and system once per process, before `main`. */
int ckeccak_supported(int backend) {
  switch (backend) {
  case CKECCAK_SCALAR:
    return 1;
#if CKECCAK_HAS_VECTORS
  case CKECCAK_AVX2:
    return __builtin_cpu_supports("avx2") != 0;
  case CKECCAK_AVX512_X4:
  case CKECCAK_AVX512_X8:
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl");
#endif
  default:
    return 0;
  }
}

int ckeccak_best(void) {
  int best = CKECCAK_AVX512_X8;
  while (!ckeccak_supported(best)) best--;
  return best;
}

/* Stops at a bug of the caller before it reads or writes where it may not. */
static void require(int condition) {
  if (!condition) __builtin_trap();
}

static const struct backend *chosen(int backend) {
  require(ckeccak_supported(backend));
  return &backends[backend];
}

static void hash_many(int backend, struct rows rows, bool twice, enum order order,
                      uint8_t *hashes) {
  require(rows.length <= CKECCAK_MAX_LENGTH && rows.stride >= rows.length);
  chosen(backend)->rows(rows, twice, order, hashes);
}

void ckeccak256_many(int backend, const uint8_t *messages, size_t length, size_t stride,
                     uint8_t *hashes, size_t count) {
  hash_many(backend, (struct rows){messages, length, stride, count}, false, IN_BYTES, hashes);
}

void ckeccak256_twice_many(int backend, const uint8_t *messages, size_t length, size_t stride,
                           uint8_t *hashes, size_t count) {
  hash_many(backend, (struct rows){messages, length, stride, count}, true, IN_BYTES, hashes);
}

void ckeccak256_pairs(int backend, const uint8_t *nodes, uint8_t *parents, size_t count,
                      int sorted) {
  chosen(backend)->pairs(nodes, count, sorted != 0, IN_BYTES, parents);
}

void ckeccak256_many_words(int backend, const uint8_t *messages, size_t length, size_t stride,
                           uint64_t *hashes, size_t count) {
  hash_many(backend, (struct rows){messages, length, stride, count}, false, IN_WORDS,
            (uint8_t *)hashes);
}

void ckeccak256_twice_many_words(int backend, const uint8_t *messages, size_t length,
                                 size_t stride, uint64_t *hashes, size_t count) {
  hash_many(backend, (struct rows){messages, length, stride, count}, true, IN_WORDS,
            (uint8_t *)hashes);
}

void ckeccak256_pairs_words(int backend, const uint64_t *nodes, uint64_t *parents, size_t count,
                            int sorted) {
  chosen(backend)->pairs((const uint8_t *)nodes, count, sorted != 0, IN_WORDS,
                         (uint8_t *)parents);
}

void ckeccak256_messages_words(int backend, const struct ckeccak_message *messages, size_t count,
                               uint64_t *hashes) {
  chosen(backend)->messages(messages, count, (uint8_t *)hashes);
}
