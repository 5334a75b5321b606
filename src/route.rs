//! Where one is, as the part of the address after `#`: works on any static host and any path.

use std::fmt;

use spec::lesson::Lesson;
use spec::{Metric, Task};

/// The six rooms of the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Frame,
    Prepare,
    Train,
    Evaluate,
    Deploy,
    Monitor,
}

impl Stage {
    pub const ALL: [Self; 6] = [
        Self::Frame,
        Self::Prepare,
        Self::Train,
        Self::Evaluate,
        Self::Deploy,
        Self::Monitor,
    ];

    /// The word in the address.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Frame => "frame",
            Self::Prepare => "prepare",
            Self::Train => "train",
            Self::Evaluate => "evaluate",
            Self::Deploy => "deploy",
            Self::Monitor => "monitor",
        }
    }

    /// 1 to 6.
    pub fn number(self) -> usize {
        self as usize + 1
    }

    /// The way forward; None after the last.
    pub fn next(self) -> Option<Self> {
        Self::ALL.get(self as usize + 1).copied()
    }

    fn parse(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.slug() == slug)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Route {
    Home,
    Stage { project: String, stage: Stage },
    Lesson(Lesson),
}

impl Route {
    pub fn stage(project: &str, stage: Stage) -> Self {
        Self::Stage {
            project: project.to_owned(),
            stage,
        }
    }

    /// Reads `location.hash`, with or without its `#`. What cannot be read is home.
    pub fn parse(hash: &str) -> Self {
        let address = hash.trim_start_matches('#').trim_start_matches('/');
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            ["p", project] => Self::Stage {
                project: decode(project),
                stage: Stage::Frame,
            },
            ["p", project, stage] => match Stage::parse(stage) {
                Some(stage) => Self::Stage {
                    project: decode(project),
                    stage,
                },
                None => Self::Home,
            },
            ["lesson", sample] => Self::Lesson(lesson(decode(sample), query)),
            _ => Self::Home,
        }
    }
}

/// The hash with its `#`, ready for `href`.
impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Home => f.write_str("#/"),
            Self::Stage { project, stage } => write!(f, "#/p/{}/{}", encode(project), stage.slug()),
            Self::Lesson(lesson) => {
                write!(f, "#/lesson/{}", encode(&lesson.sample))?;
                let pairs = [
                    ("seed", lesson.seed.map(|seed| seed.to_string())),
                    ("task", lesson.task.map(|task| word_of(task).to_owned())),
                    ("target", lesson.target.clone()),
                    ("metric", lesson.metric.map(|metric| metric.name().to_owned())),
                    ("threshold", lesson.threshold.map(|threshold| threshold.to_string())),
                ];
                for (i, (name, value)) in pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).enumerate() {
                    write!(f, "{}{name}={}", if i == 0 { '?' } else { '&' }, encode(&value))?;
                }
                Ok(())
            }
        }
    }
}

/// A value that cannot be read is left out, as if the link did not say it.
fn lesson(sample: String, query: &str) -> Lesson {
    let value = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs
            .find(|(key, _)| *key == name)
            .map(|(_, value)| decode(&value.replace('+', " ")))
    };
    Lesson {
        sample,
        seed: value("seed").and_then(|text| text.parse().ok()),
        task: value("task").and_then(|text| Task::ALL.into_iter().find(|task| word_of(*task) == text)),
        target: value("target"),
        metric: value("metric").and_then(|text| Metric::parse(&text)),
        threshold: value("threshold")
            .and_then(|text| text.parse().ok())
            .filter(|value: &f64| value.is_finite()),
    }
}

fn word_of(task: Task) -> &'static str {
    match task {
        Task::Binary => "binary",
        Task::Multiclass => "multiclass",
        Task::Regression => "regression",
        Task::Clustering => "clustering",
        Task::Anomaly => "anomaly",
        Task::Forecasting => "forecasting",
    }
}

fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// A `%` that is not followed by two digits stays as it is.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let code = (bytes[i] == b'%').then(|| bytes.get(i + 1..i + 3)).flatten();
        let code = code
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        out.push(code.unwrap_or(bytes[i]));
        i += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn round_trip(route: Route, hash: &str) {
        assert_eq!(route.to_string(), hash);
        assert_eq!(Route::parse(hash), route);
    }

    #[test]
    fn every_route_has_one_address() {
        round_trip(Route::Home, "#/");
        for stage in Stage::ALL {
            round_trip(Route::stage("a-1", stage), &format!("#/p/a-1/{}", stage.slug()));
        }
        round_trip(Route::stage("a/b c?#%", Stage::Train), "#/p/a%2Fb%20c%3F%23%25/train");
    }

    #[test]
    fn a_lesson_keeps_what_it_says() {
        let mut lesson = Lesson {
            sample: "churn".into(),
            seed: None,
            task: None,
            target: None,
            metric: None,
            threshold: None,
        };
        round_trip(Route::Lesson(lesson.clone()), "#/lesson/churn");
        lesson.seed = Some(7);
        lesson.task = Some(Task::Binary);
        lesson.target = Some("left & gone = ü".into());
        lesson.metric = Metric::parse("roc_auc");
        lesson.threshold = Some(0.8);
        round_trip(
            Route::Lesson(lesson),
            "#/lesson/churn?seed=7&task=binary&target=left%20%26%20gone%20%3D%20%C3%BC&metric=roc_auc&threshold=0.8",
        );
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        for hash in [
            "",
            "#",
            "#/nowhere",
            "#/p",
            "#/p/a/nowhere",
            "#/p/a/train/more",
            "#/lesson",
            "#/lesson/a/b",
        ] {
            assert_eq!(Route::parse(hash), Route::Home, "{hash}");
        }
        let Route::Lesson(lesson) = Route::parse("#/lesson/churn?seed=x&task=guess&metric=luck&threshold=inf&target=a+b") else {
            panic!("a lesson")
        };
        assert_eq!(
            (lesson.seed, lesson.task, lesson.metric, lesson.threshold),
            (None, None, None, None)
        );
        assert_eq!(lesson.target.as_deref(), Some("a b"));
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%zz%4"), "%zz%4");
    }

    #[test]
    fn stages_follow_each_other() {
        assert_eq!(Stage::Frame.next(), Some(Stage::Prepare));
        assert_eq!(Stage::Monitor.next(), None);
        assert_eq!(Stage::Monitor.number(), 6);
    }
}
