//! What the worker says without being asked.

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::job::{JobId, Partial};
use spec::{Message, Severity, wire};

use super::{Candidate, RunningJob, Session};
use crate::bridge::Heard;

impl Session {
    pub(super) fn hear(self, heard: &Heard) {
        match heard {
            Heard::Ready => self.read_catalogue(),
            Heard::Progress { id, progress } => self.on_job(*id, |job| job.progress = Some(progress.clone())),
            Heard::Partial { id, partial } => self.hear_partial(*id, wire::from_own_value(partial.clone())),
            Heard::Changed { id, read_only } if self.is_current(id) => {
                if *read_only && !self.read_only.get_untracked() {
                    self.notify(Severity::Warning, Message::new("page.taken_over"));
                    self.read_only.set(true);
                }
                let id = id.clone();
                spawn_local(async move { self.reread(&id).await });
            }
            Heard::Restarted { .. } => {
                if let Some(id) = self.project_id() {
                    // The dead worker may hold the project's lock for a moment longer; this tab was its writer.
                    let was_writer = !self.read_only.get_untracked();
                    spawn_local(async move { self.open_now(&id, was_writer).await });
                }
            }
            Heard::Changed { .. } | Heard::WorkerReplaced { .. } | Heard::Unusable { .. } => {}
        }
    }

    pub(super) fn hear_partial(self, id: JobId, partial: Partial) {
        match partial {
            Partial::Candidate {
                index,
                algorithm,
                trial,
                fraction,
                state,
            } => self.on_job(id, |job| {
                let loss = job
                    .candidates
                    .remove(&index)
                    .map_or_else(Vec::new, |candidate| candidate.loss);
                job.candidates.insert(
                    index,
                    Candidate {
                        algorithm,
                        trial,
                        fraction,
                        state,
                        loss,
                    },
                );
            }),
            Partial::Loss { index, points } => self.on_job(id, |job| {
                if let Some(candidate) = job.candidates.get_mut(&index) {
                    candidate.loss.extend(points);
                }
            }),
            Partial::Run { project, .. } if !self.is_current(&project) => {}
            Partial::Run { run, generation, .. } => {
                self.project.update(|project| {
                    if let Some(project) = project {
                        project.runs.retain(|other| other.id != run.id);
                        project.runs.push(*run);
                    }
                });
                self.stored(generation, None);
            }
        }
    }

    pub(super) fn on_job(self, id: JobId, change: impl FnOnce(&mut RunningJob)) {
        self.jobs.update(|jobs| {
            if let Some(job) = jobs.iter_mut().find(|job| job.id == id) {
                change(job);
            }
        });
    }
}
