//! `mllc profile`: columns and alerts of a file.

use std::path::Path;

use spec::job::{Answer, Job};
use spec::profile::Profile;
use spec::read::ImportSummary;
use spec::texts::{cli as words, names, number};
use spec::{Edit, Framing};

use crate::exit::{Exit, WrongUse};
use crate::session::{Session, in_words};
use crate::{args, columns, out};

pub fn run(args: &args::Profile) -> anyhow::Result<Exit> {
    let session = Session::new(None)?;
    let project = session.import("profile", &args.data, None, &args.reading)?;
    if let (Some(path), Some(data)) = (&args.rejected, &project.data) {
        write_rejected(&args.data, &data.summary, path)?;
    }
    if let Some(target) = &args.target {
        let schema = project.data.iter().flat_map(|data| &data.summary.schema);
        let columns: Vec<&str> = schema.map(|column| column.name.as_str()).collect();
        if !columns.contains(&target.as_str()) {
            return Err(WrongUse(format!("--target {target}: the columns are {}", columns.join(", "))).into());
        }
        let framing = Framing {
            target: Some(target.clone()),
            ..project.pipeline.framing.clone()
        };
        let job = Job::Edits {
            id: project.id.clone(),
            base_generation: 0,
            first_seq: 1,
            edits: vec![Edit::SetFraming { framing }],
        };
        session.ask(job)?;
    }
    let Answer::Described(description) = session.ask(Job::Describe)?.0 else {
        anyhow::bail!("the engine gave another answer than asked for");
    };
    let summary = project.data.map(|data| data.summary);
    let profile = description.profile.unwrap_or(Profile {
        n_rows: 0,
        columns: Vec::new(),
        n_duplicate_rows: 0,
        alerts: Vec::new(),
    });
    if args.json {
        let whole = serde_json::json!({ "import": summary, "profile": profile });
        out::print_json(whole)?;
        return Ok(Exit::Done);
    }
    print_table(&profile)?;
    for alert in &profile.alerts {
        out::print(&format!("{}\t{}\n", names::alert(alert.kind), alert.message.says()))?;
    }
    Ok(Exit::Done)
}

/// Every record that was left out, whole: a line of the file, the reason, and the fields as they read.
fn write_rejected(data: &Path, summary: &ImportSummary, to: &Path) -> anyhow::Result<()> {
    let written = |error: std::io::Error| anyhow::anyhow!("{}: {error}", to.display());
    let bytes = std::fs::read(data).map_err(|error| anyhow::anyhow!("{}: {error}", data.display()))?;
    let (csv, n) = engine::left_out_csv(&bytes, &summary.file_name, &summary.options).map_err(in_words)?;
    std::fs::write(to, csv).map_err(written)?;
    eprintln!("wrote {} left-out records to {}", number::count(n as f64), to.display());
    Ok(())
}

fn print_table(profile: &Profile) -> anyhow::Result<()> {
    let mut rows = vec![words::PROFILE_COLUMNS.map(str::to_owned).to_vec()];
    for column in &profile.columns {
        let missing = if profile.n_rows == 0 {
            0.0
        } else {
            column.n_missing as f64 / profile.n_rows as f64
        };
        let of = |pick: fn(&spec::profile::NumberSummary) -> f64| {
            column
                .number
                .as_ref()
                .map_or_else(String::new, |summary| number::significant(pick(summary), 5))
        };
        rows.push(vec![
            column.name.clone(),
            column.column_type.name().to_owned(),
            number::percent(missing),
            number::count(column.n_distinct as f64),
            of(|summary| summary.mean),
            of(|summary| summary.min),
            of(|summary| summary.quantiles[2]),
            of(|summary| summary.max),
        ]);
    }
    columns::print(&rows)
}
