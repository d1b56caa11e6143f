/*
 * hashbrown_layout.c - the one group that all maps without an allocation share.
 */
#include "hashbrown/hashbrown_layout.h"

_Alignas(HASHBROWN_WIDTH) const unsigned char hashbrown_no_slots[HASHBROWN_WIDTH] = {
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
#if HASHBROWN_GROUP_IS_16
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
#endif
};
