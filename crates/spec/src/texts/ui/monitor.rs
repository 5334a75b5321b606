//! Words of the Monitor page.

pub const ABOUT: &str = "What happens after deployment";
pub const SENTENCE: &str = "Here new batches will be compared with the training data, and an alarm will say when to retrain; this version ends \
     with the exported model.";
