//! The operators, as onnxruntime computes them.

use math::float;
use spec::Outcome;

use super::tensor::{Data, Tensor, n_elements};
use super::{Budget, damaged};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unary {
    Abs,
    Ceil,
    Exp,
    Floor,
    Log,
    Neg,
    Round,
    Sigmoid,
    Sign,
    Sqrt,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    Add,
    Sub,
    Mul,
    Div,
    Min,
    Max,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CastTo {
    Float,
    Double,
    Int64,
}

pub fn unary(op: Unary, x: &Tensor) -> Outcome<Tensor> {
    let values = x.as_doubles()?.iter().map(|&x| match op {
        Unary::Abs => x.abs(),
        Unary::Ceil => x.ceil(),
        Unary::Exp => float::exp(x),
        Unary::Floor => x.floor(),
        Unary::Log => float::ln(x),
        Unary::Neg => -x,
        Unary::Round => x.round_ties_even(),
        Unary::Sigmoid => float::sigmoid(x),
        Unary::Sign if x.is_nan() || x == 0.0 => x,
        Unary::Sign => 1f64.copysign(x),
        Unary::Sqrt => x.sqrt(),
    });
    Tensor::new(x.shape().to_vec(), Data::Double(values.collect()))
}

pub fn flags(x: &Tensor, test: fn(f64) -> bool) -> Outcome<Tensor> {
    let values = x.as_doubles()?.iter().map(|&x| test(x)).collect();
    Tensor::new(x.shape().to_vec(), Data::Bool(values))
}

pub fn not(x: &Tensor) -> Outcome<Tensor> {
    Tensor::new(x.shape().to_vec(), Data::Bool(x.as_bools()?.iter().map(|x| !x).collect()))
}

pub fn logic(a: &Tensor, b: &Tensor, budget: &mut Budget, op: fn(bool, bool) -> bool) -> Outcome<Tensor> {
    let (shape, values) = zip(a.shape(), a.as_bools()?, b.shape(), b.as_bools()?, budget, |a, b| {
        Ok(op(*a, *b))
    })?;
    Tensor::new(shape, Data::Bool(values))
}

pub fn arithmetic(op: Arithmetic, a: &Tensor, b: &Tensor, budget: &mut Budget) -> Outcome<Tensor> {
    match (a.data(), b.data()) {
        (Data::Double(x), Data::Double(y)) => {
            let f = |a: f64, b: f64| match op {
                Arithmetic::Add => a + b,
                Arithmetic::Sub => a - b,
                Arithmetic::Mul => a * b,
                Arithmetic::Div => a / b,
                Arithmetic::Min if a.is_nan() || b.is_nan() => f64::NAN,
                Arithmetic::Max if a.is_nan() || b.is_nan() => f64::NAN,
                Arithmetic::Min => {
                    if b < a {
                        b
                    } else {
                        a
                    }
                }
                Arithmetic::Max => {
                    if b > a {
                        b
                    } else {
                        a
                    }
                }
            };
            let (shape, values) = zip(a.shape(), x, b.shape(), y, budget, |a, b| Ok(f(*a, *b)))?;
            Tensor::new(shape, Data::Double(values))
        }
        (Data::Int64(x), Data::Int64(y)) => {
            let f = |a: i64, b: i64| {
                Ok(match op {
                    Arithmetic::Add => a.wrapping_add(b),
                    Arithmetic::Sub => a.wrapping_sub(b),
                    Arithmetic::Mul => a.wrapping_mul(b),
                    Arithmetic::Div => a.checked_div(b).ok_or_else(|| damaged("an integer is divided by zero"))?,
                    Arithmetic::Min => a.min(b),
                    Arithmetic::Max => a.max(b),
                })
            };
            let (shape, values) = zip(a.shape(), x, b.shape(), y, budget, |a, b| f(*a, *b))?;
            Tensor::new(shape, Data::Int64(values))
        }
        _ => Err(damaged("arithmetic on types that do not fit")),
    }
}

pub fn compare(op: Comparison, a: &Tensor, b: &Tensor, budget: &mut Budget) -> Outcome<Tensor> {
    fn holds<T: PartialOrd>(op: Comparison, a: T, b: T) -> bool {
        match op {
            Comparison::Equal => a == b,
            Comparison::Less => a < b,
            Comparison::LessOrEqual => a <= b,
            Comparison::Greater => a > b,
            Comparison::GreaterOrEqual => a >= b,
        }
    }
    let (shape, values) = match (a.data(), b.data()) {
        (Data::Double(x), Data::Double(y)) => zip(a.shape(), x, b.shape(), y, budget, |a, b| Ok(holds(op, *a, *b)))?,
        (Data::Int64(x), Data::Int64(y)) => zip(a.shape(), x, b.shape(), y, budget, |a, b| Ok(holds(op, *a, *b)))?,
        _ => return Err(damaged("a comparison of types that do not fit")),
    };
    Tensor::new(shape, Data::Bool(values))
}

/// `condition ? a : b`, everything broadcast.
pub fn choose(condition: &Tensor, a: &Tensor, b: &Tensor, budget: &mut Budget) -> Outcome<Tensor> {
    let shape = broadcast(&broadcast(condition.shape(), a.shape())?, b.shape())?;
    let n = n_elements(&shape).ok_or_else(|| damaged("a tensor is too large"))?;
    budget.spend(n)?;
    let flags = condition.as_bools()?;
    let (at_condition, at_a, at_b) = (
        Walk::new(condition.shape(), &shape),
        Walk::new(a.shape(), &shape),
        Walk::new(b.shape(), &shape),
    );
    fn pick<T: Clone>(flags: impl Iterator<Item = bool>, a: &[T], at_a: Walk, b: &[T], at_b: Walk) -> Vec<T> {
        flags
            .zip(at_a.zip(at_b))
            .map(|(flag, (i, j))| if flag { a[i].clone() } else { b[j].clone() })
            .collect()
    }
    let flags = at_condition.take(n).map(|i| flags[i]);
    let data = match (a.data(), b.data()) {
        (Data::Double(x), Data::Double(y)) => Data::Double(pick(flags, x, at_a, y, at_b)),
        (Data::Float(x), Data::Float(y)) => Data::Float(pick(flags, x, at_a, y, at_b)),
        (Data::Int64(x), Data::Int64(y)) => Data::Int64(pick(flags, x, at_a, y, at_b)),
        (Data::Text(x), Data::Text(y)) => Data::Text(pick(flags, x, at_a, y, at_b)),
        _ => return Err(damaged("Where on types that do not fit")),
    };
    Tensor::new(shape, data)
}

pub fn cast(to: CastTo, x: &Tensor) -> Outcome<Tensor> {
    let data = match (x.data(), to) {
        (Data::Double(x), CastTo::Float) => Data::Float(x.iter().map(|&x| x as f32).collect()),
        (Data::Double(x), CastTo::Double) => Data::Double(x.clone()),
        (Data::Double(x), CastTo::Int64) => Data::Int64(x.iter().map(|&x| x as i64).collect()),
        (Data::Float(x), CastTo::Float) => Data::Float(x.clone()),
        (Data::Float(x), CastTo::Double) => Data::Double(x.iter().map(|&x| f64::from(x)).collect()),
        (Data::Float(x), CastTo::Int64) => Data::Int64(x.iter().map(|&x| x as i64).collect()),
        (Data::Int64(x), CastTo::Float) => Data::Float(x.iter().map(|&x| x as f32).collect()),
        (Data::Int64(x), CastTo::Double) => Data::Double(x.iter().map(|&x| x as f64).collect()),
        (Data::Int64(x), CastTo::Int64) => Data::Int64(x.clone()),
        (Data::Bool(x), CastTo::Float) => Data::Float(x.iter().map(|&x| f32::from(u8::from(x))).collect()),
        (Data::Bool(x), CastTo::Double) => Data::Double(x.iter().map(|&x| f64::from(u8::from(x))).collect()),
        (Data::Bool(x), CastTo::Int64) => Data::Int64(x.iter().map(|&x| i64::from(x)).collect()),
        (Data::Text(_), _) => return Err(damaged("a text is cast to a number")),
    };
    Tensor::new(x.shape().to_vec(), data)
}

/// NaN stays NaN.
pub fn clip(x: &Tensor, low: &Tensor, high: &Tensor) -> Outcome<Tensor> {
    fn clipped<T: PartialOrd + Copy>(x: &[T], low: &[T], high: &[T]) -> Outcome<Vec<T>> {
        let (&[low], &[high]) = (low, high) else {
            return Err(damaged("Clip needs one lower and one upper bound"));
        };
        Ok(x.iter()
            .map(|&x| {
                if x < low {
                    low
                } else if x > high {
                    high
                } else {
                    x
                }
            })
            .collect())
    }
    let data = match (x.data(), low.data(), high.data()) {
        (Data::Double(x), Data::Double(low), Data::Double(high)) => Data::Double(clipped(x, low, high)?),
        (Data::Float(x), Data::Float(low), Data::Float(high)) => Data::Float(clipped(x, low, high)?),
        _ => return Err(damaged("Clip on types that do not fit")),
    };
    Tensor::new(x.shape().to_vec(), data)
}

/// Matrices of doubles side by side.
pub fn concat(parts: &[&Tensor], budget: &mut Budget) -> Outcome<Tensor> {
    let n_rows = parts.first().ok_or_else(|| damaged("Concat of nothing"))?.matrix()?.0;
    let mut width = 0usize;
    for part in parts {
        let (rows, columns) = part.matrix()?;
        if rows != n_rows {
            return Err(damaged("Concat of matrices with different numbers of rows"));
        }
        width += columns;
    }
    let n = n_elements(&[n_rows, width]).ok_or_else(|| damaged("a tensor is too large"))?;
    budget.spend(n)?;
    let mut values = vec![0.0; n];
    let mut at = 0;
    for part in parts {
        let (_, columns) = part.matrix()?;
        let from = part.as_doubles()?;
        if columns > 0 {
            for (to, from) in values.chunks_exact_mut(width).zip(from.chunks_exact(columns)) {
                to[at..at + columns].copy_from_slice(from);
            }
        }
        at += columns;
    }
    Tensor::new(vec![n_rows, width], Data::Double(values))
}

/// Axis 0 of a vector, or axis 1 of a matrix by one index or a vector of them.
pub fn gather(axis: i64, data: &Tensor, index: &Tensor, budget: &mut Budget) -> Outcome<Tensor> {
    let indices = index.as_int64s()?;
    let place = |i: i64, n: usize| {
        let from_end = if i < 0 { i.checked_add(n as i64).unwrap_or(-1) } else { i };
        usize::try_from(from_end)
            .ok()
            .filter(|&i| i < n)
            .ok_or_else(|| damaged("Gather beyond the end"))
    };
    let (shape, places) = match (data.shape(), axis) {
        (&[n], 0) => {
            budget.spend(indices.len())?;
            (
                index.shape().to_vec(),
                indices.iter().map(|&i| place(i, n)).collect::<Outcome<Vec<_>>>()?,
            )
        }
        (&[n_rows, width], 1) => {
            let columns = indices.iter().map(|&i| place(i, width)).collect::<Outcome<Vec<_>>>()?;
            let mut shape = vec![n_rows];
            shape.extend_from_slice(index.shape());
            let n = n_elements(&[n_rows, columns.len()]).ok_or_else(|| damaged("a tensor is too large"))?;
            budget.spend(n)?;
            (
                shape,
                (0..n_rows)
                    .flat_map(|row| columns.iter().map(move |column| row * width + column))
                    .collect(),
            )
        }
        _ => return Err(damaged("Gather along an axis that the data do not have")),
    };
    let data = match data.data() {
        Data::Double(x) => Data::Double(places.iter().map(|&i| x[i]).collect()),
        Data::Float(x) => Data::Float(places.iter().map(|&i| x[i]).collect()),
        Data::Int64(x) => Data::Int64(places.iter().map(|&i| x[i]).collect()),
        Data::Bool(x) => Data::Bool(places.iter().map(|&i| x[i]).collect()),
        Data::Text(x) => Data::Text(places.iter().map(|&i| x[i].clone()).collect()),
    };
    Tensor::new(shape, data)
}

/// `a * transpose(b) + c`: rows of `b` are outputs. Sums run over the features in order, `c` last.
pub fn gemm(a: &Tensor, b: &Tensor, c: &Tensor, budget: &mut Budget) -> Outcome<Tensor> {
    let (n_rows, width) = a.matrix()?;
    let (n_outputs, b_width) = b.matrix()?;
    let (a, b, c) = (a.as_doubles()?, b.as_doubles()?, c.as_doubles()?);
    if width != b_width || c.len() != n_outputs {
        return Err(damaged("Gemm of matrices that do not fit"));
    }
    let n = n_elements(&[n_rows, n_outputs]).ok_or_else(|| damaged("a tensor is too large"))?;
    budget.spend(n.saturating_mul(width.max(1)))?;
    let mut values = Vec::with_capacity(n);
    for row in 0..n_rows {
        let x = &a[row * width..(row + 1) * width];
        for (k, &intercept) in c.iter().enumerate() {
            let weights = &b[k * width..(k + 1) * width];
            values.push(x.iter().zip(weights).fold(0.0, |sum, (x, w)| sum + w * x) + intercept);
        }
    }
    Tensor::new(vec![n_rows, n_outputs], Data::Double(values))
}

/// Over the columns of a matrix.
pub fn softmax(x: &Tensor) -> Outcome<Tensor> {
    let (n_rows, width) = x.matrix()?;
    let mut values = x.as_doubles()?.to_vec();
    if width > 0 {
        values.chunks_exact_mut(width).for_each(float::softmax);
    }
    Tensor::new(vec![n_rows, width], Data::Double(values))
}

/// Column of each row's first maximum.
pub fn arg_max(x: &Tensor) -> Outcome<Tensor> {
    let (n_rows, width) = x.matrix()?;
    let Data::Float(values) = x.data() else {
        return Err(damaged("ArgMax needs floats"));
    };
    if width == 0 {
        return Err(damaged("ArgMax of nothing"));
    }
    let first_max = |row: &[f32]| (1..width).fold(0, |best, at| if row[at] > row[best] { at } else { best }) as i64;
    Tensor::new(vec![n_rows], Data::Int64(values.chunks_exact(width).map(first_max).collect()))
}

/// Sum of each row's integers, shape n x 1.
pub fn row_sums(x: &Tensor) -> Outcome<Tensor> {
    let (n_rows, width) = x.matrix()?;
    let values = x.as_int64s()?;
    let sums = if width == 0 {
        vec![0; n_rows]
    } else {
        values
            .chunks_exact(width)
            .map(|row| row.iter().fold(0i64, |sum, x| sum.wrapping_add(*x)))
            .collect()
    };
    Tensor::new(vec![n_rows, 1], Data::Int64(sums))
}

fn zip<A, B, T>(
    a_shape: &[usize],
    a: &[A],
    b_shape: &[usize],
    b: &[B],
    budget: &mut Budget,
    f: impl Fn(&A, &B) -> Outcome<T>,
) -> Outcome<(Vec<usize>, Vec<T>)> {
    let shape = broadcast(a_shape, b_shape)?;
    let n = n_elements(&shape).ok_or_else(|| damaged("a tensor is too large"))?;
    budget.spend(n)?;
    let values = Walk::new(a_shape, &shape)
        .zip(Walk::new(b_shape, &shape))
        .take(n)
        .map(|(i, j)| f(&a[i], &b[j]));
    Ok((shape, values.collect::<Outcome<Vec<_>>>()?))
}

/// The numpy rule, ranks up to 2.
fn broadcast(a: &[usize], b: &[usize]) -> Outcome<Vec<usize>> {
    let rank = a.len().max(b.len());
    let dim = |shape: &[usize], at: usize| (at + shape.len()).checked_sub(rank).map_or(1, |at| shape[at]);
    (0..rank)
        .map(|at| match (dim(a, at), dim(b, at)) {
            (x, y) if x == y => Ok(x),
            (1, y) => Ok(y),
            (x, 1) => Ok(x),
            _ => Err(damaged("shapes that do not broadcast")),
        })
        .collect()
}

/// Indices into a tensor of the shape `from` for each element of the shape `to` that it is broadcast to. Never ends
/// before `to` does.
#[derive(Clone, Copy)]
struct Walk {
    row_stride: usize,
    column_stride: usize,
    width: usize,
    row: usize,
    column: usize,
}

impl Walk {
    fn new(from: &[usize], to: &[usize]) -> Self {
        let matrix = |shape: &[usize]| match *shape {
            [] => (1, 1),
            [width] => (1, width),
            [n_rows, width, ..] => (n_rows, width),
        };
        let ((from_rows, from_width), (_, width)) = (matrix(from), matrix(to));
        Self {
            row_stride: if from_rows == 1 { 0 } else { from_width },
            column_stride: usize::from(from_width != 1),
            width: width.max(1),
            row: 0,
            column: 0,
        }
    }
}

impl Iterator for Walk {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let at = self.row * self.row_stride + self.column * self.column_stride;
        self.column += 1;
        if self.column == self.width {
            self.column = 0;
            self.row += 1;
        }
        Some(at)
    }
}
