//! Jobs that overlap, and edits that come while a job runs: what is newer stays.

use std::cell::{Cell, RefCell};

use cli::host::NativeHost;
use engine::{Content, Engine, Host, Made, MemoryStore, Task, TaskOutput, Tick, ToolLock};
use futures_lite::future::{block_on, yield_now, zip};
use spec::job::{Answer, Event, FileKey, Job, JobId, Start, Submission};
use spec::{Algorithm, Edit, Failure, ModelSpec, Outcome, ParamValue, Project};

use crate::lab::{Lab, model, sample_path, scratch};
use crate::watch::{check, watched};

type Gate = fn(&Task) -> bool;

/// The native host. What the first tasks of a kind give is held back until the test has done what it wants in between.
struct Gated {
    native: NativeHost,
    gate: Cell<Option<Gate>>,
    is_reached: Cell<bool>,
    is_cancelled: Cell<bool>,
    /// How many batches were judged at a time.
    n_judged: RefCell<Vec<usize>>,
}

impl Host for Gated {
    type Content = Content;
    type Store = MemoryStore;

    fn store(&self) -> &MemoryStore {
        self.native.store()
    }

    fn now_ms(&self) -> f64 {
        self.native.now_ms()
    }

    fn emit(&self, _event: Event) {}

    fn is_cancelled(&self, _job: JobId) -> bool {
        self.is_cancelled.get()
    }

    fn new_id(&self) -> String {
        self.native.new_id()
    }

    fn tool(&self) -> ToolLock {
        self.native.tool()
    }

    fn n_workers(&self) -> usize {
        self.native.n_workers()
    }

    async fn pause(&self) {
        yield_now().await;
    }

    fn file_name(&self, file: FileKey) -> String {
        self.native.file_name(file)
    }

    async fn file_sha256(&self, file: FileKey) -> Option<String> {
        self.native.file_sha256(file).await
    }

    async fn sha256(&self, bytes: &[u8]) -> String {
        self.native.sha256(bytes).await
    }

    fn made(&self, made: &Made) -> Outcome<Content> {
        self.native.made(made)
    }

    async fn sha256_of(&self, content: &Content) -> Outcome<String> {
        self.native.sha256_of(content).await
    }

    async fn bytes_of(&self, content: &Content) -> Outcome<Vec<u8>> {
        self.native.bytes_of(content).await
    }

    fn provide_table(&self, hash: &str, content: Content) {
        self.native.provide_table(hash, content);
    }

    fn provide_contents(&self, contents: Vec<(String, Content)>) {
        self.native.provide_contents(contents);
    }

    async fn run_tasks(&self, job: JobId, tasks: Vec<Task>, on_tick: &mut dyn FnMut(usize, Tick)) -> Vec<Outcome<TaskOutput>> {
        yield_now().await;
        let is_held = self.gate.get().is_some_and(|gate| tasks.iter().any(gate)) && !self.is_reached.get();
        if tasks.iter().any(is_judging) {
            self.n_judged.borrow_mut().push(tasks.len());
        }
        let n = tasks.len();
        let results = self.native.run_tasks(job, tasks, on_tick).await;
        if is_held {
            self.is_reached.set(true);
            while self.gate.get().is_some() {
                yield_now().await;
            }
        }
        if self.is_cancelled.get() {
            return (0..n).map(|_| Err(Failure::cancelled())).collect();
        }
        results
    }

    async fn lock_project(&self, _id: &str, _take_over: bool) -> bool {
        true
    }

    fn unlock_project(&self, _id: &str) {}
}

struct Overlap {
    engine: Engine<Gated>,
}

impl Overlap {
    /// The lab's project, opened anew.
    fn of(lab: &Lab) -> Self {
        let bytes = lab.session.project_file().unwrap();
        let path = scratch("overlap");
        std::fs::write(&path, bytes).unwrap();
        let host = Gated {
            native: NativeHost::new(Some(2)).unwrap(),
            gate: Cell::new(None),
            is_reached: Cell::new(false),
            is_cancelled: Cell::new(false),
            n_judged: RefCell::default(),
        };
        let overlap = Self {
            engine: Engine::new(host),
        };
        let file = overlap.file(&path);
        block_on(overlap.ask(Job::ImportProject { file })).unwrap();
        // The lab counted its projects from the same beginning.
        overlap.engine.host().new_id();
        std::fs::remove_file(&path).unwrap();
        overlap
    }

    fn file(&self, path: &std::path::Path) -> FileKey {
        self.engine.host().native.add_file(path)
    }

    async fn ask(&self, job: Job) -> Outcome<Answer> {
        let submission = Submission { id: 1, job };
        self.engine.handle(&submission).await.map(|reply| reply.0)
    }

    async fn edit(&self, edit: Edit) {
        let project = self.project();
        let job = Job::Edits {
            id: project.id.clone(),
            base_generation: project.generation,
            first_seq: project.journal_seq + 1,
            edits: vec![edit],
        };
        self.ask(job).await.unwrap();
    }

    fn project(&self) -> Project {
        self.engine.open_copy().unwrap()
    }

    /// Runs a job; when it comes to a task of this kind, `meanwhile` is done first.
    fn meanwhile(&self, job: Job, gate: Gate, meanwhile: impl Future<Output = ()>) -> Outcome<Answer> {
        let host = self.engine.host();
        host.gate.set(Some(gate));
        host.is_reached.set(false);
        let between = async {
            while !host.is_reached.get() {
                yield_now().await;
            }
            meanwhile.await;
            host.gate.set(None);
        };
        block_on(zip(self.ask(job), between)).0
    }

    /// Starts the second when the first has come to a task of this kind, and gives it time to run to its end, if it can.
    fn both(&self, first: Job, gate: Gate, second: impl Future<Output = ()>) -> Outcome<Answer> {
        let host = self.engine.host();
        host.gate.set(Some(gate));
        host.is_reached.set(false);
        let reached = async {
            while !host.is_reached.get() {
                yield_now().await;
            }
        };
        let second = async {
            reached.await;
            second.await;
        };
        let opener = async {
            while !host.is_reached.get() {
                yield_now().await;
            }
            for _ in 0..100 {
                yield_now().await;
            }
            host.gate.set(None);
        };
        block_on(zip(self.ask(first), zip(second, opener))).0
    }

    fn check(&self, path: &std::path::Path) -> Job {
        Job::CheckBatch {
            file: self.file(path),
            options: None,
            version: None,
            key_salt: None,
        }
    }
}

/// A loan model in use, and the next month as a batch.
fn loan() -> (Lab, u32) {
    let lab = watched("loan", Algorithm::DecisionTree);
    lab.edit(Edit::SetModels {
        models: vec![model(Algorithm::DecisionTree)],
    });
    let batch = check(&lab, &sample_path("loan_next_month"));
    (lab, batch.summary.id)
}

fn is_append(task: &Task) -> bool {
    matches!(task, Task::AppendRows { .. })
}

fn is_fold(task: &Task) -> bool {
    matches!(task, Task::Fold { .. })
}

fn is_judging(task: &Task) -> bool {
    matches!(task, Task::JudgeBatch { .. })
}

#[test]
fn a_cancelled_retraining_takes_back_its_own_change_only() {
    let (lab, batch) = loan();
    let overlap = Overlap::of(&lab);
    let before = overlap.project();
    let retrain = Job::Retrain { batches: vec![batch] };
    let failure = overlap
        .meanwhile(retrain, is_fold, async {
            assert_ne!(overlap.project().data, before.data);
            overlap.edit(Edit::SetSeed { seed: 77 }).await;
            overlap.engine.host().is_cancelled.set(true);
        })
        .unwrap_err();
    assert!(failure.cancelled);
    overlap.engine.host().is_cancelled.set(false);
    let after = overlap.project();
    assert_eq!((after.data.as_ref(), after.pipeline.seed), (before.data.as_ref(), 77));
    assert_eq!(after.history.undo.len(), before.history.undo.len() + 1);
    // Undo goes over the seed, and finds the data that were there.
    block_on(overlap.edit(Edit::Undo));
    let undone = overlap.project();
    assert_eq!((&undone.data, &undone.pipeline), (&before.data, &before.pipeline));
    block_on(overlap.ask(Job::Describe)).unwrap();
}

#[test]
fn a_cancelled_retraining_leaves_what_could_be_redone() {
    let (lab, batch) = loan();
    let overlap = Overlap::of(&lab);
    block_on(overlap.edit(Edit::SetSeed { seed: 77 }));
    block_on(overlap.edit(Edit::Undo));
    let before = overlap.project();
    let retrain = Job::Retrain { batches: vec![batch] };
    let cancelled = overlap.meanwhile(retrain, is_fold, async { overlap.engine.host().is_cancelled.set(true) });
    assert!(cancelled.unwrap_err().cancelled);
    let after = overlap.project();
    assert_eq!((after.data, after.history), (before.data, before.history));
}

#[test]
fn an_edit_while_rows_are_added_stays() {
    let (lab, batch) = loan();
    let overlap = Overlap::of(&lab);
    let retrain = Job::Retrain { batches: vec![batch] };
    overlap
        .meanwhile(retrain, is_append, overlap.edit(Edit::SetSeed { seed: 77 }))
        .unwrap();
    let project = overlap.project();
    assert_eq!((project.pipeline.seed, project.data.as_ref().unwrap().parts.len()), (77, 2));
    assert!(project.runs.last().is_some_and(|run| run.seed == 77));
}

#[test]
fn other_data_while_rows_are_added_stay() {
    let (lab, batch) = loan();
    let overlap = Overlap::of(&lab);
    let retrain = Job::Retrain { batches: vec![batch] };
    let file = overlap.file(&sample_path("loan_next_month"));
    let failure = overlap
        .meanwhile(retrain, is_append, async {
            overlap.ask(Job::ImportSameRecipe { file }).await.unwrap();
        })
        .unwrap_err();
    assert_eq!(failure.message.code, "engine.data_changed");
    let data = overlap.project().data.unwrap();
    assert_eq!((data.summary.n_kept, data.parts.len()), (2000, 0));
    // The tasks have the new table, not that of the retraining.
    block_on(overlap.ask(Job::Describe)).unwrap();
}

/// The next month in parts, without outcomes, and the outcomes of all of it.
fn blind_parts(lab: &Lab, n_parts: usize) -> std::path::PathBuf {
    let text = std::fs::read_to_string(sample_path("loan_next_month")).unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    let blind = |line: &str| line.rsplit_once(',').unwrap().0.to_owned() + "\n";
    let rows: Vec<&str> = rows.lines().collect();
    for (i, part) in rows.chunks(rows.len() / n_parts).enumerate() {
        let path = scratch(&format!("part-{i}"));
        let text: String = std::iter::once(header).chain(part.iter().copied()).map(blind).collect();
        std::fs::write(&path, text).unwrap();
        check(lab, &path);
        std::fs::remove_file(&path).unwrap();
    }
    let labels: String = text
        .lines()
        .map(|line| format!("{},{}\n", line.split_once(',').unwrap().0, line.rsplit_once(',').unwrap().1))
        .collect();
    let path = scratch(&format!("overlap-labels-{n_parts}"));
    std::fs::write(&path, labels).unwrap();
    path
}

fn not_judging(lab: &Project, column: &str) -> Edit {
    let mut rules = lab.monitor_rules.clone();
    rules.not_judged = vec![column.to_owned()];
    Edit::SetMonitorRules { rules }
}

#[test]
fn outcomes_that_come_while_batches_are_judged_stay() {
    let lab = watched("loan", Algorithm::DecisionTree);
    let labels = blind_parts(&lab, 1);
    let overlap = Overlap::of(&lab);
    block_on(overlap.edit(not_judging(&overlap.project(), "age")));
    let check = overlap.check(&labels);
    let second = async {
        overlap.ask(check).await.unwrap();
    };
    overlap.both(Job::JudgeBatches, is_judging, second).unwrap();
    std::fs::remove_file(&labels).unwrap();
    let batches = overlap.project().batches;
    assert!(batches.len() == 1 && batches[0].has_target);
    assert_eq!(batches[0].summary.n_outcomes, 2000);
}

#[test]
fn the_newest_rules_are_those_that_reports_go_by() {
    let (lab, batch) = loan();
    let overlap = Overlap::of(&lab);
    block_on(overlap.edit(not_judging(&overlap.project(), "age")));
    let second = async {
        overlap.edit(not_judging(&overlap.project(), "income")).await;
        overlap.ask(Job::JudgeBatches).await.unwrap();
    };
    overlap.both(Job::JudgeBatches, is_judging, second).unwrap();
    let Answer::BatchReport(report) = block_on(overlap.ask(Job::OpenBatch { batch })).unwrap() else {
        panic!("no report")
    };
    let is_judged = |name: &str| {
        report
            .drift
            .columns
            .iter()
            .any(|column| column.name == name && column.is_judged())
    };
    assert_eq!((is_judged("age"), is_judged("income")), (true, false));
    // A new batch too.
    block_on(overlap.edit(Edit::DeleteBatch { batch }));
    let first = overlap.check(&sample_path("loan_next_month"));
    let second = overlap.edit(not_judging(&overlap.project(), "age"));
    let Answer::Batch(new) = overlap.both(first, is_judging, second).unwrap() else {
        panic!("no batch")
    };
    let column = new.summary.columns.iter().find(|column| column.name == "age").unwrap();
    assert_eq!(column.verdict, spec::monitor::DriftVerdict::NotJudged);
}

#[test]
fn the_same_file_twice_at_once_is_one_batch() {
    let lab = watched("loan", Algorithm::DecisionTree);
    let overlap = Overlap::of(&lab);
    let path = sample_path("loan_next_month");
    let (first, again) = (overlap.check(&path), overlap.check(&path));
    let second = async {
        overlap.ask(again).await.unwrap();
    };
    overlap.both(first, is_judging, second).unwrap();
    assert_eq!(overlap.project().batches.len(), 1);
}

#[test]
fn a_batch_that_is_deleted_while_it_is_checked_stays_deleted() {
    let (lab, batch) = loan();
    let overlap = Overlap::of(&lab);
    let check = overlap.check(&sample_path("loan_next_month"));
    let failure = overlap
        .meanwhile(check, is_judging, overlap.edit(Edit::DeleteBatch { batch }))
        .unwrap_err();
    assert_eq!(failure.message.code, "engine.no_batch");
    assert!(overlap.project().batches.is_empty());
}

#[test]
fn batches_are_judged_a_few_at_a_time_and_only_when_they_must_be() {
    let lab = watched("loan", Algorithm::DecisionTree);
    let labels = blind_parts(&lab, 5);
    let overlap = Overlap::of(&lab);
    let n_judged = || std::mem::take(&mut *overlap.engine.host().n_judged.borrow_mut());
    let check = overlap.check(&labels);
    block_on(overlap.ask(check)).unwrap();
    std::fs::remove_file(&labels).unwrap();
    assert_eq!(n_judged(), [2, 2, 1]);
    assert!(overlap.project().batches.iter().all(|batch| batch.has_target));
    block_on(overlap.edit(not_judging(&overlap.project(), "age")));
    block_on(overlap.ask(Job::JudgeBatches)).unwrap();
    assert_eq!(n_judged(), [2, 2, 1]);
    let before = overlap.project();
    // An alarm of three in a row is none any more when one of the three is gone.
    let mut rules = before.monitor_rules.clone();
    for rule in &mut rules.alerts {
        rule.for_batches = 5;
    }
    block_on(overlap.edit(Edit::SetMonitorRules { rules }));
    block_on(overlap.ask(Job::JudgeBatches)).unwrap();
    assert!(!overlap.project().batches[4].alarms.is_empty());
    block_on(overlap.edit(Edit::DeleteBatch { batch: 2 }));
    block_on(overlap.ask(Job::JudgeBatches)).unwrap();
    let after = overlap.project();
    assert!(after.batches.len() == 4 && after.batches.iter().all(|batch| batch.alarms.is_empty()));
    assert_eq!(n_judged(), [0_usize; 0]);
}

/// As after a training that was cancelled: the page reads the project again while one edits and trains on.
#[test]
fn a_project_that_is_opened_again_stays_open_meanwhile() {
    let (lab, _) = loan();
    let overlap = Overlap::of(&lab);
    let id = overlap.project().id;
    let again = async {
        for _ in 0..6 {
            let job = Job::OpenProject {
                id: id.clone(),
                take_over: false,
            };
            overlap.ask(job).await.unwrap();
        }
    };
    let edits = async {
        for n in 0..12 {
            overlap
                .edit(Edit::Rename {
                    name: format!("name {n}"),
                })
                .await;
            yield_now().await;
            assert_eq!(overlap.project().name, format!("name {n}"), "an older copy took its place");
        }
    };
    block_on(zip(again, edits));
    assert_eq!(overlap.project().name, "name 11");
}

#[test]
fn the_project_that_was_asked_for_last_is_open() {
    let (lab, _) = loan();
    let overlap = Overlap::of(&lab);
    let with_table = overlap.project().id;
    let start = Start::Blank;
    let name = "without a table".to_owned();
    block_on(overlap.ask(Job::CreateProject { name, start })).unwrap();
    let blank = overlap.project().id;
    let open = |id: &str| {
        overlap.ask(Job::OpenProject {
            id: id.to_owned(),
            take_over: false,
        })
    };
    // The first one has more to read and would be there last.
    let (first, second) = block_on(zip(open(&with_table), open(&blank)));
    first.unwrap();
    second.unwrap();
    assert_eq!(overlap.project().id, blank);
    let (opened, closed) = block_on(zip(open(&with_table), overlap.ask(Job::CloseProject)));
    opened.unwrap();
    closed.unwrap();
    assert!(overlap.engine.open_copy().is_err(), "closed after it was opened");
}

#[test]
fn a_run_of_a_project_that_was_left_is_saved() {
    let (lab, _) = loan();
    let overlap = Overlap::of(&lab);
    let project = overlap.project();
    // Another tree than the project has already: that one would not be trained again.
    let tree = ModelSpec {
        params: [("max_depth".to_owned(), ParamValue::Integer(4))].into(),
        ..model(Algorithm::DecisionTree)
    };
    let train = Job::Train { models: vec![tree] };
    let is_fit: Gate = |task| matches!(task, Task::Fit { .. });
    let left = async {
        overlap.ask(Job::CloseProject).await.unwrap();
    };
    overlap.meanwhile(train, is_fit, left).unwrap();
    assert!(overlap.engine.open_copy().is_err(), "nothing was opened again");
    let open = Job::OpenProject {
        id: project.id.clone(),
        take_over: false,
    };
    block_on(overlap.ask(open)).unwrap();
    let runs = overlap.project().runs;
    assert!(runs.len() > project.runs.len());
    assert!(
        runs.iter()
            .any(|run| run.algorithm == Algorithm::DecisionTree && !run.training_key.is_empty())
    );
}

#[test]
fn a_project_that_is_not_open_is_renamed_and_saved_as_a_file() {
    let (lab, _) = loan();
    let overlap = Overlap::of(&lab);
    let id = overlap.project().id;
    let (name, start) = ("another".to_owned(), Start::Blank);
    block_on(overlap.ask(Job::CreateProject { name, start })).unwrap();
    let rename = Job::RenameProject {
        id: id.clone(),
        name: "renamed".to_owned(),
    };
    block_on(overlap.ask(rename)).unwrap();
    let submission = Submission {
        id: 1,
        job: Job::ExportProject { id },
    };
    let (_, bytes) = block_on(overlap.engine.handle(&submission)).unwrap();
    let path = scratch("renamed");
    std::fs::write(&path, bytes.unwrap()).unwrap();
    let file = overlap.file(&path);
    assert_eq!(overlap.project().name, "another");
    block_on(overlap.ask(Job::ImportProject { file })).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert!(overlap.project().name.starts_with("renamed"), "{}", overlap.project().name);
    assert!(!overlap.project().runs.is_empty());
}
