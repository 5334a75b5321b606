//! Events as progress bars on a terminal, and as nothing elsewhere.

use std::cell::RefCell;

use indicatif::{ProgressBar, ProgressStyle};
use spec::job::{CandidateState, Event, Partial};
use spec::texts::{names, number, ui};

const STEPS: u64 = 1000;

/// One bar that shows the job at hand; lines above it for what is finished.
pub struct Bar {
    bar: RefCell<Option<ProgressBar>>,
    is_terminal: bool,
}

impl Default for Bar {
    fn default() -> Self {
        Self {
            bar: RefCell::new(None),
            is_terminal: std::io::IsTerminal::is_terminal(&std::io::stderr()),
        }
    }
}

impl Bar {
    pub fn show(&self, event: &Event) {
        match event {
            Event::Progress { progress, .. } if self.is_terminal => {
                let mut slot = self.bar.borrow_mut();
                let bar = slot.get_or_insert_with(new_bar);
                let left = progress
                    .seconds_left
                    .map(|secs| ui::common::time_left(&number::duration(secs.max(1.0).round())));
                let parts = [Some(progress.doing.says()), left];
                let text = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
                bar.set_message(crate::out::visible(&text).into_owned());
                bar.set_position(progress.fraction.map_or(0, |fraction| (fraction * STEPS as f64) as u64));
            }
            Event::Partial {
                partial: Partial::Run { run, .. },
                ..
            } => {
                let name = names::algorithm(run.algorithm);
                self.line(&format!("{name}: fitted in {}", number::duration(run.fit_secs)));
            }
            Event::Partial {
                partial:
                    Partial::Candidate {
                        algorithm,
                        state: CandidateState::Failed { failure },
                        ..
                    },
                ..
            } => {
                self.line(&format!(
                    "{}: {}. {}",
                    names::algorithm(*algorithm),
                    failure,
                    failure.message.hint()
                ));
            }
            Event::Finished { .. } | Event::Failed { .. } => self.clear(),
            _ => {}
        }
    }

    /// A line on stderr that does not tear the bar.
    pub fn line(&self, text: &str) {
        match self.bar.borrow().as_ref() {
            Some(bar) => bar.suspend(|| eprintln!("{text}")),
            None => eprintln!("{text}"),
        }
    }

    pub fn clear(&self) {
        if let Some(bar) = self.bar.borrow_mut().take() {
            bar.finish_and_clear();
        }
    }
}

fn new_bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {percent:>3}% {msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(STEPS).with_style(style)
}
