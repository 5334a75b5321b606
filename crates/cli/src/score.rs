//! `mllc score`: predictions of an exported bundle, by its own ONNX file.

use futures_lite::future::block_on;

use crate::exit::{Exit, WrongUse};
use crate::session::{Session, in_words};
use crate::{args, bundle, out};

/// Lines that are named.
const N_LINES: usize = 10;

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
        let words = serde_json::json!({ "rows": scored.n_rows, "rejected": scored.n_rejected, "out": args.out });
        out::print(&format!("{words}\n"))?;
    }
    if scored.n_rejected > 0 {
        let lines: Vec<String> = scored
            .rejects
            .iter()
            .take(N_LINES)
            .map(|reject| reject.line.to_string())
            .collect();
        let more = if scored.n_rejected as usize > lines.len() {
            ", …"
        } else {
            ""
        };
        eprintln!(
            "note: {} of the records could not be read (lines {}{more}): the output has a row less for each, so rows cannot be \
             matched by their place. Correct the records and score again",
            spec::texts::number::count(scored.n_rejected as f64),
            lines.join(", "),
        );
    }
    eprintln!(
        "scored {} rows into {}",
        spec::texts::number::count(scored.n_rows as f64),
        args.out.display()
    );
    Ok(Exit::Done)
}
