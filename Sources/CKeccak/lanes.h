/* Keccak-256 of WIDTH messages at once: the code of every backend, compiled once for each.
 *
 * A backend defines before it includes this file:
 *   BACKEND(name)  the name of its functions;
 *   WIDTH          how many messages it hashes at once;
 *   TARGET         the attribute that lets the compiler use its instructions.
 *
 * Lane i of the state holds word i of WIDTH messages, one beside the other, so that one operation
 * serves them all. What a lane is made of is the compiler's vector extension: the same expressions
 * are rotations and three-way logic where the instructions exist, and shifts elsewhere.
 *
 * Source: "The Keccak reference", version 3.0. The clear version, which tests hold this one equal
 * to, is Sources/EthereumPrimitives/Keccak256.swift. */
#include "backends.h"
#include "ckeccak.h"

#include <string.h>

#define INLINE TARGET static inline __attribute__((always_inline))

/* 136 bytes are taken in per permutation. */
enum { RATE_WORDS = 17, STATE_WORDS = 25, HASH_WORDS = 4, PAIR_WORDS = 8 };
enum { HASH_BYTES = 32, PAIR_BYTES = 64 };

#if WIDTH == 1
typedef uint64_t lane;
#else
typedef uint64_t lane __attribute__((vector_size(8 * WIDTH)));
#endif

/* One word of WIDTH messages. */
typedef union {
  lane all;
  uint64_t of[WIDTH];
} word;

/* 0 < count < 64. */
INLINE lane rotate(lane word, int count) { return word << count | word >> (64 - count); }

/* χ of one row. */
INLINE void set_row(lane *row, lane b0, lane b1, lane b2, lane b3, lane b4) {
  row[0] = b0 ^ (~b1 & b2);
  row[1] = b1 ^ (~b2 & b3);
  row[2] = b2 ^ (~b3 & b4);
  row[3] = b3 ^ (~b4 & b0);
  row[4] = b4 ^ (~b0 & b1);
}

/* One round from `a` to `e`. θ adds the parities `d`; ρ and π rotate and move; row by row, so that
 * as few lanes as possible are alive at once: a register file has 16 or 32 places. */
INLINE void transform(const lane *a, lane *e, uint64_t constant) {
  const lane c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20];
  const lane c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21];
  const lane c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22];
  const lane c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23];
  const lane c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24];
  const lane d0 = c4 ^ rotate(c1, 1);
  const lane d1 = c0 ^ rotate(c2, 1);
  const lane d2 = c1 ^ rotate(c3, 1);
  const lane d3 = c2 ^ rotate(c4, 1);
  const lane d4 = c3 ^ rotate(c0, 1);
  set_row(e, a[0] ^ d0, rotate(a[6] ^ d1, 44), rotate(a[12] ^ d2, 43), rotate(a[18] ^ d3, 21),
          rotate(a[24] ^ d4, 14));
  e[0] ^= constant;
  set_row(e + 5, rotate(a[3] ^ d3, 28), rotate(a[9] ^ d4, 20), rotate(a[10] ^ d0, 3),
          rotate(a[16] ^ d1, 45), rotate(a[22] ^ d2, 61));
  set_row(e + 10, rotate(a[1] ^ d1, 1), rotate(a[7] ^ d2, 6), rotate(a[13] ^ d3, 25),
          rotate(a[19] ^ d4, 8), rotate(a[20] ^ d0, 18));
  set_row(e + 15, rotate(a[4] ^ d4, 27), rotate(a[5] ^ d0, 36), rotate(a[11] ^ d1, 10),
          rotate(a[17] ^ d2, 15), rotate(a[23] ^ d3, 56));
  set_row(e + 20, rotate(a[2] ^ d2, 62), rotate(a[8] ^ d3, 55), rotate(a[14] ^ d4, 39),
          rotate(a[15] ^ d0, 41), rotate(a[21] ^ d1, 2));
}

static const uint64_t round_constants[24] = {
  0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000,
  0x000000000000808B, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
  0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
  0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003,
  0x8000000000008002, 0x8000000000000080, 0x000000000000800A, 0x800000008000000A,
  0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

/* Two rounds at a time, so that the state is never copied back. */
INLINE void permute(lane *state) {
  lane other[STATE_WORDS];
  for (int round = 0; round < 24; round += 2) {
    transform(state, other, round_constants[round]);
    transform(other, state, round_constants[round + 1]);
  }
}

/* The same where single words are looked at in between. */
INLINE void permute_words(word *words) {
  lane state[STATE_WORDS];
  for (int index = 0; index < STATE_WORDS; index++) state[index] = words[index].all;
  permute(state);
  for (int index = 0; index < STATE_WORDS; index++) words[index].all = state[index];
}

/* The bit that ends the block, and the permutation: the hash is in the first four words then. */
INLINE void finish(lane *state) {
  state[RATE_WORDS - 1] ^= (uint64_t)1 << 63;
  permute(state);
}

/* `block`: RATE_WORDS words, without the bit that ends the block. */
INLINE void hash_block(const word *block, lane *state) {
  for (int index = 0; index < RATE_WORDS; index++) state[index] = block[index].all;
  for (int index = RATE_WORDS; index < STATE_WORDS; index++) state[index] = (lane){0};
  finish(state);
}

/* The hash of the hash, without leaving the registers. */
INLINE void hash_again(lane *state) {
  for (int index = HASH_WORDS; index < STATE_WORDS; index++) state[index] = (lane){0};
  state[HASH_WORDS] ^= 1;
  finish(state);
}

// MARK: Between memory and lanes

/* Keccak counts the bytes of a word from its lowest one. True where memory holds a word the other
 * way round, as a number whose first byte is its highest. */
INLINE bool is_number(enum order order) {
  return order == IN_WORDS || __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
}

/* Reverses the bytes of `count` words of every message. */
INLINE void reverse(word *words, size_t count) {
  for (size_t index = 0; index < count; index++) {
    for (int message = 0; message < WIDTH; message++) {
      words[index].of[message] = __builtin_bswap64(words[index].of[message]);
    }
  }
}

/* Makes of two lanes the ones that `low` and `high` list by element; those of `b` are numbered
 * after those of `a`. */
#define PICK(...) __VA_ARGS__
#define CROSS(a, b, low, high)                                                                    \
  do {                                                                                            \
    const lane first = __builtin_shufflevector((a).all, (b).all, PICK low);                       \
    (b).all = __builtin_shufflevector((a).all, (b).all, PICK high);                               \
    (a).all = first;                                                                              \
  } while (0)

/* From WIDTH words of one message in each lane to one word of WIDTH messages, and back: elements
 * are exchanged across the diagonal at distances of 1, 2 and 4. */
#if WIDTH == 1
INLINE void transpose(word *words) { (void)words; }
#elif WIDTH == 4
INLINE void transpose(word *words) {
  for (int i = 0; i < 4; i += 2) CROSS(words[i], words[i + 1], (0, 4, 2, 6), (1, 5, 3, 7));
  for (int i = 0; i < 2; i++) CROSS(words[i], words[i + 2], (0, 1, 4, 5), (2, 3, 6, 7));
}
#elif WIDTH == 8
INLINE void transpose(word *words) {
  for (int i = 0; i < 8; i += 2) {
    CROSS(words[i], words[i + 1], (0, 8, 2, 10, 4, 12, 6, 14), (1, 9, 3, 11, 5, 13, 7, 15));
  }
  for (int i = 0; i < 8; i++) {
    if (i % 4 >= 2) continue;
    CROSS(words[i], words[i + 2], (0, 1, 8, 9, 4, 5, 12, 13), (2, 3, 10, 11, 6, 7, 14, 15));
  }
  for (int i = 0; i < 4; i++) {
    CROSS(words[i], words[i + 4], (0, 1, 2, 3, 8, 9, 10, 11), (4, 5, 6, 7, 12, 13, 14, 15));
  }
}
#endif

/* WIDTH words of each of WIDTH messages, as memory holds them. */
INLINE void load_square(word *words, const uint8_t *bytes, size_t stride) {
  for (int message = 0; message < WIDTH; message++) {
    memcpy(&words[message], bytes + message * stride, sizeof(word));
  }
  transpose(words);
}

/* Writes WIDTH hashes, 32 bytes each. */
INLINE void store_hashes(const lane *state, enum order order, uint8_t *hashes) {
  word words[WIDTH > HASH_WORDS ? WIDTH : HASH_WORDS] = {0};
  for (int index = 0; index < HASH_WORDS; index++) words[index].all = state[index];
  if (is_number(order)) reverse(words, HASH_WORDS);
  transpose(words);
  for (int message = 0; message < WIDTH; message++) {
    memcpy(hashes + HASH_BYTES * message, words + message, HASH_BYTES);
  }
}

// MARK: Rows

/* The word in which a message of `length` bytes ends: its last `length` % 8 bytes and the bit that
 * starts the padding. Reads bytes of the message only. */
INLINE uint64_t load_end(const uint8_t *message, size_t length) {
  const size_t rest = length % 8;
  uint64_t end = (uint64_t)1 << (8 * rest);
  for (size_t i = 0; i < rest; i++) end |= (uint64_t)message[length - rest + i] << (8 * i);
  return end;
}

/* Puts the first WIDTH rows into the block. `length` <= 135, so that the last word written is at
 * most RATE_WORDS - 1; the words behind it are left as they are. */
INLINE void load_rows(word *block, struct rows rows) {
  const size_t whole = rows.length / 8;
  size_t index = 0;
  for (; index + WIDTH <= whole; index += WIDTH) {
    load_square(block + index, rows.bytes + 8 * index, rows.stride);
  }
  for (int message = 0; message < WIDTH; message++) {
    const uint8_t *row = rows.bytes + message * rows.stride;
    for (size_t i = index; i < whole; i++) memcpy(&block[i].of[message], row + 8 * i, 8);
  }
  if (is_number(IN_BYTES)) reverse(block, whole);
  for (int message = 0; message < WIDTH; message++) {
    block[whole].of[message] = load_end(rows.bytes + message * rows.stride, rows.length);
  }
}

/* Hashes the first WIDTH rows. The words of the block behind the rows' length are zero. */
INLINE void hash_rows_group(word *block, struct rows rows, bool twice, enum order order,
                            uint8_t *hashes) {
  lane state[STATE_WORDS];
  load_rows(block, rows);
  hash_block(block, state);
  if (twice) hash_again(state);
  store_hashes(state, order, hashes);
}

/* Hashes 0 < rows.count < WIDTH rows in a group whose other rows are zero. */
INLINE void hash_rows_rest(word *block, struct rows rows, bool twice, enum order order,
                           uint8_t *hashes) {
  uint8_t copies[WIDTH * CKECCAK_MAX_LENGTH] = {0};
  uint8_t results[WIDTH * HASH_BYTES];
  for (size_t row = 0; row < rows.count; row++) {
    memcpy(copies + row * rows.length, rows.bytes + row * rows.stride, rows.length);
  }
  hash_rows_group(block, (struct rows){copies, rows.length, rows.length, WIDTH}, twice, order,
                  results);
  memcpy(hashes, results, rows.count * HASH_BYTES);
}

TARGET void BACKEND(rows)(struct rows rows, bool twice, enum order order, uint8_t *hashes) {
  word block[RATE_WORDS] = {0};
  while (rows.count >= WIDTH) {
    hash_rows_group(block, rows, twice, order, hashes);
    rows.bytes += WIDTH * rows.stride;
    rows.count -= WIDTH;
    hashes += WIDTH * HASH_BYTES;
  }
  if (rows.count > 0) hash_rows_rest(block, rows, twice, order, hashes);
}

// MARK: Pairs

/* All bits of a message where `left` < `right`, none elsewhere. */
INLINE lane is_less(lane left, lane right) {
#if WIDTH == 1
  return -(lane)(left < right);
#else
  return (lane)(left < right);
#endif
}

/* Puts the smaller node first; both are numbers of HASH_WORDS words, the most significant first.
 * Which one is smaller is a coin's throw: a mask, since a branch would be mispredicted. */
INLINE void sort_pairs(word *left, word *right) {
  lane swapped = (lane){0};
  for (int index = HASH_WORDS - 1; index >= 0; index--) {
    const lane descending = is_less(right[index].all, left[index].all);
    const lane ascending = is_less(left[index].all, right[index].all);
    swapped = descending | (~ascending & swapped);
  }
  for (int index = 0; index < HASH_WORDS; index++) {
    const lane change = (left[index].all ^ right[index].all) & swapped;
    left[index].all ^= change;
    right[index].all ^= change;
  }
}

/* Hashes WIDTH pairs of 64 bytes. */
INLINE void hash_pairs_group(const uint8_t *nodes, bool sorted, enum order order,
                             uint8_t *parents) {
  lane state[STATE_WORDS];
  word block[RATE_WORDS] = {0};
  for (int index = 0; index < PAIR_WORDS; index += WIDTH) {
    load_square(block + index, nodes + 8 * index, PAIR_BYTES);
  }
  // Numbers while they are compared, words of Keccak when they are hashed.
  if (!is_number(order)) reverse(block, PAIR_WORDS);
  if (sorted) sort_pairs(block, block + HASH_WORDS);
  reverse(block, PAIR_WORDS);
  block[PAIR_WORDS].all ^= 1;
  hash_block(block, state);
  store_hashes(state, order, parents);
}

TARGET void BACKEND(pairs)(const uint8_t *nodes, size_t count, bool sorted, enum order order,
                           uint8_t *parents) {
  for (; count >= WIDTH; count -= WIDTH) {
    hash_pairs_group(nodes, sorted, order, parents);
    nodes += WIDTH * PAIR_BYTES;
    parents += WIDTH * HASH_BYTES;
  }
  if (count == 0) return;
  // The rest, 0 < count < WIDTH, in a group whose other pairs are zero.
  uint8_t copies[WIDTH * PAIR_BYTES] = {0};
  uint8_t results[WIDTH * HASH_BYTES];
  memcpy(copies, nodes, count * PAIR_BYTES);
  hash_pairs_group(copies, sorted, order, results);
  memcpy(parents, results, count * HASH_BYTES);
}

// MARK: Messages

/* The blocks of a message: all but the last one where they are, the last one with its padding. */
struct blocks {
  const uint8_t *bytes;
  size_t count;
  uint8_t last[RATE_WORDS * 8];
};

INLINE void cut(struct blocks *blocks, struct ckeccak_message message) {
  const size_t rate = sizeof(blocks->last);
  const size_t whole = message.length / rate;
  const size_t rest = message.length % rate;
  blocks->bytes = message.bytes;
  blocks->count = whole + 1;
  memset(blocks->last, 0, rate);
  if (rest > 0) memcpy(blocks->last, message.bytes + whole * rate, rest);
  blocks->last[rest] ^= 0x01;
  blocks->last[rate - 1] ^= 0x80;
}

/* Adds the block of that number to the state of one message; nothing after its last one. */
INLINE void absorb(word *state, const struct blocks *blocks, size_t number, int message) {
  if (number >= blocks->count) return;
  const bool is_last = number + 1 == blocks->count;
  const uint8_t *bytes = is_last ? blocks->last : blocks->bytes + number * sizeof(blocks->last);
  for (int index = 0; index < RATE_WORDS; index++) {
    uint64_t bits;
    memcpy(&bits, bytes + 8 * index, 8);
    if (is_number(IN_BYTES)) bits = __builtin_bswap64(bits);
    state[index].of[message] ^= bits;
  }
}

/* Hashes at most WIDTH messages. */
INLINE void hash_messages_group(const struct ckeccak_message *messages, int count,
                                uint8_t *hashes) {
  struct blocks blocks[WIDTH];
  size_t most = 0;
  for (int message = 0; message < count; message++) {
    cut(&blocks[message], messages[message]);
    if (blocks[message].count > most) most = blocks[message].count;
  }
  word state[STATE_WORDS] = {0};
  for (size_t block = 0; block < most; block++) {
    for (int message = 0; message < count; message++) {
      absorb(state, &blocks[message], block, message);
    }
    permute_words(state);
    for (int message = 0; message < count; message++) {
      if (block + 1 != blocks[message].count) continue;
      for (int index = 0; index < HASH_WORDS; index++) {
        const uint64_t number = __builtin_bswap64(state[index].of[message]);
        memcpy(hashes + HASH_BYTES * message + 8 * index, &number, 8);
      }
    }
  }
}

TARGET void BACKEND(messages)(const struct ckeccak_message *messages, size_t count,
                              uint8_t *hashes) {
  for (size_t start = 0; start < count; start += WIDTH) {
    const size_t rest = count - start;
    hash_messages_group(messages + start, rest < WIDTH ? (int)rest : WIDTH,
                        hashes + HASH_BYTES * start);
  }
}
