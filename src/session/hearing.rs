//! What the worker says without being asked.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::job::{Event, JobId, Partial};
use spec::{Message, Severity};

use super::{Candidate, Readiness, RunningJob, Session};
use crate::bridge::Heard;

impl Session {
    pub(super) fn hear(self, heard: Heard) {
        match heard {
            Heard::Event(event) => self.hear_event(event),
            Heard::Restarted { reason } => {
                self.readiness.set(Readiness::Starting);
                self.notify(Severity::Warning, reason);
                if let Some(id) = self.project_id() {
                    // The dead worker may hold the project's lock for a moment longer; this tab was its writer.
                    let was_writer = !self.read_only.get_untracked();
                    spawn_local(async move { self.open_now(&id, was_writer).await });
                }
            }
            Heard::Unusable { reason } => self.readiness.set(Readiness::Unusable(reason)),
        }
    }

    pub(super) fn hear_event(self, event: Event) {
        match event {
            Event::Catalogue(catalogue) => {
                self.catalogue.set(Some(Arc::new(*catalogue)));
                self.readiness.set(Readiness::Ready);
            }
            Event::Progress { id, progress } => self.on_job(id, |job| job.progress = Some(progress)),
            Event::Partial { id, partial } => self.hear_partial(id, partial),
            Event::Changed { id, read_only, .. } => {
                if self.is_current(&id) {
                    if read_only && !self.read_only.get_untracked() {
                        self.notify(Severity::Warning, Message::new("page.taken_over"));
                        self.read_only.set(true);
                    }
                    spawn_local(async move { self.reread(&id).await });
                }
                spawn_local(async move { self.list_projects(false).await });
            }
            Event::WorkerReplaced { reason } => self.notify(Severity::Warning, reason),
            // The bridge ends jobs.
            Event::Finished { .. } | Event::Failed { .. } => {}
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
            Partial::Run { run, generation } => {
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
