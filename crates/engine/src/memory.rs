//! A store in memory, with the promises of the real ones: for the command line and for tests.

use std::cell::RefCell;
use std::collections::BTreeMap;

use futures_lite::future::yield_now;
use sha2::{Digest, Sha256};
use spec::job::ProjectCard;
use spec::{Message, Order, Outcome};

use crate::{Store, Write};

#[derive(Default)]
pub struct MemoryStore {
    projects: RefCell<BTreeMap<String, (ProjectCard, Vec<u8>)>>,
    chunks: RefCell<BTreeMap<String, Vec<u8>>>,
}

impl Store for MemoryStore {
    async fn list(&self) -> Outcome<Vec<ProjectCard>> {
        let mut cards: Vec<ProjectCard> = self.projects.borrow().values().map(|(card, _)| card.clone()).collect();
        cards.order_by(|a, b| b.changed_at_ms.total_cmp(&a.changed_at_ms).then(a.id.cmp(&b.id)));
        Ok(cards)
    }

    async fn load(&self, id: &str) -> Outcome<Option<Vec<u8>>> {
        // As with a store that takes its time: other jobs go on.
        yield_now().await;
        Ok(self.projects.borrow().get(id).map(|(_, record)| record.clone()))
    }

    async fn save(&self, write: Write) -> Outcome<()> {
        let mut projects = self.projects.borrow_mut();
        if projects.get(&write.card.id).map(|(card, _)| card.generation) != write.base_generation {
            return Err(Message::new("store.conflict").into());
        }
        self.chunks.borrow_mut().extend(write.chunks);
        projects.insert(write.card.id.clone(), (write.card, write.record));
        Ok(())
    }

    async fn put_chunk(&self, hash: &str, bytes: &[u8]) -> Outcome<()> {
        self.chunks.borrow_mut().insert(hash.to_owned(), bytes.to_vec());
        Ok(())
    }

    async fn chunk(&self, hash: &str) -> Outcome<Option<Vec<u8>>> {
        yield_now().await;
        match self.chunks.borrow().get(hash) {
            Some(bytes) if sha256(bytes) != hash => Err(Message::new("store.damaged").with("what", hash).into()),
            found => Ok(found.cloned()),
        }
    }

    async fn delete(&self, id: &str, keep: Option<&[String]>) -> Outcome<()> {
        self.projects.borrow_mut().remove(id);
        if let Some(keep) = keep {
            self.chunks.borrow_mut().retain(|hash, _| keep.contains(hash));
        }
        Ok(())
    }

    async fn erase_all(&self) -> Outcome<()> {
        self.projects.borrow_mut().clear();
        self.chunks.borrow_mut().clear();
        Ok(())
    }
}

/// SHA-256 in hexadecimal: the name of a chunk.
pub fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}
