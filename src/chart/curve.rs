//! ROC and precision-recall curves.

use spec::Order;
use spec::evaluation::Curve;
use spec::texts::number::score;
use spec::texts::ui::chart as words;

use super::plot::{Axis, Layer, Mark, Plot, Role, dots_path, line_path, step_path};
use super::scale::Scale;

/// False against true positive rate, one curve a class (binary: one), chance on the diagonal. `chosen` is the place of
/// the decision threshold: false positive rate, true positive rate.
pub fn roc(curves: &[Curve], classes: &[String], area: Option<f64>, chosen: Option<(f64, f64)>) -> Plot {
    let mut plot = unit_plot(
        words::roc_summary(area),
        words::FALSE_POSITIVE_RATE,
        words::TRUE_POSITIVE_RATE,
    );
    plot.layers.push(Layer::Line {
        path: line_path([(0.0, 100.0), (100.0, 0.0)]),
        role: Role::Reference,
    });
    plot.legend.push((Role::Reference, words::CHANCE.to_owned()));
    add_curves(&mut plot, curves, classes, false, words::roc_read);
    add_chosen(&mut plot, chosen);
    plot
}

/// Recall against precision; `base` is the share of positives, which is what chance gives. `chosen` is recall,
/// precision.
pub fn precision_recall(curves: &[Curve], classes: &[String], area: Option<f64>, base: f64, chosen: Option<(f64, f64)>) -> Plot {
    let mut plot = unit_plot(words::pr_summary(area, base), words::RECALL, words::PRECISION);
    let at = Scale::unit().percent_down(base);
    plot.layers.push(Layer::Line {
        path: line_path([(0.0, at), (100.0, at)]),
        role: Role::Reference,
    });
    plot.legend.push((Role::Reference, words::CHANCE.to_owned()));
    add_curves(&mut plot, curves, classes, true, words::pr_read);
    add_chosen(&mut plot, chosen);
    plot
}

/// An empty plot over rates from 0 to 1.
pub fn unit_plot(summary: String, x_title: &str, y_title: &str) -> Plot {
    Plot {
        summary,
        x: Axis::new(x_title, Scale::unit(), 4),
        y: Axis::new(y_title, Scale::unit(), 4),
        ..Plot::default()
    }
}

fn add_curves(plot: &mut Plot, curves: &[Curve], classes: &[String], stairs: bool, read: fn(f64, f64, Option<f64>) -> String) {
    let scale = Scale::unit();
    let several = curves.len() > 1;
    plot.twin.headers = vec![plot.x.title.clone(), plot.y.title.clone(), words::THRESHOLD.to_owned()];
    if several {
        plot.twin.headers.insert(0, words::CLASS.to_owned());
    }
    for (i, curve) in curves.iter().enumerate() {
        let points: Vec<(f64, f64)> = curve
            .x
            .iter()
            .zip(&curve.y)
            .map(|(x, y)| (scale.percent(*x), scale.percent_down(*y)))
            .collect();
        let path = if stairs {
            step_path(&points)
        } else {
            line_path(points.iter().copied())
        };
        let role = Role::Series(i as u8);
        plot.layers.push(Layer::Line { path, role });
        let class = classes.get(i).map_or("", String::as_str);
        if several {
            plot.legend.push((role, class.to_owned()));
        }
        for (k, &(x, y)) in points.iter().enumerate() {
            let threshold = curve
                .threshold
                .get(k)
                .copied()
                .filter(|t| t.is_finite() && (0.0..=1.0).contains(t));
            let text = read(curve.x[k], curve.y[k], threshold);
            plot.marks.push(Mark {
                x,
                y,
                text: if several { format!("{class}: {text}") } else { text },
            });
            let mut row = vec![
                score(curve.x[k]),
                score(curve.y[k]),
                threshold.map_or_else(String::new, score),
            ];
            if several {
                row.insert(0, class.to_owned());
            }
            plot.twin.rows.push(row);
        }
    }
    plot.marks.order_by(|a, b| a.x.total_cmp(&b.x).then(b.y.total_cmp(&a.y)));
}

fn add_chosen(plot: &mut Plot, chosen: Option<(f64, f64)>) {
    if let Some((x, y)) = chosen {
        let scale = Scale::unit();
        let path = dots_path([(scale.percent(x), scale.percent_down(y))]);
        plot.layers.push(Layer::Dots {
            path,
            role: Role::Chosen,
        });
        plot.legend.push((Role::Chosen, words::CHOSEN.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve() -> Curve {
        Curve {
            x: vec![0.0, 0.25, 1.0],
            y: vec![0.0, 0.75, 1.0],
            threshold: vec![f64::INFINITY, 0.5, 0.0],
        }
    }

    #[test]
    fn roc_has_chance_the_curve_and_the_chosen_point() {
        let plot = roc(&[curve()], &["yes".to_owned()], Some(0.8), Some((0.25, 0.75)));
        assert_eq!(plot.layers.len(), 3);
        assert_eq!(
            plot.layers[1],
            Layer::Line {
                path: "M0.00 100.00L25.00 25.00L100.00 0.00".to_owned(),
                role: Role::Series(0)
            }
        );
        assert_eq!(
            plot.marks[1].text,
            "Threshold 0.500: 75% of the positives found, 25% of the negatives flagged"
        );
        assert_eq!(plot.twin.rows[0][2], "", "no threshold at the start");
    }

    #[test]
    fn several_classes_are_told_apart_in_words() {
        let plot = precision_recall(&[curve(), curve()], &["a".to_owned(), "b".to_owned()], None, 0.3, None);
        assert_eq!(plot.legend.len(), 3);
        assert!(plot.marks.iter().any(|mark| mark.text.starts_with("b: ")));
        assert_eq!(plot.twin.headers[0], "Class");
    }
}
