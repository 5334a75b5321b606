//! One at a time, in the order of arrival, without a runtime: a waiter polls between the host's pauses.

use std::cell::Cell;

use crate::Host;

#[derive(Default)]
pub(crate) struct Turns {
    next: Cell<u64>,
    serving: Cell<u64>,
}

/// Held while it is somebody's turn.
pub(crate) struct Turn<'a>(&'a Turns);

impl Turns {
    pub async fn take_turn<H: Host>(&self, host: &H) -> Turn<'_> {
        let own = self.next.get();
        self.next.set(own + 1);
        while self.serving.get() != own {
            host.pause().await;
        }
        Turn(self)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.serving.set(self.0.serving.get() + 1);
    }
}
