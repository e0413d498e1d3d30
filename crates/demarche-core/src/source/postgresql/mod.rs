//! PostgreSQL server logs with pgaudit: sessions, rows read per table, changes of roles.

pub mod audit;
pub mod card;
pub mod change;
pub mod entry;
pub mod forms;
pub mod line;
pub mod read;
pub mod statement;
pub mod time;
