//! `mllc score` for many files with one start, for tests/serving: `score_files < ORDERS > RESULTS`.
//!
//! An order is a line of JSON, `{"bundle", "data", "out", "keep", "skip_rejected", "strict"}`; so is a result, `{"code"}` as
//! the program's exit code, with `"says"` when it fails and `"left_out"` when records have no answer.

#![allow(clippy::disallowed_methods, reason = "a program, not the engine: it writes files")]

use std::io::BufRead;
use std::path::Path;

use cli::session::{Session, in_words};
use engine::ScoreOrder;
use futures_lite::future::block_on;
use serde_json::{Value, json};

fn main() -> anyhow::Result<()> {
    let session = Session::new(Some(1))?;
    for line in std::io::stdin().lock().lines() {
        let order: Value = serde_json::from_str(&line?)?;
        let result = match one(&session, &order) {
            Ok(left_out) => json!({ "code": 0, "left_out": left_out }),
            Err(error) => json!({ "code": 1, "says": error.to_string() }),
        };
        println!("{result}");
    }
    Ok(())
}

fn one(session: &Session, order: &Value) -> anyhow::Result<Vec<u64>> {
    let text = |name: &str| order[name].as_str().unwrap_or_default();
    let flag = |name: &str| order[name].as_bool().unwrap_or_default();
    let bundle = Path::new(text("bundle"));
    let files = (
        std::fs::read(bundle.join("model.onnx"))?,
        std::fs::read(bundle.join("contract.json"))?,
    );
    let file = session.engine.host().add_file(Path::new(text("data")));
    let keep = order["keep"].as_array().into_iter().flatten();
    let order_of_score = ScoreOrder {
        keep: keep.filter_map(Value::as_str).map(str::to_owned).collect(),
        skip_rejected: flag("skip_rejected"),
        strict: flag("strict"),
    };
    let scored = block_on(session.engine.score(0, file, None, files, order_of_score)).map_err(in_words)?;
    std::fs::write(text("out"), &scored.csv)?;
    Ok(scored.left_out)
}
