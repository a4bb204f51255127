/* Four messages at once, with the rotations and three-way logic of AVX-512. */
#include "backends.h"

#if CKECCAK_HAS_VECTORS
#define BACKEND(name) ckeccak_avx512_x4_##name
#define WIDTH 4
#define TARGET __attribute__((target("avx512f,avx512vl")))
#include "lanes.h"
#endif
