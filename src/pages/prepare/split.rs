//! The split while it is being changed, and what it comes to.

use spec::split::{Assignment, PartSummary, SplitSpec, SplitSummary, Validation};
use spec::texts::number::{count, percent, significant};
use spec::texts::ui::prepare as words;

/// The form.
#[derive(Clone, Debug, PartialEq)]
pub struct SplitDraft {
    /// `stratified`, `random`, `grouped`, `time`.
    pub assignment: String,
    pub column: String,
    /// In percent of all rows.
    pub test_percent: f64,
    /// `folds`, `hold_out`.
    pub validation: String,
    pub k: f64,
    /// In percent of all rows.
    pub validation_percent: f64,
    pub seed: f64,
}

impl SplitDraft {
    pub fn of(split: &SplitSpec) -> Self {
        let (assignment, column) = match &split.assignment {
            Assignment::Random { stratified: true } => ("stratified", ""),
            Assignment::Random { stratified: false } => ("random", ""),
            Assignment::Grouped { column } => ("grouped", column.as_str()),
            Assignment::Time { column } => ("time", column.as_str()),
        };
        let (validation, k, share) = match split.validation {
            Validation::Folds { k } => ("folds", k, 0.2),
            Validation::HoldOut { share } => ("hold_out", 5, share),
        };
        Self {
            assignment: assignment.to_owned(),
            column: column.to_owned(),
            test_percent: (split.test_share * 1000.0).round() / 10.0,
            validation: validation.to_owned(),
            k: f64::from(k),
            validation_percent: (share * 1000.0).round() / 10.0,
            seed: split.seed as f64,
        }
    }

    pub fn needs_column(&self) -> bool {
        matches!(self.assignment.as_str(), "grouped" | "time")
    }

    /// The split, or what is missing.
    pub fn build(&self) -> Result<SplitSpec, &'static str> {
        if self.needs_column() && self.column.is_empty() {
            return Err(words::NEEDS_COLUMN);
        }
        if !(5.0..=50.0).contains(&self.test_percent) {
            return Err(words::PERCENT_RANGE);
        }
        let column = self.column.clone();
        Ok(SplitSpec {
            assignment: match self.assignment.as_str() {
                "grouped" => Assignment::Grouped { column },
                "time" => Assignment::Time { column },
                other => Assignment::Random {
                    stratified: other == "stratified",
                },
            },
            test_share: self.test_percent / 100.0,
            validation: if self.validation == "folds" {
                if !(2.0..=20.0).contains(&self.k) {
                    return Err(words::FOLDS_RANGE);
                }
                Validation::Folds { k: self.k as u32 }
            } else {
                if !(5.0..=50.0).contains(&self.validation_percent) {
                    return Err(words::PERCENT_RANGE);
                }
                Validation::HoldOut {
                    share: self.validation_percent / 100.0,
                }
            },
            seed: self.seed.max(0.0) as u64,
        })
    }
}

/// Rows and class shares of one part.
#[derive(Clone, Debug, PartialEq)]
pub struct PartLine {
    pub name: String,
    pub rows: String,
    /// One a class, or the mean.
    pub shares: Vec<String>,
    /// Of all rows, 0 to 1: the width of its bar.
    pub share: f64,
    pub is_locked: bool,
}

/// Headers of the shares, then the parts.
pub fn parts(summary: &SplitSummary) -> (Vec<String>, Vec<PartLine>) {
    let headers = if summary.classes.is_empty() {
        if summary.train.mean.is_some() {
            vec![words::MEAN.to_owned()]
        } else {
            Vec::new()
        }
    } else {
        summary.classes.clone()
    };
    let n_fit = summary.train.n_rows + if summary.n_folds > 1 { 0 } else { summary.validation.n_rows };
    let all = (n_fit + summary.test.n_rows).max(1) as f64;
    let line = |name: String, part: &PartSummary, is_locked| PartLine {
        name,
        rows: count(part.n_rows as f64),
        shares: if summary.classes.is_empty() {
            part.mean.map(|mean| significant(mean, 4)).into_iter().collect()
        } else {
            part.class_shares.iter().map(|share| percent(*share)).collect()
        },
        share: part.n_rows as f64 / all,
        is_locked,
    };
    let mut lines = if summary.n_folds > 1 {
        vec![line(words::train_validate(summary.n_folds), &summary.train, false)]
    } else {
        vec![
            line(words::TRAINING.to_owned(), &summary.train, false),
            line(words::VALIDATION_PART.to_owned(), &summary.validation, false),
        ]
    };
    lines.push(line(words::TEST.to_owned(), &summary.test, true));
    (headers, lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_split_reads_back_as_it_was_written() {
        let splits = [
            SplitSpec::default(),
            SplitSpec {
                assignment: Assignment::Time {
                    column: "day".to_owned(),
                },
                test_share: 0.25,
                validation: Validation::HoldOut { share: 0.15 },
                seed: 7,
            },
        ];
        for split in splits {
            assert_eq!(SplitDraft::of(&split).build(), Ok(split));
        }
    }

    #[test]
    fn what_is_missing_is_said() {
        let mut draft = SplitDraft::of(&SplitSpec::default());
        draft.assignment = "grouped".to_owned();
        assert_eq!(draft.build(), Err(words::NEEDS_COLUMN));
        draft.column = "customer".to_owned();
        draft.k = 1.0;
        assert_eq!(draft.build(), Err(words::FOLDS_RANGE));
        draft.test_percent = 80.0;
        assert_eq!(draft.build(), Err(words::PERCENT_RANGE));
    }

    #[test]
    fn folds_are_one_part_and_shares_add_up() {
        let part = |n_rows| PartSummary {
            n_rows,
            class_shares: vec![0.7, 0.3],
            mean: None,
        };
        let mut summary = SplitSummary {
            train: part(80),
            validation: part(80),
            test: part(20),
            n_folds: 5,
            classes: vec!["no".to_owned(), "yes".to_owned()],
            n_without_target: 0,
            warnings: vec![],
            test_id: String::new(),
            n_seen: 0,
        };
        let (headers, lines) = parts(&summary);
        assert_eq!((headers.len(), lines.len()), (2, 2));
        assert_eq!(lines[1].share, 0.2);
        summary.n_folds = 1;
        summary.train = part(60);
        summary.validation = part(20);
        let lines = parts(&summary).1;
        assert!((lines.iter().map(|line| line.share).sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
