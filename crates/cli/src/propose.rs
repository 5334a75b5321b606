//! `mllc init`: a pipeline file to start from.

use spec::framing::SuccessThreshold;
use spec::job::{Answer, Job};
use spec::{Edit, Metric, Task};

use crate::args;
use crate::exit::{Exit, WrongUse};
use crate::session::Session;

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
    let session = Session::new(None)?;
    let project = session.import("init", &args.data, None)?;
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
    let text = pipeline.to_json();
    std::fs::write(&args.out, &text).map_err(|error| anyhow::anyhow!("{}: {error}", args.out.display()))?;
    eprintln!("wrote {}", args.out.display());
    if args.json {
        print!("{text}");
    }
    Ok(Exit::Done)
}
