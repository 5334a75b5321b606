//! Linear and ridge regression: `min sum_i w_i (y_i - b - x_i beta)^2 + alpha |beta|^2`, the intercept b free.
//!
//! Means are taken out first (so that the intercept is not penalised) and rows are scaled by `sqrt(w_i)`. Without a
//! penalty the solution of least norm is taken (math::linalg), so that collinear columns have finite coefficients; with
//! one, smartcore's Cholesky ridge where rows are many, the dual where they are few.

use math::linalg;
use math::sum::Sum;
use ndarray::{Array1, Array2};
use smartcore::linear::ridge_regression::{RidgeRegression, RidgeRegressionParameters};
use spec::{Message, Observer, Outcome, Task};

use crate::check::{Needs, check};
use crate::model::{Linear, Link, Target, TrainSet};

/// Errors: those of [`check`], `train.not_finite`, cancelled.
pub fn fit(alpha: f64, task: Task, set: &TrainSet<'_>, observer: &mut dyn Observer) -> Outcome<Linear> {
    check(task, set, Needs::Complete)?;
    let Target::Values(values) = set.target else {
        return Err(Message::new("train.target_task").into());
    };
    observer.tick(0.0)?;
    let rows: Vec<usize> = (0..set.features.n_rows).filter(|row| set.weight(*row) > 0.0).collect();
    let total = rows.iter().map(|row| set.weight(*row)).collect::<Sum>().value();
    let mean = |at: &dyn Fn(usize) -> f64| {
        rows.iter()
            .map(|row| at(*row) * (set.weight(*row) / total))
            .collect::<Sum>()
            .value()
    };
    let columns = &set.features.columns;
    let x_means: Vec<f64> = columns.iter().map(|column| mean(&|row| f64::from(column[row]))).collect();
    let y_mean = mean(&|row| values[row]);
    let roots: Vec<f64> = rows.iter().map(|row| set.weight(*row).sqrt()).collect();
    let x = Array2::from_shape_fn((rows.len(), columns.len()), |(i, j)| {
        (f64::from(columns[j][rows[i]]) - x_means[j]) * roots[i]
    });
    let y = Array1::from_shape_fn(rows.len(), |i| (values[rows[i]] - y_mean) * roots[i]);
    observer.tick(0.1)?;
    let coefficients = if alpha == 0.0 {
        linalg::least_norm(&x, &y)
    } else {
        ridge(&x, &y, alpha)?
    };
    observer.tick(1.0)?;
    let intercept = y_mean - coefficients.iter().zip(&x_means).map(|(b, m)| b * m).collect::<Sum>().value();
    if !(intercept.is_finite() && coefficients.iter().all(|b| b.is_finite())) {
        return Err(Message::new("train.not_finite").into());
    }
    Ok(Linear {
        coefficients: vec![coefficients.to_vec()],
        intercepts: vec![intercept],
        link: Link::Identity,
    })
}

/// x and y are centred; `alpha` > 0.
fn ridge(x: &Array2<f64>, y: &Array1<f64>, alpha: f64) -> Outcome<Array1<f64>> {
    let (n, p) = x.dim();
    if n <= p {
        // beta = X^T (X X^T + alpha I)^-1 y
        let mut kernel = linalg::gemm(x.view(), x.t());
        kernel.diag_mut().mapv_inplace(|k| k + alpha);
        let dual = linalg::cholesky_solve(&kernel, y).ok_or_else(|| Message::new("train.not_finite"))?;
        return Ok(x.t().dot(&dual));
    }
    // Its default would scale the columns, and so the penalty; without, it leaves the intercept at 0: means are out already.
    let params = RidgeRegressionParameters::default().with_alpha(alpha).with_normalize(false);
    let fitted = RidgeRegression::fit(x, y, params).map_err(|_| Message::new("train.not_finite"))?;
    Ok(Array1::from_iter(fitted.coefficients().iter().copied()))
}
