//! The card of PostgreSQL server logs.

use crate::vocab::card::{Card, Stream};

/// What a PostgreSQL server log says of itself.
pub const CARD: Card = Card {
    name: "postgresql",
    title: "PostgreSQL server log with pgaudit",
    spec: "PostgreSQL 15 documentation §20.8 (csvlog, jsonlog, log_line_prefix); pgaudit 1.7 \
           README (format, log_rows, log_relation); tried on a real server",
    streams: &[Stream::Rows],
    delay_minutes_max: 0,
    retention: &[],
    row_caps: &[],
    export: "copy every file of log_directory, rotated ones included (csvlog or jsonlog, \
             if they are written); for syslog the files of the host that receives it",
    realm: "",
    needed_for: "it alone says who read how many rows of which table",
    cannot_tell: &[
        "Rows are counted, not named, unless the statement names their keys.",
        "Rows fetched through a cursor, by COPY of a whole table, or by replication are not \
         counted: that they were asked for is on record, how many came is not.",
        "A role, database or session for which pgaudit.log was switched off leaves no line.",
        "In stderr and syslog form, names that a client sends stand unescaped in the line; \
         csvlog and jsonlog cannot be forged so.",
        "A statement that ran inside a function is on record; what the function did with its \
         rows is not.",
    ],
    splits: false,
    relays: &[],
};
