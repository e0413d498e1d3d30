//! `brief.xlsx`: page one and every table; no cell is a formula.

use demarche_core::vocab::moment::{DAY, Moment, SECOND};
use rust_xlsxwriter::{Color, Format, Workbook, Worksheet, XlsxError};

use crate::error::{Error, Result};
use crate::handover::forms::tables;
use crate::handover::prepare::Prepared;
use crate::render::look::Zone;
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
        table(sheet, (columns, rows), prepared)?;
    }
    book.save_to_buffer()
}

/// Letters of a line of page one, and how high a line is.
const PAGE_ONE_LETTERS: usize = 100;
const LINE_POINTS: f64 = 15.5;
/// Paper by its number (ECMA-376 part 1, §18.3.1.63).
const A4: u8 = 9;

fn page_one(sheet: &mut Worksheet, prepared: &Prepared) -> std::result::Result<(), XlsxError> {
    sheet.set_name("brief")?;
    marked(sheet, &prepared.look.marking)?;
    sheet.set_column_width(0, PAGE_ONE_LETTERS as f64)?;
    sheet.set_paper_size(A4).set_print_fit_to_pages(1, 0);
    let bold = Format::new().set_bold();
    let wrapped = Format::new().set_text_wrap();
    let mut row = 0;
    let mut line = |text: &str, format: &Format| -> std::result::Result<(), XlsxError> {
        sheet.write_string_with_format(row, 0, cell(text), format)?;
        // Not every program makes a row higher by itself for text that is folded in it.
        let lines = text.chars().count().div_ceil(PAGE_ONE_LETTERS).max(1);
        sheet.set_row_height(row, lines as f64 * LINE_POINTS)?;
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
    match &prepared.look.zone {
        Some(zone) => line(
            &format!(
                "All times UTC; the columns beside them that say so, {}.",
                zone.name
            ),
            &wrapped,
        ),
        None => line("All times UTC.", &wrapped),
    }
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
    let rows = prepared.view.sessions.iter().map(|row| {
        let certain = &row.exposure.certain;
        vec![
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
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    table(sheet, (columns, rows), prepared)
}

/// A table: its head, its rows, and beside each time that of the reader's zone.
fn table(
    sheet: &mut Worksheet,
    (columns, rows): (Vec<String>, Vec<Vec<String>>),
    prepared: &Prepared,
) -> std::result::Result<(), XlsxError> {
    let times = times(&columns, &rows);
    let mut heads = Vec::new();
    for (name, is_time) in columns.iter().zip(&times) {
        heads.push(match is_time {
            true => format!("{name}, UTC"),
            false => name.clone(),
        });
        if let (true, Some(zone)) = (is_time, &prepared.look.zone) {
            heads.push(format!("{name}, {}", zone.name));
        }
    }
    let rows = match &prepared.look.zone {
        Some(zone) => with_local(rows, &times, zone),
        None => rows,
    };
    head(sheet, (&heads, &rows), &prepared.look.marking)?;
    body(sheet, &heads, &rows)
}

/// The rows with, beside each time, the same time in a zone.
fn with_local(rows: Vec<Vec<String>>, times: &[bool], zone: &Zone) -> Vec<Vec<String>> {
    let is_time = |column: usize| times.get(column).copied().unwrap_or_default();
    let rows = rows.into_iter().map(|row| {
        let cells = row.into_iter().enumerate().flat_map(|(column, cell)| {
            let local = is_time(column).then(|| zone.local(&cell));
            std::iter::once(cell).chain(local)
        });
        cells.collect()
    });
    rows.collect()
}

/// Every row; a column of times holds dates that a workbook can sort and filter.
fn body(
    sheet: &mut Worksheet,
    columns: &[String],
    rows: &[Vec<String>],
) -> std::result::Result<(), XlsxError> {
    let whole = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    let parts = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss.000");
    let is_time: Vec<bool> = columns.iter().map(|name| name.ends_with(", UTC")).collect();
    for (place, row) in rows.iter().take(ROWS_MOST).enumerate() {
        for (column, cell) in row.iter().enumerate() {
            let at = (place + 1, column);
            let wanted = is_time.get(column).copied().unwrap_or_default();
            match wanted.then(|| serial(cell)).flatten() {
                Some((day, is_whole)) => {
                    let format = if is_whole { &whole } else { &parts };
                    let (row, column) = numbers(at);
                    sheet.write_number_with_format(row, column, day, format)?;
                }
                None => put(sheet, at, cell)?,
            }
        }
    }
    Ok(())
}

/// Which columns hold times: by their names, and nothing else stands in them. Who a message is from
/// and to stands under the same names as the time of a gap.
fn times(columns: &[String], rows: &[Vec<String>]) -> Vec<bool> {
    const TIMES: [&str; 8] = [
        "first", "last", "time", "datetime", "since", "from", "to", "at",
    ];
    let is_other = |place: usize, row: &Vec<String>| {
        let cell = row.get(place).map_or("", String::as_str);
        !cell.is_empty() && serial(cell).is_none()
    };
    let columns = columns.iter().enumerate();
    columns
        .map(|(place, name)| {
            TIMES.contains(&&**name) && !rows.iter().any(|row| is_other(place, row))
        })
        .collect()
}

/// A time as the workbook counts it: days since the end of 1899, and whether its seconds are
/// whole (ECMA-376 part 1, §18.17.4).
fn serial(text: &str) -> Option<(f64, bool)> {
    const DAYS_TO_1970: f64 = 25_569.0;
    let micros = Moment::parse_iso(text)?.micros;
    let in_range = (0..=253_402_300_799_000_000).contains(&micros);
    in_range.then(|| {
        let day = micros as f64 / DAY as f64 + DAYS_TO_1970;
        (day, micros % SECOND == 0)
    })
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
    (columns, rows): (&[String], &[Vec<String>]),
    marking: &str,
) -> std::result::Result<(), XlsxError> {
    marked(sheet, marking)?;
    // On paper a table is as wide as its sheet, and every sheet has its head.
    sheet
        .set_paper_size(A4)
        .set_landscape()
        .set_print_fit_to_pages(1, 0)
        .set_repeat_rows(0, 0)?;
    let format = Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0x00E8_ECF0));
    for (place, name) in columns.iter().enumerate() {
        let column = u16::try_from(place).unwrap_or(u16::MAX);
        sheet.write_string_with_format(0, column, cell(name), &format)?;
        sheet.set_column_width(column, wide(place, name, rows))?;
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

/// How wide a column is: as its first rows are, within reason; the arrow of its filter has room.
fn wide(column: usize, name: &str, rows: &[Vec<String>]) -> f64 {
    const ROWS_LOOKED_AT: usize = 300;
    let cells = rows
        .iter()
        .take(ROWS_LOOKED_AT)
        .filter_map(|row| row.get(column));
    let letters = cells.map(|cell| cell.chars().count()).max().unwrap_or(0);
    letters.max(name.chars().count() + 3).clamp(8, 64) as f64 + 1.0
}

/// Row and column as a sheet counts them.
fn numbers((row, column): (usize, usize)) -> (u32, u16) {
    (
        u32::try_from(row).unwrap_or(u32::MAX),
        u16::try_from(column).unwrap_or(u16::MAX),
    )
}

/// A whole number as a number, anything else as text: a string cell is never a formula.
fn put(
    sheet: &mut Worksheet,
    at: (usize, usize),
    text: &str,
) -> std::result::Result<(), XlsxError> {
    let (row, column) = numbers(at);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senders_are_no_times_and_a_zone_stands_beside_times() {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let columns: Vec<String> = texts(&["from", "first", "kind"]);
        let sent: Vec<String> = texts(&["a@example.org", "2021-04-14T12:42:51Z", "x"]);
        assert_eq!(times(&columns, &[sent]), [false, true, false]);
        let gap: Vec<String> = texts(&["2021-04-14T12:42:51Z", "", "x"]);
        let times = times(&columns, std::slice::from_ref(&gap));
        assert_eq!(times, [true, true, false]);
        let zone = Zone::named("Europe/Amsterdam").unwrap();
        let rows = with_local(vec![gap], &times, &zone);
        let expected: Vec<String> = texts(&[
            "2021-04-14T12:42:51Z",
            "2021-04-14 14:42:51 +02:00",
            "",
            "",
            "x",
        ]);
        assert_eq!(rows, [expected]);
    }

    #[test]
    fn times_are_days_and_anything_else_is_none() {
        assert_eq!(serial("1970-01-02T12:00:00Z"), Some((25_570.5, true)));
        assert_eq!(
            serial("1970-01-02T12:00:00.5Z").map(|(_, whole)| whole),
            Some(false)
        );
        assert_eq!(serial("=1+1"), None);
        assert_eq!(serial(""), None);
        assert_eq!(wide(0, "a", &[vec!["x".repeat(500)]]), 65.0);
    }
}
