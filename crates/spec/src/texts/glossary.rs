/// `(id, title, text, formula)`, sorted by id.
pub(crate) const TERMS: &[(&str, &str, &str, &str)] = &[
];
