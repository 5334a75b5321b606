//! Bytes to UTF-8: which encoding a file has, and decoding it slice by slice without ever losing a byte in silence.
//!
//! An invalid byte in a UTF-8 file is read as Windows-1252, which is what it mostly is; in the other encodings it
//! becomes U+FFFD. Either way its place is kept, so that the cell is listed.

use std::collections::VecDeque;

use spec::Outcome;
use spec::read::Encoding;

use crate::{ByteSource, TwoByte, TwoByteDecoder};

/// Bytes that are looked at for the encoding, in slices: a file may begin with much plain ASCII.
const DETECT_LIMIT: u64 = 64 << 20;
const DETECT_SLICE: usize = 4 << 20;
/// Non-ASCII surroundings that are kept for the statistics.
const SAMPLE_LIMIT: usize = 64 << 10;
/// So few invalid sequences in a file of at least [`FEW_IN_BYTES`] are damage, not another encoding.
const FEW_INVALID: usize = 3;
const FEW_IN_BYTES: u64 = 16 << 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Detected {
    pub encoding: Encoding,
    /// False when statistics had to decide.
    pub is_certain: bool,
}

pub(super) fn byte_order_mark(start: &[u8]) -> Option<(Encoding, usize)> {
    if start.starts_with(b"\xef\xbb\xbf") {
        Some((Encoding::Utf8, 3))
    } else if start.starts_with(b"\xff\xfe") {
        Some((Encoding::Utf16Le, 2))
    } else if start.starts_with(b"\xfe\xff") {
        Some((Encoding::Utf16Be, 2))
    } else {
        None
    }
}

/// By mark, by NUL statistics, by validity, by the shape of the non-ASCII bytes, in this order.
pub(super) fn detect(source: &dyn ByteSource, start: &[u8]) -> Outcome<Detected> {
    if let Some((encoding, _)) = byte_order_mark(start) {
        return Ok(Detected {
            encoding,
            is_certain: true,
        });
    }
    if let Some(encoding) = utf16_without_mark(start) {
        return Ok(Detected {
            encoding,
            is_certain: false,
        });
    }
    let mut sample = Vec::new();
    let (mut n_invalid, mut n_valid, mut n_cut) = (0usize, 0usize, 0usize);
    let end = source.n_bytes().min(DETECT_LIMIT);
    let mut carry: Vec<u8> = Vec::new();
    let mut offset = 0;
    while offset < end && sample.len() < SAMPLE_LIMIT {
        let mut bytes = std::mem::take(&mut carry);
        let slice = source.read(offset, DETECT_SLICE.min((end - offset) as usize))?;
        if slice.is_empty() {
            break;
        }
        offset += slice.len() as u64;
        bytes.extend_from_slice(&slice);
        let is_last = offset >= source.n_bytes();
        let mut at = 0;
        while at < bytes.len() {
            match std::str::from_utf8(&bytes[at..]) {
                Ok(text) => {
                    if !text.is_ascii() {
                        n_valid += text.bytes().filter(|&byte| byte >= 0xc0).count();
                        gather(text.as_bytes(), &mut sample);
                    }
                    at = bytes.len();
                }
                Err(error) => {
                    let valid = error.valid_up_to();
                    n_valid += bytes[at..at + valid].iter().filter(|&&byte| byte >= 0xc0).count();
                    match error.error_len() {
                        None if !is_last => {
                            carry = bytes[at + valid..].to_vec();
                            gather(&bytes[at..at + valid], &mut sample);
                            break;
                        }
                        n_bad => {
                            // A letter that the end of the file cuts is none of another encoding, when some letter stands
                            // before it or more than its first byte is there.
                            let n_left = bytes.len() - at - valid;
                            let is_cut = n_bad.is_none() && (n_valid > 0 || n_left > 1);
                            n_invalid += usize::from(!is_cut);
                            n_cut += usize::from(is_cut);
                            let bad_end = at + valid + n_bad.unwrap_or(bytes.len() - at - valid);
                            gather(&bytes[at..bad_end], &mut sample);
                            at = bad_end;
                        }
                    }
                }
            }
            if sample.len() >= SAMPLE_LIMIT {
                break;
            }
        }
    }
    // Letters of UTF-8 are no accident: other encodings have few sequences that look like them, and many that do not.
    let is_large = source.n_bytes() >= FEW_IN_BYTES;
    let is_damage = n_valid > n_invalid || (is_large && n_invalid <= FEW_INVALID && (n_valid == 0 || n_valid == n_invalid));
    if n_invalid == 0 || is_damage {
        return Ok(Detected {
            encoding: Encoding::Utf8,
            is_certain: n_invalid + n_cut == 0,
        });
    }
    Ok(Detected {
        encoding: by_statistics(&sample),
        is_certain: false,
    })
}

/// Non-ASCII bytes with their neighbours.
fn gather(bytes: &[u8], sample: &mut Vec<u8>) {
    let mut last_taken = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if byte >= 0x80 {
            if sample.len() >= SAMPLE_LIMIT {
                return;
            }
            let from = at.saturating_sub(1).max(last_taken);
            let to = (at + 2).min(bytes.len());
            if from > last_taken {
                sample.push(b' ');
            }
            if to > from {
                sample.extend_from_slice(&bytes[from..to]);
            }
            last_taken = to;
        }
    }
}

/// Latin letters, digits, delimiters and line ends have a zero byte on one side only.
fn utf16_without_mark(start: &[u8]) -> Option<Encoding> {
    let units = start.len().min(4096) / 2;
    if units < 4 {
        return None;
    }
    let zeros = |side: usize| (0..units).filter(|&unit| start[2 * unit + side] == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let candidate = match (even, odd) {
        (even, odd) if odd * 20 >= units && even * 10 <= odd => Encoding::Utf16Le,
        (even, odd) if even * 20 >= units && odd * 10 <= even => Encoding::Utf16Be,
        _ => return None,
    };
    let unit = |index: usize| {
        let (low, high) = if candidate == Encoding::Utf16Le { (0, 1) } else { (1, 0) };
        u16::from(start[2 * index + low]) | u16::from(start[2 * index + high]) << 8
    };
    // Without a line end among the characters, only text that is all Latin is believed.
    let n_control = (0..units).filter(|&index| matches!(unit(index), 0..=8 | 0x0e..=0x1f)).count();
    let has_line_end = (0..units).any(|index| matches!(unit(index), 0x0a | 0x0d));
    let is_latin = even.max(odd) * 10 >= units * 8;
    (n_control * 100 <= units && (has_line_end || is_latin)).then_some(candidate)
}

fn by_statistics(sample: &[u8]) -> Encoding {
    let (mut japanese, mut n_japanese) = (0usize, 0usize);
    let mut at = 0;
    while at < sample.len() {
        let byte = sample[at];
        let next = sample.get(at + 1).copied().unwrap_or(0);
        at += 1;
        if byte < 0x80 {
            continue;
        }
        n_japanese += 1;
        let is_lead = matches!(byte, 0x81..=0x9f | 0xe0..=0xef) && matches!(next, 0x40..=0x7e | 0x80..=0xfc);
        if is_lead {
            at += 1;
            // Punctuation and full-width forms, hiragana, katakana, the common kanji of level 1.
            japanese += usize::from(matches!(
                (byte, next),
                (0x81, _) | (0x82, 0x4f..=0xf1) | (0x83, 0x40..=0x96) | (0x88..=0x97, _)
            ));
        }
    }
    let (mut chinese, mut n_chinese) = (0usize, 0usize);
    at = 0;
    while at < sample.len() {
        let byte = sample[at];
        let next = sample.get(at + 1).copied().unwrap_or(0);
        at += 1;
        if byte < 0x80 {
            continue;
        }
        n_chinese += 1;
        if matches!(byte, 0x81..=0xfe) && matches!(next, 0x40..=0x7e | 0x80..=0xfe) {
            at += 1;
            // GB 2312: punctuation and full-width forms, and the common characters of level 1.
            chinese += usize::from(matches!((byte, next), (0xa1..=0xa3, 0xa1..) | (0xb0..=0xd7, 0xa1..)));
        }
    }
    let share = |good: usize, all: usize| good as f64 / all.max(1) as f64;
    let (japanese, chinese) = (share(japanese, n_japanese), share(chinese, n_chinese));
    let high: Vec<usize> = (0..sample.len()).filter(|&at| sample[at] >= 0x80).collect();
    let alone = |&&at: &&usize| (at == 0 || sample[at - 1] < 0x80) && sample.get(at + 1).is_none_or(|&next| next < 0x80);
    let isolated = share(high.iter().filter(alone).count(), high.len());
    if japanese >= 0.7 && japanese > chinese {
        Encoding::ShiftJis
    } else if isolated < 0.5 && chinese >= 0.7 {
        Encoding::Gbk
    } else {
        Encoding::Windows1252
    }
}

/// The characters of 0x80 to 0x9f in Windows-1252; the five that it leaves free are control characters, as on the web
/// (WHATWG Encoding Standard, index windows-1252).
const WINDOWS_1252: [char; 32] = [
    '\u{20ac}', '\u{81}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}', '\u{2021}', '\u{2c6}', '\u{2030}',
    '\u{160}', '\u{2039}', '\u{152}', '\u{8d}', '\u{17d}', '\u{8f}', '\u{90}', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}',
    '\u{2022}', '\u{2013}', '\u{2014}', '\u{2dc}', '\u{2122}', '\u{161}', '\u{203a}', '\u{153}', '\u{9d}', '\u{17e}', '\u{178}',
];

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

fn push(buffer: &mut Vec<u8>, c: char) {
    buffer.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

enum Form {
    Utf8,
    Utf16 {
        is_big_endian: bool,
    },
    Windows1252,
    /// Their tables are large, and every host has them.
    TwoByte(Box<dyn TwoByteDecoder>),
}

/// Decodes one slice after the other to the end of a buffer.
pub(super) struct Decoder {
    form: Form,
    /// The beginning of a character that the next slice completes: of a UTF-8 sequence, or of one or two UTF-16 units.
    carry: Vec<u8>,
    /// Places in all decoded text, ascending, where bytes were not of the encoding.
    pub bad: VecDeque<u64>,
}

impl Decoder {
    pub fn new(encoding: Encoding, source: &dyn ByteSource) -> Self {
        let form = match encoding {
            Encoding::Utf8 => Form::Utf8,
            Encoding::Utf16Le => Form::Utf16 { is_big_endian: false },
            Encoding::Utf16Be => Form::Utf16 { is_big_endian: true },
            Encoding::Windows1252 => Form::Windows1252,
            Encoding::ShiftJis => Form::TwoByte(source.two_byte_decoder(TwoByte::ShiftJis)),
            Encoding::Gbk => Form::TwoByte(source.two_byte_decoder(TwoByte::Gbk)),
        };
        Self {
            form,
            carry: Vec::new(),
            bad: VecDeque::new(),
        }
    }

    /// `buffer[0]` is the decoded byte number `base`; what is appended is valid UTF-8.
    pub fn decode(&mut self, slice: &[u8], is_last: bool, base: u64, buffer: &mut Vec<u8>) {
        match &mut self.form {
            Form::Utf8 => self.decode_utf8(slice, is_last, base, buffer),
            Form::Utf16 { is_big_endian } => {
                let is_big_endian = *is_big_endian;
                self.decode_utf16(slice, is_big_endian, is_last, base, buffer);
            }
            Form::Windows1252 => slice.iter().for_each(|&byte| push(buffer, windows_1252(byte))),
            Form::TwoByte(decoder) => {
                let text = decoder.decode(slice, is_last);
                let start = base + buffer.len() as u64;
                let bad = text.match_indices(char::REPLACEMENT_CHARACTER);
                self.bad.extend(bad.map(|(at, _)| start + at as u64));
                buffer.extend_from_slice(text.as_bytes());
            }
        }
    }

    /// Half a unit at the end, and half a pair anywhere, becomes U+FFFD.
    fn decode_utf16(&mut self, slice: &[u8], is_big_endian: bool, is_last: bool, base: u64, buffer: &mut Vec<u8>) {
        let mut bytes = std::mem::take(&mut self.carry);
        bytes.extend_from_slice(slice);
        let unit = |pair: &[u8]| {
            let (high, low) = if is_big_endian { (0, 1) } else { (1, 0) };
            u16::from(pair[high]) << 8 | u16::from(pair[low])
        };
        let mut n_whole = bytes.len() / 2 * 2;
        if !is_last {
            let is_half_pair = bytes[..n_whole]
                .rchunks_exact(2)
                .next()
                .is_some_and(|pair| unit(pair) & 0xfc00 == 0xd800);
            n_whole -= 2 * usize::from(is_half_pair);
            self.carry = bytes[n_whole..].to_vec();
        }
        let units = bytes[..n_whole].chunks_exact(2).map(unit);
        let has_half_unit = is_last && bytes.len() % 2 == 1;
        let decoded = char::decode_utf16(units).map(Result::ok).chain(has_half_unit.then_some(None));
        for c in decoded {
            if c.is_none() {
                self.bad.push_back(base + buffer.len() as u64);
            }
            push(buffer, c.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
    }

    fn decode_utf8(&mut self, slice: &[u8], is_last: bool, base: u64, buffer: &mut Vec<u8>) {
        let mut start = buffer.len();
        buffer.append(&mut self.carry);
        buffer.extend_from_slice(slice);
        loop {
            let Err(error) = std::str::from_utf8(&buffer[start..]) else {
                return;
            };
            let bad_at = start + error.valid_up_to();
            match error.error_len() {
                None if !is_last => {
                    self.carry = buffer.split_off(bad_at);
                    return;
                }
                n_bad => {
                    let n_bad = n_bad.unwrap_or(buffer.len() - bad_at);
                    self.bad.push_back(base + bad_at as u64);
                    let mut replacement = String::new();
                    replacement.extend(buffer[bad_at..bad_at + n_bad].iter().map(|&byte| windows_1252(byte)));
                    // The tail moves once per invalid place; a slice full of them is rewritten in one go instead.
                    if self.bad.len() > 64 {
                        let tail = buffer.split_off(bad_at + n_bad);
                        buffer.truncate(bad_at);
                        buffer.extend_from_slice(replacement.as_bytes());
                        self.rewrite(&tail, is_last, base, buffer);
                        return;
                    }
                    buffer.splice(bad_at..bad_at + n_bad, replacement.bytes());
                    start = bad_at + replacement.len();
                }
            }
        }
    }

    fn rewrite(&mut self, tail: &[u8], is_last: bool, base: u64, buffer: &mut Vec<u8>) {
        let mut at = 0;
        while at < tail.len() {
            match std::str::from_utf8(&tail[at..]) {
                Ok(_) => {
                    buffer.extend_from_slice(&tail[at..]);
                    return;
                }
                Err(error) => {
                    let bad_at = at + error.valid_up_to();
                    buffer.extend_from_slice(&tail[at..bad_at]);
                    if error.error_len().is_none() && !is_last {
                        self.carry = tail[bad_at..].to_vec();
                        return;
                    }
                    let n_bad = error.error_len().unwrap_or(tail.len() - bad_at);
                    self.bad.push_back(base + buffer.len() as u64);
                    for &byte in &tail[bad_at..bad_at + n_bad] {
                        push(buffer, windows_1252(byte));
                    }
                    at = bad_at + n_bad;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{UTF_16BE, UTF_16LE};
    use sha2::{Digest, Sha256};

    use super::*;

    fn decoded(encoding: Encoding, bytes: &[u8], slice: usize) -> (String, Vec<u64>) {
        let mut decoder = Decoder::new(encoding, &Vec::new());
        let mut buffer = Vec::new();
        let n_slices = bytes.len().div_ceil(slice).max(1);
        for at in 0..n_slices {
            let end = bytes.len().min((at + 1) * slice);
            decoder.decode(&bytes[at * slice..end], at + 1 == n_slices, 0, &mut buffer);
        }
        (String::from_utf8(buffer).unwrap(), decoder.bad.into())
    }

    /// The peer is encoding_rs, the decoder of Firefox.
    #[test]
    fn every_byte_of_windows_1252_is_what_the_web_reads() {
        let bytes: Vec<u8> = (0..=255).collect();
        let (text, bad) = decoded(Encoding::Windows1252, &bytes, 7);
        assert_eq!(text, encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes).0);
        assert!(bad.is_empty());
    }

    #[test]
    fn utf_16_is_what_the_web_reads_however_it_is_sliced() {
        let whole: Vec<u16> = "a\u{e9}\u{3042}\u{1f600}\u{fffd}z".encode_utf16().collect();
        let mut broken = whole.clone();
        broken.extend([0xd800, 0x61, 0xdc00, 0xd83d, 0xd83d, 0xde00, 0xd800]);
        for units in [whole, broken] {
            for (encoding, peer, is_big) in [(Encoding::Utf16Le, UTF_16LE, false), (Encoding::Utf16Be, UTF_16BE, true)] {
                let bytes: Vec<u8> = units
                    .iter()
                    .flat_map(|unit| if is_big { unit.to_be_bytes() } else { unit.to_le_bytes() })
                    .collect();
                for end in [bytes.len(), bytes.len() - 1] {
                    let (expected, has_bad) = peer.decode_without_bom_handling(&bytes[..end]);
                    for slice in [1, 2, 3, 5, 64] {
                        let (text, bad) = decoded(encoding, &bytes[..end], slice);
                        assert_eq!(text, expected, "{encoding:?}, {slice} bytes at a time");
                        assert_eq!(!bad.is_empty(), has_bad, "{encoding:?}");
                        assert!(bad.iter().all(|at| text[*at as usize..].starts_with('\u{fffd}')));
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_malformed_in_two_byte_encodings_is_marked_where_it_stands() {
        let bytes = b"\x93\xfa\x96{,\x81,\x88\x9f";
        for slice in [1, 2, 64] {
            let (text, bad) = decoded(Encoding::ShiftJis, bytes, slice);
            assert_eq!(text, "\u{65e5}\u{672c},\u{fffd},\u{4e9c}");
            assert_eq!(bad, [7]);
        }
        assert_eq!(
            decoded(Encoding::Gbk, b"\xc4\xe3\xba\xc3", 3),
            ("\u{4f60}\u{597d}".to_owned(), vec![])
        );
    }

    /// Browsers read by decoders of their own: tests/web holds Chromium's to the same hashes.
    #[test]
    fn all_pairs_of_bytes_are_read_as_browsers_read_them() {
        let mut bytes: Vec<u8> = (0..=u16::MAX).flat_map(u16::to_be_bytes).collect();
        bytes.extend(b"\x84\x31\xa4\x37\x81\x30\x81\x30,\x81");
        let shift_jis = "180e8047c5a111e28e720758e7badc2b56c4d93eb1f8661b13f4337c54e45099";
        let gbk = "2a0adf552d5d04737a0ed1884152eef6545a143f36227c6dc6f392a5f3bfe9a0";
        for (encoding, hash) in [(Encoding::ShiftJis, shift_jis), (Encoding::Gbk, gbk)] {
            let (text, _) = decoded(encoding, &bytes, 4_099);
            let found: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(found, hash, "{encoding:?}");
        }
    }
}
