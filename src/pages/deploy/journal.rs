//! What was done and decided about models, in one list.

use spec::evaluation::Choice;
use spec::texts::card;
use spec::texts::ui::registry as words;
use spec::{Order, Project};

#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub at_ms: f64,
    pub what: String,
    pub reason: String,
}

/// Acts, decisions and openings of the test set, the newest first.
pub fn entries(project: &Project) -> Vec<Entry> {
    let acts = project.acts.iter().map(|acted| Entry {
        at_ms: acted.at_ms,
        what: card::act(&acted.act),
        reason: acted.reason.clone(),
    });
    let decisions = project.decisions.iter().map(|decision| Entry {
        at_ms: decision.at_ms,
        what: words::decided(decision.choice == Choice::Go, decision.run),
        reason: decision.reason.clone(),
    });
    let openings = project.openings.iter().map(|opening| Entry {
        at_ms: opening.at_ms,
        what: words::opened(opening.run),
        reason: opening.reason.clone(),
    });
    // Stable: of one moment, what was recorded later stands first.
    let mut all: Vec<Entry> = openings.chain(decisions).chain(acts).collect();
    all.reverse();
    all.order_by(|a, b| b.at_ms.total_cmp(&a.at_ms));
    all
}

#[cfg(test)]
mod tests {
    use spec::Algorithm;
    use spec::evaluation::{Decision, Opening};

    use super::*;
    use crate::pages::fixture;

    #[test]
    fn three_records_make_one_list_by_time() {
        let mut project = fixture::trained(Algorithm::RandomForest, 0.86);
        fixture::register(&mut project, 1);
        fixture::register(&mut project, 1);
        project.decisions.push(Decision {
            run: 1,
            choice: Choice::NoGo,
            reason: "not yet".to_owned(),
            at_ms: 1500.0,
            goal: None,
            n_open: 0,
        });
        project.openings.push(Opening {
            test_id: "t".to_owned(),
            run: 1,
            at_ms: 500.0,
            reason: String::new(),
            rows_hash: String::new(),
            n_seen: 0,
        });
        let all: Vec<(String, String)> = entries(&project).into_iter().map(|one| (one.what, one.reason)).collect();
        let what: Vec<&str> = all.iter().map(|one| one.0.as_str()).collect();
        assert_eq!(
            what,
            [
                "Version 2 registered",
                "No-go on run 1",
                "Version 1 registered",
                "Test set opened for run 1"
            ]
        );
        assert_eq!(all[1].1, "not yet");
    }
}
