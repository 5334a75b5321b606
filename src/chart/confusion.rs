//! The cells of a confusion matrix.

use spec::texts::number::{count, percent};
use spec::texts::ui::chart as words;

#[derive(Clone, Debug, PartialEq)]
pub struct ConfusionCell {
    pub truth: String,
    pub predicted: String,
    pub count: String,
    pub share: String,
    /// What a screen reader says.
    pub label: String,
    pub right: bool,
    /// 0 to 4: how much of the row's truth lies here, for the shade.
    pub shade: u8,
}

/// `[truth][predicted]`, shares of all rows; the shade is the share within the true class.
pub fn cells(classes: &[String], confusion: &[Vec<u64>]) -> Vec<Vec<ConfusionCell>> {
    let total: u64 = confusion.iter().flatten().sum();
    confusion
        .iter()
        .zip(classes)
        .enumerate()
        .map(|(i, (row, truth))| {
            let of_truth: u64 = row.iter().sum();
            row.iter()
                .zip(classes)
                .enumerate()
                .map(|(j, (&n, predicted))| {
                    let share = if total == 0 { 0.0 } else { n as f64 / total as f64 };
                    let within = if of_truth == 0 { 0.0 } else { n as f64 / of_truth as f64 };
                    ConfusionCell {
                        truth: truth.clone(),
                        predicted: predicted.clone(),
                        count: count(n as f64),
                        share: percent(share),
                        label: words::confusion_cell(truth, predicted, n, share),
                        right: i == j,
                        shade: (within * 4.0).round() as u8,
                    }
                })
                .collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_all_rows_and_shades_of_the_true_class() {
        let cells = cells(&["no".to_owned(), "yes".to_owned()], &[vec![90, 0], vec![5, 5]]);
        assert_eq!(
            (cells[1][0].share.as_str(), cells[1][0].shade, cells[0][0].shade),
            ("5%", 2, 4)
        );
        assert!(cells[1][1].right && !cells[1][0].right);
        assert_eq!(cells[0][1].label, "Truth no, predicted yes: 0 rows, 0%. Show these rows");
    }
}
