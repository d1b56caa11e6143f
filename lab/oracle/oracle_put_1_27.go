//go:build go1.27

package main

import "unsafe"

// From Go 1.27 on, an assignment to a map with keys of 4 or 8 bytes, or strings, no longer asks the
// descriptor for its hash. Map.PutSlot does, and else does the same, so a lab map is filled
// through it. Maps with larger elems are assigned to through mapassign as ever, which asks. The
// linker allows such a reference with -checklinkname=0.
//
//go:linkname putSlot internal/runtime/maps.(*Map).PutSlot
//go:noescape
func putSlot(m unsafe.Pointer, typ *mapType, key unsafe.Pointer) unsafe.Pointer
