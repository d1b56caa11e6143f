/*
 * peer_absl.cc - Abseil's flat_hash_map: the first Swiss table. One array of control bytes,
 * asked sixteen at a time, and one of entries behind it.
 *
 * clear() gives a table of over 127 slots back to malloc.
 */
#include <absl/container/flat_hash_map.h>

#define TABLE absl::flat_hash_map
#define PEER absl
#define PEER_LABEL "Abseil flat_hash_map"
#include "peers/peer_cpp.h"
