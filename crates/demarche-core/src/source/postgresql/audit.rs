//! One audit entry of pgaudit: class, command, object, statement, rows.

use crate::record::csv::cells;

/// One audit entry (pgaudit README, "Format").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// Statement and sub-statement within the session, as `5/1`.
    pub number: String,
    /// `READ`, `WRITE`, `FUNCTION`, `ROLE`, `DDL`, `MISC`.
    pub class: String,
    /// `SELECT`, `COPY`, `ALTER ROLE` …
    pub command: String,
    /// `schema.name` of the object, where it was logged.
    pub object: String,
    /// The statement; empty where it was not logged.
    pub statement: String,
    /// Values of parameters, where they were logged.
    pub parameters: Vec<String>,
    /// Rows returned or changed; `None` where `pgaudit.log_rows` was off.
    pub rows: Option<u64>,
}

/// What stands before an audit entry in a message.
pub const PREFIX: &str = "AUDIT: ";

/// The most parameters kept.
const PARAMETERS_MOST: usize = 1024;

/// Reads the message of an audit entry; `None` where it is not whole.
pub fn parse(message: &str) -> Option<Audit> {
    let text = message.strip_prefix(PREFIX)?;
    let mut fields: Vec<String> = Vec::with_capacity(10);
    let mut n_fields = 0;
    cells(text, |_, cell| {
        n_fields += 1;
        if fields.len() < 10 {
            fields.push(cell.into_owned());
        }
    });
    if !(9..=10).contains(&n_fields) || !matches!(fields[0].as_str(), "SESSION" | "OBJECT") {
        return None;
    }
    let number = |text: &str| text.parse::<u64>().ok();
    number(&fields[1])?;
    number(&fields[2])?;
    // A quoted field that never ends would have taken in what follows.
    let rows = match fields.get(9) {
        Some(rows) => Some(number(rows.trim())?),
        None => None,
    };
    let mut parameters = Vec::new();
    if !fields[8].starts_with('<') && !fields[8].is_empty() {
        cells(&fields[8], |_, cell| {
            if parameters.len() < PARAMETERS_MOST {
                parameters.push(cell.into_owned());
            }
        });
    }
    let logged = |text: &str| match text {
        "<not logged>" | "<previously logged>" => String::new(),
        other => other.to_owned(),
    };
    Some(Audit {
        number: format!("{}/{}", fields[1], fields[2]),
        class: fields[3].clone(),
        command: fields[4].clone(),
        object: fields[6].clone(),
        statement: logged(&fields[7]),
        parameters,
        rows,
    })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_statement_may_hold_quotes_commas_and_lines() {
        let message = "AUDIT: SESSION,3,1,READ,SELECT,TABLE,public.personnel,\"select\n  *\nfrom personnel\nwhere id = 7 -- \"\"q\"\", x\n;\",<not logged>,1";
        let audit = parse(message).unwrap();
        assert_eq!(
            audit.statement,
            "select\n  *\nfrom personnel\nwhere id = 7 -- \"q\", x\n;"
        );
        assert_eq!((audit.number.as_str(), audit.rows), ("3/1", Some(1)));
    }

    #[test]
    fn older_versions_count_no_rows_and_half_an_entry_is_none() {
        let audit = parse(
            "AUDIT: OBJECT,1,1,READ,SELECT,TABLE,public.a,<previously logged>,\"7,\"\"x\"\"\"",
        )
        .unwrap();
        assert_eq!((audit.rows, audit.statement.as_str()), (None, ""));
        assert_eq!(audit.parameters, ["7", "x"]);
        for message in [
            "AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.a,select 1",
            "AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.a,\"select 1,<not logged>,1",
            "AUDIT: SESSION,x,1,READ,SELECT,TABLE,public.a,s,<not logged>,1",
            "AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.a,s,<not logged>,1 FATAL",
            "AUDIT: ",
        ] {
            assert_eq!(parse(message), None, "{message}");
        }
    }
}
