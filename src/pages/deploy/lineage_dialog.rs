use leptos::prelude::*;
use spec::Project;
use spec::registry::Version;
use spec::texts::ui::{common, registry as words};
use spec::texts::{card, names, steps};

use crate::platform::time;
use crate::session::Session;
use crate::ui::{Button, Dialog};

/// From an answer back to the file: version, run, recipe, split, hash.
#[component]
pub fn LineageDialog(
    /// Number of the version; the dialog is open while there is one.
    shown: RwSignal<Option<u32>>,
) -> impl IntoView {
    let session = Session::get();
    let title = Signal::derive(move || shown.get().map_or_else(String::new, words::lineage_of));
    let chain = move || {
        session.project.with(|project| {
            let project = project.as_ref()?;
            let version = project.registry.version(shown.get()?)?;
            Some(chain(project, version).into_iter().map(link).collect_view())
        })
    };
    view! {
        <Dialog title=title open=Signal::derive(move || shown.get().is_some()) on_close=move |()| shown.set(None) wide=true>
            <ol class="plain lineage">{chain}</ol>
            <footer><Button label=common::CLOSE on_press=move |()| shown.set(None)/></footer>
        </Dialog>
    }
}

/// One link: its name and its facts, one a line.
type Link = (&'static str, Vec<String>);

fn chain(project: &Project, version: &Version) -> Vec<Link> {
    let (run, pipeline, summary) = (&version.run, &version.pipeline, &version.data.summary);
    let shape = pipeline.recipe.shape.iter().filter(|step| step.enabled);
    let learned = pipeline.recipe.pipeline.iter().filter(|step| step.enabled);
    let mut recipe: Vec<String> = shape.map(|step| steps::shape_line(&step.kind)).collect();
    recipe.extend(learned.map(|step| steps::pipeline_line(&step.kind)));
    if recipe.is_empty() {
        recipe.push(words::NO_STEPS.to_owned());
    }
    let is_there = project
        .runs
        .iter()
        .any(|one| one.id == run.id && one.model_hash == run.model_hash);
    let mut of_run = words::run_of(run.id, names::algorithm(run.algorithm), run.seed, &run.code_version);
    if !is_there {
        of_run = format!("{of_run} ({})", words::RUN_GONE);
    }
    let openings = project.openings.iter().filter(|opening| opening.run == run.id);
    let mut opened = vec![words::opened_then(version.n_test_openings)];
    opened.extend(openings.map(|opening| {
        let at = time::local_date_time(opening.at_ms);
        let what = words::opened(opening.run);
        if opening.reason.is_empty() {
            format!("{at}: {what}")
        } else {
            format!("{at}: {what}. {}", opening.reason)
        }
    }));
    vec![
        (words::PREDICTION, answers(version)),
        (
            words::VERSION,
            vec![
                format!(
                    "{}, {}",
                    words::number(version.number),
                    time::local_date_time(version.created_at_ms)
                ),
                format!("{}: {}", words::MODEL_HASH, run.model_hash),
            ],
        ),
        (words::RUN, vec![of_run]),
        (words::RECIPE, recipe),
        (
            words::SPLIT,
            vec![card::assignment(&pipeline.split), card::validation(&pipeline.split)],
        ),
        (words::OPENINGS, opened),
        (
            words::FILE,
            vec![
                words::file_of(&summary.file_name, summary.n_kept, summary.fingerprint.n_columns),
                format!("{}: {}", words::FILE_HASH, summary.fingerprint.sha256),
                format!("{}: {}", words::SCHEMA_HASH, summary.fingerprint.schema_sha256),
            ],
        ),
    ]
}

/// What stands in the answers of its services.
fn answers(version: &Version) -> Vec<String> {
    let mut lines = vec![words::PREDICTION_SAYS.to_owned()];
    if version.exported.is_empty() {
        lines.push(words::NOT_EXPORTED.to_owned());
    }
    lines.extend(version.exported.iter().rev().map(|exported| {
        let at = time::local_date_time(exported.at_ms);
        words::exported_as(&at, &exported.name, &exported.version, &exported.sha256)
    }));
    lines
}

fn link((name, lines): Link) -> impl IntoView {
    view! {
        <li>
            <b>{name}</b>
            <ul class="plain">{lines.into_iter().map(|line| view! { <li><bdi>{line}</bdi></li> }).collect_view()}</ul>
        </li>
    }
}
