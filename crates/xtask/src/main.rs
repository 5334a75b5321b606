//! `cargo xtask`: everything that one does with this repository, on a machine with rustup, Node and Python.

#![allow(
    clippy::disallowed_methods,
    reason = "a build tool lives on files, processes, threads and the clock"
)]

mod bench;
mod build;
mod measure;
mod serve;
mod split;
mod test;
mod tidy;
mod tools;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

const USAGE: &str = "\
cargo xtask build            the page and its workers, ready for any static host, in dist/
cargo xtask serve [--port N] builds, serves dist/ on this machine only (port 8080), rebuilds on change
cargo xtask test [PART..]    all tests, or some of: lint, native, wasm, web, serving; on demand: mlflow, spark
cargo xtask test --long      the same with the heavy runtimes and simulations at full length
cargo xtask bench            the page beside its native peers, as ratios
cargo xtask tidy             the rules of the architecture";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<()> {
    match words {
        ["build"] => build::build(build::Tool::Static),
        ["serve"] => serve::serve(8080),
        ["serve", "--port", port] => serve::serve(port.parse().context("--port needs a number")?),
        ["test", parts @ ..] => test::test(parts),
        ["bench"] => bench::bench(),
        ["tidy"] => tidy::tidy(),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        other => bail!("there is no `{}`\n\n{USAGE}", other.join(" ")),
    }
}

/// The folder of the workspace.
fn root() -> PathBuf {
    // Cargo says where the checkout is that it runs from: two of them may share a target folder, and so this program.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.ancestors().nth(2).map_or(here.clone(), PathBuf::from)
}
