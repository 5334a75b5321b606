//! Whole files, read up to a limit.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use spec::texts::number;

use crate::exit::WrongUse;

/// What a path may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A plain file: what a link leads to is not in the folder that was given.
    Plain,
    /// A plain file, or a link to one. Pipes and devices may never end.
    PlainOrLinked,
    /// Whatever can be read: what a person names may be a pipe of the shell.
    Any,
}

/// The bytes of a file of at most `most` bytes.
///
/// Errors: a [`WrongUse`] that names the file, when it is of another kind, larger, or cannot be read.
pub fn whole(path: &Path, kind: Kind, most: u64) -> anyhow::Result<Vec<u8>> {
    let wrong = |what: String| WrongUse(format!("{}: {what}", path.display()));
    let failed = |error: std::io::Error| wrong(error.to_string());
    let about = match kind {
        Kind::Plain => path.symlink_metadata(),
        Kind::PlainOrLinked | Kind::Any => path.metadata(),
    };
    let is_plain = about.map_err(failed)?.is_file();
    if !is_plain && kind != Kind::Any {
        let link = if kind == Kind::Plain { "a link, " } else { "" };
        return Err(wrong(format!("not a plain file (a folder, {link}a pipe or a device)")).into());
    }
    let mut bytes = Vec::new();
    // Its size is no promise: it may grow meanwhile, or be another file by now.
    let file = File::open(path).map_err(failed)?;
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > most {
        let most = number::bytes(most as f64);
        return Err(wrong(format!("it is larger than {most}, which is the most that is read here")).into());
    }
    Ok(bytes)
}
