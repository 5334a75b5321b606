//! Numbers that come out the same bits natively and in wasm: floats through `libm`, sums and products in a fixed order,
//! nothing fused, own random streams. Knows nothing of tables or models.

pub mod float;
pub mod linalg;
pub mod quadrature;
pub mod quantile;
mod rng;
pub mod special;
pub mod special_beta;
pub mod sum;

pub use rng::Rng;
