//! New columns by an expression over others.
//!
//! Arithmetic `+ - * / %`, comparison `< <= > >= == !=`, `and or not`, `if(condition, a, b)`, and the functions `abs`,
//! `sqrt`, `log` (natural; also `ln`), `log1p`, `exp`, `min`, `max`, `round` (half to even), `floor`, `ceil`,
//! `is_missing`. Column names stand bare or in backticks. A category column can be compared with a text:
//! `contract == "One year"`. True is 1, false is 0; every number but 0 counts as true.
//!
//! Missing values go through: whatever has a missing operand is missing, except `is_missing` and the branch of an `if`
//! that is not taken.

mod evaluate;
mod parse;

use serde::{Deserialize, Serialize};

pub(crate) use evaluate::for_frame;
pub use parse::parse;

/// An expression as a flat list: a node names earlier nodes by index, the last node is the result. Flat, so
/// that neither a long sum nor deep brackets need a deep stack; each node is one column of numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expr {
    pub nodes: Vec<Node>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Node {
    Number(f64),
    /// A number column.
    Column(String),
    Unary(UnaryOp, u32),
    Binary(BinaryOp, u32, u32),
    /// Missing when the condition is; else the value of the branch taken.
    If {
        condition: u32,
        then: u32,
        otherwise: u32,
    },
    /// 1 or 0; never missing.
    IsMissing(u32),
    /// 1 when the category column has this level, 0 when it has another (known or not), missing when it is missing.
    LevelIs {
        column: String,
        level: String,
    },
    /// 1 when the category cell is missing, else 0. (Straight from [`parse`] the column may be of numbers; a fitted step
    /// has [`Node::IsMissing`] for those.)
    LevelIsMissing(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnaryOp {
    Negate,
    /// 1 where x is 0, else 0; missing stays missing.
    Not,
    Abs,
    /// Missing below 0.
    Sqrt,
    /// Missing at 0 and below; [`crate::settled`].
    Log,
    /// `ln(x + 1)`, computed as that; [`crate::settled`].
    Log1p,
    /// [`crate::settled`].
    Exp,
    /// Half to even.
    Round,
    Floor,
    Ceil,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BinaryOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    /// `a - floor(a / b) * b`: the sign is the divisor's, as in Python and R.
    Modulo,
    Min,
    Max,
    /// Comparisons and logic give 1 or 0, and are missing when either side is.
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    And,
    Or,
}
