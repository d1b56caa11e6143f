//! peer.rs - Rust's HashMap as a contestant: the operations and the answers of peers.c.
//!
//! Under the name `rust` it has the lab's hash, as all C and C++ maps have; under `sip`
//! the one that it has by itself. Bytes are those that its allocator was asked for.

use std::alloc::{GlobalAlloc, Layout, System};
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};
use std::io::BufRead;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

const SEED: u64 = 0x5EED; // PEER_SEED

struct Counting;
static LIVE: AtomicUsize = AtomicUsize::new(0);

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size(), Relaxed);
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// hash_number of hash/hash.h.
#[derive(Default)]
struct LabHash(u64);

fn mix(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    product as u64 ^ (product >> 64) as u64
}

impl Hasher for LabHash {
    fn write(&mut self, _: &[u8]) {
        unreachable!("keys are u64")
    }
    fn write_u64(&mut self, key: u64) {
        let once = mix(key ^ 0xE7037ED1A0B428DB, key ^ SEED ^ 0xA0761D6478BD642F);
        self.0 = mix(once, 0x8EBC6AF09C88C6E3);
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

/// hash/random.h.
struct Stream(u64);

impl Stream {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E3779B97F4A7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58476D1CE4E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D049BB133111EB);
        z ^ (z >> 31)
    }
    fn below(&mut self, bound: usize) -> usize {
        ((self.next() as u128 * bound as u128) >> 64) as usize
    }
    fn draw(&mut self, count: usize) -> Vec<u64> {
        (0..count).map(|_| self.next()).collect()
    }
}

/// The keys of peer_keys.h.
struct Keys {
    all: Vec<u64>,
    picked: Vec<u64>,
    missing: Vec<u64>,
    sum_of_all: u64,
    sum_of_picked: u64,
}

fn sum_of_values(keys: &[u64]) -> u64 {
    keys.iter().fold(0, |sum, key| sum.wrapping_add(*key).wrapping_add(1))
}

fn make_keys(count: usize, picks: usize) -> Keys {
    let mut stream = Stream(SEED);
    let (all, missing) = (stream.draw(count), stream.draw(picks));
    let mut shuffle = Stream(!SEED);
    let mut picked = all.clone();
    for i in 0..picks {
        picked.swap(i, i + shuffle.below(count - i));
    }
    picked.truncate(picks);
    let (sum_of_all, sum_of_picked) = (sum_of_values(&all), sum_of_values(&picked));
    Keys { all, picked, missing, sum_of_all, sum_of_picked }
}

fn print_ns(name: &str, took: Duration, operations: usize) {
    println!("{name}\t{:.4}", took.as_nanos() as f64 / operations as f64);
}

type Map<S> = HashMap<u64, u64, S>;

fn insert<S: BuildHasher>(map: &mut Map<S>, keys: &[u64]) {
    for key in keys {
        map.insert(*key, key.wrapping_add(1));
    }
}

fn find<S: BuildHasher>(map: &Map<S>, keys: &[u64]) -> u64 {
    keys.iter().fold(0, |sum, key| sum.wrapping_add(map.get(key).copied().unwrap_or(0)))
}

fn fill<S: BuildHasher + Default>(k: &Keys, repeats: usize, presized: bool) -> Map<S> {
    let hint = if presized { k.all.len() } else { 0 };
    let (mut map, mut took) = (Map::default(), Duration::ZERO);
    for _ in 0..repeats {
        drop(std::mem::take(&mut map));
        let start = Instant::now();
        map = Map::with_capacity_and_hasher(hint, S::default());
        insert(&mut map, &k.all);
        took += start.elapsed();
    }
    print_ns(if presized { "presized" } else { "insert" }, took, repeats * k.all.len());
    map
}

fn look_up<S: BuildHasher>(k: &Keys, repeats: usize, map: &Map<S>) {
    let start = Instant::now();
    let found = (0..repeats).fold(0u64, |sum, _| sum.wrapping_add(find(map, &k.picked)));
    let middle = Instant::now();
    let missed = (0..repeats).fold(0u64, |sum, _| sum.wrapping_add(find(map, &k.missing)));
    let end = Instant::now();
    assert_eq!(found, k.sum_of_picked.wrapping_mul(repeats as u64));
    assert_eq!(missed, 0);
    print_ns("hit", middle - start, repeats * k.picked.len());
    print_ns("miss", end - middle, repeats * k.picked.len());
}

fn walk<S>(k: &Keys, repeats: usize, map: &Map<S>) {
    let start = Instant::now();
    let mut sum = 0u64;
    for _ in 0..repeats {
        sum = map.values().fold(sum, |sum, value| sum.wrapping_add(*value));
    }
    print_ns("iterate", start.elapsed(), repeats * k.all.len());
    assert_eq!(sum, k.sum_of_all.wrapping_mul(repeats as u64));
}

fn take_out<S: BuildHasher>(k: &Keys, repeats: usize, map: &mut Map<S>) {
    let mut took = Duration::ZERO;
    for i in 0..repeats {
        if i > 0 {
            insert(map, &k.picked);
        }
        let start = Instant::now();
        let removed = k.picked.iter().filter(|key| map.remove(key).is_some()).count();
        took += start.elapsed();
        assert_eq!(removed, k.picked.len());
    }
    print_ns("delete", took, repeats * k.picked.len());
}

fn empty<S: BuildHasher>(k: &Keys, repeats: usize, map: &mut Map<S>) {
    let mut took = Duration::ZERO;
    for i in 0..repeats {
        if i > 0 {
            insert(map, &k.all);
        }
        let start = Instant::now();
        map.clear();
        took += start.elapsed();
    }
    print_ns("clear", took, repeats * k.all.len());
    assert!(map.is_empty());
}

fn grown<S: BuildHasher + Default>(k: &Keys, repeats: usize) {
    let before = LIVE.load(Relaxed);
    let mut map: Map<S> = fill(k, repeats, false);
    println!("bytes\t{}", LIVE.load(Relaxed) - before);
    look_up(k, repeats, &map);
    walk(k, repeats, &map);
    take_out(k, repeats, &mut map);
}

fn presized<S: BuildHasher + Default>(k: &Keys, repeats: usize) {
    let mut map: Map<S> = fill(k, repeats, true);
    empty(k, repeats, &mut map);
}

fn latency<S: BuildHasher + Default>(k: &Keys) {
    let mut map: Map<S> = Map::default();
    let mut took: Vec<u64> = Vec::with_capacity(k.all.len());
    for key in &k.all {
        let start = Instant::now();
        map.insert(*key, key.wrapping_add(1));
        took.push(start.elapsed().as_nanos() as u64);
    }
    took.sort_unstable();
    let last = took.len() - 1;
    println!("worst\t{}\np99.99\t{}", took[last], took[last - took.len() / 10000]);
}

/// Does one command; None: it is none.
fn obey(line: &str, keys: &mut Option<Keys>) -> Option<()> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let number = |at: usize| words.get(at).map_or(Some(1), |word| word.parse::<usize>().ok());
    let (command, name, count) = (*words.first()?, *words.get(1)?, number(2)?);
    let (picks, repeats) = (number(3)?.min(count), number(4)?);
    if !keys.as_ref().is_some_and(|k| k.all.len() == count && k.picked.len() == picks) {
        *keys = Some(make_keys(count, picks));
    }
    let k = keys.as_ref()?;
    match (command, name) {
        ("grown", "rust") => grown::<BuildHasherDefault<LabHash>>(k, repeats),
        ("grown", "sip") => grown::<RandomState>(k, repeats),
        ("presized", "rust") => presized::<BuildHasherDefault<LabHash>>(k, repeats),
        ("presized", "sip") => presized::<RandomState>(k, repeats),
        ("latency", "rust") => latency::<BuildHasherDefault<LabHash>>(k),
        ("latency", "sip") => latency::<RandomState>(k),
        _ => return None,
    }
    Some(())
}

fn main() {
    let mut keys = None;
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        if obey(&line, &mut keys).is_none() {
            eprintln!("not a command: {line}");
            std::process::exit(2);
        }
        println!("end");
    }
}
