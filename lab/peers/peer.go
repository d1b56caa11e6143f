// peer.go - Go's own map as a contestant: the operations and the answers of peers.c.
//
// Go hashes with a hash of its own. The collector runs as it does in any program; bytes are
// those of HeapAlloc after a collection.
package main

import (
	"bufio"
	"fmt"
	"math/bits"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"time"
)

const seed = 0x5EED // PEER_SEED

type stream struct{ state uint64 } // hash/random.h

func (s *stream) next() uint64 {
	s.state += 0x9E3779B97F4A7C15
	z := s.state
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

func (s *stream) below(bound uint64) uint64 {
	high, _ := bits.Mul64(s.next(), bound)
	return high
}

func (s *stream) draw(count uint64) []uint64 {
	drawn := make([]uint64, count)
	for i := range drawn {
		drawn[i] = s.next()
	}
	return drawn
}

// keys are those of peer_keys.h.
type keys struct {
	all, picked, missing  []uint64
	sumOfAll, sumOfPicked uint64
}

func sumOfValues(numbers []uint64) (sum uint64) {
	for _, key := range numbers {
		sum += key + 1
	}
	return sum
}

func makeKeys(count, picks uint64) *keys {
	s := stream{seed}
	k := &keys{all: s.draw(count), missing: s.draw(picks)}
	s = stream{^uint64(seed)}
	order := slices.Clone(k.all)
	for i := range picks {
		other := i + s.below(count-i)
		order[i], order[other] = order[other], order[i]
	}
	k.picked = order[:picks]
	k.sumOfAll, k.sumOfPicked = sumOfValues(k.all), sumOfValues(k.picked)
	return k
}

func printNs(name string, took time.Duration, operations uint64) {
	fmt.Printf("%s\t%.4f\n", name, float64(took.Nanoseconds())/float64(operations))
}

func mustBe(what string, is, expected uint64) {
	if is != expected {
		fmt.Fprintf(os.Stderr, "go: %s gave %d, not %d\n", what, is, expected)
		os.Exit(1)
	}
}

func heapAlloc() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

func insert(m map[uint64]uint64, numbers []uint64) {
	for _, key := range numbers {
		m[key] = key + 1
	}
}

func find(m map[uint64]uint64, numbers []uint64) (sum uint64) {
	for _, key := range numbers {
		sum += m[key]
	}
	return sum
}

func fill(k *keys, repeats uint64, hint int, name string) (m map[uint64]uint64) {
	var took time.Duration
	for range repeats {
		start := time.Now()
		m = make(map[uint64]uint64, hint)
		insert(m, k.all)
		took += time.Since(start)
	}
	printNs(name, took, repeats*uint64(len(k.all)))
	return m
}

func lookUp(k *keys, repeats uint64, m map[uint64]uint64) {
	var found, missed uint64
	start := time.Now()
	for range repeats {
		found += find(m, k.picked)
	}
	middle := time.Now()
	for range repeats {
		missed += find(m, k.missing)
	}
	end := time.Now()
	mustBe("hit", found, repeats*k.sumOfPicked)
	mustBe("miss", missed, 0)
	printNs("hit", middle.Sub(start), repeats*uint64(len(k.picked)))
	printNs("miss", end.Sub(middle), repeats*uint64(len(k.picked)))
}

func walk(k *keys, repeats uint64, m map[uint64]uint64) {
	var sum uint64
	start := time.Now()
	for range repeats {
		for _, value := range m {
			sum += value
		}
	}
	printNs("iterate", time.Since(start), repeats*uint64(len(k.all)))
	mustBe("iterate", sum, repeats*k.sumOfAll)
}

func takeOut(k *keys, repeats uint64, m map[uint64]uint64) {
	var took time.Duration
	for i := range repeats {
		if i > 0 {
			insert(m, k.picked)
		}
		start := time.Now()
		for _, key := range k.picked {
			delete(m, key)
		}
		took += time.Since(start)
	}
	mustBe("delete", uint64(len(m)), uint64(len(k.all)-len(k.picked)))
	printNs("delete", took, repeats*uint64(len(k.picked)))
}

func empty(k *keys, repeats uint64, m map[uint64]uint64) {
	var took time.Duration
	for i := range repeats {
		if i > 0 {
			insert(m, k.all)
		}
		start := time.Now()
		clear(m)
		took += time.Since(start)
	}
	printNs("clear", took, repeats*uint64(len(k.all)))
	mustBe("clear", uint64(len(m)), 0)
}

func grown(k *keys, repeats uint64) {
	before := heapAlloc()
	m := fill(k, repeats, 0, "insert")
	fmt.Printf("bytes\t%d\n", heapAlloc()-before)
	lookUp(k, repeats, m)
	walk(k, repeats, m)
	takeOut(k, repeats, m)
}

func presized(k *keys, repeats uint64) {
	m := fill(k, repeats, len(k.all), "presized")
	empty(k, repeats, m)
}

func latency(k *keys) {
	took := make([]uint64, len(k.all))
	runtime.GC()
	m := make(map[uint64]uint64)
	for i, key := range k.all {
		start := time.Now()
		m[key] = key + 1
		took[i] = uint64(time.Since(start).Nanoseconds())
	}
	slices.Sort(took)
	last := len(took) - 1
	fmt.Printf("worst\t%d\np99.99\t%d\n", took[last], took[last-len(took)/10000])
}

func main() {
	in, k := bufio.NewScanner(os.Stdin), &keys{}
	for in.Scan() {
		var command, name string
		var count, picks, repeats uint64 = 0, 1, 1
		fmt.Sscan(in.Text(), &command, &name, &count, &picks, &repeats)
		if count == 0 || picks > count {
			fmt.Fprintf(os.Stderr, "not a command: %s\n", in.Text())
			os.Exit(2)
		}
		if uint64(len(k.all)) != count || uint64(len(k.picked)) != picks {
			k = makeKeys(count, picks)
		}
		switch command {
		case "latency":
			latency(k)
		case "presized":
			presized(k, repeats)
		default:
			grown(k, repeats)
		}
		fmt.Println("end")
		debug.FreeOSMemory() // the next fill finds fresh pages, as those of the others do
	}
}
