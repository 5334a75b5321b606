//! `cargo xtask tidy`: the rules of the architecture that neither the compiler nor clippy holds.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::{build, root, tools};

/// What each crate of ours may depend on (ARCHITECTURE.md).
const EDGES: [(&str, &[&str]); 13] = [
    ("spec", &[]),
    ("math", &[]),
    ("table", &["spec", "math"]),
    ("metrics", &["spec", "math"]),
    ("monitor", &["spec", "math", "table", "metrics"]),
    ("prepare", &["spec", "math", "table"]),
    ("train", &["spec", "math", "table", "prepare", "metrics"]),
    (
        "evaluate",
        &["spec", "math", "table", "metrics", "monitor", "prepare", "train"],
    ),
    ("deploy", &["spec", "math", "table", "metrics", "monitor", "prepare", "train"]),
    (
        "engine",
        &[
            "spec", "math", "table", "metrics", "monitor", "prepare", "train", "evaluate", "deploy",
        ],
    ),
    ("worker", &["engine", "spec", "table"]),
    ("cli", &["engine", "spec", "table"]),
    ("xtask", &[]),
];

/// Crates that know a browser.
const BROWSER: [&str; 6] = ["web-sys", "js-sys", "wasm-bindgen", "wasm-bindgen-futures", "leptos", "gloo"];

/// Lines in a file of the page; think again long before.
const PAGE_LINES: usize = 520;

/// Where a comment says why an `unsafe` is sound.
const UNSAFE: [&str; 2] = ["crates/math/src/", "crates/train/src/"];

pub fn tidy() -> Result<()> {
    let sources = sources()?;
    let mut faults = Vec::new();
    faults.extend(edges(&sources));
    faults.extend(browser_free()?);
    faults.extend(page_is_light()?);
    faults.extend(browser_calls(&sources));
    faults.extend(message_codes(&sources));
    faults.extend(unsafe_code(&sources));
    faults.extend(lengths(&sources));
    faults.extend(machine_paths(&sources));
    faults.extend(leftovers(&sources));
    for fault in &faults {
        eprintln!("{fault}");
    }
    if !faults.is_empty() {
        bail!(
            "{} {} of the architecture broken",
            faults.len(),
            if faults.len() == 1 { "rule" } else { "rules" }
        );
    }
    println!("tidy: {} files keep the rules", sources.len());
    Ok(())
}

/// A text file of the repository.
struct Source {
    /// Relative, with `/`.
    path: String,
    text: String,
}

impl Source {
    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Lines of code before the file's own tests, each with its number; comments are left out.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(at, line)| (at + 1, line));
        lines
            .take_while(|(_, line)| !line.starts_with("#[cfg(test)]"))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.starts_with("tests/") || self.path.ends_with("/tests.rs")
    }
}

/// What git knows, and what is new and not ignored.
fn sources() -> Result<Vec<Source>> {
    let listed = tools::output(
        Command::new("git")
            .args(["ls-files", "--cached", "--others", "--exclude-standard"])
            .current_dir(root()),
    );
    // A copy without git has no ignored files either.
    let names: Vec<String> = match listed {
        Ok(listed) => listed.lines().map(str::to_owned).collect(),
        Err(_) => build::files(&root())?
            .into_iter()
            .filter(|name| !name.starts_with("target/") && !name.starts_with("dist/"))
            .collect(),
    };
    let read = |path: String| fs::read_to_string(root().join(&path)).ok().map(|text| Source { path, text });
    Ok(names.into_iter().filter_map(read).collect())
}

fn edges(sources: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, allowed) in EDGES {
        let path = format!("crates/{name}/Cargo.toml");
        let Some(source) = sources.iter().find(|source| source.path == path) else {
            continue;
        };
        let own = dependencies(&source.text);
        for (other, _) in EDGES
            .iter()
            .filter(|(other, _)| own.contains(*other) && !allowed.contains(other))
        {
            faults.push(format!("{path}: {name} must not know {other}"));
        }
    }
    faults
}

/// Names under `[dependencies]`.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let lines = manifest
        .lines()
        .skip_while(|line| *line != "[dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['));
    lines
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

fn tree(package: &str) -> Result<BTreeSet<String>> {
    let mut cargo = Command::new("cargo");
    cargo.args([
        "tree",
        "-p",
        package,
        "-e",
        "normal",
        "--prefix",
        "none",
        "--target",
        "wasm32-unknown-unknown",
    ]);
    let text = tools::output(cargo.current_dir(root()))?;
    Ok(text
        .lines()
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect())
}

fn browser_free() -> Result<Vec<String>> {
    let tree = tree("engine")?;
    let found = BROWSER.iter().filter(|name| tree.contains(**name));
    Ok(found
        .map(|name| format!("engine reaches {name}: the engine and what is below it know no browser"))
        .collect())
}

fn page_is_light() -> Result<Vec<String>> {
    let tree = tree("workbench")?;
    let heavy = EDGES.iter().filter(|(name, _)| *name != "spec" && tree.contains(*name));
    Ok(heavy
        .map(|(name, _)| format!("the page links {name}: it may link spec only"))
        .collect())
}

fn browser_calls(sources: &[Source]) -> Vec<String> {
    let may =
        |path: &str| path.starts_with("src/platform/") || path.starts_with("src/bridge/") || path.starts_with("crates/worker/");
    let mut faults = Vec::new();
    for source in sources
        .iter()
        .filter(|source| source.is_rust() && !may(&source.path) && !source.path.starts_with("crates/xtask/"))
    {
        for (line, text) in source.code() {
            // What runs a test in wasm reaches no browser.
            let text = text.replace("wasm_bindgen_test", "");
            if ["web_sys", "js_sys", "wasm_bindgen"].iter().any(|name| text.contains(name)) {
                faults.push(format!(
                    "{}:{line}: the browser is reached by src/platform, src/bridge and crates/worker only",
                    source.path
                ));
            }
        }
    }
    faults
}

/// Every code that is made has its words, and only once.
fn message_codes(sources: &[Source]) -> Vec<String> {
    let is_table = |path: &str| {
        path == "crates/spec/src/texts/sentences.rs"
            || path.starts_with("crates/spec/src/texts/messages/") && !path.ends_with("mod.rs")
    };
    let mut known = BTreeSet::new();
    let mut faults = Vec::new();
    for source in sources.iter().filter(|source| is_table(&source.path)) {
        // A row may begin on the line after its bracket.
        let rows = source
            .text
            .split('(')
            .skip(1)
            .filter_map(|rest| rest.trim_start().strip_prefix('"'));
        for code in rows.filter_map(|rest| rest.split('"').next()).filter(|code| is_code(code)) {
            if !known.insert(code.to_owned()) {
                faults.push(format!("{}: the code {code} stands twice in the catalogue", source.path));
            }
        }
    }
    for source in sources.iter().filter(|source| source.is_rust() && !source.is_test()) {
        for (line, text) in source.code() {
            for code in quoted_after(text, "Message::new(\"") {
                if !known.contains(code) {
                    faults.push(format!("{}:{line}: no words for the code {code}", source.path));
                }
            }
        }
    }
    faults
}

fn is_code(text: &str) -> bool {
    text.contains('.')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_'))
}

/// What stands between `start` and the next quotation mark, each time.
fn quoted_after<'a>(text: &'a str, start: &str) -> Vec<&'a str> {
    text.split(start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

fn unsafe_code(sources: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for source in sources
        .iter()
        .filter(|source| source.is_rust() && !source.path.starts_with("crates/xtask/"))
    {
        if UNSAFE.iter().any(|path| source.path.starts_with(path)) {
            continue;
        }
        for (line, text) in source.code() {
            if text.contains("unsafe {") || text.contains("unsafe fn") || text.contains("unsafe impl") {
                faults.push(format!(
                    "{}:{line}: unsafe code stands in {} only",
                    source.path,
                    UNSAFE.join(", ")
                ));
            }
        }
    }
    faults
}

fn lengths(sources: &[Source]) -> Vec<String> {
    let pages = sources
        .iter()
        .filter(|source| source.is_rust() && (source.path.starts_with("src/pages/") || source.path.starts_with("src/ui/")));
    let long = pages
        .map(|source| (source, source.code().count()))
        .filter(|(_, n_lines)| *n_lines > PAGE_LINES);
    long.map(|(source, n_lines)| {
        format!(
            "{}: {n_lines} lines of code; a file of the page has at most {PAGE_LINES}",
            source.path
        )
    })
    .collect()
}

fn machine_paths(sources: &[Source]) -> Vec<String> {
    let own = root();
    let own = own.to_string_lossy();
    let mut faults = Vec::new();
    for source in sources
        .iter()
        .filter(|source| source.path != "crates/xtask/src/tidy.rs" && !source.path.ends_with(".csv"))
    {
        for (at, line) in source.text.lines().enumerate() {
            if line.contains(&*own) || ["/root/", "/Users/", "C:\\Users\\"].iter().any(|path| line.contains(path)) {
                faults.push(format!("{}:{}: a path of one machine", source.path, at + 1));
            }
        }
    }
    faults
}

fn leftovers(sources: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for source in sources
        .iter()
        .filter(|source| source.is_rust() && source.path != "crates/xtask/src/tidy.rs")
    {
        for (at, line) in source.text.lines().enumerate() {
            if ["TODO", "FIXME", "XXX", "HACK", "todo!(", "unimplemented!(", "dbg!("]
                .iter()
                .any(|word| line.contains(word))
            {
                faults.push(format!("{}:{}: something was left for later", source.path, at + 1));
            }
        }
    }
    faults.extend(stray_root_files());
    faults
}

/// The root holds what DESIGN names, so that `ls` tells the story.
fn stray_root_files() -> Vec<String> {
    let known = [
        "Cargo.toml",
        "Cargo.lock",
        "rust-toolchain.toml",
        "Trunk.toml",
        "index.html",
        "README.md",
        "ARCHITECTURE.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "src",
        "style",
        "public",
        "tests",
        "crates",
        "target",
        "dist",
        "bench",
        "docs",
    ];
    let entries = fs::read_dir(root()).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let stray =
        names.filter(|name| !name.starts_with('.') && !known.contains(&name.as_str()) && Path::new(name).extension().is_some());
    stray.map(|name| format!("{name}: does not belong into the root")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_are_read_from_their_table_only() {
        let manifest = "[package]\nname = \"x\"\n\n[dependencies]\nspec.workspace = true\nmath = { path = \"..\" }\n\n[dev-dependencies]\nengine.workspace = true\n";
        let found: Vec<String> = dependencies(manifest).into_iter().collect();
        assert_eq!(found, ["math", "spec"]);
    }

    #[test]
    fn a_code_without_words_is_found() {
        let source = |path: &str, text: &str| Source {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let table = source(
            "crates/spec/src/texts/messages/x.rs",
            "(\"a.b\", \"says\", \"hint\"),\n(\"a.b\", \"again\", \"\"),",
        );
        let user = source(
            "crates/x/src/lib.rs",
            "Message::new(\"a.b\"); Message::new(\"a.c\")\n#[cfg(test)]\nMessage::new(\"a.d\")",
        );
        let faults = message_codes(&[table, user]);
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[0].contains("twice") && faults[1].contains("a.c"));
    }

    #[test]
    fn the_browser_is_found_outside_its_place() {
        let text = "use web_sys::Window;\n// web_sys in a comment\n";
        let at = |path: &str| {
            browser_calls(&[Source {
                path: path.to_owned(),
                text: text.to_owned(),
            }])
            .len()
        };
        assert_eq!(
            (
                at("src/app.rs"),
                at("src/platform/page.rs"),
                at("crates/engine/src/lib.rs"),
                at("crates/worker/src/main.rs")
            ),
            (1, 0, 1, 0)
        );
    }
}
