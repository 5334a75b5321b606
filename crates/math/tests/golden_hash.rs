//! The same bits natively and in wasm: one number over everything that this crate computes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise"
)]

use math::{Rng, float, linalg, quantile, special, sum};
use ndarray::{Array1, Array2};

/// FNV-1a over the bits.
fn hash(values: impl IntoIterator<Item = f64>) -> u64 {
    values
        .into_iter()
        .flat_map(|x| x.to_bits().to_le_bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
}

#[test]
fn golden_hash() {
    let mut rng = Rng::stream(42, "golden", 0);
    let normals: Vec<f64> = (0..4000).map(|_| rng.normal()).collect();
    let functions = [
        float::exp,
        float::exp_m1,
        float::sin,
        float::cos,
        float::tanh,
        float::erf,
        float::erfc,
        float::sigmoid,
        float::softplus,
    ];
    let of_positive = [float::ln, float::ln_1p, float::log2, float::log10, float::lgamma];
    let mut all: Vec<f64> = Vec::new();
    for x in &normals {
        all.extend(functions.iter().map(|f| f(*x)));
        all.extend(of_positive.iter().map(|f| f(x.abs())));
        all.push(float::pow(x.abs(), 1.7));
        all.push(special::normal_ppf(special::normal_cdf(*x)));
    }
    all.extend([sum::sum(&normals), sum::variance(&normals, 1), quantile::median(&normals)]);
    let a = Array2::from_shape_fn((100, 20), |(i, j)| normals[i * 20 + j]);
    let b = Array1::from_shape_fn(100, |i| normals[2000 + i]);
    let gram = linalg::gemm(a.t(), a.view());
    all.extend(gram.iter());
    all.extend(linalg::least_norm(&a, &b).iter());
    all.extend(
        linalg::cholesky_solve(&gram, &a.t().dot(&b))
            .expect("positive definite")
            .iter(),
    );
    let (values, vectors) = linalg::symmetric_eigen(&gram);
    all.extend(values.iter().chain(vectors.iter()));
    assert_eq!(hash(all), 17_735_038_124_329_895_099, "the bits have changed");
}
