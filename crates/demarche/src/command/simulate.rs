//! `demarche simulate`: writes a simulated tenant's logs, beside the truth.

use std::io::Write;
use std::path::PathBuf;

use crate::error::{Error, OnFile, Result};
use crate::simulate::calendar::days_from_date;
use crate::simulate::options::{Damage, Form, Ids, Options, ShapeName, SignInForm, Twin};
use crate::simulate::{self, volume};

/// Write the logs of a simulated Microsoft 365 tenant, and the truth beside them.
///
/// The same options give the same bytes, on every machine.
#[derive(Debug, Clone, clap::Args)]
pub struct Arguments {
    /// Seed of all randomness.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Directory to write into; it is created.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Accounts of people.
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    pub people: u32,
    /// Days that the logs cover.
    #[arg(long, default_value_t = 35, value_parser = clap::value_parser!(u32).range(3..=3650))]
    pub days: u32,
    /// First day, as YYYY-MM-DD; by default one of the time when exports had, or lacked, the identifiers.
    #[arg(long, value_name = "DATE", value_parser = first_day)]
    pub start: Option<i64>,
    /// Share of the usual activity, in thousandths.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub activity: u64,
    /// Share of the usual visits of the provider's background readers, in thousandths.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u64).range(0..=1000))]
    pub readers: u64,
    /// Hours after which a person must sign in again whatever the device; 0 for no such policy.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=8760))]
    pub sign_in_hours: u32,
    /// Whether records carry the identifiers that join them to sign-ins.
    #[arg(long, value_enum, default_value = "linkable")]
    pub ids: Ids,
    /// What the intruder does.
    #[arg(long, value_enum, default_value = "none")]
    pub shape: ShapeName,
    /// An innocent event that looks like an intruder; may be given more than once.
    #[arg(long, value_enum)]
    pub twin: Vec<Twin>,
    /// How the audit log is wrapped.
    #[arg(long, value_enum, default_value = "auto")]
    pub form: Form,
    /// How sign-in logs are wrapped.
    #[arg(long, value_enum, default_value = "auto")]
    pub sign_in_form: SignInForm,
    /// What goes wrong with the logs afterwards; may be given more than once.
    #[arg(long, value_enum)]
    pub damage: Vec<DamageName>,
    /// Writes one audit log of so many records for benchmarks instead: JSON lines, no intruder, no truth.
    #[arg(long, value_name = "N", conflicts_with_all = ["shape", "people", "damage", "sign_in_form"])]
    pub records: Option<u64>,
}

/// What may go wrong with logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum DamageName {
    /// Some hours of the audit log are missing.
    Hours,
    /// Some records are delivered twice or more.
    Duplicates,
    /// Some records are cut short, where the wrapping allows it.
    Truncated,
    /// One kind of record was not collected.
    Kinds,
    /// On some days a call returned fewer rows than it counts, where the wrapping counts them.
    Cap,
    /// The service stopped logging reads of some mailboxes for a day.
    Throttled,
    /// Records come in no order.
    Reordered,
    /// The exporter's clock was set forward by an hour, where the wrapping has a time of its own.
    Clock,
    /// Only some accounts were exported.
    Filtered,
}

fn first_day(text: &str) -> std::result::Result<i64, String> {
    let fields: Vec<&str> = text.split('-').collect();
    let wrong = || format!("{text:?} is not a date of the form YYYY-MM-DD");
    let &[year, month, day] = fields.as_slice() else {
        return Err(wrong());
    };
    let year: i64 = year.parse().map_err(|_| wrong())?;
    let month: u8 = month.parse().map_err(|_| wrong())?;
    let day: u8 = day.parse().map_err(|_| wrong())?;
    if (1970..=2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day) {
        Ok(days_from_date(year, month, day))
    } else {
        Err(wrong())
    }
}

impl Arguments {
    /// The options of the tenant that is asked for.
    #[must_use]
    pub fn options(&self) -> Options {
        Options {
            seed: self.seed,
            people: self.people,
            days: self.days,
            first_day: self.start.unwrap_or_else(|| Options::first_day(self.ids)),
            activity: self.activity,
            readers: self.readers,
            sign_in_hours: self.sign_in_hours,
            ids: self.ids,
            shape: self.shape,
            twins: self.twin.clone(),
            form: self.form,
            sign_in_form: self.sign_in_form,
            documented: false,
            damage: Damage {
                hours: self.damage.contains(&DamageName::Hours),
                duplicates: self.damage.contains(&DamageName::Duplicates),
                truncated: self.damage.contains(&DamageName::Truncated),
                kinds: self.damage.contains(&DamageName::Kinds),
                cap: self.damage.contains(&DamageName::Cap),
                throttled: self.damage.contains(&DamageName::Throttled),
                reordered: self.damage.contains(&DamageName::Reordered),
                clock: self.damage.contains(&DamageName::Clock),
                filtered: self.damage.contains(&DamageName::Filtered),
            },
        }
    }
}

/// Writes what the arguments ask for, and prints one line that says what was written.
///
/// # Errors
/// When the directory or a file in it cannot be written, or the form does not fit `--records`.
pub fn run(arguments: &Arguments) -> Result<u8> {
    let line = match arguments.records {
        Some(n_records) => write_volume(arguments, n_records)?,
        None => write_tenant(arguments)?,
    };
    writeln!(std::io::stdout(), "{line}")
        .map_err(|cause| Error::run("cannot print what was written").because(&cause))?;
    Ok(0)
}

fn write_tenant(arguments: &Arguments) -> Result<String> {
    let out = &arguments.out;
    let truth = simulate::write(&arguments.options(), out).on("write into", out)?;
    let n_audit = truth.n_records.get("audit").copied().unwrap_or(0);
    let n_hostile = truth.sessions.len();
    Ok(format!(
        "{n_audit} audit records, {n_hostile} hostile sessions: {}",
        out.display()
    ))
}

fn write_volume(arguments: &Arguments, n_records: u64) -> Result<String> {
    if !matches!(arguments.form, Form::Auto | Form::Jsonl) {
        return Err(Error::usage("--records writes JSON lines only")
            .hint("leave --form out, or give --form jsonl"));
    }
    let out = &arguments.out;
    std::fs::create_dir_all(out).on("create", out)?;
    let path = out.join("unified-audit.jsonl");
    let n_bytes = volume::write(&arguments.options(), n_records, &path).on("write", &path)?;
    Ok(format!(
        "{n_records} audit records, {n_bytes} bytes: {}",
        path.display()
    ))
}
