//! The model card: what is recorded of a model, and nothing else. As parts that a page draws, and as Markdown.

use spec::card::{Block, Card, Section};
use spec::caveat::Caveat;
use spec::evaluation::{Evaluation, Fairness, GoalStatus, Opening, Part};
use spec::framing::Reference;
use spec::job::{Answer, JobId};
use spec::registry::{Act, Acted, ModelRef};
use spec::run::{Scored, Scores};
use spec::split::{SplitSummary, Validation};
use spec::texts::number::{percent, score, significant};
use spec::texts::{card as words, names, steps, ui};
use spec::{Framing, Message, Metric, Outcome, Project, Task as Learning};

use crate::Host;
use crate::engine::{Engine, expect_output};
use crate::evaluating::Scoreboard;
use crate::projects::evaluation_of;
use crate::subject::Subject;
use crate::task::{Task, TaskOutput};

/// What the card is written from, besides the project's record.
pub(crate) struct Judged {
    pub split: SplitSummary,
    pub inputs: Vec<String>,
    pub validation: Evaluation,
    /// Of the opened test set.
    pub test: Option<Evaluation>,
    pub goal: Option<GoalStatus>,
    pub caveats: Vec<Caveat>,
}

impl Judged {
    /// The figures that count: those of the test set once it was opened.
    pub fn best(&self) -> &Evaluation {
        self.test.as_ref().unwrap_or(&self.validation)
    }
}

impl<H: Host> Engine<H> {
    pub(crate) async fn model_card(&self, job: JobId, of: ModelRef) -> Outcome<Answer> {
        let project = self.project()?;
        let subject = Subject::of(&project, of)?;
        let judged = self.judged(job, &project, &subject).await?;
        let card = card(&project, &subject, &judged);
        let markdown = markdown(&card);
        Ok(Answer::ModelCard {
            card: Box::new(card),
            markdown,
        })
    }

    /// The figures of a run as they are now; of a version as they were when it was registered.
    pub(crate) async fn judged(&self, job: JobId, project: &Project, subject: &Subject<'_>) -> Outcome<Judged> {
        let doing = || Message::new("doing.evaluating");
        let run = subject.run;
        let setting = &subject.setting;
        let task = Task::Split {
            setting: setting.clone(),
        };
        let split = expect_output!(self.task_on(job, subject, task, doing()).await?, TaskOutput::Split(split) => split.summary);
        let task = Task::Inputs {
            model: self.chunk(&run.model_hash).await?.into(),
        };
        let inputs = expect_output!(self.task(job, task, doing()).await?, TaskOutput::Inputs(inputs) => inputs);
        let test = evaluation_of(project, run.id, Part::Test).filter(|test| test.training_key == run.training_key);
        let test = test.filter(|_| subject.version.is_none_or(|version| version.part == Part::Test));
        let scoreboard: Scoreboard = spec::wire::from_bytes(&self.chunk(&run.predictions_hash).await?)?;
        let task = Task::Evaluate {
            setting: setting.clone(),
            run: run.id,
            n_features: run.n_features,
            part: Part::Validation,
            scoreboard: Box::new(scoreboard),
            threshold: match subject.version {
                Some(version) => version.decision_threshold,
                // What was judged stands until it is judged anew.
                None => test
                    .and_then(|test| test.decision_threshold)
                    .or(project.pipeline.decision_threshold),
            },
        };
        let output = self.task_on(job, subject, task, doing()).await?;
        let mut validation = *expect_output!(output, TaskOutput::Evaluated(evaluation) => evaluation);
        validation.training_key.clone_from(&run.training_key);
        let mut judged = Judged {
            split,
            inputs,
            validation,
            test: test.cloned(),
            goal: None,
            caveats: Vec::new(),
        };
        (judged.goal, judged.caveats) = match subject.version {
            Some(version) => (version.goal.clone(), spec::caveat::of_version(project, version)),
            None => (
                self.goal(project, run, judged.best()),
                spec::caveat::caveats(project, run, Some(judged.best())),
            ),
        };
        Ok(judged)
    }
}

/// Everything that is recorded of the model. What a person should have recorded and did not is said to be missing.
pub(crate) fn card(project: &Project, subject: &Subject<'_>, judged: &Judged) -> Card {
    let framing = &subject.pipeline.framing;
    Card {
        title: words::title(&project.name),
        sections: vec![
            model(project, subject, judged),
            intended_use(framing, judged),
            data(subject, judged),
            preparation(subject),
            split(subject, judged),
            figures(subject, judged),
            caveats(judged),
            fairness(framing, judged),
            openings(project, judged),
            decisions(project, subject),
            limits(project, subject, judged),
        ],
    }
}

fn section(title: &str, blocks: Vec<Block>) -> Section {
    Section {
        title: title.to_owned(),
        blocks,
    }
}

/// Facts that are empty are left out.
fn facts(facts: &[(&str, String)]) -> Block {
    let filled = facts.iter().filter(|(_, text)| !text.trim().is_empty());
    Block::Facts(filled.map(|(name, text)| ((*name).to_owned(), text.clone())).collect())
}

fn or_not_recorded(text: &str) -> String {
    if text.trim().is_empty() {
        words::NOT_RECORDED.to_owned()
    } else {
        text.to_owned()
    }
}

fn model(project: &Project, subject: &Subject<'_>, judged: &Judged) -> Section {
    let (run, framing) = (subject.run, &subject.pipeline.framing);
    let positive = framing.positive_class.clone().unwrap_or_default();
    let threshold = match subject.version {
        Some(version) => version.decision_threshold,
        None => judged.best().decision_threshold,
    };
    let is_binary = framing.task == Some(Learning::Binary);
    let params: Vec<String> = run
        .params
        .iter()
        .map(|(name, value)| format!("{name} = {}", spec::param::show(value)))
        .collect();
    let version = subject.version;
    section(
        words::MODEL,
        vec![facts(&[
            (words::NAME, project.name.clone()),
            (
                words::VERSION,
                version.map_or_else(|| words::not_registered(run.id), |version| version.number.to_string()),
            ),
            (
                words::REGISTERED,
                version.map_or_else(String::new, |version| moment(version.created_at_ms)),
            ),
            (words::NOTE, version.map_or_else(String::new, |version| version.note.clone())),
            (words::RUN, run.id.to_string()),
            (words::ALGORITHM, names::algorithm(run.algorithm).to_owned()),
            (words::TASK, framing.task.map_or("", names::task).to_owned()),
            (words::TARGET, framing.target.clone().unwrap_or_default()),
            (words::POSITIVE, if is_binary { positive.clone() } else { String::new() }),
            (
                words::THRESHOLD,
                threshold
                    .filter(|_| is_binary)
                    .map_or_else(String::new, |threshold| words::threshold(threshold, &positive)),
            ),
            (words::PARAMETERS, params.join(", ")),
            (words::SEED, run.seed.to_string()),
            (words::MADE_WITH, format!("MLLC Workbench {}", run.code_version)),
        ])],
    )
}

fn intended_use(framing: &Framing, judged: &Judged) -> Section {
    let business = &framing.business;
    let costs = framing.costs.as_ref().map_or_else(String::new, |costs| {
        words::costs(costs.false_positive, costs.false_negative, &costs.currency)
    });
    section(
        words::USE,
        vec![facts(&[
            (words::GOAL, or_not_recorded(&business.goal)),
            (words::DECISION, or_not_recorded(&business.decision)),
            (words::AFFECTED, or_not_recorded(&business.affected)),
            (
                words::BUSINESS_METRIC,
                words::business(&business.metric, &business.unit, business.value_today, business.value_target),
            ),
            (words::SUCCESS, success(framing, judged)),
            (words::COSTS, costs),
            (words::ASSUMPTIONS, or_not_recorded(&framing.notes.assumptions)),
            (words::ETHICS, or_not_recorded(&framing.notes.ethics)),
        ])],
    )
}

fn success(framing: &Framing, judged: &Judged) -> String {
    let Some((metric, threshold)) = framing.metric.zip(framing.threshold) else {
        return words::NOT_RECORDED.to_owned();
    };
    let against = match threshold.reference {
        Reference::Absolute => String::new(),
        Reference::OverBaseline => format!(" {}", spec::texts::sheet::OVER_BASELINE),
        Reference::OverCurrent { value } => {
            format!(" {} ({})", spec::texts::sheet::OVER_CURRENT, significant(value, 6))
        }
    };
    let wanted = format!("{} {}{against}", names::metric(metric), significant(threshold.value, 6));
    match &judged.goal {
        Some(status) => {
            let open = names::open_caveats(status.verdict, spec::caveat::n_open(&judged.caveats));
            format!("{wanted}. {}{open}", words::goal(status))
        }
        None => wanted,
    }
}

fn data(subject: &Subject<'_>, judged: &Judged) -> Section {
    let summary = &subject.data.summary;
    let notes = &subject.pipeline.framing.notes;
    section(
        words::DATA,
        vec![facts(&[
            (words::FILE, words::file(summary)),
            (words::FINGERPRINT, summary.fingerprint.sha256.clone()),
            (words::SCHEMA, summary.fingerprint.schema_sha256.clone()),
            (words::SOURCE, or_not_recorded(&notes.data_source)),
            (words::CONSENT, or_not_recorded(&notes.consent)),
            (words::INPUTS, judged.inputs.join(", ")),
            (words::NOT_KNOWN, subject.pipeline.framing.not_known.join(", ")),
        ])],
    )
}

fn preparation(subject: &Subject<'_>) -> Section {
    let recipe = &subject.pipeline.recipe;
    let shape: Vec<String> = recipe
        .shape
        .iter()
        .filter(|step| step.enabled)
        .map(|step| steps::shape_line(&step.kind))
        .collect();
    let pipeline: Vec<String> = recipe
        .pipeline
        .iter()
        .filter(|step| step.enabled)
        .map(|step| steps::pipeline_line(&step.kind))
        .collect();
    let listed = |title: &str, lines: Vec<String>| {
        let lines = if lines.is_empty() {
            vec![words::NO_STEP.to_owned()]
        } else {
            lines
        };
        [Block::Text(title.to_owned()), Block::Lines(lines)]
    };
    let mut blocks = Vec::new();
    blocks.extend(listed(words::SHAPE, shape));
    blocks.extend(listed(words::PIPELINE, pipeline));
    section(words::PREPARATION, blocks)
}

fn split(subject: &Subject<'_>, judged: &Judged) -> Section {
    let (spec, summary) = (&subject.pipeline.split, &judged.split);
    // In folds the same rows train and validate.
    let mut parts = match spec.validation {
        Validation::Folds { .. } => vec![(words::TRAINING_AND_VALIDATION, &summary.train)],
        Validation::HoldOut { .. } => vec![(words::TRAINING, &summary.train), (words::VALIDATION, &summary.validation)],
    };
    parts.push((words::TEST, &summary.test));
    let shares =
        |part: &spec::split::PartSummary| -> Vec<String> { part.class_shares.iter().map(|share| percent(*share)).collect() };
    let mut headers = vec![words::PART.to_owned(), words::ROWS.to_owned()];
    headers.extend(summary.classes.iter().cloned());
    let rows = parts.into_iter().map(|(name, part)| {
        let mut row = vec![name.to_owned(), spec::texts::number::count(part.n_rows as f64)];
        row.extend(shares(part));
        row
    });
    section(
        words::SPLIT,
        vec![
            facts(&[
                (words::ASSIGNED, words::assignment(spec)),
                (words::VALIDATED, words::validation(spec)),
                (words::SEED, spec.seed.to_string()),
            ]),
            Block::Table {
                headers,
                rows: rows.collect(),
            },
        ],
    )
}

fn figures(subject: &Subject<'_>, judged: &Judged) -> Section {
    let mut blocks = Vec::new();
    let mut table = |part: Part, n_rows: u64, scores: &Scores| {
        blocks.push(Block::Text(words::figures_on(part, n_rows)));
        blocks.push(scores_table(judged.validation.task, scores));
    };
    match (&judged.test, subject.version) {
        // What was recorded when it was registered stands.
        (_, Some(version)) if version.part == Part::Test => table(Part::Test, judged.split.test.n_rows, &version.scores),
        (Some(test), _) => table(Part::Test, test.n_rows, &test.scores),
        (None, _) => {}
    }
    table(Part::Validation, judged.validation.n_rows, &judged.validation.scores);
    section(words::FIGURES, blocks)
}

fn scores_table(task: Learning, scores: &Scores) -> Block {
    let number = |x: Option<f64>| x.map_or_else(|| words::NOT_DEFINED.to_owned(), score);
    let row = |metric: Metric, scored: &Scored| {
        let interval = scored.low.zip(scored.high);
        let interval = interval.map_or_else(String::new, |(low, high)| format!("{}–{}", score(low), score(high)));
        vec![
            names::metric(metric).to_owned(),
            number(scored.value),
            interval,
            scored
                .baseline
                .map_or_else(String::new, |baseline| ui::evaluate::baseline(baseline, scored.baseline_of)),
        ]
    };
    Block::Table {
        headers: [words::METRIC, words::VALUE, words::INTERVAL, words::BASELINE]
            .map(str::to_owned)
            .to_vec(),
        rows: Metric::of_task(task)
            .into_iter()
            .filter_map(|metric| scores.get(&metric).map(|scored| row(metric, scored)))
            .collect(),
    }
}

/// What stands against the figures, and what was waived by whom for what reason.
fn caveats(judged: &Judged) -> Section {
    if judged.caveats.is_empty() {
        return section(words::CAVEATS, vec![Block::Text(words::NO_CAVEAT.to_owned())]);
    }
    let row = |caveat: &Caveat| {
        let state = match &caveat.waived {
            Some(waiver) => words::waived(&moment(waiver.at_ms), &waiver.reason),
            None if caveat.is_open() => words::OPEN.to_owned(),
            None => words::TO_KNOW.to_owned(),
        };
        vec![
            names::caveat(caveat.kind).to_owned(),
            caveat.message.says(),
            state,
            caveat.message.hint(),
        ]
    };
    section(
        words::CAVEATS,
        vec![Block::Table {
            headers: [words::CAVEAT, words::WHAT, words::STATE, words::TO_DO]
                .map(str::to_owned)
                .to_vec(),
            rows: judged.caveats.iter().map(row).collect(),
        }],
    )
}

fn fairness(framing: &Framing, judged: &Judged) -> Section {
    let blocks = if framing.sensitive.is_empty() {
        vec![Block::Text(words::NO_SENSITIVE.to_owned())]
    } else if judged.best().fairness.is_empty() {
        vec![Block::Text(words::NO_FAIRNESS.to_owned())]
    } else {
        judged.best().fairness.iter().flat_map(groups).collect()
    };
    section(words::FAIRNESS, blocks)
}

fn groups(fairness: &Fairness) -> [Block; 3] {
    let rate = |scored: &Scored| scored.value.map_or_else(|| words::NOT_DEFINED.to_owned(), percent);
    let rows = fairness
        .groups
        .iter()
        .map(|group| {
            let name = if group.too_small {
                format!("{} ({})", group.group, words::TOO_SMALL)
            } else {
                group.group.clone()
            };
            vec![
                name,
                spec::texts::number::count(group.n_rows as f64),
                rate(&group.selection_rate),
                rate(&group.true_positive_rate),
                rate(&group.false_positive_rate),
                rate(&group.accuracy),
            ]
        })
        .collect();
    [
        Block::Text(words::groups_of(&fairness.column)),
        Block::Table {
            headers: [
                words::GROUP,
                words::ROWS,
                words::FLAGGED,
                words::RECALL,
                words::FALSE_ALARMS,
                words::ACCURACY,
            ]
            .map(str::to_owned)
            .to_vec(),
            rows,
        },
        Block::Lines(
            fairness
                .criteria
                .iter()
                .map(|one| one.message.says())
                .chain(fairness.warnings.iter().map(Message::says))
                .collect(),
        ),
    ]
}

fn openings(project: &Project, judged: &Judged) -> Section {
    let of_split: Vec<&Opening> = project
        .openings
        .iter()
        .filter(|opening| opening.test_id == judged.split.test_id)
        .collect();
    if of_split.is_empty() {
        return section(words::OPENINGS, vec![Block::Text(words::NOT_OPENED.to_owned())]);
    }
    let rows = of_split
        .iter()
        .map(|opening| {
            let reason = if opening.reason.trim().is_empty() {
                words::FIRST
            } else {
                &opening.reason
            };
            vec![moment(opening.at_ms), opening.run.to_string(), reason.to_owned()]
        })
        .collect();
    section(
        words::OPENINGS,
        vec![
            Block::Text(words::opened(of_split.len() as u32)),
            Block::Table {
                headers: [words::WHEN, words::RUN, words::WHY].map(str::to_owned).to_vec(),
                rows,
            },
        ],
    )
}

/// Go or no-go on the run, and what was done about the version.
fn decisions(project: &Project, subject: &Subject<'_>) -> Section {
    let mut entries: Vec<(f64, String, String)> = project
        .decisions
        .iter()
        .filter(|decision| decision.run == subject.run.id)
        .map(|decision| {
            let goal = decision.goal.as_ref().map_or_else(String::new, |status| {
                let open = names::open_caveats(status.verdict, decision.n_open as usize);
                format!(" ({}{open})", words::goal(status))
            });
            let what = format!("{}{goal}", words::decided(decision.choice));
            (decision.at_ms, what, decision.reason.clone())
        })
        .collect();
    if let Some(version) = subject.version {
        let of_version = project.acts.iter().filter(|acted| concerns(acted, version.number));
        entries.extend(of_version.map(|acted| (acted.at_ms, words::act(&acted.act), acted.reason.clone())));
    }
    if entries.is_empty() {
        return section(words::DECISIONS, vec![Block::Text(words::NO_DECISION.to_owned())]);
    }
    spec::Order::order_by(entries.as_mut_slice(), |a, b| a.0.total_cmp(&b.0));
    section(
        words::DECISIONS,
        vec![Block::Table {
            headers: [words::WHEN, words::WHAT, words::WHY].map(str::to_owned).to_vec(),
            rows: entries
                .into_iter()
                .map(|(at, what, why)| vec![moment(at), what, why])
                .collect(),
        }],
    )
}

fn concerns(acted: &Acted, number: u32) -> bool {
    match &acted.act {
        Act::Registered { version } => *version == number,
        Act::Promoted { version, from } | Act::RolledBack { version, from } => *version == number || *from == Some(number),
        Act::Challenging { version } => *version == Some(number),
        Act::Kept { version, against } => *version == number || *against == Some(number),
        Act::Retrained { .. } => false,
    }
}

fn limits(project: &Project, subject: &Subject<'_>, judged: &Judged) -> Section {
    let run = subject.run;
    let mut lines = vec![
        words::learned_from(judged.split.n_learned_from(), &subject.data.summary.file_name),
        words::NOT_CAUSES.to_owned(),
    ];
    if judged.best().part == Part::Validation {
        lines.push(words::ONLY_VALIDATION.to_owned());
    }
    match &judged.goal {
        Some(status) => lines.extend(words::goal_limit(status)),
        None => lines.push(words::NO_THRESHOLD.to_owned()),
    }
    if subject.version.is_none() && !project.is_fresh(run) {
        lines.push(words::STALE.to_owned());
    }
    lines.extend(project.diagnosis(run).map(|diagnosis| diagnosis.message.says()));
    let warnings = run
        .warnings
        .iter()
        .chain(&judged.split.warnings)
        .chain(&judged.best().warnings);
    for warning in warnings.map(Message::says) {
        if !lines.contains(&warning) {
            lines.push(warning);
        }
    }
    if !run.exact {
        lines.push(words::NOT_EXACT.to_owned());
    }
    section(words::LIMITS, vec![Block::Lines(lines)])
}

/// `2026-03-01 14:05`.
fn moment(at_ms: f64) -> String {
    let text = table::value::format_time((at_ms / 60_000.0).floor() * 60.0);
    match text.split_once('T') {
        Some((day, clock)) => format!("{day} {}", clock.strip_suffix(":00Z").unwrap_or(clock)),
        None => format!("{text} 00:00"),
    }
}

/// Names and notes stand on one line and start no markup of their own.
pub(crate) fn markdown(card: &Card) -> String {
    let mut out = format!("# {}\n", inline(&card.title));
    for section in &card.sections {
        out.push_str(&format!("\n## {}\n", inline(&section.title)));
        for block in &section.blocks {
            out.push('\n');
            match block {
                Block::Text(text) => out.push_str(&format!("{}\n", inline(text))),
                Block::Facts(facts) => {
                    for (name, text) in facts {
                        out.push_str(&format!("- **{}**: {}\n", inline(name), inline(text)));
                    }
                }
                Block::Lines(lines) => {
                    for line in lines {
                        out.push_str(&format!("- {}\n", inline(line)));
                    }
                }
                Block::Table { headers, rows } => {
                    let row = |cells: &[String]| {
                        let cells: Vec<String> = cells.iter().map(|cell| inline(cell)).collect();
                        format!("| {} |\n", cells.join(" | "))
                    };
                    out.push_str(&row(headers));
                    out.push_str(&format!("|{}\n", " --- |".repeat(headers.len())));
                    rows.iter().for_each(|cells| out.push_str(&row(cells)));
                }
            }
        }
    }
    out
}

fn inline(text: &str) -> String {
    let mut out = String::new();
    for c in text.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        match c {
            // Marks that turn the direction of the text around.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            c if c.is_control() => out.push(' '),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_what_people_wrote_stays_text() {
        let card = Card {
            title: "A | b".to_owned(),
            sections: vec![section(
                "S",
                vec![
                    facts(&[("Goal", "line\n# two <b>|x|</b> `c`".to_owned()), ("Empty", "  ".to_owned())]),
                    Block::Table {
                        headers: vec!["a|b".to_owned()],
                        rows: vec![vec!["1\n2".to_owned()]],
                    },
                ],
            )],
        };
        let text = markdown(&card);
        assert_eq!(
            text,
            "# A \\| b\n\n## S\n\n- **Goal**: line \\# two &lt;b&gt;\\|x\\|&lt;/b&gt; \\`c\\`\n\n| a\\|b |\n| --- |\n| 1 2 |\n"
        );
    }

    #[test]
    fn moments_are_told_to_the_minute() {
        assert_eq!(moment(1_772_373_959_000.0), "2026-03-01 14:05");
        assert_eq!(moment(1_772_323_200_000.0), "2026-03-01 00:00");
        assert_eq!(moment(1_772_373_600_000.0), "2026-03-01 14:00");
    }
}
