//! A case as the pages read it: its brief held, its listed rows on disk.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use demarche_evidence::entry::SealedSource;
use demarche_store::scan::Days;

use crate::error::{Error, Result};
use crate::examine::sources::store_error;
use crate::render::figure::sums::Sums;
use crate::serve::{cases, record};
use crate::view::listed::Listed;
use crate::view::{self, Action, Exposure, TimelineRow, View};

/// A case as read, with its figures: what goes through every row is done once.
#[derive(Clone)]
pub struct Read {
    /// The brief.
    pub view: Arc<View>,
    /// Titles and drawings of page one.
    pub figures: Arc<Vec<(&'static str, String)>>,
    /// Listed rows.
    pub tables: Arc<Tables>,
    /// The days of its accounts, opened once.
    days: Arc<OnceLock<Days>>,
    /// What its log seals of sources: the log too grows with the case. Why that is not known is not
    /// kept: what was missing, as the key beside the case, may be put back.
    seals: Arc<OnceLock<Seals>>,
}

/// Sealed sources by entry of the case log.
pub type Seals = Vec<(u64, SealedSource)>;

/// The tables of listed rows.
#[derive(Debug)]
pub struct Tables {
    /// `exposure.csv`.
    pub exposures: Listed,
    /// `actions.csv`.
    pub actions: Listed,
    /// `timeline.csv`.
    pub timeline: Listed,
}

impl Read {
    /// Reads a case: its files side by side, since each takes a while where much is listed.
    ///
    /// # Errors
    /// A folder that is no case, and files that are not what this program writes.
    pub fn of(dir: &Path, name: &str) -> Result<Read> {
        let (view, exposures, actions, timeline) = std::thread::scope(|scope| {
            let exposures = scope.spawn(|| exposures(dir));
            let timeline = scope.spawn(|| timeline(dir));
            let actions =
                scope.spawn(|| Listed::open(dir.join("actions.csv"), Action::COLUMNS, &mut |_| {}));
            let view = view::read::brief(dir, name);
            (view, exposures.join(), actions.join(), timeline.join())
        });
        // What is no case is said before what a table lacks.
        let view = view?;
        let (exposures, mut sums) = exposures.map_err(|_| ended())??;
        let (timeline, of_timeline) = timeline.map_err(|_| ended())??;
        sums.add(of_timeline);
        let figures = cases::figures(&view, &sums);
        let read = Read {
            view: Arc::new(view),
            figures: Arc::new(figures),
            tables: Arc::new(Tables {
                exposures,
                actions: actions.map_err(|_| ended())??,
                timeline,
            }),
            days: Arc::default(),
            seals: Arc::default(),
        };
        read.open_ahead(dir);
        Ok(read)
    }

    /// Opens the list of accounts and checks the log while nobody waits; who asks hears why it cannot be.
    fn open_ahead(&self, dir: &Path) {
        let (read, dir) = (self.clone(), dir.to_owned());
        std::thread::spawn(move || {
            let _ = read.days(&dir);
            let _ = read.seals(&dir);
        });
    }

    /// What the log of the case seals of sources.
    ///
    /// # Errors
    /// Where the key or the log cannot be read, or the log does not hold.
    pub fn seals(&self, dir: &Path) -> Result<&Seals> {
        if let Some(seals) = self.seals.get() {
            return Ok(seals);
        }
        let sealed = record::sealed(dir)?;
        Ok(self.seals.get_or_init(|| sealed))
    }

    /// The days of the case's accounts, opened when they are first asked for.
    ///
    /// # Errors
    /// Where files are missing or were written by another version.
    pub fn days(&self, dir: &Path) -> Result<&Days> {
        if let Some(days) = self.days.get() {
            return Ok(days);
        }
        let opened = Days::open(dir).map_err(store_error)?;
        Ok(self.days.get_or_init(|| opened))
    }
}

fn exposures(dir: &Path) -> Result<(Listed, Sums)> {
    let place = |name| places(Exposure::COLUMNS, name);
    let [verdict, grade, first] = ["verdict", "grade", "first"].map(place);
    let mut sums = Sums::default();
    let path = dir.join("exposure.csv");
    let listed = Listed::open(path, Exposure::COLUMNS, &mut |cells| {
        sums.exposure(cells[verdict], cells[grade], cells[first]);
    })?;
    Ok((listed, sums))
}

fn timeline(dir: &Path) -> Result<(Listed, Sums)> {
    let place = |name| places(TimelineRow::COLUMNS, name);
    let [verdict, at] = ["verdict", "datetime"].map(place);
    let [account, address, client] = ["account", "address", "client"].map(place);
    let mut sums = Sums::default();
    let path = dir.join("timeline.csv");
    let listed = Listed::open(path, TimelineRow::COLUMNS, &mut |cells| {
        let from = (cells[account], cells[address], cells[client]);
        sums.event(cells[verdict], cells[at], from);
    })?;
    Ok((listed, sums))
}

/// Where a column stands; the columns are our own, so that it is there.
fn places(columns: &[&str], name: &str) -> usize {
    columns
        .iter()
        .position(|column| *column == name)
        .unwrap_or_default()
}

/// A thread that did not come to its end.
fn ended() -> Error {
    Error::run("reading a table of the case did not come to its end")
}
