//! Files of a bundle, from its folder or its zip.

use std::path::Path;

use engine::project_file::MAX_BYTES;
use engine::{Bundle, ToolLock, WatchedBundle};

use crate::exit::WrongUse;
use crate::files::{self, Kind};
use crate::session::in_words;

const MODEL: &str = "model.onnx";
const CONTRACT: &str = "contract.json";
const LOCK: &str = "tools/mllc.lock";
const BASELINE: &str = "monitoring/baseline.json";
const RULES: &str = "monitoring/rules.json";

pub fn model_and_contract(path: &Path) -> anyhow::Result<(Vec<u8>, Vec<u8>)> {
    let mut files = read(path, &[MODEL, CONTRACT])?.into_iter();
    Ok((files.next().unwrap_or_default(), files.next().unwrap_or_default()))
}

/// `monitoring/rules.json`; empty where an older bundle has none.
pub fn rules(path: &Path) -> Vec<u8> {
    let found = read(path, &[RULES]).unwrap_or_default();
    found.into_iter().next().unwrap_or_default()
}

/// A bundle whose model is to be beaten; without a baseline it is not known row by row what it learned from.
pub fn of_champion(path: &Path) -> anyhow::Result<WatchedBundle> {
    let (model, contract) = model_and_contract(path)?;
    let baseline = read(path, &[BASELINE]).unwrap_or_default();
    Ok(WatchedBundle {
        model,
        contract,
        baseline: baseline.into_iter().next().unwrap_or_default(),
    })
}

/// A bundle that its model's rows can be compared with.
pub fn watched(path: &Path) -> anyhow::Result<WatchedBundle> {
    let (model, contract) = model_and_contract(path)?;
    let baseline = read(path, &[BASELINE]).map_err(|_| {
        WrongUse(format!(
            "{} has no {BASELINE}, so there is nothing to compare with. Export the bundle again from this version of the workbench, or \
             make it again with mllc run.",
            path.display()
        ))
    })?;
    Ok(WatchedBundle {
        model,
        contract,
        baseline: baseline.into_iter().next().unwrap_or_default(),
    })
}

/// What a model is called.
pub struct Names {
    pub title: String,
    pub version: String,
}

pub fn names(contract: &[u8]) -> anyhow::Result<Names> {
    let model = engine::Contract::from_json(contract).map_err(in_words)?.model;
    Ok(Names {
        title: if model.title.is_empty() { model.name } else { model.title },
        version: model.version,
    })
}

/// The tool that the bundle's jobs run.
pub fn tool(path: &Path) -> Option<ToolLock> {
    let lock = read(path, &[LOCK]).ok()?.into_iter().next()?;
    ToolLock::from_text(&String::from_utf8(lock).ok()?)
}

fn read(path: &Path, names: &[&str]) -> anyhow::Result<Vec<Vec<u8>>> {
    if path.is_file() {
        let zip = files::whole(path, Kind::PlainOrLinked, MAX_BYTES)?;
        return Bundle::read_files(&zip, names).map_err(in_words);
    }
    let of_folder = |name: &&str| files::whole(&path.join(name), Kind::PlainOrLinked, MAX_BYTES);
    names.iter().map(of_folder).collect()
}
