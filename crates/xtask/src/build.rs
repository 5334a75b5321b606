//! `cargo xtask build`: Trunk makes the page and the worker; then the worker's files get names that carry the build,
//! the styles become one file, and the service worker learns what to keep.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::{measure, root, split, tools};

/// Name of the wasm section in which the worker carries its build id.
const BUILD_SECTION: &str = "build";

/// The command-line tool for generated jobs: one static Linux program.
const TOOL_TARGET: &str = "x86_64-unknown-linux-musl";
const TOOL: &str = "mllc-x86_64-linux";

/// The command-line tool that a built page offers to generated jobs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// Static and optimised, for any Linux: minutes of compiling.
    Static,
    /// The program that the native tests have built, in its place: all that a browser sees of it is a file and its hash.
    Tested,
}

/// Leaves a complete `dist/`: made beside it and moved there at the end, so that a server never shows half a build.
pub fn build(with: Tool) -> Result<()> {
    let root = root();
    let made = root.join("target").join("site");
    let next = root.join("target").join("site-next");
    let path = tools::for_build()?;
    let mut trunk = Command::new("trunk");
    trunk
        .args(["build", "--release", "--offline", "--skip-version-check", "--dist"])
        .arg(&made);
    trunk
        .current_dir(&root)
        .env("PATH", &path)
        .env_remove("NO_COLOR")
        .env("TRUNK_SKIP_VERSION_CHECK", "true");
    tools::run(&mut trunk)?;

    fs::remove_dir_all(&next).ok();
    copy_dir(&made, &next)?;
    cut_page(&next, &path)?;
    let lock = match with {
        Tool::Static => static_tool(&next)?,
        Tool::Tested => tested_tool(&next)?,
    };
    finish(&next, &lock)?;

    let dist = root.join("dist");
    fs::remove_dir_all(&dist).ok();
    fs::rename(&next, &dist).with_context(|| format!("moving the build to {}", dist.display()))?;
    measure::print(&dist)
}

/// Puts the page cut into modules in the place of Trunk's whole one.
fn cut_page(dist: &Path, path: &OsStr) -> Result<()> {
    let linked = target_folder()?
        .join("wasm32-unknown-unknown")
        .join("page")
        .join("workbench.wasm");
    let folder = split::split(&linked, dist, path)?;
    let index_path = dist.join("index.html");
    let mut index = fs::read_to_string(&index_path)?;
    for whole in files(dist)?.iter().filter(|name| name.starts_with("workbench-")) {
        let part = if whole.ends_with(".js") {
            split::SCRIPT
        } else {
            split::MODULE
        };
        if !index.contains(whole.as_str()) {
            bail!("index.html does not name {whole}");
        }
        index = index.replace(whole.as_str(), &format!("{folder}/{part}"));
        fs::remove_file(dist.join(whole))?;
    }
    fs::write(&index_path, index)?;
    Ok(())
}

/// Where cargo builds.
fn target_folder() -> Result<PathBuf> {
    let metadata = tools::output(
        Command::new("cargo")
            .args(["metadata", "--format-version", "1", "--no-deps"])
            .current_dir(root()),
    )?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
    let target = metadata["target_directory"].as_str();
    Ok(PathBuf::from(target.context("cargo metadata names no target directory")?))
}

/// Builds the static tool into `dist` and gives its lock: version, file and SHA-256. Empty where this machine cannot build
/// for Linux; bundles then name no tool, and say so when their jobs run.
fn static_tool(dist: &Path) -> Result<String> {
    let built = tools::rust_target(TOOL_TARGET).and_then(|()| {
        let args = ["build", "--profile", "tool", "--package", "cli", "--target", TOOL_TARGET];
        tools::run(Command::new("cargo").args(args).current_dir(root()).env_remove("RUSTFLAGS"))
    });
    if let Err(error) = built {
        println!("the static mllc for Linux is left out: {error:#}");
        return Ok(String::new());
    }
    let bytes = fs::read(target_folder()?.join(TOOL_TARGET).join("tool").join("mllc")).context("the static mllc")?;
    offered(dist, bytes)
}

fn tested_tool(dist: &Path) -> Result<String> {
    let program = format!("mllc{}", std::env::consts::EXE_SUFFIX);
    let bytes = fs::read(test_programs()?.join(program)).context("the mllc of the tests")?;
    offered(dist, bytes)
}

/// The folder with the programs of the native tests, `examples/` in it, which are built when they are not there. By the very
/// command of the tests: a package built alone has other features, and all below it would be built once more.
pub fn test_programs() -> Result<PathBuf> {
    let args = ["test", "--workspace", "--no-run", "--quiet"];
    tools::run(Command::new("cargo").args(args).current_dir(root()).env_remove("RUSTFLAGS"))?;
    Ok(target_folder()?.join("debug"))
}

fn offered(dist: &Path, bytes: Vec<u8>) -> Result<String> {
    let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    fs::write(dist.join(TOOL), bytes)?;
    Ok(format!("{} {TOOL} {hash}", tools::locked_version("cli")?))
}

/// SHA-256 over all parts, hexadecimal.
pub fn hash(parts: &[&[u8]]) -> String {
    let mut state = Sha256::new();
    for part in parts {
        state.update((part.len() as u64).to_le_bytes());
        state.update(part);
    }
    state.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What Trunk does not do. `dist` holds Trunk's output.
fn finish(dist: &Path, tool_lock: &str) -> Result<()> {
    let (shell, rest) = styles(&root().join("style"))?;
    let style_name = format!("style-{}.css", &hash(&[shell.as_bytes()])[..16]);
    fs::write(dist.join(&style_name), &shell)?;
    let rest_name = format!("pages-{}.css", &hash(&[rest.as_bytes()])[..16]);
    fs::write(dist.join(&rest_name), &rest)?;

    // Scripts that made the samples stand beside them in the repository and are of no use to a visitor.
    for script in files(dist)?.iter().filter(|name| name.ends_with(".py")) {
        fs::remove_file(dist.join(script))?;
    }

    let index_path = dist.join("index.html");
    let index = fs::read_to_string(&index_path)?;
    let names: Vec<String> = files(dist)?.into_iter().filter(|name| name != TOOL).collect();
    let mut parts: Vec<Vec<u8>> = vec![index.clone().into_bytes()];
    for name in &names {
        parts.push(name.clone().into_bytes());
        parts.push(fs::read(dist.join(name))?);
    }
    let build = hash(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>())[..16].to_owned();

    let js = format!("engine_worker-{build}.js");
    let wasm = format!("engine_worker-{build}_bg.wasm");
    fs::rename(dist.join("engine_worker.js"), dist.join(&js)).context("the worker's script")?;
    let mut module = fs::read(dist.join("engine_worker_bg.wasm")).context("the worker's module")?;
    append_section(&mut module, BUILD_SECTION, build.as_bytes());
    fs::write(dist.join(&wasm), module)?;
    fs::remove_file(dist.join("engine_worker_bg.wasm"))?;

    let index = replace(&index, "href=\"style.css\"", &format!("href=\"{style_name}\""))?;
    let index = replace(&index, "href=\"pages.css\"", &format!("href=\"{rest_name}\""))?;
    let index = replace(
        &index,
        "name=\"build\" content=\"\"",
        &format!("name=\"build\" content=\"{build}\""),
    )?;
    let index = replace(
        &index,
        "name=\"worker-js\" content=\"\"",
        &format!("name=\"worker-js\" content=\"{js}\""),
    )?;
    let index = replace(
        &index,
        "name=\"worker-wasm\" content=\"\"",
        &format!("name=\"worker-wasm\" content=\"{wasm}\""),
    )?;
    let index = replace(
        &index,
        "name=\"mllc\" content=\"\"",
        &format!("name=\"mllc\" content=\"{tool_lock}\""),
    )?;
    fs::write(&index_path, without_blank_lines(&index))?;

    let kept: Vec<String> = files(dist)?
        .into_iter()
        .filter(|name| name != "sw.js" && name != TOOL)
        .map(|name| format!("{name:?}"))
        .collect();
    let worker_path = dist.join("sw.js");
    let worker = fs::read_to_string(&worker_path).context("public/sw.js")?;
    let worker = replace(&worker, "const BUILD = \"\"", &format!("const BUILD = \"{build}\""))?;
    let worker = replace(&worker, "const FILES = []", &format!("const FILES = [{}]", kept.join(", ")))?;
    fs::write(&worker_path, worker)?;
    Ok(())
}

/// The style sheets of the shell (tokens, base, layout), which is painted before anything else is there, and all others,
/// by name. Comments and indentation go.
fn styles(dir: &Path) -> Result<(String, String)> {
    let shell = ["tokens.css", "base.css", "layout.css"];
    let mut names: Vec<String> = files(dir)?.into_iter().filter(|name| name.ends_with(".css")).collect();
    names.retain(|name| !shell.contains(&name.as_str()));
    let joined = |names: &[&str]| -> Result<String> {
        let parts: Vec<String> = names
            .iter()
            .map(|name| fs::read_to_string(dir.join(name)))
            .collect::<std::io::Result<_>>()?;
        Ok(minified(&parts.join("\n")))
    };
    Ok((
        joined(&shell)?,
        joined(&names.iter().map(String::as_str).collect::<Vec<_>>())?,
    ))
}

/// Without comments and without blanks at either end of a line. Strings stay as they are as long as they hold no `/*`.
fn minified(css: &str) -> String {
    let mut bare = String::new();
    let mut rest = css;
    while let Some(start) = rest.find("/*") {
        bare.push_str(&rest[..start]);
        rest = rest[start..].find("*/").map_or("", |end| &rest[start + end + 2..]);
    }
    bare.push_str(rest);
    without_blank_lines(&bare)
}

fn without_blank_lines(text: &str) -> String {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

fn replace(text: &str, from: &str, to: &str) -> Result<String> {
    if text.matches(from).count() != 1 {
        bail!("`{from}` should stand exactly once");
    }
    Ok(text.replace(from, to))
}

/// Adds a custom section, which every engine ignores and `WebAssembly.Module.customSections` reads.
fn append_section(module: &mut Vec<u8>, name: &str, content: &[u8]) {
    let mut body = Vec::new();
    leb128(&mut body, name.len());
    body.extend_from_slice(name.as_bytes());
    body.extend_from_slice(content);
    module.push(0);
    leb128(module, body.len());
    module.extend_from_slice(&body);
}

fn leb128(out: &mut Vec<u8>, mut n: usize) {
    while n >= 0x80 {
        out.push((n & 0x7f) as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

/// Paths of all files below `dir`, relative, with `/`, sorted.
pub fn files(dir: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                let inside = path
                    .strip_prefix(dir)?
                    .components()
                    .map(|part| part.as_os_str().to_string_lossy().into_owned());
                found.push(inside.collect::<Vec<_>>().join("/"));
            }
        }
    }
    found.sort();
    Ok(found)
}

fn copy_dir(from: &Path, to: &Path) -> Result<()> {
    for name in files(from)? {
        let target: PathBuf = to.join(&name);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(from.join(&name), &target)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_appended_as_the_format_says() {
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        append_section(&mut module, "build", b"abc");
        assert_eq!(&module[8..], b"\0\x09\x05buildabc");
        let mut long = Vec::new();
        append_section(&mut long, "b", &[7; 200]);
        assert_eq!(&long[..5], &[0, 0xca, 0x01, 1, b'b']);
    }

    #[test]
    fn styles_lose_comments_and_nothing_else() {
        assert_eq!(minified("a { b: c; } /* x\n y */\n\n  d { }\n/* open"), "a { b: c; }\nd { }");
    }
}
