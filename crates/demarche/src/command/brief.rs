//! `demarche brief`: the brief of a case again, for a reader, in every form.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::error::{Error, OnFile, Result};
use crate::handover::audience::{Allowed, Audience};
use crate::handover::forms::{self, Form};
use crate::handover::items::{self, Inventory};
use crate::handover::prepare::{self, Wish};
use crate::render::look::Zone;
use crate::render::summary::folded;
use crate::terminal::escape::shown;
use crate::view;

/// Write the brief of a case again: html, json, md, csv, xlsx, pdf.
///
/// The case itself is not touched. Outside `internal` no contents of records, subjects or
/// addresses of other persons are shown unless allowed, and what was left out is counted.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The case folder.
    #[arg(value_name = "DIR")]
    case: PathBuf,
    /// Folder to write into; by default DIR.brief/READER beside the case.
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Forms to write; all of them by default.
    #[arg(long, value_enum, value_delimiter = ',')]
    form: Vec<Form>,
    /// The reader: internal, counsel, regulator or person=ACCOUNT.
    #[arg(long = "for", value_name = "READER", default_value = "internal")]
    reader: String,
    /// Show this although the reader is outside; repeat for more.
    #[arg(long, value_enum, value_delimiter = ',')]
    allow: Vec<Allowed>,
    /// Text on every page, as in 'CONFIDENTIAL'.
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    marking: String,
    /// A time zone to stand beside UTC, as in Europe/Amsterdam.
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// Message trace, inventory or own CSV: joins subject, parties, sizes and your data_… columns.
    #[arg(long, value_name = "FILE")]
    items: Option<PathBuf>,
}

/// Writes the forms and names them.
///
/// # Errors
/// A folder that is no case, an inventory without message ids, and errors of the disk.
pub fn run(arguments: Arguments) -> Result<u8> {
    let audience = Audience::read(&arguments.reader)?;
    let zone = arguments.zone.as_deref().map(zone).transpose()?;
    let name = view::read::name_of(&arguments.case);
    let out = arguments.out.unwrap_or_else(|| {
        // `DIR/..` leads beside the case, also where DIR is `.`.
        let beside = match arguments.case.file_name() {
            Some(_) => arguments.case.with_file_name(format!("{name}.brief")),
            None => arguments.case.join("..").join(format!("{name}.brief")),
        };
        beside.join(audience.folder())
    });
    let inventory = arguments.items.as_deref().map(inventory).transpose()?;
    let wish = Wish {
        audience,
        allowed: arguments.allow.into_iter().collect::<BTreeSet<_>>(),
        marking: arguments.marking,
        zone,
        inventory,
    };
    let prepared = prepare::prepare(&arguments.case, &name, wish)?;
    if prepared.is_about_nobody() {
        anstream::eprintln!(
            "warning: nothing listed in this case is of {}; it is not cleared by that",
            shown(&arguments.reader)
        );
        anstream::eprintln!("  hint: write the account as the brief does, under Listed sessions");
    }
    let mut wanted = arguments.form;
    if wanted.is_empty() {
        wanted = Form::value_variants().to_vec();
    }
    let left_out = prepared.look.left_out.iter();
    let mut said: Vec<String> = left_out.map(|text| format!("left out: {text}")).collect();
    if let Some(joined) = &prepared.look.items {
        said.extend(joined.sentences.iter().cloned());
    }
    for sentence in said {
        anstream::println!("{}", folded(&shown(&sentence)));
    }
    for path in forms::write(&prepared, &out, &wanted)? {
        anstream::println!("{}", path.display());
    }
    Ok(0)
}

fn zone(name: &str) -> Result<Zone> {
    Zone::named(name).ok_or_else(|| {
        Error::usage(format!("--zone {name}: no zone is called so"))
            .hint("give an IANA name, as in Europe/Amsterdam")
    })
}

fn inventory(path: &std::path::Path) -> Result<Inventory> {
    let bytes = std::fs::read(path).on("read", path)?;
    Inventory::read(&items::decoded(&bytes)).map_err(|why| {
        Error::usage(format!("--items {}: {why}", path.display())).hint(
            "a CSV with a header: message_id (or MessageId, Internet Message ID), mailbox, and what else is known",
        )
    })
}
