//! `mllc ab plan` and `mllc ab verdict`.

use std::path::Path;

use spec::experiment::{
    AnalysisUnit, Arm, Baseline, Better, Effect, ExperimentData, ExperimentVerdict, Looks, OutcomeKind, Plan, PlanRequest,
    SampleSize, Sides, VerdictRequest,
};
use spec::job::{Answer, FileKey, Job};
use spec::texts::number;

use crate::args::{AbPlan, AbVerdict};
use crate::exit::{Exit, WrongUse};
use crate::out;
use crate::session::Session;

pub fn plan(args: &AbPlan) -> anyhow::Result<Exit> {
    let baseline = match (args.rate, args.mean.zip(args.std_dev)) {
        (Some(rate), _) => Baseline::Rate { rate },
        (None, Some((mean, std_dev))) => Baseline::Mean { mean, std_dev },
        (None, None) => return Err(WrongUse("give --rate, or --mean with --std-dev".to_owned()).into()),
    };
    let effect = match (args.effect, args.relative) {
        (Some(effect), _) => Effect::Absolute(effect),
        (None, Some(share)) => Effect::Relative(share),
        (None, None) => return Err(WrongUse("give --effect or --relative".to_owned()).into()),
    };
    let request = PlanRequest {
        baseline,
        effect,
        alpha: args.alpha,
        power: args.power,
        ratio: args.ratio,
        sides: if args.one_sided { Sides::One } else { Sides::Two },
        units_per_day: args.units_per_day,
    };
    let session = Session::new(Some(1))?;
    let Answer::Planned(plan) = session.ask(Job::PlanExperiment { request })?.0 else {
        anyhow::bail!("the engine gave another answer than asked for")
    };
    say_plan(&plan);
    if args.json {
        out::print_json_text(&spec::wire::to_json_pretty(&*plan))?;
    }
    Ok(Exit::Done)
}

fn say_plan(plan: &Plan) {
    eprintln!("{}", plan.sentence.says());
    let size = |size: &SampleSize| {
        let days = size
            .days
            .map_or_else(String::new, |days| format!(", {} days", number::count(days as f64)));
        format!(
            "{} of A and {} of B{days}",
            number::count(size.n_a as f64),
            number::count(size.n_b as f64)
        )
    };
    eprintln!("looked at once:      {}", size(&plan.once));
    eprintln!("looked at any time:  at most {}", size(&plan.any_time));
    for warning in &plan.warnings {
        eprintln!("note: {}. {}", warning.says(), warning.hint());
    }
}

pub fn verdict(args: &AbVerdict) -> anyhow::Result<Exit> {
    let session = Session::new(None)?;
    let data = match (&args.log, &args.outcomes, &args.data) {
        (Some(log), Some(outcomes), _) => ExperimentData::Log {
            log: file(&session, log)?,
            outcomes: file(&session, outcomes)?,
            key_salt: args.key_salt.clone(),
        },
        (_, _, Some(data)) => ExperimentData::Table {
            file: file(&session, data)?,
            variant: args.variant.clone(),
            key: args.key.clone(),
            outcome: args.outcome.clone(),
        },
        _ => return Err(WrongUse("give --log with --outcomes, or --data".to_owned()).into()),
    };
    let has_keys = matches!(data, ExperimentData::Log { .. }) || args.key.is_some();
    let request = VerdictRequest {
        a: args.a.clone(),
        b: args.b.clone(),
        kind: if args.mean { OutcomeKind::Mean } else { OutcomeKind::Rate },
        better: if args.lower { Better::Lower } else { Better::Higher },
        unit: match (has_keys, args.by_request, args.of_rows) {
            (false, _, true) => return Err(WrongUse("--of-rows needs --key, or --log with its keys".to_owned()).into()),
            (true, false, true) => AnalysisUnit::RowsOfKeys,
            (true, false, false) => AnalysisUnit::Key,
            _ => AnalysisUnit::Request,
        },
        alpha: args.alpha,
        sides: Sides::Two,
        share_b: args.share,
        margin: args.margin,
        looks: if args.once { Looks::Once } else { Looks::AnyTime },
        planned: None,
    };
    let job = Job::JudgeExperiment {
        data,
        outcome_is: args.outcome_is.clone(),
        request,
    };
    let Answer::Judged(judged) = session.ask(job)?.0 else {
        anyhow::bail!("the engine gave another answer than asked for")
    };
    say_verdict(&judged);
    if args.json {
        out::print_json_text(&spec::wire::to_json_pretty(&*judged))?;
    }
    Ok(Exit::Done)
}

fn file(session: &Session, path: &Path) -> anyhow::Result<FileKey> {
    if !path.is_file() {
        return Err(WrongUse(format!("{} is not a file", path.display())).into());
    }
    Ok(session.engine.host().add_file(path))
}

fn say_verdict(judged: &ExperimentVerdict) {
    let value = |x: f64| number::significant(x, 4);
    let arm = |arm: &Arm| {
        let shown = arm.value.map_or_else(|| "no outcome known".to_owned(), value);
        let (known, all) = (number::count(arm.n_known as f64), number::count(arm.n_units as f64));
        eprintln!("{:<14} {shown}  ({known} of {all} units known)", arm.name);
    };
    arm(&judged.arms.a);
    arm(&judged.arms.b);
    if let (Some(difference), Some(test)) = (judged.difference, &judged.any_time) {
        eprintln!(
            "difference     {}  (whenever looked at: {} to {})",
            value(difference),
            value(test.low),
            value(test.high)
        );
    }
    if let Some(bayes) = &judged.bayes {
        eprintln!(
            "B is better    with probability {}",
            number::percent(bayes.probability_b_better)
        );
    }
    for warning in &judged.warnings {
        eprintln!("note: {}. {}", warning.says(), warning.hint());
    }
    eprintln!("{}", judged.sentence.says());
}
