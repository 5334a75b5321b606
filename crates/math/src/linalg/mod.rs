//! Linear algebra over ndarray in a fixed order of operations: multiply, then add, never fused, so that native and wasm
//! agree to the bit. Nothing else in the workspace multiplies two matrices.

mod eigen;
mod gemm;
mod least_norm;
mod solve;

pub use eigen::symmetric_eigen;
pub use gemm::{gemm, weighted_gram};
pub use least_norm::least_norm;
pub use solve::{cholesky, cholesky_solve, cholesky_substitute};
