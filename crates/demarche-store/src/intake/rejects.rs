//! Problems of records and files: written as JSON lines, the first kept in memory.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use demarche_core::record::problem::Problem;

use crate::error::Error;
use crate::layout;

/// Problems kept in memory, at most.
pub(crate) const KEPT_MAX: usize = 10_000;

/// Takes problems in order of place.
pub(crate) struct Rejects {
    path: PathBuf,
    file: BufWriter<File>,
    pub kept: Vec<Problem>,
    pub n_problems: u64,
}

impl Rejects {
    /// Begins the list in the folder that is to become the case.
    pub fn create(work: &Path) -> Result<Rejects, Error> {
        let path = work.join(layout::REJECTS);
        let file = File::create(&path).map_err(|cause| Error::disk(&path, &cause))?;
        Ok(Rejects {
            path,
            file: BufWriter::new(file),
            kept: Vec::new(),
            n_problems: 0,
        })
    }

    /// Notes a problem of a source.
    pub fn push(&mut self, source: &str, problem: Problem) -> Result<(), Error> {
        self.n_problems += 1;
        self.line(source, &problem)?;
        if self.kept.len() < KEPT_MAX {
            self.kept.push(problem);
        }
        Ok(())
    }

    /// Goes on with the list of a folder, behind what intake wrote.
    pub fn append(work: &Path) -> Result<Rejects, Error> {
        let path = work.join(layout::REJECTS);
        let file = File::options().append(true).create(true).open(&path);
        let file = file.map_err(|cause| Error::disk(&path, &cause))?;
        Ok(Rejects {
            path,
            file: BufWriter::new(file),
            kept: Vec::new(),
            n_problems: 0,
        })
    }

    /// Writes one problem.
    pub fn line(&mut self, source: &str, problem: &Problem) -> Result<(), Error> {
        self.file
            .write_all(json_line(source, problem).as_bytes())
            .map_err(|cause| Error::disk(&self.path, &cause))
    }

    /// Writes what is buffered.
    pub fn finish(mut self) -> Result<(Vec<Problem>, u64), Error> {
        self.file
            .flush()
            .map_err(|cause| Error::disk(&self.path, &cause))?;
        Ok((self.kept, self.n_problems))
    }
}

/// One problem as a line of `rejects.jsonl`.
fn json_line(source: &str, problem: &Problem) -> String {
    let place = problem.place;
    let mut line = format!(
        "{{\"kind\":\"{}\",\"source\":{},\"name\":",
        problem.kind.word(),
        place.source.0
    );
    quoted(source, &mut line);
    line.push_str(&format!(
        ",\"leaf\":{},\"offset\":{},\"length\":{},\"text\":",
        place.leaf, place.offset, place.length
    ));
    quoted(&problem.text, &mut line);
    line.push_str(",\"salvaged\":{");
    for (n, (name, value)) in problem.salvaged.iter().enumerate() {
        if n > 0 {
            line.push(',');
        }
        quoted(name, &mut line);
        line.push(':');
        quoted(value, &mut line);
    }
    line.push_str("}}\n");
    line
}

/// Appends a JSON string (RFC 8259 §7); what a terminal could act on is escaped besides.
fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            character if character.is_control() => {
                out.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            character => out.push(character),
        }
    }
    out.push('"');
}
