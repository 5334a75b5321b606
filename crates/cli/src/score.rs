//! `mllc score`: predictions of an exported bundle, by its own ONNX file.

use engine::ScoreOrder;
use futures_lite::future::block_on;
use spec::texts::number::count;

use crate::exit::{Exit, WrongUse};
use crate::session::{Session, in_words};
use crate::{args, bundle, out};

/// Lines that are named on the terminal; JSON has all.
const N_LINES: usize = 100;

pub fn run(args: &args::Score) -> anyhow::Result<Exit> {
    let files = bundle::model_and_contract(&args.bundle)?;
    if !args.data.is_file() {
        return Err(WrongUse(format!("{} is not a file", args.data.display())).into());
    }
    if args.reading.changes_cells() {
        let words = "--decimal, --missing, --types and --drop-remarks are no options here: contract.json says how the model's cells are read";
        return Err(WrongUse(words.to_owned()).into());
    }
    let session = Session::new(None)?;
    let file = session.engine.host().add_file(&args.data);
    let order = ScoreOrder {
        keep: args.keep.clone(),
        skip_rejected: args.skip_rejected,
        strict: args.strict,
    };
    let options = match args.reading.is_given() {
        true => Some(session.options(file, None, &args.reading)?.0),
        false => None,
    };
    let scored = block_on(session.engine.score(0, file, options, files, order));
    session.engine.host().bar.clear();
    let scored = scored.map_err(in_words)?;
    std::fs::write(&args.out, &scored.csv).map_err(|error| anyhow::anyhow!("{}: {error}", args.out.display()))?;
    let words = |messages: &[spec::Message]| -> Vec<String> { messages.iter().map(spec::Message::says).collect() };
    if args.json {
        let summary = serde_json::json!({
            "rows": scored.n_rows,
            "rejected": scored.left_out.len(),
            "rejected_lines": scored.left_out,
            "reasons": words(&scored.reasons),
            "warnings": words(&scored.warnings),
            "cells_that_do_not_read": scored.n_lost,
            "out": args.out,
        });
        out::print_json_text(&summary.to_string())?;
    }
    for warning in words(&scored.warnings) {
        eprintln!("warning: {warning}");
    }
    if scored.n_lost > 0 {
        eprintln!(
            "warning: {} cells in all count as missing because they do not read",
            count(scored.n_lost as f64)
        );
    }
    if !scored.left_out.is_empty() {
        let lines: Vec<String> = scored.left_out.iter().take(N_LINES).map(u64::to_string).collect();
        let more = if scored.left_out.len() > N_LINES { ", …" } else { "" };
        for reason in words(&scored.reasons) {
            eprintln!("left out: {reason}");
        }
        eprintln!(
            "left out: {} records in all, which have no line in the output: lines {}{more}",
            count(scored.left_out.len() as f64),
            lines.join(", "),
        );
    }
    eprintln!("scored {} rows into {}", count(scored.n_rows as f64), args.out.display());
    Ok(Exit::Done)
}
