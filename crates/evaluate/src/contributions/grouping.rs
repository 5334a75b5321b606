//! From features back to the raw columns that people know.

use std::collections::BTreeMap;

use prepare::FittedRecipe;

/// Features by the set of raw columns that they come from.
///
/// Features of one set form a **part**; its amount is the sum of its features' amounts. A part of one column (one-hot
/// levels, date parts, missing indicators) is that column's. A part of several columns (a product, a formula) is shared
/// among them equally: it is worth something only when all of them are known, and the Shapley value of such a game gives
/// equal shares. Whoever shows the amount says which features were shared. A feature of no column stands under its own
/// name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grouping {
    /// What amounts are listed under: raw columns in table order, then features of no column.
    pub columns: Vec<String>,
    /// Per column the features that it shares with others.
    pub shared: Vec<Vec<String>>,
    pub(super) part_of_feature: Vec<usize>,
    pub(super) parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Indices into `Grouping::columns`, at least one.
    pub columns: Vec<usize>,
    /// Indices of features.
    pub features: Vec<usize>,
}

impl Grouping {
    pub fn of_recipe(recipe: &FittedRecipe) -> Self {
        let sources = recipe.sources();
        let order: Vec<String> = recipe
            .entered
            .iter()
            .filter(|name| sources.iter().any(|of| of.contains(name)))
            .cloned()
            .collect();
        Self::new(&recipe.features, &sources, order)
    }

    /// Every feature stands for itself.
    pub fn of_features(names: &[String]) -> Self {
        Self::new(names, &vec![Vec::new(); names.len()], Vec::new())
    }

    /// `columns` holds every source once, in the order they are listed.
    fn new(features: &[String], sources: &[Vec<String>], mut columns: Vec<String>) -> Self {
        let place: BTreeMap<String, usize> = columns.iter().cloned().zip(0..).collect();
        let mut parts: Vec<Part> = Vec::new();
        let mut by_columns: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
        let mut part_of_feature = Vec::with_capacity(features.len());
        let mut shared = vec![Vec::new(); columns.len()];
        for (j, (feature, sources)) in features.iter().zip(sources).enumerate() {
            let mut of: Vec<usize> = sources.iter().filter_map(|name| place.get(name).copied()).collect();
            if of.is_empty() {
                of.push(columns.len());
                columns.push(feature.clone());
                shared.push(Vec::new());
            }
            if of.len() > 1 {
                for column in &of {
                    shared[*column].push(feature.clone());
                }
            }
            let part = *by_columns.entry(of.clone()).or_insert(parts.len());
            if part == parts.len() {
                parts.push(Part {
                    columns: of,
                    features: Vec::new(),
                });
            }
            parts[part].features.push(j);
            part_of_feature.push(part);
        }
        Self {
            columns,
            shared,
            part_of_feature,
            parts,
        }
    }

    /// Adds the amounts of the parts to those of the columns.
    pub(super) fn add_parts(&self, parts: &[f64], columns: &mut [f64]) {
        for (part, amount) in self.parts.iter().zip(parts) {
            let each = amount / part.columns.len() as f64;
            for column in &part.columns {
                columns[*column] += each;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn parts_are_summed_and_shared() {
        let features = texts(&["age", "plan_a", "plan_b", "age_x_fee", "fee_per_age", "one"]);
        let sources = [
            texts(&["age"]),
            texts(&["plan"]),
            texts(&["plan"]),
            texts(&["age", "fee"]),
            texts(&["age", "fee"]),
            texts(&[]),
        ];
        let grouping = Grouping::new(&features, &sources, texts(&["age", "plan", "fee"]));
        assert_eq!(grouping.columns, texts(&["age", "plan", "fee", "one"]));
        assert_eq!(grouping.shared[0], texts(&["age_x_fee", "fee_per_age"]));
        assert_eq!(grouping.shared[1], texts(&[]));
        assert_eq!(grouping.part_of_feature, [0, 1, 1, 2, 2, 3]);
        let mut columns = [0.0; 4];
        grouping.add_parts(&[1.0, 2.0, 8.0, 0.5], &mut columns);
        assert_eq!(columns, [5.0, 2.0, 4.0, 0.5]);
    }

    #[test]
    fn features_may_stand_for_themselves() {
        let names = texts(&["x", "y"]);
        let grouping = Grouping::of_features(&names);
        assert_eq!(grouping.columns, names);
        assert_eq!(grouping.part_of_feature, [0, 1]);
    }
}
