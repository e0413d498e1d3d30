//! The objects of the file: fonts, pages, text and its structure, cross references.

use std::collections::BTreeMap;

use crate::render::pdf::draw;
use crate::render::pdf::layout::{Line, PAGE, Page, Pages, Piece, Role};
use crate::render::pdf::metrics::{Font, printable, width, win_ansi};

/// Objects of a file, numbered from 1 (ISO 32000-1, §7.5).
struct Objects {
    out: Vec<u8>,
    offsets: Vec<usize>,
}

impl Objects {
    fn add(&mut self, number: usize, body: &[u8]) {
        if self.offsets.len() < number {
            self.offsets.resize(number, 0);
        }
        self.offsets[number - 1] = self.out.len();
        self.out.extend(format!("{number} 0 obj\n").bytes());
        self.out.extend(body);
        self.out.extend(b"\nendobj\n");
    }

    fn end(mut self, root: usize, info: usize) -> Vec<u8> {
        let start = self.out.len();
        let n = self.offsets.len() + 1;
        self.out
            .extend(format!("xref\n0 {n}\n0000000000 65535 f \n").bytes());
        for offset in &self.offsets {
            self.out.extend(format!("{offset:010} 00000 n \n").bytes());
        }
        let end = format!(
            "trailer\n<</Size {n} /Root {root} 0 R /Info {info} 0 R>>\nstartxref\n{start}\n%%EOF\n"
        );
        self.out.extend(end.bytes());
        self.out
    }
}

/// Numbers of the objects that come before those of pages and structure.
const CATALOG: usize = 1;
const TREE: usize = 2;
const INFO: usize = 3;
const STRUCTURE: usize = 4;
const PARENTS: usize = 5;
const DOCUMENT: usize = 6;
const FONTS: [(usize, &str); 3] = [(7, "Helvetica"), (8, "Helvetica-Bold"), (9, "Courier")];
const OUTLINES: usize = 10;
const FIRST: usize = 11;

/// The file of these pages.
pub fn bytes(pages: &Pages, title: &str, marking: &str) -> Vec<u8> {
    let mut objects = Objects {
        out: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec(),
        offsets: Vec::new(),
    };
    let n_pages = pages.pages.len();
    let page_object = |place: usize| FIRST + place * 2;
    let first_element = FIRST + n_pages * 2;
    let title = text(title);
    let catalog = format!(
        "<</Type /Catalog /Pages {TREE} 0 R /Lang (en) /MarkInfo <</Marked true>> /StructTreeRoot {STRUCTURE} 0 R /Outlines {OUTLINES} 0 R /ViewerPreferences <</DisplayDocTitle true>>>>"
    );
    objects.add(CATALOG, catalog.as_bytes());
    let kids: Vec<String> = (0..n_pages)
        .map(|place| format!("{} 0 R", page_object(place)))
        .collect();
    objects.add(
        TREE,
        format!(
            "<</Type /Pages /Count {n_pages} /Kids [{}]>>",
            kids.join(" ")
        )
        .as_bytes(),
    );
    objects.add(
        INFO,
        &[b"<</Producer (demarche) /Title ", &title[..], b">>"].concat(),
    );
    for (number, name) in FONTS {
        let font =
            format!("<</Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding>>");
        objects.add(number, font.as_bytes());
    }
    let mut elements: Vec<Marked> = vec![Vec::new(); pages.pieces.len()];
    let mut parents: Vec<Vec<usize>> = Vec::new();
    for (place, page) in pages.pages.iter().enumerate() {
        let number = page_object(place);
        let (content, marked) = content(page, marking, (place + 1, n_pages));
        for (id, piece) in marked.iter().enumerate() {
            elements[*piece].push((number, id));
        }
        parents.push(marked);
        let body = format!(
            "<</Type /Page /Parent {TREE} 0 R /MediaBox [0 0 {} {}] /StructParents {place} /Tabs /S /Resources <</Font <</F0 7 0 R /F1 8 0 R /F2 9 0 R>>>> /Contents {} 0 R>>",
            PAGE.0,
            PAGE.1,
            number + 1
        );
        objects.add(number, body.as_bytes());
        let head = format!("<</Length {}>>\nstream\n", content.len());
        objects.add(
            number + 1,
            &[head.as_bytes(), &content, b"\nendstream"].concat(),
        );
    }
    structure(&mut objects, pages, (&elements, &parents), first_element);
    outlines(
        &mut objects,
        pages,
        first_element + pages.pieces.len(),
        page_object,
    );
    objects.end(CATALOG, INFO)
}

/// Where the content of a piece is marked: page object and id, in order.
type Marked = Vec<(usize, usize)>;

/// The structure that a screen reader follows (§14.7): each piece an element, in order.
fn structure(
    objects: &mut Objects,
    pages: &Pages,
    (elements, parents): (&[Marked], &[Vec<usize>]),
    first: usize,
) {
    let root = format!(
        "<</Type /StructTreeRoot /K [{DOCUMENT} 0 R] /ParentTree {PARENTS} 0 R /ParentTreeNextKey {}>>",
        parents.len()
    );
    objects.add(STRUCTURE, root.as_bytes());
    let mut numbers = String::new();
    for (place, pieces) in parents.iter().enumerate() {
        let of: Vec<String> = pieces
            .iter()
            .map(|piece| format!("{} 0 R", first + piece))
            .collect();
        numbers.push_str(&format!("{place} [{}] ", of.join(" ")));
    }
    objects.add(PARENTS, format!("<</Nums [{numbers}]>>").as_bytes());
    let mut within: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    for (number, piece) in pages.pieces.iter().enumerate() {
        within.entry(piece.within).or_default().push(number);
    }
    let kids = |of: Option<usize>| -> Vec<String> {
        let kids = within.get(&of).into_iter().flatten();
        kids.map(|piece| format!("{} 0 R", first + piece)).collect()
    };
    let document = format!(
        "<</Type /StructElem /S /Document /P {STRUCTURE} 0 R /K [{}]>>",
        kids(None).join(" ")
    );
    objects.add(DOCUMENT, document.as_bytes());
    for (number, (marked, piece)) in elements.iter().zip(&pages.pieces).enumerate() {
        let marked = marked
            .iter()
            .map(|(page, id)| format!("<</Type /MCR /Pg {page} 0 R /MCID {id}>>"));
        let kids: Vec<String> = marked.chain(kids(Some(number))).collect();
        let of = piece.within.map_or(DOCUMENT, |piece| first + piece);
        let mut body =
            format!("<</Type /StructElem /P {of} 0 R /K [{}] ", kids.join(" ")).into_bytes();
        body.extend(role(piece));
        body.extend(b">>");
        objects.add(first + number, &body);
    }
}

/// What an element is, with its attributes (§14.8.4, §14.8.5).
fn role(piece: &Piece) -> Vec<u8> {
    let name = match &piece.role {
        Role::Heading(level) => format!("/S /H{level}"),
        Role::Paragraph => "/S /P".to_owned(),
        Role::Table => "/S /Table".to_owned(),
        Role::Row => "/S /TR".to_owned(),
        Role::Head => "/S /TH /A <</O /Table /Scope /Column>>".to_owned(),
        Role::Cell => "/S /TD".to_owned(),
        Role::Figure(alternative, [a, b, c, d]) => {
            let box_of = format!(
                "/S /Figure /A <</O /Layout /Placement /Block /BBox [{a:.1} {b:.1} {c:.1} {d:.1}]>> /Alt "
            );
            return [box_of.into_bytes(), text(alternative)].concat();
        }
    };
    name.into_bytes()
}

/// The list of contents that a viewer shows beside the pages (§12.3.3).
fn outlines(
    objects: &mut Objects,
    pages: &Pages,
    first: usize,
    page_object: impl Fn(usize) -> usize,
) {
    let n = pages.contents.len();
    if n == 0 {
        return objects.add(OUTLINES, b"<</Type /Outlines /Count 0>>");
    }
    let root = format!(
        "<</Type /Outlines /First {first} 0 R /Last {} 0 R /Count {n}>>",
        first + n - 1
    );
    objects.add(OUTLINES, root.as_bytes());
    for (place, entry) in pages.contents.iter().enumerate() {
        let mut body = b"<</Title ".to_vec();
        body.extend(text(&entry.text));
        body.extend(
            format!(
                " /Parent {OUTLINES} 0 R /Dest [{} 0 R /XYZ null {:.0} null]",
                page_object(entry.page),
                entry.top + 4.0
            )
            .bytes(),
        );
        if place > 0 {
            body.extend(format!(" /Prev {} 0 R", first + place - 1).bytes());
        }
        if place + 1 < n {
            body.extend(format!(" /Next {} 0 R", first + place + 1).bytes());
        }
        body.extend(b">>");
        objects.add(first + place, &body);
    }
}

/// The marks of a page, and the piece of each marked content in the order of their ids.
fn content(page: &Page, marking: &str, (number, n_pages): (usize, usize)) -> (Vec<u8>, Vec<usize>) {
    let mut out: Vec<u8> = b"/Artifact BMC\n0.75 G 0.5 w\n".to_vec();
    for (from, to, y) in &page.rules {
        out.extend(format!("{from:.1} {y:.1} m {to:.1} {y:.1} l S\n").bytes());
    }
    for (x, from, to) in &page.bars {
        out.extend(format!("q 0.2 G 2.2 w {x:.1} {from:.1} m {x:.1} {to:.1} l S Q\n").bytes());
    }
    let foot = format!("{number} of {n_pages}");
    show(
        &mut out,
        (Font::Plain, 8.0),
        (550.0 - width(&foot, Font::Plain, 8.0), 30.0),
        &foot,
    );
    if !marking.is_empty() {
        let marking: String = printable(marking).chars().take(90).collect();
        let x = (PAGE.0 - width(&marking, Font::Bold, 9.0)) / 2.0;
        show(&mut out, (Font::Bold, 9.0), (x, 818.0), &marking);
        show(&mut out, (Font::Bold, 9.0), (x, 30.0), &marking);
    }
    out.extend(b"EMC\n");
    let mut marked: Vec<usize> = Vec::new();
    // Piece by piece: the lines of a row's cells lie across each other on the page.
    let mut lines: Vec<&Line> = page.lines.iter().collect();
    lines.sort_by_key(|line| line.piece);
    for line in lines {
        if marked.last() != Some(&line.piece) {
            if !marked.is_empty() {
                out.extend(b"EMC\n");
            }
            let role = format!("/P <</MCID {}>> BDC\n", marked.len());
            out.extend(role.bytes());
            marked.push(line.piece);
        }
        show(
            &mut out,
            (line.font, line.size),
            (line.x, line.y),
            &line.text,
        );
    }
    if !marked.is_empty() {
        out.extend(b"EMC\n");
    }
    for figure in &page.figures {
        out.extend(format!("/Figure <</MCID {}>> BDC\n", marked.len()).bytes());
        marked.push(figure.piece);
        draw::figure(&mut out, figure);
        out.extend(b"EMC\n");
    }
    (out, marked)
}

/// Shows a line of text at a point.
pub fn show(out: &mut Vec<u8>, (font, size): (Font, f32), (x, y): (f32, f32), line: &str) {
    let name = match font {
        Font::Plain => "F0",
        Font::Bold => "F1",
        Font::Fixed => "F2",
    };
    out.extend(format!("BT /{name} {size:.1} Tf {x:.1} {y:.1} Td ").bytes());
    out.extend(text(line));
    out.extend(b" Tj ET\n");
}

/// A literal string: brackets and the escape itself are escaped (§7.3.4.2).
fn text(text: &str) -> Vec<u8> {
    let mut out = vec![b'('];
    for letter in printable(text).chars().filter_map(win_ansi) {
        if matches!(letter, b'(' | b')' | b'\\') {
            out.push(b'\\');
        }
        out.push(letter);
    }
    out.push(b')');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::document::Block;
    use crate::render::pdf::layout::pages;

    #[test]
    fn every_cross_reference_points_at_its_object() {
        let blocks = [
            Block::Heading(1, "A (title)".to_owned()),
            Block::PageEnd,
            Block::Text("日本".to_owned()),
        ];
        let file = bytes(&pages(&blocks), "t", "SECRET)");
        let start = file
            .windows(5)
            .rposition(|bytes| bytes == b"xref\n")
            .unwrap();
        let start = file[..start + 1]
            .windows(5)
            .rposition(|bytes| bytes == b"\nxref")
            .map_or(start, |at| at + 1);
        let table = String::from_utf8_lossy(&file[start..]).into_owned();
        for (number, line) in table
            .lines()
            .skip(3)
            .take_while(|line| line.ends_with("n "))
            .enumerate()
        {
            let offset: usize = line[..10].parse().unwrap();
            let object = format!("{} 0 obj", number + 1);
            assert_eq!(&file[offset..offset + object.len()], object.as_bytes());
        }
        let all = String::from_utf8_lossy(&file).into_owned();
        assert!(all.contains("(A \\(title\\))") && all.contains("(SECRET\\))"));
        assert!(all.contains("(\\\\u{65e5}\\\\u{672c})"));
    }
}
