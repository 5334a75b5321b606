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
/// How much of a source is read at once.
const SLICE_BYTES: usize = 1 << 20;
/// The most that a piece has.
const PIECE_BYTES: usize = 16 << 20;
/// A piece that has this much ends with its column: a column that stays as it was is the same pieces again.
const SMALL_PIECE_BYTES: usize = 1 << 20;

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

    /// How many bytes [`Table::to_bytes`] gives, without making them.
    pub fn n_stored_bytes(&self) -> u64 {
        let mut n_bytes = 0;
        self.write(&mut |bytes| n_bytes += bytes.len() as u64);
        n_bytes
    }

    /// The bytes of [`Table::to_bytes`] piece by piece: they never stand beside the table as a whole.
    pub fn pieces(&self, give: &mut dyn FnMut(&[u8]) -> Outcome<()>) -> Outcome<()> {
        let mut cutter = Cutter {
            piece: Vec::new(),
            give,
            given: Ok(()),
        };
        self.write_head(&mut |bytes| cutter.put(bytes));
        for column in self.columns() {
            write_column(column, &mut |bytes| cutter.put(bytes));
            if cutter.piece.len() >= SMALL_PIECE_BYTES {
                cutter.cut();
            }
        }
        cutter.cut();
        cutter.given
    }

    /// Errors: `table.bytes` when the bytes are not those of a table (cut off, changed, of a newer version).
    pub fn from_bytes(bytes: &[u8]) -> Outcome<Self> {
        let slice = |start: u64, n: usize| {
            let start = usize::try_from(start).map_or(bytes.len(), |start| start.min(bytes.len()));
            Ok(bytes[start..bytes.len().min(start + n)].to_vec())
        };
        Self::from_slices(bytes.len() as u64, &slice)
    }

    /// What [`Table::from_bytes`] gives, of bytes of which only a slice is held at a time: `read` gives up to so many from
    /// a place on.
    pub fn from_slices(n_bytes: u64, read: &dyn Fn(u64, usize) -> Outcome<Vec<u8>>) -> Outcome<Self> {
        let mut reader = Reader {
            n_bytes,
            read,
            slice: Vec::new(),
            at_in_slice: 0,
            at: 0,
        };
        if reader.array::<7>()? != *MAGIC {
            return Err(reader.failure("magic"));
        }
        if reader.u8()? != VERSION {
            return Err(reader.failure("version"));
        }
        let n_columns = reader.u32()? as usize;
        let n_rows = usize::try_from(reader.u64()?).map_err(|_| reader.failure("rows"))?;
        if n_columns as u64 > n_bytes || n_rows > u32::MAX as usize {
            return Err(reader.failure("size"));
        }
        let mut columns = Vec::new();
        for _ in 0..n_columns {
            columns.push(reader.column(n_rows)?);
        }
        if reader.at != n_bytes {
            return Err(reader.failure("end"));
        }
        Self::from_parts(columns, n_rows)
    }

    fn write(&self, put: &mut dyn FnMut(&[u8])) {
        self.write_head(put);
        for column in self.columns() {
            write_column(column, put);
        }
    }

    fn write_head(&self, put: &mut dyn FnMut(&[u8])) {
        put(MAGIC);
        put(&[VERSION]);
        put(&(self.n_columns() as u32).to_le_bytes());
        put(&(self.n_rows() as u64).to_le_bytes());
    }
}

/// Bytes into pieces of a limited size.
struct Cutter<'a> {
    piece: Vec<u8>,
    give: &'a mut dyn FnMut(&[u8]) -> Outcome<()>,
    given: Outcome<()>,
}

impl Cutter<'_> {
    fn put(&mut self, mut bytes: &[u8]) {
        while self.piece.len() + bytes.len() > PIECE_BYTES {
            let (now, later) = bytes.split_at(PIECE_BYTES - self.piece.len());
            self.piece.extend_from_slice(now);
            bytes = later;
            self.cut();
        }
        self.piece.extend_from_slice(bytes);
    }

    /// After a failure nothing more is given.
    fn cut(&mut self) {
        if !self.piece.is_empty() && self.given.is_ok() {
            self.given = (self.give)(&self.piece);
        }
        self.piece.clear();
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
    n_bytes: u64,
    read: &'a dyn Fn(u64, usize) -> Outcome<Vec<u8>>,
    /// What was read of the source, from here on.
    slice: Vec<u8>,
    at_in_slice: usize,
    at: u64,
}

impl Reader<'_> {
    fn failure(&self, what: &str) -> spec::Failure {
        Message::new("table.bytes").with("place", self.at).with("what", what).into()
    }

    /// Nothing is allocated for `n` things of `width` bytes before their bytes are known to be there.
    fn room<T>(&self, n: usize, width: usize) -> Outcome<Vec<T>> {
        let n_bytes = (n as u64).checked_mul(width as u64).ok_or_else(|| self.failure("size"))?;
        if n_bytes > self.n_bytes.saturating_sub(self.at) {
            return Err(self.failure("cut off"));
        }
        let mut room = Vec::new();
        room.try_reserve_exact(n)
            .map_err(|_| Message::new("read.memory").with("n_rows", n))?;
        Ok(room)
    }

    /// Gives the next `n` bytes in parts, all but the last a multiple of `width`.
    fn parts(&mut self, n: usize, width: usize, take: &mut dyn FnMut(&[u8]) -> Option<()>) -> Outcome<()> {
        let mut left = n;
        while left > 0 {
            while self.slice.len() - self.at_in_slice < width.min(left) {
                self.slice.drain(..self.at_in_slice);
                self.at_in_slice = 0;
                let more = (self.read)(self.at + self.slice.len() as u64, SLICE_BYTES)?;
                if more.is_empty() {
                    return Err(self.failure("cut off"));
                }
                self.slice.extend(more);
            }
            let at_hand = (self.slice.len() - self.at_in_slice).min(left);
            let now = if at_hand < left { at_hand - at_hand % width } else { at_hand };
            let part = &self.slice[self.at_in_slice..self.at_in_slice + now];
            take(part).ok_or_else(|| self.failure("value"))?;
            self.at_in_slice += now;
            self.at += now as u64;
            left -= now;
        }
        Ok(())
    }

    fn array<const N: usize>(&mut self) -> Outcome<[u8; N]> {
        let mut array = [0; N];
        self.parts(N, N, &mut |part| {
            array.copy_from_slice(part);
            Some(())
        })?;
        Ok(array)
    }

    fn u8(&mut self) -> Outcome<u8> {
        Ok(self.array::<1>()?[0])
    }

    fn u32(&mut self) -> Outcome<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Outcome<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn bytes(&mut self, n: usize) -> Outcome<Vec<u8>> {
        let mut bytes = self.room(n, 1)?;
        self.parts(n, 1, &mut |part| {
            bytes.extend_from_slice(part);
            Some(())
        })?;
        Ok(bytes)
    }

    fn text(&mut self) -> Outcome<String> {
        let n = self.u32()? as usize;
        let bytes = self.bytes(n)?;
        String::from_utf8(bytes).map_err(|_| self.failure("text"))
    }

    fn words(&mut self, n: usize) -> Outcome<Vec<u32>> {
        let mut words = self.room(n, 4)?;
        self.parts(4 * n, 4, &mut |part| {
            words.extend(part.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word)));
            Some(())
        })?;
        Ok(words)
    }

    fn numbers(&mut self, n: usize) -> Outcome<Vec<f64>> {
        let mut numbers = self.room(n, 8)?;
        self.parts(8 * n, 8, &mut |part| {
            numbers.extend(part.as_chunks::<8>().0.iter().map(|word| f64::from_le_bytes(*word)));
            Some(())
        })?;
        Ok(numbers)
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
                let values = self.bytes(n_rows)?;
                if values.iter().any(|&x| x > MISSING_BOOLEAN) {
                    return Err(self.failure("boolean"));
                }
                ColumnData::Boolean(values)
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
        let mut codes = self.room(n_rows, width)?;
        let missing = (1u64 << (8 * width)) - 1;
        let n_bytes = n_rows.checked_mul(width).ok_or_else(|| self.failure("size"))?;
        self.parts(n_bytes, width, &mut |part| {
            for code in part.chunks_exact(width) {
                let code = code.iter().rev().fold(0u64, |value, &byte| value << 8 | u64::from(byte));
                codes.push(match code {
                    code if code == missing => MISSING_CODE,
                    code if code < n_levels as u64 => code as u32,
                    _ => return None,
                });
            }
            Some(())
        })?;
        Ok(Category { levels, codes })
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
