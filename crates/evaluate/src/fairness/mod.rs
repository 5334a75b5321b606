//! Groups of a sensitive column against each other.
//!
//! With rates per group: selection rate = share flagged; true positive rate = share flagged of those that really are
//! positive; false positive rate = share flagged of those that really are not; precision = share really positive of
//! those flagged. Difference = largest minus smallest over the groups that are large enough, ratio = smallest over
//! largest, of the selection rate (demographic parity), true positive rate (equal opportunity), precision (predictive
//! parity), and the worse of true and false positive rate (equalized odds): fairlearn's `*_difference` and `*_ratio`
//! with `method="between_groups"`.
//!
//! A difference of several groups is never negative, so chance alone makes it positive: `certainty` tells how much. The 5%
//! of a verdict are shared by all declared gaps of all columns, so that among many of them no more are past by chance.
//! No figure here proves that a model is fair.

mod certainty;

use std::collections::BTreeMap;

use math::quantile::{quantile_sorted, sorted};
use metrics::classification::labels;
use metrics::{Truth, interval};
use spec::evaluation::{CriterionResult, Fairness, GroupScores, SignedGap};
use spec::framing::FairnessCriterion;
use spec::run::Scored;
use spec::texts::names;
use spec::{Message, Observer, Order, Outcome, Section, Task};
use table::{Column, ColumnData};
use train::Predictions;

use crate::EvaluateInput;

/// A group needs this many rows to be judged,
pub const MIN_GROUP: u64 = 30;
/// and this many of either class.
pub const MIN_OF_CLASS: u64 = 10;
/// Groups that are shown at most; the smaller ones go together.
pub const MAX_GROUPS: usize = 30;
/// Number columns with up to this many distinct values keep them as groups.
const MAX_DISTINCT: usize = 8;
/// Smallest selection rate over the largest below this is worth a remark.
const FOUR_FIFTHS: f64 = 0.8;

/// Binary decisions of the same rows: was it positive, was it flagged.
#[derive(Clone, Copy, Debug)]
pub struct Decisions<'a> {
    pub positive: &'a [bool],
    pub flagged: &'a [bool],
    /// Declared gaps over all columns, which share the 5%.
    pub n_verdicts: usize,
    pub seed: u64,
}

/// Every sensitive column of the input, and what could not be judged and why.
pub(crate) fn all(
    input: &EvaluateInput,
    decision_threshold: Option<f64>,
    observer: &mut dyn Observer,
) -> Outcome<(Vec<Fairness>, Vec<Message>)> {
    if input.sensitive.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let (Truth::Classes { codes, .. }, Predictions::Probabilities { n_classes, values }) = (input.truth, input.predicted) else {
        return Ok((Vec::new(), vec![Message::new("evaluate.fairness_regression")]));
    };
    // Two classes: code 1. More: the positive class against all others, when one is named.
    let positive_code = match input.task {
        Task::Binary => Some(1),
        _ => {
            let named = input.framing.positive_class.as_ref();
            named
                .and_then(|class| input.classes.iter().position(|name| name == class))
                .map(|code| code as u32)
        }
    };
    let Some(positive_code) = positive_code else {
        return Ok((Vec::new(), vec![Message::new("evaluate.fairness_multiclass")]));
    };
    let positive: Vec<bool> = codes.iter().map(|&code| code == positive_code).collect();
    let flagged: Vec<bool> = labels(values, *n_classes, decision_threshold)
        .into_iter()
        .map(|label| label == positive_code)
        .collect();
    let decisions = Decisions {
        positive: &positive,
        flagged: &flagged,
        n_verdicts: input
            .framing
            .sensitive
            .iter()
            .map(|sensitive| sensitive.tolerated.len())
            .sum(),
        seed: input.seed,
    };
    let mut out = Vec::with_capacity(input.sensitive.len());
    for (i, column) in input.sensitive.iter().enumerate() {
        let declared = input
            .framing
            .sensitive
            .iter()
            .find(|sensitive| sensitive.column == column.name());
        let tolerated = declared.map_or(&[][..], |sensitive| &sensitive.tolerated);
        let n = input.sensitive.len() as f64;
        let judged = judge(
            column,
            &decisions,
            tolerated,
            &mut Section::new(observer, i as f64 / n, (i + 1) as f64 / n),
        )?;
        out.push(judged);
    }
    Ok((out, Vec::new()))
}

/// One sensitive column. `tolerated` are the declared gaps; the other criteria are shown without a verdict.
///
/// Errors: only the observer's.
pub fn judge(
    column: &Column,
    decisions: &Decisions,
    tolerated: &[(FairnessCriterion, f64)],
    observer: &mut dyn Observer,
) -> Outcome<Fairness> {
    let (group_names, codes) = groups(column);
    let n_groups = group_names.len();
    let cell_of = |row: usize| {
        let cell = 2 * usize::from(decisions.positive[row]) + usize::from(decisions.flagged[row]);
        codes[row] as usize * 4 + cell
    };
    let mut whole = vec![Tally::default(); n_groups];
    for cell in (0..codes.len()).map(cell_of) {
        whole[cell / 4].0[cell % 4] += 1;
    }
    let large: Vec<usize> = (0..n_groups).filter(|&group| !whole[group].too_small()).collect();
    let scored = |rate: Rate, tally: &Tally| {
        let (hits, n) = rate.counts(tally);
        let limits = (n > 0).then(|| interval::share(hits as f64, n as f64, interval::LEVEL));
        let (low, high) = limits.unzip();
        Scored {
            value: rate.of(tally),
            low,
            high,
            ..Scored::default()
        }
    };
    let groups = whole
        .iter()
        .zip(&group_names)
        .map(|(tally, name)| GroupScores {
            group: name.clone(),
            n_rows: tally.n_rows(),
            n_positive: tally.n_positive(),
            too_small: tally.too_small(),
            selection_rate: scored(Rate::Selection, tally),
            true_positive_rate: scored(Rate::TruePositive, tally),
            false_positive_rate: scored(Rate::FalsePositive, tally),
            precision: scored(Rate::Precision, tally),
            accuracy: scored(Rate::Accuracy, tally),
        })
        .collect();
    let alpha = (1.0 - interval::LEVEL) / decisions.n_verdicts.max(1) as f64;
    let mut criteria = Vec::with_capacity(FairnessCriterion::ALL.len());
    for (i, &criterion) in FairnessCriterion::ALL.iter().enumerate() {
        observer.tick(i as f64 / FairnessCriterion::ALL.len() as f64)?;
        let counts: Vec<Vec<certainty::Counts>> = rates(criterion)
            .iter()
            .map(|rate| large.iter().map(|&group| rate.counts(&whole[group])).collect())
            .collect();
        let (difference, ratio) = gap(criterion, &whole, &large);
        let found = Found {
            difference,
            ratio,
            comparisons: certainty::Comparisons::of(&counts, decisions.seed),
            groups: large.iter().map(|&group| group_names[group].clone()).collect(),
            widest: widest(criterion, &whole, &large, &group_names),
        };
        let tolerated = tolerated
            .iter()
            .find(|(declared, _)| *declared == criterion)
            .map(|(_, gap)| *gap);
        criteria.push(criterion_result(column.name(), criterion, found, tolerated, alpha));
    }
    observer.tick(1.0)?;
    Ok(Fairness {
        column: column.name().to_owned(),
        groups,
        criteria,
        warnings: warnings(column.name(), &whole, &large, &group_names),
    })
}

/// Rows of one group: [not positive and not flagged, not positive but flagged, positive but not flagged, both].
#[derive(Clone, Copy, Debug, Default)]
struct Tally([u64; 4]);

impl Tally {
    fn n_rows(&self) -> u64 {
        self.0.iter().sum()
    }

    fn n_positive(&self) -> u64 {
        self.0[2] + self.0[3]
    }

    fn too_small(&self) -> bool {
        let n_negative = self.0[0] + self.0[1];
        self.n_rows() < MIN_GROUP || self.n_positive() < MIN_OF_CLASS || n_negative < MIN_OF_CLASS
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rate {
    Selection,
    TruePositive,
    FalsePositive,
    Precision,
    Accuracy,
}

impl Rate {
    /// None when there is nothing to take the share of.
    fn of(self, tally: &Tally) -> Option<f64> {
        let (part, of) = self.counts(tally);
        (of > 0).then(|| part as f64 / of as f64)
    }

    /// Rows that count, and rows that they are the share of.
    fn counts(self, tally: &Tally) -> (u64, u64) {
        let [tn, fp, miss, tp] = tally.0;
        match self {
            Self::Selection => (fp + tp, tally.n_rows()),
            Self::TruePositive => (tp, tp + miss),
            Self::FalsePositive => (fp, fp + tn),
            Self::Precision => (tp, tp + fp),
            Self::Accuracy => (tp + tn, tally.n_rows()),
        }
    }
}

/// The rates that a criterion compares.
fn rates(criterion: FairnessCriterion) -> &'static [Rate] {
    match criterion {
        FairnessCriterion::DemographicParity => &[Rate::Selection],
        FairnessCriterion::EqualOpportunity => &[Rate::TruePositive],
        FairnessCriterion::PredictiveParity => &[Rate::Precision],
        FairnessCriterion::EqualizedOdds => &[Rate::TruePositive, Rate::FalsePositive],
    }
}

/// Lowest and highest rate with their groups; None with fewer than two groups, or when one has no such rate.
fn extremes(rate: Rate, tallies: &[Tally], large: &[usize]) -> Option<((usize, f64), (usize, f64))> {
    let each: Option<Vec<(usize, f64)>> = large.iter().map(|&group| Some((group, rate.of(&tallies[group])?))).collect();
    let each = each.filter(|each| each.len() >= 2)?;
    let low = each.iter().copied().reduce(|a, b| if b.1 < a.1 { b } else { a })?;
    let high = each.iter().copied().reduce(|a, b| if b.1 > a.1 { b } else { a })?;
    Some((low, high))
}

/// Difference and ratio; the ratio is None when the largest rate is 0.
fn gap(criterion: FairnessCriterion, tallies: &[Tally], large: &[usize]) -> (Option<f64>, Option<f64>) {
    let mut worst: (Option<f64>, Option<f64>) = (Some(0.0), Some(1.0));
    for &rate in rates(criterion) {
        let Some(((_, low), (_, high))) = extremes(rate, tallies, large) else {
            return (None, None);
        };
        worst.0 = worst.0.map(|gap| gap.max(high - low));
        worst.1 = worst.1.filter(|_| high > 0.0).map(|ratio| ratio.min(low / high));
    }
    worst
}

struct Widest {
    rate: Rate,
    low: (String, f64),
    high: (String, f64),
}

fn widest(criterion: FairnessCriterion, tallies: &[Tally], large: &[usize], group_names: &[String]) -> Option<Widest> {
    rates(criterion)
        .iter()
        .filter_map(|&rate| {
            let ((low, low_rate), (high, high_rate)) = extremes(rate, tallies, large)?;
            Some(Widest {
                rate,
                low: (group_names[low].clone(), low_rate),
                high: (group_names[high].clone(), high_rate),
            })
        })
        .reduce(|a, b| if b.high.1 - b.low.1 > a.high.1 - a.low.1 { b } else { a })
}

/// What is known of one criterion before it is judged.
struct Found {
    difference: Option<f64>,
    ratio: Option<f64>,
    comparisons: Option<certainty::Comparisons>,
    /// Those that are compared.
    groups: Vec<String>,
    widest: Option<Widest>,
}

/// `alpha`: the chance of a wrong verdict that this one may have.
fn criterion_result(
    column: &str,
    criterion: FairnessCriterion,
    found: Found,
    tolerated: Option<f64>,
    alpha: f64,
) -> CriterionResult {
    let (Some(gap), Some(comparisons), Some(widest)) = (found.difference, found.comparisons, found.widest) else {
        return CriterionResult {
            criterion,
            difference: found.difference,
            ratio: found.ratio,
            low: None,
            high: None,
            tolerated,
            within: None,
            certain: false,
            chance: None,
            signed: None,
            message: Message::new("evaluate.gap_cannot_tell")
                .with("column", column)
                .with("criterion", names::criterion(criterion)),
        };
    };
    let (low, high) = comparisons.limits(alpha);
    // Rates that are drawn towards one half may lie closer together, or further apart, than those that were counted.
    let (low, high) = (low.min(gap), high.max(gap));
    let chance = comparisons.chance(0.0);
    let within = tolerated.map(|tolerated| gap <= tolerated);
    let certain = tolerated.is_some_and(|tolerated| {
        if gap > tolerated {
            low > tolerated || comparisons.chance(tolerated) <= alpha
        } else {
            high <= tolerated
        }
    });
    let signed = comparisons.signed.map(|value| {
        let away = comparisons.critical(alpha) * comparisons.error();
        SignedGap {
            first: found.groups[0].clone(),
            second: found.groups[1].clone(),
            value,
            low: (value - away).max(-1.0),
            high: (value + away).min(1.0),
        }
    });
    let code = match (within, certain) {
        (None, _) => "evaluate.gap",
        (Some(true), true) => "evaluate.gap_within",
        (Some(true), false) => "evaluate.gap_within_not_certain",
        (Some(false), true) => "evaluate.gap_past",
        (Some(false), false) if chance > alpha => "evaluate.gap_past_not_certain",
        (Some(false), false) => "evaluate.gap_past_not_far",
    };
    let rate = match widest.rate {
        Rate::Selection => "flagged",
        Rate::TruePositive => "flagged of those that really are",
        Rate::FalsePositive => "flagged of those that really are not",
        Rate::Precision => "really so of those flagged",
        Rate::Accuracy => "decided rightly",
    };
    let message = Message::new(code)
        .with("column", column)
        .with("rate", rate)
        .with("low_group", widest.low.0)
        .with("low_rate", widest.low.1)
        .with("high_group", widest.high.0)
        .with("high_rate", widest.high.1)
        .with("gap", gap)
        .with("low", low)
        .with("high", high)
        .with("chance", chance);
    CriterionResult {
        criterion,
        difference: Some(gap),
        ratio: found.ratio,
        low: Some(low),
        high: Some(high),
        tolerated,
        within,
        certain,
        chance: Some(chance),
        signed,
        message: tolerated
            .into_iter()
            .fold(message, |message, tolerated| message.with("tolerated", tolerated)),
    }
}

fn warnings(column: &str, tallies: &[Tally], large: &[usize], group_names: &[String]) -> Vec<Message> {
    let mut out = Vec::new();
    let small: Vec<String> = (0..tallies.len())
        .filter(|&g| tallies[g].too_small())
        .map(|g| group_names[g].clone())
        .collect();
    if !small.is_empty() {
        out.push(
            Message::new("evaluate.groups_too_small")
                .with("n", small.len())
                .with("groups", small)
                .with("column", column)
                .with("least", MIN_GROUP)
                .with("least_of_class", MIN_OF_CLASS),
        );
    }
    if large.len() < 2 {
        out.push(Message::new("evaluate.too_few_groups").with("column", column));
    }
    if let Some(((low, low_rate), (high, high_rate))) = extremes(Rate::Selection, tallies, large)
        && low_rate < FOUR_FIFTHS * high_rate
    {
        out.push(
            Message::new("evaluate.four_fifths")
                .with("column", column)
                .with("low_group", &group_names[low])
                .with("high_group", &group_names[high])
                .with("ratio", low_rate / high_rate),
        );
    }
    out
}

/// Groups of the whole column that none of the judged rows is of. Groups that were cut or put together are made of the rows
/// at hand, so they are never absent.
pub fn absent(whole: &Column, judged: &[GroupScores]) -> Vec<String> {
    let (names, _) = groups(whole);
    let is_cut = match &whole.data {
        ColumnData::Number(values) | ColumnData::Time(values) => has_many(values),
        _ => false,
    };
    if is_cut || names.len() >= MAX_GROUPS {
        return Vec::new();
    }
    let is_judged = |name: &String| judged.iter().any(|group| group.group == *name);
    names.into_iter().filter(|name| !is_judged(name)).collect()
}

/// Names of the groups in order, and each row's. Numbers and times with more than 8 distinct values are cut at their
/// quartiles; what is missing is a group of its own; of more than 30 groups the smallest go together.
pub fn groups(column: &Column) -> (Vec<String>, Vec<u32>) {
    let cut = match &column.data {
        ColumnData::Number(values) | ColumnData::Time(values) => Some(values).filter(|values| has_many(values)),
        _ => None,
    };
    let keys: Vec<Option<String>> = match cut {
        Some(values) => quartiles(column, values),
        None => (0..column.n_rows())
            .map(|row| column.text_at(row).map(|text| text.into_owned()))
            .collect(),
    };
    let in_order = |a: &String, b: &String| match (cut, a.parse::<f64>(), b.parse::<f64>()) {
        (None, Ok(a), Ok(b)) => a.total_cmp(&b),
        _ => a.cmp(b),
    };
    let mut n_rows: BTreeMap<&String, u64> = BTreeMap::new();
    for key in keys.iter().flatten() {
        *n_rows.entry(key).or_default() += 1;
    }
    let mut names: Vec<String> = n_rows.keys().map(|key| (*key).clone()).collect();
    let mut shown = names.clone();
    if names.len() > MAX_GROUPS {
        names.order_by(|a, b| n_rows[b].cmp(&n_rows[a]).then(a.cmp(b)));
        shown = names[..MAX_GROUPS - 1].to_vec();
    }
    shown.order_by(in_order);
    if cut.is_some() {
        // Their keys begin with the bin's number, which only orders them.
        shown.order_by(Ord::cmp);
    }
    let places: BTreeMap<&String, u32> = shown.iter().enumerate().map(|(place, name)| (name, place as u32)).collect();
    let other = shown.len() as u32;
    let has_other = names.len() > shown.len();
    let missing = other + u32::from(has_other);
    let codes = keys
        .iter()
        .map(|key| match key {
            None => missing,
            Some(key) => places.get(key).copied().unwrap_or(other),
        })
        .collect();
    let mut labels: Vec<String> = shown
        .iter()
        .map(|name| if cut.is_some() { name[1..].to_owned() } else { name.clone() })
        .collect();
    if has_other {
        labels.push("(other)".to_owned());
    }
    if keys.iter().any(Option::is_none) {
        labels.push("(missing)".to_owned());
    }
    (labels, codes)
}

fn has_many(values: &[f64]) -> bool {
    let mut seen: Vec<f64> = Vec::new();
    for &value in values.iter().filter(|value| !value.is_nan()) {
        if !seen.contains(&value) {
            seen.push(value);
            if seen.len() > MAX_DISTINCT {
                return true;
            }
        }
    }
    false
}

/// A key per row: the bin's number, then the bin in words. A value on an edge belongs to the bin below it; bins that
/// ties leave empty do not appear.
fn quartiles(column: &Column, values: &[f64]) -> Vec<Option<String>> {
    let present = sorted(values.iter().copied().filter(|value| !value.is_nan()).collect());
    let edges = [0.25, 0.5, 0.75].map(|q| quantile_sorted(&present, q));
    let text = |value: f64| {
        let as_data = |values| {
            if matches!(column.data, ColumnData::Time(_)) {
                ColumnData::Time(values)
            } else {
                ColumnData::Number(values)
            }
        };
        let one = column.with_data(as_data(vec![value]));
        one.text_at(0).map_or_else(String::new, |text| text.into_owned())
    };
    let edge_texts = edges.map(text);
    values
        .iter()
        .map(|&value| {
            let bin = edges.iter().filter(|&&edge| edge < value).count();
            let words = match bin {
                0 => format!("up to {}", edge_texts[0]),
                3 => format!("over {}", edge_texts[2]),
                _ => format!("over {} to {}", edge_texts[bin - 1], edge_texts[bin]),
            };
            (!value.is_nan()).then(|| format!("{bin}{words}"))
        })
        .collect()
}
