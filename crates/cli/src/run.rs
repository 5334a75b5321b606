//! `mllc run`: the whole lifecycle of one pipeline file on one data file.

use std::path::Path;

use anyhow::Context;
use spec::evaluation::{Opening, Part, Verdict};
use spec::job::Job;
use spec::report::Report;
use spec::texts::{names, number};
use spec::{Pipeline, Project};

use crate::args;
use crate::exit::{Exit, WrongUse};
use crate::report_html;
use crate::session::{Session, in_words};

/// Openings of test sets, counted across runs into one folder.
const LEDGER: &str = "ledger.json";

pub fn run(args: &args::Run) -> anyhow::Result<Exit> {
    let pipeline = read_pipeline(&args.pipeline)?;
    std::fs::create_dir_all(&args.out).map_err(|error| anyhow::anyhow!("{}: {error}", args.out.display()))?;

    let session = Session::new(args.workers)?;
    let name = args.name.clone().unwrap_or_else(|| stem(&args.data));
    let project = session.import(&name, &args.data, pipeline.read.clone())?;
    session.set_document(&project, &pipeline)?;
    let ledger = args.out.join(LEDGER);
    futures_lite::future::block_on(session.engine.restore_openings(read_ledger(&ledger)?)).map_err(in_words)?;

    session.ask(Job::Train {
        models: pipeline.models.clone(),
    })?;
    let champion = current(&session)?
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
        write(&ledger, &serde_json::to_vec_pretty(&current(&session)?.openings)?)?;
        opened?;
    }
    let report = futures_lite::future::block_on(session.engine.report(0)).map_err(in_words)?;
    leave(&session, &args.out, &report, champion)?;
    say(&report);
    if args.json {
        print!("{}", report.to_json());
    }
    let not_met = report
        .threshold
        .as_ref()
        .is_some_and(|threshold| threshold.verdict == Verdict::NotMet);
    Ok(if not_met { Exit::NotMet } else { Exit::Done })
}

pub(crate) fn read_pipeline(path: &Path) -> anyhow::Result<Pipeline> {
    let text = std::fs::read_to_string(path).map_err(|error| WrongUse(format!("{}: {error}", path.display())))?;
    let pipeline = Pipeline::from_json(&text)
        .map_err(in_words)
        .with_context(|| path.display().to_string())?;
    if pipeline.models.is_empty() {
        let words = format!("{}: no models to train; add some under \"models\"", path.display());
        return Err(WrongUse(words).into());
    }
    Ok(pipeline)
}

/// Writes everything that a run leaves in its folder.
pub(crate) fn leave(session: &Session, out: &Path, report: &Report, champion: u32) -> anyhow::Result<()> {
    let project = current(session)?;
    write(&out.join("report.json"), report.to_json().as_bytes())?;
    write(
        &out.join("report.html"),
        report_html::render(&project.name, report).as_bytes(),
    )?;
    write(&out.join("timing.json"), &timing(&project)?)?;
    let predictions = futures_lite::future::block_on(session.engine.predictions_csv(champion)).map_err(in_words)?;
    write(&out.join("predictions.csv"), &predictions)?;
    let (_, project_file) = session.ask(Job::ExportProject)?;
    write(
        &out.join("project.mllc"),
        &project_file.context("the project file has no bytes")?,
    )?;
    let files = futures_lite::future::block_on(session.engine.bundle_files(0, champion)).map_err(in_words)?;
    for (name, bytes) in files {
        let path = out.join("bundle").join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        write(&path, &bytes)?;
    }
    if let (_, Some(project)) = session.ask(Job::ExportProject)? {
        write(&out.join("project.mllc"), &project)?;
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

pub(crate) fn say(report: &Report) {
    let metric = report.threshold.as_ref().map(|threshold| threshold.metric);
    for candidate in &report.leaderboard {
        let figure = metric
            .or_else(|| candidate.cv.keys().next().copied())
            .and_then(|metric| Some((metric, candidate.cv.get(&metric)?)));
        if let Some((metric, score)) = figure {
            let spread = score.std.map_or_else(String::new, |std| format!(" ± {}", number::score(std)));
            let name = names::algorithm(candidate.algorithm);
            eprintln!("{name:<20} {} {}{spread}", names::metric(metric), number::score(score.mean));
        }
    }
    if let Some(threshold) = &report.threshold {
        eprintln!(
            "goal: {} {}: {}",
            names::metric(threshold.metric),
            number::score(threshold.value),
            names::verdict(threshold.verdict)
        );
    }
    for warning in &report.warnings {
        eprintln!("note: {}", warning.says());
    }
}

pub(crate) fn current(session: &Session) -> anyhow::Result<Project> {
    session.engine.open_copy().map_err(in_words)
}

fn read_ledger(path: &Path) -> anyhow::Result<Vec<Opening>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let text = std::fs::read_to_string(path)?;
    serde_json::from_str(&text)
        .with_context(|| format!("{} is damaged; it counts how often test rows were opened", path.display()))
}

pub(crate) fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    std::fs::write(path, bytes).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))
}

pub(crate) fn stem(path: &Path) -> String {
    path.file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default()
}
