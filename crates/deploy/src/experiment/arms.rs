//! From the rows of a log to the units of two variants.

use std::collections::{BTreeMap, BTreeSet};

use math::sum::{Sum, mean, variance};
use spec::experiment::{AnalysisUnit, Arm, Arms, OutcomeKind, VerdictRequest};
use spec::{Message, Observer, Outcome};

/// Rows between two ticks.
const TICK_ROWS: usize = 1 << 16;
/// Other variants that a message names.
const NAMED: usize = 5;

/// One prediction of the log with what became of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnitRow<'a> {
    pub variant: &'a str,
    /// The key (or its hash) that the split went by; None where the request had none.
    pub key: Option<&'a str>,
    /// None while it is not known.
    pub outcome: Option<f64>,
}

/// Counts every unit once. With keys as units, the rows of a key are one unit: for rates it has the outcome when any of its
/// known rows has, for means its value is the mean of its known rows; it is known when any row is. Rows without a key are
/// left out (the service gives them the champion, not chance), and so are keys that met both variants.
///
/// Errors: `experiment.same_variant`, `experiment.no_variant` when a variant has no rows, `experiment.not_binary`,
/// `experiment.not_finite`; the observer's.
pub fn arms(rows: &[UnitRow<'_>], request: &VerdictRequest, observer: &mut dyn Observer) -> Outcome<Arms> {
    if request.a == request.b {
        return Err(Message::new("experiment.same_variant").with("variant", &request.a).into());
    }
    let mut units: [Units<'_>; 2] = [Units::default(), Units::default()];
    let mut others: BTreeSet<&str> = BTreeSet::new();
    let (mut n_other_variants, mut n_without_key) = (0, 0);
    for (at, row) in rows.iter().enumerate() {
        if at % TICK_ROWS == 0 {
            observer.tick(0.8 * at as f64 / rows.len() as f64)?;
        }
        let side = if row.variant == request.a {
            0
        } else if row.variant == request.b {
            1
        } else {
            n_other_variants += 1;
            others.insert(row.variant);
            continue;
        };
        check_outcome(row.outcome, request.kind, at)?;
        units[side].n_rows += 1;
        match (request.unit, row.key) {
            (AnalysisUnit::Request, _) => units[side].alone.push(row.outcome),
            (AnalysisUnit::Key | AnalysisUnit::RowsOfKeys, Some(key)) => {
                units[side].by_key.entry(key).or_default().add(row.outcome)
            }
            (AnalysisUnit::Key | AnalysisUnit::RowsOfKeys, None) => n_without_key += 1,
        }
    }
    for (units, name) in units.iter().zip([&request.a, &request.b]) {
        if units.n_rows == 0 {
            let found: Vec<String> = others.iter().take(NAMED).map(|name| (*name).to_owned()).collect();
            let code = if found.is_empty() {
                "experiment.no_variant"
            } else {
                "experiment.no_variant_others"
            };
            return Err(Message::new(code).with("variant", name).with("found", found).into());
        }
    }
    let [mut a, mut b] = units;
    let both: Vec<&str> = a.by_key.keys().filter(|key| b.by_key.contains_key(*key)).copied().collect();
    for key in &both {
        a.by_key.remove(key);
        b.by_key.remove(key);
    }
    observer.tick(0.9)?;
    let arms = Arms {
        a: a.arm(&request.a, request),
        b: b.arm(&request.b, request),
        n_other_variants,
        n_without_key,
        n_in_both: both.len() as u64,
    };
    observer.tick(1.0)?;
    Ok(arms)
}

fn check_outcome(outcome: Option<f64>, kind: OutcomeKind, at: usize) -> Outcome<()> {
    let Some(value) = outcome else { return Ok(()) };
    let code = match kind {
        OutcomeKind::Rate if value != 0.0 && value != 1.0 => "experiment.not_binary",
        OutcomeKind::Mean if !value.is_finite() => "experiment.not_finite",
        _ => return Ok(()),
    };
    Err(Message::new(code).with("row", at + 1).with("value", value).into())
}

/// The rows of one key.
#[derive(Clone, Copy, Default)]
struct OfKey {
    sum: Sum,
    n_known: u64,
    any: bool,
}

impl OfKey {
    fn add(&mut self, outcome: Option<f64>) {
        if let Some(value) = outcome {
            self.sum.add(value);
            self.n_known += 1;
            self.any |= value != 0.0;
        }
    }

    fn outcome(&self, kind: OutcomeKind) -> Option<f64> {
        (self.n_known > 0).then(|| match kind {
            OutcomeKind::Rate => f64::from(u8::from(self.any)),
            OutcomeKind::Mean => self.sum.value() / self.n_known as f64,
        })
    }
}

#[derive(Default)]
struct Units<'a> {
    n_rows: u64,
    by_key: BTreeMap<&'a str, OfKey>,
    alone: Vec<Option<f64>>,
}

impl Units<'_> {
    /// The sum of all rows over their number. Its deviation is that of the linearized ratio over keys, so that divided by the
    /// root of their number it is the error of the ratio.
    ///
    /// Reference: Deng, Knoblich, Lu: Applying the delta method in metric analytics, KDD 2018.
    fn ratio(&self) -> (Option<f64>, Option<f64>) {
        let keys: Vec<(f64, f64)> = self
            .by_key
            .values()
            .filter(|of_key| of_key.n_known > 0)
            .map(|of_key| (of_key.sum.value(), of_key.n_known as f64))
            .collect();
        let n = keys.len() as f64;
        let total = |of: fn(&(f64, f64)) -> f64| keys.iter().map(of).collect::<Sum>().value();
        let (sum, rows) = (total(|key| key.0), total(|key| key.1));
        if rows == 0.0 {
            return (None, None);
        }
        let ratio = sum / rows;
        let squares = keys.iter().map(|(sum, rows)| (sum - ratio * rows) * (sum - ratio * rows));
        let deviation = (squares.collect::<Sum>().value() / (n - 1.0)).sqrt() / (rows / n);
        (Some(ratio), Some(deviation).filter(|x| x.is_finite()))
    }

    fn arm(&self, name: &str, request: &VerdictRequest) -> Arm {
        let kind = request.kind;
        let outcomes: Vec<Option<f64>> = self
            .by_key
            .values()
            .map(|of_key| of_key.outcome(kind))
            .chain(self.alone.iter().copied())
            .collect();
        let known: Vec<f64> = outcomes.iter().flatten().copied().collect();
        let finite = |x: f64| x.is_finite().then_some(x);
        if request.unit == AnalysisUnit::RowsOfKeys {
            let (value, std_dev) = self.ratio();
            return Arm {
                name: name.to_owned(),
                n_rows: self.n_rows,
                n_units: outcomes.len() as u64,
                n_known: known.len() as u64,
                n_with: None,
                value,
                std_dev,
            };
        }
        Arm {
            name: name.to_owned(),
            n_rows: self.n_rows,
            n_units: outcomes.len() as u64,
            n_known: known.len() as u64,
            n_with: (kind == OutcomeKind::Rate).then(|| known.iter().filter(|value| **value == 1.0).count() as u64),
            value: finite(mean(&known)),
            std_dev: finite(variance(&known, 1).sqrt()),
        }
    }
}
