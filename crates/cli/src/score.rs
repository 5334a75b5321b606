//! `mllc score`: predictions of an exported bundle, by its own ONNX file.

use std::path::Path;

use futures_lite::future::block_on;

use crate::args;
use crate::exit::{Exit, WrongUse};
use crate::session::{Session, in_words};

pub fn run(args: &args::Score) -> anyhow::Result<Exit> {
    let (model, contract) = read_bundle(&args.bundle)?;
    if !args.data.is_file() {
        return Err(WrongUse(format!("{} is not a file", args.data.display())).into());
    }
    let session = Session::new(None)?;
    let file = session.engine.host().add_file(&args.data);
    let scored = block_on(session.engine.score(0, file, model, contract));
    session.engine.host().bar.clear();
    let scored = scored.map_err(in_words)?;
    std::fs::write(&args.out, &scored.csv).map_err(|error| anyhow::anyhow!("{}: {error}", args.out.display()))?;
    if args.json {
        println!("{}", serde_json::json!({ "rows": scored.n_rows, "out": args.out }));
    }
    eprintln!(
        "scored {} rows into {}",
        spec::texts::number::count(scored.n_rows as f64),
        args.out.display()
    );
    Ok(Exit::Done)
}

/// `model.onnx` and `contract.json`, from a folder or a zip.
fn read_bundle(path: &Path) -> anyhow::Result<(Vec<u8>, Vec<u8>)> {
    let wrong = |path: &Path, error: std::io::Error| WrongUse(format!("{}: {error}", path.display()));
    if path.is_file() {
        let zip = std::fs::read(path).map_err(|error| wrong(path, error))?;
        return engine::Bundle::model_and_contract(&zip).map_err(in_words);
    }
    let read = |name: &str| {
        let file = path.join(name);
        std::fs::read(&file).map_err(|error| wrong(&file, error))
    };
    Ok((read("model.onnx")?, read("contract.json")?))
}
