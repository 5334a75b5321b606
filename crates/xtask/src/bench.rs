//! `cargo xtask bench`: the page beside its native peers in one run; ratios, and the goal beside each.

use std::fs;
use std::process::Command;
use std::thread;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{build, root, serve, test, tools};

/// Task, the peer's name, and the ratio of seconds (ours over the peer's) to reach.
const RATIOS: [(&str, &str, f64); 3] = [
    ("import", "pandas", 2.5),
    ("forest", "scikit-learn", 0.5),
    ("boosting", "lightgbm", 1.5),
];
/// Task, figure, and its upper limit.
const LIMITS: [(&str, &str, f64); 4] = [
    ("ready", "ms", 500.0),
    ("engine", "ms", 500.0),
    ("main thread", "longest_ms", 50.0),
    ("cancel", "longest_ms", 250.0),
];

pub fn bench() -> Result<()> {
    let scripts = root().join("crates").join("xtask").join("bench");
    let data = root().join("target").join("bench");
    let web_tests = root().join("tests").join("web");
    let python = tools::python_env(&scripts.join("requirements.txt"))?;
    test::node_packages(&web_tests)?;
    let chromium = tools::chromium(&web_tests)?;
    tools::run(Command::new(&python).arg(scripts.join("make_data.py")).arg(&data))?;
    build::build(build::Tool::Static)?;

    println!("\nnative peers, one thread");
    let mut found = objects(&tools::output(
        Command::new(&python).arg(scripts.join("native.py")).arg(&data),
    )?)?;
    println!("the page, one worker");
    let listener = serve::listen(0)?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || serve::answer(&listener, root().join("dist")));
    let mut browser = Command::new("node");
    browser
        .arg(scripts.join("browser.mjs"))
        .arg(format!("http://127.0.0.1:{port}/"))
        .arg(&data);
    if let Some(chromium) = chromium {
        browser.env("CHROMIUM", chromium);
    }
    found.extend(objects(&tools::output(&mut browser)?)?);
    fs::write(data.join("results.json"), serde_json::to_string_pretty(&found)?)?;
    report(&found);
    Ok(())
}

/// One JSON object a line, shown as it comes.
fn objects(lines: &str) -> Result<Vec<Value>> {
    let parsed = lines.lines().map(|line| {
        println!("  {line}");
        serde_json::from_str(line).with_context(|| format!("not a figure: {line}"))
    });
    parsed.collect()
}

fn figure<'a>(found: &'a [Value], task: &str, peer: &str, name: &str) -> Option<&'a Value> {
    found
        .iter()
        .find(|one| one["task"] == task && one["peer"] == peer)
        .and_then(|one| one.get(name))
}

fn report(found: &[Value]) {
    println!(
        "\n{:<12}{:<14}{:>10}{:>10}{:>8}{:>7}  AUC ours, theirs",
        "task", "peer", "ours s", "theirs s", "ratio", "goal"
    );
    for (task, peer, goal) in RATIOS {
        let number = |peer: &str, name: &str| figure(found, task, peer, name).and_then(Value::as_f64);
        let (Some(ours), Some(theirs)) = (number("workbench", "secs"), number(peer, "secs")) else {
            println!("{task:<12}{peer:<14}  not measured");
            continue;
        };
        let quality = match (number("workbench", "roc_auc"), number(peer, "roc_auc")) {
            (Some(ours), Some(theirs)) => format!("{ours:.4}, {theirs:.4}"),
            _ => String::new(),
        };
        let ratio = ours / theirs;
        let missed = if ratio > goal { "  missed" } else { "" };
        println!("{task:<12}{peer:<14}{ours:>10.2}{theirs:>10.2}{ratio:>8.2}{goal:>7.1}  {quality}{missed}");
    }
    for (task, name, limit) in LIMITS {
        match figure(found, task, "workbench", name).and_then(Value::as_f64) {
            Some(ms) => println!(
                "{task:<12}{ms:>6} ms, goal {limit} ms{}",
                if ms > limit { "  missed" } else { "" }
            ),
            None => println!("{task:<12}not measured"),
        }
    }
}
