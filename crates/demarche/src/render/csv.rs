//! CSV that a spreadsheet cannot be made to run.

use std::io::Write;

/// Writes rows as RFC 4180 with line feeds; cells that would begin a formula get an apostrophe.
pub struct Table<W: Write> {
    out: W,
    n_columns: usize,
}

impl<W: Write> Table<W> {
    /// Begins a table with its header.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn begin(out: W, columns: &[&str]) -> std::io::Result<Table<W>> {
        let mut table = Table {
            out,
            n_columns: columns.len(),
        };
        table.row(columns)?;
        Ok(table)
    }

    /// Writes one row.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn row<S: AsRef<str>>(&mut self, cells: &[S]) -> std::io::Result<()> {
        assert_eq!(
            cells.len(),
            self.n_columns,
            "a row has as many cells as its header"
        );
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                self.out.write_all(b",")?;
            }
            self.cell(cell.as_ref())?;
        }
        self.out.write_all(b"\n")
    }

    /// Ends the table.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn end(mut self) -> std::io::Result<()> {
        self.out.flush()
    }

    fn cell(&mut self, text: &str) -> std::io::Result<()> {
        let harmless = if needs_guard(text) { "'" } else { "" };
        let quoted = text.contains(['"', ',', '\n', '\r']) || !harmless.is_empty();
        if !quoted {
            return self.out.write_all(text.as_bytes());
        }
        write!(self.out, "\"{harmless}{}\"", text.replace('"', "\"\""))
    }
}

/// Whether a cell gets an apostrophe before it. One that would be taken for a guarded cell gets
/// another, so that what is read back is what was written.
fn needs_guard(text: &str) -> bool {
    begins_formula(text.trim_start_matches('\''))
}

/// A cell without the apostrophe that guards it.
pub fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(bare) if needs_guard(bare) => bare,
        _ => cell,
    }
}

/// Whether a spreadsheet would take a cell for a formula, also behind white space.
pub fn begins_formula(text: &str) -> bool {
    let bare = text.trim_start();
    bare.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || text.starts_with(['\t', '\r', '\n'])
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn formulas_quotes_and_line_ends_are_harmless() {
        let mut out = Vec::new();
        let mut table = Table::begin(&mut out, &["a", "b"]).unwrap();
        table.row(&["=cmd|' /C calc'!A0", "x\"y"]).unwrap();
        table.row(&["@sum(1)", "two\nlines"]).unwrap();
        table.row(&[" -1", "<m1@example.org>"]).unwrap();
        table.end().unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text,
            "a,b\n\"'=cmd|' /C calc'!A0\",\"x\"\"y\"\n\"'@sum(1)\",\"two\nlines\"\n\"' -1\",<m1@example.org>\n"
        );
    }
}
