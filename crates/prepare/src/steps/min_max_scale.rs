//! Scaling to 0 to 1.

use spec::step::{Columns, MinMaxScale, PipelineKind, StepInfo};
use spec::{ColumnSet, Domain, Message, Outcome};

use super::scale::{self, ScaleMethod};
use super::{Fitting, Preprocessing};
use crate::fitted::FittedKind;

pub(super) fn info() -> StepInfo {
    let columns = Columns::Numbers;
    let which = ColumnSet::Numbers;
    StepInfo::new(PipelineKind::from(MinMaxScale { columns })).setting("columns", Domain::Scope { which })
}

impl Preprocessing for MinMaxScale {
    fn fit(&self, fitting: &mut Fitting) -> Outcome<FittedKind> {
        let learn = |present: Vec<f64>| {
            let low = present.iter().copied().fold(f64::INFINITY, f64::min);
            let high = present.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            (low, high - low)
        };
        let note = |min: f64, range: f64| {
            let learned = Message::new("prepare.learned_min_max");
            learned.with("min", min).with("max", min + range)
        };
        scale::fit(fitting, &self.columns, ScaleMethod::MinMax, learn, note)
    }
}
