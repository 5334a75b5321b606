//! Against scipy, statsmodels and Evidently; `tests/golden/monitor/make_monitor.py` says how the numbers were made.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot read its numbers must fail"
)]

use std::collections::BTreeMap;

use math::special;
use monitor::{Batch, Stamp, Training, adjusted, compare, learn};
use serde::Deserialize;
use spec::monitor::{
    Correction, Direction, DriftMethod, DriftReport, DriftVerdict, MonitorRules, Reference, ReferenceColumn, ReferenceKind,
    TrendOf,
};
use spec::{Unobserved, read::ReadOptions};
use table::{Category, Column, ColumnData, MISSING_BOOLEAN, MISSING_CODE, Table};

/// Sums in another order: a few last bits.
const TOLERANCE: f64 = 1e-12;
/// Tails of distributions, to so much of their own size.
const RELATIVE: f64 = 1e-10;
/// Beyond 10,000 rows both sides approximate: scipy by the one-sample distribution, this by Kolmogorov's limit with two
/// corrections (see `ks_two_sample_sf`).
const APPROXIMATION: f64 = 3e-4;

#[derive(Deserialize)]
struct Golden {
    functions: Functions,
    corrections: Vec<CorrectionCase>,
    shares: Vec<SharesCase>,
    samples: Vec<SampleCase>,
    proportions: Vec<ProportionCase>,
    trends: Vec<TrendCase>,
    pairs: Vec<Pair>,
}

#[derive(Deserialize)]
struct Functions {
    kolmogorov_sf: Vec<(f64, f64)>,
    chi_square_sf: Vec<(f64, f64, f64)>,
    normal_sf: Vec<(f64, f64)>,
    gamma_q: Vec<(f64, f64, f64)>,
    ks_two_sample_sf: Vec<(u64, u64, f64, f64)>,
}

#[derive(Deserialize)]
struct CorrectionCase {
    p: Vec<f64>,
    benjamini_hochberg: Vec<f64>,
    bonferroni: Vec<f64>,
}

#[derive(Deserialize)]
struct SharesCase {
    reference: Vec<u64>,
    batch: Vec<u64>,
    psi: f64,
    jensen_shannon: f64,
    total_variation: f64,
    chi_square: (f64, f64),
}

#[derive(Deserialize)]
struct SampleCase {
    name: String,
    reference: Vec<f64>,
    batch: Vec<f64>,
    kolmogorov_smirnov: (f64, f64),
    wasserstein: f64,
}

#[derive(Deserialize)]
struct ProportionCase {
    counts: (u64, u64, u64, u64),
    z: f64,
    p: f64,
}

#[derive(Deserialize)]
struct TrendCase {
    name: String,
    days: Vec<f64>,
    values: Vec<f64>,
    p: f64,
    per_30_days: f64,
    direction: Direction,
}

#[derive(Deserialize)]
struct Pair {
    name: String,
    reference: Rows,
    batch: Rows,
    columns: BTreeMap<String, ColumnCase>,
    differs: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Rows {
    file: String,
    start: usize,
    stop: Option<usize>,
    step: usize,
    blank: Option<(String, usize)>,
}

#[derive(Deserialize)]
struct ColumnCase {
    kind: ReferenceKind,
    n: (u64, u64),
    n_missing: (u64, u64),
    kolmogorov_smirnov: Option<(f64, f64)>,
    wasserstein: Option<f64>,
    psi: f64,
    jensen_shannon: f64,
    total_variation: f64,
    chi_square: (f64, f64),
    z_p: Option<f64>,
    missing_p: Option<f64>,
    evidently: Evidently,
    effect: f64,
    p_adjusted: f64,
    drifted: bool,
    missing_grew: bool,
}

#[derive(Deserialize)]
struct Evidently {
    method: DriftMethod,
    score: f64,
    drifted: bool,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../../../tests/golden/monitor/monitor.json")).unwrap()
}

fn near(what: &str, got: Option<f64>, expected: f64, tolerance: f64) {
    assert!(
        got.is_some_and(|got| (got - expected).abs() <= tolerance),
        "{what}: {got:?}, expected {expected}"
    );
}

fn as_near(what: &str, got: f64, expected: f64) {
    near(what, Some(got), expected, RELATIVE * expected.abs());
}

#[test]
fn functions_of_probability() {
    let functions = golden().functions;
    for (x, expected) in functions.kolmogorov_sf {
        as_near(&format!("kolmogorov {x}"), special::kolmogorov_sf(x), expected);
    }
    for (x, dof, expected) in functions.chi_square_sf {
        as_near(&format!("chi2 {x} {dof}"), special::chi_square_sf(x, dof), expected);
    }
    for (x, expected) in functions.normal_sf {
        as_near(&format!("normal {x}"), special::normal_sf(x), expected);
    }
    for (a, x, expected) in functions.gamma_q {
        as_near(&format!("gamma {a} {x}"), special::gamma_q(a, x), expected);
    }
    for (n, m, statistic, expected) in functions.ks_two_sample_sf {
        let what = format!("ks {n} {m} {statistic}");
        let got = special::ks_two_sample_sf(statistic, n, m);
        if n.max(m) <= special::MAX_KS_EXACT {
            as_near(&what, got, expected);
        } else {
            near(&what, Some(got), expected, APPROXIMATION);
        }
    }
}

#[test]
fn corrections_for_many_columns() {
    for case in golden().corrections {
        let p: Vec<Option<f64>> = case.p.iter().copied().map(Some).collect();
        for (correction, expected) in [
            (Correction::BenjaminiHochberg, &case.benjamini_hochberg),
            (Correction::Bonferroni, &case.bonferroni),
            (Correction::None, &case.p),
        ] {
            for (got, expected) in adjusted(&p, correction).into_iter().zip(expected) {
                near(&format!("{correction:?}"), got, *expected, TOLERANCE);
            }
        }
    }
}

#[test]
fn shares_samples_and_proportions() {
    let golden = golden();
    for case in golden.shares {
        let what = format!("{:?} {:?}", case.reference, case.batch);
        let (a, b) = (case.reference.as_slice(), case.batch.as_slice());
        near(&what, monitor::psi(a, b), case.psi, TOLERANCE);
        near(&what, monitor::jensen_shannon(a, b), case.jensen_shannon, 1e-8);
        near(&what, monitor::total_variation(a, b), case.total_variation, TOLERANCE);
        let test = monitor::chi_square(a, b).unwrap();
        as_near(&what, test.statistic, case.chi_square.0);
        as_near(&what, test.p_value, case.chi_square.1);
    }
    for case in golden.samples {
        let (statistic, p) = monitor::kolmogorov_smirnov(&case.reference, &case.batch);
        near(&case.name, Some(statistic), case.kolmogorov_smirnov.0, TOLERANCE);
        as_near(&case.name, p, case.kolmogorov_smirnov.1);
        let distance = monitor::wasserstein(&case.reference, &case.batch);
        near(
            &case.name,
            Some(distance),
            case.wasserstein,
            TOLERANCE * case.wasserstein.max(1.0),
        );
    }
    for case in golden.proportions {
        let (k, n, l, m) = case.counts;
        let test = monitor::two_proportions(k, n, l, m).unwrap_or((0.0, 1.0));
        near("z", Some(test.0), case.z, 1e-10);
        as_near("p", test.1, case.p);
    }
}

#[test]
fn trends_of_batches() {
    let report = small_report();
    for case in golden().trends {
        let batches: Vec<_> = case
            .values
            .iter()
            .zip(&case.days)
            .enumerate()
            .map(|(at, (&value, &days))| {
                let stamp = Stamp {
                    id: at as u32 + 1,
                    name: String::new(),
                    at_ms: days * 86_400_000.0,
                    version: String::new(),
                };
                let mut batch = monitor::summarize(stamp, &report, None, None);
                batch.share = Some(value);
                batch
            })
            .collect();
        let trends = monitor::trends(&batches);
        let trend = trends.iter().find(|trend| trend.of == TrendOf::DriftedColumns).unwrap();
        near(&case.name, trend.p_value, case.p, RELATIVE);
        near(&case.name, trend.per_30_days, case.per_30_days, 1e-9);
        assert_eq!(trend.direction, case.direction, "{}", case.name);
        assert_eq!(trend.points.len(), case.values.len());
    }
}

fn small_report() -> DriftReport {
    let table = Table::new(vec![Column::new("x", ColumnData::Number(vec![1.0, 2.0]))]).unwrap();
    let reference = reference(&table, &MonitorRules::default());
    let batch = Batch {
        table: Some(&table),
        known_rows: None,
        prediction: None,
        target: None,
    };
    compare(&reference, &batch, &MonitorRules::default(), &mut Unobserved).unwrap()
}

fn reference(table: &Table, rules: &MonitorRules) -> Reference {
    let training = Training {
        table,
        prediction: None,
        target: None,
        importance: &[],
    };
    learn(&training, rules, &mut Unobserved).unwrap()
}

fn read(rows: &Rows, columns: &[String]) -> Table {
    let path = format!("{}/../../public/samples/{}", env!("CARGO_MANIFEST_DIR"), rows.file);
    let bytes = std::fs::read(path).unwrap();
    let table = table::read::import(&bytes, &rows.file, &ReadOptions::default(), &mut Unobserved)
        .unwrap()
        .table;
    let stop = rows.stop.unwrap_or(table.n_rows());
    let picked: Vec<u32> = (rows.start..stop).step_by(rows.step).map(|row| row as u32).collect();
    let table = table.only(columns).unwrap().select(&picked);
    let Some((name, every)) = &rows.blank else { return table };
    let column = table.column(name).unwrap();
    let is_blank = |row: usize| row.is_multiple_of(*every);
    let data = match &column.data {
        ColumnData::Number(values) => {
            let blanked = values
                .iter()
                .enumerate()
                .map(|(row, &x)| if is_blank(row) { f64::NAN } else { x });
            ColumnData::Number(blanked.collect())
        }
        ColumnData::Category(category) => {
            let codes = category.codes.iter().enumerate();
            ColumnData::Category(Category {
                levels: category.levels.clone(),
                codes: codes
                    .map(|(row, &code)| if is_blank(row) { MISSING_CODE } else { code })
                    .collect(),
            })
        }
        ColumnData::Boolean(values) => {
            let blanked = values
                .iter()
                .enumerate()
                .map(|(row, &x)| if is_blank(row) { MISSING_BOOLEAN } else { x });
            ColumnData::Boolean(blanked.collect())
        }
        _ => panic!("{name} cannot be blanked"),
    };
    let blanked = column.with_data(data);
    table.with_column(blanked).unwrap()
}

fn report(pair: &Pair, rules: &MonitorRules) -> (Reference, DriftReport) {
    let names: Vec<String> = pair.columns.keys().cloned().collect();
    // Through its file, as the service and the page get it.
    let reference = monitor::to_json(&reference(&read(&pair.reference, &names), rules)).unwrap();
    let reference = monitor::from_json(&reference).unwrap();
    let table = read(&pair.batch, &names);
    let batch = Batch {
        table: Some(&table),
        known_rows: None,
        prediction: None,
        target: None,
    };
    let report = compare(&reference, &batch, rules, &mut Unobserved).unwrap();
    (reference, report)
}

/// Wasserstein distance in standard deviations, where training has more than 2,000 different values.
const CUT: f64 = 5e-4;

/// Every figure of every column by scipy, the method and score by Evidently, the verdict by the rule in the script; and
/// where the verdict is not Evidently's, the script has the reason. A column that far values stretch is compared by
/// another method than Evidently's: here by hand, by Evidently's.
#[test]
fn pairs_of_data_sets() {
    let mut stretched = Vec::new();
    for pair in golden().pairs {
        let mut rules = MonitorRules::default();
        for column in report(&pair, &rules).1.columns {
            if column.method_reason.code == "monitor.method_far_values" {
                rules.methods.insert(column.name.clone(), DriftMethod::Wasserstein);
                stretched.push(format!("{}, {}", pair.name, column.name));
            }
        }
        let (reference, report) = report(&pair, &rules);
        let is_exact = |known: &ReferenceColumn| known.ecdf.as_ref().is_none_or(|ecdf| ecdf.between.is_empty());
        let all_exact = reference.columns.iter().all(is_exact);
        let mut differs = BTreeMap::new();
        for (column, known) in report.columns.iter().zip(&reference.columns) {
            let what = format!("{}, {}", pair.name, column.name);
            let case = &pair.columns[&column.name];
            let figures = &column.figures;
            assert_eq!((column.n_reference, column.n_batch), case.n, "{what}");
            let missing = (column.missing.n_reference, column.missing.n_batch);
            assert_eq!(missing, case.n_missing, "{what}");
            assert_eq!(column.method, case.evidently.method, "{what}");
            near(&what, figures.psi, case.psi, TOLERANCE);
            // The root of a small difference.
            near(&what, figures.jensen_shannon, case.jensen_shannon, 1e-8);
            near(&what, figures.total_variation, case.total_variation, TOLERANCE);
            near(
                &what,
                figures.chi_square,
                case.chi_square.0,
                1e-9 * case.chi_square.0.max(1.0),
            );
            near(&what, figures.chi_square_p, case.chi_square.1, RELATIVE);
            if let (Some((statistic, p)), Some(distance)) = (case.kolmogorov_smirnov, case.wasserstein) {
                if is_exact(known) {
                    near(&what, figures.kolmogorov_smirnov, statistic, TOLERANCE);
                    near(&what, figures.kolmogorov_smirnov_p, p, RELATIVE);
                    near(&what, figures.wasserstein, distance, 1e-10 * distance.max(1.0));
                } else {
                    near(&what, figures.kolmogorov_smirnov, statistic, 1.0 / 2000.0);
                    near(&what, figures.wasserstein, distance, CUT);
                    // Never surer than all values would make it.
                    assert!(figures.kolmogorov_smirnov_p.unwrap() >= p * (1.0 - RELATIVE), "{what}");
                }
            }
            assert_eq!(case.kind == ReferenceKind::Number, figures.wasserstein.is_some(), "{what}");
            near(&what, column.effect, case.effect, if is_exact(known) { 1e-8 } else { CUT });
            if all_exact {
                near(&what, column.p_adjusted, case.p_adjusted, RELATIVE);
            } else {
                assert!(column.p_adjusted.unwrap() >= case.p_adjusted * (1.0 - RELATIVE), "{what}");
            }
            match case.missing_p {
                Some(p) => near(&what, column.missing.p_value, p, RELATIVE),
                None => assert_eq!(column.missing.p_value, None, "{what}"),
            }
            // Evidently's own score. Its chi-square takes the reference as exact and is another test.
            match column.method {
                DriftMethod::ChiSquare => {}
                DriftMethod::ZTest => {
                    near(&what, column.p_value, case.evidently.score, RELATIVE);
                    near(&what, column.p_value, case.z_p.unwrap(), RELATIVE);
                }
                DriftMethod::KolmogorovSmirnov => near(&what, column.p_value, case.evidently.score, RELATIVE),
                _ => near(
                    &what,
                    column.effect,
                    case.evidently.score,
                    if is_exact(known) { 1e-8 } else { CUT },
                ),
            }
            let drifted = column.verdict == DriftVerdict::Drifted;
            assert_eq!(drifted, case.drifted, "{what}: {}", column.message.says());
            assert_eq!(column.missing.grew, case.missing_grew, "{what}");
            assert!(!column.message.says().contains('{'), "{what}: {}", column.message.says());
            if column.is_bad() != case.evidently.drifted {
                let reason = match column.message.code.as_str() {
                    "monitor.stable_small" | "monitor.stable" => "effect too small",
                    "monitor.stable_chance" => "not significant",
                    "monitor.missing_grew" => "missing values grew",
                    code => panic!("{what}: {code}"),
                };
                differs.insert(column.name.clone(), reason.to_owned());
            }
        }
        assert_eq!(report.columns.len(), pair.columns.len());
        assert_eq!(differs, pair.differs, "{}", pair.name);
        let n_bad = report.columns.iter().filter(|column| column.is_bad()).count() as u64;
        assert_eq!(report.dataset.n_drifted, n_bad);
    }
    let parts = ["next month", "no drift", "only missing values grow"];
    assert_eq!(stretched, parts.map(|part| format!("churn, {part}, monthly_charges")));
}

/// What the samples say of themselves (public/samples/README.md).
#[test]
fn the_samples_have_moved_as_they_say() {
    let golden = golden();
    let bad = |name: &str| -> (DriftVerdict, Vec<String>) {
        let pair = golden.pairs.iter().find(|pair| pair.name == name).unwrap();
        let (_, report) = report(pair, &MonitorRules::default());
        let bad = report.columns.iter().filter(|column| column.is_bad());
        (report.dataset.verdict, bad.map(|column| column.name.clone()).collect())
    };
    assert_eq!(bad("churn, next month").0, DriftVerdict::Watch);
    assert_eq!(bad("loan, next month").0, DriftVerdict::Drifted);
    assert_eq!(bad("sensor, next month").0, DriftVerdict::Drifted);
    assert_eq!(bad("churn, no drift"), (DriftVerdict::Stable, vec![]));
    let (verdict, columns) = bad("churn, only missing values grow");
    assert_eq!((verdict, columns), (DriftVerdict::Watch, vec!["monthly_charges".to_owned()]));
}
