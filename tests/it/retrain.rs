//! Training again on later rows: what it leaves, what it is compared on, and how it is taken back.

use spec::job::{Answer, Job};
use spec::monitor::{Change, Retrained};
use spec::registry::Act;
use spec::step::Replace;
use spec::{Algorithm, Edit};

use crate::lab::{Lab, model, sample_path, scratch};
use crate::watch::{by_time, check, promote, register, report, watched};

fn retrain(lab: &Lab, batches: &[u32]) -> Retrained {
    let job = Job::Retrain {
        batches: batches.to_vec(),
    };
    match lab.ask(job) {
        Answer::Retrained(retrained) => *retrained,
        other => panic!("{other:?}"),
    }
}

/// The machines' past, learned and promoted, and the month after.
fn sensor() -> (Lab, u32) {
    let lab = Lab::sample("sensor", 2);
    by_time(&lab);
    let models = [Algorithm::GradientBoosting, Algorithm::DecisionTree].map(model).to_vec();
    lab.edit(Edit::SetModels { models });
    lab.train(&[Algorithm::GradientBoosting]);
    promote(&lab, register(&lab, lab.run_of(Algorithm::GradientBoosting)));
    let batch = check(&lab, &sample_path("sensor_next_month"));
    (lab, batch.summary.id)
}

#[test]
fn a_model_that_has_seen_the_heat_beats_one_that_has_not() {
    let (lab, batch) = sensor();
    let before = lab.project();
    let retrained = retrain(&lab, &[batch]);
    let project = lab.project();

    // The data are both files, one below the other.
    let data = project.data.as_ref().unwrap();
    let sizes: Vec<u64> = data.parts.iter().map(|part| part.n_rows).collect();
    assert_eq!(sizes, [5760, 2880]);
    assert_eq!((data.summary.n_kept, data.summary.fingerprint.n_rows), (8640, 8640));
    assert_eq!(data.summary.file_name, "sensor.csv and sensor_next_month.csv");
    assert_ne!(
        data.summary.fingerprint.sha256,
        before.data.as_ref().unwrap().summary.fingerprint.sha256
    );
    assert_eq!(project.pipeline, before.pipeline);
    // Baseline, boosting and tree, each on the new data, the best first.
    assert_eq!(retrained.runs.len(), 3);
    let fresh: Vec<u32> = project
        .runs
        .iter()
        .filter(|run| project.is_fresh(run))
        .map(|run| run.id)
        .collect();
    assert!(retrained.runs.iter().all(|run| fresh.contains(run)));
    assert_eq!(project.current_run().unwrap().id, retrained.runs[0]);

    let verdict = retrained.verdict.clone().unwrap();
    assert_eq!(verdict.change, Change::Better, "{}", verdict.message.says());
    // Rows of the batch that the new run was validated on: none that it learned from, and no test rows.
    assert!(verdict.n_rows > 500 && verdict.n_rows < 2880, "{}", verdict.n_rows);
    assert_eq!((retrained.champion, retrained.batch), (Some(1), Some(batch)));
    assert_eq!(project.retrained.as_ref(), Some(&retrained));
    let act = project.acts.last().unwrap();
    assert_eq!(
        act.act,
        Act::Retrained {
            runs: retrained.runs.clone(),
            batches: vec![batch]
        }
    );

    // The winner becomes challenger, then champion; the newest batch holds nothing new for it.
    let version = register(&lab, retrained.runs[0]);
    promote(&lab, version);
    let again = check(&lab, &sample_path("sensor_next_month"));
    assert_eq!(again.version, version);
    // It has learned from these rows: how well it does on them says nothing.
    let of_known = report(&lab, again.summary.id);
    assert_eq!(of_known.performance, None);
    assert!(
        of_known.warnings.iter().any(|note| note.code == "monitor.rows_learned"),
        "{:?}",
        of_known.warnings
    );
    // Once more: the rows are there already, nothing new can be trained, and the champion knows all of them.
    let n_runs = lab.project().runs.len();
    let second = retrain(&lab, &[batch]);
    assert_eq!(lab.project().runs.len(), n_runs);
    assert_eq!(lab.project().data.unwrap().summary.n_kept, 8640);
    assert_eq!(second.verdict, None);

    // One undo a time, back to the first file.
    lab.edit(Edit::Undo);
    let project = lab.project();
    assert_eq!(project.data, before.data);
    lab.describe();
    assert!(project.is_fresh(&project.runs[0]));
}

#[test]
fn columns_are_joined_by_name_and_words_by_what_they_mean() {
    let lab = watched("loan", Algorithm::DecisionTree);
    let models = vec![model(Algorithm::DecisionTree)];
    lab.edit(Edit::SetModels { models });
    let old = lab.project().data.unwrap();
    // Columns in another order, one absent, one more; outcomes in other words, some of them unknown.
    let rows = "approved,branch,age,gender,income,employment,years_employed,housing,purpose,loan_amount,term_months,existing_debt,late_payments_2y,credit_history_years,district\n\
        1,A,30,female,20000,freelance,2,rent,car,5000,24,100,0,3,North\n\
        no,A,31,male,21000,employed,3,own,car,6000,24,200,0,4,Harbor\n\
        true,A,32,male,22000,employed,4,own,car,7000,24,300,0,5,Harbor\n\
        maybe,A,33,male,23000,employed,5,own,car,8000,24,400,0,6,Harbor\n\
        ,A,34,male,24000,employed,6,own,car,9000,24,500,0,7,Harbor\n";
    let path = scratch("more");
    std::fs::write(&path, rows).unwrap();
    let batch = check(&lab, &path);
    std::fs::remove_file(&path).unwrap();
    let codes: Vec<String> = batch.notes.iter().map(|note| note.code.clone()).collect();
    assert!(codes.is_empty(), "{codes:?}");
    let retrained = retrain(&lab, &[batch.summary.id]);
    let data = lab.project().data.unwrap();
    assert_eq!(data.parts[1].n_rows, 3);
    let notes: Vec<String> = data.summary.notes.iter().map(spec::Message::says).collect();
    assert!(
        notes.iter().any(|note| note.contains("has no application_id, repaid")),
        "{notes:?}"
    );
    assert!(
        notes
            .iter()
            .any(|note| note.contains("1 more column") && note.contains("branch")),
        "{notes:?}"
    );
    assert!(
        notes.iter().any(|note| note.contains("1 row has an outcome that is neither")),
        "{notes:?}"
    );
    assert_eq!(data.summary.schema, old.summary.schema);
    // Three rows cannot tell.
    let verdict = retrained.verdict.unwrap();
    assert_eq!(verdict.change, Change::CannotTell);
    assert!(!verdict.message.says().contains('{'));
    let state = spec::job::RowState::Original;
    let job = Job::Rows {
        state,
        selection: None,
        start: 6000,
        count: 5,
        sort: None,
    };
    let Answer::Rows(page) = lab.ask(job) else { panic!("no rows") };
    let cell = |row: usize, name: &str| {
        let place = page.columns.iter().position(|(column, _)| column == name).unwrap();
        let cell = &page.cells[row][place];
        if cell.missing {
            "missing".to_owned()
        } else {
            cell.text.clone()
        }
    };
    assert_eq!(page.n_rows, 6003);
    let of_row = |row| ["approved", "employment", "age", "repaid"].map(|name| cell(row, name));
    assert_eq!(of_row(0), ["yes", "freelance", "30", "missing"]);
    assert_eq!(of_row(1), ["no", "employed", "31", "missing"]);
    assert_eq!(of_row(2), ["yes", "employed", "32", "missing"]);
}

#[test]
fn what_cannot_be_learned_from_changes_nothing() {
    let lab = watched("loan", Algorithm::DecisionTree);
    let text = std::fs::read_to_string(sample_path("loan_next_month")).unwrap();
    let blind: String = text
        .lines()
        .map(|line| line.rsplit_once(',').unwrap().0.to_owned() + "\n")
        .collect();
    let path = scratch("no-outcomes");
    std::fs::write(&path, blind).unwrap();
    let batch = check(&lab, &path);
    std::fs::remove_file(&path).unwrap();
    let before = lab.project();
    let refused = lab.refuses(Job::Retrain {
        batches: vec![batch.summary.id],
    });
    assert_eq!(refused.message.code, "engine.batch_without_outcomes");
    assert_eq!(
        lab.refuses(Job::Retrain { batches: vec![] }).message.code,
        "engine.nothing_to_add"
    );
    assert_eq!(lab.refuses(Job::Retrain { batches: vec![9] }).message.code, "engine.no_batch");
    assert_eq!(lab.project(), before);
    // No candidate can be trained: the data are as they were, and can be looked at.
    let whole = check(&lab, &sample_path("loan_next_month"));
    let models = vec![model(Algorithm::Ridge)];
    lab.edit(Edit::SetModels { models });
    let before = lab.project();
    let refused = lab.refuses(Job::Retrain {
        batches: vec![whole.summary.id],
    });
    assert_eq!(refused.message.code, "engine.wrong_task");
    let after = lab.project();
    assert_eq!(
        (after.data, after.history, after.acts),
        (before.data, before.history, before.acts)
    );
    lab.describe();
}

#[test]
fn the_same_recipe_on_another_file_and_back() {
    let lab = Lab::sample("sensor", 2);
    let before = lab.project();
    let file = lab.session.engine.host().add_file(&sample_path("sensor_next_month"));
    lab.ask(Job::ImportSameRecipe { file });
    let after = lab.project();
    assert_eq!(after.pipeline, before.pipeline);
    assert_eq!(after.data.as_ref().unwrap().summary.n_kept, 2880);
    lab.train(&[Algorithm::DecisionTree]);
    lab.edit(Edit::Undo);
    assert_eq!(lab.project().data, before.data);
    assert_eq!(lab.describe().profile.unwrap().n_rows, 5760);
}

#[test]
fn a_test_set_that_was_opened_is_known_among_more_rows() {
    let lab = watched("loan", Algorithm::DecisionTree);
    lab.evaluate(lab.run_of(Algorithm::DecisionTree), spec::evaluation::Part::Test, "");
    let models = vec![model(Algorithm::DecisionTree)];
    lab.edit(Edit::SetModels { models });
    let batch = check(&lab, &sample_path("loan_next_month"));
    retrain(&lab, &[batch.summary.id]);
    let warnings = lab.describe().split.unwrap().warnings;
    assert!(
        warnings.iter().any(|warning| warning.code == "engine.opened_overlap"),
        "{warnings:?}"
    );
}

#[test]
fn rows_are_learned_from_once() {
    let lab = watched("loan", Algorithm::DecisionTree);
    let batch = check(&lab, &sample_path("loan"));
    let before = lab.project();
    let refused = lab.refuses(Job::Retrain {
        batches: vec![batch.summary.id],
    });
    assert_eq!(refused.message.code, "engine.rows_known");
    assert!(
        refused.message.says().starts_with("loan.csv holds the rows of loan.csv"),
        "{refused}"
    );
    assert_eq!(lab.project(), before);
}

/// 300 rows of which a rule can be learned, with the target written in a way of its own.
fn rows(header: &str, target: &dyn Fn(usize) -> String) -> String {
    let row = |i: usize| format!("{},{},{}\n", i * 7 % 100, i * 13 % 50, target(i));
    format!("{header}\n") + &(0..300).map(row).collect::<String>()
}

#[test]
fn outcomes_are_cleaned_before_they_are_known() {
    use spec::step::ShapeKind;
    let written = |name: &str, text: &str| {
        let path = scratch(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let dotted = |i: usize| format!("{}.", if i * 7 % 100 > 40 { ">50K" } else { "<=50K" });
    let lab = Lab::csv(
        "dotted",
        &rows("a,b,income", &dotted),
        "income",
        spec::Task::Binary,
        spec::Metric::RocAuc,
    );
    lab.edit(Edit::AddShapeStep {
        index: None,
        kind: ShapeKind::Replace(Replace {
            columns: vec!["income".into()],
            find: ".".into(),
            replace: String::new(),
            regex: false,
            whole_cell: false,
        }),
    });
    let mut framing = lab.project().pipeline.framing;
    framing.positive_class = Some(">50K".into());
    lab.edit(Edit::SetFraming { framing });
    lab.edit(Edit::SetModels {
        models: vec![model(Algorithm::DecisionTree)],
    });
    lab.train(&[Algorithm::DecisionTree]);
    promote(&lab, register(&lab, lab.run_of(Algorithm::DecisionTree)));
    let path = written("dotted-later", &rows("b,a,income", &dotted));
    let batch = check(&lab, &path);
    std::fs::remove_file(&path).unwrap();
    retrain(&lab, &[batch.summary.id]);
    assert_eq!(lab.project().data.unwrap().parts[1].n_rows, 300);
}

/// A wide table: who, and features that say little, so that learning by heart shows.
fn people(ids: std::ops::Range<usize>, later: usize) -> String {
    let row = |i: usize| {
        let mix = |salt: usize| (i.wrapping_mul(2_654_435_761) ^ (salt * 40_503)).wrapping_mul(2_246_822_519) >> 7;
        let (a, b, tenure) = (mix(1) % 1000, mix(2) % 977, mix(3) % 60 + later);
        let churned = if mix(4) % 100 < 30 + (a / 25) { "yes" } else { "no" };
        format!("{},{a},{b},{tenure},{churned}\n", 100_000 + 7 * i)
    };
    ids.map(row).collect()
}

const HEADER: &str = "customer_id,a,b,tenure,churned\n";

/// Trained on 400 customers, promoted; then a later file.
fn against(name: &str, later: &str) -> (Lab, Retrained) {
    let lab = Lab::csv(
        name,
        &(HEADER.to_owned() + &people(0..400, 0)),
        "churned",
        spec::Task::Binary,
        spec::Metric::RocAuc,
    );
    lab.edit(Edit::SetModels {
        models: vec![model(Algorithm::DecisionTree)],
    });
    lab.train(&[Algorithm::DecisionTree]);
    promote(&lab, register(&lab, lab.run_of(Algorithm::DecisionTree)));
    let path = scratch(&format!("{name}-later"));
    std::fs::write(&path, later).unwrap();
    let batch = check(&lab, &path);
    std::fs::remove_file(&path).unwrap();
    let retrained = retrain(&lab, &[batch.summary.id]);
    (lab, retrained)
}

fn codes(retrained: &Retrained) -> Vec<&str> {
    retrained.warnings.iter().map(|note| note.code.as_str()).collect()
}

#[test]
fn rows_of_a_cumulative_file_are_learned_from_once_and_judge_nobody() {
    let later = HEADER.to_owned() + &people(0..400, 0) + &people(400..700, 0);
    let (lab, retrained) = against("cumulative", &later);
    let sizes: Vec<u64> = lab.project().data.unwrap().parts.iter().map(|part| part.n_rows).collect();
    assert_eq!(sizes, [400, 300]);
    let note = retrained
        .warnings
        .iter()
        .find(|note| note.code == "engine.rows_repeated")
        .unwrap();
    assert!(note.says().starts_with("400 of 700 rows of"), "{}", note.says());
    let verdict = retrained.verdict.unwrap();
    assert!(verdict.n_rows <= 300, "{}", verdict.n_rows);
    // A tree that knows its rows by heart would be near 1 on them.
    assert!(verdict.champion.unwrap() < 0.75, "{:?}", verdict.champion);
    // All of them in another order, and other digits: the same rows.
    let mut lines: Vec<String> = people(0..400, 0).lines().map(|line| format!("{line}\n")).collect();
    lines.reverse();
    let path = scratch("reordered");
    std::fs::write(&path, HEADER.to_owned() + &lines.concat().replace(",", ", ")).unwrap();
    let batch = check(&lab, &path);
    std::fs::remove_file(&path).unwrap();
    let refused = lab.refuses(Job::Retrain {
        batches: vec![batch.summary.id],
    });
    assert_eq!(refused.message.code, "engine.rows_all_known", "{refused}");
    // Beside a file that brings rows it is left out with a note, and nothing says that it was learned from.
    let path = scratch("newer");
    std::fs::write(&path, HEADER.to_owned() + &people(700..900, 0)).unwrap();
    let newer = check(&lab, &path);
    std::fs::remove_file(&path).unwrap();
    let retrained = retrain(&lab, &[batch.summary.id, newer.summary.id]);
    let project = lab.project();
    let sizes: Vec<u64> = project.data.as_ref().unwrap().parts.iter().map(|part| part.n_rows).collect();
    assert_eq!(sizes, [400, 300, 200]);
    assert_eq!(retrained.batch, Some(newer.summary.id));
    let learned = project.acts.iter().rev().find_map(|acted| match &acted.act {
        Act::Retrained { batches, .. } => Some(batches.clone()),
        _ => None,
    });
    assert_eq!(learned, Some(vec![newer.summary.id]));
    let said = retrained.warnings.iter().filter(|note| note.code == "engine.rows_repeated");
    assert!(
        said.into_iter().any(|note| note.says().contains("400 of 400 rows")),
        "{:?}",
        codes(&retrained)
    );
}

#[test]
fn a_column_written_otherwise_is_said() {
    let dear = |row: &str| {
        let mut cells: Vec<String> = row.split(',').map(str::to_owned).collect();
        cells[1] = format!("${}", cells[1]);
        cells.join(",") + "\n"
    };
    let later: String = people(400..700, 0).lines().map(dear).collect();
    let (_, retrained) = against("dollars", &(HEADER.to_owned() + &later));
    let note = retrained
        .warnings
        .iter()
        .find(|note| note.code == "engine.appended_otherwise");
    assert!(note.unwrap().says().contains("such as $"), "{:?}", codes(&retrained));
}

#[test]
fn the_same_customers_a_month_later_decide_nothing() {
    let (_, retrained) = against("snapshot", &(HEADER.to_owned() + &people(0..400, 1)));
    assert_eq!(
        (retrained.verdict.as_ref(), codes(&retrained)),
        (None, vec!["engine.ids_recur"])
    );
    let note = &retrained.warnings[0];
    assert!(note.says().starts_with("400 of 400 rows of"), "{}", note.says());
    assert!(note.hint().contains("Split by groups of customer_id"), "{}", note.hint());
    // A quarter of them new: judged on those alone.
    let later = HEADER.to_owned() + &people(100..500, 1);
    let (_, retrained) = against("partly", &later);
    assert_eq!(codes(&retrained), ["engine.ids_recur"]);
    assert!(retrained.verdict.unwrap().n_rows <= 100);
}

#[test]
fn what_does_not_fit_is_in_the_warnings() {
    let renamed = HEADER.replace("tenure", "months") + &people(400..700, 0);
    let (_, retrained) = against("renamed", &renamed);
    assert_eq!(
        codes(&retrained),
        ["engine.appended_renamed", "engine.appended_without", "engine.appended_others"]
    );
    let says = retrained.warnings[0].says();
    assert!(
        says.contains("has no tenure, but months: perhaps the same under another name"),
        "{says}"
    );
    let third = HEADER.to_owned() + &people(400..700, 0).replacen(",yes\n", ",maybe\n", 5);
    let (_, retrained) = against("third", &third);
    assert_eq!(codes(&retrained), ["engine.appended_unknown"]);
    let says = retrained.warnings[0].says();
    assert!(
        says.contains("5 rows have an outcome that is neither of the two classes") && says.ends_with(": maybe"),
        "{says}"
    );
}

#[test]
fn outcomes_that_cannot_judge_promote_nobody() {
    let later = |written: &dyn Fn(&str) -> String| {
        let row = |line: &str| {
            let (rest, target) = line.rsplit_once(',').unwrap();
            format!("{rest},{}\n", written(target))
        };
        HEADER.to_owned() + &people(400..900, 12).lines().map(row).collect::<String>()
    };
    // One class only: whoever calls everything by it would win.
    let (_, retrained) = against("one-class", &later(&|_| "no".to_owned()));
    let verdict = retrained.verdict.unwrap();
    assert_eq!(verdict.change, Change::CannotTell, "{}", verdict.message.says());
    assert!(verdict.message.says().contains(" is yes"), "{}", verdict.message.says());

    // Other capitals are the same classes, and that is said.
    let (lab, retrained) = against("capitals", &later(&str::to_uppercase));
    assert_eq!(lab.project().data.unwrap().parts[1].n_rows, 500);
    let said = retrained
        .warnings
        .iter()
        .find(|note| note.code == "engine.appended_read_as")
        .unwrap();
    assert!(said.says().contains("YES as yes"), "{}", said.says());

    // A code of its own is read as nothing, and rows without an outcome are counted.
    let lab = Lab::csv(
        "codes",
        &(HEADER.to_owned() + &people(0..400, 0)),
        "churned",
        spec::Task::Binary,
        spec::Metric::RocAuc,
    );
    lab.edit(Edit::SetModels {
        models: vec![model(Algorithm::DecisionTree)],
    });
    lab.train(&[Algorithm::DecisionTree]);
    promote(&lab, register(&lab, lab.run_of(Algorithm::DecisionTree)));
    let coded = later(&|target| if target == "yes" { "1" } else { "2" }.to_owned());
    let path = scratch("codes-later");
    std::fs::write(&path, coded).unwrap();
    let batch = check(&lab, &path);
    std::fs::remove_file(&path).unwrap();
    let unknown = batch
        .notes
        .iter()
        .chain(&report(&lab, batch.summary.id).warnings)
        .any(|note| note.says().contains("1, 2"));
    assert!(unknown, "{:?}", batch.notes);
}
