//! Gaps between groups that are none, and gaps that are: how often the verdict is certain.
//!
//! A share of the data sets is drawn; all of them when `WORKBENCH_TEST_LONG` is 1.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot set up its case must fail, and how many draws it takes depends on the environment"
)]

use evaluate::fairness::{self, Decisions};
use math::Rng;
use spec::Unobserved;
use spec::evaluation::CriterionResult;
use spec::framing::FairnessCriterion;
use table::{Category, Column, ColumnData};

fn n_sets() -> usize {
    if std::env::var("WORKBENCH_TEST_LONG").is_ok_and(|value| value == "1") {
        200
    } else {
        40
    }
}

/// Rows of groups that are flagged at a rate each; half of them are really positive.
fn judged(rates: &[f64], n_rows: usize, tolerated: f64, criteria: &[FairnessCriterion], seed: u64) -> Vec<CriterionResult> {
    let mut rng = Rng::stream(seed, "groups", 0);
    let names: Vec<String> = (0..rates.len()).map(|group| format!("group {group}")).collect();
    let groups: Vec<usize> = (0..n_rows).map(|_| rng.below(rates.len())).collect();
    let positive: Vec<bool> = groups.iter().map(|_| rng.uniform() < 0.5).collect();
    let flagged: Vec<bool> = groups.iter().map(|group| rng.uniform() < rates[*group]).collect();
    let cells = groups.iter().map(|group| Some(names[*group].as_str()));
    let column = Column::new("group", ColumnData::Category(Category::from_texts(cells)));
    let decisions = Decisions {
        positive: &positive,
        flagged: &flagged,
        n_verdicts: criteria.len(),
        seed,
    };
    let declared: Vec<(FairnessCriterion, f64)> = criteria.iter().map(|criterion| (*criterion, tolerated)).collect();
    let found = fairness::judge(&column, &decisions, &declared, &mut Unobserved).unwrap();
    let is_declared = |result: &CriterionResult| criteria.contains(&result.criterion);
    found.criteria.into_iter().filter(is_declared).collect()
}

fn is_past(result: &CriterionResult) -> bool {
    let past = result.within == Some(false) && result.certain;
    assert_eq!(past, result.message.code == "evaluate.gap_past");
    past
}

#[test]
fn groups_that_are_treated_alike_are_hardly_ever_past() {
    for rate in [0.5, 0.1] {
        for n_groups in [2, 5, 10] {
            for tolerated in [0.0, 0.02] {
                let rates = vec![rate; n_groups];
                let past = (0..n_sets()).filter(|set| {
                    judged(&rates, 2000, tolerated, &FairnessCriterion::ALL, *set as u64)
                        .iter()
                        .any(is_past)
                });
                let n_past = past.count();
                // At most 7% of 200; of fewer sets, what a true 5% exceeds once in a thousand times.
                let most = if n_sets() == 200 { 14 } else { 7 };
                println!("{n_groups} groups at {rate}, tolerated {tolerated}: {n_past} of {}", n_sets());
                assert!(
                    n_past <= most,
                    "{n_groups} groups at {rate}: {n_past} of {} are past for certain",
                    n_sets()
                );
            }
        }
    }
}

#[test]
fn a_gap_that_is_there_is_found() {
    let planted = |n_groups: usize| -> Vec<f64> { (0..n_groups).map(|group| if group == 0 { 0.6 } else { 0.4 }).collect() };
    for (n_groups, tolerated) in [(2, 0.1), (2, 0.05), (5, 0.05), (10, 0.0)] {
        let found = (0..n_sets()).filter(|set| {
            judged(
                &planted(n_groups),
                2000,
                tolerated,
                &[FairnessCriterion::DemographicParity],
                *set as u64,
            )
            .iter()
            .any(is_past)
        });
        let n_found = found.count();
        println!("{n_groups} groups, tolerated {tolerated}: {n_found} of {}", n_sets());
        assert!(
            n_found as f64 >= 0.9 * n_sets() as f64,
            "{n_groups} groups, tolerated {tolerated}: {n_found} of {}",
            n_sets()
        );
    }
}

#[test]
fn an_interval_holds_its_own_gap_and_two_groups_have_a_sign() {
    for set in 0..20 {
        for n_groups in [2, 6] {
            for result in judged(&vec![0.3; n_groups], 400, 0.1, &FairnessCriterion::ALL, set) {
                let (Some(gap), Some(low), Some(high)) = (result.difference, result.low, result.high) else {
                    continue;
                };
                assert!(low <= gap && gap <= high, "{gap} {low} {high}");
                if let Some(signed) = result.signed {
                    assert!(
                        (signed.value.abs() - gap).abs() < 1e-12 && signed.low <= signed.value && signed.value <= signed.high
                    );
                    assert_eq!(n_groups, 2);
                }
                if result.message.code == "evaluate.gap_past_not_certain" {
                    assert!(
                        result.message.says().contains("chance alone could do that"),
                        "{}",
                        result.message.says()
                    );
                }
            }
        }
    }
}
