/* Prints hashes of every length and kind by the best backend; see check-arm64. */
#include "ckeccak.h"

#include <stdio.h>

static void print(const uint8_t *hashes, size_t count) {
  for (size_t i = 0; i < 32 * count; i++) printf("%02x", hashes[i]);
  printf("\n");
}

int main(void) {
  enum { count = 11 };
  uint8_t messages[count * (CKECCAK_MAX_LENGTH + 3)];
  uint8_t hashes[32 * count];
  int best = ckeccak_best();
  for (size_t i = 0; i < sizeof messages; i++) messages[i] = (uint8_t)(i * 131 + (i >> 3));
  for (size_t length = 0; length <= CKECCAK_MAX_LENGTH; length++) {
    ckeccak256_many(best, messages, length, length + 3, hashes, count);
    print(hashes, count);
    ckeccak256_twice_many(best, messages, length, length + 3, hashes, count);
    print(hashes, count);
  }
  for (int sorted = 0; sorted < 2; sorted++) {
    uint64_t nodes[8 * count], parents[4 * count];
    ckeccak256_pairs(best, messages, hashes, count, sorted);
    print(hashes, count);
    for (size_t i = 0; i < 8 * count; i++) nodes[i] = (i + 1) * 0x9E3779B97F4A7C15ull;
    ckeccak256_pairs_words(best, nodes, parents, count, sorted);
    for (size_t i = 0; i < 4 * count; i++) printf("%016llx", (unsigned long long)parents[i]);
    printf("\n");
  }
  return 0;
}
