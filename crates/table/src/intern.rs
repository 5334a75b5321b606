//! A set of byte strings numbered in order of first appearance: open addressing over one arena, no allocation per
//! string, the same numbers on every run and target.

/// Slots hold index + 1, 0 is free; at most half of them are used.
#[derive(Clone, Debug, Default)]
pub struct Interner {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    hashes: Vec<u32>,
    slots: Vec<u32>,
}

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
        let hash = hash_bytes(key);
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            match self.slots[slot] {
                0 => break,
                taken if self.hashes[taken as usize - 1] == hash && self.get(taken - 1) == key => return taken - 1,
                _ => slot = (slot + 1) & mask,
            }
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
        let hash = hash_bytes(key);
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

    fn grow(&mut self) {
        let n_slots = (self.slots.len() * 2).max(16);
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

#[cfg(test)]
mod tests {
    use super::*;

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
