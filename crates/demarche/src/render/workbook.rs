//! `brief.xlsx`: page one and every table; no cell is a formula.

use rust_xlsxwriter::{Color, Format, Workbook, Worksheet, XlsxError};

use crate::error::{Error, Result};
use crate::handover::forms::tables;
use crate::handover::prepare::Prepared;
use crate::terminal::escape::shown;

/// The most letters of a cell (ECMA-376 gives 32,767).
const LETTERS_MOST: usize = 32_000;

/// The most rows of a sheet below its head; the CSV holds all of them.
const ROWS_MOST: usize = 1_000_000;

/// The file.
///
/// # Errors
/// None from what a log may hold.
pub fn file(prepared: &Prepared) -> Result<Vec<u8>> {
    write(prepared).map_err(|cause| Error::run("cannot write brief.xlsx").because(&cause))
}

fn write(prepared: &Prepared) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The same case gives the same bytes: no time of writing.
    let unchanging = rust_xlsxwriter::ExcelDateTime::from_ymd(2000, 1, 1)?;
    let properties = rust_xlsxwriter::DocProperties::new().set_creation_datetime(&unchanging);
    book.set_properties(&properties);
    page_one(book.add_worksheet(), prepared)?;
    sessions(book.add_worksheet(), prepared)?;
    for (name, columns, rows) in tables(prepared) {
        let sheet = book.add_worksheet();
        sheet.set_name(name.trim_end_matches(".csv"))?;
        head(sheet, &columns, &prepared.look.marking)?;
        for (place, row) in rows.iter().take(ROWS_MOST).enumerate() {
            for (column, cell) in row.iter().enumerate() {
                put(sheet, (place + 1, column), cell)?;
            }
        }
    }
    book.save_to_buffer()
}

fn page_one(sheet: &mut Worksheet, prepared: &Prepared) -> std::result::Result<(), XlsxError> {
    sheet.set_name("brief")?;
    marked(sheet, &prepared.look.marking)?;
    sheet.set_column_width(0, 110)?;
    let bold = Format::new().set_bold();
    let wrapped = Format::new().set_text_wrap();
    let mut row = 0;
    let mut line = |text: &str, format: &Format| -> std::result::Result<(), XlsxError> {
        sheet.write_string_with_format(row, 0, cell(text), format)?;
        row += 1;
        Ok(())
    };
    if !prepared.look.marking.is_empty() {
        line(&prepared.look.marking, &bold)?;
    }
    for limit in &prepared.view.method.limits {
        line(&format!("Limited: {limit}"), &wrapped)?;
    }
    for sentence in &prepared.look.left_out {
        line(&format!("Left out: {sentence}"), &wrapped)?;
    }
    for answer in &prepared.view.page_one {
        line(&answer.title, &bold)?;
        for sentence in &answer.sentences {
            line(sentence, &wrapped)?;
        }
    }
    line("All times UTC.", &wrapped)
}

fn sessions(sheet: &mut Worksheet, prepared: &Prepared) -> std::result::Result<(), XlsxError> {
    sheet.set_name("sessions")?;
    let columns = [
        "session",
        "verdict",
        "row",
        "basis",
        "account",
        "first",
        "last",
        "events",
        "messages_certain",
        "attachments_certain",
        "files_certain",
        "rows_certain",
        "gaps",
        "addresses",
        "clients",
        "applications",
        "reason",
    ];
    let columns: Vec<String> = columns.map(str::to_owned).to_vec();
    head(sheet, &columns, &prepared.look.marking)?;
    for (place, row) in prepared.view.sessions.iter().enumerate() {
        let certain = &row.exposure.certain;
        let cells = [
            row.id.clone(),
            row.verdict.clone(),
            row.row.to_string(),
            row.basis.clone(),
            row.account.clone(),
            row.first.clone(),
            row.last.clone(),
            row.events.to_string(),
            certain.messages.to_string(),
            certain.attachments.to_string(),
            certain.files.to_string(),
            certain.rows.to_string(),
            row.exposure.unknowable.len().to_string(),
            row.addresses.join(" "),
            row.clients.join("; "),
            row.applications.join(" "),
            row.reason.clone(),
        ];
        for (column, cell) in cells.iter().enumerate() {
            put(sheet, (place + 1, column), cell)?;
        }
    }
    Ok(())
}

/// The marking on every printed page of a sheet; `&` begins a code there and is doubled.
fn marked(sheet: &mut Worksheet, marking: &str) -> std::result::Result<(), XlsxError> {
    if !marking.is_empty() {
        let text: String = shown(marking)
            .replace('&', "&&")
            .chars()
            .take(120)
            .collect();
        sheet.set_header(format!("&C{text}"));
        sheet.set_footer(format!("&C{text}"));
    }
    Ok(())
}

fn head(
    sheet: &mut Worksheet,
    columns: &[String],
    marking: &str,
) -> std::result::Result<(), XlsxError> {
    marked(sheet, marking)?;
    let format = Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0x00E8_ECF0));
    for (place, name) in columns.iter().enumerate() {
        let column = u16::try_from(place).unwrap_or(u16::MAX);
        sheet.write_string_with_format(0, column, cell(name), &format)?;
        sheet.set_column_width(column, 20)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    if let Some(last) = u16::try_from(columns.len())
        .ok()
        .and_then(|n| n.checked_sub(1))
    {
        sheet.autofilter(0, 0, 0, last)?;
    }
    Ok(())
}

/// A whole number as a number, anything else as text: a string cell is never a formula.
fn put(
    sheet: &mut Worksheet,
    (row, column): (usize, usize),
    text: &str,
) -> std::result::Result<(), XlsxError> {
    let (row, column) = (
        u32::try_from(row).unwrap_or(u32::MAX),
        u16::try_from(column).unwrap_or(u16::MAX),
    );
    let is_number =
        text.len() <= 12 && !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse::<u32>() {
        Ok(number) if is_number && (number.to_string() == text) => {
            sheet.write_number(row, column, number)?
        }
        _ => sheet.write_string(row, column, cell(text))?,
    };
    Ok(())
}

/// A text as a cell may hold it: bounded, and without characters that XML refuses.
fn cell(text: &str) -> String {
    shown(text).chars().take(LETTERS_MOST).collect()
}
