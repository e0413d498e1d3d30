//! The fence: a room of core imports only what its row in ARCHITECTURE.md allows.

use std::collections::BTreeMap;

use super::files::File;
use super::{CORE, Fault, room_of};
use crate::scan::word_at_start;

const EVIDENCE: &str = "demarche-evidence";

/// The rooms and what each may import, from the table of ARCHITECTURE.md.
pub struct Table {
    rows: BTreeMap<String, Vec<String>>,
}

impl Table {
    /// Reads the table whose header has a column "Room" and a column "May import".
    pub fn parse(architecture: &str) -> Result<Self, String> {
        let mut lines = architecture.lines();
        let header = lines
            .find(|line| line.starts_with("| Room |"))
            .unwrap_or_default();
        let column = cells(header).position(|cell| cell == "May import");
        let column =
            column.ok_or("ARCHITECTURE.md: no table with the columns Room and May import")?;
        let mut rows = BTreeMap::new();
        for line in lines.skip(1).take_while(|line| line.starts_with('|')) {
            let room = cells(line)
                .next()
                .unwrap_or_default()
                .trim_matches('`')
                .to_owned();
            let allowed = cells(line).nth(column).unwrap_or_default().split(',');
            let allowed = allowed
                .map(|name| name.trim().to_owned())
                .filter(|name| name != "-");
            rows.insert(room, allowed.collect::<Vec<_>>());
        }
        let table = Self { rows };
        table.closed().map(|()| table)
    }

    /// The rooms, in order of name.
    pub fn rooms(&self) -> impl Iterator<Item = &str> {
        self.rows.keys().map(String::as_str)
    }

    /// A table may name only its own rooms and the evidence crate, and no circle.
    fn closed(&self) -> Result<(), String> {
        for (room, allowed) in &self.rows {
            for name in allowed.iter().filter(|name| *name != EVIDENCE) {
                if !self.rows.contains_key(name) {
                    return Err(format!(
                        "ARCHITECTURE.md: {room} may import {name}, which is no room"
                    ));
                }
                if self.reaches(name, room, self.rows.len()) {
                    return Err(format!(
                        "ARCHITECTURE.md: {room} and {name} import each other in a circle"
                    ));
                }
            }
        }
        Ok(())
    }

    fn reaches(&self, from: &str, to: &str, depth: usize) -> bool {
        let next = self.rows.get(from).into_iter().flatten();
        from == to
            || (depth > 0
                && next
                    .into_iter()
                    .any(|name| self.reaches(name, to, depth - 1)))
    }
}

/// The trimmed cells of a table row.
pub fn cells(line: &str) -> impl Iterator<Item = &str> {
    line.trim().trim_matches('|').split('|').map(str::trim)
}

/// Checks one file of core against the table; other files have no fence.
pub fn check(file: &File, table: &Table) -> Vec<Fault> {
    if !file.path.starts_with(CORE) {
        return Vec::new();
    }
    let mut faults = shortcuts(file);
    let Some(room) = room_of(&file.path) else {
        faults.extend(re_exports(file));
        return faults;
    };
    let Some(allowed) = table.rows.get(room) else {
        let text = format!(
            "{room} is not in the room table of ARCHITECTURE.md; add its row or move the file"
        );
        return vec![Fault::new(&file.path, 1, "room", text)];
    };
    if file.is_test {
        return faults;
    }
    for (at, name) in imports(file) {
        let known = name == EVIDENCE || table.rows.contains_key(&name);
        let inside = name == room || allowed.contains(&name) || !known;
        if !inside && !file.scan.in_test(at) {
            let text = format!(
                "{room} may not import {name}; its row in ARCHITECTURE.md allows: {}",
                if allowed.is_empty() {
                    "nothing".to_owned()
                } else {
                    allowed.join(", ")
                }
            );
            faults.push(Fault::new(&file.path, file.scan.line(at), "fence", text));
        }
    }
    faults
}

/// Every first name after `crate::`, also in groups, and uses of the evidence crate.
fn imports(file: &File) -> Vec<(usize, String)> {
    let code = &file.scan.code;
    let mut found = Vec::new();
    for at in file.scan.places("crate::") {
        let rest = code[at + "crate::".len()..].trim_start();
        match rest.strip_prefix('{') {
            Some(group) => found.extend(group_names(group).into_iter().map(|name| (at, name))),
            None => found.push((at, word_at_start(rest).to_owned())),
        }
    }
    if let Some(root) = room_root(&file.path) {
        // In a room's own file `super` is the crate root.
        for at in file.scan.places("super::") {
            let name = word_at_start(&code[at + "super::".len()..]);
            if !file.scan.in_test(at) && name != root {
                found.push((at, name.to_owned()));
            }
        }
    }
    found.extend(
        file.scan
            .places("demarche_evidence")
            .into_iter()
            .map(|at| (at, EVIDENCE.to_owned())),
    );
    found
}

/// The room whose own file (`room.rs`, `room/mod.rs`) this is.
fn room_root(path: &str) -> Option<&str> {
    let inside = path.strip_prefix(CORE)?.strip_suffix(".rs")?;
    let name = inside.strip_suffix("/mod").unwrap_or(inside);
    (!name.contains('/')).then_some(name)
}

/// The first name of each member of `{a::b, c::{d, e}, f}`, given the text after the brace.
fn group_names(group: &str) -> Vec<String> {
    let (mut names, mut depth, mut start) = (Vec::new(), 0i32, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' | ',' if depth == 0 => {
                names.push(word_at_start(group[start..at].trim_start()).to_owned());
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// Ways round the fence.
fn shortcuts(file: &File) -> Vec<Fault> {
    let ways = [
        ("super::super", "write the full path: `crate::<room>::…`"),
        ("use crate as", "write `crate::<room>` in full"),
        ("crate::*", "name what is imported: `crate::<room>::…`"),
        ("extern crate", "write `crate::<room>` in full"),
        ("demarche_core", "inside core write `crate::<room>`"),
        ("#[path", "a module lies where its name says"),
        ("include!", "a module is a file of its own"),
    ];
    let mut faults = Vec::new();
    for (way, instead) in ways {
        for at in file.scan.places(way) {
            let text = format!("`{way}` hides an import from the fence; {instead}");
            faults.push(Fault::new(&file.path, file.scan.line(at), "fence", text));
        }
    }
    faults
}

/// The crate root shows rooms and nothing else.
fn re_exports(file: &File) -> Vec<Fault> {
    let places = file.scan.places("use").into_iter();
    let text = "the crate root re-exports and imports nothing; name the room where it is used";
    places
        .map(|at| Fault::new(&file.path, file.scan.line(at), "fence", text))
        .collect()
}
