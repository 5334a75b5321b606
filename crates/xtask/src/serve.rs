//! `cargo xtask serve`: a small static server for this machine, and a rebuild whenever a source changes.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};

use crate::{build, root};

/// Builds, then serves until the process is ended (CTRL-C).
pub fn serve(port: u16) -> Result<()> {
    build::build(build::Tool::Static)?;
    let listener = listen(port)?;
    println!("http://localhost:{}/", listener.local_addr()?.port());
    thread::spawn(|| {
        let mut built = newest_source();
        loop {
            thread::sleep(Duration::from_millis(700));
            let now = newest_source();
            if now == built {
                continue;
            }
            built = now;
            println!("a source changed: building");
            match build::build(build::Tool::Static) {
                Ok(()) => println!("built; reload the page"),
                Err(error) => eprintln!("error: {error:#}"),
            }
        }
    });
    answer(&listener, root().join("dist"));
    Ok(())
}

/// On loopback only. Port 0 takes any free one.
pub fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).with_context(|| format!("port {port} of this machine"))
}

/// Answers every connection in a thread of its own.
pub fn answer(listener: &TcpListener, folder: PathBuf) {
    let folder = Arc::new(folder);
    for stream in listener.incoming().flatten() {
        let folder = Arc::clone(&folder);
        thread::spawn(move || {
            // A visitor who went away is nobody's error.
            converse(&stream, &folder).ok();
        });
    }
}

fn converse(stream: &TcpStream, folder: &Path) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = read_request(&mut reader)? {
        respond(stream, folder, &request)?;
    }
    Ok(())
}

struct Request {
    method: String,
    path: String,
}

fn read_request(reader: &mut impl BufRead) -> std::io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.by_ref().take(8192).read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace();
    let method = words.next().unwrap_or("").to_owned();
    let path = words.next().unwrap_or("/").split(['?', '#']).next().unwrap_or("/").to_owned();
    loop {
        let mut header = String::new();
        if reader.by_ref().take(65_536).read_line(&mut header)? == 0 || header.trim().is_empty() {
            return Ok(Some(Request { method, path }));
        }
    }
}

fn respond(mut stream: &TcpStream, folder: &Path, request: &Request) -> std::io::Result<()> {
    let found = (request.method == "GET" || request.method == "HEAD")
        .then(|| inside(folder, &request.path))
        .flatten()
        .and_then(|path| Some((fs::read(&path).ok()?, path)));
    let (status, mime, cache, body) = match found {
        Some((body, path)) => ("200 OK", mime(&path), caching(&path), body),
        None => (
            "404 Not Found",
            "text/plain; charset=utf-8",
            "no-cache",
            b"not found\n".to_vec(),
        ),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {mime}\r\nContent-Length: {}\r\nCache-Control: {cache}\r\nX-Content-Type-Options: nosniff\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    if request.method != "HEAD" {
        stream.write_all(&body)?;
    }
    stream.flush()
}

/// The file that a path names; None for a path that leaves the folder.
fn inside(folder: &Path, path: &str) -> Option<PathBuf> {
    let decoded = percent_decoded(path)?;
    let relative = Path::new(decoded.trim_start_matches('/'));
    if relative.components().any(|part| !matches!(part, Component::Normal(_))) {
        return None;
    }
    let file = folder.join(relative);
    Some(if file.is_dir() { file.join("index.html") } else { file })
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

fn mime(path: &Path) -> &'static str {
    match path.extension().and_then(|name| name.to_str()).unwrap_or("") {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "csv" => "text/csv; charset=utf-8",
        "md" | "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Files whose names carry their content never change; the others are asked for each time.
fn caching(path: &Path) -> &'static str {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
    let hashed = name
        .split(['-', '_', '.'])
        .any(|part| part.len() == 16 && part.bytes().all(|b| b.is_ascii_hexdigit()));
    if hashed {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

/// When anything that goes into the page was last changed.
fn newest_source() -> Option<SystemTime> {
    let root = root();
    let mut newest = None;
    let mut open: Vec<PathBuf> = ["src", "crates", "style", "public"].map(|name| root.join(name)).into();
    open.extend(["Cargo.toml", "Cargo.lock", "Trunk.toml", "index.html"].map(|name| root.join(name)));
    while let Some(path) = open.pop() {
        if path.ends_with("crates/xtask") || path.ends_with("crates/cli") || path.ends_with("tests") {
            continue;
        }
        if path.is_dir() {
            open.extend(fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path()));
        } else if let Ok(changed) = fs::metadata(&path).and_then(|data| data.modified()) {
            newest = newest.max(Some(changed));
        }
    }
    newest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leaves_the_folder() {
        let folder = Path::new("dist");
        assert_eq!(inside(folder, "/a/b%20c.js"), Some(PathBuf::from("dist/a/b c.js")));
        for path in [
            "/../x",
            "/a/../../x",
            "/%2e%2e/x",
            "/%2E%2E%2fx",
            "//etc/../../passwd",
            "/a%zz",
            "/%",
        ] {
            assert!(
                inside(folder, path).is_none_or(|file| file.starts_with("dist") && !path.contains("..")),
                "{path}"
            );
        }
    }

    #[test]
    fn only_names_with_a_hash_are_kept_for_good() {
        assert!(caching(Path::new("workbench-0123456789abcdef_bg.wasm")).contains("immutable"));
        assert!(caching(Path::new("style-0123456789abcdef.css")).contains("immutable"));
        assert_eq!(caching(Path::new("index.html")), "no-cache");
        assert_eq!(caching(Path::new("sw.js")), "no-cache");
        assert_eq!(caching(Path::new("samples/churn.csv")), "no-cache");
    }

    #[test]
    fn a_request_is_read_and_the_query_dropped() {
        let mut bytes: &[u8] = b"GET /a.js?x=1 HTTP/1.1\r\nHost: x\r\n\r\n";
        let request = read_request(&mut bytes).unwrap().unwrap();
        assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", "/a.js"));
        assert!(read_request(&mut bytes).unwrap().is_none());
    }
}
