//! Questions in SQL over a stored case: the one file that knows the engine.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::path::Path;
use std::task::Poll;
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::config::SessionConfig;
use datafusion::execution::context::SessionContext;
use datafusion::execution::options::ParquetReadOptions;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use tokio::runtime::Runtime;

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

/// A row of an answer; `None` is NULL.
pub type Row = Vec<Option<String>>;

/// What a question may take.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bounds {
    /// How long it may take; any time where there is none.
    pub time_most: Option<Duration>,
}

/// Bytes that one question may hold; what sorts and groups need beyond goes to temporary files.
const BYTES_MOST: usize = 1 << 30;

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
    /// It took longer than it may.
    #[error("the question took longer than {} s", .0.as_secs())]
    Late(Duration),
}

/// A question under way: its rows come one after the other, and are never all held.
pub struct Asked {
    /// Names of the columns.
    pub columns: Vec<String>,
    rows: VecDeque<Row>,
    stream: SendableRecordBatchStream,
    runtime: Runtime,
    deadline: Option<(Instant, Duration)>,
}

/// Asks one question of a case.
///
/// # Shape
/// Tables are [`TABLES`] and the view `records` (place and id of every record that was read). A
/// table without a file in this case does not exist. Only reading statements are accepted.
///
/// # Errors
/// [`Refusal`]: the statement, a file of the store, memory, or time.
pub fn ask(store: &Path, question: &str, bounds: Bounds) -> Result<Asked, Refusal> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()?;
    let deadline = bounds.time_most.map(|most| (Instant::now() + most, most));
    let stream = runtime.block_on(begun(store, question))?;
    let columns = stream.schema();
    let columns = columns.fields().iter().map(|field| field.name().clone());
    Ok(Asked {
        columns: columns.collect(),
        rows: VecDeque::new(),
        stream,
        runtime,
        deadline,
    })
}

impl Asked {
    /// The next batch of rows; `None` behind the last.
    fn batch(&mut self) -> Option<Result<RecordBatch, Refusal>> {
        let (stream, deadline) = (&mut self.stream, self.deadline);
        let mut waits = false;
        self.runtime.block_on(poll_fn(|context| {
            if let Some((at, most)) = deadline {
                if Instant::now() >= at {
                    return Poll::Ready(Some(Err(Refusal::Late(most))));
                }
                // Nothing else wakes this where the engine is busy without an end.
                if !std::mem::replace(&mut waits, true) {
                    let waker = context.waker().clone();
                    std::thread::spawn(move || {
                        std::thread::sleep(at.saturating_duration_since(Instant::now()));
                        waker.wake();
                    });
                }
            }
            stream
                .as_mut()
                .poll_next(context)
                .map(|batch| batch.map(|batch| batch.map_err(Refusal::Engine)))
        }))
    }
}

impl Iterator for Asked {
    type Item = Result<Row, Refusal>;

    fn next(&mut self) -> Option<Result<Row, Refusal>> {
        while self.rows.is_empty() {
            let rows = match self.batch()? {
                Ok(batch) => texts(&batch),
                Err(refusal) => return Some(Err(refusal)),
            };
            match rows {
                Ok(rows) => self.rows = rows,
                Err(refusal) => return Some(Err(refusal)),
            }
        }
        self.rows.pop_front().map(Ok)
    }
}

/// The rows of a batch as text.
fn texts(batch: &RecordBatch) -> Result<VecDeque<Row>, Refusal> {
    let options = FormatOptions::default();
    let columns = batch.columns().iter();
    let formatters = columns
        .map(|column| ArrayFormatter::try_new(column.as_ref(), &options))
        .collect::<Result<Vec<_>, _>>()?;
    let row = |row: usize| {
        let cells = batch.columns().iter().zip(&formatters);
        let text = cells.map(|(column, formatter)| {
            (!column.is_null(row)).then(|| formatter.value(row).to_string())
        });
        text.collect()
    };
    Ok((0..batch.num_rows()).map(row).collect())
}

async fn begun(store: &Path, question: &str) -> Result<SendableRecordBatchStream, Refusal> {
    // Its list of tables and columns is what a user asks first.
    let settings = SessionConfig::new().with_information_schema(true);
    let environment = RuntimeEnvBuilder::new().with_memory_limit(BYTES_MOST, 1.0);
    let context = SessionContext::new_with_config_rt(settings, environment.build_arc()?);
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
    Ok(frame.execute_stream().await?)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_one_after_the_other_and_time_is_bounded() {
        let store = tempfile::tempdir().unwrap();
        let question = "select * from (values (1, 'a'), (2, null)) as t(n, text)";
        let asked = ask(store.path(), question, Bounds::default()).unwrap();
        assert_eq!(asked.columns, ["n", "text"]);
        let rows: Vec<Row> = asked.map(Result::unwrap).collect();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(rows, [[text("1"), text("a")], [text("2"), None]]);
        let none = Bounds {
            time_most: Some(Duration::ZERO),
        };
        let mut asked = ask(store.path(), question, none).unwrap();
        assert!(matches!(asked.next(), Some(Err(Refusal::Late(_)))));
    }
}
