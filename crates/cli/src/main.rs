//! `mllc`: what CI, cron and big machines use. Data on stdout, words on stderr.

use std::process::ExitCode;

use clap::Parser;
use cli::args::{Ab, Args, Command};
use cli::exit::Exit;

fn main() -> ExitCode {
    // A panic is a bug, but it must not look like a crash of the machine: exit 1 and a sentence.
    let outcome = std::panic::catch_unwind(|| {
        let args = Args::parse();
        match &args.command {
            Command::Profile(own) => cli::profile::run(own),
            Command::Init(own) => cli::propose::run(own),
            Command::Run(own) => cli::run::run(own),
            Command::Score(own) => cli::score::run(own),
            Command::Ab(Ab::Plan(own)) => cli::ab::plan(own),
            Command::Ab(Ab::Verdict(own)) => cli::ab::verdict(own),
            Command::Export(own) => cli::unpack::export(own),
            Command::Import(own) => cli::unpack::import(own),
            Command::Drift(own) => cli::drift::run(own),
            Command::Register(own) => cli::register::run(own),
            Command::Retrain(own) => cli::retrain::run(own),
        }
    });
    match outcome {
        Ok(Ok(exit)) => exit.into(),
        Ok(Err(error)) => {
            cli::out::say(&format!("error: {error:#}"));
            Exit::of_error(&error).into()
        }
        Err(_) => {
            eprintln!("error: mllc stopped because of a fault of its own (see above); nothing that was finished is lost");
            Exit::Failed.into()
        }
    }
}
