//! Questions that follow each other faster than answers come.

/// At most one is under way; of those asked meanwhile only the newest counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Newest<T> {
    is_busy: bool,
    waiting: Option<T>,
}

impl<T> Default for Newest<T> {
    fn default() -> Self {
        Self {
            is_busy: false,
            waiting: None,
        }
    }
}

impl<T> Newest<T> {
    /// The question, when it is to be asked now.
    pub fn ask(&mut self, question: T) -> Option<T> {
        if self.is_busy {
            self.waiting = Some(question);
            return None;
        }
        self.is_busy = true;
        Some(question)
    }

    /// After an answer: the question that is to be asked next.
    pub fn answered(&mut self) -> Option<T> {
        let next = self.waiting.take();
        self.is_busy = next.is_some();
        next
    }

    /// The answer that has just come is of an older question.
    pub fn is_outdated(&self) -> bool {
        self.waiting.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_under_way_and_the_newest_wins() {
        let mut newest = Newest::default();
        assert_eq!(newest.ask(1), Some(1));
        assert_eq!(newest.ask(2), None);
        assert_eq!(newest.ask(3), None);
        assert!(newest.is_outdated());
        assert_eq!(newest.answered(), Some(3), "2 is never asked");
        assert_eq!(newest.ask(4), None);
        assert_eq!(newest.answered(), Some(4));
        assert_eq!(newest.answered(), None);
        assert_eq!(newest.ask(5), Some(5));
    }
}
