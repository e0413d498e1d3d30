//! Small judged tables as Parquet, for questions in SQL.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray, UInt64Array};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use crate::error::Error;

/// The values of one column.
#[derive(Clone, Debug)]
pub enum Column {
    /// Text.
    Text(Vec<String>),
    /// Whole numbers.
    Number(Vec<u64>),
    /// Microseconds since the epoch, UTC; `None` is NULL.
    Time(Vec<Option<i64>>),
}

/// Writes one table; the same values give the same bytes.
///
/// # Errors
/// Those of the disk.
pub fn write(path: &Path, columns: Vec<(&str, Column)>) -> Result<(), Error> {
    let arrays = columns
        .into_iter()
        .map(|(name, column)| (name, array(column)));
    let batch = RecordBatch::try_from_iter(arrays).map_err(|cause| Error::format(path, cause))?;
    let level = ZstdLevel::try_new(3).map_err(|cause| Error::format(path, cause))?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_created_by("demarche".to_owned())
        .build();
    let file = File::create(path).map_err(|cause| Error::disk(path, &cause))?;
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties))
        .map_err(|cause| Error::format(path, cause))?;
    writer
        .write(&batch)
        .map_err(|cause| Error::format(path, cause))?;
    writer.close().map_err(|cause| Error::format(path, cause))?;
    Ok(())
}

fn array(column: Column) -> ArrayRef {
    match column {
        Column::Text(values) => Arc::new(StringArray::from(values)),
        Column::Number(values) => Arc::new(UInt64Array::from(values)),
        Column::Time(values) => {
            Arc::new(TimestampMicrosecondArray::from(values).with_timezone("UTC"))
        }
    }
}
