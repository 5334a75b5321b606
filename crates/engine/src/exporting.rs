//! What leaves: the bundle, the report, the pipeline file and the framing sheet.

use spec::caveat::Standing;
use spec::evaluation::{Evaluation, GoalStatus, Part};
use spec::job::{Answer, Download, FileKey, JobId};
use spec::read::ReadOptions;
use spec::registry::{Exported, ModelRef, Naming, VersionName};
use spec::report::{Report, ReportCandidate, ReportChampion, ReportData, ReportRows, ReportThreshold};
use spec::run::Run;
use spec::{Message, Outcome, Project};

use crate::Host;
use crate::card::Judged;
use crate::data::{download, file_name};
use crate::engine::{Engine, Reply, expect_output};
use crate::evaluating::find_run;
use crate::projects::evaluation_of;
use crate::setting::Setting;
use crate::subject::Subject;
use crate::task::{Bundled, ExportOrder, ScoreOrder, ScoredFile, Task, TaskOutput};

impl<H: Host> Engine<H> {
    pub(crate) async fn export(&self, job: JobId, of: ModelRef) -> Outcome<Reply> {
        let bundle = self.bundle(job, of, &Naming::default()).await?;
        self.note_export(of, &bundle).await?;
        let bytes = bundle.zip.into_vec();
        let download = Download {
            file_name: bundle.file_name,
            mime: "application/zip".to_owned(),
            n_bytes: bytes.len() as u64,
            notes: bundle.notes,
            files: bundle
                .files
                .iter()
                .map(|(path, bytes)| (path.clone(), bytes.len() as u64))
                .collect(),
        };
        Ok((Answer::Download(download), Some(bytes)))
    }

    /// The bundle of a model, verified, as files by path.
    pub async fn bundle_files(&self, job: JobId, of: ModelRef, naming: &Naming) -> Outcome<Vec<(String, Vec<u8>)>> {
        let bundle = self.bundle(job, of, naming).await?;
        self.note_export(of, &bundle).await?;
        Ok(bundle
            .files
            .into_iter()
            .map(|(path, bytes)| (path, bytes.into_vec()))
            .collect())
    }

    /// The version remembers what its bundle is called by: answers of a service lead back to it.
    async fn note_export(&self, of: ModelRef, bundle: &Bundled) -> Outcome<()> {
        let ModelRef::Version(number) = of else { return Ok(()) };
        let project = self.project()?;
        let is_known = |known: &Exported| known.sha256 == bundle.sha256;
        let version = project.registry.version(number);
        // Who only reads the project may export it all the same.
        if self.is_read_only() || version.is_none_or(|version| version.exported.iter().any(is_known)) {
            return Ok(());
        }
        let exported = Exported {
            at_ms: self.host.now_ms(),
            name: bundle.name.clone(),
            version: bundle.version.clone(),
            sha256: bundle.sha256.clone(),
        };
        self.change(&project.id, Vec::new(), |project| {
            let versions = &mut project.registry.versions;
            if let Some(version) = versions.iter_mut().find(|version| version.number == number) {
                project.changed_at_ms = exported.at_ms;
                version.exported.push(exported);
            }
            Ok(())
        })
        .await?;
        Ok(())
    }

    async fn bundle(&self, job: JobId, of: ModelRef, naming: &Naming) -> Outcome<Bundled> {
        let project = self.project()?;
        let subject = Subject::of(&project, of)?;
        let mut order = self.order(job, &project, &subject).await?;
        if let Some(name) = &naming.name {
            order.name.clone_from(name);
        }
        if naming.version.is_some() {
            order.version.clone_from(&naming.version);
        }
        let task = Task::Export {
            setting: subject.setting.clone(),
            model: self.chunk(&subject.run.model_hash).await?.into(),
            order: Box::new(order),
        };
        let output = self.task_on(job, &subject, task, Message::new("doing.exporting")).await?;
        Ok(*expect_output!(output, TaskOutput::Bundle(bundle) => bundle))
    }

    /// Scores a raw file with an exported model, by the contract that came with it. `options`: how the file is split, where
    /// somebody said it.
    pub async fn score(
        &self,
        job: JobId,
        file: FileKey,
        options: Option<ReadOptions>,
        (model, contract): (Vec<u8>, Vec<u8>),
        order: ScoreOrder,
    ) -> Outcome<ScoredFile> {
        let task = Task::ScoreFile {
            file,
            file_name: self.host.file_name(file),
            options,
            model: model.into(),
            contract: contract.into(),
            order,
        };
        let output = self.task(job, task, Message::new("doing.predicting")).await?;
        Ok(expect_output!(output, TaskOutput::Scored(scored) => scored))
    }

    /// Predictions of a run as CSV: validation rows, then test rows if they were opened.
    pub async fn predictions_csv(&self, run: u32) -> Outcome<Vec<u8>> {
        let project = self.project()?;
        let run = find_run(&project, run)?;
        let validation = self.evaluate_validation(0, &project, run).await?;
        let mut parts = vec![(Part::Validation, self.scoreboard(&project, run, Part::Validation).await?)];
        if evaluation_of(&project, run.id, Part::Test).is_some() {
            parts.push((Part::Test, self.scoreboard(&project, run, Part::Test).await?));
        }
        let threshold = evaluation_of(&project, run.id, Part::Test)
            .unwrap_or(&validation)
            .decision_threshold;
        crate::predictions::csv(&parts, threshold)
    }

    /// What later data are compared with: of a version, what was kept when it was registered, with the rules as they are now.
    async fn baseline(&self, job: JobId, project: &Project, subject: &Subject<'_>, judged: &Judged) -> Outcome<Vec<u8>> {
        match subject.version {
            Some(version) => {
                let mut reference = monitor::from_json(&self.chunk(&version.reference_hash).await?)?;
                reference.rules.clone_from(&project.monitor_rules);
                monitor::to_json(&reference)
            }
            None => {
                let doing = Message::new("doing.exporting");
                self.reference(job, project, subject.run, judged.best(), doing).await
            }
        }
    }

    /// The recorded facts that go into a bundle: of a version as they were when it was registered.
    async fn order(&self, job: JobId, project: &Project, subject: &Subject<'_>) -> Outcome<ExportOrder> {
        let run = subject.run;
        let judged = self.judged(job, project, subject).await?;
        let card = crate::card::markdown(&crate::card::card(project, subject, &judged));
        let baseline = self.baseline(job, project, subject, &judged).await?;
        let best = judged.best();
        let import = &subject.data.summary;
        let (decision_threshold, scores, part) = match subject.version {
            Some(version) => (version.decision_threshold, &version.scores, version.part),
            None => (best.decision_threshold, &best.scores, best.part),
        };
        Ok(ExportOrder {
            name: project.name.clone(),
            run: run.id,
            algorithm: run.algorithm,
            params: run.params.clone(),
            decision_threshold,
            goal: judged.goal.clone(),
            scores: scores.clone(),
            part,
            missing_tokens: import.options.missing_tokens.clone(),
            decimal_comma: import.options.decimal_comma,
            comment: import.options.comment,
            file: (&import.options).into(),
            schema: import.schema.clone(),
            readings: import.readings.clone(),
            formats: import.formats.clone(),
            pipeline_json: subject.pipeline.to_json(),
            tool: self.host.tool(),
            fingerprint: Some(import.fingerprint.clone()),
            is_stale: subject.version.is_none() && !project.is_fresh(run),
            model_hash: run.model_hash.clone(),
            version: subject.version.map(|version| VersionName::Number(version.number)),
            card,
            baseline: baseline.into(),
        })
    }

    /// The test figures if the test set was opened for this run, else those of validation.
    pub(crate) async fn best_evaluation(&self, job: JobId, project: &Project, run: &Run) -> Outcome<Evaluation> {
        match evaluation_of(project, run.id, Part::Test) {
            Some(evaluation) => Ok(evaluation.clone()),
            None => self.evaluate_validation(job, project, run).await,
        }
    }

    pub(crate) fn goal(&self, project: &Project, run: &Run, evaluation: &Evaluation) -> Option<GoalStatus> {
        let framing = &project.pipeline.framing;
        let metric = framing.metric?;
        GoalStatus::judge(
            framing.threshold.as_ref()?,
            metric,
            evaluation.scores.get(&metric)?,
            evaluation.part,
            run.id,
        )
    }

    /// `report.json` of the open project, about its current run.
    pub async fn report(&self, job: JobId) -> Outcome<Report> {
        let project = self.project()?;
        let run = project
            .current_run()
            .ok_or_else(|| Message::new("engine.no_run").with("run", 0_u32))?;
        let setting = Setting::of_run(&project, run)?;
        let (task, metric) = setting.goal()?;
        let split = expect_output!(
            self.task(job, Task::Split { setting: setting.clone() }, Message::new("doing.describing")).await?,
            TaskOutput::Split(split) => split.summary
        );
        let validation = self.evaluate_validation(job, &project, run).await?;
        let test = evaluation_of(&project, run.id, Part::Test);
        let judged = test.unwrap_or(&validation);
        let standing = Standing::of(&project, run, Some(&validation));
        let data = project.data.as_ref().ok_or_else(|| Message::new("engine.no_data"))?;
        let leaderboard = project
            .leaderboard()
            .into_iter()
            .filter(|other| other.training_key == run.training_key);
        let not_waived = standing.caveats.iter().filter(|caveat| caveat.waived.is_none());
        let mut warnings: Vec<Message> = not_waived.map(|caveat| caveat.message.clone()).collect();
        for warning in run.warnings.iter().chain(&split.warnings).chain(&judged.warnings) {
            if !warnings.contains(warning) {
                warnings.push(warning.clone());
            }
        }
        Ok(Report {
            format: spec::FORMAT,
            task,
            target: setting.framing.target.clone().unwrap_or_default(),
            metric: Some(metric),
            ranked_by: project.ranking_metric(),
            n_folds: split.n_folds,
            seed: run.seed,
            data: ReportData {
                sha256: data.summary.fingerprint.sha256.clone(),
                rows: data.summary.n_kept,
                columns: data.summary.fingerprint.n_columns,
                rejected: data.summary.n_rejected,
            },
            rows: ReportRows {
                train: split.train.n_rows,
                validation: split.validation.n_rows,
                test: split.test.n_rows,
            },
            champion: ReportChampion {
                algorithm: run.algorithm,
                hyperparameters: run.params.clone(),
            },
            leaderboard: leaderboard
                .map(|run| ReportCandidate {
                    algorithm: run.algorithm,
                    hyperparameters: run.params.clone(),
                    exact: run.exact,
                    cv: run.cv.clone(),
                })
                .collect(),
            validation: validation.scores.clone(),
            test: test.map(|evaluation| evaluation.scores.clone()),
            test_openings: project.n_openings(&split.test_id),
            threshold: setting.framing.threshold.map(|threshold| ReportThreshold {
                metric,
                value: standing.goal.as_ref().map_or(threshold.value, |goal| goal.required),
                verdict: standing.goal.as_ref().map(|goal| goal.verdict),
            }),
            decision_threshold: judged.decision_threshold,
            fairness: (!judged.fairness.is_empty()).then(|| judged.fairness.clone()),
            caveats: standing.caveats,
            warnings,
        })
    }

    pub(crate) async fn export_report(&self, job: JobId) -> Outcome<Reply> {
        Ok(download(
            "report.json".to_owned(),
            "application/json",
            self.report(job).await?.to_json().into_bytes(),
        ))
    }

    pub(crate) fn export_pipeline(&self) -> Outcome<Reply> {
        let project = self.project()?;
        Ok(download(
            "pipeline.json".to_owned(),
            "application/json",
            project.pipeline.to_json().into_bytes(),
        ))
    }

    pub(crate) fn export_framing(&self) -> Outcome<Reply> {
        let project = self.project()?;
        let sheet = crate::sheet::write(&project.name, &project.pipeline.framing);
        Ok(download(
            file_name(&format!("{}-framing", project.name), "md"),
            "text/markdown;charset=utf-8",
            sheet.into_bytes(),
        ))
    }
}
