//! `mllc init`: a pipeline file to start from.

use spec::framing::SuccessThreshold;
use spec::job::{Answer, Job};
use spec::profile::AlertSeverity;
use spec::{Edit, Message, Metric, Pipeline, Project, Severity, Task};

use crate::exit::{Exit, WrongUse};
use crate::session::Session;
use crate::{args, out};

pub fn run(args: &args::Init) -> anyhow::Result<Exit> {
    let task = match args.task.as_deref() {
        None => None,
        Some("binary") => Some(Task::Binary),
        Some("multiclass") => Some(Task::Multiclass),
        Some("regression") => Some(Task::Regression),
        Some(other) => return Err(WrongUse(format!("--task {other}: choose binary, multiclass or regression")).into()),
    };
    let metric = match args.metric.as_deref() {
        None => None,
        Some(name) => {
            let known: Vec<&str> = Metric::ALL.iter().map(|metric| metric.name()).collect();
            let wrong = || WrongUse(format!("--metric {name}: choose one of {}", known.join(", ")));
            Some(Metric::parse(name).ok_or_else(wrong)?)
        }
    };
    if let Some(threshold) = args.threshold.filter(|threshold| !threshold.is_finite()) {
        return Err(WrongUse(format!("--threshold {threshold}: give a number")).into());
    }
    let session = Session::new(None)?;
    let project = session.import("init", &args.data, None, &args.reading)?;
    let columns: Vec<&str> = project
        .data
        .iter()
        .flat_map(|data| &data.summary.schema)
        .map(|column| column.name.as_str())
        .collect();
    if !columns.contains(&args.target.as_str()) {
        return Err(WrongUse(format!("--target {}: the columns are {}", args.target, columns.join(", "))).into());
    }
    let mut framing = project.pipeline.framing.clone();
    framing.target = Some(args.target.clone());
    framing.task = task;
    framing.metric = metric;
    framing.positive_class.clone_from(&args.positive_class);
    framing.threshold = args.threshold.map(|value| SuccessThreshold {
        value,
        reference: Default::default(),
    });
    let recipe = spec::step::Recipe::default();
    let edits = vec![
        Edit::SetFraming { framing },
        Edit::SetRecipe { recipe },
        Edit::SetSeed { seed: args.seed },
    ];
    session.ask(Job::Edits {
        id: project.id.clone(),
        base_generation: 0,
        first_seq: 1,
        edits,
    })?;
    let Answer::Proposed(mut pipeline) = session.ask(Job::Propose)?.0 else {
        anyhow::bail!("the engine gave another answer than asked for");
    };
    pipeline.split.seed = args.seed;
    if let (Some(task), Some(metric)) = (pipeline.framing.task, pipeline.framing.metric)
        && !Metric::of_task(task).contains(&metric)
    {
        let fitting: Vec<&str> = Metric::of_task(task).iter().map(|metric| metric.name()).collect();
        let words = format!(
            "--metric {} does not fit the task; choose one of {}",
            metric.name(),
            fitting.join(", ")
        );
        return Err(WrongUse(words).into());
    }
    say_what_to_know(&session, &project, &mut pipeline, args)?;
    let text = pipeline.to_json();
    std::fs::write(&args.out, &text).map_err(|error| anyhow::anyhow!("{}: {error}", args.out.display()))?;
    eprintln!("wrote {}", args.out.display());
    if args.json {
        out::print_json_text(&text)?;
    }
    Ok(Exit::Done)
}

/// Tells on stderr what the page would show beside the proposal: columns that may hold the answer, columns that no step can
/// use, what speaks against training. Errors: nothing can be trained, and why; a metric was asked for that no figure can have.
fn say_what_to_know(session: &Session, project: &Project, pipeline: &mut Pipeline, args: &args::Init) -> anyhow::Result<()> {
    session.set_document(project, pipeline)?;
    let Answer::Described(description) = session.ask(Job::Describe)?.0 else {
        anyhow::bail!("the engine gave another answer than asked for");
    };
    let tell = |message: &Message| match message.hint().as_str() {
        "" => eprintln!("note: {}", message.says()),
        hint => eprintln!("note: {} ({hint})", message.says()),
    };
    let target = pipeline.framing.target.clone();
    let alerts = description.profile.iter().flat_map(|profile| &profile.alerts);
    for alert in alerts.filter(|alert| alert.severity == AlertSeverity::High || alert.column == target) {
        tell(&alert.message);
    }
    for failure in description.recipe.steps.iter().filter_map(|step| step.failure.as_ref()) {
        tell(&failure.message);
    }
    for unused in &description.recipe.unused {
        eprintln!("note: {} is not used: {}", unused.column, unused.reason.says());
    }
    for check in description.checks.iter().filter(|check| check.severity != Severity::Info) {
        tell(&check.message);
    }
    for warning in description.split.iter().flat_map(|split| &split.warnings) {
        tell(warning);
    }
    let target = target.as_deref().unwrap_or("nothing");
    let error = description.checks.iter().find(|check| check.severity == Severity::Error);
    if let Some(error) = error {
        let (says, hint) = (error.message.says(), error.message.hint());
        anyhow::bail!("no model can be trained to predict {target}: {says}. {hint}");
    }
    if pipeline.models.is_empty() || pipeline.framing.task.is_none() {
        anyhow::bail!("no model can be trained to predict {target}; the notes above say why");
    }
    let undefined = description
        .checks
        .iter()
        .find(|check| check.message.code.starts_with("check.metric_"));
    if let Some(check) = undefined {
        fall_back(&check.message, pipeline, args)?;
    }
    Ok(())
}

/// A metric that was proposed gives way to one that is defined; one that was asked for is refused, and so is a threshold that
/// would then be of another metric.
fn fall_back(undefined: &Message, pipeline: &mut Pipeline, args: &args::Init) -> anyhow::Result<()> {
    if let Some(asked) = &args.metric {
        return Err(WrongUse(format!("--metric {asked}: {}. {}", undefined.says(), undefined.hint())).into());
    }
    let fallback = match undefined.values.get("fallback") {
        Some(spec::Value::Text(name)) => Metric::parse(name),
        _ => None,
    };
    let Some(fallback) = fallback else {
        anyhow::bail!("{}. {}", undefined.says(), undefined.hint());
    };
    if let Some(threshold) = args.threshold {
        let words = format!(
            "--threshold {threshold}: say of which metric, with --metric. {}",
            undefined.hint()
        );
        return Err(WrongUse(words).into());
    }
    pipeline.framing.metric = Some(fallback);
    eprintln!("note: the metric is {} instead", fallback.name());
    Ok(())
}
