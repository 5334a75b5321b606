use leptos::prelude::*;
use spec::evaluation::{ClassificationDetail, ThresholdPoint};
use spec::texts::ui::evaluate as words;

use super::threshold::{on_precision_recall, on_roc};
use crate::chart::{Chart, N_SERIES, Plot, calibration, curve, gain, score_distribution};
use crate::ui::{Card, Select, SelectOption, Tabs};

/// ROC, precision and recall, calibration, score distribution, gain and lift, one at a time.
#[component]
pub fn CurvesPanel(
    detail: Signal<ClassificationDetail>,
    /// The point of the threshold slider; none for several classes.
    point: Signal<Option<ThresholdPoint>>,
    auc: Signal<Option<f64>>,
    ap: Signal<Option<f64>>,
) -> impl IntoView {
    let chosen = RwSignal::new("roc".to_owned());
    let class = RwSignal::new("0".to_owned());
    let tabs = Signal::derive(move || {
        let pair = |value: &str, label: &str| (value.to_owned(), label.to_owned());
        let mut tabs = vec![
            pair("roc", words::ROC),
            pair("pr", words::PRECISION_RECALL),
            pair("calibration", words::CALIBRATION),
            pair("scores", words::SCORES),
        ];
        if detail.with(|detail| detail.gain.is_some()) {
            tabs.push(pair("gain", words::GAIN));
        }
        tabs
    });
    let plot = Memo::new(move |_| {
        let point = point.get();
        detail.with(|detail| match chosen.get().as_str() {
            "roc" => curve::roc(
                one_of(&detail.roc, shown_class(detail, &class.get())),
                one_of(&curve_classes(detail), shown_class(detail, &class.get())),
                auc.get(),
                point.as_ref().and_then(on_roc),
            ),
            "pr" => {
                let base = base(detail);
                curve::precision_recall(
                    one_of(&detail.precision_recall, shown_class(detail, &class.get())),
                    one_of(&curve_classes(detail), shown_class(detail, &class.get())),
                    ap.get(),
                    base,
                    point.as_ref().and_then(on_precision_recall),
                )
            }
            "calibration" => {
                let i = class.get().parse::<usize>().unwrap_or(0);
                let name = curve_classes(detail).get(i).cloned().unwrap_or_default();
                detail
                    .calibration
                    .get(i)
                    .map_or_else(Plot::default, |bins| calibration::calibration(&name, bins))
            }
            "scores" => score_distribution::score_distribution(&detail.score_histograms, point.map(|point| point.threshold)),
            _ => detail.gain.as_ref().map(gain::gain).unwrap_or_default(),
        })
    });
    let asks_class = Memo::new(move |_| {
        let chosen = chosen.get();
        detail.with(|detail| match chosen.as_str() {
            "calibration" => detail.calibration.len() > 1,
            "roc" | "pr" => detail.roc.len() > N_SERIES,
            _ => false,
        })
    });
    let classes = Signal::derive(move || {
        detail.with(|detail| {
            curve_classes(detail)
                .into_iter()
                .enumerate()
                .map(|(i, name)| SelectOption::new(i.to_string(), name))
                .collect::<Vec<_>>()
        })
    });
    view! {
        <Card title=words::CURVES>
            <Tabs label=words::CURVES tabs=tabs value=chosen on_change=move |value: String| chosen.set(value)>
                <Show when=move || asks_class.get()>
                    <Select label=words::CALIBRATION_CLASS options=classes value=class on_change=move |value: String| class.set(value)/>
                </Show>
                <Chart plot=plot square=true/>
            </Tabs>
        </Card>
    }
}

/// With more curves than a chart can tell apart, the one that is asked for.
fn shown_class(detail: &ClassificationDetail, chosen: &str) -> Option<usize> {
    (detail.roc.len() > N_SERIES).then(|| chosen.parse().unwrap_or(0))
}

fn one_of<T>(all: &[T], one: Option<usize>) -> &[T] {
    one.map_or(all, |i| all.get(i..=i).unwrap_or_default())
}

/// The classes that curves are of: binary has one, of the positive class, which is the last.
fn curve_classes(detail: &ClassificationDetail) -> Vec<String> {
    if detail.roc.len() == 1 || (detail.roc.is_empty() && detail.classes.len() == 2) {
        detail.classes.last().cloned().into_iter().collect()
    } else {
        detail.classes.clone()
    }
}

/// Share of positives: what precision chance has. With several classes the mean share.
fn base(detail: &ClassificationDetail) -> f64 {
    let total: u64 = detail.confusion.iter().flatten().sum();
    if total == 0 || detail.classes.is_empty() {
        return 0.0;
    }
    if detail.classes.len() == 2 {
        detail.confusion.last().map_or(0, |row| row.iter().sum::<u64>()) as f64 / total as f64
    } else {
        1.0 / detail.classes.len() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spec::evaluation::Curve;

    #[test]
    fn a_binary_curve_is_that_of_the_positive_class() {
        let classes = vec!["no".to_owned(), "yes".to_owned()];
        let mut detail = ClassificationDetail {
            classes,
            roc: vec![Curve::default()],
            confusion: vec![vec![60, 10], vec![10, 20]],
            ..Default::default()
        };
        assert_eq!(curve_classes(&detail), ["yes"]);
        assert!((base(&detail) - 0.3).abs() < 1e-12);
        detail.classes.push("maybe".to_owned());
        detail.roc = vec![Curve::default(); 3];
        assert_eq!(curve_classes(&detail).len(), 3);
        assert_eq!(shown_class(&detail, "1"), None);
        detail.roc = vec![Curve::default(); N_SERIES + 1];
        assert_eq!(
            one_of(&detail.roc, shown_class(&detail, "7")).len(),
            1,
            "too many to tell apart"
        );
    }
}
