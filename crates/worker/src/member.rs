//! A pool member: runs one task after the other. It holds a table, files and a cache, nothing of worth.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use engine::{ByteSource, Cache, Made, Resources, Sink, Table, Task, Tick, TwoByte, TwoByteDecoder, run_task};
use js_sys::{Array, ArrayBuffer, Uint8Array};
use spec::job::FileKey;
use spec::run::LossPoint;
use spec::{Message, Observer, Outcome, wire};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, TextDecodeOptions, TextDecoder};

use crate::content::{BlobSink, BlobSource, Handed, KEYS_PER_TASK, joined, read, to_message, unreadable};
use crate::{digest, scope};

/// A worker's memory ends at 4 GiB, and never shrinks; the page has several.
const MEMORY_BYTES: u64 = 2 << 30;
/// How often a running task is heard of, at most.
const TICK_MS: f64 = 50.0;

pub fn start() {
    let mut member = Member::default();
    scope::on_message(move |message| member.hear(&message));
}

#[derive(Default)]
struct Member {
    at_hand: AtHand,
}

impl Member {
    fn hear(&mut self, message: &Array) {
        match message.get(0).as_string().as_deref() {
            Some("table") => {
                let hash = message.get(1).as_string().unwrap_or_default();
                *self.at_hand.table.borrow_mut() = message.get(2).dyn_into().ok().map(|blob| (hash, Given::Blob(blob)));
            }
            Some("made") => {
                let hash = message.get(1).as_string().unwrap_or_default();
                *self.at_hand.table.borrow_mut() = self.at_hand.made.take().map(|table| (hash, Given::Table(Arc::new(table))));
            }
            Some("file") => {
                if let (Some(key), Ok(file)) = (message.get(1).as_f64(), message.get(2).dyn_into()) {
                    self.at_hand.files.insert(key as FileKey, file);
                }
            }
            Some("contents") => {
                let pairs = Array::from(&message.get(1));
                let pair = |pair: JsValue| {
                    let pair = Array::from(&pair);
                    Some((pair.get(0).as_string()?, pair.get(1).dyn_into().ok()?))
                };
                self.at_hand.contents = pairs.iter().filter_map(pair).collect();
            }
            Some("task") => {
                self.at_hand.ahead = message.get(3).dyn_into().ok();
                self.at_hand.serial = message.get(1).as_f64().unwrap_or_default() as u64;
                self.run(&message.get(1), message.get(2));
                self.at_hand.ahead = None;
            }
            _ => {}
        }
    }

    fn run(&self, serial: &JsValue, task: JsValue) {
        let mut ticker = Ticker {
            serial: serial.clone(),
            last_ms: scope::clock_ms(),
            fraction: 0.0,
            losses: Vec::new(),
        };
        let task = Uint8Array::new(&task).to_vec();
        let outcome = wire::from_bytes::<Task>(&task).and_then(|task| run_task(&task, &self.at_hand, &mut ticker));
        ticker.post();
        let handed = self.at_hand.handed.take();
        if !handed.is_empty() && outcome.is_ok() {
            scope::post(&Array::of3(&"handed".into(), serial, &to_message(&handed)), &Array::new());
        }
        let (word, bytes) = match outcome {
            Ok(output) => ("done", wire::to_bytes(&output)),
            Err(failure) => ("failed", wire::to_bytes(&failure)),
        };
        let buffer = buffer(&bytes);
        scope::post(&Array::of3(&word.into(), serial, &buffer), &Array::of1(&buffer));
    }
}

/// The bytes in a buffer of their own, which can be moved.
pub fn buffer(bytes: &[u8]) -> ArrayBuffer {
    Uint8Array::from(bytes).buffer()
}

/// What tasks can reach.
#[derive(Default)]
struct AtHand {
    table: RefCell<Option<(String, Given)>>,
    files: BTreeMap<FileKey, Blob>,
    /// What the lead has read of the running task's file: buffers of [`AHEAD_BYTES`], the last one shorter.
    ahead: Option<Array>,
    /// The table that the last task made, until the lead says under which name it is known.
    made: RefCell<Option<Table>>,
    /// What the running task has made for the lead.
    handed: Handed,
    /// Of the running task.
    serial: u64,
    /// What the running task may read besides its table, by hash.
    contents: BTreeMap<String, Blob>,
    cache: Cache,
}

/// A table is decoded when a task first asks for it.
enum Given {
    Blob(Blob),
    Table(Arc<Table>),
}

impl Resources for AtHand {
    fn table(&self, hash: &str) -> Outcome<Arc<Table>> {
        let mut own = self.table.borrow_mut();
        let given = own.as_mut().filter(|(name, _)| name == hash).map(|(_, given)| given);
        match given {
            None => Err(Message::new("engine.no_table").into()),
            Some(Given::Table(table)) => Ok(Arc::clone(table)),
            Some(place @ Given::Blob(_)) => {
                let Given::Blob(blob) = &*place else {
                    return Err(Message::new("engine.no_table").into());
                };
                let source = BlobSource(blob.clone());
                let table = Arc::new(Table::from_slices(source.n_bytes(), &|start, n| source.read(start, n))?);
                *place = Given::Table(Arc::clone(&table));
                Ok(table)
            }
        }
    }

    fn file(&self, key: FileKey) -> Outcome<Box<dyn ByteSource>> {
        let blob = self.files.get(&key).ok_or_else(|| Message::new("engine.no_file"))?;
        Ok(Box::new(Slices {
            blob: blob.clone(),
            ahead: self.ahead.clone(),
        }))
    }

    fn now_secs(&self) -> f64 {
        scope::clock_ms() / 1000.0
    }

    fn memory_bytes(&self) -> u64 {
        MEMORY_BYTES
    }

    fn cache(&self) -> &Cache {
        &self.cache
    }

    /// Its bytes go to the lead piece by piece; the table itself stays, for the tasks that come next.
    fn put_table(&self, table: Table, observer: &mut dyn Observer) -> Outcome<Made> {
        let n_bytes = table.n_stored_bytes();
        let mut n_given = 0.0;
        let mut sink = Box::new(BlobSink::new(self.next_key(), Some(n_bytes), &self.handed));
        table.pieces(&mut |piece| {
            n_given += piece.len() as f64;
            observer.tick(n_given / n_bytes as f64)?;
            sink.put(piece)
        })?;
        *self.made.borrow_mut() = Some(table);
        sink.finish()
    }

    fn sink(&self) -> Box<dyn Sink> {
        Box::new(BlobSink::new(self.next_key(), None, &self.handed))
    }

    fn made(&self, made: &Made) -> Outcome<Box<dyn ByteSource>> {
        let handed = self.handed.borrow();
        let found = handed.iter().find(|(key, _)| *key == made.key);
        let (_, pieces) = found.ok_or_else(|| Message::new("engine.no_content"))?;
        Ok(Box::new(BlobSource(joined(pieces)?)))
    }

    fn content(&self, hash: &str) -> Outcome<Box<dyn ByteSource>> {
        let blob = self.contents.get(hash).ok_or_else(|| Message::new("engine.no_content"))?;
        Ok(Box::new(BlobSource(blob.clone())))
    }
}

impl AtHand {
    fn next_key(&self) -> u64 {
        self.serial * KEYS_PER_TASK + self.handed.borrow().len() as u64
    }
}

/// Bytes of a buffer that was read ahead. Several are read at once: a browser then gives a file in a third of the time.
pub const AHEAD_BYTES: u32 = 8 << 20;

/// A file read slice by slice, so that its size does not matter.
struct Slices {
    blob: Blob,
    ahead: Option<Array>,
}

impl Slices {
    /// From the buffers that were read ahead; None when they do not hold all of it.
    fn read_before(&self, offset: u64, n: usize) -> Option<Vec<u8>> {
        let ahead = self.ahead.as_ref()?;
        let end = (offset + n as u64).min(self.n_bytes());
        let mut bytes = Vec::with_capacity(end.saturating_sub(offset) as usize);
        let mut at = offset;
        while at < end {
            let buffer: ArrayBuffer = ahead.get((at / u64::from(AHEAD_BYTES)) as u32).dyn_into().ok()?;
            let first = (at % u64::from(AHEAD_BYTES)) as u32;
            let last = (u64::from(first) + (end - at)).min(u64::from(buffer.byte_length())) as u32;
            if last <= first {
                return None;
            }
            let part = Uint8Array::new_with_byte_offset_and_length(&buffer, first, last - first);
            let from = bytes.len();
            bytes.resize(from + (last - first) as usize, 0);
            part.copy_to(&mut bytes[from..]);
            at += u64::from(last - first);
        }
        Some(bytes)
    }
}

impl ByteSource for Slices {
    fn two_byte_decoder(&self, encoding: TwoByte) -> Box<dyn TwoByteDecoder> {
        Box::new(Decoder::new(encoding))
    }

    fn n_bytes(&self) -> u64 {
        self.blob.size() as u64
    }

    fn is_hashed_elsewhere(&self) -> bool {
        digest::takes(self.n_bytes())
    }

    fn read(&self, offset: u64, n: usize) -> Outcome<Vec<u8>> {
        if let Some(bytes) = self.read_before(offset, n) {
            return Ok(bytes);
        }
        let slice = self
            .blob
            .slice_with_f64_and_f64(offset as f64, offset as f64 + n as f64)
            .map_err(|error| unreadable(&error))?;
        read(&slice)
    }
}

/// The browser's own, whose tables need not be fetched.
pub struct Decoder(Option<TextDecoder>);

impl Decoder {
    pub fn new(encoding: TwoByte) -> Self {
        let label = match encoding {
            TwoByte::ShiftJis => "shift_jis",
            TwoByte::Gbk => "gbk",
        };
        Self(TextDecoder::new_with_label(label).ok())
    }
}

impl TwoByteDecoder for Decoder {
    fn decode(&mut self, slice: &[u8], is_last: bool) -> String {
        let options = TextDecodeOptions::new();
        options.set_stream(!is_last);
        let decoded = self.0.as_ref().and_then(|decoder| {
            let bytes = Uint8Array::from(slice);
            decoder.decode_with_js_u8_array_and_options(&bytes, &options).ok()
        });
        // Every browser knows these encodings; without one the bytes are marked as not readable.
        decoded.unwrap_or_else(|| char::REPLACEMENT_CHARACTER.to_string().repeat(slice.len()))
    }
}

/// Posts what the task says, at most every [`TICK_MS`]. It never stops the task: a cancel ends the whole worker.
struct Ticker {
    serial: JsValue,
    last_ms: f64,
    fraction: f64,
    losses: Vec<LossPoint>,
}

impl Ticker {
    fn post(&mut self) {
        let mut ticks = vec![Tick::Fraction(self.fraction)];
        ticks.extend(self.losses.drain(..).map(Tick::Loss));
        let buffer = buffer(&wire::to_bytes(&ticks));
        scope::post(&Array::of3(&"ticks".into(), &self.serial, &buffer), &Array::of1(&buffer));
    }
}

impl Observer for Ticker {
    fn tick(&mut self, fraction: f64) -> Outcome<()> {
        self.fraction = fraction;
        let now_ms = scope::clock_ms();
        if now_ms - self.last_ms >= TICK_MS {
            self.last_ms = now_ms;
            self.post();
        }
        Ok(())
    }

    fn loss(&mut self, point: LossPoint) {
        self.losses.push(point);
    }
}
