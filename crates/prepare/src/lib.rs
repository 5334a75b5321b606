//! Steps, recipes and splits: what is learned is learned from training rows only.

mod features;

pub use features::Features;
