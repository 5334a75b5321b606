//! A recipe as lines of scikit-learn: the third face of every step, to read, to take along and to check the others by.
//!
//! The lines make an unfitted `pipeline`: imputers and scalers learn again when it is fitted; what scikit-learn has no
//! estimator for (clipping, bins, merged levels) carries the numbers that the recipe learned. Input is a data frame with
//! the recipe's `inputs`: numbers with NaN, booleans as 0 and 1, times as epoch seconds, categories as text with None.
//! Output is a data frame of the features, in order, in float64.

use spec::step::{DatePart, FillWith, LogKind, PipelineKind, Step};

use crate::FittedRecipe;
use crate::fitted::{FittedKind, OneHotColumn, ScaleMethod};
use crate::formula::{BinaryOp, Expr, Node, UnaryOp};

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
        for (part, transformer) in transformers(&step.kind, kind, place, &mut functions).into_iter().enumerate() {
            entries.push_str(&format!("    (\"step_{}_{}\", {transformer}),\n", place + 1, part + 1));
        }
    }
    let features = list(&recipe.features);
    format!(
        "{HEADER}{functions}\n\npipeline = Pipeline([\n{entries}    (\"features\", change(lambda X: X[{features}].astype(float))),\n])\n"
    )
}

/// One or more transformers of a step; what is longer than an expression becomes a function.
fn transformers(kind: &FittedKind, original: Option<&PipelineKind>, place: usize, functions: &mut String) -> Vec<String> {
    let assign = |pairs: Vec<(String, String)>| {
        let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{}: {value}", text(name))).collect();
        if pairs.is_empty() {
            Vec::new()
        } else {
            vec![format!("change(lambda X: X.assign(**{{{}}}))", pairs.join(", "))]
        }
    };
    let cell = |column: &str| format!("X[{}]", text(column));
    match kind {
        FittedKind::Exclude { columns } => {
            vec![format!(
                "change(lambda X: X.drop(columns={}, errors=\"ignore\"))",
                list(columns)
            )]
        }
        FittedKind::MergeLevels { column, map } if !map.is_empty() => {
            let pairs: Vec<String> = map
                .iter()
                .map(|(from, into)| format!("{}: {}", text(from), text(into)))
                .collect();
            assign(vec![(
                column.clone(),
                format!("{}.replace({{{}}})", cell(column), pairs.join(", ")),
            )])
        }
        FittedKind::MergeLevels { .. } => Vec::new(),
        FittedKind::Fill { numbers, categories } => {
            let mut out = assign(
                numbers
                    .iter()
                    .filter_map(|fill| {
                        Some((
                            fill.indicator.clone()?,
                            format!("{}.isna().astype(float)", cell(&fill.column)),
                        ))
                    })
                    .collect(),
            );
            let columns: Vec<String> = numbers.iter().map(|fill| fill.column.clone()).collect();
            let strategy = match original {
                Some(PipelineKind::Fill {
                    with: FillWith::Mean, ..
                }) => "strategy=\"mean\"".to_owned(),
                Some(PipelineKind::Fill {
                    with: FillWith::MostFrequent,
                    ..
                }) => "strategy=\"most_frequent\"".to_owned(),
                Some(PipelineKind::Fill {
                    with: FillWith::Number { value },
                    ..
                }) => {
                    format!("strategy=\"constant\", fill_value={}", number(*value))
                }
                _ => "strategy=\"median\"".to_owned(),
            };
            if !columns.is_empty() {
                out.push(format!(
                    "on({}, SimpleImputer({strategy}, keep_empty_features=True))",
                    list(&columns)
                ));
            }
            out.extend(assign(
                categories
                    .iter()
                    .map(|fill| {
                        (
                            fill.column.clone(),
                            format!("{}.fillna({})", cell(&fill.column), text(&fill.level)),
                        )
                    })
                    .collect(),
            ));
            out
        }
        FittedKind::Clip { columns } => assign(
            columns
                .iter()
                .map(|clip| {
                    (
                        clip.column.clone(),
                        format!("{}.clip({}, {})", cell(&clip.column), number(clip.low), number(clip.high)),
                    )
                })
                .collect(),
        ),
        FittedKind::Log { columns, kind } => assign(
            columns
                .iter()
                .map(|column| {
                    let x = cell(column);
                    let value = match kind {
                        LogKind::Log1p => format!("np.log1p({x}.clip(lower=0))"),
                        LogKind::Signed => format!("np.sign({x}) * np.log1p({x}.abs())"),
                    };
                    (column.clone(), value)
                })
                .collect(),
        ),
        FittedKind::Scale { columns, method } => {
            // What changes nothing is left out: a column without any training value, of which scikit-learn would make
            // NaN throughout.
            let names: Vec<String> = columns
                .iter()
                .filter(|scale| (scale.center, scale.scale) != (0.0, 1.0))
                .map(|scale| scale.column.clone())
                .collect();
            let scaler = match method {
                ScaleMethod::Standard => "StandardScaler()",
                ScaleMethod::MinMax => "MinMaxScaler()",
            };
            if names.is_empty() {
                Vec::new()
            } else {
                vec![format!("on({}, {scaler})", list(&names))]
            }
        }
        FittedKind::Bin { columns } => assign(
            columns
                .iter()
                .map(|bin| {
                    let edges: Vec<String> = bin.edges.iter().map(|&edge| number(edge)).collect();
                    (
                        bin.column.clone(),
                        format!("bins({}, [{}])", cell(&bin.column), edges.join(", ")),
                    )
                })
                .collect(),
        ),
        FittedKind::DateParts { column, parts } => assign(
            parts
                .iter()
                .map(|(part, name)| (name.clone(), format!("calendar({}).dt.{}", cell(column), date_part(*part))))
                .collect(),
        ),
        FittedKind::Interaction { left, right, name } => {
            assign(vec![(name.clone(), format!("finite({} * {})", cell(left), cell(right)))])
        }
        FittedKind::Formula { name, expression } => {
            functions.push_str(&format!("\n\ndef formula_{place}(X):\n{}", formula(expression)));
            assign(vec![(name.clone(), format!("formula_{place}(X)"))])
        }
        FittedKind::OneHot { columns } => columns.iter().flat_map(one_hot).collect(),
        FittedKind::Ordinal { columns } if columns.is_empty() => Vec::new(),
        FittedKind::Ordinal { columns } => {
            let names: Vec<String> = columns.iter().map(|ordinal| ordinal.column.clone()).collect();
            let levels: Vec<String> = columns.iter().map(|ordinal| list(&ordinal.levels)).collect();
            let levels = levels.join(", ");
            vec![format!(
                "on({}, OrdinalEncoder(categories=[{levels}], handle_unknown=\"use_encoded_value\", unknown_value=-1, encoded_missing_value=-1))",
                list(&names)
            )]
        }
    }
}

fn one_hot(column: &OneHotColumn) -> Vec<String> {
    if column.levels.is_empty() {
        return Vec::new();
    }
    let name = std::slice::from_ref(&column.column);
    let mut out = vec![format!(
        "on({}, OneHotEncoder(categories=[{}], handle_unknown=\"ignore\", sparse_output=False))",
        list(name),
        list(&column.levels)
    )];
    let renamed: Vec<String> = column
        .levels
        .iter()
        .map(|level| format!("{}_{level}", column.column))
        .zip(&column.names)
        .filter(|(usual, name)| usual != *name)
        .map(|(usual, name)| format!("{}: {}", text(&usual), text(name)))
        .collect();
    if !renamed.is_empty() {
        out.push(format!("change(lambda X: X.rename(columns={{{}}}))", renamed.join(", ")));
    }
    out
}

/// A line a node.
fn formula(expr: &Expr) -> String {
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

fn date_part(part: DatePart) -> &'static str {
    match part {
        DatePart::Year => "year",
        DatePart::Month => "month",
        DatePart::Day => "day",
        DatePart::Weekday => "day_of_week",
        DatePart::Hour => "hour",
    }
}

fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|item| text(item)).collect::<Vec<_>>().join(", "))
}

/// The one encoder of text for Python: printable ASCII as it is, all else escaped, so that no text can become code.
fn text(value: &str) -> String {
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

fn number(x: f64) -> String {
    format!("{x:?}")
}
