//! Which page answers a request, and whether it may be asked at all.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use crate::error::{Error, Result};
use crate::render::figure::PATTERNS;
use crate::serve::determine::Judging;
use crate::serve::exposures::ROWS_OF_PAGE;
use crate::serve::http::{Request, Response};
use crate::serve::page::{Page, Part};
use crate::serve::read::Read;
use crate::serve::{cases, determine, exposures, record, sessions, tables};
use crate::view::search::Sheet;
use crate::view::{self, View};

/// The cases served, and what may ask for them.
pub struct Site {
    cases: Vec<Case>,
    /// The hosts we answer to.
    hosts: [String; 2],
    /// `/TOKEN`.
    pub root: String,
    port: u16,
}

/// A case, read when its brief was last written.
pub struct Case {
    /// Its folder.
    pub dir: PathBuf,
    /// The folder's name.
    pub name: String,
    read: Mutex<Option<(SystemTime, Read)>>,
    /// What its last determination is doing.
    pub judging: Arc<Mutex<Judging>>,
}

/// What a page is written from.
pub struct Asked<'a> {
    /// The request.
    pub request: &'a Request,
    /// The case.
    pub case: &'a Case,
    /// Its view.
    pub view: Arc<View>,
    /// The case as read.
    pub read: Read,
    /// The path of the case's pages: `/TOKEN/c/0`.
    pub at: String,
}

impl Asked<'_> {
    /// A field of the question; empty where it is not asked.
    pub fn field(&self, name: &str) -> &str {
        self.request.query.get(name).map_or("", String::as_str)
    }

    /// The page of a table that is asked for, from 0; bounded, since it is multiplied.
    pub fn page(&self) -> u64 {
        let asked = self.field("page").parse().unwrap_or(0_u32);
        u64::from(asked.min(100_000_000))
    }

    /// The rows of that page: how many before it, and how many on it.
    pub fn sheet(&self) -> Sheet {
        (self.page() * ROWS_OF_PAGE, ROWS_OF_PAGE)
    }

    /// The row that a search goes on from; bounded, since it is added to.
    pub fn from(&self) -> u64 {
        u64::from(self.field("from").parse().unwrap_or(0_u32))
    }
}

/// A page before it is put into the frame of the site.
#[derive(Default)]
pub struct Answer {
    /// Its title.
    pub title: String,
    /// Its parts.
    pub parts: Vec<Part>,
    /// Seconds after which it is asked for again.
    pub again: u32,
}

impl Case {
    /// The case, read again where the brief was written anew.
    ///
    /// # Errors
    /// A folder that is no case any more.
    pub fn read(&self) -> Result<Read> {
        let mut kept = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        // While it is being judged again its folder is exchanged: until then, pages are of before.
        let is_judged = self.judging.lock();
        let is_judged = *is_judged.unwrap_or_else(PoisonError::into_inner) == Judging::Busy;
        if let Some((_, read)) = kept.as_ref().filter(|_| is_judged) {
            return Ok(read.clone());
        }
        let written =
            std::fs::metadata(self.dir.join("brief.json")).and_then(|data| data.modified());
        let written = match written {
            Ok(written) => written,
            // Who reads the brief says what is wrong with the folder.
            Err(_) => {
                view::read::brief(&self.dir, &self.name)?;
                return Err(Error::run(format!("no case at {}", self.dir.display())));
            }
        };
        if let Some((at, read)) = &*kept
            && *at == written
        {
            return Ok(read.clone());
        }
        let read = Read::of(&self.dir, &self.name)?;
        *kept = Some((written, read.clone()));
        Ok(read)
    }
}

impl Case {
    /// Whether the brief was written anew since the case was read so.
    fn is_moved(&self, view: &Arc<View>) -> bool {
        let kept = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let written =
            std::fs::metadata(self.dir.join("brief.json")).and_then(|data| data.modified());
        let of_view = kept
            .as_ref()
            .filter(|(_, read)| Arc::ptr_eq(&read.view, view));
        of_view.map(|(at, _)| *at) != written.ok()
    }
}

impl Site {
    /// Opens the cases.
    ///
    /// # Errors
    /// A folder that is no case.
    pub fn open(dirs: Vec<PathBuf>, port: u16, token: String) -> Result<Site> {
        let cases: Vec<Case> = dirs
            .into_iter()
            .map(|dir| Case {
                name: view::read::name_of(&dir),
                dir,
                read: Mutex::new(None),
                judging: Arc::new(Mutex::new(Judging::default())),
            })
            .collect();
        for case in &cases {
            case.read()?;
        }
        Ok(Site {
            cases,
            hosts: [format!("127.0.0.1:{port}"), format!("localhost:{port}")],
            root: format!("/{token}"),
            port,
        })
    }

    /// Where the pages begin.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}{}/", self.port, self.root)
    }

    /// Answers a request, or says why not.
    pub fn answer(&self, request: &Request) -> Response {
        if !self.may_ask(request) {
            return Response::text(403, "this address answers nobody but its own page");
        }
        match self.page(request) {
            Ok(response) => response,
            Err(error) => self.failed(&error),
        }
    }

    /// What went wrong with a case since it was opened, and what to do about it.
    fn failed(&self, error: &Error) -> Response {
        let answer = Answer {
            title: "This page cannot be shown".to_owned(),
            parts: vec![
                Part::Lead(
                    "Nothing was changed, and nothing is known to be wrong with the logs."
                        .to_owned(),
                ),
                Part::Lines(error.to_string()),
            ],
            again: 0,
        };
        match self.framed(&answer, Vec::new(), &[]) {
            Ok(page) => Response {
                status: 500,
                ..page
            },
            Err(bug) => Response::text(500, &bug.to_string()),
        }
    }

    /// Only who knows the token and speaks to us by our name may ask, and only our own pages may
    /// change something: another site's page in the same browser can do neither.
    fn may_ask(&self, request: &Request) -> bool {
        let header = |name: &str| request.headers.get(name).map_or("", String::as_str);
        let known = request
            .path
            .first()
            .is_some_and(|token| same(token, self.root.trim_start_matches('/')));
        let host = self.hosts.iter().any(|host| header("host") == host);
        let origin = format!("http://{}", header("host"));
        let ours = request.method == "GET" || header("origin") == origin;
        let site = header("sec-fetch-site");
        let not_crossed =
            site.is_empty() || matches!(site, "same-origin" | "none") || request.method == "GET";
        known && host && ours && not_crossed
    }

    fn page(&self, request: &Request) -> Result<Response> {
        let path: Vec<&str> = request.path.iter().skip(1).map(String::as_str).collect();
        match path[..] {
            [] => {
                let answer = cases::all(&self.cases, &self.root)?;
                self.framed(&answer, Vec::new(), &[])
            }
            ["style.css"] => Ok(Response {
                kind: "text/css; charset=utf-8",
                ..Response::html(
                    200,
                    [
                        include_str!("../../templates/brief.css"),
                        include_str!("../../templates/serve.css"),
                    ]
                    .concat(),
                )
            }),
            ["c", number, ref rest @ ..] => {
                let case = number.parse().ok().and_then(|n: usize| self.cases.get(n));
                match case {
                    Some(case) => self.of_case(request, case, (number, rest)),
                    None => Ok(Response::text(404, "no such case")),
                }
            }
            _ => Ok(Response::text(404, "no such page")),
        }
    }

    fn of_case(
        &self,
        request: &Request,
        case: &Case,
        (number, rest): (&str, &[&str]),
    ) -> Result<Response> {
        let at = format!("{}/c/{number}", self.root);
        let read = case.read()?;
        let asked = Asked {
            request,
            case,
            view: Arc::clone(&read.view),
            read,
            at: at.clone(),
        };
        let answer = match rest {
            [] => cases::one(&asked),
            ["brief"] => return cases::brief(case),
            ["accounts"] => tables::accounts(&asked),
            ["sessions"] => sessions::all(&asked),
            ["session", id] => sessions::one(&asked, id)?,
            ["suspects"] => determine::groups(&asked),
            ["settle"] if request.method == "POST" => return determine::settle(&asked),
            ["settle"] => determine::preview(&asked),
            ["judging"] => determine::state(&asked),
            ["exposures"] => exposures::all(&asked)?,
            ["exposures.csv"] => return Ok(exposures::export(&asked)),
            ["actions"] => tables::actions(&asked)?,
            ["open"] => tables::open(&asked),
            ["gaps"] => tables::gaps(&asked),
            ["runs"] => tables::runs(&asked)?,
            ["evidence"] => tables::evidence(&asked),
            ["record", source, leaf] => record::one(&asked, source, leaf)?,
            ["verify"] if request.method == "POST" => record::verify(&asked)?,
            #[cfg(feature = "sql")]
            ["sql"] => crate::serve::sql::page(&asked),
            _ => return Ok(Response::text(404, "no such page")),
        };
        // What is read from the folder may be of another run by now than what is held.
        let of_folder = ["session", "exposures", "actions", "record"];
        if rest.first().is_some_and(|page| of_folder.contains(page)) && case.is_moved(&asked.view) {
            return Err(
                Error::run(format!("{} was written anew meanwhile", case.dir.display()))
                    .hint("ask for the page again in a moment"),
            );
        }
        let limits = asked.view.method.limits.clone();
        self.framed(&answer, nav(&at, rest.first().copied()), &limits)
    }

    fn framed(
        &self,
        answer: &Answer,
        nav: Vec<(String, String, bool)>,
        limits: &[String],
    ) -> Result<Response> {
        let page = Page {
            title: &answer.title,
            root: &self.root,
            nav,
            limits,
            again: answer.again,
            parts: answer.parts.clone(),
            patterns: PATTERNS,
        };
        Ok(Response::html(200, page.html()?))
    }
}

/// The pages of a case.
fn nav(at: &str, here: Option<&str>) -> Vec<(String, String, bool)> {
    let mut pages = vec![
        ("Page one", ""),
        ("Brief", "/brief"),
        ("Accounts", "/accounts"),
        ("Sessions", "/sessions"),
        ("Suspects", "/suspects"),
        ("Exposures", "/exposures"),
        ("Acts", "/actions"),
        ("Still in place", "/open"),
        ("Gaps", "/gaps"),
        ("Runs", "/runs"),
        ("Evidence", "/evidence"),
    ];
    if cfg!(feature = "sql") {
        pages.push(("SQL", "/sql"));
    }
    pages
        .into_iter()
        .map(|(name, page)| {
            let is_here = page.trim_start_matches('/') == here.unwrap_or_default();
            (name.to_owned(), format!("{at}{page}"), is_here)
        })
        .collect()
}

/// Whether two texts are the same, in a time that does not tell where they part.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len()
        && a.bytes()
            .zip(b.bytes())
            .fold(0, |sum, (a, b)| sum | (a ^ b))
            == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, path: &str, headers: &[(&str, &str)]) -> Request {
        Request {
            method: method.to_owned(),
            path: path
                .split('/')
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect(),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            ..Request::default()
        }
    }

    #[test]
    fn only_our_own_page_may_ask() {
        let site = Site::open(Vec::new(), 4711, "secret".to_owned()).unwrap();
        let ours = ("host", "127.0.0.1:4711");
        let origin = ("origin", "http://127.0.0.1:4711");
        assert_eq!(
            site.answer(&request("GET", "/secret/", &[ours])).status,
            200
        );
        assert_eq!(
            site.answer(&request("POST", "/secret/x", &[ours, origin]))
                .status,
            404
        );
        for (method, path, headers) in [
            ("GET", "/", &[ours][..]),
            ("GET", "/secreT/", &[ours]),
            ("GET", "/secret/", &[]),
            ("GET", "/secret/", &[("host", "evil.example")]),
            ("POST", "/secret/", &[ours]),
            (
                "POST",
                "/secret/",
                &[ours, ("origin", "http://evil.example")],
            ),
            ("POST", "/secret/", &[ours, ("origin", "null")]),
            (
                "POST",
                "/secret/",
                &[ours, origin, ("sec-fetch-site", "cross-site")],
            ),
        ] {
            assert_eq!(
                site.answer(&request(method, path, headers)).status,
                403,
                "{method} {path} {headers:?}"
            );
        }
    }
}
