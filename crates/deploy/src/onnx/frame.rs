//! The columns of a recipe as values of the graph.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::{GraphBuilder, Name, To};

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
    pub raw: Name,
    pub known: BTreeSet<String>,
    pub steps: Vec<LevelStep>,
}

#[derive(Clone, Debug)]
pub enum LevelStep {
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
    pub fn encode<'a>(
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
    pub columns: BTreeMap<String, Cells>,
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

    pub fn set(&mut self, column: &str, name: Name) {
        self.columns.insert(column.to_owned(), Cells::Numbers(name));
    }
}

/// A row of constants for every row of the input.
pub fn constant_rows(graph: &mut GraphBuilder, anchor: &Name, row: &Name) -> Name {
    graph.node("Where", &[anchor, row, row])
}

/// Infinite values become missing.
pub fn without_infinities(graph: &mut GraphBuilder, x: &Name) -> Name {
    let infinite = graph.node("IsInf", &[x]);
    graph.missing_where(&infinite, x)
}
