//! A lesson is a link: `#/lesson/SAMPLE?seed=7&task=binary&target=churned&metric=roc_auc&threshold=0.8`.

use crate::{Metric, Task};

#[derive(Clone, Debug, PartialEq)]
pub struct Lesson {
    pub sample: String,
    pub seed: Option<u64>,
    pub task: Option<Task>,
    pub target: Option<String>,
    pub metric: Option<Metric>,
    pub threshold: Option<f64>,
}
