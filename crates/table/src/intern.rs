//! A set of byte strings numbered in order of first appearance: open addressing over one arena, no allocation per
//! string, the same numbers on every run and target.
//!
//! The hash is fast and known, so that a file can be made whose strings all fall into one place. When a search has passed
//! over more slots than chance explains, all strings are hashed again by SipHash (Aumasson and Bernstein 2012) with a key
//! made from the strings themselves: whoever writes the file changes the key with every byte, and the numbers stay.

use sha2::{Digest, Sha256};

/// Slots hold index + 1, 0 is free; at most half of them are used.
#[derive(Clone, Debug, Default)]
pub struct Interner {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    hashes: Vec<u32>,
    slots: Vec<u32>,
    /// None: the fast hash.
    key: Option<Key>,
}

/// At most half of the slots are taken: by chance, no search among 2^32 of them is as long as this.
pub(crate) const LONG_SEARCH: usize = 512;

impl Interner {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Bytes of memory held.
    pub fn n_bytes(&self) -> usize {
        self.bytes.len() + self.ends.len() * (size_of::<usize>() + 4) + self.slots.len() * 4
    }

    #[inline]
    pub fn get(&self, index: u32) -> &[u8] {
        let index = index as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[start..self.ends[index]]
    }

    /// The number of the string; a new one when it is seen for the first time.
    #[inline]
    pub fn intern(&mut self, key: &[u8]) -> u32 {
        if self.slots.len() < (self.ends.len() + 1) * 2 {
            self.grow();
        }
        let hash = self.hash(key);
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        let mut n_passed = 0;
        loop {
            match self.slots[slot] {
                0 => break,
                taken if self.hashes[taken as usize - 1] == hash && self.get(taken - 1) == key => return taken - 1,
                _ => slot = (slot + 1) & mask,
            }
            n_passed += 1;
        }
        if n_passed > LONG_SEARCH && self.key.is_none() {
            self.take_key();
            return self.intern(key);
        }
        self.bytes.extend_from_slice(key);
        self.ends.push(self.bytes.len());
        self.hashes.push(hash);
        self.slots[slot] = self.ends.len() as u32;
        self.ends.len() as u32 - 1
    }

    /// The number of a string that is there.
    pub fn find(&self, key: &[u8]) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let hash = self.hash(key);
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            match self.slots[slot] {
                0 => return None,
                taken if self.hashes[taken as usize - 1] == hash && self.get(taken - 1) == key => return Some(taken - 1),
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    #[inline]
    fn hash(&self, key: &[u8]) -> u32 {
        match self.key {
            None => hash_bytes(key),
            Some(own) => sip_hash(own, key) as u32,
        }
    }

    #[cold]
    fn take_key(&mut self) {
        self.key = Some(key_of(&mut |take| take(&self.bytes)));
        self.hashes = (0..self.ends.len() as u32).map(|index| self.hash(self.get(index))).collect();
        self.place(self.slots.len());
    }

    fn grow(&mut self) {
        self.place((self.slots.len() * 2).max(16));
    }

    fn place(&mut self, n_slots: usize) {
        let mask = n_slots - 1;
        self.slots.clear();
        self.slots.resize(n_slots, 0);
        for (index, &hash) in self.hashes.iter().enumerate() {
            let mut slot = hash as usize & mask;
            while self.slots[slot] != 0 {
                slot = (slot + 1) & mask;
            }
            self.slots[slot] = index as u32 + 1;
        }
    }
}

const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

/// Every bit of the word reaches the low bits.
#[inline]
pub fn mix(word: u64) -> u64 {
    let x = (word ^ (word >> 32)).wrapping_mul(MULTIPLIER);
    let x = (x ^ (x >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ (x >> 32)
}

/// A text as one word.
pub fn hash_text(text: &str) -> u64 {
    hash_wide(text.as_bytes())
}

#[inline]
fn hash_bytes(key: &[u8]) -> u32 {
    hash_wide(key) as u32
}

#[inline]
fn hash_wide(key: &[u8]) -> u64 {
    let mut hash = key.len() as u64;
    let (words, rest) = key.as_chunks::<8>();
    for word in words {
        hash = (hash.rotate_left(23) ^ u64::from_le_bytes(*word)).wrapping_mul(MULTIPLIER);
    }
    let mut last = 0u64;
    for &byte in rest {
        last = last << 8 | u64::from(byte);
    }
    mix(hash.rotate_left(23) ^ last)
}

/// The two words that SipHash is keyed by.
pub(crate) type Key = (u64, u64);

/// Takes the parts of some content.
type Parts<'a> = &'a mut dyn FnMut(&[u8]);

/// A key that every byte of some content changes; `content` gives its parts.
pub(crate) fn key_of(content: &mut dyn FnMut(Parts)) -> Key {
    let mut hasher = Sha256::new();
    content(&mut |part| hasher.update(part));
    let digest = hasher.finalize();
    let word = |at: usize| {
        digest[at..at + 8]
            .iter()
            .fold(0u64, |word, &byte| word << 8 | u64::from(byte))
    };
    (word(0), word(8))
}

/// SipHash-1-3.
pub(crate) fn sip_hash((k0, k1): Key, bytes: &[u8]) -> u64 {
    fn round(v: &mut [u64; 4]) {
        v[0] = v[0].wrapping_add(v[1]);
        v[1] = v[1].rotate_left(13) ^ v[0];
        v[0] = v[0].rotate_left(32);
        v[2] = v[2].wrapping_add(v[3]);
        v[3] = v[3].rotate_left(16) ^ v[2];
        v[0] = v[0].wrapping_add(v[3]);
        v[3] = v[3].rotate_left(21) ^ v[0];
        v[2] = v[2].wrapping_add(v[1]);
        v[1] = v[1].rotate_left(17) ^ v[2];
        v[2] = v[2].rotate_left(32);
    }
    let mut v = [
        k0 ^ 0x736f_6d65_7073_6575,
        k1 ^ 0x646f_7261_6e64_6f6d,
        k0 ^ 0x6c79_6765_6e65_7261,
        k1 ^ 0x7465_6462_7974_6573,
    ];
    let mut take = |word: u64| {
        v[3] ^= word;
        round(&mut v);
        v[0] ^= word;
    };
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        take(u64::from_le_bytes(*word));
    }
    let last = rest.iter().rev().fold(0u64, |word, &byte| word << 8 | u64::from(byte));
    take((bytes.len() as u64) << 56 | last);
    v[2] ^= 0xff;
    for _ in 0..3 {
        round(&mut v);
    }
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The peer is the standard library, whose default hasher is SipHash-1-3 with a key of zeros.
    #[test]
    fn sip_hash_is_that_of_the_standard_library() {
        use std::hash::Hasher;
        let bytes: Vec<u8> = (0..64).collect();
        for end in 0..bytes.len() {
            #[allow(clippy::disallowed_types, reason = "the peer")]
            let mut peer = std::hash::DefaultHasher::new();
            peer.write(&bytes[..end]);
            assert_eq!(sip_hash((0, 0), &bytes[..end]), peer.finish(), "{end} bytes");
        }
    }

    /// Keys of two words of which the fast hash makes one value: the second undoes what the first did.
    fn colliding(n: u64) -> impl Iterator<Item = Vec<u8>> {
        (0..n).map(|i| {
            let first = i.wrapping_mul(0x0101_0101_0101_0107);
            let after = (16u64.rotate_left(23) ^ first).wrapping_mul(MULTIPLIER);
            let second = after.rotate_left(23);
            [first.to_le_bytes(), second.to_le_bytes()].concat()
        })
    }

    #[test]
    fn strings_that_collide_are_hashed_by_a_key_of_their_own() {
        let n = 100_000;
        let hashes: Vec<u32> = colliding(4).map(|key| hash_bytes(&key)).collect();
        assert!(
            hashes.windows(2).all(|pair| pair[0] == pair[1]),
            "these do collide: {hashes:?}"
        );
        let mut interner = Interner::new();
        // One after the other, 100,000 strings in one place would be five thousand million comparisons.
        for (i, key) in colliding(n).enumerate() {
            assert_eq!(interner.intern(&key), i as u32);
        }
        assert!(interner.key.is_some());
        for (i, key) in colliding(n).enumerate() {
            assert_eq!((interner.intern(&key), interner.find(&key)), (i as u32, Some(i as u32)));
        }
        let mut same = Interner::new();
        colliding(n).for_each(|key| {
            same.intern(&key);
        });
        assert_eq!(same.key, interner.key, "the key is the file's own");
    }

    #[test]
    fn numbers_are_given_in_order_of_first_appearance() {
        let mut interner = Interner::new();
        for i in 0..10_000u32 {
            assert_eq!(interner.intern(format!("key {i}").as_bytes()), i);
        }
        for i in 0..10_000u32 {
            assert_eq!(interner.intern(format!("key {i}").as_bytes()), i);
            assert_eq!(interner.get(i), format!("key {i}").as_bytes());
        }
        assert_eq!(interner.find(b"key 77"), Some(77));
        assert_eq!(interner.find(b"none"), None);
        assert_eq!(interner.intern(b""), 10_000);
        assert_eq!(interner.get(10_000), b"");
    }
}
