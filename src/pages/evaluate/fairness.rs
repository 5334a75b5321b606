//! Groups and criteria of one sensitive column in words.

use spec::evaluation::Fairness;
use spec::run::Scored;
use spec::texts::names;
use spec::texts::number::{count, score};
use spec::texts::ui::evaluate as words;

use super::figures::shown;
use crate::ui::Tone;

#[derive(Clone, Debug, PartialEq)]
pub struct GroupLine {
    pub group: String,
    pub rows: String,
    /// Flagged, recall, false alarms, precision, accuracy: value and interval.
    pub rates: Vec<(String, String)>,
    pub too_small: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CriterionLine {
    pub name: &'static str,
    pub difference: String,
    pub interval: String,
    pub ratio: String,
    pub tolerated: String,
    pub verdict: &'static str,
    pub tone: Tone,
    pub says: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct FairnessText {
    pub column: String,
    pub groups: Vec<GroupLine>,
    pub criteria: Vec<CriterionLine>,
    pub warnings: Vec<String>,
    /// Of the criteria with a tolerance: how many are past it, and how many there are.
    pub past: (usize, usize),
}

pub fn text(fairness: &Fairness) -> FairnessText {
    let rate = |scored: &Scored| {
        (
            shown(scored.value),
            scored
                .low
                .zip(scored.high)
                .map_or_else(String::new, |(low, high)| words::range(low, high)),
        )
    };
    let judged: Vec<bool> = fairness.criteria.iter().filter_map(|one| one.within).collect();
    FairnessText {
        column: fairness.column.clone(),
        groups: fairness
            .groups
            .iter()
            .map(|group| GroupLine {
                group: group.group.clone(),
                rows: count(group.n_rows as f64),
                rates: [
                    &group.selection_rate,
                    &group.true_positive_rate,
                    &group.false_positive_rate,
                    &group.precision,
                    &group.accuracy,
                ]
                .map(rate)
                .to_vec(),
                too_small: group.too_small,
            })
            .collect(),
        criteria: fairness
            .criteria
            .iter()
            .map(|one| {
                let (verdict, tone) = match one.within {
                    Some(true) => (words::WITHIN, Tone::Good),
                    Some(false) => (words::PAST, Tone::Bad),
                    None => (words::UNJUDGED, Tone::Neutral),
                };
                CriterionLine {
                    name: names::criterion(one.criterion),
                    difference: shown(one.difference),
                    interval: one
                        .low
                        .zip(one.high)
                        .map_or_else(String::new, |(low, high)| words::range(low, high)),
                    ratio: shown(one.ratio),
                    tolerated: one.tolerated.map_or_else(String::new, score),
                    verdict,
                    tone,
                    says: one.message.says(),
                }
            })
            .collect(),
        warnings: fairness.warnings.iter().map(spec::Message::says).collect(),
        past: (judged.iter().filter(|within| !**within).count(), judged.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spec::Message;
    use spec::evaluation::CriterionResult;
    use spec::framing::FairnessCriterion;

    #[test]
    fn a_gap_is_past_within_or_not_judged() {
        let criterion = |within| CriterionResult {
            criterion: FairnessCriterion::EqualOpportunity,
            difference: Some(0.12),
            ratio: None,
            low: Some(0.05),
            high: Some(0.2),
            tolerated: Some(0.05),
            within,
            certain: false,
            chance: None,
            signed: None,
            message: Message::new("job.cancelled"),
        };
        let fairness = Fairness {
            column: "sex".to_owned(),
            groups: vec![],
            criteria: vec![criterion(Some(false)), criterion(Some(true)), criterion(None)],
            warnings: vec![],
        };
        let text = text(&fairness);
        assert_eq!(text.past, (1, 2));
        assert_eq!(
            text.criteria.iter().map(|one| one.verdict).collect::<Vec<_>>(),
            ["past", "within", "not judged"]
        );
        assert_eq!(
            (text.criteria[0].interval.as_str(), text.criteria[0].ratio.as_str()),
            ("0.050–0.200", "not defined")
        );
    }
}
