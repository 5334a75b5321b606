//! Golden rows: real rows on both sides of the threshold and of every class, and the cells that services get wrong:
//! missing, unseen, extreme.

use std::collections::BTreeSet;
use std::sync::Arc;

use prepare::InputType;
use spec::step::{DateOrder, ParseNumber, ShapeKind};
use spec::{Message, Outcome};
use table::value::{format_number, format_time, parse_boolean, parse_number, parse_time};
use train::Predictions;

use crate::contract::{Contract, Input, TensorType};
use crate::rows::{Cells, Rows};

/// Real rows among the golden ones, if there are as many.
const N_REAL: usize = 64;
/// Rows that are looked at to choose from.
const N_LOOKED_AT: usize = 2000;
/// Columns that get a made-up row of their own of each sort.
const N_COLUMNS: usize = 24;
/// Levels of a column that look like something else.
const N_LOOKALIKES: usize = 8;
/// No training file holds this level, or the row is left out.
const UNSEEN: &str = "\u{2603} never seen \u{1f600}";

/// Rows spread evenly over all, at most [`N_LOOKED_AT`].
pub fn spread(n_rows: usize) -> Vec<usize> {
    let n = n_rows.min(N_LOOKED_AT);
    (0..n).map(|i| i * n_rows / n.max(1)).collect()
}

/// The golden rows: real ones chosen by what the model says of them, then made-up ones. `real` and `predictions` are of
/// the same rows; `moderate` keeps extremes near the training range, where an unbounded output stays meaningful.
///
/// Errors: `deploy.no_rows`.
pub fn golden(contract: &Contract, real: &Rows, predictions: &Predictions, moderate: bool) -> Outcome<Rows> {
    if real.n_rows == 0 {
        return Err(Message::new("deploy.no_rows").into());
    }
    let chosen = choose(contract, real, predictions);
    let mut golden = real.select(&chosen);
    let mut made_up = MadeUp {
        contract,
        base: real.select(&chosen),
        golden: &mut golden,
        n_made: 0,
    };
    made_up.missing();
    made_up.lookalikes();
    made_up.unseen();
    made_up.extremes(moderate);
    Ok(golden)
}

fn choose(contract: &Contract, real: &Rows, predictions: &Predictions) -> Vec<usize> {
    let mut chosen = BTreeSet::new();
    match predictions {
        Predictions::Probabilities { n_classes: 2, values } => {
            let threshold = contract.decision_threshold.unwrap_or(0.5);
            let margin = |row: usize| values[row * 2 + 1] - threshold;
            let mut rows: Vec<usize> = (0..real.n_rows).collect();
            rows.sort_by(|&a, &b| margin(a).abs().total_cmp(&margin(b).abs()).then(a.cmp(&b)));
            chosen.extend(rows.iter().filter(|&&row| margin(row) >= 0.0).take(12));
            chosen.extend(rows.iter().filter(|&&row| margin(row) < 0.0).take(12));
        }
        Predictions::Probabilities { n_classes, values } => {
            let best = |row: usize| {
                let row = &values[row * n_classes..(row + 1) * n_classes];
                (1..*n_classes).fold(0, |best, k| if row[k] > row[best] { k } else { best })
            };
            let per_class = (N_REAL / 2 / (*n_classes).max(1)).max(2);
            for class in 0..*n_classes {
                chosen.extend((0..real.n_rows).filter(|&row| best(row) == class).take(per_class));
            }
            let mut rows: Vec<usize> = (0..real.n_rows).collect();
            let certainty = |row: usize| values[row * n_classes + best(row)];
            rows.sort_by(|&a, &b| certainty(a).total_cmp(&certainty(b)).then(a.cmp(&b)));
            chosen.extend(rows.iter().take(8));
        }
        Predictions::Values(values) => {
            let mut rows: Vec<usize> = (0..real.n_rows).collect();
            rows.sort_by(|&a, &b| values[a].total_cmp(&values[b]).then(a.cmp(&b)));
            chosen.extend((0..24).map(|i| rows[i * (rows.len() - 1) / 23]));
        }
    }
    let has_missing = |row: usize| {
        real.columns.iter().any(|cells| match cells {
            Cells::Numbers(values) => values[row].is_nan(),
            Cells::Texts(texts) => texts[row].is_empty(),
        })
    };
    chosen.extend((0..real.n_rows).filter(|&row| has_missing(row)).take(12));
    let mut rest: Vec<usize> = (0..real.n_rows).filter(|row| !chosen.contains(row)).collect();
    let n_more = N_REAL.saturating_sub(chosen.len()).min(rest.len());
    let step = rest.len().checked_div(n_more).unwrap_or(1);
    rest = rest.into_iter().step_by(step.max(1)).take(n_more).collect();
    chosen.extend(rest);
    chosen.into_iter().take(2 * N_REAL).collect()
}

struct MadeUp<'a> {
    contract: &'a Contract,
    base: Rows,
    golden: &'a mut Rows,
    n_made: usize,
}

impl MadeUp<'_> {
    /// Copies a real row, another one each time, with one cell changed.
    fn add(&mut self, change: impl Fn(usize, &mut Rows)) {
        let mut row = self.base.select(&[self.n_made % self.base.n_rows]);
        for column in 0..self.contract.inputs.len() {
            change(column, &mut row);
        }
        for (to, from) in self.golden.columns.iter_mut().zip(row.columns) {
            match (to, from) {
                (Cells::Numbers(to), Cells::Numbers(from)) => to.extend(from),
                (Cells::Texts(to), Cells::Texts(from)) => to.extend(from),
                _ => {}
            }
        }
        self.golden.n_rows += 1;
        self.n_made += 1;
    }

    fn missing(&mut self) {
        for column in 0..self.contract.inputs.len().min(N_COLUMNS) {
            self.add(|at, row| {
                if at == column {
                    set_missing(&mut row.columns[at])
                }
            });
        }
        self.add(|at, row| set_missing(&mut row.columns[at]));
    }

    /// Levels that look like something else: a missing cell, a number, a boolean, a date.
    fn lookalikes(&mut self) {
        let contract = self.contract;
        for (column, input) in contract.inputs.iter().enumerate().take(N_COLUMNS) {
            let levels = input.categories.iter().flatten().filter(|level| is_lookalike(level));
            for level in levels.take(N_LOOKALIKES) {
                self.add(|at, row| {
                    if let (true, Cells::Texts(texts)) = (at == column, &mut row.columns[at]) {
                        texts[0] = Arc::from(level.as_str());
                    }
                });
            }
        }
    }

    fn unseen(&mut self) {
        let texts: Vec<usize> = (0..self.contract.inputs.len())
            .filter(|&column| {
                let input = &self.contract.inputs[column];
                let is_known = input.categories.iter().flatten().any(|level| level == UNSEEN);
                input.tensor_type == TensorType::String && !is_known
            })
            .take(N_COLUMNS)
            .collect();
        let set = |at: usize, row: &mut Rows| {
            if let Cells::Texts(texts) = &mut row.columns[at] {
                texts[0] = Arc::from(UNSEEN);
            }
        };
        for &column in &texts {
            self.add(|at, row| {
                if at == column {
                    set(at, row)
                }
            });
        }
        if texts.len() > 1 {
            self.add(|at, row| {
                if texts.contains(&at) {
                    set(at, row)
                }
            });
        }
    }

    fn extremes(&mut self, moderate: bool) {
        let contract = self.contract;
        // Nothing lies beyond the two values of a boolean.
        let is_number = |at: usize| contract.inputs[at].kind != InputType::Boolean;
        let set = |at: usize, row: &mut Rows, x: f64| {
            if let (true, Cells::Numbers(values)) = (is_number(at), &mut row.columns[at]) {
                values[0] = x;
            }
        };
        let numbers = (0..contract.inputs.len())
            .filter(|&column| contract.inputs[column].range.is_some() && is_number(column))
            .take(N_COLUMNS);
        for column in numbers.collect::<Vec<_>>() {
            let Some(range) = contract.inputs[column].range else {
                continue;
            };
            for x in [range.min - (range.max - range.min), range.max + (range.max - range.min)] {
                if x.is_finite() {
                    self.add(|at, row| {
                        if at == column {
                            set(at, row, x)
                        }
                    });
                }
            }
        }
        if !moderate {
            for x in [1e308, -1e308, 1e-320, 0.0] {
                self.add(|at, row| set(at, row, x));
            }
        }
    }
}

fn set_missing(cells: &mut Cells) {
    match cells {
        Cells::Numbers(values) => values[0] = f64::NAN,
        Cells::Texts(texts) => texts[0] = Arc::from(""),
    }
}

fn is_lookalike(level: &str) -> bool {
    spec::read::default_missing_tokens().iter().any(|token| token == level)
        || parse_number(level, false).is_some()
        || parse_number(level, true).is_some()
        || parse_boolean(level).is_some()
        || parse_time(level, DateOrder::Dmy).is_some()
        || parse_time(level, DateOrder::Mdy).is_some()
}

/// Cells as the training file would write them: with its decimal mark, booleans as words, times as dates. By column.
pub fn written(contract: &Contract, rows: &Rows) -> Vec<Vec<String>> {
    let write = |input: &Input, x: f64| {
        // What a step reads as a number it reads with a mark of its own.
        let mark = contract.cleaning.iter().find_map(|step| match &step.kind {
            ShapeKind::ParseNumber(ParseNumber { column, decimal_comma }) if *column == input.name => Some(*decimal_comma),
            _ => None,
        });
        let is_comma = mark.unwrap_or_else(|| contract.decimal_comma_of(input));
        match input.kind {
            _ if x.is_nan() => String::new(),
            InputType::Boolean if x == 0.0 => "false".to_owned(),
            InputType::Boolean if x == 1.0 => "true".to_owned(),
            InputType::Time if format_time(x).contains('-') => format_time(x),
            _ if is_comma => format_number(x).replace('.', ","),
            _ => format_number(x),
        }
    };
    let column = |(input, cells): (&Input, &Cells)| match cells {
        Cells::Numbers(values) => values.iter().map(|&x| write(input, x)).collect(),
        Cells::Texts(texts) => texts.iter().map(|text| text.to_string()).collect(),
    };
    contract.inputs.iter().zip(&rows.columns).map(column).collect()
}

/// A file with the header of the training file.
pub fn csv(contract: &Contract, columns: &[Vec<String>]) -> Vec<u8> {
    let headers = contract
        .inputs
        .iter()
        .map(|input| input.header.as_deref().unwrap_or(&input.name));
    let n_rows = columns.first().map_or(0, Vec::len);
    let mut out = String::new();
    write_line(&mut out, headers);
    for row in 0..n_rows {
        write_line(&mut out, columns.iter().map(|column| column[row].as_str()));
    }
    out.into_bytes()
}

/// A record of RFC 4180.
fn write_line<'a>(out: &mut String, cells: impl Iterator<Item = &'a str>) {
    let fields: Vec<String> = cells.map(table::write::field).collect();
    match fields.as_slice() {
        // An empty line would be passed over when it is read.
        [alone] if alone.trim().is_empty() => out.push_str("\"\""),
        _ => out.push_str(&fields.join(",")),
    }
    out.push('\n');
}
