// oracle.go leads the lives of scenarios.txt in Go's own map and prints what became of it.
//
//	go run -ldflags=-checklinkname=0 lab/oracle/oracle.go lab/oracle/oracle_put.go \
//	    lab/oracle/scenarios.txt      (oracle_put_1_27.go instead, from Go 1.27 on)
//
// Two things make its answers the same on every run. Bytes are HeapAlloc after two collections,
// less a baseline; nothing else is allocated in between. And where a scenario says `lab`, the map
// runs on the lab's hash: the hasher in the map's type descriptor is overwritten with one that
// ignores Go's random seed. What remains random is where a range starts; its order is printed as it
// came, and the model must give the same order from some start.
//
// The structure is read with unsafe, by offset: the runtime's types cannot be named from here. Swiss
// maps (Go 1.24 and later) and bucket maps (before) have the same place for the hasher.
package main

import (
	"bufio"
	"fmt"
	"math/bits"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"unsafe"
)

// --- The lab's hash: lab/hash/hash.h in Go ---

const (
	k0      = 0xA0761D6478BD642F
	k1      = 0xE7037ED1A0B428DB
	k2      = 0x8EBC6AF09C88C6E3
	labSeed = 2026
)

func mix(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return high ^ low
}

func hashNumber(key uint64) uint64 {
	return mix(mix(key^k1, key^labSeed^k0), k2)
}

func hashText(text string) uint64 {
	state := uint64(labSeed ^ k0)
	for at := 0; at < len(text); at += 16 {
		var word [2]uint64
		for i := at; i < len(text) && i < at+16; i++ {
			word[(i-at)/8] |= uint64(text[i]) << (8 * (i % 8))
		}
		state = mix(word[0]^k1, word[1]^state)
	}
	return mix(state^k1, uint64(len(text))^k2)
}

// The hashers that go into type descriptors. The second argument is the map's seed.
func hash64(key unsafe.Pointer, _ uintptr) uintptr { return uintptr(hashNumber(*(*uint64)(key))) }
func hash32(key unsafe.Pointer, _ uintptr) uintptr {
	return uintptr(hashNumber(uint64(*(*uint32)(key))))
}
func hashString(key unsafe.Pointer, _ uintptr) uintptr { return uintptr(hashText(*(*string)(key))) }

// --- Type descriptors ---

// mapType is the part of a map's type descriptor that all versions share (abi.MapType).
type mapType struct {
	common    [48]byte
	key       unsafe.Pointer
	elem      unsafe.Pointer
	group     unsafe.Pointer // or bucket
	hasher    unsafe.Pointer
	groupSize uint64 // of a bucket map: sizes of key and elem, a byte each; the bucket's, two
}

// setHasher writes a descriptor's hasher and returns the one that was there. Descriptors lie in
// memory that may only be read; the page is opened for the moment.
func setHasher(typ *mapType, hasher unsafe.Pointer) unsafe.Pointer {
	page := uintptr(syscall.Getpagesize())
	at := uintptr(unsafe.Pointer(&typ.hasher))
	start := at &^ (page - 1)
	if err := protect(start, page, syscall.PROT_READ|syscall.PROT_WRITE); err != nil {
		fail("the type descriptor cannot be opened: %v", err)
	}
	old := typ.hasher
	// A plain word: the garbage collector has no part in descriptors.
	*(*uintptr)(unsafe.Pointer(&typ.hasher)) = uintptr(hasher)
	if err := protect(start, page, syscall.PROT_READ); err != nil {
		fail("the type descriptor cannot be closed: %v", err)
	}
	return old
}

func protect(start, length uintptr, how int) error {
	_, _, errno := syscall.Syscall(syscall.SYS_MPROTECT, start, length, uintptr(how))
	if errno != 0 {
		return errno
	}
	return nil
}

// --- One map of any type ---

type subject interface {
	make(hint int)
	fill(from, to uint64)
	delete(from, to uint64)
	clear()
	walk(at int, change []string)
	len() int
	free()
	lab(on bool)
	look() (*mapType, unsafe.Pointer)
}

type box[K comparable, V any] struct {
	m       map[K]V
	key     func(uint64) K
	number  func(K) uint64
	elem    func(uint64) V
	hasher  func(unsafe.Pointer, uintptr) uintptr
	old     unsafe.Pointer
	general bool
}

func (b *box[K, V]) make(hint int) { b.m = make(map[K]V, hint) }
func (b *box[K, V]) clear()        { clear(b.m) }
func (b *box[K, V]) len() int      { return len(b.m) }
func (b *box[K, V]) free()         { b.m = nil }

func (b *box[K, V]) fill(from, to uint64) {
	if b.general {
		typ, m := b.look()
		for n := from; n < to; n++ {
			key := b.key(n)
			*(*V)(putSlot(m, typ, unsafe.Pointer(&key))) = b.elem(n)
		}
		return
	}
	for n := from; n < to; n++ {
		b.m[b.key(n)] = b.elem(n)
	}
}

func (b *box[K, V]) delete(from, to uint64) {
	for n := from; n < to; n++ {
		delete(b.m, b.key(n))
	}
}

// walk ranges over the map and does the step `change` after `at` keys.
func (b *box[K, V]) walk(at int, change []string) {
	seen := 0
	for key := range b.m {
		order = append(order, b.number(key))
		if seen++; seen == at {
			act(scratch, change)
		}
	}
}

func (b *box[K, V]) look() (*mapType, unsafe.Pointer) {
	var boxed any = b.m
	words := *(*[2]unsafe.Pointer)(unsafe.Pointer(&boxed))
	return (*mapType)(words[0]), words[1]
}

// lab puts the lab's hash into the map's type, or Go's own back.
func (b *box[K, V]) lab(on bool) {
	typ, _ := b.look()
	if on {
		b.old = setHasher(typ, *(*unsafe.Pointer)(unsafe.Pointer(&b.hasher)))
		var elem V
		b.general = !before("go1.27") && unsafe.Sizeof(elem) <= 128
	} else if b.old != nil {
		setHasher(typ, b.old)
		b.old = nil
	}
}

// names are the string keys: made before a life begins, so that it allocates nothing for them.
var names []string

func number(n uint64) uint64   { return n }
func name(n uint64) string     { return names[n] }
func unname(s string) uint64   { n, _ := strconv.ParseUint(s[1:], 10, 64); return n }
func nothing(uint64) struct{}  { return struct{}{} }
func small(n uint64) uint32    { return uint32(n) }
func large(n uint32) uint64    { return uint64(n) }
func e40(n uint64) [40]byte    { return [40]byte{0: byte(n), 39: 1} }
func e128(n uint64) [128]byte  { return [128]byte{0: byte(n), 127: 1} }
func e129(n uint64) [129]byte  { return [129]byte{0: byte(n), 128: 1} }
func before(name string) bool  { return minor(runtime.Version()) < minor(name) }
func minor(version string) int { n, _ := strconv.Atoi(strings.Split(version, ".")[1]); return n }

var oldMaps = before("go1.24")

func subjectOf(kind string) subject {
	switch kind {
	case "u64-u64":
		return &box[uint64, uint64]{key: number, number: number, elem: number, hasher: hash64}
	case "u32-u32":
		return &box[uint32, uint32]{key: small, number: large, elem: small, hasher: hash32}
	case "u64-nothing":
		return &box[uint64, struct{}]{key: number, number: number, elem: nothing, hasher: hash64}
	case "str-u64":
		return &box[string, uint64]{key: name, number: unname, elem: number, hasher: hashString}
	case "str-40B":
		return &box[string, [40]byte]{key: name, number: unname, elem: e40, hasher: hashString}
	case "u64-128B":
		return &box[uint64, [128]byte]{key: number, number: number, elem: e128, hasher: hash64}
	case "u64-129B":
		return &box[uint64, [129]byte]{key: number, number: number, elem: e129, hasher: hash64}
	}
	fail("there is no map type %q", kind)
	return nil
}

// --- What is told: rows without allocation, printed when the life is over ---

type row struct {
	step     int
	quantity string
	value    uint64
}

var (
	rows       = make([]row, 0, 1<<12)
	rowsBefore = make([]row, 0, 1<<12)
	order      = make([]uint64, 0, 1<<16) // keys of all ranges, one behind the other
	orderEnd   = make([]int, 0, 1<<8)     // where each range's keys end
	stats      runtime.MemStats
	baseline   runtime.MemStats
	scratch    subject // keeps the map reachable
)

func tell(step int, quantity string, value uint64) {
	rows = append(rows, row{step, quantity, value})
}

func settle(into *runtime.MemStats) {
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(into)
}

// fnv continues an FNV-1a digest with bytes.
func fnv(digest uint64, bytes []byte) uint64 {
	for _, b := range bytes {
		digest = (digest ^ uint64(b)) * 0x100000001B3
	}
	return digest
}

const fnvStart = 0xCBF29CE484222325

func bytesAt(p unsafe.Pointer, count uint64) []byte { return unsafe.Slice((*byte)(p), count) }
func word(p unsafe.Pointer, at uintptr) uint64      { return *(*uint64)(unsafe.Add(p, at)) }
func half(p unsafe.Pointer, at uintptr) uint16      { return *(*uint16)(unsafe.Add(p, at)) }
func pointer(p unsafe.Pointer, at uintptr) unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Add(p, at))
}

// --- The structure of a Swiss map ---

const (
	empty   = 0x80
	deleted = 0xFE
)

type swiss struct {
	tables, slots, tombstones, room, stale uint64
	control                                uint64
}

// groups adds one table's groups (or a small map's one) to the account.
func (s *swiss) groups(typ *mapType, groups unsafe.Pointer, count uint64, keyBytes uint64) {
	slotSize := (typ.groupSize - 8) / 8
	for g := uint64(0); g < count; g++ {
		group := unsafe.Add(groups, g*typ.groupSize)
		ctrl := bytesAt(group, 8)
		s.control = fnv(s.control, ctrl)
		s.slots += 8
		for i := uint64(0); i < 8; i++ {
			if ctrl[i] == deleted {
				s.tombstones++
			}
			if ctrl[i] >= empty && !zero(bytesAt(unsafe.Add(group, 8+i*slotSize), keyBytes)) {
				s.stale++
			}
		}
	}
}

func zero(bytes []byte) bool {
	for _, b := range bytes {
		if b != 0 {
			return false
		}
	}
	return true
}

func tellSwiss(step int, typ *mapType, m unsafe.Pointer, keyBytes uint64) {
	s := swiss{control: fnvStart}
	directory, dirLen := pointer(m, 16), word(m, 24)
	if dirLen == 0 && directory != nil {
		s.groups(typ, directory, 1, keyBytes)
	}
	var last unsafe.Pointer
	for i := uint64(0); i < dirLen; i++ {
		table := pointer(directory, uintptr(8*i))
		if table == last {
			continue
		}
		last = table
		s.tables++
		s.room += uint64(half(table, 4))
		s.groups(typ, pointer(table, 16), word(table, 24)+1, keyBytes)
	}
	tell(step, "directory", dirLen)
	tell(step, "tables", s.tables)
	tell(step, "slots", s.slots)
	tell(step, "tombstones", s.tombstones)
	tell(step, "room", s.room)
	tell(step, "stale", s.stale)
	tell(step, "control", s.control)
}

// --- The structure of a bucket map ---

// chains walks an array of buckets with what hangs on them: overflow buckets, digest of tophashes.
func chains(typ *mapType, buckets unsafe.Pointer, count uint64) (overflow, digest uint64) {
	size := typ.groupSize >> 16 & 0xFFFF
	digest = fnvStart
	for i := uint64(0); i < count; i++ {
		bucket := unsafe.Add(buckets, i*size)
		digest = fnv(digest, bytesAt(bucket, 8))
		for next := pointer(bucket, uintptr(size-8)); next != nil; next = pointer(next, uintptr(size-8)) {
			digest = fnv(digest, bytesAt(next, 8))
			overflow++
		}
	}
	return
}

func tellBuckets(step int, typ *mapType, m unsafe.Pointer) {
	b := *(*uint8)(unsafe.Add(m, 9))
	flags := *(*uint8)(unsafe.Add(m, 8))
	buckets, old := pointer(m, 16), pointer(m, 24)
	count, oldCount := uint64(1)<<b, uint64(0)
	if buckets == nil {
		count = 0
	}
	if old != nil {
		oldCount = count
		if flags&8 == 0 { // not growing to the same size
			oldCount /= 2
		}
	}
	overflow, digest := chains(typ, buckets, count)
	oldOverflow, oldDigest := chains(typ, old, oldCount)
	tell(step, "b", uint64(b))
	tell(step, "buckets", count)
	tell(step, "overflow", overflow)
	if b < 16 { // from there on it is a count by chance
		tell(step, "noverflow", uint64(half(m, 10)))
	}
	tell(step, "old-buckets", oldCount)
	tell(step, "old-overflow", oldOverflow)
	tell(step, "nevacuate", word(m, 32))
	tell(step, "tophash", digest)
	tell(step, "old-tophash", oldDigest)
}

// --- Living a life ---

type life struct {
	name, kind string
	hint       int
	lab        bool
	only       string
	steps      [][]string
}

func (l *life) changesInRange() bool {
	for _, words := range l.steps {
		if words[0] == "range" && len(words) > 1 {
			return true
		}
	}
	return false
}

func numbers(words []string) (n [3]uint64) {
	for i := 0; i < len(words) && i < 3; i++ {
		n[i], _ = strconv.ParseUint(words[i], 10, 64)
	}
	return
}

// act does what a step says, and a range's change in the middle of it.
func act(s subject, words []string) {
	n := numbers(words[1:])
	switch words[0] {
	case "fill":
		s.fill(n[0], n[1])
	case "delete":
		s.delete(n[0], n[1])
	case "churn":
		for round := uint64(0); round < n[2]; round++ {
			s.delete(n[0]+round, n[0]+round+1)
			s.fill(n[1]+round, n[1]+round+1)
		}
	case "clear":
		s.clear()
	case "range":
		s.walk(int(n[0]), words[min(2, len(words)):])
		orderEnd = append(orderEnd, len(order))
	case "free":
		s.free()
	default:
		fail("there is no step %q", words[0])
	}
}

func measure(l *life, s subject, step int) {
	settle(&stats)
	tell(step, "len", uint64(s.len()))
	tell(step, "bytes", stats.HeapAlloc-baseline.HeapAlloc)
	if !l.lab {
		return
	}
	if !l.changesInRange() { // such a range allocates for itself
		tell(step, "mallocs", stats.Mallocs-baseline.Mallocs)
	}
	typ, m := s.look()
	if m == nil {
		return
	}
	if oldMaps {
		tellBuckets(step, typ, m)
		return
	}
	tellSwiss(step, typ, m, keyBytes(l.kind))
}

// keyBytes is how many bytes of a free slot are looked at for a key that was left there.
func keyBytes(kind string) uint64 {
	switch {
	case strings.HasPrefix(kind, "u64"):
		return 8
	case strings.HasPrefix(kind, "u32"):
		return 4
	}
	return 16
}

// live leads a life until two in a row tell the same: the runtime allocates a little for itself
// now and then (96 bytes for a goroutine that waits), which is not the map's.
func live(l *life) {
	for tries := 0; tries < 10; tries++ {
		liveOnce(l)
		same := tries > 0 && slices.Equal(rows, rowsBefore)
		rowsBefore = append(rowsBefore[:0], rows...)
		if same {
			return
		}
	}
	fail("%s: ten lives, and no two in a row told the same", l.name)
}

func liveOnce(l *life) {
	rows, order, orderEnd = rows[:0], order[:0], orderEnd[:0]
	scratch = subjectOf(l.kind)
	if l.lab {
		scratch.lab(true)
	}
	settle(&baseline)
	scratch.make(l.hint)
	measure(l, scratch, 0)
	for i, words := range l.steps {
		act(scratch, words)
		measure(l, scratch, i+1)
	}
	scratch.free()
	scratch.lab(false)
}

func print(out *bufio.Writer, l *life) {
	at, ranges := 0, 0
	for i := 0; i <= len(l.steps); i++ {
		step := "make " + strconv.Itoa(l.hint)
		if i > 0 {
			step = strings.Join(l.steps[i-1], " ")
		}
		where := fmt.Sprintf("%s\t%d %s", l.name, i, step)
		for ; at < len(rows) && rows[at].step == i; at++ {
			fmt.Fprintf(out, "%s\t%s\t%s\n", where, rows[at].quantity, shown(rows[at]))
		}
		if i > 0 && l.steps[i-1][0] == "range" {
			start := 0
			if ranges > 0 {
				start = orderEnd[ranges-1]
			}
			keys := fmt.Sprint(order[start:orderEnd[ranges]])
			fmt.Fprintf(out, "%s\torder\t%s\n", where, strings.Trim(keys, "[]"))
			ranges++
		}
	}
}

// shown writes digests in hexadecimal and all else as it is.
func shown(r row) string {
	switch r.quantity {
	case "control", "tophash", "old-tophash":
		return fmt.Sprintf("%016x", r.value)
	}
	return strconv.FormatUint(r.value, 10)
}

// --- The scenarios ---

func read(path string) (lives []*life) {
	text, err := os.ReadFile(path)
	if err != nil {
		fail("%v", err)
	}
	for _, line := range strings.Split(string(text), "\n") {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
		case words[0] == "map":
			l := &life{name: words[1], kind: words[2], lab: words[4] == "lab"}
			l.hint, _ = strconv.Atoi(words[3])
			if len(words) > 5 {
				l.only = words[5]
			}
			lives = append(lives, l)
		default:
			l := lives[len(lives)-1]
			l.steps = append(l.steps, words)
		}
	}
	return
}

// most is the largest key that a life names.
func most(lives []*life) (most uint64) {
	for _, l := range lives {
		for _, words := range l.steps {
			if strings.HasPrefix(l.kind, "str") {
				n := numbers(words[1:])
				most = max(most, n[1]+n[2])
			}
		}
	}
	return
}

func fail(format string, arguments ...any) {
	fmt.Fprintf(os.Stderr, "oracle: "+format+"\n", arguments...)
	os.Exit(1)
}

func main() {
	if len(os.Args) != 2 {
		fail("give one file of scenarios")
	}
	debug.SetGCPercent(-1)
	runtime.GOMAXPROCS(1)
	lives := read(os.Args[1])
	for n := uint64(0); n <= most(lives); n++ {
		names = append(names, fmt.Sprintf("k%d", n))
	}
	out := bufio.NewWriter(os.Stdout)
	fmt.Fprintf(out, "hash\t0 number 1\tvalue\t%016x\n", hashNumber(1))
	fmt.Fprintf(out, "hash\t0 text k1\tvalue\t%016x\n", hashText("k1"))
	for _, l := range lives {
		if l.only == "rust" {
			continue
		}
		live(l)
		print(out, l)
	}
	if err := out.Flush(); err != nil {
		fail("%v", err)
	}
}
