//! A/B tests.
