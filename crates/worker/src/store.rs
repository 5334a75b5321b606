//! Projects in IndexedDB: a card, a record and content-addressed chunks. One save is one strict transaction.
//!
//! A small chunk is one value. A larger one is stored in pieces, each under its own hash, which a list under the chunk's
//! hash names: a value has a limit (133,169,152 bytes in Chromium), and a piece that two chunks share, a column that stayed
//! as it was, is stored once. Pieces come before their list, the list before the record that names the chunk.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use engine::{Store, Write};
use js_sys::{Array, Object, Reflect, Uint8Array};
use spec::job::ProjectCard;
use spec::{Failure, Message, Order, Outcome};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, DomException, IdbDatabase};

use crate::content::{Content, blob_of, bytes_of};
use crate::digest::{hash_of, sha256};
use crate::idb::{self, OpenError, Transaction, answer};
use crate::scope;

/// Version of the object stores; 2 added pieces, lists and times.
const VERSION: u32 = 2;
/// By project: `{card, generation, hash}`.
const CARDS: &str = "cards";
/// By project: the bytes of the record.
const RECORDS: &str = "records";
/// By SHA-256: chunks of one value.
const CHUNKS: &str = "chunks";
/// By SHA-256 of a chunk in pieces: `{n_bytes, pieces, seal}`.
const LISTS: &str = "lists";
/// By SHA-256.
const PIECES: &str = "pieces";
/// By SHA-256 of a chunk: when it was stored ahead of a record that is to name it, in ms.
const AHEAD: &str = "ahead";
const STORES: &[&str] = &[CARDS, RECORDS, CHUNKS, LISTS, PIECES, AHEAD];

/// Larger chunks are stored in pieces, which have at most this size.
const PIECE_BYTES: usize = 16 << 20;
/// For this long a chunk that no record names is not taken for a leftover: another tab may be about to save.
const AHEAD_MS: f64 = 3_600_000.0;

pub struct Projects {
    name: String,
    /// Opened when first needed, and again after the browser or another tab closed it.
    database: Rc<RefCell<Option<IdbDatabase>>>,
}

impl Projects {
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            database: Rc::default(),
        }
    }

    async fn database(&self) -> Outcome<IdbDatabase> {
        if let Some(database) = self.database.borrow().as_ref() {
            return Ok(database.clone());
        }
        let place = Rc::downgrade(&self.database);
        let on_gone: Rc<dyn Fn()> = Rc::new(move || {
            if let Some(place) = place.upgrade() {
                *place.borrow_mut() = None;
            }
        });
        let database = idb::open(&self.name, VERSION, STORES, on_gone)
            .await
            .map_err(|error| match error {
                OpenError::Blocked => Message::new("store.blocked"),
                OpenError::Failed(error) => Message::new("store.unavailable").with("what", scope::words(&error)),
            })?;
        *self.database.borrow_mut() = Some(database.clone());
        Ok(database)
    }

    /// The value under a key; None when there is none.
    async fn value(&self, store: &str, key: &str) -> Outcome<Option<JsValue>> {
        let database = self.database().await?;
        let transaction = Transaction::read(&database, &[store]).map_err(|error| refused(&error))?;
        let get = async { answer(&transaction.store(store)?.get(&key.into())?).await };
        let value = get.await.map_err(|error| refused(&error))?;
        Ok(Some(value).filter(|value| !value.is_undefined()))
    }

    /// Bytes stored under their hash, still outside this module's memory.
    async fn verified(&self, store: &str, hash: &str) -> Outcome<Option<Uint8Array>> {
        let Some(value) = self.value(store, hash).await? else {
            return Ok(None);
        };
        let bytes: Uint8Array = value.dyn_into().map_err(|_| damaged_data(hash))?;
        if hash_of(&bytes).await == hash {
            Ok(Some(bytes))
        } else {
            Err(damaged_data(hash))
        }
    }

    /// The pieces of a chunk; None when it is not stored in pieces.
    async fn piece_list(&self, hash: &str) -> Outcome<Option<PieceList>> {
        let Some(value) = self.value(LISTS, hash).await? else {
            return Ok(None);
        };
        let list = PieceList::read(&value).ok_or_else(|| damaged_data(hash))?;
        if list.seal(hash).await == text(&value, "seal") {
            Ok(Some(list))
        } else {
            Err(damaged_data(hash))
        }
    }

    async fn has(&self, store: &str, key: &str) -> Outcome<bool> {
        let database = self.database().await?;
        let transaction = Transaction::read(&database, &[store]).map_err(|error| refused(&error))?;
        let count = async { answer(&transaction.store(store)?.count_with_key(&key.into())?).await };
        let n = count.await.map_err(|error| refused(&error))?;
        Ok(n.as_f64() > Some(0.0))
    }

    /// Values in one transaction.
    async fn put(&self, values: &[(&str, &str, &JsValue)]) -> Outcome<()> {
        let database = self.database().await?;
        let names: Vec<&str> = values.iter().map(|(store, ..)| *store).collect();
        let transaction = Transaction::write(&database, &names).map_err(|error| refused(&error))?;
        for (store, key, value) in values {
            transaction
                .store(store)
                .and_then(|store| store.put_with_key(value, &(*key).into()))
                .map_err(|error| refused(&error))?;
        }
        transaction.commit().await.map_err(|error| refused(&error))
    }

    async fn put_one_value(&self, hash: &str, bytes: &Uint8Array) -> Outcome<()> {
        let now: JsValue = js_sys::Date::now().into();
        self.put(&[(CHUNKS, hash, bytes), (AHEAD, hash, &now)]).await
    }

    /// Pieces first, each in a transaction of its own and only when it is not there already; then their list.
    async fn put_pieces(&self, hash: &str, pieces: &[Piece<'_>]) -> Outcome<()> {
        let mut list = PieceList::default();
        for piece in pieces {
            let bytes = piece.bytes().await?;
            let name = hash_of(&bytes).await;
            if !self.has(PIECES, &name).await? {
                self.put(&[(PIECES, &name, &bytes)]).await?;
            }
            list.n_bytes += bytes.length() as usize;
            list.pieces.push(name);
        }
        let seal = list.seal(hash).await;
        let value = list.to_value(&seal).map_err(|error| refused(&error))?;
        loop {
            let lost = self.put_list(hash, &list, &value).await?;
            if lost.is_empty() {
                return Ok(());
            }
            // Another tab has swept them up meanwhile, as leftovers.
            for i in lost {
                let bytes = pieces[i].bytes().await?;
                self.put(&[(PIECES, &list.pieces[i], &bytes)]).await?;
            }
        }
    }

    /// Stores a list when all its pieces are there; else says which are not.
    async fn put_list(&self, hash: &str, list: &PieceList, value: &JsValue) -> Outcome<Vec<usize>> {
        let database = self.database().await?;
        let transaction = Transaction::write(&database, &[PIECES, LISTS, AHEAD]).map_err(|error| refused(&error))?;
        let put = async {
            let stored = transaction.store(PIECES)?;
            let mut lost = Vec::new();
            for (i, name) in list.pieces.iter().enumerate() {
                if answer(&stored.count_with_key(&name.as_str().into())?).await?.as_f64() != Some(1.0) {
                    lost.push(i);
                }
            }
            if lost.is_empty() {
                transaction.store(LISTS)?.put_with_key(value, &hash.into())?;
                transaction
                    .store(AHEAD)?
                    .put_with_key(&js_sys::Date::now().into(), &hash.into())?;
            }
            Ok::<_, JsValue>(lost)
        };
        match put.await {
            Ok(lost) => transaction.commit().await.map_err(|error| refused(&error)).map(|()| lost),
            Err(error) => {
                transaction.abort();
                Err(refused(&error))
            }
        }
    }
}

/// A piece that is to be stored.
enum Piece<'a> {
    Bytes(&'a [u8]),
    Blob(&'a Blob),
}

impl Piece<'_> {
    async fn bytes(&self) -> Outcome<Uint8Array> {
        match self {
            Self::Bytes(bytes) => Ok(Uint8Array::from(*bytes)),
            Self::Blob(blob) => bytes_of(blob).await,
        }
    }
}

/// What a chunk in pieces is put together from.
#[derive(Default)]
struct PieceList {
    n_bytes: usize,
    /// SHA-256 of each, in order.
    pieces: Vec<String>,
}

impl PieceList {
    fn read(value: &JsValue) -> Option<Self> {
        let n_bytes = Reflect::get(value, &"n_bytes".into()).ok()?.as_f64()? as usize;
        let pieces: Array = Reflect::get(value, &"pieces".into()).ok()?.dyn_into().ok()?;
        let pieces = pieces.iter().map(|name| name.as_string()).collect::<Option<Vec<String>>>()?;
        Some(Self { n_bytes, pieces })
    }

    fn to_value(&self, seal: &str) -> Result<JsValue, JsValue> {
        let value = Object::new();
        let pieces: Array = self.pieces.iter().map(|name| JsValue::from_str(name)).collect();
        let entries: [(&str, JsValue); 3] = [
            ("n_bytes", (self.n_bytes as f64).into()),
            ("pieces", pieces.into()),
            ("seal", seal.into()),
        ];
        for (name, entry) in entries {
            Reflect::set(&value, &name.into(), &entry)?;
        }
        Ok(value.into())
    }

    /// Ties the list to its chunk: that every piece has its hash says nothing of their order and number.
    async fn seal(&self, hash: &str) -> String {
        sha256(format!("{hash} {} {}", self.n_bytes, self.pieces.join(" ")).as_bytes()).await
    }
}

impl Store for Projects {
    type Content = Content;

    async fn list(&self) -> Outcome<Vec<ProjectCard>> {
        let database = self.database().await?;
        let transaction = Transaction::read(&database, &[CARDS, RECORDS]).map_err(|error| refused(&error))?;
        let read = async {
            let cards = answer(&transaction.store(CARDS)?.get_all()?).await?;
            let ids = answer(&transaction.store(CARDS)?.get_all_keys()?).await?;
            let records = answer(&transaction.store(RECORDS)?.get_all_keys()?).await?;
            Ok::<_, JsValue>((Array::from(&cards), Array::from(&ids), Array::from(&records)))
        };
        let (cards, ids, records) = read.await.map_err(|error| refused(&error))?;
        let mut listed: Vec<ProjectCard> = cards
            .iter()
            .zip(ids.iter())
            .map(|(card, id)| {
                let id = id.as_string().unwrap_or_default();
                let readable = spec::wire::from_json(&text(&card, "card")).ok();
                let mut card: ProjectCard = readable.unwrap_or_else(|| unreadable_card(&id));
                card.damaged |= !records.includes(&id.as_str().into(), 0);
                card
            })
            .collect();
        // A record whose card is gone is still somebody's work.
        for id in records
            .iter()
            .filter(|id| !ids.includes(id, 0))
            .filter_map(|id| id.as_string())
        {
            listed.push(unreadable_card(&id));
        }
        listed.order_by(|a, b| b.changed_at_ms.total_cmp(&a.changed_at_ms).then_with(|| a.id.cmp(&b.id)));
        Ok(listed)
    }

    async fn load(&self, id: &str) -> Outcome<Option<Vec<u8>>> {
        let database = self.database().await?;
        let transaction = Transaction::read(&database, &[RECORDS, CARDS]).map_err(|error| refused(&error))?;
        let read = async {
            let record = answer(&transaction.store(RECORDS)?.get(&id.into())?).await?;
            let card = answer(&transaction.store(CARDS)?.get(&id.into())?).await?;
            Ok::<_, JsValue>((record, card))
        };
        let (record, card) = read.await.map_err(|error| refused(&error))?;
        if record.is_undefined() {
            return Ok(None);
        }
        let record: Uint8Array = record.dyn_into().map_err(|_| damaged(id))?;
        if hash_of(&record).await == text(&card, "hash") {
            Ok(Some(record.to_vec()))
        } else {
            Err(damaged(id))
        }
    }

    async fn save(&self, write: Write) -> Outcome<()> {
        let id: JsValue = write.card.id.as_str().into();
        // Everything that takes time comes before the transaction: it would end while one waits for something else.
        let card = Object::new();
        let entries: [(&str, JsValue); 3] = [
            ("card", spec::wire::to_json(&write.card).into()),
            ("generation", (write.card.generation as f64).into()),
            ("hash", sha256(&write.record).await.into()),
        ];
        for (name, value) in entries {
            Reflect::set(&card, &name.into(), &value).map_err(|error| refused(&error))?;
        }
        let record = Uint8Array::from(write.record.as_slice());
        let (small, large): (Vec<_>, Vec<_>) = write.chunks.iter().partition(|(_, bytes)| bytes.len() <= PIECE_BYTES);
        for (hash, bytes) in large {
            self.put_chunk(hash, bytes).await?;
        }
        let database = self.database().await?;
        let transaction = Transaction::write(&database, STORES).map_err(|error| refused(&error))?;

        let put = async {
            let cards = transaction.store(CARDS)?;
            let stored = answer(&cards.get(&id)?).await?;
            let generation = Reflect::get(&stored, &"generation".into())
                .ok()
                .and_then(|generation| generation.as_f64());
            if generation.map(|generation| generation as u64) != write.base_generation {
                return Ok(false);
            }
            cards.put_with_key(&card, &id)?;
            transaction.store(RECORDS)?.put_with_key(&record, &id)?;
            let chunks = transaction.store(CHUNKS)?;
            for (hash, bytes) in small {
                chunks.put_with_key(&Uint8Array::from(bytes.as_slice()), &hash.as_str().into())?;
            }
            Ok::<_, JsValue>(true)
        };
        match put.await {
            Ok(true) => transaction.commit().await.map_err(|error| refused(&error)),
            Ok(false) => {
                transaction.abort();
                Err(Message::new("store.conflict").into())
            }
            Err(error) => {
                transaction.abort();
                Err(refused(&error))
            }
        }
    }

    async fn put_chunk(&self, hash: &str, bytes: &[u8]) -> Outcome<()> {
        if bytes.len() <= PIECE_BYTES {
            return self.put_one_value(hash, &Uint8Array::from(bytes)).await;
        }
        let pieces: Vec<Piece<'_>> = bytes.chunks(PIECE_BYTES).map(Piece::Bytes).collect();
        self.put_pieces(hash, &pieces).await
    }

    async fn chunk(&self, hash: &str) -> Outcome<Option<Vec<u8>>> {
        let Some(list) = self.piece_list(hash).await? else {
            return Ok(self.verified(CHUNKS, hash).await?.map(|bytes| bytes.to_vec()));
        };
        let mut bytes = Vec::new();
        bytes
            .try_reserve_exact(list.n_bytes)
            .map_err(|_| Message::new("store.memory").with("n_bytes", list.n_bytes))?;
        for name in &list.pieces {
            let piece = self.verified(PIECES, name).await?.ok_or_else(|| damaged_data(hash))?;
            let from = bytes.len();
            bytes.resize(from + piece.length() as usize, 0);
            piece.copy_to(&mut bytes[from..]);
        }
        if bytes.len() == list.n_bytes {
            Ok(Some(bytes))
        } else {
            Err(damaged_data(hash))
        }
    }

    async fn put_content(&self, hash: &str, content: &Content) -> Outcome<()> {
        if content.n_bytes <= PIECE_BYTES as u64 {
            return self.put_one_value(hash, &content.bytes().await?).await;
        }
        let pieces: Vec<Piece<'_>> = content.pieces.iter().map(Piece::Blob).collect();
        self.put_pieces(hash, &pieces).await
    }

    /// Each piece is read, verified and put aside in a blob before the next one comes.
    async fn content(&self, hash: &str) -> Outcome<Option<Content>> {
        let Some(list) = self.piece_list(hash).await? else {
            let Some(bytes) = self.verified(CHUNKS, hash).await? else {
                return Ok(None);
            };
            return Ok(Some(Content {
                pieces: vec![blob_of(&bytes)?],
                n_bytes: u64::from(bytes.length()),
                maker: None,
            }));
        };
        let mut content = Content {
            pieces: Vec::new(),
            n_bytes: 0,
            maker: None,
        };
        for name in &list.pieces {
            let piece = self.verified(PIECES, name).await?.ok_or_else(|| damaged_data(hash))?;
            content.n_bytes += u64::from(piece.length());
            content.pieces.push(blob_of(&piece)?);
        }
        if content.n_bytes == list.n_bytes as u64 {
            Ok(Some(content))
        } else {
            Err(damaged_data(hash))
        }
    }

    async fn delete(&self, id: &str, own: &[String], keep: Option<&[String]>) -> Outcome<()> {
        let database = self.database().await?;
        let transaction = Transaction::write(&database, STORES).map_err(|error| refused(&error))?;
        let oldest_ms = js_sys::Date::now() - AHEAD_MS;
        let delete = async {
            transaction.store(CARDS)?.delete(&id.into())?;
            transaction.store(RECORDS)?.delete(&id.into())?;
            let Some(keep) = keep else { return Ok(()) };
            let mut kept: BTreeSet<String> = keep.iter().cloned().collect();
            let ahead = transaction.store(AHEAD)?;
            let times = Array::from(&answer(&ahead.get_all()?).await?);
            let names = Array::from(&answer(&ahead.get_all_keys()?).await?);
            for (name, time) in names.iter().zip(times.iter()) {
                let is_new = time.as_f64() > Some(oldest_ms);
                match name.as_string().filter(|name| is_new && !own.contains(name)) {
                    Some(name) => {
                        kept.insert(name);
                    }
                    None => {
                        ahead.delete(&name)?;
                    }
                }
            }
            let lists = transaction.store(LISTS)?;
            let mut pieces = BTreeSet::new();
            for name in Array::from(&answer(&lists.get_all_keys()?).await?).iter() {
                if name.as_string().is_some_and(|name| kept.contains(&name)) {
                    let list = answer(&lists.get(&name)?).await?;
                    pieces.extend(PieceList::read(&list).into_iter().flat_map(|list| list.pieces));
                }
            }
            for (store, kept) in [(CHUNKS, &kept), (LISTS, &kept), (PIECES, &pieces)] {
                let store = transaction.store(store)?;
                for name in Array::from(&answer(&store.get_all_keys()?).await?).iter() {
                    if !name.as_string().is_some_and(|name| kept.contains(&name)) {
                        store.delete(&name)?;
                    }
                }
            }
            Ok::<_, JsValue>(())
        };
        match delete.await {
            Ok(()) => transaction.commit().await.map_err(|error| refused(&error)),
            Err(error) => {
                transaction.abort();
                Err(refused(&error))
            }
        }
    }

    async fn erase_all(&self) -> Outcome<()> {
        let database = self.database().await?;
        let transaction = Transaction::write(&database, STORES).map_err(|error| refused(&error))?;
        for store in STORES {
            transaction
                .store(store)
                .and_then(|store| store.clear())
                .map_err(|error| refused(&error))?;
        }
        transaction.commit().await.map_err(|error| refused(&error))
    }
}

fn text(object: &JsValue, name: &str) -> String {
    Reflect::get(object, &name.into())
        .ok()
        .and_then(|value| value.as_string())
        .unwrap_or_default()
}

fn unreadable_card(id: &str) -> ProjectCard {
    ProjectCard {
        id: id.to_owned(),
        name: id.to_owned(),
        changed_at_ms: 0.0,
        created_at_ms: 0.0,
        generation: 0,
        file_name: String::new(),
        n_rows: 0,
        n_runs: 0,
        task: None,
        damaged: true,
    }
}

fn damaged_data(hash: &str) -> Failure {
    Message::new("store.damaged_data").with("hash", hash).into()
}

fn damaged(key: &str) -> Failure {
    Message::new("store.damaged").with("what", key).into()
}

fn refused(error: &JsValue) -> Failure {
    let is_quota = error
        .dyn_ref::<DomException>()
        .is_some_and(|error| error.name() == "QuotaExceededError");
    if is_quota {
        Message::new("store.quota").into()
    } else {
        Message::new("store.failed").with("what", scope::words(error)).into()
    }
}
