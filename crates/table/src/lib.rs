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

    /// What this host reads one of the large encodings with.
    fn two_byte_decoder(&self, encoding: TwoByte) -> Box<dyn TwoByteDecoder>;

    /// Up to `n` bytes from `offset`; fewer only at the end. Errors: `read.io`.
    fn read(&self, offset: u64, n: usize) -> spec::Outcome<Vec<u8>>;
}

/// The encodings whose characters take one or two bytes (GBK also four).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TwoByte {
    ShiftJis,
    Gbk,
}

/// Decodes slice after slice, as the WHATWG Encoding Standard says: what is malformed becomes U+FFFD. Browsers have it as
/// `TextDecoder`; elsewhere `encodings` has it.
pub trait TwoByteDecoder {
    fn decode(&mut self, slice: &[u8], is_last: bool) -> String;
}

/// Decoders for hosts that bring none.
#[cfg(feature = "encodings")]
pub mod encodings {
    use super::{TwoByte, TwoByteDecoder};

    struct Tables(encoding_rs::Decoder);

    impl TwoByteDecoder for Tables {
        fn decode(&mut self, slice: &[u8], is_last: bool) -> String {
            let mut text = String::with_capacity(self.0.max_utf8_buffer_length(slice.len()).unwrap_or(0));
            // The text has room for all of it, so that one call is enough.
            let _ = self.0.decode_to_string(slice, &mut text, is_last);
            text
        }
    }

    pub fn decoder(encoding: TwoByte) -> Box<dyn TwoByteDecoder> {
        let encoding = match encoding {
            TwoByte::ShiftJis => encoding_rs::SHIFT_JIS,
            TwoByte::Gbk => encoding_rs::GBK,
        };
        Box::new(Tables(encoding.new_decoder_without_bom_handling()))
    }
}

#[cfg(feature = "encodings")]
impl ByteSource for Vec<u8> {
    fn two_byte_decoder(&self, encoding: TwoByte) -> Box<dyn TwoByteDecoder> {
        encodings::decoder(encoding)
    }

    fn n_bytes(&self) -> u64 {
        self.len() as u64
    }

    fn read(&self, offset: u64, n: usize) -> spec::Outcome<Vec<u8>> {
        let start = usize::try_from(offset).map_or(self.len(), |offset| offset.min(self.len()));
        Ok(self[start..(start + n.min(self.len() - start))].to_vec())
    }
}
