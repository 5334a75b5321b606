//! A task that brings its table along: that of a version whose data the project has left.

use std::sync::Arc;

use spec::job::FileKey;
use spec::{Observer, Outcome};
use table::{ByteSource, Table};

use super::{Cache, Made, Resources, Sink};

/// What the worker has, and one table more.
pub(super) struct Bringing<'a> {
    inner: &'a dyn Resources,
    hash: &'a str,
    table: Arc<Table>,
}

impl<'a> Bringing<'a> {
    /// The decoded table is kept with the other derived things: the next task that brings it need not decode it.
    pub fn new(inner: &'a dyn Resources, hash: &'a str, bytes: &[u8]) -> Outcome<Self> {
        let table = inner.cache().get_or(&format!("table:{hash}"), || Table::from_bytes(bytes))?;
        Ok(Self { inner, hash, table })
    }
}

impl Resources for Bringing<'_> {
    fn table(&self, hash: &str) -> Outcome<Arc<Table>> {
        if hash == self.hash {
            return Ok(Arc::clone(&self.table));
        }
        self.inner.table(hash)
    }

    fn file(&self, key: FileKey) -> Outcome<Box<dyn ByteSource>> {
        self.inner.file(key)
    }

    fn now_secs(&self) -> f64 {
        self.inner.now_secs()
    }

    fn memory_bytes(&self) -> u64 {
        self.inner.memory_bytes()
    }

    fn cache(&self) -> &Cache {
        self.inner.cache()
    }

    fn put_table(&self, table: Table, observer: &mut dyn Observer) -> Outcome<Made> {
        self.inner.put_table(table, observer)
    }

    fn sink(&self) -> Box<dyn Sink> {
        self.inner.sink()
    }

    fn made(&self, made: &Made) -> Outcome<Box<dyn ByteSource>> {
        self.inner.made(made)
    }

    fn content(&self, hash: &str) -> Outcome<Box<dyn ByteSource>> {
        self.inner.content(hash)
    }
}
