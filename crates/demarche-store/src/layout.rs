//! Where things lie in a case folder, and the names of columns.

/// Folder of the sorted tables.
pub const STORE: &str = "store";
/// Folder of what intake spilled, removed once settled.
pub const SPILL: &str = "spill";
/// What was wrong with records and files, one JSON object a line.
pub const REJECTS: &str = "rejects.jsonl";
/// How many pairs of `events-NN.parquet` and `items-NN.parquet` there are.
pub const PARTITIONS: usize = 16;

/// File name of a partition's events.
pub fn events(partition: usize) -> String {
    format!("events-{partition:02}.parquet")
}

/// File name of a partition's items.
pub fn items(partition: usize) -> String {
    format!("items-{partition:02}.parquet")
}

/// The list of actors as delivered and where their rows lie.
pub const ACTORS: &str = "actors.parquet";
