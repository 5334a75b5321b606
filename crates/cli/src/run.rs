//! `mllc run`: the whole lifecycle of one pipeline file on one data file.

use std::path::Path;

use anyhow::Context;
use engine::project_file::MAX_TEXT_BYTES;
use futures_lite::future::block_on;
use spec::evaluation::Part;
use spec::job::Job;
use spec::registry::{ModelRef, Naming, VersionName};
use spec::report::Report;
use spec::texts::{cli as words, names, number};
use spec::{Algorithm, Pipeline, Project};

use crate::args;
use crate::exit::{Exit, WrongUse};
use crate::files::{self, Kind};
use crate::session::{Session, in_words};
use crate::{ledger, out, report_html};

/// Openings of test sets, counted across runs into one folder.
pub(crate) const LEDGER: &str = "ledger.json";

pub fn run(args: &args::Run) -> anyhow::Result<Exit> {
    let pipeline = read_pipeline(&args.pipeline)?;
    std::fs::create_dir_all(&args.out).map_err(|error| anyhow::anyhow!("{}: {error}", args.out.display()))?;

    let session = Session::new(args.workers)?;
    session.limit_memory(args.memory);
    let name = args.name.clone().unwrap_or_else(|| stem(&args.data));
    let project = session.import(&name, &args.data, pipeline.read.clone(), &args.reading)?;
    session.set_document(&project, &pipeline)?;
    let ledger = args.ledger.clone().unwrap_or_else(|| args.out.join(LEDGER));
    block_on(session.engine.restore_openings(ledger::read(&ledger)?)).map_err(in_words)?;

    session.ask(Job::Train {
        models: pipeline.models.clone(),
    })?;
    let is_baseline = |algorithm: Algorithm| algorithm == Algorithm::Baseline;
    let trained = current(&session)?;
    if trained.runs.iter().all(|run| is_baseline(run.algorithm))
        && !pipeline.models.iter().all(|model| is_baseline(model.algorithm))
    {
        anyhow::bail!("none of the models could be trained; the reasons stand above");
    }
    let champion = trained
        .current_run()
        .map(|run| run.id)
        .context("no candidate could be trained")?;
    if args.open_test {
        let job = Job::Evaluate {
            run: champion,
            part: Part::Test,
            reason: args.reason.clone(),
        };
        let opened = session.ask(job);
        // Counted even when something failed after the opening.
        ledger::write(&ledger, block_on(session.engine.openings()).map_err(in_words)?)?;
        opened?;
    }
    let report = block_on(session.engine.report(0)).map_err(in_words)?;
    leave(
        &session,
        &args.out,
        &report,
        champion,
        &naming(args.name.clone(), args.model_version.clone(), 1),
    )?;
    say(&report);
    if args.json {
        out::print_json_text(&report.to_json())?;
    }
    let is_met = report.is_goal_met() && !report.breaks_fairness() && !(args.strict && report.n_open() > 0);
    Ok(if is_met { Exit::Done } else { Exit::NotMet })
}

pub(crate) fn read_pipeline(path: &Path) -> anyhow::Result<Pipeline> {
    let text = String::from_utf8(files::whole(path, Kind::Any, MAX_TEXT_BYTES)?)
        .map_err(|_| WrongUse(format!("{}: no text in UTF-8", path.display())))?;
    let pipeline = Pipeline::from_json(&text)
        .map_err(in_words)
        .with_context(|| path.display().to_string())?;
    if pipeline.models.is_empty() {
        let words = format!("{}: no models to train; add some under \"models\"", path.display());
        return Err(WrongUse(words).into());
    }
    Ok(pipeline)
}

/// What was asked for on the command line; else the number, made unique by the content.
pub(crate) fn naming(name: Option<String>, version: Option<String>, number: u32) -> Naming {
    Naming {
        name,
        version: Some(version.map_or(VersionName::Number(number), VersionName::Exact)),
    }
}

/// Writes everything that a run leaves in its folder, once all of it is there.
pub(crate) fn leave(session: &Session, out: &Path, report: &Report, champion: u32, naming: &Naming) -> anyhow::Result<()> {
    let project = current(session)?;
    let predictions = block_on(session.engine.predictions_csv(champion)).map_err(in_words)?;
    let bundle = block_on(session.engine.bundle_files(0, ModelRef::Run(champion), naming)).map_err(in_words)?;
    let mut files = vec![
        ("report.json".to_owned(), report.to_json().into_bytes()),
        (
            "report.html".to_owned(),
            report_html::render(&project.name, report).into_bytes(),
        ),
        ("timing.json".to_owned(), timing(&project)?),
        ("predictions.csv".to_owned(), predictions),
    ];
    let saved = block_on(session.engine.project_file(0, &project.id));
    session.engine.host().bar.clear();
    match saved {
        Ok((_, content)) => files.push(("project.mllc".to_owned(), content.bytes().to_vec())),
        // What was trained is not lost for it.
        Err(failure) if failure.message.code == "project_file.too_large" => {
            eprintln!("no project.mllc: {}", failure.message.says());
        }
        Err(failure) => return Err(in_words(failure)),
    }
    files.extend(bundle.into_iter().map(|(name, bytes)| (format!("bundle/{name}"), bytes)));
    for (name, bytes) in files {
        let path = out.join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        write(&path, &bytes)?;
    }
    Ok(())
}

/// What depends on the clock stands here, and in the record of the project, and nowhere else.
fn timing(project: &Project) -> anyhow::Result<Vec<u8>> {
    let runs: Vec<serde_json::Value> = project
        .runs
        .iter()
        .map(|run| {
            serde_json::json!({
                "algorithm": run.algorithm.name(), "hyperparameters": run.params, "started_at_ms": run.started_at_ms,
                "fit_secs": run.fit_secs, "predict_secs_per_row": run.predict_secs_per_row,
            })
        })
        .collect();
    Ok(serde_json::to_vec_pretty(&serde_json::json!({ "runs": runs }))?)
}

/// What a run came to, on stderr: candidates by the metric that ranks them, the goal, and what stands against it.
pub(crate) fn say(report: &Report) {
    let metric = report.ranked_by.or(report.metric);
    if let Some(metric) = metric {
        eprintln!("{}", words::leaderboard(metric, report.task, report.n_folds));
    }
    for candidate in &report.leaderboard {
        let name = names::algorithm(candidate.algorithm);
        let figure = match metric.and_then(|metric| candidate.cv.get(&metric)) {
            Some(score) => {
                let spread = score.std.map_or_else(String::new, |std| format!(" ± {}", number::score(std)));
                format!("{}{spread}", number::score(score.mean))
            }
            None => words::REPORT_UNDEFINED.to_owned(),
        };
        eprintln!("{name:<20} {figure}");
    }
    if let Some(threshold) = &report.threshold {
        eprintln!("{}", words::goal(threshold, report.n_open()));
    }
    for caveat in &report.caveats {
        eprintln!("{}", words::caveat(caveat));
    }
    let is_caveat = |warning: &&spec::Message| report.caveats.iter().any(|caveat| caveat.message == **warning);
    for warning in report.warnings.iter().filter(|warning| !is_caveat(warning)) {
        eprintln!("note: {}", warning.says());
    }
}

pub(crate) fn current(session: &Session) -> anyhow::Result<Project> {
    session.engine.open_copy().map_err(in_words)
}

pub(crate) fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    std::fs::write(path, bytes).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))
}

pub(crate) fn stem(path: &Path) -> String {
    path.file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default()
}
