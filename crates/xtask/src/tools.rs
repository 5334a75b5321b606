//! Finds the tools that the build needs; fetches a missing one into the user's cache folder and says so.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

pub const TRUNK: &str = "0.21.14";
/// Version of the npm package `binaryen`, which carries wasm-opt.
pub const BINARYEN: &str = "132";

/// `~/.cache/mllc-workbench`, or what the platform has in its place.
pub fn cache() -> Result<PathBuf> {
    let base = match (
        std::env::var_os("XDG_CACHE_HOME"),
        std::env::var_os("LOCALAPPDATA"),
        std::env::var_os("HOME"),
    ) {
        (Some(dir), _, _) if !dir.is_empty() => PathBuf::from(dir),
        (_, Some(dir), _) => PathBuf::from(dir),
        (_, _, Some(home)) => PathBuf::from(home).join(".cache"),
        _ => bail!("neither HOME nor XDG_CACHE_HOME is set"),
    };
    let dir = base.join("mllc-workbench");
    fs::create_dir_all(&dir).with_context(|| format!("creating {}", dir.display()))?;
    Ok(dir)
}

/// What a build needs, in a `PATH` on which the right versions come first.
pub fn for_build() -> Result<OsString> {
    wasm_target()?;
    let bindgen = locked_version("wasm-bindgen")?;
    let dirs = [
        cargo_tool("trunk", "trunk", TRUNK, &["--locked"])?,
        cargo_tool("wasm-bindgen-cli", "wasm-bindgen", &bindgen, &[])?,
        wasm_opt()?,
    ];
    path_with(dirs.into_iter().flatten())
}

/// `PATH` with these folders first.
pub fn path_with(first: impl Iterator<Item = PathBuf>) -> Result<OsString> {
    let old = std::env::var_os("PATH").unwrap_or_default();
    Ok(std::env::join_paths(first.chain(std::env::split_paths(&old)))?)
}

/// The folder that holds the tool; None when the right version is on `PATH` already.
fn cargo_tool(package: &str, program: &str, version: &str, flags: &[&str]) -> Result<Option<PathBuf>> {
    if says_version(Path::new(program), version) {
        return Ok(None);
    }
    let home = cache()?.join("tools").join(format!("{package}-{version}"));
    let bin = home.join("bin");
    if !says_version(&bin.join(program), version) {
        println!(
            "{package} {version} is neither on PATH nor in {}: building it once, this takes minutes",
            home.display()
        );
        let mut install = Command::new("cargo");
        install
            .args(["install", package, "--version", version, "--root"])
            .arg(&home)
            .args(flags);
        // What these programs are asked to save is the time that their own build takes. Trunk only calls others.
        let level = if package == "trunk" { "0" } else { "1" };
        install.envs([
            ("CARGO_PROFILE_RELEASE_OPT_LEVEL", level),
            ("CARGO_PROFILE_RELEASE_LTO", "off"),
            ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
        ]);
        // A target folder of its own: this one may be locked by the build that asks.
        install.env("CARGO_TARGET_DIR", home.join("target")).current_dir(cache()?);
        run(&mut install)?;
        fs::remove_dir_all(home.join("target")).ok();
    }
    Ok(Some(bin))
}

fn wasm_opt() -> Result<Option<PathBuf>> {
    if says_version(Path::new("wasm-opt"), BINARYEN) {
        return Ok(None);
    }
    let home = cache()?.join("tools").join(format!("binaryen-{BINARYEN}"));
    let bin = home.join("node_modules").join(".bin");
    if !says_version(&bin.join("wasm-opt"), BINARYEN) {
        println!(
            "wasm-opt {BINARYEN} is neither on PATH nor in {}: fetching the npm package binaryen",
            home.display()
        );
        fs::create_dir_all(&home)?;
        run(Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--silent", "--prefix"])
            .arg(&home)
            .arg(format!("binaryen@{BINARYEN}.0.0")))?;
    }
    Ok(Some(bin))
}

fn wasm_target() -> Result<()> {
    rust_target("wasm32-unknown-unknown")
}

/// Adds a target of the toolchain when it is missing.
pub fn rust_target(name: &str) -> Result<()> {
    let installed = Command::new("rustup")
        .args(["target", "list", "--installed"])
        .current_dir(crate::root())
        .output();
    match installed {
        Ok(output) if String::from_utf8_lossy(&output.stdout).lines().any(|line| line == name) => Ok(()),
        Ok(_) => {
            println!("the target {name} is missing: adding it by rustup");
            run(Command::new("rustup")
                .args(["target", "add", name])
                .current_dir(crate::root()))
        }
        // Without rustup the toolchain may still have the target; cargo will say if not.
        Err(_) => Ok(()),
    }
}

/// The Chromium that tests drive: the one named in `CHROMIUM`, the system's, else one that is installed now: by the
/// system's own packages where this process may do so, else by Playwright, which then finds it by itself (None).
pub fn chromium(web_tests: &Path) -> Result<Option<PathBuf>> {
    if let Some(path) = std::env::var_os("CHROMIUM") {
        return Ok(Some(PathBuf::from(path)));
    }
    if let Some(found) = system_chromium() {
        return Ok(Some(found));
    }
    if may_install() {
        install("chromium")?;
        return Ok(Some(
            system_chromium().context("the package chromium brought no program of that name")?,
        ));
    }
    println!("no Chromium on PATH: fetching one by Playwright");
    run(Command::new("npx")
        .args(["--no-install", "playwright", "install", "chromium"])
        .current_dir(web_tests))?;
    Ok(None)
}

/// Servers that tests start themselves. Where they are not there and may not be installed, those tests say so and are skipped.
pub fn servers(names: &[&str]) -> Result<()> {
    for name in names {
        match on_path(name) {
            Some(_) => {}
            None if may_install() => install(name)?,
            None => println!("no {name} on PATH: the tests that need it are skipped"),
        }
    }
    Ok(())
}

/// This process may install packages of the system.
fn may_install() -> bool {
    let is_root = output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    is_root && on_path("apt-get").is_some()
}

/// A Debian package, without starting what it brings.
fn install(package: &str) -> Result<()> {
    println!("no {package} on PATH: installing the package of that name");
    run(Command::new("apt-get").args(["update", "--quiet"]).stdout(Stdio::null()))?;
    run(Command::new("apt-get")
        .args(["install", "--yes", "--quiet", package])
        .env("DEBIAN_FRONTEND", "noninteractive")
        // Nothing is started: invoke-rc.d asks here first.
        .env("RUNLEVEL", "1")
        .stdout(Stdio::null()))
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

fn system_chromium() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    names.into_iter().find_map(on_path)
}

/// A Python environment with the packages of a requirements file, keyed by its content; the path of its `python`.
pub fn python_env(requirements: &Path) -> Result<PathBuf> {
    let text = fs::read(requirements).with_context(|| format!("reading {}", requirements.display()))?;
    let home = cache()?.join("python").join(&crate::build::hash(&[&text])[..16]);
    let python = home.join("bin").join("python");
    let complete = home.join("complete");
    if !complete.exists() {
        println!("installing {} into {}", requirements.display(), home.display());
        fs::remove_dir_all(&home).ok();
        run(Command::new("python3").args(["-m", "venv"]).arg(&home))?;
        run(Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
            .arg(requirements))?;
        fs::write(&complete, "")?;
    }
    Ok(python)
}

/// The version of a package in Cargo.lock.
pub fn locked_version(package: &str) -> Result<String> {
    let lock = fs::read_to_string(crate::root().join("Cargo.lock")).context("reading Cargo.lock")?;
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    let version = lines
        .nth(1)
        .and_then(|line| line.strip_prefix("version = \""))
        .and_then(|rest| rest.strip_suffix('"'));
    version
        .map(str::to_owned)
        .with_context(|| format!("{package} is not in Cargo.lock"))
}

fn says_version(program: &Path, version: &str) -> bool {
    let output = Command::new(program).arg("--version").stderr(Stdio::null()).output();
    output.is_ok_and(|output| {
        String::from_utf8_lossy(&output.stdout)
            .split_whitespace()
            .any(|word| word == version)
    })
}

/// Runs to the end; an error names the command.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command.status().with_context(|| format!("starting {shown}"))?;
    if !status.success() {
        bail!("{shown} failed ({status})");
    }
    Ok(())
}

/// Runs to the end and gives what it printed.
pub fn output(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("starting {shown}"))?;
    if !output.status.success() {
        bail!(
            "{shown} failed ({})\n{}",
            output.status,
            String::from_utf8_lossy(&output.stdout)
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn shown(command: &Command) -> String {
    let words = command.get_args().map(|arg| arg.to_string_lossy().into_owned());
    format!(
        "`{} {}`",
        command.get_program().to_string_lossy(),
        words.collect::<Vec<_>>().join(" ")
    )
}
