//! Typed columns with missing values; reading files into them; looking at them.

mod bytes;
mod column;
pub mod intern;
pub mod profile;
pub mod read;
pub mod value;
pub mod write;

pub use column::{Category, CategoryBuilder, Column, ColumnData, MISSING_BOOLEAN, MISSING_CODE, Table, Text};

/// A file that can be read in slices, from the beginning as often as needed.
pub trait ByteSource {
    fn n_bytes(&self) -> u64;

    /// Somebody else takes the SHA-256 of the file: an import leaves it empty in the fingerprint.
    fn is_hashed_elsewhere(&self) -> bool {
        false
    }

    /// Up to `n` bytes from `offset`; fewer only at the end. Errors: `read.io`.
    fn read(&self, offset: u64, n: usize) -> spec::Outcome<Vec<u8>>;
}

impl ByteSource for Vec<u8> {
    fn n_bytes(&self) -> u64 {
        self.len() as u64
    }

    fn read(&self, offset: u64, n: usize) -> spec::Outcome<Vec<u8>> {
        let start = usize::try_from(offset).map_or(self.len(), |offset| offset.min(self.len()));
        Ok(self[start..(start + n.min(self.len() - start))].to_vec())
    }
}
