//! Scaling by mean and standard deviation.

use spec::step::{Columns, PipelineKind, StandardScale, StepInfo};
use spec::{ColumnSet, Domain, Message, Outcome};

use super::scale::{self, ScaleMethod};
use super::{Fitting, Preprocessing};
use crate::fitted::FittedKind;

pub(super) fn info() -> StepInfo {
    let columns = Columns::Numbers;
    let which = ColumnSet::Numbers;
    StepInfo::new(PipelineKind::from(StandardScale { columns })).setting("columns", Domain::Scope { which })
}

impl Preprocessing for StandardScale {
    fn fit(&self, fitting: &mut Fitting) -> Outcome<FittedKind> {
        let note = |mean: f64, std: f64| Message::new("prepare.learned_standard").with("mean", mean).with("std", std);
        scale::fit(
            fitting,
            &self.columns,
            ScaleMethod::Standard,
            |present| standard(&present),
            note,
        )
    }
}

/// Mean and population standard deviation; 0 for a column that is constant up to rounding, by scikit-learn's bound.
fn standard(xs: &[f64]) -> (f64, f64) {
    let mean = math::sum::mean(xs);
    let variance = math::sum::variance(xs, 0);
    let n = xs.len() as f64;
    let rounding = n * mean * f64::EPSILON;
    let is_constant = variance <= n * f64::EPSILON * variance + rounding * rounding;
    (mean, if is_constant { 0.0 } else { variance.sqrt() })
}
