//go:build !go1.27

package main

import "unsafe"

// putSlot is needed from Go 1.27 on only (oracle_put_1_27.go).
func putSlot(m unsafe.Pointer, typ *mapType, key unsafe.Pointer) unsafe.Pointer {
	panic("a plain assignment will do")
}
