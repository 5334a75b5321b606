//! Curves for the charts. Each is exact at its points; thinning leaves out only points that lie on the line between
//! their neighbours, or nearest to it, until at most [`MAX_POINTS`] remain.

use spec::evaluation::{CalibrationBin, Curve, GainCurve};

use crate::ranking::{Cut, Ranking};

pub const MAX_POINTS: usize = 200;
/// Bins of the score histograms.
pub const N_SCORE_BINS: usize = 20;
/// Bins of the calibration plot.
pub const N_CALIBRATION_BINS: usize = 10;

/// False positive rate against true positive rate, from (0, 0), where the threshold is above every score and at least 1,
/// to (1, 1). Empty when a class is missing.
pub fn roc(scores: &[f64], positive: &[bool]) -> Curve {
    let (cuts, n_positive, n_negative) = cuts(scores, positive);
    if n_positive == 0 || n_negative == 0 {
        return Curve::default();
    }
    let mut points = vec![(0.0, 0.0, above_all(&cuts))];
    points.extend(cuts.iter().map(|cut| {
        (
            cut.n_false_positive as f64 / n_negative as f64,
            cut.n_true_positive as f64 / n_positive as f64,
            cut.score,
        )
    }));
    curve(thin(points))
}

/// Recall against precision, from (0, 1), scikit-learn's convention for "nothing flagged", by falling threshold. Empty
/// without positives.
pub fn precision_recall(scores: &[f64], positive: &[bool]) -> Curve {
    let (cuts, n_positive, _) = cuts(scores, positive);
    if n_positive == 0 {
        return Curve::default();
    }
    let mut points = vec![(0.0, 1.0, above_all(&cuts))];
    points.extend(cuts.iter().map(|cut| {
        let n_flagged = cut.n_true_positive + cut.n_false_positive;
        (
            cut.n_true_positive as f64 / n_positive as f64,
            cut.n_true_positive as f64 / n_flagged as f64,
            cut.score,
        )
    }));
    curve(thin(points))
}

/// Share of the rows, highest scores first, against the share of the positives among them; from (0, 0), whose lift is
/// that of the first group. Empty without positives.
pub fn gain(scores: &[f64], positive: &[bool]) -> GainCurve {
    let (cuts, n_positive, n_negative) = cuts(scores, positive);
    if n_positive == 0 {
        return GainCurve::default();
    }
    let n_rows = (n_positive + n_negative) as f64;
    let point = |cut: &Cut| {
        let share = (cut.n_true_positive + cut.n_false_positive) as f64 / n_rows;
        let reached = cut.n_true_positive as f64 / n_positive as f64;
        (share, reached, reached / share)
    };
    let mut points: Vec<(f64, f64, f64)> = cuts.iter().map(point).collect();
    let first_lift = points.first().map_or(1.0, |point| point.2);
    points.insert(0, (0.0, 0.0, first_lift));
    let points = thin(points);
    GainCurve {
        share_of_rows: points.iter().map(|p| p.0).collect(),
        share_of_positives: points.iter().map(|p| p.1).collect(),
        lift: points.iter().map(|p| p.2).collect(),
    }
}

/// Mean probability against observed share in ten equal bins, empty ones left out: scikit-learn's
/// `calibration_curve(strategy="uniform", n_bins=10)`. A probability on an inner edge belongs to the bin below it.
pub fn calibration(scores: &[f64], positive: &[bool]) -> Vec<CalibrationBin> {
    let mut bins = [(0.0, 0u64, 0u64); N_CALIBRATION_BINS];
    for (&p, &positive) in scores.iter().zip(positive) {
        // The edges as numpy's linspace has them: i * 0.1, not i / 10.
        let bin = (1..N_CALIBRATION_BINS)
            .filter(|&i| i as f64 * (1.0 / N_CALIBRATION_BINS as f64) < p)
            .count();
        bins[bin].0 += p;
        bins[bin].1 += u64::from(positive);
        bins[bin].2 += 1;
    }
    bins.iter()
        .filter(|bin| bin.2 > 0)
        .map(|&(sum, n_positive, n_rows)| CalibrationBin {
            mean_predicted: sum / n_rows as f64,
            observed: n_positive as f64 / n_rows as f64,
            n_rows,
        })
        .collect()
}

/// Counts of the scores in 20 equal bins of 0..1, closed on the left; 1 belongs to the last.
pub fn histogram(scores: impl Iterator<Item = f64>) -> Vec<u64> {
    let mut counts = vec![0; N_SCORE_BINS];
    for p in scores {
        counts[((p * N_SCORE_BINS as f64).max(0.0) as usize).min(N_SCORE_BINS - 1)] += 1;
    }
    counts
}

fn cuts(scores: &[f64], positive: &[bool]) -> (Vec<Cut>, u64, u64) {
    let cuts = Ranking::new(scores).cuts(scores, positive);
    let (n_positive, n_negative) = cuts.last().map_or((0, 0), |cut| (cut.n_true_positive, cut.n_false_positive));
    (cuts, n_positive, n_negative)
}

/// A threshold that flags no row: 1, or the next number above the highest score.
fn above_all(cuts: &[Cut]) -> f64 {
    cuts.first()
        .map_or(1.0, |cut| if cut.score < 1.0 { 1.0 } else { cut.score.next_up() })
}

fn curve(points: Vec<(f64, f64, f64)>) -> Curve {
    Curve {
        x: points.iter().map(|p| p.0).collect(),
        y: points.iter().map(|p| p.1).collect(),
        threshold: points.iter().map(|p| p.2).collect(),
    }
}

/// Douglas and Peucker's order: the point farthest from the line it would be replaced by is kept next. Stops at
/// [`MAX_POINTS`], or when every point left out lies on its line. O(points x MAX_POINTS) at worst.
fn thin(points: Vec<(f64, f64, f64)>) -> Vec<(f64, f64, f64)> {
    const ON_THE_LINE: f64 = 1e-12;
    if points.len() < 3 {
        return points;
    }
    let farthest = |start: usize, end: usize| {
        let (x0, y0, _) = points[start];
        let (dx, dy) = (points[end].0 - x0, points[end].1 - y0);
        let length = (dx * dx + dy * dy).sqrt();
        let mut worst = (ON_THE_LINE, None);
        for (i, &(x, y, _)) in points.iter().enumerate().take(end).skip(start + 1) {
            let away = if length > 0.0 {
                (dx * (y - y0) - dy * (x - x0)).abs() / length
            } else {
                ((x - x0) * (x - x0) + (y - y0) * (y - y0)).sqrt()
            };
            if away > worst.0 {
                worst = (away, Some(i));
            }
        }
        (worst.0, worst.1, start, end)
    };
    let mut segments = vec![farthest(0, points.len() - 1)];
    let mut kept = vec![0, points.len() - 1];
    while kept.len() < MAX_POINTS {
        let Some(worst) = (0..segments.len())
            .filter(|&i| segments[i].1.is_some())
            .max_by(|&a, &b| segments[a].0.total_cmp(&segments[b].0))
        else {
            break;
        };
        let (_, middle, start, end) = segments.swap_remove(worst);
        if let Some(middle) = middle {
            kept.push(middle);
            segments.push(farthest(start, middle));
            segments.push(farthest(middle, end));
        }
    }
    kept.sort_unstable();
    kept.into_iter().map(|i| points[i]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use math::Rng;

    fn distance(p: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let along = (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
        let (ex, ey) = (a.0 + along * dx - p.0, a.1 + along * dy - p.1);
        (ex * ex + ey * ey).sqrt()
    }

    #[test]
    fn thinned_to_200_points_the_curve_keeps_its_shape() {
        let mut rng = Rng::stream(3, "test", 0);
        let positive: Vec<bool> = (0..20_000).map(|_| rng.uniform() < 0.3).collect();
        let scores: Vec<f64> = positive
            .iter()
            .map(|&p| 0.5 * rng.uniform() + if p { 0.3 } else { 0.1 })
            .collect();
        let thinned = roc(&scores, &positive);
        assert!(thinned.x.len() <= MAX_POINTS);
        let (cuts, n_positive, n_negative) = cuts(&scores, &positive);
        let mut worst: f64 = 0.0;
        for cut in &cuts {
            let (x, y) = (
                cut.n_false_positive as f64 / n_negative as f64,
                cut.n_true_positive as f64 / n_positive as f64,
            );
            let nearest = (1..thinned.x.len())
                .map(|i| distance((x, y), (thinned.x[i - 1], thinned.y[i - 1]), (thinned.x[i], thinned.y[i])))
                .fold(f64::INFINITY, f64::min);
            worst = worst.max(nearest);
        }
        assert!(worst < 0.003, "{worst}");
        assert_eq!((thinned.x[0], thinned.y[0], thinned.threshold[0]), (0.0, 0.0, 1.0));
        assert_eq!((thinned.x.last(), thinned.y.last()), (Some(&1.0), Some(&1.0)));
        assert!(precision_recall(&scores, &positive).x.len() <= MAX_POINTS);
        assert!(gain(&scores, &positive).lift.len() <= MAX_POINTS);
    }

    #[test]
    fn degenerate_curves() {
        assert_eq!(roc(&[0.1, 0.9], &[true, true]), Curve::default());
        assert_eq!(precision_recall(&[0.1], &[false]), Curve::default());
        assert_eq!(gain(&[], &[]), GainCurve::default());
        let all_tied = roc(&[1.0, 1.0], &[true, false]);
        assert_eq!(all_tied.x, [0.0, 1.0]);
        assert!(
            all_tied.threshold[0] > 1.0,
            "a threshold that flags nothing exists also when a score is 1"
        );
        assert_eq!(histogram([0.0, 0.049, 0.05, 1.0].into_iter())[..2], [2, 1]);
    }
}
