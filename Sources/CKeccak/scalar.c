/* One message at a time, in plain C. */
#define BACKEND(name) ckeccak_scalar_##name
#define WIDTH 1
#define TARGET
#include "lanes.h"
