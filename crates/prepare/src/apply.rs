//! Fitted steps on a frame, and recipes on a table.

use std::collections::{BTreeMap, BTreeSet};

use spec::step::{DatePart, LogKind};
use spec::{ColumnType, Message, Outcome};
use table::{MISSING_CODE, Table};

use crate::fitted::{FittedKind, FittedRecipe, FittedStep, LevelMap, OneHotColumn};
use crate::formula::Node;
use crate::frame::{Cells, Frame, FrameColumn};
use crate::{Features, date, settled};

/// Rows that are in f64 at a time; what comes out is f32.
const BLOCK: usize = 32_768;

impl FittedRecipe {
    /// The features of these rows, in this order. Needs the columns of `inputs` only, of whatever type the table has
    /// them. A row's features depend on that row alone.
    ///
    /// Errors: `prepare.input_absent`, `prepare.input_not_number`.
    pub fn apply(&self, table: &Table, rows: &[u32]) -> Outcome<Features> {
        let steps = self.needed_steps();
        let mut columns = vec![Vec::with_capacity(rows.len()); self.features.len()];
        let whole = [rows];
        let blocks: Vec<&[u32]> = if rows.is_empty() {
            whole.to_vec()
        } else {
            rows.chunks(BLOCK).collect()
        };
        for block in blocks {
            let mut frame = Frame {
                columns: Vec::new(),
                n_rows: block.len(),
            };
            for input in &self.inputs {
                let column = table
                    .column(&input.name)
                    .ok_or_else(|| Message::new("prepare.input_absent").with("column", &input.name))?;
                frame.push(&input.name, Cells::of_input(column, block, input)?);
            }
            for step in &steps {
                step.kind.apply(&mut frame);
            }
            for (name, column) in self.features.iter().zip(&mut columns) {
                let values = frame
                    .values(name)
                    .ok_or_else(|| Message::new("prepare.damaged").with("column", name))?;
                column.extend(values.iter().map(|&x| Features::round(x)));
            }
        }
        Ok(Features {
            names: self.features.clone(),
            columns,
            n_rows: rows.len(),
        })
    }

    /// What the frame holds after a step, for these rows of the table that the recipe was fitted on: every column that
    /// entered and was not replaced or excluded, free text too.
    ///
    /// Errors: `prepare.no_step` when no enabled step has this id.
    pub fn frame_after(&self, table: &Table, rows: &[u32], step_id: u32) -> Outcome<Table> {
        let last = self
            .steps
            .iter()
            .position(|step| step.id == step_id)
            .ok_or_else(|| Message::new("prepare.no_step").with("step", step_id))?;
        let mut frame = Frame {
            columns: Vec::new(),
            n_rows: rows.len(),
        };
        for column in self.entered.iter().filter_map(|name| table.column(name)) {
            frame.push(column.name(), Cells::of_column(column, rows));
        }
        for step in &self.steps[..=last] {
            step.kind.apply(&mut frame);
        }
        frame.into_table()
    }

    /// The steps without the entries that no feature depends on: every column that they name is an input or made by an
    /// earlier one of them. Steps may be left without any entry.
    pub fn needed_steps(&self) -> Vec<FittedStep> {
        self.live().0
    }

    /// [`Self::needed_steps`], and the raw columns that features depend on.
    pub(crate) fn live(&self) -> (Vec<FittedStep>, BTreeSet<String>) {
        let mut live: BTreeSet<String> = self.features.iter().cloned().collect();
        let mut steps: Vec<FittedStep> = self
            .steps
            .iter()
            .rev()
            .map(|step| FittedStep {
                id: step.id,
                kind: step.kind.needed_for(&mut live),
            })
            .collect();
        steps.reverse();
        (steps, live)
    }

    /// What each raw cell of a category column is just before `steps[step_index]` (an index into `steps` or, the same,
    /// `needed_steps()`; `steps.len()` for the end).
    pub fn levels_before(&self, step_index: usize, column: &str) -> LevelMap {
        let mut raw: BTreeSet<&str> = self
            .inputs
            .iter()
            .filter(|input| input.name == column)
            .flat_map(|input| input.levels.iter().map(String::as_str))
            .collect();
        for step in &self.steps {
            raw.extend(step.kind.levels_named(column));
        }
        let mut map = LevelMap {
            levels: raw.into_iter().map(|level| (level.to_owned(), level.to_owned())).collect(),
            missing: None,
        };
        for step in self.steps.iter().take(step_index) {
            match &step.kind {
                FittedKind::MergeLevels {
                    column: merged,
                    map: aliases,
                } if merged == column => {
                    for level in map.levels.values_mut().chain(&mut map.missing) {
                        if let Some(into) = aliases.get(level) {
                            level.clone_from(into);
                        }
                    }
                }
                FittedKind::Fill { categories, .. } => {
                    if let (None, Some(fill)) = (&map.missing, categories.iter().find(|fill| fill.column == column)) {
                        map.missing = Some(fill.level.clone());
                    }
                }
                _ => {}
            }
        }
        map
    }
}

impl FittedKind {
    /// Entries whose columns the frame lacks are passed over: nothing that is asked for depends on them.
    pub(crate) fn apply(&self, frame: &mut Frame) {
        match self {
            Self::Exclude { columns } => frame.columns.retain(|column| !columns.contains(&column.name)),
            Self::MergeLevels { column, map } => {
                if let Some(levels) = frame.levels_mut(column) {
                    levels.merge(map);
                }
            }
            Self::Fill { numbers, categories } => {
                for fill in numbers {
                    let Some(place) = frame.position(&fill.column) else { continue };
                    let Cells::Numbers { values, shown_as } = &mut frame.columns[place].cells else {
                        continue;
                    };
                    let indicator = fill.indicator.as_ref().map(|name| FrameColumn {
                        name: name.clone(),
                        cells: Cells::numbers(values.iter().map(|x| if x.is_nan() { 1.0 } else { 0.0 }).collect()),
                    });
                    if *shown_as == ColumnType::Boolean && fill.value != 0.0 && fill.value != 1.0 {
                        *shown_as = ColumnType::Number;
                    }
                    for x in values.iter_mut().filter(|x| x.is_nan()) {
                        *x = fill.value;
                    }
                    if let Some(indicator) = indicator {
                        frame.columns.insert(place + 1, indicator);
                    }
                }
                for fill in categories {
                    if let Some(levels) = frame.levels_mut(&fill.column) {
                        levels.fill(&fill.level);
                    }
                }
            }
            Self::Clip { columns } => {
                for clip in columns {
                    frame.map_numbers(&clip.column, |x| {
                        let raised = if x < clip.low { clip.low } else { x };
                        if raised > clip.high { clip.high } else { raised }
                    });
                }
            }
            Self::Log { columns, kind } => {
                for column in columns {
                    frame.map_numbers(column, |x| match kind {
                        LogKind::Log1p => settled(math::float::ln(if x < 0.0 { 0.0 } else { x } + 1.0)),
                        LogKind::Signed => sign(x) * settled(math::float::ln(x.abs() + 1.0)),
                    });
                }
            }
            Self::Scale { columns, .. } => {
                for scale in columns {
                    frame.map_numbers(&scale.column, |x| (x - scale.center) / scale.scale);
                }
            }
            Self::Bin { columns } => {
                for bin in columns {
                    frame.map_numbers(&bin.column, |x| {
                        if x.is_nan() {
                            x
                        } else {
                            bin.edges.partition_point(|&edge| edge <= x) as f64
                        }
                    });
                }
            }
            Self::DateParts { column, parts } => {
                let (Some(place), Some(times)) = (frame.position(column), frame.values(column)) else {
                    return;
                };
                let civil: Vec<Option<date::Civil>> = times.iter().map(|&seconds| date::civil(seconds)).collect();
                let new = parts
                    .iter()
                    .map(|(part, name)| FrameColumn {
                        name: name.clone(),
                        cells: Cells::numbers(
                            civil
                                .iter()
                                .map(|civil| civil.map_or(f64::NAN, |civil| date_part(&civil, *part)))
                                .collect(),
                        ),
                    })
                    .collect();
                frame.replace(place, new);
            }
            Self::Interaction { left, right, name } => {
                let (Some(a), Some(b)) = (frame.values(left), frame.values(right)) else {
                    return;
                };
                let product = a
                    .iter()
                    .zip(b)
                    .map(|(a, b)| a * b)
                    .map(|x| if x.is_finite() { x } else { f64::NAN })
                    .collect();
                frame.push(name, Cells::numbers(product));
            }
            Self::Formula { name, expression } => {
                if let Some(values) = expression.evaluate(frame) {
                    frame.push(name, Cells::numbers(values));
                }
            }
            Self::OneHot { columns } => {
                for one_hot in columns {
                    let (Some(place), Some(levels)) = (frame.position(&one_hot.column), frame.levels(&one_hot.column)) else {
                        continue;
                    };
                    let mut flags = vec![vec![0.0; frame.n_rows]; one_hot.levels.len()];
                    for (row, place) in levels.places(&one_hot.levels).enumerate() {
                        if let Some(place) = place {
                            flags[place][row] = 1.0;
                        }
                    }
                    let new = one_hot.names.iter().zip(flags).map(|(name, flags)| FrameColumn {
                        name: name.clone(),
                        cells: Cells::numbers(flags),
                    });
                    frame.replace(place, new.collect());
                }
            }
            Self::Ordinal { columns } => {
                for ordinal in columns {
                    let (Some(place), Some(levels)) = (frame.position(&ordinal.column), frame.levels(&ordinal.column)) else {
                        continue;
                    };
                    let codes = levels
                        .places(&ordinal.levels)
                        .map(|place| place.map_or(-1.0, |place| place as f64))
                        .collect();
                    frame.columns[place].cells = Cells::numbers(codes);
                }
            }
        }
    }

    /// The step with only the entries that the `live` columns after it depend on; `live` becomes the columns before it.
    fn needed_for(&self, live: &mut BTreeSet<String>) -> Self {
        match self {
            Self::Exclude { columns } => Self::Exclude {
                columns: columns.clone(),
            },
            Self::MergeLevels { column, map } => {
                let map = if live.contains(column) { map.clone() } else { BTreeMap::new() };
                Self::MergeLevels {
                    column: column.clone(),
                    map,
                }
            }
            Self::Fill { numbers, categories } => Self::Fill {
                numbers: numbers
                    .iter()
                    .filter(|fill| {
                        let wanted = fill.indicator.as_ref().is_some_and(|name| live.remove(name));
                        wanted && live.insert(fill.column.clone()) || live.contains(&fill.column)
                    })
                    .cloned()
                    .collect(),
                categories: categories
                    .iter()
                    .filter(|fill| live.contains(&fill.column))
                    .cloned()
                    .collect(),
            },
            Self::Clip { columns } => Self::Clip {
                columns: columns.iter().filter(|clip| live.contains(&clip.column)).cloned().collect(),
            },
            Self::Log { columns, kind } => Self::Log {
                columns: columns.iter().filter(|column| live.contains(*column)).cloned().collect(),
                kind: *kind,
            },
            Self::Scale { columns, method } => Self::Scale {
                columns: columns.iter().filter(|scale| live.contains(&scale.column)).cloned().collect(),
                method: *method,
            },
            Self::Bin { columns } => Self::Bin {
                columns: columns.iter().filter(|bin| live.contains(&bin.column)).cloned().collect(),
            },
            Self::DateParts { column, parts } => {
                let wanted: Vec<_> = parts.iter().filter(|(_, name)| live.remove(name)).cloned().collect();
                if !wanted.is_empty() {
                    live.insert(column.clone());
                }
                Self::DateParts {
                    column: column.clone(),
                    parts: wanted,
                }
            }
            Self::Interaction { left, right, name } => {
                if live.remove(name) {
                    live.insert(left.clone());
                    live.insert(right.clone());
                }
                self.clone()
            }
            Self::Formula { name, expression } => {
                if live.remove(name) {
                    live.extend(expression.columns().into_iter().map(str::to_owned));
                }
                self.clone()
            }
            Self::OneHot { columns } => Self::OneHot {
                columns: columns.iter().filter_map(|column| column.needed_for(live)).collect(),
            },
            Self::Ordinal { columns } => Self::Ordinal {
                columns: columns
                    .iter()
                    .filter(|ordinal| live.contains(&ordinal.column))
                    .cloned()
                    .collect(),
            },
        }
    }

    /// Every level of a category column that the step names.
    fn levels_named<'a>(&'a self, column: &'a str) -> Vec<&'a str> {
        let texts = |levels: &'a [String]| levels.iter().map(String::as_str).collect();
        match self {
            Self::MergeLevels { column: merged, map } if merged == column => {
                map.iter().flat_map(|(from, into)| [from.as_str(), into.as_str()]).collect()
            }
            Self::Fill { categories, .. } => categories
                .iter()
                .filter(|fill| fill.column == column)
                .map(|fill| fill.level.as_str())
                .collect(),
            Self::OneHot { columns } => columns
                .iter()
                .find(|one_hot| one_hot.column == column)
                .map_or_else(Vec::new, |c| texts(&c.levels)),
            Self::Ordinal { columns } => columns
                .iter()
                .find(|ordinal| ordinal.column == column)
                .map_or_else(Vec::new, |c| texts(&c.levels)),
            Self::Formula { expression, .. } => expression
                .nodes
                .iter()
                .filter_map(|node| match node {
                    Node::LevelIs { column: compared, level } if compared == column => Some(level.as_str()),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        }
    }
}

impl OneHotColumn {
    fn needed_for(&self, live: &mut BTreeSet<String>) -> Option<Self> {
        let mut needed = Self {
            column: self.column.clone(),
            levels: Vec::new(),
            names: Vec::new(),
        };
        for (level, name) in self.levels.iter().zip(&self.names) {
            if live.remove(name) {
                needed.levels.push(level.clone());
                needed.names.push(name.clone());
            }
        }
        if needed.names.is_empty() {
            return None;
        }
        live.insert(self.column.clone());
        Some(needed)
    }
}

/// -1, 0 or 1, as ONNX's Sign; NaN stays.
fn sign(x: f64) -> f64 {
    if x > 0.0 {
        1.0
    } else if x < 0.0 {
        -1.0
    } else {
        x
    }
}

fn date_part(civil: &date::Civil, part: DatePart) -> f64 {
    (match part {
        DatePart::Year => civil.year,
        DatePart::Month => civil.month,
        DatePart::Day => civil.day,
        DatePart::Weekday => civil.weekday,
        DatePart::Hour => civil.hour,
    }) as f64
}

/// Rows of missing cells, for the words on a step's card.
pub(crate) fn n_missing(cells: &Cells) -> u64 {
    match cells {
        Cells::Numbers { values, .. } => values.iter().filter(|x| x.is_nan()).count() as u64,
        Cells::Levels(levels) => levels.codes.iter().filter(|&&code| code == MISSING_CODE).count() as u64,
        Cells::Opaque(_) => 0,
    }
}
