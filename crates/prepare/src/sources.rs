//! Which raw columns a feature comes from.

use std::collections::BTreeSet;

use crate::fitted::FittedRecipe;
use crate::steps::{self, Lineage};

impl FittedRecipe {
    /// Per feature the raw columns that it is computed from, in table order. One-hot and date parts and missing indicators
    /// have one; products and formulas may have several, a formula of numbers alone none.
    pub fn sources(&self) -> Vec<Vec<String>> {
        let entered = self.entered.iter().enumerate();
        let mut lineage: Lineage = entered.map(|(place, name)| (name.clone(), BTreeSet::from([place]))).collect();
        for step in &self.steps {
            steps::of_fitted(&step.kind).trace(&mut lineage);
        }
        let names = |places: &BTreeSet<usize>| places.iter().map(|&place| self.entered[place].clone()).collect();
        let of = |name: &String| lineage.get(name).map_or_else(Vec::new, names);
        self.features.iter().map(of).collect()
    }
}
