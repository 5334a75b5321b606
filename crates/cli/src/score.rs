//! `mllc score`: predictions of an exported bundle, by its own ONNX file.

use futures_lite::future::block_on;

use crate::args;
use crate::bundle;
use crate::exit::{Exit, WrongUse};
use crate::session::{Session, in_words};

pub fn run(args: &args::Score) -> anyhow::Result<Exit> {
    let (model, contract) = bundle::model_and_contract(&args.bundle)?;
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
