/* Eight messages at once, in 512-bit registers. */
#include "backends.h"

#if CKECCAK_HAS_VECTORS
#define BACKEND(name) ckeccak_avx512_x8_##name
#define WIDTH 8
#define TARGET __attribute__((target("avx512f,avx512vl")))
#include "lanes.h"
#endif
