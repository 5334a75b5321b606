//! Bytes to UTF-8: which encoding a file has, and decoding it slice by slice without ever losing a byte in silence.
//!
//! An invalid byte in a UTF-8 file is read as Windows-1252, which is what it mostly is; in the other encodings it
//! becomes U+FFFD. Either way its place is kept, so that the cell is listed.

use std::collections::VecDeque;

use encoding_rs::{DecoderResult, GBK, SHIFT_JIS, UTF_16BE, UTF_16LE, WINDOWS_1252};
use spec::Outcome;
use spec::read::Encoding;

use crate::ByteSource;

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
    let (mut n_invalid, mut n_valid) = (0usize, 0usize);
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
                            n_invalid += 1;
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
    let is_damage = n_invalid * 10 <= n_valid || (n_invalid <= FEW_INVALID && source.n_bytes() >= FEW_IN_BYTES && n_valid == 0);
    if n_invalid == 0 || is_damage {
        return Ok(Detected {
            encoding: Encoding::Utf8,
            is_certain: n_invalid == 0,
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

/// Decodes one slice after the other to the end of a buffer.
pub(super) struct Decoder {
    encoding: Encoding,
    inner: Option<encoding_rs::Decoder>,
    /// The beginning of a UTF-8 sequence that the next slice completes.
    carry: Vec<u8>,
    /// Places in all decoded text, ascending, where bytes were not of the encoding.
    pub bad: VecDeque<u64>,
}

impl Decoder {
    pub fn new(encoding: Encoding) -> Self {
        let inner = match encoding {
            Encoding::Utf8 => None,
            Encoding::Utf16Le => Some(UTF_16LE),
            Encoding::Utf16Be => Some(UTF_16BE),
            Encoding::Windows1252 => Some(WINDOWS_1252),
            Encoding::ShiftJis => Some(SHIFT_JIS),
            Encoding::Gbk => Some(GBK),
        };
        Self {
            encoding,
            inner: inner.map(|encoding| encoding.new_decoder_without_bom_handling()),
            carry: Vec::new(),
            bad: VecDeque::new(),
        }
    }

    /// `buffer[0]` is the decoded byte number `base`; what is appended is valid UTF-8.
    pub fn decode(&mut self, slice: &[u8], is_last: bool, base: u64, buffer: &mut Vec<u8>) {
        match &mut self.inner {
            None => self.decode_utf8(slice, is_last, base, buffer),
            Some(decoder) => {
                let mut rest = slice;
                loop {
                    let needed = decoder
                        .max_utf8_buffer_length_without_replacement(rest.len())
                        .unwrap_or(rest.len() * 3 + 16);
                    let filled = buffer.len();
                    buffer.resize(filled + needed, 0);
                    let (result, n_read, n_written) =
                        decoder.decode_to_utf8_without_replacement(rest, &mut buffer[filled..], is_last);
                    buffer.truncate(filled + n_written);
                    rest = &rest[n_read..];
                    match result {
                        DecoderResult::InputEmpty => break,
                        DecoderResult::OutputFull => {}
                        DecoderResult::Malformed(..) => {
                            self.bad.push_back(base + buffer.len() as u64);
                            buffer.extend_from_slice("\u{fffd}".as_bytes());
                        }
                    }
                }
            }
        }
    }

    fn decode_utf8(&mut self, slice: &[u8], is_last: bool, base: u64, buffer: &mut Vec<u8>) {
        debug_assert_eq!(self.encoding, Encoding::Utf8);
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
                    for &byte in &buffer[bad_at..bad_at + n_bad] {
                        replacement.push_str(&WINDOWS_1252.decode_without_bom_handling(&[byte]).0);
                    }
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
                        buffer.extend_from_slice(WINDOWS_1252.decode_without_bom_handling(&[byte]).0.as_bytes());
                    }
                    at = bad_at + n_bad;
                }
            }
        }
    }
}
