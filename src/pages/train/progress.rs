//! What training has told so far.

use spec::job::CandidateState;
use spec::run::LossPoint;
use spec::texts::names;
use spec::texts::ui::train as words;
use spec::{Algorithm, Failure};

use crate::session::RunningJob;

/// One candidate or trial on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct CandidateProgress {
    pub index: u32,
    pub name: String,
    /// 0 to 1; `None` when it cannot be told.
    pub fraction: Option<f64>,
    pub state: CandidateState,
}

impl CandidateProgress {
    pub fn word(&self) -> &'static str {
        match self.state {
            CandidateState::Waiting => words::WAITING,
            CandidateState::Running => words::RUNNING,
            CandidateState::Done { .. } => words::DONE,
            CandidateState::Failed { .. } => words::FAILED,
        }
    }

    pub fn failure(&self) -> Option<&Failure> {
        match &self.state {
            CandidateState::Failed { failure } => Some(failure),
            _ => None,
        }
    }
}

/// All candidates and trials of a training job, in order.
pub fn lines(job: &RunningJob) -> Vec<CandidateProgress> {
    job.candidates
        .iter()
        .map(|(index, candidate)| CandidateProgress {
            index: *index,
            name: name(candidate.algorithm, candidate.trial),
            fraction: match candidate.state {
                CandidateState::Done { .. } => Some(1.0),
                CandidateState::Waiting => Some(0.0),
                _ => candidate.fraction,
            },
            state: candidate.state.clone(),
        })
        .collect()
}

/// The learning curve of the candidate that is training now, with its name. Of several folds the newest.
pub fn loss(job: &RunningJob) -> Option<(String, Vec<LossPoint>)> {
    let has_loss = || job.candidates.values().filter(|candidate| !candidate.loss.is_empty());
    let running = has_loss().find(|candidate| candidate.state == CandidateState::Running);
    let candidate = running.or_else(|| has_loss().next_back())?;
    Some((
        name(candidate.algorithm, candidate.trial),
        newest_fold(&candidate.loss).to_vec(),
    ))
}

/// A fold that starts tells its first round again: what follows the last such place.
fn newest_fold(points: &[LossPoint]) -> &[LossPoint] {
    let start = points
        .windows(2)
        .rposition(|pair| pair[1].round <= pair[0].round)
        .map_or(0, |i| i + 1);
    &points[start..]
}

/// "Random forest", "Random forest, trial 3".
pub fn name(algorithm: Algorithm, trial: Option<u32>) -> String {
    let name = names::algorithm(algorithm);
    trial.map_or_else(|| name.to_owned(), |trial| words::trial(name, trial))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use spec::job::Job;

    use super::*;
    use crate::session::Candidate;

    fn job(candidates: Vec<(CandidateState, Vec<LossPoint>)>) -> RunningJob {
        let candidates = candidates.into_iter().enumerate().map(|(i, (state, loss))| {
            let algorithm = Algorithm::GradientBoosting;
            (
                i as u32,
                Candidate {
                    algorithm,
                    trial: Some(2),
                    fraction: Some(0.2),
                    state,
                    loss,
                },
            )
        });
        RunningJob {
            id: 1,
            job: Job::Train { models: vec![] },
            started_ms: 0.0,
            progress: None,
            candidates: candidates.collect::<BTreeMap<_, _>>(),
        }
    }

    fn point(round: u32) -> LossPoint {
        LossPoint {
            round,
            train: 1.0 / f64::from(round),
            validation: None,
        }
    }

    #[test]
    fn each_candidate_says_where_it_is() {
        let job = job(vec![
            (CandidateState::Done { run: 4 }, vec![]),
            (CandidateState::Running, vec![]),
            (CandidateState::Waiting, vec![]),
        ]);
        let lines = lines(&job);
        assert_eq!(
            lines.iter().map(CandidateProgress::word).collect::<Vec<_>>(),
            ["done", "training", "waiting"]
        );
        assert_eq!(
            lines.iter().map(|line| line.fraction).collect::<Vec<_>>(),
            [Some(1.0), Some(0.2), Some(0.0)]
        );
        assert_eq!(lines[1].name, "Gradient boosting, trial 2");
    }

    #[test]
    fn the_loss_is_that_of_the_newest_fold_of_the_running_candidate() {
        let done = (CandidateState::Done { run: 1 }, vec![point(1)]);
        let running = (
            CandidateState::Running,
            vec![point(1), point(2), point(3), point(1), point(2)],
        );
        assert_eq!(loss(&job(vec![done.clone(), running])).unwrap().1, [point(1), point(2)]);
        assert_eq!(loss(&job(vec![done])).unwrap().1.len(), 1);
        assert_eq!(loss(&job(vec![])), None);
    }
}
