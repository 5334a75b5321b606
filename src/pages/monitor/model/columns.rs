//! Columns of a batch, the worst first.

use spec::Order;
use spec::monitor::{BatchReport, ColumnDrift, DriftMethod, DriftVerdict, Presence};
use spec::texts::names;
use spec::texts::number::{percent, significant};
use spec::texts::ui::monitor as words;

use super::verdict_tone;
use crate::ui::{SelectOption, Tone};

/// One line of the table of columns.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnLine {
    pub name: String,
    pub verdict: String,
    pub tone: Tone,
    pub effect: String,
    pub tolerated: String,
    pub method: &'static str,
    pub p: String,
    pub missing: String,
    pub missing_grew: bool,
    /// Rows with a level that training did not have, or a number outside its range.
    pub new_values: String,
    pub importance: String,
    pub sentence: String,
}

/// What somebody should look at first: columns that are not there, drifted ones, those with more missing values, those
/// that have begun to move; within each by how far beyond what is tolerated.
pub fn worst_first(report: &BatchReport) -> Vec<ColumnLine> {
    let mut columns: Vec<&ColumnDrift> = report.drift.columns.iter().collect();
    let rank = |column: &ColumnDrift| match (column.presence, column.verdict) {
        (Presence::Absent | Presence::OtherType { .. }, _) => 0,
        (_, DriftVerdict::Drifted) => 1,
        _ if column.missing.grew => 2,
        (_, DriftVerdict::Watch) => 3,
        (_, DriftVerdict::Stable) => 4,
        (_, DriftVerdict::CannotTell) => 5,
        (_, DriftVerdict::NotJudged) => 6,
    };
    let beyond = |column: &ColumnDrift| column.effect.unwrap_or(0.0) / column.least_effect.max(1e-9);
    columns.order_by(|a, b| rank(a).cmp(&rank(b)).then(beyond(b).total_cmp(&beyond(a))));
    let n_rows = report.drift.n_rows;
    columns.into_iter().map(|column| column_line(column, n_rows)).collect()
}

fn column_line(column: &ColumnDrift, n_rows: u64) -> ColumnLine {
    let share = |n: u64| if n_rows == 0 { 0.0 } else { n as f64 / n_rows as f64 };
    let n_new = column.out_of_range.n_below + column.out_of_range.n_above + column.unseen.n_rows;
    let figure = |x: Option<f64>| x.map_or_else(String::new, |x| significant(x, 2));
    // Of what is not there, nothing was measured.
    let is_there = column.presence == Presence::Present;
    let measured = |text: String| if is_there { text } else { String::new() };
    let (verdict, tone) = match column.presence {
        Presence::Absent => (words::NOT_THERE.to_owned(), Tone::Bad),
        Presence::OtherType { found } => (words::other_type(found.name()), Tone::Bad),
        Presence::Present => (names::drift_verdict(column.verdict).to_owned(), verdict_tone(column.verdict)),
    };
    ColumnLine {
        name: column.name.clone(),
        verdict,
        tone,
        effect: figure(column.effect),
        tolerated: measured(significant(column.least_effect, 2)),
        method: if is_there { words::method(column.method) } else { "" },
        p: column.p_adjusted.map_or_else(String::new, p_value),
        missing: measured(words::before_now(column.missing.share_reference, column.missing.share_batch)),
        missing_grew: column.missing.grew,
        new_values: measured(words::rows_share(n_new, share(n_new))),
        importance: column.importance.map_or_else(String::new, percent),
        sentence: column.message.says(),
    }
}

/// Beyond four digits a p-value says no more than that.
pub fn p_value(p: f64) -> String {
    if p < 1e-4 { "< 0.0001".to_owned() } else { significant(p, 2) }
}

pub fn method_term(method: DriftMethod) -> &'static str {
    match method {
        DriftMethod::Psi => "psi",
        DriftMethod::KolmogorovSmirnov => "kolmogorov_smirnov_test",
        DriftMethod::Wasserstein => "wasserstein_distance",
        DriftMethod::JensenShannon => "jensen_shannon_distance",
        DriftMethod::ChiSquare => "chi_square_test",
        DriftMethod::TotalVariation => "total_variation_distance",
        DriftMethod::ZTest => "z_test",
    }
}

/// The methods that a column can be compared by, after the automatic choice.
pub fn method_options(column: &ColumnDrift) -> Vec<SelectOption> {
    let is_number = matches!(column.column_type, spec::ColumnType::Number | spec::ColumnType::Time);
    let fits = |method: &DriftMethod| match method {
        DriftMethod::ZTest => column.method == DriftMethod::ZTest,
        method => is_number || !method.is_for_numbers_only(),
    };
    let automatic = SelectOption::new("", words::AUTOMATIC);
    let methods = DriftMethod::ALL.into_iter().filter(fits);
    let named = methods.map(|method| SelectOption::new(method_value(method), names::drift_method(method)));
    std::iter::once(automatic).chain(named).collect()
}

/// What stands for a method in a form.
pub fn method_value(method: DriftMethod) -> String {
    method_term(method).to_owned()
}

pub fn method_of(value: &str) -> Option<DriftMethod> {
    DriftMethod::ALL.into_iter().find(|method| method_term(*method) == value)
}

/// All measures of a column with their values.
pub fn measures(column: &ColumnDrift) -> Vec<(&'static str, String)> {
    let figures = &column.figures;
    let all = [
        (DriftMethod::Psi, figures.psi),
        (DriftMethod::KolmogorovSmirnov, figures.kolmogorov_smirnov),
        (DriftMethod::Wasserstein, figures.wasserstein),
        (DriftMethod::JensenShannon, figures.jensen_shannon),
        (DriftMethod::TotalVariation, figures.total_variation),
        (DriftMethod::ChiSquare, figures.chi_square),
    ];
    all.into_iter()
        .filter_map(|(method, value)| Some((names::drift_method(method), significant(value?, 3))))
        .collect()
}
