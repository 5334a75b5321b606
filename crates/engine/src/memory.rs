//! A store in memory, with the promises of the real ones: for the command line and for tests.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use futures_lite::future::yield_now;
use sha2::{Digest, Sha256};
use spec::job::ProjectCard;
use spec::{Message, Order, Outcome};
use table::{ByteSource, Table, TwoByte, TwoByteDecoder};

use crate::{Store, Write};

#[derive(Default)]
pub struct MemoryStore {
    projects: RefCell<BTreeMap<String, (ProjectCard, Vec<u8>)>>,
    chunks: RefCell<BTreeMap<String, Content>>,
}

/// Content in one memory: a table that is at hand is not held as bytes as well.
#[derive(Clone, Debug)]
pub enum Content {
    Bytes(Arc<Vec<u8>>),
    Table(Arc<Table>),
}

impl Content {
    pub fn bytes(&self) -> Arc<Vec<u8>> {
        match self {
            Self::Bytes(bytes) => Arc::clone(bytes),
            Self::Table(table) => Arc::new(table.to_bytes()),
        }
    }

    /// Errors: `table.bytes` when it is no table.
    pub fn table(&self) -> Outcome<Arc<Table>> {
        match self {
            Self::Bytes(bytes) => Ok(Arc::new(Table::from_bytes(bytes)?)),
            Self::Table(table) => Ok(Arc::clone(table)),
        }
    }

    pub fn sha256(&self) -> String {
        match self {
            Self::Bytes(bytes) => sha256(bytes),
            Self::Table(table) => table.hash(),
        }
    }

    pub fn source(&self) -> Box<dyn ByteSource> {
        Box::new(InMemory(self.bytes()))
    }
}

/// Bytes as a source. They are no text: nobody decodes them.
pub(crate) struct InMemory<T>(pub T);

impl<T: AsRef<Vec<u8>>> ByteSource for InMemory<T> {
    fn n_bytes(&self) -> u64 {
        self.0.as_ref().len() as u64
    }

    fn two_byte_decoder(&self, _encoding: TwoByte) -> Box<dyn TwoByteDecoder> {
        Box::new(NoText)
    }

    fn read(&self, offset: u64, n: usize) -> Outcome<Vec<u8>> {
        let bytes = self.0.as_ref();
        let start = usize::try_from(offset).map_or(bytes.len(), |start| start.min(bytes.len()));
        Ok(bytes[start..bytes.len().min(start.saturating_add(n))].to_vec())
    }
}

struct NoText;

impl TwoByteDecoder for NoText {
    fn decode(&mut self, _slice: &[u8], _is_last: bool) -> String {
        String::new()
    }
}

impl Store for MemoryStore {
    type Content = Content;

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
        let chunks = write.chunks.into_iter();
        self.chunks
            .borrow_mut()
            .extend(chunks.map(|(hash, bytes)| (hash, Content::Bytes(Arc::new(bytes)))));
        projects.insert(write.card.id.clone(), (write.card, write.record));
        Ok(())
    }

    async fn put_chunk(&self, hash: &str, bytes: &[u8]) -> Outcome<()> {
        let content = Content::Bytes(Arc::new(bytes.to_vec()));
        self.chunks.borrow_mut().insert(hash.to_owned(), content);
        Ok(())
    }

    async fn chunk(&self, hash: &str) -> Outcome<Option<Vec<u8>>> {
        let content = self.content(hash).await?;
        Ok(content.map(|content| Arc::unwrap_or_clone(content.bytes())))
    }

    async fn put_content(&self, hash: &str, content: &Content) -> Outcome<()> {
        self.chunks.borrow_mut().insert(hash.to_owned(), content.clone());
        Ok(())
    }

    async fn content(&self, hash: &str) -> Outcome<Option<Content>> {
        yield_now().await;
        match self.chunks.borrow().get(hash) {
            // A table was hashed when it came, and cannot have changed since.
            Some(Content::Bytes(bytes)) if sha256(bytes) != hash => {
                Err(Message::new("store.damaged_data").with("hash", hash).into())
            }
            found => Ok(found.cloned()),
        }
    }

    async fn delete(&self, id: &str, _own: &[String], keep: Option<&[String]>) -> Outcome<()> {
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
    hexadecimal(&Sha256::digest(bytes))
}

pub(crate) fn hexadecimal(digest: &[u8]) -> String {
    use std::fmt::Write;
    digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
