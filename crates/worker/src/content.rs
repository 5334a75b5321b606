//! Large content as the browser holds it: in blobs, whose bytes lie outside the memory of all workers.

use engine::{ByteSource, Made, Sink, TwoByte, TwoByteDecoder};
use js_sys::{Array, Uint8Array};
use sha2::{Digest, Sha256};
use spec::{Message, Outcome};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, FileReaderSync};

use crate::member::Decoder;
use crate::{digest, scope};

/// Content in pieces, as it is stored.
#[derive(Clone)]
pub struct Content {
    pub pieces: Vec<Blob>,
    pub n_bytes: u64,
    /// The member of the pool that made it, and under which key: it may still hold it as a table.
    pub maker: Option<(u32, u64)>,
}

impl Content {
    /// All pieces as one blob: nothing is copied.
    pub fn blob(&self) -> Outcome<Blob> {
        joined(&self.pieces)
    }

    pub async fn bytes(&self) -> Outcome<Uint8Array> {
        bytes_of(&self.blob()?).await
    }
}

pub fn joined(pieces: &[Blob]) -> Outcome<Blob> {
    let parts: Array = pieces.iter().collect();
    Blob::new_with_blob_sequence(&parts).map_err(|error| unreadable(&error))
}

/// A blob around bytes, which are copied out of this worker's memory.
pub fn blob_of(bytes: &Uint8Array) -> Outcome<Blob> {
    Blob::new_with_u8_array_sequence(&Array::of1(bytes)).map_err(|error| unreadable(&error))
}

/// The bytes, outside this module's memory.
pub async fn bytes_of(blob: &Blob) -> Outcome<Uint8Array> {
    let buffer = JsFuture::from(blob.array_buffer())
        .await
        .map_err(|error| unreadable(&error))?;
    Ok(Uint8Array::new(&buffer))
}

/// Content numbers of one task.
pub const KEYS_PER_TASK: u64 = 1 << 16;

/// Collects what a member's task makes.
pub struct BlobSink {
    key: u64,
    pieces: Vec<Blob>,
    n_bytes: u64,
    /// Taken here when the lead cannot: its digest wants all bytes at once.
    hasher: Option<Sha256>,
    handed: Handed,
}

/// What this task has made, to be read again by itself and posted to the lead at its end.
pub type Handed = std::rc::Rc<std::cell::RefCell<Vec<(u64, Vec<Blob>)>>>;

impl BlobSink {
    /// `n_bytes`: how many will come at most, when that is known.
    pub fn new(key: u64, n_bytes: Option<u64>, handed: &Handed) -> Self {
        let is_hashed_by_lead = n_bytes.is_some_and(digest::takes);
        Self {
            key,
            pieces: Vec::new(),
            n_bytes: 0,
            hasher: (!is_hashed_by_lead).then(Sha256::new),
            handed: handed.clone(),
        }
    }
}

impl Sink for BlobSink {
    fn put(&mut self, piece: &[u8]) -> Outcome<()> {
        if let Some(hasher) = &mut self.hasher {
            hasher.update(piece);
        }
        self.n_bytes += piece.len() as u64;
        self.pieces.push(blob_of(&Uint8Array::from(piece))?);
        Ok(())
    }

    fn finish(self: Box<Self>) -> Outcome<Made> {
        let made = Made {
            key: self.key,
            n_bytes: self.n_bytes,
            sha256: self.hasher.map(|hasher| digest::hexadecimal(&hasher.finalize())),
        };
        self.handed.borrow_mut().push((self.key, self.pieces));
        Ok(made)
    }
}

/// A blob read slice by slice, in a worker that may wait.
pub struct BlobSource(pub Blob);

impl ByteSource for BlobSource {
    fn n_bytes(&self) -> u64 {
        self.0.size() as u64
    }

    fn two_byte_decoder(&self, encoding: TwoByte) -> Box<dyn TwoByteDecoder> {
        Box::new(Decoder::new(encoding))
    }

    fn read(&self, offset: u64, n: usize) -> Outcome<Vec<u8>> {
        let slice = self
            .0
            .slice_with_f64_and_f64(offset as f64, offset as f64 + n as f64)
            .map_err(|error| unreadable(&error))?;
        read(&slice)
    }
}

pub fn read(blob: &Blob) -> Outcome<Vec<u8>> {
    let reader = FileReaderSync::new().map_err(|error| unreadable(&error))?;
    let buffer = reader.read_as_array_buffer(blob).map_err(|error| unreadable(&error))?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

pub fn unreadable(error: &JsValue) -> spec::Failure {
    Message::new("read.io").with("error", scope::words(error)).into()
}

/// Keys and blobs as they travel: `[[key, [Blob..]]..]`.
pub fn to_message(handed: &[(u64, Vec<Blob>)]) -> Array {
    let pair = |(key, pieces): &(u64, Vec<Blob>)| {
        let pieces: Array = pieces.iter().collect();
        Array::of2(&(*key as f64).into(), &pieces)
    };
    handed.iter().map(pair).collect()
}

pub fn from_message(message: &JsValue, maker: u32) -> Vec<(u64, Content)> {
    let pair = |pair: JsValue| {
        let pair = Array::from(&pair);
        let key = pair.get(0).as_f64().unwrap_or_default() as u64;
        let pieces: Vec<Blob> = Array::from(&pair.get(1))
            .iter()
            .filter_map(|blob| blob.dyn_into().ok())
            .collect();
        let content = Content {
            n_bytes: pieces.iter().map(|blob: &Blob| blob.size() as u64).sum(),
            pieces,
            maker: Some((maker, key)),
        };
        (key, content)
    };
    Array::from(message).iter().map(pair).collect()
}
