//! Projects in IndexedDB: a card, a record and content-addressed chunks. One save is one strict transaction.

use std::cell::RefCell;
use std::rc::Rc;

use engine::{Store, Write};
use js_sys::{Array, Object, Reflect, Uint8Array};
use spec::job::ProjectCard;
use spec::{Failure, Message, Order, Outcome};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DomException, IdbDatabase};

use crate::digest::sha256;
use crate::idb::{self, OpenError, Transaction, answer};
use crate::scope;

/// Version of the object stores.
const VERSION: u32 = 1;
/// By project: `{card, generation, hash}`.
const CARDS: &str = "cards";
/// By project: the bytes of the record.
const RECORDS: &str = "records";
/// By SHA-256.
const CHUNKS: &str = "chunks";
const STORES: &[&str] = &[CARDS, RECORDS, CHUNKS];

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

    async fn bytes(&self, store: &str, key: &str) -> Outcome<Option<(Vec<u8>, String)>> {
        let database = self.database().await?;
        let transaction = Transaction::read(&database, &[store, CARDS]).map_err(|error| refused(&error))?;
        let read = async {
            let bytes = answer(&transaction.store(store)?.get(&key.into())?).await?;
            let card = answer(&transaction.store(CARDS)?.get(&key.into())?).await?;
            Ok::<_, JsValue>((bytes, card))
        };
        let (bytes, card) = read.await.map_err(|error| refused(&error))?;
        if bytes.is_undefined() {
            return Ok(None);
        }
        let bytes: Uint8Array = bytes.dyn_into().map_err(|_| damaged(key))?;
        let hash = if store == CHUNKS {
            key.to_owned()
        } else {
            text(&card, "hash")
        };
        Ok(Some((bytes.to_vec(), hash)))
    }

    async fn verified(&self, store: &str, key: &str) -> Outcome<Option<Vec<u8>>> {
        let Some((bytes, hash)) = self.bytes(store, key).await? else {
            return Ok(None);
        };
        if sha256(&bytes).await == hash {
            Ok(Some(bytes))
        } else {
            Err(damaged(key))
        }
    }
}

impl Store for Projects {
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
        self.verified(RECORDS, id).await
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
            for (hash, bytes) in &write.chunks {
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
        let chunk = Uint8Array::from(bytes);
        let database = self.database().await?;
        let transaction = Transaction::write(&database, &[CHUNKS]).map_err(|error| refused(&error))?;
        transaction
            .store(CHUNKS)
            .and_then(|chunks| chunks.put_with_key(&chunk, &hash.into()))
            .map_err(|error| refused(&error))?;
        transaction.commit().await.map_err(|error| refused(&error))
    }

    async fn chunk(&self, hash: &str) -> Outcome<Option<Vec<u8>>> {
        self.verified(CHUNKS, hash).await
    }

    async fn delete(&self, id: &str, keep: Option<&[String]>) -> Outcome<()> {
        let database = self.database().await?;
        let transaction = Transaction::write(&database, STORES).map_err(|error| refused(&error))?;
        let delete = async {
            transaction.store(CARDS)?.delete(&id.into())?;
            transaction.store(RECORDS)?.delete(&id.into())?;
            if let Some(keep) = keep {
                let chunks = transaction.store(CHUNKS)?;
                let stored = Array::from(&answer(&chunks.get_all_keys()?).await?);
                for key in stored.iter() {
                    if key.as_string().is_some_and(|key| !keep.contains(&key)) {
                        chunks.delete(&key)?;
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
