//! Which raw columns a feature comes from.

use std::collections::{BTreeMap, BTreeSet};

use crate::fitted::{FittedKind, FittedRecipe};

impl FittedRecipe {
    /// Per feature the raw columns that it is computed from, in table order. One-hot and date parts and missing indicators
    /// have one; products and formulas may have several, a formula of numbers alone none.
    pub fn sources(&self) -> Vec<Vec<String>> {
        let mut of: Sources = self
            .entered
            .iter()
            .enumerate()
            .map(|(place, name)| (name.clone(), BTreeSet::from([place])))
            .collect();
        for step in &self.steps {
            step.kind.trace(&mut of);
        }
        let names = |places: &BTreeSet<usize>| places.iter().map(|&place| self.entered[place].clone()).collect();
        self.features
            .iter()
            .map(|name| of.get(name).map_or_else(Vec::new, names))
            .collect()
    }
}

/// Places in `entered` by the current name of a column.
type Sources = BTreeMap<String, BTreeSet<usize>>;

impl FittedKind {
    /// What the step does to the columns' origins. Every step that makes a column has its arm here.
    fn trace(&self, of: &mut Sources) {
        match self {
            Self::Exclude { columns } => {
                for column in columns {
                    of.remove(column);
                }
            }
            // Values change, columns stay.
            Self::MergeLevels { .. }
            | Self::Clip { .. }
            | Self::Log { .. }
            | Self::Scale { .. }
            | Self::Bin { .. }
            | Self::Ordinal { .. } => {}
            Self::Fill { numbers, .. } => {
                for fill in numbers {
                    if let (Some(indicator), Some(sources)) = (&fill.indicator, of.get(&fill.column).cloned()) {
                        of.insert(indicator.clone(), sources);
                    }
                }
            }
            Self::DateParts { column, parts } => replace(of, column, parts.iter().map(|(_, name)| name)),
            Self::OneHot { columns } => {
                for one_hot in columns {
                    replace(of, &one_hot.column, one_hot.names.iter());
                }
            }
            Self::Interaction { left, right, name } => add(of, name, &[left, right]),
            Self::Formula { name, expression } => add(of, name, &expression.columns()),
        }
    }
}

fn replace<'a>(of: &mut Sources, column: &str, names: impl Iterator<Item = &'a String>) {
    if let Some(sources) = of.remove(column) {
        of.extend(names.map(|name| (name.clone(), sources.clone())));
    }
}

fn add(of: &mut Sources, name: &str, columns: &[impl AsRef<str>]) {
    let sources = columns
        .iter()
        .filter_map(|column| of.get(column.as_ref()))
        .flatten()
        .copied()
        .collect();
    of.insert(name.to_owned(), sources);
}
