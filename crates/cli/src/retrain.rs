//! `mllc retrain`: the same pipeline on old and new data, and what it comes to beside the model in use.

use std::path::Path;

use anyhow::Context;
use engine::Champion;
use futures_lite::future::block_on;
use serde_json::{Value, json};
use spec::job::{Answer, Job};
use spec::monitor::{Change, Retrained};
use spec::project::DataPart;
use spec::texts::cli as words;
use spec::{Edit, Project, registry};

use crate::bundle;
use crate::exit::{Exit, WrongUse};
use crate::run::{LEDGER, current, leave, naming, read_pipeline, say, stem, write};
use crate::session::{Session, in_words};
use crate::{args, ledger, out};

pub fn run(args: &args::Retrain) -> anyhow::Result<Exit> {
    for path in args.data.iter().chain([&args.source]) {
        if !path.is_file() {
            return Err(WrongUse(format!("{} is not a file", path.display())).into());
        }
    }
    let bundle = args.champion.as_deref().map(bundle::of_champion).transpose()?;
    // The new model goes on under the champion's name.
    let before = match &bundle {
        Some(bundle) => Some(bundle::names(&bundle.contract)?),
        None => None,
    };
    let name = args
        .name
        .clone()
        .or_else(|| before.as_ref().map(|before| before.title.clone()));
    let session = Session::new(args.workers)?;
    session
        .engine
        .host()
        .knows_tool(args.champion.as_deref().and_then(bundle::tool));
    session.limit_memory(args.memory);
    let new = if is_project(&args.source)? {
        let file = session.engine.host().add_file(&args.source);
        session
            .ask(Job::ImportProject { file })
            .with_context(|| args.source.display().to_string())?;
        &args.data[..]
    } else {
        let pipeline = read_pipeline(&args.source)?;
        let [old, new @ ..] = args.data.as_slice() else {
            return Err(WrongUse(words::RETRAIN_NEEDS_BOTH.to_owned()).into());
        };
        if new.is_empty() {
            return Err(WrongUse(words::RETRAIN_NEEDS_BOTH.to_owned()).into());
        }
        let called = name.clone().unwrap_or_else(|| stem(old));
        let project = session.import(&called, old, pipeline.read.clone(), &args.reading)?;
        session.set_document(&project, &pipeline)?;
        new
    };
    std::fs::create_dir_all(&args.out).map_err(|error| anyhow::anyhow!("{}: {error}", args.out.display()))?;
    let ledger = args.ledger.clone().unwrap_or_else(|| args.out.join(LEDGER));
    block_on(session.engine.restore_openings(ledger::read(&ledger)?)).map_err(in_words)?;
    let (champion, called) = match bundle {
        Some(bundle) => {
            let name = args
                .champion
                .as_ref()
                .map(|path| path.display().to_string())
                .unwrap_or_default();
            (Champion::Bundle(bundle), name)
        }
        None => in_use(&session)?,
    };
    let number = match &champion {
        Champion::Version(number) => *number,
        Champion::Bundle(_) => before.map_or(1, |before| registry::number_after(&before.version) - 1),
    };
    let number = current(&session)?.registry.next_number().max(number + 1);
    let files: Vec<_> = new.iter().map(|path| session.engine.host().add_file(path)).collect();
    let retrained = block_on(session.engine.retrain_files(0, &files, champion));
    session.engine.host().bar.clear();
    let retrained = retrained.map_err(in_words)?;
    let best = *retrained.runs.first().context(words::NO_CANDIDATE)?;
    edit(&session, Edit::SetChampion { run: Some(best) })?;
    let report = block_on(session.engine.report(0)).map_err(in_words)?;
    leave(
        &session,
        &args.out,
        &report,
        best,
        &naming(name, args.model_version.clone(), number),
    )?;
    let openings = block_on(session.engine.openings()).map_err(in_words)?;
    if !openings.is_empty() {
        ledger::write(&ledger, openings)?;
    }
    let verdict = verdict(&retrained, &current(&session)?, &called);
    let text = serde_json::to_string_pretty(&verdict)? + "\n";
    write(&args.out.join("verdict.json"), text.as_bytes())?;
    say(&report);
    for warning in &retrained.warnings {
        let hint = warning.hint();
        let hint = if hint.is_empty() { hint } else { format!(". {hint}") };
        eprintln!("note: {}{hint}", warning.says());
    }
    if args.json {
        out::print_json_text(&text)?;
    }
    eprintln!(
        "{}",
        retrained
            .verdict
            .as_ref()
            .map_or_else(|| words::NOTHING_NEW_TO_COMPARE.to_owned(), |verdict| verdict.message.says())
    );
    Ok(if wins(&retrained) { Exit::Done } else { Exit::ChampionStays })
}

/// Only a better challenger takes over.
fn wins(retrained: &Retrained) -> bool {
    retrained
        .verdict
        .as_ref()
        .is_some_and(|verdict| verdict.change == Change::Better)
}

/// A zip begins with its own letters, whatever the file is called.
fn is_project(path: &Path) -> anyhow::Result<bool> {
    let mut start = [0; 2];
    let mut file = std::fs::File::open(path)?;
    let n = std::io::Read::read(&mut file, &mut start)?;
    Ok(n == 2 && &start == b"PK")
}

/// The project's champion, else its best run; without any, the pipeline is trained on the old data first.
fn in_use(session: &Session) -> anyhow::Result<(Champion, String)> {
    let project = current(session)?;
    if let Some(version) = project.registry.in_use() {
        return Ok((Champion::Version(version.number), words::version(version.number)));
    }
    let fresh = |project: &Project| project.current_run().filter(|run| project.is_fresh(run)).map(|run| run.id);
    let run = match fresh(&project) {
        Some(run) => run,
        None => {
            eprintln!("{}", words::TRAINING_CHAMPION);
            session.ask(Job::Train {
                models: project.pipeline.models.clone(),
            })?;
            fresh(&current(session)?).context(words::NO_CANDIDATE)?
        }
    };
    let job = Job::Register {
        run,
        note: String::new(),
    };
    match session.ask(job)?.0 {
        Answer::Registered { version } => Ok((Champion::Version(version), words::run_on_old_data(run))),
        _ => anyhow::bail!("the engine gave another answer than asked for"),
    }
}

fn edit(session: &Session, edit: Edit) -> anyhow::Result<()> {
    let project = current(session)?;
    session.ask(Job::Edits {
        id: project.id,
        base_generation: 0,
        first_seq: project.journal_seq + 1,
        edits: vec![edit],
    })?;
    Ok(())
}

fn verdict(retrained: &Retrained, project: &Project, champion: &str) -> Value {
    let challenger = retrained
        .runs
        .first()
        .and_then(|id| project.runs.iter().find(|run| run.id == *id))
        .map(|run| json!({ "run": run.id, "algorithm": run.algorithm, "hyperparameters": run.params }));
    let files: Vec<DataPart> = project.data.as_ref().map(spec::project::DataRef::files).unwrap_or_default();
    let of_verdict = retrained.verdict.as_ref().map(|verdict| {
        json!({
            "metric": verdict.metric.name(), "rows": verdict.n_rows, "champion": verdict.champion,
            "challenger": verdict.challenger, "difference": verdict.difference, "low": verdict.low, "high": verdict.high,
            "tolerated": verdict.tolerated, "change": verdict.change, "message": verdict.message.says(),
        })
    });
    json!({
        "format": spec::FORMAT,
        "wins": wins(retrained),
        "champion": champion,
        "challenger": challenger,
        "data": files,
        "verdict": of_verdict,
        "warnings": retrained.warnings.iter().map(spec::Message::says).collect::<Vec<String>>(),
    })
}
