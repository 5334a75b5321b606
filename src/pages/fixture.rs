//! Small projects for the tests of the pages' models.

use std::collections::BTreeMap;

use spec::caveat::RunFacts;
use spec::evaluation::{ClassificationDetail, Detail, Evaluation, Part};
use spec::monitor::{
    Alarm, AlarmSeverity, BatchKind, BatchSummary, ColumnDrift, DriftMethod, DriftVerdict, Figures, MissingChange, OutOfRange,
    PairedHistogram, Presence, UnseenLevels,
};
use spec::project::DataRef;
use spec::read::{ImportSummary, ReadOptions};
use spec::registry::{Act, Batch, Version};
use spec::run::{FoldScore, Run, Scored};
use spec::{Algorithm, ColumnSchema, ColumnType, Fingerprint, Message, Metric, Params, Project, Task};

/// A project with data, nothing framed.
pub fn with_data() -> Project {
    let mut project = Project::new("p".to_owned(), "Churn".to_owned(), 0.0);
    let schema = ["id", "tenure", "churned"]
        .map(|name| ColumnSchema {
            name: name.to_owned(),
            original_name: None,
            column_type: ColumnType::Number,
            overridden: false,
        })
        .to_vec();
    let fingerprint = Fingerprint {
        sha256: "aa".to_owned(),
        n_bytes: 10,
        n_rows: 100,
        n_columns: 3,
        schema_sha256: "bb".to_owned(),
    };
    let summary = ImportSummary {
        file_name: "churn.csv".to_owned(),
        options: ReadOptions::default(),
        schema,
        formats: BTreeMap::new(),
        readings: BTreeMap::new(),
        fingerprint,
        n_kept: 100,
        n_rejected: 0,
        rejects: Vec::new(),
        reject_counts: Vec::new(),
        notes: Vec::new(),
    };
    project.data = Some(DataRef {
        summary,
        table_hash: "cc".to_owned(),
        sample: Some("churn".to_owned()),
        parts: Vec::new(),
    });
    project
}

/// The same with target, task and metric, and one fresh run with this ROC AUC, plus or minus 0.02.
pub fn trained(algorithm: Algorithm, roc_auc: f64) -> Project {
    let mut project = with_data();
    let framing = &mut project.pipeline.framing;
    framing.target = Some("churned".to_owned());
    framing.task = Some(Task::Binary);
    framing.positive_class = Some("yes".to_owned());
    framing.metric = Some(Metric::RocAuc);
    project.runs.push(Run {
        id: 1,
        algorithm,
        params: Params::new(),
        trial: None,
        exact: true,
        training_key: project.pipeline.training_key(),
        data_sha256: "aa".to_owned(),
        seed: 42,
        code_version: "0.1.0".to_owned(),
        started_at_ms: 0.0,
        fit_secs: 1.0,
        predict_secs_per_row: 1e-6,
        n_bytes: 1000,
        n_features: 2,
        cv: BTreeMap::from([(
            Metric::RocAuc,
            FoldScore {
                mean: roc_auc,
                std: Some(0.01),
            },
        )]),
        train: BTreeMap::new(),
        validation: BTreeMap::from([(Metric::RocAuc, scored(roc_auc))]),
        n_validated: 1000,
        choice: None,
        diagnosis: None,
        loss_curve: Vec::new(),
        warnings: Vec::new(),
        predictions_hash: String::new(),
        model_hash: String::new(),
        facts: RunFacts::default(),
    });
    project
}

/// Registers a run, with the goal as it stands; the number of the version.
pub fn register(project: &mut Project, run: u32) -> u32 {
    let number = project.registry.next_number();
    let run = project.runs.iter().find(|one| one.id == run).expect("the run").clone();
    let at_ms = f64::from(number) * 1000.0;
    project.registry.versions.push(Version {
        number,
        created_at_ms: at_ms,
        note: String::new(),
        pipeline: project.pipeline.clone(),
        data: project.data.clone().expect("data"),
        decision_threshold: Some(0.5),
        part: Part::Validation,
        scores: run.validation.clone(),
        goal: spec::caveat::Standing::of(project, &run, None).goal,
        caveats: Vec::new(),
        n_test_openings: 0,
        reference_hash: String::new(),
        exported: Vec::new(),
        run,
    });
    project.note(at_ms, Act::Registered { version: number }, String::new());
    number
}

/// An opened test set of a run.
pub fn test_evaluation(run: u32, roc_auc: f64) -> Evaluation {
    Evaluation {
        run,
        part: Part::Test,
        task: Task::Binary,
        training_key: String::new(),
        n_rows: 200,
        decision_threshold: Some(0.5),
        scores: BTreeMap::from([(Metric::RocAuc, scored(roc_auc))]),
        detail: Detail::Classification(ClassificationDetail::default()),
        fairness: Vec::new(),
        importance: Vec::new(),
        goal: None,
        cost_per_1000: None,
        sentences: Vec::new(),
        warnings: Vec::new(),
        predictions_hash: String::new(),
    }
}

/// A stable column without values.
pub fn column_drift(name: &str) -> ColumnDrift {
    ColumnDrift {
        name: name.to_owned(),
        column_type: ColumnType::Number,
        presence: Presence::Present,
        importance: None,
        n_reference: 100,
        n_batch: 50,
        method: DriftMethod::Psi,
        method_reason: Message::new("monitor.method_chosen"),
        figures: Figures::default(),
        p_value: Some(0.5),
        p_adjusted: Some(0.5),
        effect: Some(0.01),
        least_effect: 0.1,
        verdict: DriftVerdict::Stable,
        message: Message::new("monitor.stable").with("column", name),
        missing: MissingChange::default(),
        unseen: UnseenLevels::default(),
        out_of_range: OutOfRange::default(),
        moved: Vec::new(),
        is_respelled: false,
        histogram: PairedHistogram::Empty,
    }
}

/// The trained project with its run registered as version 1 and champion.
pub fn watched() -> Project {
    let mut project = trained(Algorithm::RandomForest, 0.86);
    let (Some(data), run) = (project.data.clone(), project.runs[0].clone()) else {
        return project;
    };
    project.registry.versions.push(Version {
        number: 1,
        created_at_ms: 0.0,
        note: String::new(),
        scores: run.validation.clone(),
        run,
        pipeline: project.pipeline.clone(),
        data,
        decision_threshold: Some(0.5),
        part: Part::Validation,
        goal: None,
        caveats: Vec::new(),
        n_test_openings: 0,
        reference_hash: String::new(),
        exported: Vec::new(),
    });
    project.registry.champion = Some(1);
    project
}

/// A batch of version 1, with as many serious alarms.
pub fn batch(id: u32, verdict: DriftVerdict, n_alarms: usize) -> Batch {
    let alarm = |i: usize| Alarm {
        rule: format!("rule_{i}"),
        severity: AlarmSeverity::Warning,
        batch: id,
        at_ms: f64::from(id),
        n_batches: 1,
        message: Message::new("monitor.alarm_prediction_drift")
            .with("batch", "b")
            .with("n_batches", 1_u32),
    };
    Batch {
        summary: BatchSummary {
            id,
            name: format!("batch {id}"),
            at_ms: f64::from(id),
            version: "1".to_owned(),
            n_rows: 500,
            verdict,
            n_judged: 10,
            n_drifted: 2,
            share: Some(0.2),
            share_of_importance: Some(0.4),
            columns: Vec::new(),
            prediction: None,
            target: None,
            metric: Some(Metric::RocAuc),
            n_outcomes: 500,
            performance: BTreeMap::new(),
        },
        file_name: format!("batch_{id}.csv"),
        sha256: format!("sha {id}"),
        version: 1,
        table_hash: None,
        report_hash: format!("report {id}"),
        has_target: true,
        kind: BatchKind::Table,
        log_hash: None,
        alarms: (0..n_alarms).map(alarm).collect(),
        notes: Vec::new(),
        judged_by: String::new(),
    }
}

fn scored(value: f64) -> Scored {
    Scored {
        value: Some(value),
        low: Some(value - 0.02),
        high: Some(value + 0.02),
        baseline: Some(0.5),
        baseline_of: None,
    }
}
