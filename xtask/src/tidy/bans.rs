//! Calls that are banned, each with what to do instead.

use super::files::File;
use super::{CORE, Fault};

/// A banned call: its name in `tidy: allow NAME: reason`, its texts, where, and the replacement.
struct Ban {
    name: &'static str,
    texts: &'static [&'static str],
    within: fn(&str) -> bool,
    instead: &'static str,
}

const BANS: &[Ban] = &[
    Ban {
        name: "clock",
        texts: &["SystemTime", "Instant::now", "Timestamp::now", "Zoned::now"],
        within: in_core,
        instead: "core reads no clock; take a Moment as an argument",
    },
    Ban {
        name: "file",
        texts: &[
            "std::fs",
            "std::io::stdin",
            "std::io::stdout",
            "File::open",
            "File::create",
        ],
        within: in_core,
        instead: "core opens no file; take bytes, return values",
    },
    Ban {
        name: "thread",
        texts: &[
            "std::thread",
            "thread_local!",
            "Mutex",
            "RwLock",
            "mpsc",
            "AtomicUsize",
            "AtomicU64",
            "AtomicBool",
            "tokio",
            "rayon",
        ],
        within: in_core,
        instead: "core starts and shares nothing; the store schedules folds",
    },
    Ban {
        name: "outside",
        texts: &[
            "std::env",
            "TcpStream",
            "UdpSocket",
            "ToSocketAddrs",
            "std::process",
            "getrandom",
        ],
        within: in_core,
        instead: "core knows no environment, network, process or chance; take a value as an argument",
    },
    Ban {
        name: "hash-map",
        texts: &["HashMap", "HashSet", "RapidHashMap", "RapidHashSet"],
        within: in_core,
        instead: "its order is random; use BTreeMap or BTreeSet",
    },
    Ban {
        name: "unwrap",
        texts: &[".unwrap()", ".expect(", ".unwrap_err()", ".expect_err("],
        within: everywhere,
        instead: "return a problem or an error, or use let-else",
    },
    Ban {
        name: "panic",
        texts: &["panic!", "todo!", "unimplemented!", "dbg!"],
        within: everywhere,
        instead: "return a problem or an error; a bug is an assert",
    },
    Ban {
        name: "print",
        texts: &["println!", "eprintln!", "print!", "eprint!"],
        within: silent,
        instead: "only the program's command, render and terminal print; return a value",
    },
];

fn in_core(path: &str) -> bool {
    path.starts_with(CORE)
}

fn everywhere(_: &str) -> bool {
    true
}

/// Where nothing is printed: everywhere but the program's talking parts and the automation.
fn silent(path: &str) -> bool {
    let inside = path
        .strip_prefix("crates/demarche/src/")
        .unwrap_or_default();
    let talks = ["command", "render", "terminal", "main.rs"]
        .iter()
        .any(|part| inside.starts_with(part));
    !talks && !path.starts_with("xtask/") && !path.ends_with("/build.rs")
}

/// Checks one file; test code may do as it likes.
pub fn check(file: &File) -> Vec<Fault> {
    if file.is_test {
        return Vec::new();
    }
    let lines: Vec<&str> = file.text.lines().collect();
    let mut faults = Vec::new();
    let mut used = Vec::new();
    for ban in BANS.iter().filter(|ban| (ban.within)(&file.path)) {
        for text in ban.texts {
            for at in file
                .scan
                .places(text)
                .into_iter()
                .filter(|at| !file.scan.in_test(*at))
            {
                let line = file.scan.line(at);
                match allowed(&lines, line, ban.name) {
                    Some(mark) => used.push(mark),
                    None => faults.push(Fault::new(
                        &file.path,
                        line,
                        "ban",
                        format!(
                            "`{text}`: {} (or `// tidy: allow {}: reason`)",
                            ban.instead, ban.name
                        ),
                    )),
                }
            }
        }
    }
    faults.extend(idle_marks(file, &lines, &used));
    faults
}

/// The line whose mark allows a banned call: on its own line, in the comment above, or the lint's allow.
fn allowed(lines: &[&str], line: usize, name: &str) -> Option<usize> {
    if mark_name(lines.get(line - 1)?) == Some(name) {
        return Some(line);
    }
    let mut above = line - 1;
    while above > 0 && lines[above - 1].trim_start().starts_with(['/', '#']) {
        if mark_name(lines[above - 1]) == Some(name) {
            return Some(above);
        }
        above -= 1;
    }
    // clippy sees these two better than we do; its own allow with a reason is enough.
    let lint = matches!(name, "unwrap" | "panic");
    let near = &lines[line.saturating_sub(30)..line];
    let excused = near.iter().any(|text| {
        text.contains(&format!("clippy::{name}")) || text.contains("clippy::expect_used")
    });
    (lint && excused && near.iter().any(|text| text.contains("reason ="))).then_some(0)
}

/// The name in `tidy: allow NAME: reason`, where the reason has at least three words.
fn mark_name(line: &str) -> Option<&str> {
    let (_, mark) = line.split_once("// tidy: allow ")?;
    let (name, reason) = mark.split_once(':')?;
    (reason.split_whitespace().count() >= 3).then(|| name.trim())
}

/// Marks that allow nothing.
fn idle_marks(file: &File, lines: &[&str], used: &[usize]) -> Vec<Fault> {
    let marked = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.trim_start().starts_with("// tidy: allow "));
    let idle = marked.filter(|(index, _)| !used.contains(&(index + 1)));
    let text = "this mark allows nothing (no such call below it, or its reason has fewer than three words); remove it";
    idle.map(|(index, _)| Fault::new(&file.path, index + 1, "ban", text))
        .collect()
}
