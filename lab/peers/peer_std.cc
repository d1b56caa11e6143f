/*
 * peer_std.cc - the standard library's unordered_map: chains of nodes, one allocation for each.
 */
#include <unordered_map>

#define TABLE std::unordered_map
#define PEER std
#define PEER_LABEL "std::unordered_map"
#include "peers/peer_cpp.h"
