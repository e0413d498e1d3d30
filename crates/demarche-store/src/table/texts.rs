//! Columns of texts and words as they are read back.

use arrow::array::{Array, AsArray, Int32Array, RecordBatch, StringArray};
use arrow::datatypes::Int32Type;

use crate::table::read::NOT_FOLDED;

/// A column of texts.
pub(crate) enum Texts {
    /// It was not asked for: every text is empty.
    Unread,
    Plain(StringArray),
    /// Numbers of values.
    Numbered(Int32Array, StringArray),
}

impl Texts {
    /// The column as texts; `None` where it holds none.
    pub fn of(column: &dyn Array) -> Option<Texts> {
        if let Some(plain) = column.as_string_opt::<i32>() {
            return Some(Texts::Plain(plain.clone()));
        }
        let numbered = column.as_dictionary_opt::<Int32Type>()?;
        let values = numbered.values().as_string_opt::<i32>()?;
        Some(Texts::Numbered(numbered.keys().clone(), values.clone()))
    }

    /// The column of a name; `None` where it holds no texts.
    pub fn named(batch: &RecordBatch, name: &str) -> Option<Texts> {
        match batch.column_by_name(name) {
            Some(column) => Texts::of(column),
            None if NOT_FOLDED.contains(&name) => Some(Texts::Unread),
            None => None,
        }
    }

    /// The text of a row, empty where it is absent.
    pub fn at(&self, row: usize) -> &str {
        match self {
            Texts::Plain(plain) if plain.is_valid(row) => plain.value(row),
            Texts::Numbered(numbers, values) if numbers.is_valid(row) => {
                values.value(numbers.value(row) as usize)
            }
            _ => "",
        }
    }
}

/// A column of words, each read once for a batch.
pub(crate) enum Words<T> {
    Plain(StringArray, fn(&str) -> T),
    Numbered(Int32Array, Vec<T>),
}

impl<T: Copy + Default> Words<T> {
    /// The column of a name; `None` where it holds no words.
    pub fn named(batch: &RecordBatch, name: &str, read: fn(&str) -> T) -> Option<Words<T>> {
        Some(match Texts::named(batch, name)? {
            Texts::Unread => return None,
            Texts::Plain(plain) => Words::Plain(plain, read),
            Texts::Numbered(numbers, values) => {
                let words = (0..values.len()).map(|at| read(values.value(at)));
                Words::Numbered(numbers, words.collect())
            }
        })
    }

    /// The value of a row's word.
    pub fn at(&self, row: usize) -> T {
        match self {
            Words::Plain(plain, read) => read(plain.value(row)),
            Words::Numbered(numbers, words) => {
                let number = numbers.value(row) as usize;
                words.get(number).copied().unwrap_or_default()
            }
        }
    }
}
