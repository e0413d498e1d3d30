//! Who was reached from which network and with which client: a picture and its table.

use crate::render::figure::drawing::{Anchor, Drawing, Ink, Shape, WIDTH};
use crate::render::figure::sums::Sums;
use crate::render::words::counted;

const LEFT: f64 = 380.0;
const RIGHT: f64 = 660.0;
const ROW: f64 = 20.0;
const TOP: f64 = 24.0;
/// The most places drawn on each side.
const MOST: usize = 14;

/// Events of one account from one network with one client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The network: the first three parts of an address of four, the first three of an IPv6 one.
    pub network: String,
    /// The client in short.
    pub client: String,
    /// The account.
    pub account: String,
    /// Whether a hostile session is among them.
    pub hostile: bool,
    /// How many events.
    pub events: u64,
}

/// Every triple of network, client and account of listed sessions, the most events first.
pub fn reaches(sums: &Sums) -> Vec<Reach> {
    let reaches = sums.reaches.iter();
    let mut reaches: Vec<Reach> = reaches
        .map(|((network, client, account), (hostile, events))| Reach {
            network: network.clone(),
            client: client.clone(),
            account: account.clone(),
            hostile: *hostile,
            events: *events,
        })
        .collect();
    reaches.sort_by(|a, b| {
        (b.hostile, b.events, &a.network, &a.client, &a.account)
            .cmp(&(a.hostile, a.events, &b.network, &b.client, &b.account))
    });
    reaches
}

/// The network of an address: `203.0.113.0/24`, `2001:db8:1::/48`.
pub fn network(address: &str) -> String {
    let with_port = |_| {
        address
            .parse::<std::net::SocketAddr>()
            .map(|socket| socket.ip())
    };
    match address.parse::<std::net::IpAddr>().or_else(with_port) {
        Ok(std::net::IpAddr::V4(address)) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        Ok(std::net::IpAddr::V6(address)) => {
            let [a, b, c, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
        Err(_) if address.is_empty() => "no address on record".to_owned(),
        Err(_) => address.to_owned(),
    }
}

/// A client in a few words: of a browser's long name the browser and the system.
pub fn client(text: &str) -> String {
    const BROWSERS: [(&str, &str); 6] = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Trident/", "Internet Explorer"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    if text.is_empty() {
        return "no client on record".to_owned();
    }
    let find = |names: &[(&'static str, &'static str)]| {
        names
            .iter()
            .find(|(mark, _)| text.contains(mark))
            .map(|(_, name)| *name)
    };
    match (text.contains("Mozilla/"), find(&BROWSERS), find(&SYSTEMS)) {
        (true, Some(browser), Some(system)) => format!("{browser} on {system}"),
        (true, Some(browser), None) => browser.to_owned(),
        _ if text.chars().count() > 40 => text.chars().take(39).chain(['…']).collect(),
        _ => text.to_owned(),
    }
}

/// The figure of so many triples, and of events whose triples were not held; empty where nothing
/// was reached.
pub fn draw(reaches: &[Reach], n_unheld: u64) -> Drawing {
    let (mut origins, mut accounts): (Vec<String>, Vec<&str>) = (Vec::new(), Vec::new());
    let origin = |reach: &Reach| format!("{} · {}", reach.network, reach.client);
    let mut shown = Vec::new();
    for reach in reaches {
        let from = origin(reach);
        let is_new = |list_full: bool, known: bool| !known && list_full;
        let known = origins.contains(&from);
        if is_new(origins.len() >= MOST, known)
            || is_new(
                accounts.len() >= MOST,
                accounts.contains(&reach.account.as_str()),
            )
        {
            continue;
        }
        if !known {
            origins.push(from);
        }
        if !accounts.contains(&reach.account.as_str()) {
            accounts.push(&reach.account);
        }
        shown.push(reach);
    }
    if shown.is_empty() {
        return Drawing::default();
    }
    let left_out = undrawn(reaches.len() - shown.len(), n_unheld);
    let below = if left_out.is_empty() { 0.0 } else { ROW };
    let height = TOP + ROW * origins.len().max(accounts.len()) as f64 + 6.0 + below;
    let mut out = Drawing::new(
        height,
        format!(
            "Which accounts were reached from which network and client: {} and {}; timeline.csv holds every event",
            counted(origins.len() as u64, "origin"),
            counted(accounts.len() as u64, "account")
        ),
    );
    let (left, right) = ((Anchor::End, LEFT), (Anchor::Start, WIDTH - RIGHT));
    out.text(Ink::Tick, (LEFT, 12.0), left, "network and client");
    out.text(Ink::Tick, (RIGHT, 12.0), right, "account");
    let y = |place: usize| TOP + ROW * (place as f64 + 0.5);
    for reach in &shown {
        let from = origins.iter().position(|name| *name == origin(reach));
        let to = accounts.iter().position(|name| *name == reach.account);
        if let (Some(from), Some(to)) = (from, to) {
            line(&mut out, reach, (y(from), y(to)));
        }
    }
    let hostile = |name: &String| shown.iter().any(|r| r.hostile && origin(r) == *name);
    for (place, name) in origins.iter().enumerate() {
        let ink = match hostile(name) {
            true => Ink::Strong,
            false => Ink::Lane,
        };
        out.text(ink, (LEFT, y(place) + 4.0), left, name);
    }
    for (place, name) in accounts.iter().enumerate() {
        let name = match name.is_empty() {
            true => "no account on record",
            false => name,
        };
        out.text(Ink::Lane, (RIGHT, y(place) + 4.0), right, name);
    }
    if !left_out.is_empty() {
        let room = (Anchor::Start, WIDTH);
        out.text(Ink::Lane, (0.0, height - 6.0), room, &left_out);
    }
    out
}

/// What the figure leaves out, counted; empty where it is nothing.
fn undrawn(n_lines: usize, n_unheld: u64) -> String {
    let lines = counted(n_lines as u64, "further line");
    let events = counted(n_unheld, "event");
    match (n_lines, n_unheld) {
        (0, 0) => String::new(),
        (_, 0) => format!("Not drawn: {lines}; timeline.csv holds every event."),
        _ => format!(
            "Not drawn: {lines}, and {events} of lines beyond those; timeline.csv holds every event."
        ),
    }
}

fn line(out: &mut Drawing, reach: &Reach, (from, to): (f64, f64)) {
    let word = if reach.hostile { "hostile" } else { "suspect" };
    let events = counted(reach.events, "event");
    let shape = Shape::Curve {
        from: (LEFT + 6.0, from),
        to: (RIGHT - 6.0, to),
        width: (reach.events as f64).log10().max(0.0) * 1.4 + 1.2,
    };
    let said = format!("{events}, {word}");
    out.add_said(Ink::Link(reach.hostile), shape, said);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::figure::sums::REACHES_MOST;

    #[test]
    fn networks_and_clients_read_short() {
        assert_eq!(network("203.0.113.9"), "203.0.113.0/24");
        assert_eq!(network("203.0.113.9:33758"), "203.0.113.0/24");
        assert_eq!(network("2001:db8:1:2::9"), "2001:db8:1::/48");
        assert_eq!(network("<script>"), "<script>");
        let agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/88.0 Safari/537.36";
        assert_eq!(client(agent), "Chrome on Windows");
        assert_eq!(client("REST"), "REST");
    }

    #[test]
    fn triples_are_summed_and_hostile_ones_come_first() {
        let mut sums = Sums::default();
        for (account, verdict) in [("a", "suspect"), ("a", "suspect"), ("<b>", "hostile")] {
            sums.event(
                verdict,
                "2026-03-02T10:00:00Z",
                (account, "203.0.113.9", ""),
            );
        }
        let reaches = reaches(&sums);
        assert_eq!((reaches[0].account.as_str(), reaches[0].events), ("<b>", 1));
        assert_eq!((reaches[1].account.as_str(), reaches[1].events), ("a", 2));
        assert!(!draw(&reaches, 0).svg().contains("<b>"));
        assert!(!draw(&reaches, 0).svg().contains("Not drawn"));
    }

    #[test]
    fn what_is_not_drawn_or_held_is_counted() {
        let mut sums = Sums::default();
        for n in 0..REACHES_MOST + 5 {
            let client = format!("program {n}");
            sums.event("suspect", "2026-03-02T10:00:00Z", ("a", "", &client));
        }
        let mut twice = sums.clone();
        twice.add(sums.clone());
        assert_eq!((sums.reaches.len(), sums.n_unheld), (REACHES_MOST, 5));
        assert_eq!((twice.reaches.len(), twice.n_unheld), (REACHES_MOST, 10));
        let svg = draw(&reaches(&sums), sums.n_unheld).svg();
        let lines = "Not drawn: 19,986 further lines, and 5 events";
        assert!(svg.contains(lines), "{svg}");
    }
}
