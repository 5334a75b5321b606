//! Cuts the page's module at its `wasm_split` functions: into one that starts the page, those that are fetched later, and
//! what several of them share. Trunk knows no such cut; what it made of the whole is replaced by this.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, anyhow};

use crate::{build, tools};

/// The page's script and the module that starts it, as wasm-bindgen names them.
const NAME: &str = "workbench";
pub const SCRIPT: &str = "workbench.js";
pub const MODULE: &str = "workbench_bg.wasm";

/// What the cut modules are linked by.
const LINKS: &str = "__wasm_split.js";

/// What rustc compiles for, which a module cut off does not say of itself.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

/// Puts the cut page into `dist`, in a folder named by its content: pages of two builds never mix. Gives the folder's name.
/// `linked` is the module as the linker left it, with its relocations.
pub fn split(linked: &Path, dist: &Path, path: &OsStr) -> Result<String> {
    let input = fs::read(linked).with_context(|| format!("reading {}", linked.display()))?;
    let cut = dist.join("cut");
    let made = dist.join("page");
    let whole = cut.join("main.wasm");
    fs::create_dir_all(&cut)?;
    let mut options = wasm_split_cli_support::Options::new(&input);
    options.output_dir = &cut;
    options.main_out_path = &whole;
    let (script, links) = (format!("./{SCRIPT}"), format!("./{LINKS}"));
    options.main_module = &script;
    options.link_name = &links;
    let parts = wasm_split_cli_support::transform(options).map_err(|error| anyhow!("cutting the page: {error:#}"))?;

    let mut bindgen = Command::new("wasm-bindgen");
    bindgen
        .args(["--target", "web", "--no-typescript", "--keep-lld-exports"])
        .args(["--out-name", NAME, "--out-dir"])
        .args([&made, &whole])
        .env("PATH", path);
    tools::run(&mut bindgen)?;
    for part in &parts.split_modules {
        fs::copy(part, made.join(part.file_name().context("a part without a name")?))?;
    }
    fs::copy(cut.join(LINKS), made.join(LINKS))?;
    fs::remove_dir_all(&cut)?;
    for name in build::files(&made)?.iter().filter(|name| name.ends_with(".wasm")) {
        let file = made.join(name);
        let mut optimise = Command::new("wasm-opt");
        optimise
            .args(["-Oz", "--strip-debug", "--strip-producers"])
            .args(FEATURES)
            .arg(&file)
            .arg("-o")
            .arg(&file)
            .env("PATH", path);
        tools::run(&mut optimise)?;
    }
    let mut contents = Vec::new();
    for name in build::files(&made)? {
        contents.push(fs::read(made.join(&name))?);
        contents.push(name.into_bytes());
    }
    let folder = format!(
        "page-{}",
        &build::hash(&contents.iter().map(Vec::as_slice).collect::<Vec<_>>())[..16]
    );
    fs::rename(&made, dist.join(&folder))?;
    Ok(folder)
}
