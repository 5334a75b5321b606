//! Values that flow through the graph, of rank 0, 1 or 2.

use std::sync::Arc;

use spec::Outcome;

use super::damaged;
use crate::proto::{TensorProto, data_type};

/// The most elements one tensor may have.
const MAX_ELEMENTS: usize = 1 << 28;

#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    Double(Vec<f64>),
    Float(Vec<f32>),
    Int64(Vec<i64>),
    Bool(Vec<bool>),
    Text(Vec<Arc<str>>),
}

impl Data {
    fn n_elements(&self) -> usize {
        match self {
            Self::Double(x) => x.len(),
            Self::Float(x) => x.len(),
            Self::Int64(x) => x.len(),
            Self::Bool(x) => x.len(),
            Self::Text(x) => x.len(),
        }
    }
}

/// Row-major; the product of `shape` is the number of elements.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    shape: Vec<usize>,
    data: Data,
}

impl Tensor {
    /// Errors: `deploy.damaged` when shape and data do not fit, or the rank is above 2.
    pub fn new(shape: Vec<usize>, data: Data) -> Outcome<Self> {
        if shape.len() > 2 {
            return Err(damaged("a tensor has more than two dimensions"));
        }
        match n_elements(&shape) {
            Some(n) if n == data.n_elements() => Ok(Self { shape, data }),
            _ => Err(damaged("a tensor's shape does not fit its data")),
        }
    }

    /// Shape `values.len()` x 1.
    pub fn doubles(values: Vec<f64>) -> Self {
        Self {
            shape: vec![values.len(), 1],
            data: Data::Double(values),
        }
    }

    /// Shape `values.len()` x 1.
    pub fn texts(values: Vec<Arc<str>>) -> Self {
        Self {
            shape: vec![values.len(), 1],
            data: Data::Text(values),
        }
    }

    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    pub fn data(&self) -> &Data {
        &self.data
    }

    pub fn n_elements(&self) -> usize {
        self.data.n_elements()
    }

    /// Rows and columns of a matrix.
    pub fn matrix(&self) -> Outcome<(usize, usize)> {
        match self.shape[..] {
            [n_rows, n_columns] => Ok((n_rows, n_columns)),
            _ => Err(damaged("a node needs a matrix")),
        }
    }

    pub fn as_doubles(&self) -> Outcome<&[f64]> {
        match &self.data {
            Data::Double(x) => Ok(x),
            _ => Err(damaged("a node needs doubles")),
        }
    }

    pub fn as_int64s(&self) -> Outcome<&[i64]> {
        match &self.data {
            Data::Int64(x) => Ok(x),
            _ => Err(damaged("a node needs integers")),
        }
    }

    pub fn as_bools(&self) -> Outcome<&[bool]> {
        match &self.data {
            Data::Bool(x) => Ok(x),
            _ => Err(damaged("a node needs booleans")),
        }
    }

    pub fn as_texts(&self) -> Outcome<&[Arc<str>]> {
        match &self.data {
            Data::Text(x) => Ok(x),
            _ => Err(damaged("a node needs texts")),
        }
    }

    pub fn from_proto(proto: &TensorProto) -> Outcome<Self> {
        let mut shape = Vec::with_capacity(proto.dims.len().min(2));
        for &dim in &proto.dims {
            shape.push(usize::try_from(dim).map_err(|_| damaged("a tensor has a negative dimension"))?);
        }
        let bytes = proto.raw_data.as_deref().unwrap_or(&[]);
        let data = match proto.data_type {
            Some(data_type::DOUBLE) => Data::Double(words(bytes)?.map(f64::from_le_bytes).collect()),
            Some(data_type::FLOAT) => Data::Float(words(bytes)?.map(f32::from_le_bytes).collect()),
            Some(data_type::INT64) => Data::Int64(words(bytes)?.map(i64::from_le_bytes).collect()),
            Some(data_type::STRING) => Data::Text(
                proto
                    .string_data
                    .iter()
                    .map(|bytes| text(bytes))
                    .collect::<Outcome<Vec<_>>>()?,
            ),
            _ => return Err(damaged("a tensor has an unknown type")),
        };
        Self::new(shape, data)
    }
}

fn words<const N: usize>(bytes: &[u8]) -> Outcome<impl Iterator<Item = [u8; N]> + '_> {
    let (words, rest) = bytes.as_chunks::<N>();
    if rest.is_empty() {
        Ok(words.iter().copied())
    } else {
        Err(damaged("a tensor's data are cut off"))
    }
}

pub fn text(bytes: &[u8]) -> Outcome<Arc<str>> {
    std::str::from_utf8(bytes)
        .map(Arc::from)
        .map_err(|_| damaged("a text is not UTF-8"))
}

/// None when there are too many to be true.
pub fn n_elements(shape: &[usize]) -> Option<usize> {
    let n = shape.iter().try_fold(1usize, |n, &dim| n.checked_mul(dim))?;
    (n <= MAX_ELEMENTS).then_some(n)
}
