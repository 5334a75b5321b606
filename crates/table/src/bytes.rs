//! The table as bytes, for the store and the hash: little-endian, versioned, the same for equal tables on every target.
//!
//! ```text
//! "MLLCTBL" version:u8 n_columns:u32 n_rows:u64 column*
//! column    name:text original:(0 | 1 text) type:u8 overridden:u8 cells
//! cells     number, time: f64*        boolean: u8*
//!           category: n_levels:u32 level:text* then codes in the narrowest of u8, u16, u32 (all ones: missing)
//!           text: n_bytes:u32 bytes end:u32*
//! text      n_bytes:u32 bytes
//! ```

use sha2::{Digest, Sha256};
use spec::{ColumnSchema, ColumnType, Message, Outcome};

use crate::column::{Category, Column, ColumnData, MISSING_BOOLEAN, MISSING_CODE, Table, Text};

const MAGIC: &[u8; 7] = b"MLLCTBL";
const VERSION: u8 = 1;

impl Table {
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.n_bytes() + 64 + 64 * self.n_columns());
        self.write(&mut |bytes| out.extend_from_slice(bytes));
        out
    }

    /// SHA-256 of [`Table::to_bytes`], hexadecimal, without making those bytes.
    pub fn hash(&self) -> String {
        let mut hasher = Sha256::new();
        let mut buffer = Vec::with_capacity(1 << 16);
        self.write(&mut |bytes| {
            buffer.extend_from_slice(bytes);
            if buffer.len() >= 1 << 15 {
                hasher.update(&buffer);
                buffer.clear();
            }
        });
        hasher.update(&buffer);
        hex(&hasher.finalize())
    }

    /// Errors: `table.bytes` when the bytes are not those of a table (cut off, changed, of a newer version).
    pub fn from_bytes(bytes: &[u8]) -> Outcome<Self> {
        let mut reader = Reader { bytes, at: 0 };
        if reader.take(MAGIC.len())? != MAGIC {
            return Err(reader.failure("magic"));
        }
        if reader.u8()? != VERSION {
            return Err(reader.failure("version"));
        }
        let n_columns = reader.u32()? as usize;
        let n_rows = usize::try_from(reader.u64()?).map_err(|_| reader.failure("rows"))?;
        if n_columns > bytes.len() || n_rows > u32::MAX as usize {
            return Err(reader.failure("size"));
        }
        let mut columns = Vec::new();
        for _ in 0..n_columns {
            columns.push(reader.column(n_rows)?);
        }
        if reader.at != bytes.len() {
            return Err(reader.failure("end"));
        }
        Self::from_parts(columns, n_rows)
    }

    fn write(&self, put: &mut dyn FnMut(&[u8])) {
        put(MAGIC);
        put(&[VERSION]);
        put(&(self.n_columns() as u32).to_le_bytes());
        put(&(self.n_rows() as u64).to_le_bytes());
        for column in self.columns() {
            write_column(column, put);
        }
    }
}

fn write_text(text: &str, put: &mut dyn FnMut(&[u8])) {
    put(&(text.len() as u32).to_le_bytes());
    put(text.as_bytes());
}

fn write_column(column: &Column, put: &mut dyn FnMut(&[u8])) {
    write_text(column.name(), put);
    match &column.schema.original_name {
        None => put(&[0]),
        Some(name) => {
            put(&[1]);
            write_text(name, put);
        }
    }
    put(&[type_code(column.column_type()), u8::from(column.schema.overridden)]);
    // Cells go out in blocks, so that a hash over them costs no allocation.
    let mut block = Vec::with_capacity(8 << 10);
    match &column.data {
        ColumnData::Number(values) | ColumnData::Time(values) => {
            for chunk in values.chunks(1 << 10) {
                block.clear();
                for &x in chunk {
                    // One NaN stands for all, so that the bits do not depend on where it came from.
                    block.extend_from_slice(&(if x.is_nan() { 0x7ff8_0000_0000_0000 } else { x.to_bits() }).to_le_bytes());
                }
                put(&block);
            }
        }
        ColumnData::Boolean(values) => put(values),
        ColumnData::Category(category) => {
            put(&(category.levels.len() as u32).to_le_bytes());
            for level in &category.levels {
                write_text(level, put);
            }
            let width = code_width(category.levels.len());
            for chunk in category.codes.chunks(2 << 10) {
                block.clear();
                for code in chunk {
                    block.extend_from_slice(&code.to_le_bytes()[..width]);
                }
                put(&block);
            }
        }
        ColumnData::Text(text) => {
            let (bytes, ends) = text.parts();
            write_text(bytes, put);
            for chunk in ends.chunks(2 << 10) {
                block.clear();
                for end in chunk {
                    block.extend_from_slice(&end.to_le_bytes());
                }
                put(&block);
            }
        }
    }
}

/// Bytes of a code; the all-ones pattern is left for missing.
fn code_width(n_levels: usize) -> usize {
    match n_levels {
        0..=0xff => 1,
        0x100..=0xffff => 2,
        _ => 4,
    }
}

fn type_code(column_type: ColumnType) -> u8 {
    match column_type {
        ColumnType::Number => 0,
        ColumnType::Category => 1,
        ColumnType::Text => 2,
        ColumnType::Time => 3,
        ColumnType::Boolean => 4,
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn failure(&self, what: &str) -> spec::Failure {
        Message::new("table.bytes").with("place", self.at).with("what", what).into()
    }

    /// Nothing is allocated before its bytes are known to be there.
    fn take(&mut self, n: usize) -> Outcome<&'a [u8]> {
        let end = self
            .at
            .checked_add(n)
            .filter(|&end| end <= self.bytes.len())
            .ok_or_else(|| self.failure("cut off"))?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    fn u8(&mut self) -> Outcome<u8> {
        Ok(self.take(1)?[0])
    }

    fn u32(&mut self) -> Outcome<u32> {
        let bytes = self.take(4)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    fn u64(&mut self) -> Outcome<u64> {
        Ok(u64::from(self.u32()?) | u64::from(self.u32()?) << 32)
    }

    fn text(&mut self) -> Outcome<String> {
        let n = self.u32()? as usize;
        let bytes = self.take(n)?;
        std::str::from_utf8(bytes)
            .map(str::to_owned)
            .map_err(|_| self.failure("text"))
    }

    fn words(&mut self, n: usize) -> Outcome<Vec<u32>> {
        let bytes = self.take(n.checked_mul(4).ok_or_else(|| self.failure("size"))?)?;
        Ok(bytes
            .as_chunks::<4>()
            .0
            .iter()
            .map(|word| u32::from_le_bytes(*word))
            .collect())
    }

    fn numbers(&mut self, n: usize) -> Outcome<Vec<f64>> {
        let bytes = self.take(n.checked_mul(8).ok_or_else(|| self.failure("size"))?)?;
        Ok(bytes
            .as_chunks::<8>()
            .0
            .iter()
            .map(|word| f64::from_le_bytes(*word))
            .collect())
    }

    fn column(&mut self, n_rows: usize) -> Outcome<Column> {
        let name = self.text()?;
        let original_name = match self.u8()? {
            0 => None,
            1 => Some(self.text()?),
            _ => return Err(self.failure("original name")),
        };
        let code = self.u8()?;
        let overridden = match self.u8()? {
            0 => false,
            1 => true,
            _ => return Err(self.failure("overridden")),
        };
        let data = match code {
            0 => ColumnData::Number(self.numbers(n_rows)?),
            1 => ColumnData::Category(self.category(n_rows)?),
            2 => {
                let bytes = self.text()?;
                let ends = self.words(n_rows)?;
                ColumnData::Text(Text::from_parts(bytes, ends).ok_or_else(|| self.failure("ends"))?)
            }
            3 => ColumnData::Time(self.numbers(n_rows)?),
            4 => {
                let values = self.take(n_rows)?;
                if values.iter().any(|&x| x > MISSING_BOOLEAN) {
                    return Err(self.failure("boolean"));
                }
                ColumnData::Boolean(values.to_vec())
            }
            _ => return Err(self.failure("type")),
        };
        Ok(Column {
            schema: ColumnSchema {
                name,
                original_name,
                column_type: data.column_type(),
                overridden,
            },
            data,
        })
    }

    fn category(&mut self, n_rows: usize) -> Outcome<Category> {
        let n_levels = self.u32()? as usize;
        let mut levels: Vec<String> = Vec::new();
        for _ in 0..n_levels {
            let level = self.text()?;
            if levels.last().is_some_and(|last| *last >= level) {
                return Err(self.failure("levels"));
            }
            levels.push(level);
        }
        let width = code_width(n_levels);
        let bytes = self.take(n_rows.checked_mul(width).ok_or_else(|| self.failure("size"))?)?;
        let missing = (1u64 << (8 * width)) - 1;
        let mut codes = Vec::with_capacity(n_rows);
        for code in bytes.chunks_exact(width) {
            let code = code.iter().rev().fold(0u64, |value, &byte| value << 8 | u64::from(byte));
            codes.push(match code {
                code if code == missing => MISSING_CODE,
                code if code < n_levels as u64 => code as u32,
                _ => return Err(self.failure("code")),
            });
        }
        Ok(Category { levels, codes })
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
