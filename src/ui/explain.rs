use leptos::prelude::*;

/// The drawer that explains on demand: whether it is open, and the term it explains. Provided as context by the shell.
#[derive(Clone, Copy, Debug)]
pub struct Explain {
    pub open: RwSignal<bool>,
    pub term: RwSignal<Option<String>>,
}

impl Explain {
    pub fn new(open: bool) -> Self {
        Self {
            open: RwSignal::new(open),
            term: RwSignal::new(None),
        }
    }

    /// The shell's drawer; outside a shell nothing opens.
    pub fn of_page() -> Self {
        use_context().unwrap_or_else(|| Self::new(false))
    }

    /// Opens the drawer on a term of the glossary.
    pub fn show(self, term: &str) {
        self.term.set(Some(term.to_owned()));
        self.open.set(true);
    }
}
