//! What goes to stdout: data, and nothing else. A full disk or a closed pipe is a failure like others.

use std::io::Write;

pub fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(|error| anyhow::anyhow!("writing to stdout: {error}"))
}
