//! The cases served, and page one of each.

use demarche_core::brief::phrase;

use crate::error::{OnFile, Result};
use crate::render::figure::sums::Sums;
use crate::render::figure::{calendar, grades, reach};
use crate::serve::http::{Response, encoded};
use crate::serve::page::{Part, Table, Total, link, number};
use crate::serve::site::{Answer, Asked, Case};
use crate::view::View;

/// All cases.
///
/// # Errors
/// A folder that is no case any more.
pub fn all(cases: &[Case], root: &str) -> Result<Answer> {
    let mut rows = Vec::new();
    for (place, case) in cases.iter().enumerate() {
        let view = case.read()?.view;
        let count = |verdict: &str| of_verdict(&view, verdict);
        rows.push(vec![
            link(&case.name, format!("{root}/c/{place}")),
            number(view.method.run),
            number(count("hostile")),
            number(count("suspect")),
            number(view.ordinary_sessions),
            number(view.gaps.len() as u64),
        ]);
    }
    Ok(Answer {
        title: "Cases".to_owned(),
        parts: vec![Part::Table(Table {
            title: "Cases".to_owned(),
            columns: vec![
                "case",
                "run",
                "hostile sessions",
                "suspect sessions",
                "not listed, not cleared",
                "gaps",
            ],
            rows,
            empty: "",
        })],
        again: 0,
    })
}

/// Listed sessions of a verdict.
fn of_verdict(view: &View, verdict: &str) -> u64 {
    let rows = view.sessions.iter().filter(|row| row.verdict == verdict);
    rows.count() as u64
}

/// Counts of a case, each leading to what it counts.
fn totals(asked: &Asked<'_>) -> Vec<Total> {
    let view = &asked.view;
    let total = |n: String, of: &str, page: &str| Total {
        n,
        of: of.to_owned(),
        href: format!("{}/{page}", asked.at),
    };
    // A number, what it counts where it is one and else, and where they stand.
    let counted = |n: u64, (one, many): (&str, &str), page: &str| {
        total(phrase::grouped(n), phrase::verb(n, one, many), page)
    };
    let mut totals = vec![
        counted(
            of_verdict(view, "hostile"),
            ("hostile session", "hostile sessions"),
            "sessions?verdict=hostile",
        ),
        counted(
            of_verdict(view, "suspect"),
            ("suspect session", "suspect sessions"),
            "sessions?verdict=suspect",
        ),
        counted(
            view.suspects.len() as u64,
            ("question to owners", "questions to owners"),
            "suspects",
        ),
    ];
    for row in &view.totals {
        let verdict = encoded(&row.verdict);
        let page = format!("exposures?verdict={verdict}&grade=certain");
        let of = format!("certain, {}", row.verdict);
        totals.push(total(row.certain.words(), &of, &page));
    }
    let (n_open, n_gaps) = (view.open.len() as u64, view.gaps.len() as u64);
    totals.push(counted(
        n_open,
        ("still in place", "still in place"),
        "open",
    ));
    totals.push(counted(n_gaps, ("gap", "gaps"), "gaps"));
    totals
}

/// Page one of a case, and its figures.
pub fn one(asked: &Asked<'_>) -> Answer {
    let mut parts = vec![Part::Totals(totals(asked))];
    for answer in &asked.view.page_one {
        parts.push(Part::Heading(answer.title.clone()));
        let leads = matches!(answer.question.as_str(), "entered" | "accessed");
        for (place, sentence) in answer.sentences.iter().enumerate() {
            parts.push(match leads && place == 0 {
                true => Part::Lead(sentence.clone()),
                false => Part::Text(sentence.clone()),
            });
        }
    }
    for (title, figure) in asked.read.figures.iter() {
        parts.push(Part::Heading((*title).to_owned()));
        parts.push(Part::Figure((*title).to_owned(), figure.clone()));
    }
    Answer {
        title: asked.case.name.clone(),
        parts,
        again: 0,
    }
}

/// The brief as it was written with the case, sent as it is read: it may be long.
///
/// # Errors
/// A brief that is not there.
pub fn brief(case: &Case) -> Result<Response> {
    let path = case.dir.join("brief.html");
    let mut file = std::fs::File::open(&path).on("read", &path)?;
    let kind = "text/html; charset=utf-8";
    let page = Response::poured(
        kind,
        Box::new(move |out| std::io::copy(&mut file, out).map(|_| ())),
    );
    Ok(Response {
        own_style: true,
        ..page
    })
}

/// The figures of a case: titles and drawings, without those that would be empty.
pub fn figures(view: &View, sums: &Sums) -> Vec<(&'static str, String)> {
    let figures = [
        ("Items by grade over time", grades::draw(sums)),
        (
            "Who was reached from where",
            reach::draw(&reach::reaches(sums), sums.n_unheld),
        ),
        ("Coverage calendar", calendar::draw(view, sums)),
    ];
    let drawn = figures.into_iter().filter(|(_, figure)| !figure.is_empty());
    drawn.map(|(title, figure)| (title, figure.svg())).collect()
}
