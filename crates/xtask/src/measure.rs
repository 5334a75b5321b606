//! What a visitor downloads.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Result;

use crate::split;

/// Goals, in bytes. The page's is for what it starts with; modules that are fetched later count in all of it.
const SHELL_RAW: u64 = 20_000;
const PAGE_BROTLI: u64 = 250_000;
const ALL_BROTLI: u64 = 700_000;

/// Prints raw and brotli sizes of shell, page and worker, with the goal beside each.
pub fn print(dist: &Path) -> Result<()> {
    let (mut shell, mut page, mut later, mut worker) = (Size::default(), Size::default(), Size::default(), Size::default());
    for name in crate::build::files(dist)? {
        let part = match name.as_str() {
            "index.html" => &mut shell,
            style if style.starts_with("style-") => &mut shell,
            engine if engine.starts_with("engine_worker") => &mut worker,
            start if is_code(start) && (start.ends_with(split::SCRIPT) || start.ends_with(split::MODULE)) => &mut page,
            part if is_code(part) && part.starts_with("page-") => &mut later,
            code if is_code(code) && !code.contains('/') && code != "sw.js" => &mut page,
            _ => continue,
        };
        part.add(&fs::read(dist.join(&name))?);
    }
    println!("{:<28}{:>12}{:>12}", "", "raw", "brotli");
    line("shell (html, style)", &shell, &format!("goal {SHELL_RAW} raw"));
    line("page (script, module)", &page, &format!("goal {PAGE_BROTLI} brotli"));
    line("page, fetched later", &later, "");
    line("worker (script, module)", &worker, "");
    let all = Size {
        raw: shell.raw + page.raw + later.raw + worker.raw,
        brotli: shell.brotli + page.brotli + later.brotli + worker.brotli,
    };
    line("all", &all, &format!("goal {ALL_BROTLI} brotli"));
    let missed = [
        ("the shell", shell.raw > SHELL_RAW),
        ("the page", page.brotli > PAGE_BROTLI),
        ("all of it", all.brotli > ALL_BROTLI),
    ];
    for (what, _) in missed.iter().filter(|(_, missed)| *missed) {
        println!("larger than its goal: {what}");
    }
    Ok(())
}

fn is_code(name: &str) -> bool {
    [".js", ".wasm", ".css"].iter().any(|end| name.ends_with(end))
}

#[derive(Default)]
struct Size {
    raw: u64,
    brotli: u64,
}

impl Size {
    fn add(&mut self, bytes: &[u8]) {
        self.raw += bytes.len() as u64;
        self.brotli += brotli(bytes);
    }
}

fn line(what: &str, size: &Size, goal: &str) {
    println!("{what:<28}{:>12}{:>12}  {goal}", size.raw, size.brotli);
}

fn brotli(bytes: &[u8]) -> u64 {
    let mut counter = Counter(0);
    let mut writer = brotli::CompressorWriter::new(&mut counter, 1 << 16, 11, 22);
    let written = writer.write_all(bytes).is_ok();
    drop(writer);
    if written { counter.0 } else { bytes.len() as u64 }
}

struct Counter(u64);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
