//! `cargo xtask test`: lint, native, wasm, web and serving tests. Each part prints its time; all parts run even after one
//! failed, so that one run tells everything.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::{Result, bail};

use crate::{build, root, serve, tidy, tools};

/// `dist/` was built by an earlier part of this run.
static BUILT: AtomicBool = AtomicBool::new(false);

/// `--long`: simulations take all their draws, and the heavy runtimes run too.
static LONG: AtomicBool = AtomicBool::new(false);

/// Set to 1 for tests that take minutes: they make all their draws only then.
const LONG_VARIABLE: &str = "WORKBENCH_TEST_LONG";

type Part = (&'static str, fn() -> Result<()>);

const PARTS: [Part; 5] = [
    ("lint", lint),
    ("native", native),
    ("wasm", wasm),
    ("web", web),
    ("serving", serving),
];

/// Minutes and gigabytes: these run only when they are named. They judge the bundles that `serving` has made.
const LONG_PARTS: [Part; 2] = [("mlflow", || heavy("mlflow")), ("spark", || heavy("spark"))];

pub fn test(words: &[&str]) -> Result<()> {
    let is_long = words.contains(&"--long");
    LONG.store(is_long, Ordering::Relaxed);
    let wanted: Vec<&str> = words.iter().copied().filter(|word| *word != "--long").collect();
    let known: Vec<&str> = PARTS.iter().chain(&LONG_PARTS).map(|(name, _)| *name).collect();
    if let Some(unknown) = wanted.iter().find(|name| !known.contains(*name)) {
        bail!("there is no part {unknown}; the parts are {}", known.join(", "));
    }
    let mut results = Vec::new();
    let parts = PARTS.iter().filter(|(name, _)| wanted.is_empty() || wanted.contains(name));
    let is_asked = |name: &&str| wanted.contains(name) || (is_long && wanted.is_empty());
    for (name, run) in parts.chain(LONG_PARTS.iter().filter(|(name, _)| is_asked(name))) {
        println!("\n== {name}");
        let start = Instant::now();
        let result = run();
        if let Err(error) = &result {
            eprintln!("error: {error:#}");
        }
        results.push((name, start.elapsed().as_secs_f64(), result.is_ok()));
    }
    println!();
    for (name, seconds, passed) in &results {
        println!("{name:<10}{seconds:>8.1} s  {}", if *passed { "passed" } else { "FAILED" });
    }
    if results.iter().any(|(_, _, passed)| !passed) {
        bail!("tests failed");
    }
    Ok(())
}

fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    // RUSTFLAGS would replace the flags of .cargo/config.toml and drop SIMD in silence.
    command
        .args(args)
        .current_dir(root())
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    with_length(&mut command);
    command
}

fn with_length(command: &mut Command) {
    if LONG.load(Ordering::Relaxed) {
        command.env(LONG_VARIABLE, "1");
    }
}

fn lint() -> Result<()> {
    tools::run(&mut cargo(&["fmt", "--all", "--check"]))?;
    tidy::tidy()?;
    tools::run(&mut cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
}

fn native() -> Result<()> {
    tools::run(&mut cargo(&["test", "--workspace", "--no-fail-fast"]))
}

/// The same golden hashes in wasm as natively, and what the built worker is made of.
fn wasm() -> Result<()> {
    let path = tools::for_build()?;
    // Nothing is compiled for a browser only, so `lint` has seen it all; this looks at it once more as it is built.
    if LONG.load(Ordering::Relaxed) {
        tools::run(&mut cargo(&[
            "clippy",
            "-p",
            "workbench",
            "-p",
            "worker",
            "--target",
            "wasm32-unknown-unknown",
            "--",
            "-D",
            "warnings",
        ]))?;
    }
    let mut tests = cargo(&[
        "test",
        "-p",
        "engine",
        "--test",
        "golden",
        "--target",
        "wasm32-unknown-unknown",
    ]);
    tests
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
        .env("PATH", path);
    tools::run(&mut tests)?;
    build::build(tool())?;
    BUILT.store(true, Ordering::Relaxed);
    let dist = root().join("dist");
    for name in build::files(&dist)?.iter().filter(|name| name.ends_with(".wasm")) {
        let module = fs::read(dist.join(name))?;
        if name.starts_with("engine_worker") && !has_simd(&module) {
            bail!("{name} has no v128 instruction: were RUSTFLAGS set?");
        }
        foreign_imports(name, &module)?;
    }
    Ok(())
}

/// The static tool takes minutes and no test runs it: it is built where time does not matter.
fn tool() -> build::Tool {
    if LONG.load(Ordering::Relaxed) {
        build::Tool::Static
    } else {
        build::Tool::Tested
    }
}

/// A `v128.load` or `v128.store` with a plausible alignment and offset, many times: chance bytes do not reach that.
fn has_simd(module: &[u8]) -> bool {
    let loads = module
        .windows(3)
        .filter(|bytes| bytes[0] == 0xfd && matches!(bytes[1], 0x00 | 0x0b) && bytes[2] <= 4);
    loads.count() > 100
}

/// What the modules import is made by wasm-bindgen; WebRTC and sockets, which no content policy stops entirely, must not
/// be among it.
fn foreign_imports(name: &str, module: &[u8]) -> Result<()> {
    let text = String::from_utf8_lossy(module);
    for word in [
        "RTCPeerConnection",
        "WebSocket",
        "WebTransport",
        "EventSource",
        "sendBeacon",
        "XMLHttpRequest",
    ] {
        if text.contains(word) {
            bail!("{name} names {word}: nothing here may talk to a network");
        }
    }
    Ok(())
}

/// Playwright on the built page, in the Chromium of the system.
fn web() -> Result<()> {
    let folder = root().join("tests").join("web");
    node_packages(&folder)?;
    let chromium = tools::chromium(&folder)?;
    if !BUILT.load(Ordering::Relaxed) {
        build::build(tool())?;
    }
    let listener = serve::listen(0)?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || serve::answer(&listener, root().join("dist")));
    let mut playwright = Command::new("npx");
    playwright.args(["--no-install", "playwright", "test"]).current_dir(&folder);
    playwright.env("BASE_URL", format!("http://127.0.0.1:{port}/"));
    if let Some(chromium) = chromium {
        playwright.env("CHROMIUM", chromium);
    }
    with_length(&mut playwright);
    tools::run(&mut playwright)
}

pub fn node_packages(folder: &Path) -> Result<()> {
    if folder.join("node_modules").join(".package-lock.json").exists() {
        return Ok(());
    }
    println!("fetching the npm packages of {}", folder.display());
    let mut install = Command::new("npm");
    install
        .args(["ci", "--no-audit", "--no-fund", "--silent"])
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    tools::run(install.current_dir(folder))
}

/// pytest on exported models, with the runtimes that backend teams use.
fn serving() -> Result<()> {
    let folder = root().join("tests").join("serving");
    let python = tools::python_env(&folder.join("requirements.txt"))?;
    tools::servers(&["redis-server"])?;
    let programs = build::test_programs()?;
    let mut pytest = Command::new(python);
    pytest
        .args(["-m", "pytest", "-q", "."])
        .current_dir(&folder)
        .env("TEST_PROGRAMS", programs)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    with_length(&mut pytest);
    tools::run(&mut pytest)
}

/// A runtime that has an environment of its own.
fn heavy(name: &str) -> Result<()> {
    let folder = root().join("tests").join("serving");
    let bundles = root().join("target").join("serving").join("cli");
    if !bundles.exists() {
        bail!("there are no bundles to judge; run `cargo xtask test serving {name}`");
    }
    let python = tools::python_env(&folder.join(format!("requirements-{name}.txt")))?;
    let mut pytest = Command::new(python);
    pytest
        .args(["-m", "pytest", "-q", "-m", "heavy"])
        .arg(format!("test_{name}.py"))
        .arg("--bundles")
        .arg(bundles)
        .current_dir(&folder)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    tools::run(&mut pytest)
}
