//! What the home page decides: order of the projects, names of new ones, lessons.

use spec::framing::{Framing, Reference, SuccessThreshold};
use spec::job::ProjectCard;
use spec::lesson::Lesson;
use spec::texts::ui::home as words;
use spec::{Metric, Order, Project};

/// Newest first; damaged records last.
pub fn recent(cards: &[ProjectCard]) -> Vec<ProjectCard> {
    let mut cards = cards.to_vec();
    cards.order_by(|a, b| {
        a.damaged
            .cmp(&b.damaged)
            .then(b.changed_at_ms.total_cmp(&a.changed_at_ms))
            .then(a.id.cmp(&b.id))
    });
    cards
}

/// A name that no other project has: `churn`, `churn 2`, `churn 3`.
pub fn unique_name(wanted: &str, cards: &[ProjectCard]) -> String {
    let wanted = if wanted.trim().is_empty() {
        words::UNTITLED
    } else {
        wanted.trim()
    };
    let is_taken = |name: &str| cards.iter().any(|card| card.name == name);
    if !is_taken(wanted) {
        return wanted.to_owned();
    }
    (2..)
        .map(|n| format!("{wanted} {n}"))
        .find(|name| !is_taken(name))
        .unwrap_or_else(|| wanted.to_owned())
}

/// `data/telco churn.csv` becomes `telco churn`.
pub fn name_of_file(file_name: &str) -> String {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    name.rsplit_once('.')
        .map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
        .to_owned()
}

/// The first words of a goal, as a project's name.
pub fn name_of_goal(framing: &Framing) -> String {
    let words: Vec<&str> = framing.business.goal.split_whitespace().take(6).collect();
    words.join(" ").trim_end_matches(['.', ',', ';', ':']).to_owned()
}

/// The lesson that starts like this project; None when its data came from no sample.
pub fn lesson_of(project: &Project) -> Option<Lesson> {
    let sample = project.data.as_ref()?.sample.clone()?;
    let framing = &project.pipeline.framing;
    Some(Lesson {
        sample,
        seed: Some(project.pipeline.seed),
        task: framing.task,
        target: framing.target.clone(),
        metric: framing.metric,
        threshold: framing
            .threshold
            .filter(|threshold| threshold.reference == Reference::Absolute)
            .map(|threshold| threshold.value),
    })
}

/// What a lesson says about the framing; the sample's own says the rest.
pub fn framing_of(lesson: &Lesson) -> Framing {
    let metric: Option<Metric> = lesson.metric;
    Framing {
        task: lesson.task,
        target: lesson.target.clone(),
        metric,
        threshold: lesson.threshold.map(|value| SuccessThreshold {
            value,
            reference: Reference::Absolute,
        }),
        ..Framing::default()
    }
}

/// "churn.csv, 7,043 rows".
pub fn data_line(card: &ProjectCard) -> String {
    if card.file_name.is_empty() {
        words::NO_DATA.to_owned()
    } else {
        words::data(&card.file_name, card.n_rows)
    }
}

#[cfg(test)]
mod tests {
    use spec::{Algorithm, Task};

    use super::*;
    use crate::pages::fixture;
    use crate::route::Route;

    fn card(name: &str, changed_at_ms: f64, damaged: bool) -> ProjectCard {
        ProjectCard {
            id: name.to_owned(),
            name: name.to_owned(),
            changed_at_ms,
            created_at_ms: 0.0,
            generation: 1,
            file_name: String::new(),
            n_rows: 0,
            n_runs: 0,
            task: None,
            damaged,
        }
    }

    #[test]
    fn newest_first_damaged_last() {
        let cards = [card("a", 1.0, false), card("b", 9.0, true), card("c", 5.0, false)];
        assert_eq!(
            recent(&cards).iter().map(|card| card.name.as_str()).collect::<Vec<_>>(),
            ["c", "a", "b"]
        );
    }

    #[test]
    fn names_are_unique_and_readable() {
        let cards = [card("churn", 1.0, false), card("churn 2", 1.0, false)];
        assert_eq!(unique_name("churn", &cards), "churn 3");
        assert_eq!(unique_name("  ", &cards), words::UNTITLED);
        assert_eq!(name_of_file("data/telco churn.csv"), "telco churn");
        assert_eq!(name_of_file(".csv"), ".csv");
        assert_eq!(name_of_file("a.b.tsv"), "a.b");
        let mut framing = Framing::default();
        framing.business.goal = "Call customers who are about to leave, before they do.".to_owned();
        assert_eq!(name_of_goal(&framing), "Call customers who are about to");
    }

    #[test]
    fn a_lesson_link_starts_the_same_way() {
        let mut project = fixture::trained(Algorithm::Ridge, 0.8);
        project.pipeline.seed = 7;
        project.pipeline.framing.threshold = Some(SuccessThreshold {
            value: 0.8,
            reference: Reference::Absolute,
        });
        let lesson = lesson_of(&project).unwrap();
        let link = Route::Lesson(lesson).to_string();
        assert!(link.len() < 2048);
        let Route::Lesson(read) = Route::parse(&link) else {
            panic!("a lesson")
        };
        assert_eq!(read.seed, Some(7));
        let framing = framing_of(&read);
        assert_eq!((framing.task, framing.metric), (Some(Task::Binary), Some(Metric::RocAuc)));
        assert_eq!(framing.threshold, project.pipeline.framing.threshold);
        project.data = None;
        assert!(lesson_of(&project).is_none());
    }
}
