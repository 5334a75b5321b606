//! A formula as nodes: one tensor per node of the expression.

use prepare::formula::{BinaryOp, Expr, Node, UnaryOp};
use spec::{Message, Outcome};

use super::frame::{Frame, constant_rows};
use super::graph::{GraphBuilder, Name, To};

/// One node's value. Constants are scalars until the end.
struct Part {
    name: Name,
    has_rows: bool,
}

/// The expression over the frame, batch x 1; None when the frame lacks a column. Infinite results stand as they are.
///
/// Errors: `deploy.formula` when a node names no earlier one.
pub fn write(graph: &mut GraphBuilder, frame: &Frame, anchor: &Name, expression: &Expr) -> Outcome<Option<Name>> {
    let mut parts: Vec<Part> = Vec::with_capacity(expression.nodes.len());
    for node in &expression.nodes {
        let Some(part) = part(graph, frame, &parts, node)? else {
            return Ok(None);
        };
        parts.push(part);
    }
    let result = parts.pop().ok_or_else(broken)?;
    Ok(Some(if result.has_rows {
        result.name
    } else {
        constant_rows(graph, anchor, &result.name)
    }))
}

fn broken() -> spec::Failure {
    Message::new("deploy.formula").into()
}

fn part(graph: &mut GraphBuilder, frame: &Frame, parts: &[Part], node: &Node) -> Outcome<Option<Part>> {
    let earlier = |index: u32| parts.get(index as usize).ok_or_else(broken);
    let rows = |name: Option<Name>| name.map(|name| Part { name, has_rows: true });
    Ok(Some(match node {
        Node::Number(value) => Part {
            name: graph.scalar(*value),
            has_rows: false,
        },
        Node::Column(column) => return Ok(rows(frame.number(graph, column))),
        Node::Unary(op, x) => {
            let x = earlier(*x)?;
            Part {
                name: unary(graph, *op, &x.name),
                has_rows: x.has_rows,
            }
        }
        Node::Binary(op, a, b) => {
            let (a, b) = (earlier(*a)?, earlier(*b)?);
            Part {
                name: binary(graph, *op, &a.name, &b.name),
                has_rows: a.has_rows || b.has_rows,
            }
        }
        Node::If {
            condition,
            then,
            otherwise,
        } => {
            let (condition, then, otherwise) = (earlier(*condition)?, earlier(*then)?, earlier(*otherwise)?);
            let is_true = truth(graph, &condition.name);
            let chosen = graph.node("Where", &[&is_true, &then.name, &otherwise.name]);
            Part {
                name: graph.missing_as(&condition.name, &chosen),
                has_rows: condition.has_rows || then.has_rows || otherwise.has_rows,
            }
        }
        Node::IsMissing(x) => {
            let x = earlier(*x)?;
            let missing = graph.node("IsNaN", &[&x.name]);
            Part {
                name: graph.cast(&missing, To::Double),
                has_rows: x.has_rows,
            }
        }
        Node::LevelIs { column, level } => return Ok(rows(frame.levels(column).map(|levels| levels.is(graph, level)))),
        Node::LevelIsMissing(column) => return Ok(rows(frame.levels(column).map(|levels| levels.is_missing(graph)))),
    }))
}

/// Every number but 0 counts as true; the result for NaN is overwritten by the caller.
fn truth(graph: &mut GraphBuilder, x: &Name) -> Name {
    let zero = graph.scalar(0.0);
    let is_zero = graph.node("Equal", &[x, &zero]);
    graph.node("Not", &[&is_zero])
}

fn unary(graph: &mut GraphBuilder, op: UnaryOp, x: &Name) -> Name {
    match op {
        UnaryOp::Negate => graph.node("Neg", &[x]),
        UnaryOp::Abs => graph.node("Abs", &[x]),
        UnaryOp::Sqrt => graph.node("Sqrt", &[x]),
        UnaryOp::Log => settled(graph, "Log", x),
        UnaryOp::Exp => settled(graph, "Exp", x),
        UnaryOp::Round => graph.node("Round", &[x]),
        UnaryOp::Floor => graph.node("Floor", &[x]),
        UnaryOp::Ceil => graph.node("Ceil", &[x]),
        UnaryOp::Log1p => {
            let one = graph.scalar(1.0);
            let shifted = graph.node("Add", &[x, &one]);
            settled(graph, "Log", &shifted)
        }
        UnaryOp::Not => {
            let zero = graph.scalar(0.0);
            let is_zero = graph.node("Equal", &[x, &zero]);
            let value = graph.cast(&is_zero, To::Double);
            graph.missing_as(x, &value)
        }
    }
}

fn settled(graph: &mut GraphBuilder, op: &str, x: &Name) -> Name {
    let value = graph.node(op, &[x]);
    graph.settled(&value)
}

fn binary(graph: &mut GraphBuilder, op: BinaryOp, a: &Name, b: &Name) -> Name {
    match op {
        BinaryOp::Add => graph.node("Add", &[a, b]),
        BinaryOp::Subtract => graph.node("Sub", &[a, b]),
        BinaryOp::Multiply => graph.node("Mul", &[a, b]),
        BinaryOp::Divide => graph.node("Div", &[a, b]),
        BinaryOp::Modulo => {
            let ratio = graph.node("Div", &[a, b]);
            let whole = graph.node("Floor", &[&ratio]);
            let taken = graph.node("Mul", &[&whole, b]);
            graph.node("Sub", &[a, &taken])
        }
        BinaryOp::Min => {
            let value = graph.node("Min", &[a, b]);
            missing_as_either(graph, a, b, &value)
        }
        BinaryOp::Max => {
            let value = graph.node("Max", &[a, b]);
            missing_as_either(graph, a, b, &value)
        }
        BinaryOp::Less => flag(graph, a, b, |graph| graph.node("Less", &[a, b])),
        BinaryOp::LessOrEqual => flag(graph, a, b, |graph| graph.node("LessOrEqual", &[a, b])),
        BinaryOp::Greater => flag(graph, a, b, |graph| graph.node("Greater", &[a, b])),
        BinaryOp::GreaterOrEqual => flag(graph, a, b, |graph| graph.node("GreaterOrEqual", &[a, b])),
        BinaryOp::Equal => flag(graph, a, b, |graph| graph.node("Equal", &[a, b])),
        BinaryOp::NotEqual => flag(graph, a, b, |graph| {
            let equal = graph.node("Equal", &[a, b]);
            graph.node("Not", &[&equal])
        }),
        BinaryOp::And => flag(graph, a, b, |graph| {
            let (a, b) = (truth(graph, a), truth(graph, b));
            graph.node("And", &[&a, &b])
        }),
        BinaryOp::Or => flag(graph, a, b, |graph| {
            let (a, b) = (truth(graph, a), truth(graph, b));
            graph.node("Or", &[&a, &b])
        }),
    }
}

/// 1 or 0, and missing when either side is.
fn flag(graph: &mut GraphBuilder, a: &Name, b: &Name, condition: impl FnOnce(&mut GraphBuilder) -> Name) -> Name {
    let condition = condition(graph);
    let value = graph.cast(&condition, To::Double);
    missing_as_either(graph, a, b, &value)
}

fn missing_as_either(graph: &mut GraphBuilder, a: &Name, b: &Name, value: &Name) -> Name {
    let a_missing = graph.node("IsNaN", &[a]);
    let b_missing = graph.node("IsNaN", &[b]);
    let missing = graph.node("Or", &[&a_missing, &b_missing]);
    graph.missing_where(&missing, value)
}
