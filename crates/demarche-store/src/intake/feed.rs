//! Turns decoded bytes into numbered spans, and records into events.

use demarche_core::event::event::Event;
use demarche_core::event::sink::Sink;
use demarche_core::record::cut::{Cutter, FILLER_BYTES_MAX, RECORD_BYTES_MAX, Span, SpanKind};
use demarche_core::record::delivered::Delivered;
use demarche_core::record::problem::{Problem, ProblemKind};
use demarche_core::source::{Fate, recognise};
use demarche_core::vocab::place::{Place, SourceNumber};

use crate::error::Error;
use crate::intake::facts;
use crate::intake::progress::Progress;
use crate::intake::recognise::{Decision, Known, decide};
use crate::intake::rejects::Rejects;
use crate::intake::sealing::Sealing;
use crate::intake::source::{Digests, Source};
use crate::intake::text::record_text;
use crate::intake::walk::Refusal;
use crate::spill::Spill;

/// Takes sources one after the other.
pub(crate) struct Feed<'a> {
    pub sealing: &'a mut dyn Sealing,
    pub progress: &'a dyn Progress,
    pub spill: Spill,
    pub rejects: Rejects,
    pub sources: Vec<Source>,
    current: Current,
}

/// The source that is being taken.
#[derive(Default)]
struct Current {
    source: Source,
    window: Vec<u8>,
    /// Bytes of the source before the window.
    offset: u64,
    /// The number of the next span.
    leaf: u64,
    /// Bytes of records and of filler so far.
    sealed: u64,
    recognition: Recognition,
    /// Where a record that is too long lies, as far as it went by.
    overlong: Option<Place>,
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
        spill: Spill,
        rejects: Rejects,
    ) -> Feed<'a> {
        Feed {
            sealing,
            progress,
            spill,
            rejects,
            sources: Vec::new(),
            current: Current::default(),
        }
    }

    /// A source begins.
    pub fn begin(&mut self, name: String, path: String) -> Result<(), Error> {
        let number = SourceNumber(self.sources.len() as u32 + 1);
        self.progress.source(&name);
        self.sealing.open(number, &name)?;
        let mut window = std::mem::take(&mut self.current.window);
        window.clear();
        self.current = Current {
            source: Source {
                number,
                name,
                path,
                ..Source::default()
            },
            window,
            recognition: Recognition::Waiting(0),
            ..Current::default()
        };
        Ok(())
    }

    /// Its next bytes.
    pub fn block(&mut self, block: &[u8]) -> Result<(), Error> {
        self.current.source.decoded_bytes += block.len() as u64;
        self.current.window.extend_from_slice(block);
        self.advance(false)
    }

    /// The source ends.
    pub fn end(
        &mut self,
        bytes: u64,
        digests: Digests,
        refusal: Option<Refusal>,
    ) -> Result<(), Error> {
        self.advance(true)?;
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
        self.current.window = current.window;
        Ok(())
    }

    /// Recognises, cuts, seals and reads what the window allows.
    fn advance(&mut self, last: bool) -> Result<(), Error> {
        if let Recognition::Waiting(wanted) = self.current.recognition {
            if self.current.window.len() < wanted && !last {
                return Ok(());
            }
            self.current.recognition = match decide(&self.current.window, last) {
                Decision::Known(mut known) => {
                    known.cutter.named(own_name(&self.current.source.name));
                    self.current.source.card = Some(known.form.card);
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
        let window = std::mem::take(&mut self.current.window);
        let whole = window.len() - window.len() % FILLER_BYTES_MAX;
        let used = if last { window.len() } else { whole };
        for piece in window[..used].chunks(FILLER_BYTES_MAX) {
            self.filler(piece)?;
        }
        self.keep(window, used);
        Ok(())
    }

    fn cut(&mut self, known: &mut Known, last: bool) -> Result<(), Error> {
        let window = std::mem::take(&mut self.current.window);
        let mut from = 0;
        let mut n_records = self.current.source.records;
        let mut spans: Vec<Span> = Vec::new();
        loop {
            spans.clear();
            known.cutter.cut(&window[from..], last, &mut spans);
            for span in &spans {
                let bytes = &window[from..from + span.length];
                from += span.length;
                self.span(known, span.kind, bytes)?;
            }
            if spans.is_empty() || from == window.len() {
                break;
            }
        }
        assert!(
            !last || from == window.len(),
            "the cutter used the window up"
        );
        self.keep(window, from);
        n_records = self.current.source.records - n_records;
        self.progress.advance(0, n_records);
        Ok(())
    }

    /// Keeps what is left of the window for the next block.
    fn keep(&mut self, mut window: Vec<u8>, used: usize) {
        let left = window.len() - used;
        window.copy_within(used.., 0);
        window.truncate(left);
        self.current.offset += used as u64;
        self.current.window = window;
    }

    fn span(&mut self, known: &mut Known, kind: SpanKind, bytes: &[u8]) -> Result<(), Error> {
        match kind {
            SpanKind::Record => self.record(known, bytes),
            SpanKind::Filler => self.filler(bytes).map(|_| ()),
            SpanKind::Overlong { ends } => {
                let piece = self.filler(bytes)?;
                let mut place = self
                    .current
                    .overlong
                    .unwrap_or(Place { length: 0, ..piece });
                place.length += piece.length;
                self.current.overlong = (!ends).then_some(place);
                if !ends {
                    return Ok(());
                }
                let text = format!(
                    "a record of {} bytes, expected at most {RECORD_BYTES_MAX}; kept as filler",
                    place.length
                );
                self.problem(Problem {
                    kind: ProblemKind::Unsupported,
                    place,
                    text,
                    salvaged: Vec::new(),
                })
            }
        }
    }

    /// Seals one span and returns its place.
    fn seal(&mut self, kind: SpanKind, bytes: &[u8]) -> Result<Place, Error> {
        let offset = self.current.sealed;
        let leaf = self.sealing.span(kind, offset, bytes)?;
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

    fn record(&mut self, known: &mut Known, bytes: &[u8]) -> Result<(), Error> {
        let place = self.seal(SpanKind::Record, bytes)?;
        self.current.source.records += 1;
        let (text, repaired) = known.encoding.text(bytes);
        self.current.source.repaired |= repaired;
        let text = record_text(known.frame, &text);
        let header = known.cutter.header();
        if !(known.form.fits)(&text, header) {
            match recognise(&text, header) {
                Some(form) => known.form = form,
                None => {
                    self.current.source.rejected += 1;
                    return self.problem(Problem {
                        kind: ProblemKind::Unsupported,
                        place,
                        text: "a record of no known form amid others that are known".to_owned(),
                        salvaged: Vec::new(),
                    });
                }
            }
        }
        let form = known.form;
        *self.current.source.forms.entry(form.name).or_default() += 1;
        self.current.source.lossy |= form.lossy;
        let delivered = Delivered {
            place,
            text: &text,
            header,
        };
        self.read(form, &delivered)
    }

    /// Has one record read.
    fn read(
        &mut self,
        form: &'static demarche_core::source::Form,
        delivered: &Delivered<'_>,
    ) -> Result<(), Error> {
        let mut sink = RecordSink {
            source: &mut self.current.source,
            spill: &mut self.spill,
            problems: Vec::new(),
            failed: None,
        };
        sink.spill.begin(form);
        let fate = (form.read)(delivered, &mut sink);
        let (mut problems, failed) = (sink.problems, sink.failed);
        if let Some(failed) = failed {
            return Err(failed);
        }
        self.spill.end(delivered.place, fate == Fate::Rejected)?;
        if fate == Fate::Rejected {
            self.current.source.rejected += 1;
            if problems.is_empty() {
                problems.push(Problem {
                    kind: ProblemKind::Malformed,
                    place: delivered.place,
                    text: "could not be read as what its form promises".to_owned(),
                    salvaged: Vec::new(),
                });
            }
        }
        for problem in problems {
            self.problem(problem)?;
        }
        Ok(())
    }

    fn problem(&mut self, problem: Problem) -> Result<(), Error> {
        self.rejects.push(&self.current.source.name, problem)
    }
}

/// Takes the events of one record.
struct RecordSink<'s> {
    source: &'s mut Source,
    spill: &'s mut Spill,
    problems: Vec<Problem>,
    failed: Option<Error>,
}

impl Sink for RecordSink<'_> {
    fn event(&mut self, event: &Event<'_>) {
        facts::note(self.source, event);
        if let Err(error) = self.spill.event(event) {
            self.failed.get_or_insert(error);
        }
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}

/// The name of a file or archive member, without folders and archives around it.
fn own_name(name: &str) -> &str {
    name.rsplit(['/', '\\', '!']).next().unwrap_or(name)
}
