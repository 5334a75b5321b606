//! `mllc profile`: columns and alerts of a file.

use spec::job::{Answer, Job};
use spec::profile::Profile;
use spec::texts::{cli as words, names, number};
use spec::{Edit, Framing};

use crate::exit::{Exit, WrongUse};
use crate::session::Session;
use crate::{args, columns, out};

pub fn run(args: &args::Profile) -> anyhow::Result<Exit> {
    let session = Session::new(None)?;
    let project = session.import("profile", &args.data, None)?;
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
        out::print(&format!("{}\n", serde_json::to_string_pretty(&whole)?))?;
        return Ok(Exit::Done);
    }
    if let Some(summary) = &summary {
        eprintln!(
            "{}: {} rows kept, {} rejected, {} columns",
            summary.file_name,
            number::count(summary.n_kept as f64),
            number::count(summary.n_rejected as f64),
            summary.fingerprint.n_columns
        );
        for note in &summary.notes {
            eprintln!("  {}", note.says());
        }
    }
    print_table(&profile)?;
    for alert in &profile.alerts {
        out::print(&format!("{}\t{}\n", names::alert(alert.kind), alert.message.says()))?;
    }
    Ok(Exit::Done)
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
