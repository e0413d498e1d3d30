//! Turns decoded bytes into numbered, sealed spans, and has the records among them read.

use std::sync::Arc;
use std::sync::mpsc::Sender;

use demarche_core::record::cut::{Cutter, FILLER_BYTES_MAX, RECORD_BYTES_MAX, Span, SpanKind};
use demarche_core::record::frame::Frame;
use demarche_core::record::problem::{Problem, ProblemKind};
use demarche_core::record::values::{self, Field};
use demarche_core::source::Form;
use demarche_core::vocab::place::{Place, SourceNumber};

use crate::error::Error;
use crate::intake::batch::{Batch, Part, Reading};
use crate::intake::decode::BLOCK;
use crate::intake::progress::Progress;
use crate::intake::readers::Readers;
use crate::intake::recognise::{Decision, Known, decide, decide_mapped};
use crate::intake::rejects::Rejects;
use crate::intake::sealing::Sealing;
use crate::intake::source::{Digests, Source};
use crate::intake::told::Told;
use crate::intake::walk::Refusal;
use crate::intake::watch::Watch;
use crate::intake::window::Window;
use crate::spill::Spill;

/// Takes sources one after the other.
pub(crate) struct Feed<'a> {
    pub sealing: &'a mut dyn Sealing,
    pub progress: &'a dyn Progress,
    pub spill: Spill,
    pub rejects: Rejects,
    pub sources: Vec<Source>,
    readers: Readers,
    /// Windows that were read, to be filled again.
    used: Sender<Window>,
    pub told: Told,
    pub watch: Option<Arc<dyn Watch>>,
    current: Current,
}

/// The source that is being taken.
#[derive(Default)]
struct Current {
    source: Source,
    window: Window,
    /// Bytes of the source before the window.
    offset: u64,
    /// The number of the next span.
    leaf: u64,
    /// Bytes of records and of filler so far.
    sealed: u64,
    recognition: Recognition,
    /// The form of the last record that was read and taken back.
    form: Option<&'static Form>,
    /// Whether its records are sealed value by value, and whether they are lines of text.
    splits: bool,
    is_lines: bool,
    /// Where a record that is too long lies, as far as it went by.
    overlong: Option<Place>,
}

impl Current {
    /// The values of a record, if they can be told apart.
    fn fields(&self, bytes: &[u8]) -> Option<Vec<Field>> {
        if self.is_lines {
            return values::of_line(bytes);
        }
        values::readings(bytes).into_iter().next()
    }
}

#[derive(Default)]
enum Recognition {
    /// Not decided; to be tried again once the window holds so many bytes.
    Waiting(usize),
    Known(Box<Known>),
    Unknown,
    #[default]
    Closed,
}

impl<'a> Feed<'a> {
    pub fn new(
        sealing: &'a mut dyn Sealing,
        progress: &'a dyn Progress,
        (spill, rejects): (Spill, Rejects),
        (readers, used): (Readers, Sender<Window>),
    ) -> Feed<'a> {
        Feed {
            sealing,
            progress,
            spill,
            rejects,
            sources: Vec::new(),
            readers,
            used,
            told: Told::default(),
            watch: None,
            current: Current::default(),
        }
    }

    /// A source begins.
    pub fn begin(&mut self, name: String, path: String) -> Result<(), Error> {
        let number = SourceNumber(self.sources.len() as u32 + 1);
        self.progress.source(&name);
        self.sealing.open(number, &name)?;
        self.current = Current {
            source: Source {
                number,
                name,
                path,
                ..Source::default()
            },
            recognition: Recognition::Waiting(0),
            ..Current::default()
        };
        Ok(())
    }

    /// Its next bytes.
    pub fn block(&mut self, block: Window) -> Result<(), Error> {
        self.current.source.decoded_bytes += block.len() as u64;
        let spare = self.current.window.add(block);
        self.give_back(spare);
        self.advance(false)
    }

    /// Gives a window back to be filled again; one that a long record made large is given up.
    fn give_back(&self, window: Window) {
        if (BLOCK..=4 * BLOCK).contains(&window.capacity()) {
            // The decoder may be done and gone; then nobody fills windows any more.
            let _ = self.used.send(window);
        }
    }

    /// The source ends.
    pub fn end(
        &mut self,
        bytes: u64,
        digests: Digests,
        refusal: Option<Refusal>,
    ) -> Result<(), Error> {
        self.advance(true)?;
        while self.take_back()? {}
        let current = std::mem::take(&mut self.current);
        let mut source = current.source;
        assert_eq!(
            current.sealed, source.decoded_bytes,
            "spans tile the source"
        );
        assert_eq!(current.leaf, source.spans);
        source.bytes = bytes;
        source.digests = digests;
        self.sealing.close(&digests)?;
        if let Some(refusal) = refusal {
            source.problem = refusal.text.clone();
            let problem = Problem {
                kind: refusal.kind,
                place: Place {
                    source: source.number,
                    ..Place::default()
                },
                text: refusal.text,
                salvaged: Vec::new(),
            };
            self.rejects.push(&source.name, problem)?;
        }
        source.check();
        self.sources.push(source);
        Ok(())
    }

    /// Recognises, cuts, seals and reads what the window allows.
    fn advance(&mut self, last: bool) -> Result<(), Error> {
        if let Recognition::Waiting(wanted) = self.current.recognition {
            if self.current.window.len() < wanted && !last {
                return Ok(());
            }
            let (window, name) = (&self.current.window, &self.current.source.name);
            let decision = decide_mapped(window, last, name, &self.told.mapped)
                .unwrap_or_else(|| decide(window, last));
            self.current.recognition = match decision {
                Decision::Known(mut known) => {
                    let name = &self.current.source.name;
                    known.cutter.named(own_name(name));
                    let mut given = self.told.of(name, known.form.card.name);
                    given.mapping.clone_from(&known.mapping);
                    known.cutter.given(&given);
                    self.current.source.card = Some(known.form.card);
                    self.current.form = Some(known.form);
                    let card = known.form.card;
                    let asked = card.splits || self.told.splits.iter().any(|it| it == card.name);
                    self.current.is_lines = matches!(known.frame, Frame::Lines | Frame::ServerLog);
                    self.current.splits = self.sealing.was_split().unwrap_or(asked);
                    Recognition::Known(Box::new(known))
                }
                Decision::Unknown => Recognition::Unknown,
                Decision::More => {
                    self.current.recognition = Recognition::Waiting(self.current.window.len() * 2);
                    return Ok(());
                }
            };
        }
        match std::mem::take(&mut self.current.recognition) {
            Recognition::Known(mut known) => {
                self.cut(&mut known, last)?;
                self.current.recognition = Recognition::Known(known);
            }
            Recognition::Unknown => {
                self.unknown(last)?;
                self.current.recognition = Recognition::Unknown;
            }
            Recognition::Waiting(_) | Recognition::Closed => {}
        }
        Ok(())
    }

    /// An unknown source is filler from end to end.
    fn unknown(&mut self, last: bool) -> Result<(), Error> {
        let mut window = std::mem::take(&mut self.current.window);
        let whole = window.len() - window.len() % FILLER_BYTES_MAX;
        let used = if last { window.len() } else { whole };
        for piece in window[..used].chunks(FILLER_BYTES_MAX) {
            self.filler(piece)?;
        }
        window.pass(used);
        self.current.offset += used as u64;
        self.current.window = window;
        Ok(())
    }

    /// Cuts and seals what the window allows, and hands it out to be read.
    fn cut(&mut self, known: &mut Known, last: bool) -> Result<(), Error> {
        let window = std::mem::take(&mut self.current.window);
        let mut batch = Batch {
            window,
            parts: Vec::new(),
            headers: Vec::new(),
            encoding: known.encoding,
            frame: known.frame,
            form: self.current.form.unwrap_or(known.form),
        };
        let n_records = self.current.source.records;
        let used = self.cut_into(&mut batch, known, last)?;
        assert!(
            !last || used == batch.window.len(),
            "the cutter used the window up"
        );
        // A record longer than the window goes on growing where it is.
        if used == 0 {
            self.current.window = batch.window;
            return Ok(());
        }
        self.current.window = batch.window.rest(used);
        self.current.offset += used as u64;
        let n_records = self.current.source.records - n_records;
        self.hand(batch)?;
        self.progress.advance(0, n_records);
        Ok(())
    }

    /// Cuts as much of a batch's window as can be; returns how many bytes that is.
    fn cut_into(
        &mut self,
        batch: &mut Batch,
        known: &mut Known,
        last: bool,
    ) -> Result<usize, Error> {
        let mut from = 0;
        let mut spans: Vec<Span> = Vec::new();
        loop {
            spans.clear();
            known.cutter.cut(&batch.window[from..], last, &mut spans);
            let header = known.cutter.header();
            if batch.headers.last() != Some(header) {
                batch.headers.push(header.clone());
            }
            let header = batch.headers.len() - 1;
            for span in &spans {
                let bytes = &batch.window[from..from + span.length];
                match self.span(span.kind, bytes)? {
                    Spanned::Filler => {}
                    Spanned::Problem(problem) => batch.parts.push(Part::Problem(problem)),
                    Spanned::Record(place) => batch.parts.push(Part::Record {
                        from,
                        place,
                        header,
                    }),
                }
                from += span.length;
            }
            if spans.is_empty() || from == batch.window.len() {
                return Ok(from);
            }
        }
    }

    /// Hands a batch out to be read, once there is room for it.
    fn hand(&mut self, batch: Batch) -> Result<(), Error> {
        if batch.parts.is_empty() {
            self.give_back(batch.window);
            return Ok(());
        }
        while self.readers.are_full(batch.window.len()) && self.take_back()? {}
        self.readers.hand(batch);
        Ok(())
    }

    /// Takes back the next batch that was read; whether there was one.
    fn take_back(&mut self) -> Result<bool, Error> {
        let Some(form) = self.current.form else {
            return Ok(false);
        };
        let Some(reading) = self.readers.next(form) else {
            return Ok(false);
        };
        let Reading {
            batch,
            rows,
            facts,
            problems,
            sightings,
            form,
        } = reading;
        self.current.form = Some(form);
        self.spill.take(&rows)?;
        facts.add_to(&mut self.current.source);
        for problem in problems {
            self.rejects.push(&self.current.source.name, problem)?;
        }
        if let Some(watch) = self.watch.as_ref().filter(|_| !sightings.is_empty()) {
            watch.keep(sightings);
        }
        self.readers.spare(rows);
        self.give_back(batch.window);
        Ok(true)
    }

    fn span(&mut self, kind: SpanKind, bytes: &[u8]) -> Result<Spanned, Error> {
        match kind {
            SpanKind::Record => {
                self.current.source.records += 1;
                self.seal(SpanKind::Record, bytes).map(Spanned::Record)
            }
            SpanKind::Filler => self.filler(bytes).map(|_| Spanned::Filler),
            SpanKind::Overlong { ends } => {
                let piece = self.filler(bytes)?;
                let mut place = self
                    .current
                    .overlong
                    .unwrap_or(Place { length: 0, ..piece });
                place.length += piece.length;
                self.current.overlong = (!ends).then_some(place);
                if !ends {
                    return Ok(Spanned::Filler);
                }
                let text = format!(
                    "a record of {} bytes, expected at most {RECORD_BYTES_MAX}; kept as filler",
                    place.length
                );
                Ok(Spanned::Problem(Problem {
                    kind: ProblemKind::Unsupported,
                    place,
                    text,
                    salvaged: Vec::new(),
                }))
            }
        }
    }

    /// Seals one span and returns its place.
    fn seal(&mut self, kind: SpanKind, bytes: &[u8]) -> Result<Place, Error> {
        let offset = self.current.sealed;
        let fields = match kind {
            SpanKind::Record if self.current.splits => self.current.fields(bytes),
            _ => None,
        };
        let leaf = match fields {
            Some(fields) => {
                // An empty value has nothing to hide, and a cut none to make.
                let ranges = fields.into_iter().map(|field| field.range);
                let ranges: Vec<_> = ranges.filter(|range| !range.is_empty()).collect();
                self.sealing.split(offset, bytes, &ranges)?
            }
            None => self.sealing.span(kind, offset, bytes)?,
        };
        assert_eq!(
            leaf, self.current.leaf,
            "leaves are numbered without a hole"
        );
        let length = bytes.len() as u64;
        self.current.leaf += 1;
        self.current.sealed += length;
        self.current.source.spans += 1;
        Ok(Place {
            source: self.current.source.number,
            leaf,
            offset,
            length,
        })
    }

    fn filler(&mut self, bytes: &[u8]) -> Result<Place, Error> {
        assert!(bytes.len() <= FILLER_BYTES_MAX);
        self.current.source.filler_bytes += bytes.len() as u64;
        self.seal(SpanKind::Filler, bytes)
    }
}

/// What became of a span.
enum Spanned {
    Filler,
    /// The last piece of something that is wrong.
    Problem(Problem),
    Record(Place),
}

/// The name of a file or archive member, without folders and archives around it.
fn own_name(name: &str) -> &str {
    name.rsplit(['/', '\\', '!']).next().unwrap_or(name)
}
