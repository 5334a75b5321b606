//! What a visitor downloads.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Result;

/// Goals, in bytes.
const SHELL_RAW: u64 = 20_000;
const PAGE_BROTLI: u64 = 250_000;
const ALL_BROTLI: u64 = 700_000;

/// Prints raw and brotli sizes of shell, page and worker, with the goal beside each.
pub fn print(dist: &Path) -> Result<()> {
    let (mut shell, mut page, mut worker) = (Size::default(), Size::default(), Size::default());
    for name in crate::build::files(dist)? {
        let part = match name.as_str() {
            "index.html" => &mut shell,
            style if style.starts_with("style-") => &mut shell,
            engine if engine.starts_with("engine_worker") => &mut worker,
            code if (!code.contains('/') || code.starts_with("page-"))
                && [".js", ".wasm", ".css"].iter().any(|end| code.ends_with(end))
                && code != "sw.js" =>
            {
                &mut page
            }
            _ => continue,
        };
        part.add(&fs::read(dist.join(&name))?);
    }
    println!("{:<28}{:>12}{:>12}", "", "raw", "brotli");
    line("shell (html, style)", &shell, &format!("goal {SHELL_RAW} raw"));
    line("page (script, module)", &page, &format!("goal {PAGE_BROTLI} brotli"));
    line("worker (script, module)", &worker, "");
    let all = Size {
        raw: shell.raw + page.raw + worker.raw,
        brotli: shell.brotli + page.brotli + worker.brotli,
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
