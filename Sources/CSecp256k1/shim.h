#include <secp256k1.h>
#include <secp256k1_recovery.h>

// The library's constant context: it holds no secret, and threads may share it.
static inline const secp256k1_context *_Nonnull sluice_secp256k1_context(void) {
  return secp256k1_context_static;
}
