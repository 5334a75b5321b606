//! [`Expr`] on a frame: columns checked first, then blocks of rows.

use spec::{Message, Outcome};
use table::MISSING_CODE;

use super::parse::parse_with_positions;
use super::{BinaryOp, Expr, Node, UnaryOp};
use crate::frame::{Cells, Frame};
use crate::names::nearest;
use crate::settled;

const BLOCK: usize = 1024;

/// Reads an expression for the columns of this frame: nodes on categories and on numbers are told apart.
///
/// Errors: those of [`super::parse`]; `formula.column` (with the nearest name), `formula.category`, `formula.not_category`,
/// `formula.free_text`.
pub(crate) fn for_frame(text: &str, frame: &Frame) -> Outcome<Expr> {
    let (parsed, positions) = parse_with_positions(text)?;
    let mut nodes: Vec<Node> = Vec::new();
    // Index in `nodes` of each node that was parsed.
    let mut places: Vec<u32> = Vec::new();
    for (node, position) in parsed.nodes.into_iter().zip(positions) {
        let place = |node: u32| places[node as usize];
        let fault = |code: &str, column: &str| Message::new(code).with("position", position).with("column", column);
        let cells = |column: &str| {
            frame.cells(column).ok_or_else(|| {
                let names = frame.columns.iter().map(|column| column.name.as_str());
                let similar = nearest(column, names.clone()).map_or_else(Vec::new, |name| vec![name.to_owned()]);
                let known = if similar.is_empty() {
                    names.take(20).map(str::to_owned).collect()
                } else {
                    similar
                };
                spec::Failure::from(fault("formula.column", column).with("known", known))
            })
        };
        let node = match node {
            Node::Column(column) => match cells(&column)? {
                Cells::Numbers { .. } => Node::Column(column),
                Cells::Levels(levels) => {
                    let example = levels.names.first().cloned().unwrap_or_else(|| "...".to_owned());
                    return Err(fault("formula.category", &column).with("example", example).into());
                }
                Cells::Opaque(_) => return Err(fault("formula.free_text", &column).into()),
            },
            Node::LevelIs { column, level } => match cells(&column)? {
                Cells::Levels(_) => Node::LevelIs { column, level },
                Cells::Numbers { .. } => return Err(fault("formula.not_category", &column).with("text", level).into()),
                Cells::Opaque(_) => return Err(fault("formula.free_text", &column).into()),
            },
            Node::LevelIsMissing(column) => match cells(&column)? {
                Cells::Levels(_) => Node::LevelIsMissing(column),
                Cells::Numbers { .. } => {
                    nodes.push(Node::Column(column));
                    Node::IsMissing(nodes.len() as u32 - 1)
                }
                Cells::Opaque(_) => return Err(fault("formula.free_text", &column).into()),
            },
            Node::Number(x) => Node::Number(x),
            Node::Unary(op, x) => Node::Unary(op, place(x)),
            Node::Binary(op, a, b) => Node::Binary(op, place(a), place(b)),
            Node::If {
                condition,
                then,
                otherwise,
            } => Node::If {
                condition: place(condition),
                then: place(then),
                otherwise: place(otherwise),
            },
            Node::IsMissing(x) => Node::IsMissing(place(x)),
        };
        nodes.push(node);
        places.push(nodes.len() as u32 - 1);
    }
    Ok(Expr { nodes })
}

impl Expr {
    /// The columns that the expression reads, sorted.
    pub fn columns(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .nodes
            .iter()
            .filter_map(|node| match node {
                Node::Column(column) | Node::LevelIs { column, .. } | Node::LevelIsMissing(column) => Some(column.as_str()),
                _ => None,
            })
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// One value a row, NaN where missing or infinite; None when the frame lacks a column.
    pub(crate) fn evaluate(&self, frame: &Frame) -> Option<Vec<f64>> {
        let sources: Vec<Source> = self
            .nodes
            .iter()
            .map(|node| match node {
                Node::Column(column) => frame.values(column).map(Source::Numbers),
                Node::LevelIs { column, level } => frame.levels(column).map(|levels| Source::Levels {
                    codes: &levels.codes,
                    wanted: levels.code_of(level),
                }),
                Node::LevelIsMissing(column) => frame.levels(column).map(|levels| Source::Levels {
                    codes: &levels.codes,
                    wanted: None,
                }),
                _ => Some(Source::Nodes),
            })
            .collect::<Option<_>>()?;
        let mut out = Vec::with_capacity(frame.n_rows);
        let mut blocks = vec![[0.0; BLOCK]; self.nodes.len()];
        let mut start = 0;
        while start < frame.n_rows {
            let n = BLOCK.min(frame.n_rows - start);
            for (i, (node, source)) in self.nodes.iter().zip(&sources).enumerate() {
                let (done, rest) = blocks.split_at_mut(i);
                node.block(source, start, done, &mut rest[0][..n]);
            }
            let last = blocks.last()?;
            out.extend(last[..n].iter().map(|x| if x.is_finite() { *x } else { f64::NAN }));
            start += n;
        }
        Some(out)
    }
}

enum Source<'a> {
    Numbers(&'a [f64]),
    Levels { codes: &'a [u32], wanted: Option<u32> },
    Nodes,
}

impl Node {
    fn block(&self, source: &Source, start: usize, done: &[[f64; BLOCK]], out: &mut [f64]) {
        let n = out.len();
        match (self, source) {
            (Self::Number(x), _) => out.fill(*x),
            (Self::Column(_), Source::Numbers(values)) => out.copy_from_slice(&values[start..start + n]),
            (Self::LevelIs { .. }, Source::Levels { codes, wanted }) => {
                for (x, &code) in out.iter_mut().zip(&codes[start..]) {
                    *x = if code == MISSING_CODE {
                        f64::NAN
                    } else {
                        truth(Some(code) == *wanted)
                    };
                }
            }
            (Self::LevelIsMissing(_), Source::Levels { codes, .. }) => {
                for (x, &code) in out.iter_mut().zip(&codes[start..]) {
                    *x = truth(code == MISSING_CODE);
                }
            }
            (Self::Unary(op, a), _) => {
                for (x, &a) in out.iter_mut().zip(&done[*a as usize]) {
                    *x = op.value(a);
                }
            }
            (Self::Binary(op, a, b), _) => {
                for ((x, &a), &b) in out.iter_mut().zip(&done[*a as usize]).zip(&done[*b as usize]) {
                    *x = op.value(a, b);
                }
            }
            (
                Self::If {
                    condition,
                    then,
                    otherwise,
                },
                _,
            ) => {
                for (i, x) in out.iter_mut().enumerate() {
                    let condition = done[*condition as usize][i];
                    *x = if condition.is_nan() {
                        f64::NAN
                    } else if condition != 0.0 {
                        done[*then as usize][i]
                    } else {
                        done[*otherwise as usize][i]
                    };
                }
            }
            (Self::IsMissing(a), _) => {
                for (x, a) in out.iter_mut().zip(&done[*a as usize]) {
                    *x = truth(a.is_nan());
                }
            }
            // `evaluate` pairs each node with its own kind of source.
            (Self::Column(_) | Self::LevelIs { .. } | Self::LevelIsMissing(_), _) => out.fill(f64::NAN),
        }
    }
}

impl UnaryOp {
    fn value(self, x: f64) -> f64 {
        match self {
            Self::Negate => -x,
            Self::Not if x.is_nan() => x,
            Self::Not => truth(x == 0.0),
            Self::Abs => x.abs(),
            Self::Sqrt => x.sqrt(),
            Self::Log => settled(math::float::ln(x)),
            Self::Log1p => settled(math::float::ln(x + 1.0)),
            Self::Exp => settled(math::float::exp(x)),
            Self::Round => x.round_ties_even(),
            Self::Floor => x.floor(),
            Self::Ceil => x.ceil(),
        }
    }
}

impl BinaryOp {
    fn value(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Add => a + b,
            Self::Subtract => a - b,
            Self::Multiply => a * b,
            Self::Divide => a / b,
            Self::Modulo => a - (a / b).floor() * b,
            _ if a.is_nan() || b.is_nan() => f64::NAN,
            Self::Min => a.min(b),
            Self::Max => a.max(b),
            Self::Less => truth(a < b),
            Self::LessOrEqual => truth(a <= b),
            Self::Greater => truth(a > b),
            Self::GreaterOrEqual => truth(a >= b),
            Self::Equal => truth(a == b),
            Self::NotEqual => truth(a != b),
            Self::And => truth(a != 0.0 && b != 0.0),
            Self::Or => truth(a != 0.0 || b != 0.0),
        }
    }
}

fn truth(x: bool) -> f64 {
    if x { 1.0 } else { 0.0 }
}
