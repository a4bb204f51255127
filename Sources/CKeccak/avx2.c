/* Four messages at once, in 256-bit registers. */
#include "backends.h"

#if CKECCAK_HAS_VECTORS
#define BACKEND(name) ckeccak_avx2_##name
#define WIDTH 4
#define TARGET __attribute__((target("avx2")))
#include "lanes.h"
#endif
