//! One or two sentences and the formula for every term on screen.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// Stable name: a metric's scikit-learn name, or a slug such as `cross_validation`.
    pub id: String,
    pub title: String,
    pub text: String,
    /// Plain text with Unicode mathematics; empty when there is none.
    pub formula: String,
}

/// All terms in alphabetical order of their ids.
pub fn terms() -> Vec<Term> {
    crate::texts::glossary::TERMS
        .iter()
        .map(|(id, title, text, formula)| Term {
            id: (*id).to_owned(),
            title: (*title).to_owned(),
            text: (*text).to_owned(),
            formula: (*formula).to_owned(),
        })
        .collect()
}
