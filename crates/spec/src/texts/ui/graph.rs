//! Words of the graph of an exported model.

use crate::texts::number::{bytes, count};

pub const TITLE: &str = "Model graph";
pub const ABOUT: &str = "what model.onnx computes, from the raw columns at the top to the answers at the bottom";
pub const READING: &str = "Reading the graph";
pub const DETAIL: &str = "Show";
pub const ALIKE: &str = "Columns treated alike together";
pub const COLUMNS: &str = "Each column";
pub const NODES: &str = "Every operator";
pub const ZOOM_IN: &str = "Zoom in";
pub const ZOOM_OUT: &str = "Zoom out";
pub const ZOOM_RESET: &str = "Actual size";
pub const ZOOM_FIT: &str = "Fit width";
pub const KEYS: &str = "Graph: arrow keys pan, + and − zoom, 0 gives the actual size. Tab goes to the boxes";
pub const CHOOSE: &str = "Select a box to see what it does";
pub const OPEN: &str = "Show its operators";
pub const OPEN_COLUMNS: &str = "Show its columns";
pub const CLOSE: &str = "Put together again";
pub const INPUT: &str = "Raw column";
pub const OUTPUT: &str = "Answer";
pub const OPERATOR: &str = "Operator";
pub const GIVES: &str = "Gives";
pub const TAKES: &str = "Takes";
pub const CONSTANT: &str = "constant";
pub const ATTRIBUTES: &str = "Attributes";
pub const MEMBERS: &str = "Operators, in order";
pub const MEMBER_COLUMNS: &str = "Columns";
pub const NAME: &str = "Name";

pub fn size(n_operators: usize, n_inputs: usize, n_bytes: u64) -> String {
    let operators = if n_operators == 1 {
        "1 operator".to_owned()
    } else {
        format!("{} operators", count(n_operators as f64))
    };
    let inputs = if n_inputs == 1 {
        "1 column".to_owned()
    } else {
        format!("{} columns", count(n_inputs as f64))
    };
    format!("{operators} on {inputs}, {} without names and notes", bytes(n_bytes as f64))
}

pub fn opsets(opset: u32, ml_opset: u32) -> String {
    format!("ai.onnx {opset}, ai.onnx.ml {ml_opset}")
}

pub fn n_operators(n: usize) -> String {
    if n == 1 {
        "1 operator".to_owned()
    } else {
        format!("{n} operators")
    }
}

/// "tenure +5".
pub fn and_more(first: &str, n_more: usize) -> String {
    if n_more == 0 {
        first.to_owned()
    } else {
        format!("{first} +{n_more}")
    }
}

pub fn each(n: usize) -> String {
    format!("{} each", n_operators(n))
}

/// What a screen reader says of a box.
pub fn box_name(label: &str, sub: &str) -> String {
    if sub.is_empty() {
        label.to_owned()
    } else {
        format!("{label}, {sub}")
    }
}
