//! Questions in SQL over a stored case: the one file that knows the engine.

use std::path::Path;

use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::execution::config::SessionConfig;
use datafusion::execution::context::SessionContext;
use datafusion::execution::options::ParquetReadOptions;

/// The tables of a case, each over the files of its name in `store/`.
pub const TABLES: [&str; 9] = [
    "sources",
    "events",
    "items",
    "accounts",
    "sessions",
    "findings",
    "exposures",
    "actions",
    "gaps",
];

/// The answer to a question: names of columns, then rows of text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Rows; `None` is NULL.
    pub rows: Vec<Vec<Option<String>>>,
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The engine refused the question or failed at it.
    #[error("the question cannot be answered")]
    Engine(#[from] datafusion::error::DataFusionError),
    /// A value could not be shown.
    #[error("a value cannot be shown")]
    Value(#[from] arrow::error::ArrowError),
    /// The run-time could not be started.
    #[error("the query engine cannot be started")]
    Start(#[from] std::io::Error),
}

/// Asks one question of a case.
///
/// # Shape
/// Tables are [`TABLES`] and the view `records` (place and id of every record that was read). A
/// table without a file in this case does not exist. Only reading statements are accepted.
///
/// # Errors
/// [`Refusal`]: the statement, a file of the store, or memory.
pub fn ask(store: &Path, question: &str) -> Result<Answer, Refusal> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()?;
    runtime.block_on(answer(store, question))
}

async fn answer(store: &Path, question: &str) -> Result<Answer, Refusal> {
    // Its list of tables and columns is what a user asks first.
    let settings = SessionConfig::new().with_information_schema(true);
    let context = SessionContext::new_with_config(settings);
    for table in TABLES {
        register(&context, store, table).await?;
    }
    let reading = datafusion::execution::context::SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false);
    let records = "create view records as select source, leaf, \"offset\", length, record_id, time, \
                   operation from events";
    if context.table_exist("events")? {
        context.sql(records).await?;
    }
    let frame = context.sql_with_options(question, reading).await?;
    let columns = frame
        .schema()
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    let mut rows = Vec::new();
    for batch in frame.collect().await? {
        let options = FormatOptions::default();
        let formatters = batch
            .columns()
            .iter()
            .map(|column| ArrayFormatter::try_new(column.as_ref(), &options))
            .collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            let cells = batch
                .columns()
                .iter()
                .zip(&formatters)
                .map(|(column, formatter)| {
                    (!column.is_null(row)).then(|| formatter.value(row).to_string())
                });
            rows.push(cells.collect());
        }
    }
    Ok(Answer { columns, rows })
}

/// Registers `store/NAME.parquet`, or all `store/NAME-*.parquet`, as one table.
async fn register(context: &SessionContext, store: &Path, table: &str) -> Result<(), Refusal> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(store)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let stem = name.strip_suffix(".parquet").unwrap_or_default();
        if stem == table
            || stem
                .strip_prefix(table)
                .is_some_and(|rest| rest.starts_with('-'))
        {
            files.push(path.to_string_lossy().into_owned());
        }
    }
    files.sort();
    if files.is_empty() {
        return Ok(());
    }
    let frame = context
        .read_parquet(files, ParquetReadOptions::default())
        .await?;
    context.register_table(table, frame.into_view())?;
    Ok(())
}
