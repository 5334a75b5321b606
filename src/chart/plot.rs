//! What a chart is before it is drawn. All coordinates are percent of the drawing area, y downwards.

use std::fmt::Write as _;

use super::scale::Scale;

/// Everything a chart shows, says and can be asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plot {
    /// One sentence; what a screen reader says first.
    pub summary: String,
    pub x: Axis,
    pub y: Axis,
    pub layers: Vec<Layer>,
    pub legend: Vec<(Role, String)>,
    /// What can be read out, sorted by x.
    pub marks: Vec<Mark>,
    pub nearest_by: NearestBy,
    pub twin: Twin,
}

/// What decides which mark the pointer means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NearestBy {
    #[default]
    Point,
    /// One mark a column of the drawing.
    X,
    /// One mark a line of the drawing.
    Y,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Axis {
    pub title: String,
    pub ticks: Vec<Tick>,
}

impl Axis {
    pub fn new(title: &str, scale: Scale, n_ticks: usize) -> Self {
        Self {
            title: title.to_owned(),
            ticks: scale.ticks(n_ticks),
        }
    }

    /// Characters of the longest label: the room that the axis needs.
    pub fn n_characters(&self) -> usize {
        self.ticks.iter().map(|tick| tick.label.chars().count()).max().unwrap_or(0)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// From the left, or from below.
    pub at: f64,
    pub label: String,
}

/// What a shape means; its colour, dash and marker come from it, never from colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The n-th series, from 0.
    Series(u8),
    /// What chance, or a perfect model, would give.
    Reference,
    /// What the user chose.
    Chosen,
}

/// Series that a chart can tell apart: five colours with five dashes each.
pub const N_SERIES: usize = 25;

const SERIES: [&str; N_SERIES] = [
    "series-1",
    "series-2",
    "series-3",
    "series-4",
    "series-5",
    "series-1 dash-2",
    "series-2 dash-3",
    "series-3 dash-4",
    "series-4 dash-5",
    "series-5 dash-1",
    "series-1 dash-3",
    "series-2 dash-4",
    "series-3 dash-5",
    "series-4 dash-1",
    "series-5 dash-2",
    "series-1 dash-4",
    "series-2 dash-5",
    "series-3 dash-1",
    "series-4 dash-2",
    "series-5 dash-3",
    "series-1 dash-5",
    "series-2 dash-1",
    "series-3 dash-2",
    "series-4 dash-3",
    "series-5 dash-4",
];

impl Role {
    pub fn class(self) -> &'static str {
        match self {
            Self::Series(n) => SERIES[usize::from(n) % N_SERIES],
            Self::Reference => "reference",
            Self::Chosen => "chosen",
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    Line {
        path: String,
        role: Role,
    },
    Bars {
        bars: Vec<Bar>,
        role: Role,
    },
    /// A closed path, filled lightly: the room of an interval.
    Area {
        path: String,
        role: Role,
    },
    /// Round marks of a fixed size; `path` is one move a mark.
    Dots {
        path: String,
        role: Role,
    },
    /// Right of their places.
    Texts {
        texts: Vec<Mark>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// A place that can be read out and, where the chart says so, selected.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    pub x: f64,
    pub y: f64,
    pub text: String,
}

/// The chart as a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Twin {
    pub headers: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// A polyline through points in percent; points that are not finite break it.
pub fn line_path(points: impl IntoIterator<Item = (f64, f64)>) -> String {
    let mut path = String::new();
    let mut pen_down = false;
    for (x, y) in points {
        if !(x.is_finite() && y.is_finite()) {
            pen_down = false;
            continue;
        }
        let _ = write!(path, "{}{x:.2} {y:.2}", if pen_down { "L" } else { "M" });
        pen_down = true;
    }
    path
}

/// A staircase: each point's y holds until the next x.
pub fn step_path(points: &[(f64, f64)]) -> String {
    let mut corners = Vec::with_capacity(points.len() * 2);
    for (i, &(x, y)) in points.iter().enumerate() {
        if i > 0 {
            corners.push((x, points[i - 1].1));
        }
        corners.push((x, y));
    }
    line_path(corners)
}

/// One mark of no length a point: drawn round by the line's cap.
pub fn dots_path(points: impl IntoIterator<Item = (f64, f64)>) -> String {
    let mut path = String::new();
    for (x, y) in points {
        if x.is_finite() && y.is_finite() {
            let _ = write!(path, "M{x:.2} {y:.2}h0");
        }
    }
    path
}

impl Plot {
    /// The mark nearest to a place of the drawing area; `None` without marks.
    pub fn nearest(&self, x: f64, y: f64) -> Option<usize> {
        let distance = |mark: &Mark| {
            let (dx, dy) = (mark.x - x, mark.y - y);
            match self.nearest_by {
                NearestBy::Point => dx * dx + dy * dy,
                NearestBy::X => dx * dx,
                NearestBy::Y => dy * dy,
            }
        };
        (0..self.marks.len()).min_by(|&a, &b| distance(&self.marks[a]).total_cmp(&distance(&self.marks[b])))
    }

    /// The mark that an arrow key leads to from `now`.
    pub fn step_mark(&self, now: Option<usize>, key: &str) -> Option<usize> {
        let last = self.marks.len().checked_sub(1)?;
        match (key, now) {
            ("Home", _) | ("ArrowRight" | "ArrowUp", None) => Some(0),
            ("End", _) | ("ArrowLeft" | "ArrowDown", None) => Some(last),
            ("ArrowRight" | "ArrowUp", Some(i)) => Some((i + 1).min(last)),
            ("ArrowLeft" | "ArrowDown", Some(i)) => Some(i.saturating_sub(1)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_break_where_a_value_is_missing() {
        assert_eq!(
            line_path([(0.0, 100.0), (50.0, 50.0), (f64::NAN, 0.0), (100.0, 0.0)]),
            "M0.00 100.00L50.00 50.00M100.00 0.00"
        );
        assert_eq!(step_path(&[(0.0, 1.0), (2.0, 3.0)]), "M0.00 1.00L2.00 1.00L2.00 3.00");
        assert_eq!(dots_path([(1.0, 2.0)]), "M1.00 2.00h0");
    }

    #[test]
    fn no_two_series_look_alike() {
        let looks: std::collections::BTreeSet<&str> = (0..N_SERIES as u8).map(|n| Role::Series(n).class()).collect();
        assert_eq!(looks.len(), N_SERIES);
    }

    #[test]
    fn the_nearest_mark_is_found_by_pointer_and_by_keys() {
        let mark = |x, y| Mark {
            x,
            y,
            text: String::new(),
        };
        let plot = Plot {
            marks: vec![mark(0.0, 0.0), mark(50.0, 90.0), mark(100.0, 0.0)],
            ..Plot::default()
        };
        assert_eq!(plot.nearest(60.0, 40.0), Some(1));
        let by_x = Plot {
            nearest_by: NearestBy::X,
            ..plot.clone()
        };
        assert_eq!((plot.nearest(60.0, 0.0), by_x.nearest(60.0, 0.0)), (Some(2), Some(1)));
        assert_eq!(plot.step_mark(None, "ArrowRight"), Some(0));
        assert_eq!(plot.step_mark(Some(2), "ArrowRight"), Some(2));
        assert_eq!(plot.step_mark(Some(2), "Home"), Some(0));
        assert_eq!(plot.step_mark(Some(2), "x"), None);
        assert_eq!(Plot::default().nearest(1.0, 1.0), None);
    }
}
