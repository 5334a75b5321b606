//! The registry as a table, and what can be done about a version.

use spec::evaluation::Verdict;
use spec::registry::{Alias, Version};
use spec::texts::ui::registry as words;
use spec::texts::{names, number};
use spec::{Edit, Project};

/// One version.
#[derive(Clone, Debug, PartialEq)]
pub struct VersionLine {
    pub number: u32,
    pub is_champion: bool,
    pub is_challenger: bool,
    pub algorithm: String,
    pub run: u32,
    pub at_ms: f64,
    /// The primary metric's name and figure, and its interval with the rows that it is of.
    pub figure: String,
    pub interval: String,
    pub threshold: String,
    pub verdict: Option<Verdict>,
    /// Caveats that are open.
    pub n_open: usize,
    /// The beginning of the file's hash, and the whole of it.
    pub data: (String, String),
    pub note: String,
    pub actions: Vec<Action>,
}

/// Characters of a hash that tell two files apart.
const HASH_CHARACTERS: usize = 8;

/// The newest first.
pub fn lines(project: &Project) -> Vec<VersionLine> {
    project
        .registry
        .versions
        .iter()
        .rev()
        .map(|version| line(project, version))
        .collect()
}

fn line(project: &Project, version: &Version) -> VersionLine {
    let registry = &project.registry;
    let metric = version.pipeline.framing.metric;
    let scored = metric.and_then(|metric| version.scores.get(&metric));
    let interval = scored.and_then(|scored| scored.low.zip(scored.high)).map_or_else(
        || words::on(version.part).to_owned(),
        |(low, high)| words::interval(low, high, version.part),
    );
    let sha256 = version.data.summary.fingerprint.sha256.clone();
    VersionLine {
        number: version.number,
        is_champion: registry.champion == Some(version.number),
        is_challenger: registry.challenger == Some(version.number),
        algorithm: names::algorithm(version.run.algorithm).to_owned(),
        run: version.run.id,
        at_ms: version.created_at_ms,
        figure: words::figure(
            metric.map_or("", names::metric),
            &scored
                .and_then(|scored| scored.value)
                .map_or_else(|| words::NO_FIGURE.to_owned(), number::score),
        ),
        interval,
        threshold: version.decision_threshold.map_or_else(String::new, number::score),
        verdict: version.goal.as_ref().map(|goal| goal.verdict),
        n_open: spec::caveat::n_open(&spec::caveat::of_version(project, version)),
        data: (sha256.chars().take(HASH_CHARACTERS).collect(), sha256),
        note: version.note.clone(),
        actions: actions(project, version.number),
    }
}

/// What is done about the names that versions carry; a reason is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Promote { version: u32, from: Option<u32> },
    RollBack { version: u32, from: u32 },
    Challenge { version: u32, champion: Option<u32> },
    LetGo { version: u32 },
    Keep { version: u32, against: Option<u32> },
}

/// What can be done about a version now.
pub fn actions(project: &Project, version: u32) -> Vec<Action> {
    let registry = &project.registry;
    let (champion, challenger) = (registry.champion, registry.challenger);
    if champion == Some(version) {
        let against = challenger;
        return vec![Action::Keep { version, against }];
    }
    let mut actions = vec![match champion {
        Some(from) if from > version => Action::RollBack { version, from },
        from => Action::Promote { version, from },
    }];
    actions.push(if challenger == Some(version) {
        Action::LetGo { version }
    } else {
        Action::Challenge { version, champion }
    });
    actions
}

impl Action {
    /// In the menu.
    pub fn label(self) -> &'static str {
        match self {
            Self::Promote { .. } => words::MAKE_CHAMPION,
            Self::RollBack { .. } => words::ROLL_BACK,
            Self::Challenge { .. } => words::MAKE_CHALLENGER,
            Self::LetGo { .. } => words::LET_GO,
            Self::Keep { .. } => words::KEEP,
        }
    }

    /// On the button that does it.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Promote { .. } => words::PROMOTE,
            Self::RollBack { .. } => words::ROLL_BACK_NOW,
            Self::Challenge { .. } => words::CHALLENGE,
            Self::LetGo { .. } => words::LET_GO_NOW,
            Self::Keep { .. } => words::KEEP_NOW,
        }
    }

    pub fn title(self) -> String {
        match self {
            Self::Promote { version, .. } => words::promote_title(version),
            Self::RollBack { version, .. } => words::roll_back_title(version),
            Self::Challenge { version, .. } => words::challenge_title(version),
            Self::LetGo { .. } => words::LET_GO_TITLE.to_owned(),
            Self::Keep { version, .. } => words::keep_title(version),
        }
    }

    /// What will happen.
    pub fn says(self) -> String {
        match self {
            Self::Promote { version, from } => words::promote_says(version, from),
            Self::RollBack { version, from } => words::roll_back_says(version, from),
            Self::Challenge { version, champion } => words::challenge_says(version, champion),
            Self::LetGo { version } => words::let_go_says(version),
            Self::Keep { version, against } => words::keep_says(version, against),
        }
    }

    /// It would put a version to work that does not meet the goal.
    pub fn is_against_goal(self, project: &Project) -> bool {
        let (Self::Promote { version, .. } | Self::RollBack { version, .. }) = self else {
            return false;
        };
        let goal = project.registry.version(version).and_then(|version| version.goal.as_ref());
        goal.is_some_and(|goal| goal.verdict == Verdict::NotMet)
    }

    pub fn edit(self, at_ms: f64, reason: String) -> Edit {
        let (alias, version) = match self {
            Self::Promote { version, .. } | Self::RollBack { version, .. } => (Alias::Champion, Some(version)),
            Self::Challenge { version, .. } => (Alias::Challenger, Some(version)),
            Self::LetGo { .. } => (Alias::Challenger, None),
            Self::Keep { .. } => return Edit::KeepChampion { at_ms, reason },
        };
        Edit::SetAlias {
            alias,
            version,
            at_ms,
            reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use spec::Algorithm;
    use spec::registry::Act;

    use super::*;
    use crate::pages::fixture;

    fn with_versions(n: u32) -> Project {
        let mut project = fixture::trained(Algorithm::RandomForest, 0.86);
        for _ in 0..n {
            fixture::register(&mut project, 1);
        }
        project
    }

    fn act(project: &mut Project, action: Action) {
        project.apply(&action.edit(1.0, "because".to_owned())).unwrap();
    }

    #[test]
    fn a_line_tells_what_the_version_was_registered_with() {
        let mut project = with_versions(2);
        project.pipeline.framing.metric = None;
        let all = lines(&project);
        assert_eq!((all[0].number, all[1].number), (2, 1));
        let line = &all[0];
        assert_eq!(
            (line.figure.as_str(), line.interval.as_str()),
            ("ROC AUC 0.860", "0.840–0.880, validation")
        );
        assert_eq!((line.threshold.as_str(), line.verdict), ("0.500", None));
        assert_eq!(line.data, ("aa".to_owned(), "aa".to_owned()));
    }

    #[test]
    fn what_can_be_done_follows_from_who_is_champion() {
        let mut project = with_versions(3);
        let labels =
            |project: &Project, version| -> Vec<&str> { actions(project, version).into_iter().map(Action::label).collect() };
        assert_eq!(labels(&project, 2), [words::MAKE_CHAMPION, words::MAKE_CHALLENGER]);
        let action = actions(&project, 2)[0];
        act(&mut project, action);
        assert_eq!(labels(&project, 2), [words::KEEP]);
        assert_eq!(labels(&project, 1), [words::ROLL_BACK, words::MAKE_CHALLENGER]);
        assert_eq!(labels(&project, 3), [words::MAKE_CHAMPION, words::MAKE_CHALLENGER]);
        let action = actions(&project, 3)[1];
        act(&mut project, action);
        assert_eq!(project.registry.challenger, Some(3));
        assert_eq!(labels(&project, 3), [words::MAKE_CHAMPION, words::LET_GO]);
        let action = actions(&project, 2)[0];
        assert_eq!(
            action,
            Action::Keep {
                version: 2,
                against: Some(3)
            }
        );
        act(&mut project, action);
        assert_eq!(project.registry.challenger, None);
        let action = actions(&project, 1)[0];
        act(&mut project, action);
        assert_eq!(project.registry.champion, Some(1));
        let last = project.acts.last().unwrap();
        assert_eq!(
            (&last.act, last.reason.as_str()),
            (
                &Act::RolledBack {
                    version: 1,
                    from: Some(2)
                },
                "because"
            )
        );
    }

    #[test]
    fn every_action_says_what_it_does_to_whom() {
        let project = with_versions(1);
        for action in [
            Action::Promote { version: 8, from: None },
            Action::RollBack { version: 8, from: 9 },
            Action::Challenge {
                version: 8,
                champion: Some(9),
            },
            Action::LetGo { version: 8 },
            Action::Keep {
                version: 8,
                against: None,
            },
        ] {
            assert!(action.says().contains('8') && !action.title().is_empty() && !action.verb().is_empty());
            assert!(!action.is_against_goal(&project));
        }
    }
}
