//! What still breaks a rule, listed in `xtask/ratchet.toml`; the list may only shrink.

use toml::{Table, Value};

/// Where the list is.
pub const PATH: &str = "xtask/ratchet.toml";

/// The list. Every entry is checked: one that is looser than needed is a fault.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Ratchet {
    /// Functions longer than the limit: path, name, lines.
    pub functions: Vec<(String, String, usize)>,
    /// Files longer than the limit that are catalogues: path.
    pub catalogues: Vec<String>,
    /// Files longer than the limit: path, lines.
    pub files: Vec<(String, usize)>,
    /// Paths and rooms that ARCHITECTURE.md names before they are there.
    pub awaited: Vec<String>,
    /// Sources and what each still lacks (`case`, `fuzz`).
    pub sources: Vec<(String, String)>,
    /// Dependencies that no file names yet: crate, dependency.
    pub unused: Vec<(String, String)>,
}

impl Ratchet {
    /// Reads the list. Every entry needs a reason, except lengths, which are their own.
    pub fn parse(text: &str) -> Result<Self, String> {
        let table: Table = text.parse().map_err(|error| format!("{PATH}: {error}"))?;
        let mut ratchet = Self::default();
        for (kind, entries) in &table {
            let entries = entries
                .as_array()
                .ok_or_else(|| format!("{PATH}: {kind} is not a list of tables"))?;
            for entry in entries {
                ratchet.add(kind, entry)?;
            }
        }
        Ok(ratchet)
    }

    fn add(&mut self, kind: &str, entry: &Value) -> Result<(), String> {
        let text = |key: &str| {
            let value = entry.get(key).and_then(Value::as_str).map(str::to_owned);
            value
                .filter(|value| !value.is_empty())
                .ok_or_else(|| format!("{PATH}: an entry of {kind} has no {key}"))
        };
        let lines = || {
            let value = entry
                .get("lines")
                .and_then(Value::as_integer)
                .and_then(|n| usize::try_from(n).ok());
            value.ok_or_else(|| format!("{PATH}: an entry of {kind} has no lines"))
        };
        match kind {
            "function" => self
                .functions
                .push((text("path")?, text("name")?, lines()?)),
            "file" => self.files.push((text("path")?, lines()?)),
            "catalogue" => text("why")
                .and_then(|_| text("path"))
                .map(|path| self.catalogues.push(path))?,
            "awaited" => text("why")
                .and_then(|_| text("path"))
                .map(|path| self.awaited.push(path))?,
            "unused" => text("why")
                .and_then(|_| Ok((text("crate")?, text("dependency")?)))
                .map(|entry| self.unused.push(entry))?,
            "source" => self.sources.push((text("path")?, text("lacks")?)),
            _ => return Err(format!("{PATH}: {kind} is no kind of entry")),
        }
        Ok(())
    }
}
