//! What a worker says, read as far as the page needs before it has fetched the code that knows projects: answers, partial
//! results and the catalogue stay trees until somebody reads them.

use serde::de::DeserializeOwned;
use spec::job::{JobId, Progress};
use spec::wire::{self, Value};
use spec::{Failure, Message};

/// As [`spec::job::Event`].
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    Catalogue(Value),
    Progress { id: JobId, progress: Progress },
    Partial { id: JobId, partial: Value },
    Finished { id: JobId, answer: Value },
    Failed { id: JobId, failure: Failure },
    Changed { id: String, read_only: bool },
    WorkerReplaced { reason: Message },
}

impl Said {
    /// None for what is no event of this build.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let Value::Map(event) = wire::value_of_bytes(bytes).ok()? else {
            return None;
        };
        let (kind, mut said) = event.into_iter().next()?;
        Some(match &*kind {
            "catalogue" => Self::Catalogue(said),
            "progress" => Self::Progress {
                id: part(&mut said, "id")?,
                progress: part(&mut said, "progress")?,
            },
            "partial" => Self::Partial {
                id: part(&mut said, "id")?,
                partial: said.take("partial")?,
            },
            "finished" => Self::Finished {
                id: part(&mut said, "id")?,
                answer: said.take("answer")?,
            },
            "failed" => Self::Failed {
                id: part(&mut said, "id")?,
                failure: part(&mut said, "failure")?,
            },
            "changed" => Self::Changed {
                id: part(&mut said, "id")?,
                read_only: part(&mut said, "read_only")?,
            },
            "worker_replaced" => Self::WorkerReplaced {
                reason: part(&mut said, "reason")?,
            },
            _ => return None,
        })
    }
}

fn part<T: DeserializeOwned>(said: &mut Value, name: &str) -> Option<T> {
    said.take(name).map(wire::from_own_value)
}

#[cfg(test)]
mod tests {
    use spec::job::{Answer, Catalogue, Event, Partial};

    use super::*;

    /// Every event, so that a new one or another name is noticed here.
    fn same(event: &Event) -> Said {
        match event.clone() {
            Event::Catalogue(catalogue) => Said::Catalogue(wire::to_value(&catalogue)),
            Event::Progress { id, progress } => Said::Progress { id, progress },
            Event::Partial { id, partial } => Said::Partial {
                id,
                partial: wire::to_value(&partial),
            },
            Event::Finished { id, answer } => Said::Finished {
                id,
                answer: wire::to_value(&answer),
            },
            Event::Failed { id, failure } => Said::Failed { id, failure },
            Event::Changed { id, read_only, .. } => Said::Changed { id, read_only },
            Event::WorkerReplaced { reason } => Said::WorkerReplaced { reason },
        }
    }

    #[test]
    fn every_event_is_understood() {
        let message = || Message::new("job.cancelled").with("n", 3_u32);
        let events = [
            Event::Catalogue(Box::new(Catalogue {
                build: "1".to_owned(),
                steps: Vec::new(),
                estimators: Vec::new(),
                terms: Vec::new(),
            })),
            Event::Progress {
                id: 1,
                progress: Progress {
                    fraction: Some(0.5),
                    doing: message(),
                    seconds_left: None,
                },
            },
            Event::Partial {
                id: 2,
                partial: Partial::Loss {
                    index: 1,
                    points: Vec::new(),
                },
            },
            Event::Finished {
                id: 3,
                answer: Answer::Registered { version: 4 },
            },
            Event::Failed {
                id: 4,
                failure: message().into(),
            },
            Event::Changed {
                id: "a".to_owned(),
                generation: 7,
                read_only: true,
            },
            Event::WorkerReplaced { reason: message() },
        ];
        for event in events {
            assert_eq!(Said::read(&wire::to_bytes(&event)), Some(same(&event)), "{event:?}");
        }
        assert_eq!(Said::read(&wire::to_bytes(&"nothing known")), None);
        assert_eq!(Said::read(b"torn"), None);
    }
}
