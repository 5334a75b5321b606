//! A fitted recipe as nodes: one input a raw column, one matrix of features out.
//!
//! Numbers stay in f64, in the order of operations that [`prepare::FittedKind`] states; the features are rounded once.

use std::collections::{BTreeMap, BTreeSet};

use prepare::{FittedKind, FittedRecipe, InputType, OneHotColumn};
use spec::step::LogKind;
use spec::{Message, Outcome};

use super::graph::{Dim, GraphBuilder, Name, To, floats, int, integers};
use super::{date, formula};
use crate::proto::data_type;

/// A column of the frame between two steps.
#[derive(Clone, Debug)]
pub enum Cells {
    /// Shape batch x 1.
    Numbers(Name),
    /// One column of a matrix of that width: taken out only when it is needed alone.
    OneOf {
        matrix: Name,
        index: usize,
        width: usize,
    },
    Levels(Levels),
}

/// A category column is never text inside the graph: it is the raw text input, and what the steps so far make of it.
#[derive(Clone, Debug)]
pub struct Levels {
    raw: Name,
    known: BTreeSet<String>,
    steps: Vec<LevelStep>,
}

#[derive(Clone, Debug)]
enum LevelStep {
    Merge(BTreeMap<String, String>),
    Fill(String),
}

impl Levels {
    /// What the steps make of a raw cell; None is missing.
    fn current(&self, raw: Option<&str>) -> Option<String> {
        self.steps
            .iter()
            .fold(raw.map(str::to_owned), |level, step| match (step, level) {
                (LevelStep::Merge(map), Some(level)) => Some(map.get(&level).cloned().unwrap_or(level)),
                (LevelStep::Fill(fill), None) => Some(fill.clone()),
                (_, level) => level,
            })
    }

    /// Raw text to integer, batch x 1: `code` of the current level for every raw level that can be told apart, `default`
    /// for all others. `named` are the levels that `code` knows.
    fn encode<'a>(
        &self,
        graph: &mut GraphBuilder,
        named: impl Iterator<Item = &'a String>,
        code: impl Fn(Option<&str>) -> i64,
        default: i64,
    ) -> Name {
        let mut raw_levels = self.known.clone();
        raw_levels.extend(named.cloned());
        for step in &self.steps {
            if let LevelStep::Merge(map) = step {
                raw_levels.extend(map.keys().cloned());
            }
        }
        raw_levels.remove("");
        // The empty text is a missing cell. It is always a key: LabelEncoder must have one.
        let mut keys = vec![String::new()];
        let mut values = vec![code(self.current(None).as_deref())];
        for raw in raw_levels {
            let value = code(self.current(Some(&raw)).as_deref());
            if value != default {
                keys.push(raw);
                values.push(value);
            }
        }
        graph.label_encoder(&self.raw, &keys, &values, default)
    }

    /// 1 where the level is this one, 0 where it is another, NaN where it is missing.
    pub fn is(&self, graph: &mut GraphBuilder, level: &str) -> Name {
        const MISSING: i64 = 2;
        let named = level.to_owned();
        let code = |current: Option<&str>| current.map_or(MISSING, |current| i64::from(current == level));
        let index = self.encode(graph, std::iter::once(&named), code, 0);
        let missing_code = graph.integer(MISSING);
        let missing = graph.node("Equal", &[&index, &missing_code]);
        let value = graph.cast(&index, To::Double);
        graph.missing_where(&missing, &value)
    }

    /// 1 where the cell is missing, else 0.
    pub fn is_missing(&self, graph: &mut GraphBuilder) -> Name {
        let index = self.encode(graph, std::iter::empty(), |current| i64::from(current.is_none()), 0);
        graph.cast(&index, To::Double)
    }
}

/// The columns at one point of the recipe, by name.
#[derive(Default)]
pub struct Frame {
    columns: BTreeMap<String, Cells>,
}

impl Frame {
    /// The column as numbers, batch x 1; None when the frame has no such numbers.
    pub fn number(&self, graph: &mut GraphBuilder, column: &str) -> Option<Name> {
        match self.columns.get(column)? {
            Cells::Numbers(name) => Some(name.clone()),
            Cells::OneOf { matrix, index, .. } => Some(graph.column(matrix, *index)),
            Cells::Levels(_) => None,
        }
    }

    pub fn levels(&self, column: &str) -> Option<&Levels> {
        match self.columns.get(column)? {
            Cells::Levels(levels) => Some(levels),
            Cells::Numbers(_) | Cells::OneOf { .. } => None,
        }
    }

    fn set(&mut self, column: &str, name: Name) {
        self.columns.insert(column.to_owned(), Cells::Numbers(name));
    }
}

/// What the recipe came to in the graph.
pub struct Prepared {
    /// Rounded to f32 and widened to f64, shape batch x `n_features`; at least one column wide.
    pub features: Name,
    /// Some boolean, batch x 1: what gives a constant its number of rows.
    pub anchor: Name,
}

/// Writes the recipe.
///
/// Errors: `deploy.no_inputs` when it uses no column, `deploy.no_column` when it is inconsistent.
pub fn write(graph: &mut GraphBuilder, recipe: &FittedRecipe) -> Outcome<Prepared> {
    let mut frame = Frame::default();
    let mut anchor = None;
    for input in &recipe.inputs {
        let dims = [Dim::Batch, Dim::Fixed(1)];
        if input.input_type == InputType::Category {
            let raw = graph.input(&input.name, data_type::STRING, &dims);
            let levels = Levels {
                raw,
                known: input.levels.iter().cloned().collect(),
                steps: Vec::new(),
            };
            if anchor.is_none() {
                let missing = levels.is_missing(graph);
                let zero = graph.scalar(0.0);
                anchor = Some(graph.node("Equal", &[&missing, &zero]));
            }
            frame.columns.insert(input.name.clone(), Cells::Levels(levels));
        } else {
            let raw = graph.input(&input.name, data_type::DOUBLE, &dims);
            let infinite = graph.node("IsInf", &[&raw]);
            let value = graph.missing_where(&infinite, &raw);
            if anchor.is_none() {
                anchor = Some(infinite);
            }
            frame.set(&input.name, value);
        }
    }
    let anchor = anchor.ok_or_else(|| Message::new("deploy.no_inputs"))?;
    for step in recipe.needed_steps() {
        apply(graph, &mut frame, &anchor, &step.kind).map_err(|failure| failure.in_step(step.id))?;
    }
    let features = matrix(graph, &frame, &recipe.features, &anchor)?;
    Ok(Prepared {
        features: rounded(graph, &features),
        anchor,
    })
}

/// A row of constants for every row of the input.
pub fn constant_rows(graph: &mut GraphBuilder, anchor: &Name, row: &Name) -> Name {
    graph.node("Where", &[anchor, row, row])
}

/// Once to f32, clipped to +-3e38, back to f64: Cast -> Clip -> Cast, because some versions of onnxruntime drop two
/// adjacent Casts.
fn rounded(graph: &mut GraphBuilder, features: &Name) -> Name {
    let single = graph.cast(features, To::Float);
    let low = graph.constant(floats(&[], &[-3e38]));
    let high = graph.constant(floats(&[], &[3e38]));
    let clipped = graph.node("Clip", &[&single, &low, &high]);
    graph.cast(&clipped, To::Double)
}

fn matrix(graph: &mut GraphBuilder, frame: &Frame, features: &[String], anchor: &Name) -> Outcome<Name> {
    if features.is_empty() {
        let zero = graph.row(&[0.0]);
        return Ok(constant_rows(graph, anchor, &zero));
    }
    let mut parts: Vec<Name> = Vec::with_capacity(features.len());
    let mut at = 0;
    while at < features.len() {
        match whole_matrix(frame, &features[at..]) {
            Some((matrix, width)) => {
                parts.push(matrix);
                at += width;
            }
            None => {
                let part = frame.number(graph, &features[at]);
                parts.push(part.ok_or_else(|| Message::new("deploy.no_column").with("column", &features[at]))?);
                at += 1;
            }
        }
    }
    Ok(graph.concat(&parts.iter().collect::<Vec<_>>()))
}

/// The matrix that the next features are all columns of, in order.
fn whole_matrix(frame: &Frame, features: &[String]) -> Option<(Name, usize)> {
    let Some(Cells::OneOf { matrix, index: 0, width }) = frame.columns.get(features.first()?) else {
        return None;
    };
    let is_next = |(at, name): (usize, &String)| matches!(frame.columns.get(name), Some(Cells::OneOf { matrix: other, index, .. }) if other == matrix && *index == at);
    (features.len() >= *width && features[..*width].iter().enumerate().all(is_next)).then(|| (matrix.clone(), *width))
}

/// Entries whose columns the frame lacks are passed over, as [`FittedRecipe::apply`] does: no feature depends on them.
fn apply(graph: &mut GraphBuilder, frame: &mut Frame, anchor: &Name, kind: &FittedKind) -> Outcome<()> {
    match kind {
        FittedKind::Exclude { columns } => frame.columns.retain(|name, _| !columns.contains(name)),
        FittedKind::MergeLevels { column, map } => {
            if let Some(Cells::Levels(levels)) = frame.columns.get_mut(column) {
                levels.steps.push(LevelStep::Merge(map.clone()));
            }
        }
        FittedKind::Fill { numbers, categories } => {
            for fill in numbers {
                let Some(x) = frame.number(graph, &fill.column) else {
                    continue;
                };
                let missing = graph.node("IsNaN", &[&x]);
                if let Some(indicator) = &fill.indicator {
                    let flag = graph.cast(&missing, To::Double);
                    frame.set(indicator, flag);
                }
                let value = graph.scalar(fill.value);
                let filled = graph.node("Where", &[&missing, &value, &x]);
                frame.set(&fill.column, filled);
            }
            for fill in categories {
                if let Some(Cells::Levels(levels)) = frame.columns.get_mut(&fill.column) {
                    levels.steps.push(LevelStep::Fill(fill.level.clone()));
                }
            }
        }
        FittedKind::Clip { columns } => {
            for clip in columns {
                let Some(x) = frame.number(graph, &clip.column) else {
                    continue;
                };
                let (low, high) = (graph.scalar(clip.low), graph.scalar(clip.high));
                let clipped = graph.node("Clip", &[&x, &low, &high]);
                frame.set(&clip.column, clipped);
            }
        }
        FittedKind::Log { columns, kind } => {
            for column in columns {
                let Some(x) = frame.number(graph, column) else { continue };
                let value = log(graph, &x, *kind);
                frame.set(column, value);
            }
        }
        FittedKind::Scale { columns, method: _ } => {
            for scale in columns {
                let Some(x) = frame.number(graph, &scale.column) else {
                    continue;
                };
                let center = graph.scalar(scale.center);
                let divisor = graph.scalar(scale.scale);
                let centered = graph.node("Sub", &[&x, &center]);
                let scaled = graph.node("Div", &[&centered, &divisor]);
                frame.set(&scale.column, scaled);
            }
        }
        FittedKind::Bin { columns } => {
            for bin in columns {
                let Some(x) = frame.number(graph, &bin.column) else { continue };
                let value = bin_index(graph, &x, &bin.edges);
                frame.set(&bin.column, value);
            }
        }
        FittedKind::DateParts { column, parts } => {
            let Some(x) = frame.number(graph, column) else { return Ok(()) };
            frame.columns.remove(column);
            for (part, name) in parts {
                let value = date::write(graph, &x, *part);
                frame.set(name, value);
            }
        }
        FittedKind::Interaction { left, right, name } => {
            let (Some(a), Some(b)) = (frame.number(graph, left), frame.number(graph, right)) else {
                return Ok(());
            };
            let product = graph.node("Mul", &[&a, &b]);
            let value = without_infinities(graph, &product);
            frame.set(name, value);
        }
        FittedKind::Formula { name, expression } => {
            if let Some(value) = formula::write(graph, frame, anchor, expression)? {
                let value = without_infinities(graph, &value);
                frame.set(name, value);
            }
        }
        FittedKind::OneHot { columns } => {
            for column in columns {
                one_hot(graph, frame, column);
            }
        }
        FittedKind::Ordinal { columns } => {
            for column in columns {
                let Some(levels) = frame.levels(&column.column).cloned() else {
                    continue;
                };
                let code = |current: Option<&str>| position(&column.levels, current);
                let index = levels.encode(graph, column.levels.iter(), code, -1);
                let value = graph.cast(&index, To::Double);
                frame.set(&column.column, value);
            }
        }
    }
    Ok(())
}

fn position(levels: &[String], current: Option<&str>) -> i64 {
    current
        .and_then(|current| levels.iter().position(|level| level == current))
        .map_or(-1, |at| at as i64)
}

fn one_hot(graph: &mut GraphBuilder, frame: &mut Frame, column: &OneHotColumn) {
    let Some(levels) = frame.levels(&column.column).cloned() else {
        return;
    };
    frame.columns.remove(&column.column);
    let width = column.levels.len();
    if width == 0 {
        return;
    }
    let index = levels.encode(graph, column.levels.iter(), |current| position(&column.levels, current), -1);
    let range = graph.constant(integers(&[1, width], &(0..width as i64).collect::<Vec<_>>()));
    let equal = graph.node("Equal", &[&index, &range]);
    let matrix = graph.cast(&equal, To::Double);
    for (at, name) in column.names.iter().enumerate() {
        frame.columns.insert(
            name.clone(),
            Cells::OneOf {
                matrix: matrix.clone(),
                index: at,
                width,
            },
        );
    }
}

fn log(graph: &mut GraphBuilder, x: &Name, kind: LogKind) -> Name {
    let one = graph.scalar(1.0);
    match kind {
        LogKind::Log1p => {
            // Where instead of Max: what Max does with NaN differs between runtimes.
            let zero = graph.scalar(0.0);
            let negative = graph.node("Less", &[x, &zero]);
            let floor = graph.node("Where", &[&negative, &zero, x]);
            let shifted = graph.node("Add", &[&floor, &one]);
            let log = graph.node("Log", &[&shifted]);
            graph.settled(&log)
        }
        LogKind::Signed => {
            let sign = graph.node("Sign", &[x]);
            let size = graph.node("Abs", &[x]);
            let shifted = graph.node("Add", &[&size, &one]);
            let log = graph.node("Log", &[&shifted]);
            let log = graph.settled(&log);
            graph.node("Mul", &[&sign, &log])
        }
    }
}

fn bin_index(graph: &mut GraphBuilder, x: &Name, edges: &[f64]) -> Name {
    let value = if edges.is_empty() {
        graph.scalar(0.0)
    } else {
        let edges = graph.row(edges);
        let reached = graph.node("GreaterOrEqual", &[x, &edges]);
        let reached = graph.cast(&reached, To::Int64);
        let axes = graph.constant(integers(&[1], &[1]));
        let count = graph.node_with("ReduceSum", &[&reached, &axes], vec![int("keepdims", 1)]);
        graph.cast(&count, To::Double)
    };
    graph.missing_as(x, &value)
}

fn without_infinities(graph: &mut GraphBuilder, x: &Name) -> Name {
    let infinite = graph.node("IsInf", &[x]);
    graph.missing_where(&infinite, x)
}
