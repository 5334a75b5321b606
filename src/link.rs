//! Build script: the page's module keeps its relocations, by which `cargo xtask build` cuts it at its split functions.

#![allow(
    clippy::disallowed_methods,
    reason = "cargo tells a build script its target by the environment"
)]

fn main() {
    println!("cargo::rerun-if-changed=src/link.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
