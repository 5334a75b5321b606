use leptos::prelude::*;

use crate::platform::files::UserFile;

/// A file that was dropped on the home page and waits for the Prepare page of its new project, which asks how to read it.
#[derive(Clone, Copy)]
pub struct IncomingFile(RwSignal<Option<UserFile>>);

impl IncomingFile {
    pub fn provide() {
        provide_context(Self(RwSignal::new(None)));
    }

    /// To be called in a component.
    pub fn get() -> Self {
        use_context().unwrap_or_else(|| Self(RwSignal::new(None)))
    }

    pub fn put(self, file: UserFile) {
        self.0.set(Some(file));
    }

    /// The file, once; reactive.
    pub fn take(self) -> Option<UserFile> {
        let file = self.0.get();
        if file.is_some() {
            self.0.set(None);
        }
        file
    }
}
