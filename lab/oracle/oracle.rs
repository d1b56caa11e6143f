//! oracle.rs leads the lives of scenarios.txt in Rust's own HashMap and prints what became of it.
//!
//!     rustc -O lab/oracle/oracle.rs -o oracle && ./oracle lab/oracle/scenarios.txt
//!
//! Bytes are counted where they are asked for: the allocator of this program adds up the sizes of
//! all living blocks. Where a scenario says `lab`, the map runs on the lab's hash with one fixed
//! seed; the standard library hides the control bytes, but iteration follows them from the first to
//! the last, so the order of the keys (`places`, a digest) tells where each one lies.

use std::alloc::{GlobalAlloc, Layout, System};
use std::collections::HashMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

// --- An allocator that counts ---

static LIVE: AtomicU64 = AtomicU64::new(0);
static CALLS: AtomicU64 = AtomicU64::new(0);

struct Counting;

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size() as u64, Relaxed);
        CALLS.fetch_add(1, Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size() as u64, Relaxed);
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

// --- The lab's hash: lab/hash/hash.h in Rust ---

const K0: u64 = 0xA0761D6478BD642F;
const K1: u64 = 0xE7037ED1A0B428DB;
const K2: u64 = 0x8EBC6AF09C88C6E3;
const LAB_SEED: u64 = 2026;

fn mix(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    product as u64 ^ (product >> 64) as u64
}

fn hash_number(key: u64) -> u64 {
    mix(mix(key ^ K1, key ^ LAB_SEED ^ K0), K2)
}

fn hash_text(text: &[u8]) -> u64 {
    let mut state = LAB_SEED ^ K0;
    for part in text.chunks(16) {
        let mut word = [0u64; 2];
        for (i, byte) in part.iter().enumerate() {
            word[i / 8] |= (*byte as u64) << (8 * (i % 8));
        }
        state = mix(word[0] ^ K1, word[1] ^ state);
    }
    mix(state ^ K1, text.len() as u64 ^ K2)
}

#[derive(Default)]
struct Lab(u64);

impl Hasher for Lab {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash_text(bytes);
    }
    fn write_u8(&mut self, _: u8) {} // the byte that ends a str
    fn write_u32(&mut self, number: u32) {
        self.0 = hash_number(number as u64);
    }
    fn write_u64(&mut self, number: u64) {
        self.0 = hash_number(number);
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

#[derive(Default)]
struct LabState;

impl BuildHasher for LabState {
    type Hasher = Lab;
    fn build_hasher(&self) -> Lab {
        Lab::default()
    }
}

// --- Keys and elems ---

struct Names(Vec<String>);

trait Key: Hash + Eq + Copy {
    fn of(number: u64, names: &'static Names) -> Self;
    fn number(self) -> u64;
}

impl Key for u64 {
    fn of(number: u64, _: &'static Names) -> Self {
        number
    }
    fn number(self) -> u64 {
        self
    }
}

impl Key for u32 {
    fn of(number: u64, _: &'static Names) -> Self {
        number as u32
    }
    fn number(self) -> u64 {
        self as u64
    }
}

impl Key for &'static str {
    fn of(number: u64, names: &'static Names) -> Self {
        &names.0[number as usize]
    }
    fn number(self) -> u64 {
        self[1..].parse().unwrap()
    }
}

trait Elem {
    fn of(number: u64) -> Self;
}

impl Elem for u64 {
    fn of(number: u64) -> Self {
        number
    }
}

impl Elem for u32 {
    fn of(number: u64) -> Self {
        number as u32
    }
}

impl Elem for () {
    fn of(_: u64) -> Self {}
}

impl<const N: usize> Elem for [u8; N] {
    fn of(number: u64) -> Self {
        [number as u8; N]
    }
}

// --- Living a life ---

struct Life {
    name: String,
    kind: String,
    hint: usize,
    lab: bool,
    steps: Vec<Vec<String>>,
}

struct Told {
    len: u64,
    bytes: u64,
    mallocs: u64,
    capacity: u64,
    places: u64,
}

fn numbers(words: &[String]) -> [u64; 3] {
    let mut n = [0; 3];
    for (i, word) in words.iter().skip(1).take(3).enumerate() {
        n[i] = word.parse().unwrap_or(0);
    }
    n
}

fn act<K: Key, V: Elem, S: BuildHasher>(
    map: &mut HashMap<K, V, S>,
    words: &[String],
    names: &'static Names,
) {
    let n = numbers(words);
    match words[0].as_str() {
        "fill" => {
            for key in n[0]..n[1] {
                map.insert(K::of(key, names), V::of(key));
            }
        }
        "delete" => {
            for key in n[0]..n[1] {
                map.remove(&K::of(key, names));
            }
        }
        "churn" => {
            for round in 0..n[2] {
                map.remove(&K::of(n[0] + round, names));
                map.insert(K::of(n[1] + round, names), V::of(n[1] + round));
            }
        }
        "clear" => map.clear(),
        "shrink" if words.len() > 1 => map.shrink_to(n[0] as usize),
        "shrink" => map.shrink_to_fit(),
        "range" => {}
        step => panic!("there is no step {step:?}"),
    }
}

/// FNV-1a over the keys' numbers in the order of iteration, eight bytes each, low byte first.
fn places<K: Key, V, S>(map: &HashMap<K, V, S>) -> u64 {
    let mut digest = 0xCBF29CE484222325u64;
    for key in map.keys() {
        for byte in key.number().to_le_bytes() {
            digest = (digest ^ byte as u64).wrapping_mul(0x100000001B3);
        }
    }
    digest
}

fn measure<K: Key, V, S>(map: &HashMap<K, V, S>, base: (u64, u64)) -> Told {
    Told {
        len: map.len() as u64,
        bytes: LIVE.load(Relaxed) - base.0,
        mallocs: CALLS.load(Relaxed) - base.1,
        capacity: map.capacity() as u64,
        places: places(map),
    }
}

fn live<K: Key, V: Elem, S: BuildHasher + Default>(
    life: &Life,
    names: &'static Names,
    out: &mut String,
) {
    let mut told = Vec::with_capacity(life.steps.len() + 1);
    let mut orders = vec![String::new(); life.steps.len() + 1];
    let mut base = (LIVE.load(Relaxed), CALLS.load(Relaxed));
    let mut map: HashMap<K, V, S> = HashMap::with_capacity_and_hasher(life.hint, S::default());
    told.push(measure(&map, base));
    for (i, words) in life.steps.iter().enumerate() {
        if words[0] == "free" {
            drop(std::mem::take(&mut map));
        } else {
            act(&mut map, words, names);
        }
        told.push(measure(&map, base));
        if words[0] == "range" {
            let before = (LIVE.load(Relaxed), CALLS.load(Relaxed));
            let keys: Vec<String> = map.keys().map(|key| key.number().to_string()).collect();
            orders[i + 1] = keys.join(" ");
            drop(keys);
            base.0 += LIVE.load(Relaxed) - before.0;
            base.1 += CALLS.load(Relaxed) - before.1;
        }
    }
    print(life, &told, &orders, out);
}

fn print(life: &Life, told: &[Told], orders: &[String], out: &mut String) {
    for (i, row) in told.iter().enumerate() {
        let step = match i {
            0 => format!("make {}", life.hint),
            _ => life.steps[i - 1].join(" "),
        };
        let at = format!("{}\t{i} {step}", life.name);
        write!(out, "{at}\tlen\t{}\n{at}\tbytes\t{}\n", row.len, row.bytes).unwrap();
        if life.lab {
            write!(out, "{at}\tmallocs\t{}\n", row.mallocs).unwrap();
            if step != "free" {
                write!(out, "{at}\tcapacity\t{}\n", row.capacity).unwrap();
                writeln!(out, "{at}\tplaces\t{:016x}", row.places).unwrap();
            }
        }
        if i > 0 && life.steps[i - 1][0] == "range" {
            writeln!(out, "{at}\torder\t{}", orders[i]).unwrap();
        }
    }
}

fn live_any(life: &Life, names: &'static Names, out: &mut String) {
    match (life.kind.as_str(), life.lab) {
        ("u64-u64", true) => live::<u64, u64, LabState>(life, names, out),
        ("u64-u64", false) => live::<u64, u64, RandomState>(life, names, out),
        ("u32-u32", true) => live::<u32, u32, LabState>(life, names, out),
        ("u64-nothing", true) => live::<u64, (), LabState>(life, names, out),
        ("u64-nothing", false) => live::<u64, (), RandomState>(life, names, out),
        ("str-u64", true) => live::<&'static str, u64, LabState>(life, names, out),
        ("str-40B", true) => live::<&'static str, [u8; 40], LabState>(life, names, out),
        ("str-40B", false) => live::<&'static str, [u8; 40], RandomState>(life, names, out),
        ("u64-128B", true) => live::<u64, [u8; 128], LabState>(life, names, out),
        ("u64-129B", true) => live::<u64, [u8; 129], LabState>(life, names, out),
        (kind, _) => panic!("there is no map type {kind:?} with this hash"),
    }
}

// --- The scenarios ---

fn read(text: &str) -> Vec<Life> {
    let mut lives: Vec<Life> = Vec::new();
    let mut skipped = false;
    for line in text.lines() {
        let line = line.split('#').next().unwrap();
        let words: Vec<String> = line.split_whitespace().map(String::from).collect();
        if words.is_empty() {
            continue;
        }
        if words[0] == "map" {
            skipped = words.get(5).is_some_and(|only| only == "go");
            if !skipped {
                lives.push(Life {
                    name: words[1].clone(),
                    kind: words[2].clone(),
                    hint: words[3].parse().unwrap(),
                    lab: words[4] == "lab",
                    steps: Vec::new(),
                });
            }
        } else if !skipped {
            lives.last_mut().unwrap().steps.push(words);
        }
    }
    // A range cannot change the map that it borrows: such lives are Go's.
    lives.retain(|life| !life.steps.iter().any(|step| step[0] == "range" && step.len() > 1));
    lives
}

fn main() {
    let path = env::args().nth(1).expect("give one file of scenarios");
    let lives = read(&fs::read_to_string(path).expect("the scenarios cannot be read"));
    let most = lives
        .iter()
        .filter(|life| life.kind.starts_with("str"))
        .flat_map(|life| life.steps.iter().map(|words| numbers(words)))
        .map(|n| n[1] + n[2])
        .max()
        .unwrap_or(0);
    let names: &'static Names =
        Box::leak(Box::new(Names((0..=most).map(|n| format!("k{n}")).collect())));
    let mut out = String::new();
    writeln!(out, "hash\t0 number 1\tvalue\t{:016x}", hash_number(1)).unwrap();
    writeln!(out, "hash\t0 text k1\tvalue\t{:016x}", hash_text(b"k1")).unwrap();
    for life in &lives {
        live_any(life, names, &mut out);
    }
    print!("{out}");
}
