//! A recipe as lines of scikit-learn: the third face of every step, to read, to take along and to check the others by.
//!
//! The lines make an unfitted `pipeline`: imputers and scalers learn again when it is fitted; what scikit-learn has no
//! estimator for (clipping, bins, merged levels) carries the numbers that the recipe learned. Input is a data frame with
//! the recipe's `inputs`: numbers with NaN, booleans as 0 and 1, times as epoch seconds, categories as text with None.
//! Output is a data frame of the features, in order, in float64.

use spec::step::{PipelineKind, Step};

use crate::formula::{BinaryOp, Expr, Node, UnaryOp};
use crate::{FittedRecipe, steps};

const HEADER: &str = include_str!("sklearn_header.py");

/// Python source that defines `pipeline`. `steps` are those that the recipe was fitted from.
pub fn lines(steps: &[Step<PipelineKind>], recipe: &FittedRecipe) -> String {
    let mut functions = String::new();
    let mut entries = String::new();
    for (place, step) in recipe.needed_steps().iter().enumerate() {
        let kind = steps
            .iter()
            .find(|original| original.id == step.id)
            .map(|original| &original.kind);
        let mut lines = Lines {
            original: kind,
            place,
            functions: &mut functions,
        };
        let transformers = steps::of_fitted(&step.kind).sklearn(&mut lines);
        for (part, transformer) in transformers.into_iter().enumerate() {
            entries.push_str(&format!("    (\"step_{}_{}\", {transformer}),\n", place + 1, part + 1));
        }
    }
    let features = list(&recipe.features);
    format!(
        "{HEADER}{functions}\n\npipeline = Pipeline([\n{entries}    (\"features\", change(lambda X: X[{features}].astype(float))),\n])\n"
    )
}

/// Where a step's lines are written.
pub(crate) struct Lines<'a> {
    /// The step that was fitted.
    pub original: Option<&'a PipelineKind>,
    place: usize,
    functions: &'a mut String,
}

impl Lines<'_> {
    /// A function of the frame, for what is longer than an expression; its name.
    pub fn function(&mut self, name: &str, body: &str) -> String {
        let name = format!("{name}_{}", self.place);
        self.functions.push_str(&format!("\n\ndef {name}(X):\n{body}"));
        name
    }
}

/// New or changed columns, each by an expression over the frame `X`; nothing without any.
pub(crate) fn assign<N: AsRef<str>>(columns: impl IntoIterator<Item = (N, String)>) -> Vec<String> {
    let pair = |(name, value): (N, String)| format!("{}: {value}", text(name.as_ref()));
    let pairs: Vec<String> = columns.into_iter().map(pair).collect();
    if pairs.is_empty() {
        Vec::new()
    } else {
        vec![format!("change(lambda X: X.assign(**{{{}}}))", pairs.join(", "))]
    }
}

/// A column of the frame.
pub(crate) fn cell(column: &str) -> String {
    format!("X[{}]", text(column))
}

/// A line a node.
pub(crate) fn formula(expr: &Expr) -> String {
    let mut out = String::new();
    for (i, node) in expr.nodes.iter().enumerate() {
        let value = match node {
            Node::Number(x) => format!("pd.Series({}, index=X.index)", number(*x)),
            Node::Column(column) => format!("X[{}].astype(float)", text(column)),
            Node::Unary(op, a) => match op {
                UnaryOp::Negate => format!("-v{a}"),
                UnaryOp::Not => format!("truth(v{a} == 0, v{a})"),
                UnaryOp::Abs => format!("v{a}.abs()"),
                UnaryOp::Sqrt => format!("np.sqrt(v{a})"),
                UnaryOp::Log => format!("np.log(v{a})"),
                UnaryOp::Log1p => format!("np.log(v{a} + 1)"),
                UnaryOp::Exp => format!("np.exp(v{a})"),
                UnaryOp::Round => format!("np.rint(v{a})"),
                UnaryOp::Floor => format!("np.floor(v{a})"),
                UnaryOp::Ceil => format!("np.ceil(v{a})"),
            },
            Node::Binary(op, a, b) => binary(*op, *a, *b),
            Node::If {
                condition,
                then,
                otherwise,
            } => {
                format!("v{then}.where(v{condition} != 0, v{otherwise}).where(v{condition}.notna())")
            }
            Node::IsMissing(a) => format!("v{a}.isna().astype(float)"),
            Node::LevelIs { column, level } => {
                format!("truth(X[{0}] == {1}, X[{0}])", text(column), text(level))
            }
            Node::LevelIsMissing(column) => format!("X[{}].isna().astype(float)", text(column)),
        };
        out.push_str(&format!("    v{i} = {value}\n"));
    }
    out.push_str(&format!("    return finite(v{})\n", expr.nodes.len().saturating_sub(1)));
    out
}

fn binary(op: BinaryOp, a: u32, b: u32) -> String {
    let compared = |sign: &str| format!("truth(v{a} {sign} v{b}, v{a}, v{b})");
    match op {
        BinaryOp::Add => format!("v{a} + v{b}"),
        BinaryOp::Subtract => format!("v{a} - v{b}"),
        BinaryOp::Multiply => format!("v{a} * v{b}"),
        BinaryOp::Divide => format!("v{a} / v{b}"),
        BinaryOp::Modulo => format!("v{a} - np.floor(v{a} / v{b}) * v{b}"),
        BinaryOp::Min => format!("np.minimum(v{a}, v{b})"),
        BinaryOp::Max => format!("np.maximum(v{a}, v{b})"),
        BinaryOp::Less => compared("<"),
        BinaryOp::LessOrEqual => compared("<="),
        BinaryOp::Greater => compared(">"),
        BinaryOp::GreaterOrEqual => compared(">="),
        BinaryOp::Equal => compared("=="),
        BinaryOp::NotEqual => compared("!="),
        BinaryOp::And => format!("truth((v{a} != 0) & (v{b} != 0), v{a}, v{b})"),
        BinaryOp::Or => format!("truth((v{a} != 0) | (v{b} != 0), v{a}, v{b})"),
    }
}

pub(crate) fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|item| text(item)).collect::<Vec<_>>().join(", "))
}

/// The one encoder of text for Python: printable ASCII as it is, all else escaped, so that no text can become code.
pub(crate) fn text(value: &str) -> String {
    let mut out = String::from("\"");
    for c in value.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            ' '..='~' => out.push(c),
            c => out.push_str(&format!("\\U{:08x}", u32::from(c))),
        }
    }
    out.push('"');
    out
}

pub(crate) fn number(x: f64) -> String {
    format!("{x:?}")
}
