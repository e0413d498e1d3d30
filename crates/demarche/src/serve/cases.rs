//! The cases served, and page one of each.

use crate::error::Result;
use crate::render::figure::{calendar, grades, reach};
use crate::serve::page::{Part, Table, cell, link};
use crate::serve::site::{Answer, Asked, Case};

/// All cases.
///
/// # Errors
/// A folder that is no case any more.
pub fn all(cases: &[Case], root: &str) -> Result<Answer> {
    let mut rows = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let view = case.view()?;
        let count = |verdict: &str| {
            view.sessions
                .iter()
                .filter(|row| row.verdict == verdict)
                .count()
        };
        rows.push(vec![
            link(&case.name, format!("{root}/c/{number}")),
            cell(view.method.run.to_string()),
            cell(count("hostile").to_string()),
            cell(count("suspect").to_string()),
            cell(view.ordinary_sessions.to_string()),
            cell(view.gaps.len().to_string()),
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
        })],
        again: 0,
    })
}

/// Page one of a case, and its figures.
pub fn one(asked: &Asked<'_>) -> Answer {
    let mut parts = Vec::new();
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
    let figures = [
        (
            "Items by grade over time",
            grades::draw(&asked.view.exposures),
        ),
        (
            "Who was reached from where",
            reach::draw(&reach::reaches(&asked.view.timeline)),
        ),
        ("Coverage calendar", calendar::draw(&asked.view)),
    ];
    for (title, figure) in figures {
        if !figure.is_empty() {
            parts.push(Part::Heading(title.to_owned()));
            parts.push(Part::Figure(figure));
        }
    }
    Answer {
        title: asked.case.name.clone(),
        parts,
        again: 0,
    }
}
